// The controls of the plot: a slider and a number for every scalar and every ratio of dimensions.

import { ask } from "./ask.js";
import { stale, theory } from "./curves.js";
import { $, make, note, typeset } from "./elements.js";
import { remember } from "./link.js";
import { written } from "./scale.js";
import { ready, state } from "./state.js";

const STEPS = 1000;
const NOTHING = "Nothing to plot against: the expression has no scalar and no ratio of dimensions.";

export async function controls() {
  if (!ready()) return;
  try {
    const answer = await ask("controls");
    if (answer === null) return;
    showControls(answer);
    remember();
    await theory();
  } catch (error) {
    showControls({ controls: [], plot: false });
    note("plot-note", error.message, true);
    remember();
  }
}

function showControls(answer) {
  const { controls, plot, why, unit } = answer;
  const { wish } = state;
  state.plotting = answer;
  $("plotting").classList.remove("stale");
  $("plotting").hidden = !plot || !controls.length;
  note("plot-note", plot ? (controls.length ? "" : NOTHING) : why ?? "");
  const start = (c) => bounded(c, wish.values[c.name] ?? state.values[c.name] ?? c.value);
  state.values = Object.fromEntries(controls.map((c) => [c.name, start(c)]));
  const names = controls.map((c) => c.name);
  const wanted = [wish.along, state.along, names[0]];
  state.along = wanted.find((name) => names.includes(name)) ?? null;
  Object.assign(wish, { along: null, values: {} });
  const option = (c) => new Option(c.text, c.name, false, c.name === state.along);
  $("sliders").replaceChildren(...controls.map(slider));
  $("along").replaceChildren(...controls.map(option));
  $("size-name").textContent = unit ?? "Size";
  markAxis();
}

const bounded = (c, value) => Math.min(c.most, Math.max(c.least, value));

function toValue(c, step) {
  const part = step / STEPS;
  return c.log ? c.least * (c.most / c.least) ** part : c.least + (c.most - c.least) * part;
}

function toStep(c, value) {
  const { least, most } = c, inside = bounded(c, value);
  const part = c.log
    ? Math.log(inside / least) / Math.log(most / least)
    : (inside - least) / (most - least);
  return STEPS * part;
}

function slider(c) {
  const id = `slider-${c.name}`;
  const range = make("input", { type: "range", id, min: 0, max: STEPS, step: 1 });
  const box = make("input", { type: "number", step: "any" });
  box.setAttribute("aria-label", `${c.text}, as a number`);
  const label = typeset(make("label", { htmlFor: id }), c.latex);
  const row = make("div", { className: "slider" }, label, range, box);
  row.dataset.name = c.name;
  row.show = () => {
    const value = state.values[c.name];
    [range.value, box.value] = [toStep(c, value), Number(value.toPrecision(4))];
    range.setAttribute("aria-valuetext", written(value));
  };
  range.addEventListener("input", () => move(c, toValue(c, Number(range.value))));
  box.addEventListener("change", () => move(c, box.value === "" ? NaN : Number(box.value)));
  row.show();
  return row;
}

// A control goes to a value, within its bounds; NaN leaves it where it is.
export function move(c, value) {
  if (Number.isFinite(value)) state.values[c.name] = Number(bounded(c, value).toPrecision(4));
  for (const row of $("sliders").children) if (row.dataset.name === c.name) row.show();
  if (c.name !== state.along) stale();
  theory();
}

export function markAxis() {
  for (const row of $("sliders").children) {
    row.classList.toggle("axis", row.dataset.name === state.along);
  }
}
