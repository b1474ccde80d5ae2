// Theory as a line, samples as points with bars of two standard errors; one SVG, drawn anew at
// every change.

import { range, scale, written, writtenComplex } from "./scale.js";

const SPACE = "http://www.w3.org/2000/svg";
const LEFT = 62, RIGHT = 14, TOP = 28, BOTTOM = 48;

function element(name, attributes, ...children) {
  const node = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

const line = (name, x1, y1, x2, y2) => element("line", { class: name, x1, y1, x2, y2 });

// The whole picture, `width` pixels wide, and `value(event)`, the place on the axis of a pointer.
// `theory`: {x, y, imaginary?, here}; `samples`: {x, y, imaginary?, error_bar} or null.
export function plot({ theory, samples, stale, log, name, title, width }) {
  const height = Math.round(Math.min(400, Math.max(240, 0.62 * width)));
  const frame = { left: LEFT, right: width - RIGHT, top: TOP, bottom: height - BOTTOM };
  const parts = ["y", "imaginary"].filter((part) => theory[part]);
  const x = scale(...range(theory.x), log, frame.left, frame.right);
  const y = valueScale(parts, theory, samples, frame);
  const viewBox = `0 0 ${width} ${height}`;
  const svg = element("svg", { viewBox, role: "img", "aria-label": title });
  axes(svg, x, y, name, frame);
  for (const part of parts) {
    const d = path(theory.x, theory[part], x, y);
    svg.append(element("path", { class: `theory ${part}`, d }));
  }
  if (samples) svg.append(points(samples, parts, x, y, stale, frame));
  if (theory.here) svg.append(...marker(theory.here, x, y, frame));
  const value = (event) => {
    const box = svg.getBoundingClientRect();
    const pixel = (event.clientX - box.left) / box.width * width;
    return x.back(Math.min(frame.right, Math.max(frame.left, pixel)));
  };
  readout(svg, theory, name, frame, (event) => nearest(theory.x, x, value(event)));
  return { svg, value };
}

// The vertical scale, with a margin; logarithmic where positive values span more than 50.
function valueScale(parts, theory, samples, { bottom, top }) {
  const shown = parts.flatMap((part) => [...theory[part], ...(samples?.[part] ?? [])]);
  const [low, high] = range(shown);
  if (parts.length === 1 && low > 0 && high / low > 50) {
    return scale(low / 1.3, high * 1.3, true, bottom, top);
  }
  const margin = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
  return scale(low - margin, high + margin, false, bottom, top);
}

// Where the control stands: a vertical line, and a spot on the curve unless it is on the spectrum.
function marker(here, x, y, { top, bottom }) {
  const at = x.at(here.x[0]), [value] = here.y;
  const upright = line("here", at, top, at, bottom);
  if (value === null) return [upright];
  return [upright, element("circle", { class: "spot", cx: at, cy: y.at(value), r: 4.5 })];
}

function nearest(xs, x, value) {
  const distance = (i) => Math.abs(x.at(xs[i]) - x.at(value));
  return xs.reduce((best, _, i) => (distance(i) < distance(best) ? i : best), 0);
}

// The value under the pointer in words; without one, that at the control.
function readout(svg, { x, y, imaginary, here }, name, { right, top }, at) {
  const anchor = { x: right, y: top - 10, "text-anchor": "end" };
  const text = element("text", { class: "readout", ...anchor });
  const show = (place, value, second) => {
    const shown = value === null ? ": on the spectrum" : `:  ${writtenComplex(value, second)}`;
    text.textContent = `${name} = ${written(place)}${shown}`;
  };
  const rest = () => here && show(here.x[0], here.y[0], here.imaginary?.[0]);
  rest();
  svg.append(text);
  svg.addEventListener("pointermove", (event) => {
    const i = at(event);
    show(x[i], y[i], imaginary?.[i]);
  });
  svg.addEventListener("pointerleave", rest);
}

function axes(svg, x, y, name, { left, right, top, bottom }) {
  for (const v of y.ticks) {
    const place = { x: left - 8, y: y.at(v) + 4, "text-anchor": "end", "font-size": 13 };
    svg.append(line("grid", left, y.at(v), right, y.at(v)));
    svg.append(element("text", place, ...label(v, y.log)));
  }
  for (const v of x.ticks) {
    const place = { x: x.at(v), y: bottom + 20, "text-anchor": "middle", "font-size": 13 };
    svg.append(line("tick", x.at(v), bottom, x.at(v), bottom + 5));
    svg.append(element("text", place, ...label(v, x.log)));
  }
  const box = { x: left, y: top, width: right - left, height: bottom - top };
  svg.append(element("rect", { class: "frame", ...box }));
  const middle = { x: (left + right) / 2, y: bottom + BOTTOM - 6, "text-anchor": "middle" };
  svg.append(element("text", { ...middle, "font-size": 14 }, name));
}

// A tick label; powers of ten with a raised exponent.
function label(value, log) {
  const n = Math.round(Math.log10(Math.abs(value)));
  const power = log && Math.abs(value / 10 ** n - 1) <= 1e-6 && Math.abs(n) >= 3;
  if (!power) return [written(value)];
  const exponent = String(n).replace("-", "\u2212");
  return ["10", element("tspan", { dy: -5, "font-size": 10 }, exponent)];
}

// The line through all values that are not null.
function path(xs, ys, x, y) {
  let d = "", pen = false;
  xs.forEach((v, i) => {
    if (ys[i] === null) {
      pen = false;
      return;
    }
    d += `${pen ? "L" : "M"}${x.at(v).toFixed(2)} ${y.at(ys[i]).toFixed(2)}`;
    pen = true;
  });
  return d;
}

function points(samples, parts, x, y, stale, { top, bottom }) {
  const group = element("g", { class: stale ? "samples stale" : "samples" });
  const inside = (v) => Math.min(bottom, Math.max(top, v));
  for (const part of parts) {
    (samples[part] ?? []).forEach((value, i) => {
      if (value === null || (y.log && value <= 0)) return;
      const error = 2 * (samples.error_bar[i] ?? 0), cx = x.at(samples.x[i]);
      const low = y.log && value - error <= 0 ? bottom : y.at(value - error);
      group.append(line("bar", cx, inside(low), cx, inside(y.at(value + error))));
      const name = part === "y" ? "sample real" : "sample";
      group.append(element("circle", { class: name, cx, cy: inside(y.at(value)), r: 3.6 }));
    });
  }
  return group;
}
