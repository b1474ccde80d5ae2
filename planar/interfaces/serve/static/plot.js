// Theory as a line, samples as points with bars of two standard errors; one SVG, drawn anew at every change.

const SPACE = "http://www.w3.org/2000/svg";
const LEFT = 62, RIGHT = 14, TOP = 28, BOTTOM = 48;

function element(name, attributes, ...children) {
  const node = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) node.setAttribute(key, value);
  node.append(...children);
  return node;
}

// A scale from [least, most] to pixels, with its ticks.
function scale(least, most, log, from, to) {
  const forth = log ? Math.log10 : (v) => v;
  const a = forth(least), b = forth(most);
  const room = Math.abs(to - from) / (to > from ? 80 : 48);
  const at = (v) => from + (forth(v) - a) / (b - a || 1) * (to - from);
  const back = (p) => { const v = a + (p - from) / (to - from) * (b - a); return log ? 10 ** v : v; };
  return { at, back, log, ticks: log ? powers(a, b, room) : steps(least, most, room) };
}

function powers(a, b, room) {
  const step = Math.max(1, Math.ceil((b - a) / room));
  const found = [];
  for (let n = Math.ceil(a - 1e-9); n <= b + 1e-9; n += step) found.push(10 ** n);
  if (found.length > 1) return found;
  const fine = [1, 2, 3, 5].flatMap((m) => [-2, -1, 0, 1].map((n) => m * 10 ** (Math.floor(a) + n)));
  return fine.filter((v) => Math.log10(v) >= a - 1e-9 && Math.log10(v) <= b + 1e-9).sort((x, y) => x - y);
}

function steps(least, most, room) {
  const rough = (most - least) / room || 1, unit = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((m) => m * unit).find((s) => s >= rough);
  const found = [];
  for (let n = Math.ceil(least / step - 1e-9); n * step <= most + 1e-9 * step; n++) found.push(n * step);
  return found;
}

export function written(value) {
  if (value === 0) return "0";
  const size = Math.abs(value);
  return (size < 1e-3 || size >= 1e5 ? value.toExponential(2) : String(Number(value.toPrecision(4)))).replace("-", "\u2212");
}

// A tick label; powers of ten with a raised exponent.
function label(value, log) {
  const n = Math.round(Math.log10(Math.abs(value)));
  if (!log || Math.abs(value / 10 ** n - 1) > 1e-6 || Math.abs(n) < 3) return [written(value)];
  return ["10", element("tspan", { dy: -5, "font-size": 10 }, String(n).replace("-", "\u2212"))];
}

function range(values) {
  const found = values.filter((v) => v !== null && Number.isFinite(v));
  return found.length ? [Math.min(...found), Math.max(...found)] : [0, 1];
}

