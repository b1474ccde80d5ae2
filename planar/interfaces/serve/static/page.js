// The page: what is typed goes to /derive; diagrams, numbers and texts are asked for as they are
// needed.

import { ask, forget } from "./ask.js";
import { controls, markAxis, move } from "./controls.js";
import { draw, samples, sampleSoon, stale, theory } from "./curves.js";
import { diagrams, showChoices } from "./diagrams.js";
import { $, note } from "./elements.js";
import { examples } from "./examples.js";
import { exportAs } from "./export.js";
import { showFormula, showResult } from "./formula.js";
import { recall, remember } from "./link.js";
import { control, enter, state, timed } from "./state.js";
import { clearMarks, declarations, expression, showError, typed } from "./typed.js";

const PAUSE = 900;

async function derive() {
  forget();
  clearTimeout(state.timers.derive);
  clearTimeout(state.timers.samples);
  const subject = typed();
  if (!subject.expression.trim()) {
    if (state.phase === "deriving") enter(state.derived ? "ready" : "empty");
    return;
  }
  clearMarks();
  state.times = {};
  enter("deriving");
  let answer;
  try {
    answer = await ask("derive", subject);
  } catch (error) {
    enter("failed");
    showError(error);
    return;
  }
  if (answer !== null) await show(subject, answer);
}

async function show(subject, answer) {
  Object.assign(state, {
    subject, derived: answer, plotting: null, theory: null, samples: null, shown: 0,
  });
  enter("ready");
  timed("formula", answer);
  showFormula();
  showChoices();
  $("plotting").classList.add("stale");
  $("made").hidden = true;
  note("copied", "");
  await diagrams();
  await controls();
}

function choose(number) {
  const [, letters, text] = examples[number];
  declarations.text = letters;
  expression.text = text;
  Object.assign(state, { values: {}, along: null, order: 2 });
  derive();
}

function listenToTyping() {
  const options = examples.map(([name], number) => new Option(name, number));
  $("example").replaceChildren(new Option("\u2014", ""), ...options);
  $("example").addEventListener("change", ({ target }) => {
    if (target.value !== "") choose(Number(target.value));
  });
  $("typed").addEventListener("submit", (event) => {
    event.preventDefault();
    derive();
  });
  for (const { area } of [declarations, expression]) {
    area.addEventListener("input", () => {
      $("example").value = "";
      clearTimeout(state.timers.derive);
      state.timers.derive = setTimeout(derive, PAUSE);
    });
    area.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      derive();
    });
  }
}

function listenToDiagrams() {
  const redraw = () => {
    remember();
    diagrams();
  };
  $("orders").addEventListener("change", ({ target }) => {
    state.order = Number(target.value);
    redraw();
  });
  for (const id of ["layout", "blocks"]) $(id).addEventListener("change", redraw);
  $("more").addEventListener("click", () => diagrams(true));
}

function listenToPlot() {
  $("along").addEventListener("change", ({ target }) => {
    Object.assign(state, { along: target.value, samples: null, theory: null });
    markAxis();
    theory();
  });
  $("size").addEventListener("change", () => {
    stale();
    theory();
  });
  $("trials").addEventListener("change", () => {
    stale();
    sampleSoon();
  });
  $("sampling").addEventListener("change", () => {
    draw();
    if (!state.samples || state.stale) sampleSoon();
  });
  $("again").addEventListener("click", () => {
    state.seed += 1;
    $("sampling").checked = true;
    stale();
    samples();
  });
  for (const kind of ["pointerdown", "pointermove"]) $("plot").addEventListener(kind, drag);
  new ResizeObserver(draw).observe($("plotting"));
}

// The pointer held down on the plot moves the control of its axis.
function drag(event) {
  const axis = state.theory && control(state.theory.along);
  if (axis && event.buttons === 1 && event.isPrimary) move(axis, state.picture.value(event));
}

listenToTyping();
listenToDiagrams();
listenToPlot();
$("export").addEventListener("click", ({ target }) => {
  if (target.dataset.kind) exportAs(target.dataset.kind);
});
addEventListener("resize", () => state.derived && showResult());
addEventListener("hashchange", () => recall() && derive());

if (recall()) derive();
else {
  $("example").value = "0";
  choose(0);
}
