// What the page holds, in one object, and the phase that it is in.

import { $, seconds } from "./elements.js";

export const state = {
  // "empty" before the first derivation, "deriving" while the server works, then "ready", or
  // "failed" where planar refuses. Only a page that is ready asks for more than the formula.
  phase: "empty",

  // The texts that were derived, what /derive answered, and the seconds of every answer.
  subject: null,
  derived: null,
  times: {},

  // Diagrams: the order that is chosen, and how many are on the page.
  order: 2,
  shown: 0,

  // The plot: what /controls answered, the value of each control, and the control on the axis.
  plotting: null,
  values: {},
  along: null,

  // Curve and samples as answered, whether the samples are out of date, and the seed of the next.
  theory: null,
  samples: null,
  stale: false,
  seed: 0,
  picture: null,

  // Questions about theory: "idle", "asking", or "again" where the controls moved meanwhile.
  asking: "idle",
  timers: { derive: 0, samples: 0 },

  // What a link asks for, until there is something to apply it to.
  wish: { order: null, layout: null, blocks: null, along: null, values: {} },
};

export const ready = () => state.phase === "ready";

export function enter(phase) {
  state.phase = phase;
  $("results").classList.toggle("stale", phase !== "ready");
  if (phase === "ready") $("results").hidden = false;
  $("status").textContent = phase === "deriving" ? "deriving \u2026" : "";
  $("status").title = "";
}

// The seconds of an answer; the page shows those of the formula, and the others in a tooltip.
export function timed(name, answer) {
  state.times[name] = answer.seconds;
  const texts = Object.entries(state.times).map(([task, time]) => `${task} ${seconds(time)}`);
  $("status").textContent = `derived in ${seconds(state.derived.seconds)}`;
  $("status").title = texts.join(" \u00b7 ");
}

export const control = (name) => state.plotting?.controls.find((c) => c.name === name);