// The whole picture, `width` pixels wide, and `value(event)`, the place on the axis of a pointer.
// `theory`: {x, y, imaginary?, here}; `samples`: {x, y, imaginary?, error_bar} or null.
export function plot({ theory, samples, stale, log, name, title, width }) {
  const height = Math.round(Math.min(400, Math.max(240, 0.62 * width)));
  const frame = { left: LEFT, right: width - RIGHT, top: TOP, bottom: height - BOTTOM };
  const parts = ["y", "imaginary"].filter((part) => theory[part]);
  const shown = parts.flatMap((part) => [...theory[part], ...(samples?.[part] ?? [])]);
  let [low, high] = range(shown);
  const logarithmic = parts.length === 1 && low > 0 && high / low > 50;
  if (logarithmic) [low, high] = [low / 1.3, high * 1.3];
  else {
    const margin = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
    [low, high] = [low - margin, high + margin];
  }
  const x = scale(...range(theory.x), log, frame.left, frame.right), y = scale(low, high, logarithmic, frame.bottom, frame.top);
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title });
  axes(svg, x, y, name, frame);
  for (const part of parts) svg.append(element("path", { class: `theory ${part}`, d: path(theory.x, theory[part], x, y) }));
  if (samples) svg.append(points(samples, parts, x, y, stale, frame));
  const spot = theory.here;
  const clear = spot && spot.y[0] !== null;
  if (spot) svg.append(element("line", { class: "here", x1: x.at(spot.x[0]), x2: x.at(spot.x[0]), y1: frame.top, y2: frame.bottom }));
  if (clear) svg.append(element("circle", { class: "spot", cx: x.at(spot.x[0]), cy: y.at(spot.y[0]), r: 4.5 }));
  const readout = element("text", { class: "readout", x: frame.right, y: frame.top - 10, "text-anchor": "end" });
  const tell = (at, value, imaginary) => {
    const second = imaginary === undefined || imaginary === null ? "" : `${imaginary < 0 ? " \u2212 " : " + "}${written(Math.abs(imaginary))} i`;
    readout.textContent = value === null ? `${name} = ${written(at)}: on the spectrum` : `${name} = ${written(at)}:  ${written(value)}${second}`;
  };
  const rest = () => spot && tell(spot.x[0], spot.y[0], spot.imaginary?.[0]);
  rest();
  svg.append(readout);
  const value = (event) => {
    const place = svg.getBoundingClientRect();
    const pixel = (event.clientX - place.left) / place.width * width;
    return x.back(Math.min(frame.right, Math.max(frame.left, pixel)));
  };
  svg.addEventListener("pointermove", (event) => {
    const at = x.at(value(event));
    const near = theory.x.reduce((best, v, i) => (Math.abs(x.at(v) - at) < Math.abs(x.at(theory.x[best]) - at) ? i : best), 0);
    tell(theory.x[near], theory.y[near], theory.imaginary?.[near]);
  });
  svg.addEventListener("pointerleave", rest);
  return { svg, value };
}

function axes(svg, x, y, name, { left, right, top, bottom }) {
  for (const v of y.ticks) {
    svg.append(element("line", { class: "grid", x1: left, x2: right, y1: y.at(v), y2: y.at(v) }));
    svg.append(element("text", { x: left - 8, y: y.at(v) + 4, "text-anchor": "end", "font-size": 13 }, ...label(v, y.log)));
  }
  for (const v of x.ticks) {
    svg.append(element("line", { class: "tick", x1: x.at(v), x2: x.at(v), y1: bottom, y2: bottom + 5 }));
    svg.append(element("text", { x: x.at(v), y: bottom + 20, "text-anchor": "middle", "font-size": 13 }, ...label(v, x.log)));
  }
  svg.append(element("rect", { class: "frame", x: left, y: top, width: right - left, height: bottom - top }));
  svg.append(element("text", { x: (left + right) / 2, y: bottom + BOTTOM - 6, "text-anchor": "middle", "font-size": 14 }, name));
}

function path(xs, ys, x, y) {
  let found = "", pen = false;
  xs.forEach((v, i) => {
    if (ys[i] === null) { pen = false; return; }
    found += `${pen ? "L" : "M"}${x.at(v).toFixed(2)} ${y.at(ys[i]).toFixed(2)}`;
    pen = true;
  });
  return found;
}

function points(samples, parts, x, y, stale, { top, bottom }) {
  const group = element("g", { class: stale ? "samples stale" : "samples" });
  const inside = (v) => Math.min(bottom, Math.max(top, v));
  for (const part of parts) {
    (samples[part] ?? []).forEach((value, i) => {
      if (value === null || (y.log && value <= 0)) return;
      const error = 2 * (samples.error_bar[i] ?? 0), cx = x.at(samples.x[i]);
      const low = y.log && value - error <= 0 ? bottom : y.at(value - error);
      group.append(element("line", { class: "bar", x1: cx, x2: cx, y1: inside(low), y2: inside(y.at(value + error)) }));
      group.append(element("circle", { class: part === "y" ? "sample real" : "sample", cx, cy: inside(y.at(value)), r: 3.6 }));
    });
  }
  return group;
}
