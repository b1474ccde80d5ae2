// Theory and samples along one control, as a plot with its caption.

import { ask } from "./ask.js";
import { $, make, note, typeset } from "./elements.js";
import { title } from "./formula.js";
import { remember } from "./link.js";
import { plot } from "./plot.js";
import { control, ready, state, timed } from "./state.js";

const PAUSE = 350;
const ON_SPECTRUM = "Every point lies on the spectrum; move the parameters away from it.";

const size = () => Number($("size").value);
const question = () => ({ values: state.values, along: state.along, size: size() });

// The question with what samples need besides.
export const sampled = () => ({
  ...question(), trials: Number($("trials").value), seed: state.seed,
});

export function stale() {
  state.stale = true;
  draw();
}

// Theory follows every movement: one question at a time, the last position always answered.
export async function theory() {
  if (!ready() || !state.plotting?.plot || !state.along) return;
  if (state.asking !== "idle") {
    state.asking = "again";
    return;
  }
  state.asking = "asking";
  try {
    const answer = await ask("theory", question());
    if (answer !== null) showTheory(answer);
  } catch (error) {
    note("plot-note", error.message, true);
  } finally {
    const again = state.asking === "again";
    state.asking = "idle";
    if (again) theory();
  }
}

function showTheory(answer) {
  timed("theory", answer);
  state.theory = { ...answer, along: state.along };
  note("plot-note", answer.y.every((value) => value === null) ? ON_SPECTRUM : "");
  draw();
  remember();
  if (state.samples === null || state.stale) sampleSoon();
}

// Samples follow once the sliders rest.
export function sampleSoon() {
  clearTimeout(state.timers.samples);
  if ($("sampling").checked) state.timers.samples = setTimeout(samples, PAUSE);
}

export async function samples() {
  if (!ready()) return;
  const before = structuredClone(question()), { seed } = state;
  try {
    const answer = await ask("samples", sampled());
    if (answer === null) return;
    timed("samples", answer);
    if (!sameBesidesAxis(before, question())) return;
    Object.assign(state, { samples: { ...answer, size: before.size, seed }, stale: false });
    draw();
  } catch (error) {
    note("plot-note", error.message, true);
  }
}

// Samples lie along the whole axis, wherever the control of the axis stands.
function sameBesidesAxis(before, now) {
  const values = { ...before.values, [before.along]: now.values[before.along] };
  return JSON.stringify({ ...before, values }) === JSON.stringify(now);
}

export function draw() {
  const axis = state.theory && control(state.theory.along);
  if (!axis) return;
  const { theory, stale } = state;
  const samples = $("sampling").checked ? state.samples : null;
  const width = Math.min(760, Math.max(300, $("plot").clientWidth));
  const label = `${title()} along ${axis.text}: theory and samples`;
  state.picture = plot({
    theory, samples, stale, log: axis.log, name: axis.text, title: label, width,
  });
  $("plot").replaceChildren(state.picture.svg);
  caption(samples);
}

function caption(samples) {
  const { plotted, unit, letters } = state.plotting;
  const dashed = state.theory.imaginary ? " (imaginary part dashed)" : "";
  const parts = [`. Line: theory${dashed}.`];
  if (samples) {
    const { trials, seed, size } = samples;
    const made = Number.isNaN(Number(unit)) ? `${unit} = ${size}, seed ${seed}` : `seed ${seed}`;
    parts.push(`Points: mean of ${trials} samples \u00b1 2 standard errors (${made}).`);
  }
  if (letters.length) parts.push(`Example values for ${letters.join(", ")}.`);
  const text = parts.join(" ");
  $("caption").replaceChildren(typeset(make("span"), plotted), make("span", { textContent: text }));
}
