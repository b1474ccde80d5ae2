// The page: what is typed goes to /derive; diagrams, theory, samples and texts to take away are asked for as they are needed.

import { ask as askServer, forget as forgetAll } from "./ask.js";
import { drawing } from "./drawing.js";
import { Editor } from "./editor.js";
import { $, make, note, prose, typeset } from "./elements.js";
import { examples } from "./examples.js";
import { plot, written } from "./plot.js";

const declarations = new Editor($("declarations")), expression = new Editor($("expression"));
const state = { subject: null, order: 2, values: {}, along: null, theory: null, samples: null, stale: false, derived: null, first: 0, seed: 0 };
const wish = { order: null, layout: null, blocks: null, along: null, values: {} };

// -- what is told -----------------------------------------------------------------------------------------------------

const ask = (task, question = {}) => askServer(task, { ...state.subject, ...question });

function forget() {
  forgetAll();
  clearTimeout(sampleLater);
}

const seconds = (s) => s < 0.1 ? `${Math.max(1, Math.round(1000 * s))} ms` : `${s.toFixed(s < 10 ? 1 : 0)} s`;
const times = {};

function took(what, answer) {
  times[what] = answer.seconds;
  $("status").textContent = Object.entries(times).map(([name, s]) => `${name} ${seconds(s)}`).join(" \u00b7 ");
}

// -- the formula -----------------------------------------------------------------------------------------------------

async function derive() {
  forget();
  const subject = { declarations: declarations.text, expression: expression.text };
  if (!subject.expression.trim()) return;
  declarations.clear();
  expression.clear();
  $("error").hidden = true;
  state.subject = subject;
  for (const key of Object.keys(times)) delete times[key];
  $("status").textContent = "deriving \u2026";
  $("results").classList.add("stale");
  let answer;
  try {
    answer = await ask("derive");
  } catch (error) {
    refused(error);
    return;
  }
  if (answer === null) return;
  took("formula", answer);
  state.derived = answer;
  Object.assign(state, { theory: null, samples: null, first: 0 });
  $("results").hidden = false;
  $("results").classList.remove("stale");
  showFormula(answer);
  showOrders(answer);
  $("plotting").classList.add("stale");
  $("made").hidden = true;
  note("copied", "");
  await diagrams();
  await controls();
}

function refused(error) {
  const { answer } = error;
  $("status").textContent = "";
  $("error").textContent = error.message;
  $("error").hidden = false;
  if (answer?.start === undefined) return;
  const editor = answer.field === "declarations" ? declarations : expression;
  editor.mark(answer.line, answer.start, answer.end, answer.field === "declarations");
}

function showFormula(answer) {
  showResult();
  $("definitions").replaceChildren(...answer.definitions.map((latex) => typeset(make("div"), latex)));
  $("where").hidden = !answer.definitions.length;
  $("unclosed").hidden = answer.closed;
  $("assumptions").replaceChildren(...answer.assumptions.map((text) => make("li", {}, ...prose(text))));
  document.title = `${answer.text.split("\n")[0].split(" \u2243 ")[0]} \u2013 planar`;
}

// The result; where it is too wide its right-hand side begins on a line of its own.
function showResult() {
  const { formula } = state.derived;
  const broken = formula.replace("{aligned}\n", "{aligned}\n&").replace(/ &(\\simeq|\\xrightarrow)/, " \\\\\n&\\quad $1");
  const show = (latex) => $("formula").replaceChildren(typeset(make("div"), latex, true));
  show(formula);
  if ($("formula").scrollWidth > $("formula").clientWidth) show(broken);
}

// -- diagrams --------------------------------------------------------------------------------------------------------

const layouts = { backbone: "backbone", ladder: "ladder", circle: "circle", "double-line": "double line" };

function showOrders({ counts, layouts: fitting }) {
  const known = counts[wish.order ?? state.order] ? wish.order ?? state.order : null;
  const small = counts.map((n, order) => (order > 0 && n > 0 && n <= 24 ? order : 0));
  state.order = known ?? (small.find((order) => order >= 2) || Math.max(0, ...small));
  wish.order = null;
  const legend = $("orders").querySelector("legend");
  $("orders").replaceChildren(legend, ...counts.map((count, order) => {
    const input = make("input", { type: "radio", name: "order", value: order, checked: order === state.order, disabled: !count });
    return make("label", { title: `${count} planar diagrams` }, input, String(order), make("small", { textContent: count.toLocaleString("en") }));
  }));
  const before = wish.layout ?? $("layout").value;
  wish.layout = null;
  $("layout").replaceChildren(...fitting.map((name) => new Option(layouts[name], name, false, name === before)));
  if (wish.blocks) $("blocks").value = wish.blocks;
  wish.blocks = null;
}

const drawn = () => ({ order: state.order, layout: $("layout").value || "backbone", blocks: $("blocks").value });

async function diagrams(more = false) {
  state.first = more ? state.first : 0;
  const question = { ...drawn(), first: state.first };
  $("blocks-label").hidden = question.layout !== "backbone";
  if (!state.derived.counts.length) {
    $("diagrams").replaceChildren();
    note("diagrams-note", "There are no diagrams to show: they are drawn for one trace or one matrix, and for laws with free cumulants.");
    return;
  }
  try {
    const answer = await ask("diagrams", question);
    if (answer === null) return;
    took("diagrams", answer);
    const figures = answer.drawn.map(figure);
    if (more) $("diagrams").append(...figures);
    else $("diagrams").replaceChildren(...figures);
    state.first += figures.length;
    $("more").hidden = state.first >= answer.count;
    note("diagrams-note", state.first < answer.count ? `The first ${state.first} of ${answer.count.toLocaleString("en")} diagrams.` : "");
  } catch (error) {
    $("diagrams").replaceChildren();
    $("more").hidden = true;
    note("diagrams-note", error.message, true);
  }
}

function figure({ svg, latex, text }) {
  const drawn = drawing(svg);
  drawn.setAttribute("aria-label", text);
  return make("figure", {}, drawn, typeset(make("figcaption"), latex));
}

// -- the plot --------------------------------------------------------------------------------------------------------

const FINE = 1000;

async function controls() {
  try {
    const answer = await ask("controls");
    if (answer === null) return;
    Object.assign(state.derived, answer);
    showControls(answer);
    remember();
    await theory();
  } catch (error) {
    showControls({ controls: [], plot: false });
    note("plot-note", error.message, true);
    remember();
  }
}

function showControls({ controls, plot: possible, why }) {
  $("plotting").classList.remove("stale");
  $("plotting").hidden = !possible || !controls.length;
  note("plot-note", possible ? (controls.length ? "" : "Nothing can be moved: the expression has no scalar and no ratio of dimensions.") : why ?? "");
  state.values = Object.fromEntries(controls.map((c) => [c.name, bounded(c, wish.values[c.name] ?? state.values[c.name] ?? c.value)]));
  wish.values = {};
  const names = controls.map((c) => c.name);
  state.along = [wish.along, state.along, names[0]].find((name) => names.includes(name)) ?? null;
  wish.along = null;
  $("sliders").replaceChildren(...controls.map(slider));
  $("along").replaceChildren(...controls.map((c) => new Option(plain(c), c.name, false, c.name === state.along)));
  $("size-name").textContent = state.derived.unit ?? "Size";
  markAxis();
}

const plain = (c) => c.text;
const bounded = (c, v) => Math.min(c.most, Math.max(c.least, v));
const control = (name) => state.derived.controls?.find((c) => c.name === name);

function toValue(c, t) {
  const s = t / FINE;
  return c.log ? c.least * (c.most / c.least) ** s : c.least + (c.most - c.least) * s;
}

function toPlace(c, v) {
  const clipped = bounded(c, v);
  return FINE * (c.log ? Math.log(clipped / c.least) / Math.log(c.most / c.least) : (clipped - c.least) / (c.most - c.least));
}

function slider(c) {
  const id = `slider-${c.name}`;
  const range = make("input", { type: "range", id, min: 0, max: FINE, step: 1 });
  const box = make("input", { type: "number", step: "any" });
  box.setAttribute("aria-label", `${plain(c)}, as a number`);
  const row = make("div", { className: "slider" }, typeset(make("label", { htmlFor: id }), c.latex), range, box);
  row.dataset.name = c.name;
  row.show = () => {
    const value = state.values[c.name];
    [range.value, box.value] = [toPlace(c, value), Number(value.toPrecision(4))];
    range.setAttribute("aria-valuetext", written(value));
  };
  range.addEventListener("input", () => move(c, toValue(c, Number(range.value))));
  box.addEventListener("change", () => move(c, box.value === "" ? NaN : Number(box.value)));
  row.show();
  return row;
}

// A control goes to a value, within its bounds; what is no number moves nothing.
function move(c, value) {
  if (Number.isFinite(value)) state.values[c.name] = Number(bounded(c, value).toPrecision(4));
  for (const row of $("sliders").children) if (row.dataset.name === c.name) row.show();
  if (c.name !== state.along) stale();
  theory();
}

function markAxis() {
  for (const row of $("sliders").children) row.classList.toggle("axis", row.dataset.name === state.along);
}

function stale() {
  state.stale = true;
  draw();
}

const sampled = () => ({ ...question(), trials: Number($("trials").value), seed: state.seed });
const question = () => ({ values: state.values, along: state.along, size: Number($("size").value) });
let busy = false, again = false;

// Theory follows every movement: one question at a time, the last position always answered.
async function theory() {
  if (!state.derived?.plot || !state.along) return;
  if (busy) { again = true; return; }
  busy = true;
  try {
    const answer = await ask("theory", question());
    if (answer !== null) {
      took("theory", answer);
      state.theory = { ...answer, along: state.along };
      note("plot-note", answer.y.every((v) => v === null) ? "Every point lies on the spectrum; move the parameters away from it." : "");
      draw();
      remember();
      if (state.samples === null || state.stale) soon();
    }
  } catch (error) {
    note("plot-note", error.message, true);
  } finally {
    busy = false;
    if (again) { again = false; theory(); }
  }
}

let sampleLater = 0;

// Samples follow once the sliders rest.
function soon() {
  clearTimeout(sampleLater);
  if ($("sampling").checked) sampleLater = setTimeout(samples, 350);
}

async function samples() {
  const about = JSON.stringify(question());
  try {
    const answer = await ask("samples", sampled());
    if (answer === null) return;
    took("samples", answer);
    const now = question();
    const before = JSON.parse(about);
    before.values[before.along] = now.values[before.along];
    if (JSON.stringify(before) !== JSON.stringify(now)) return;
    Object.assign(state, { samples: answer, stale: false });
    draw();
  } catch (error) {
    note("plot-note", error.message, true);
  }
}

function draw() {
  if (!state.theory) return;
  const c = control(state.theory.along);
  if (!c) return;
  const samples = $("sampling").checked ? state.samples : null;
  const title = `${state.derived.text.split(" \u2243 ")[0]} along ${plain(c)}: theory and samples`;
  const width = Math.min(760, Math.max(300, $("plot").clientWidth));
  state.plot = plot({ theory: state.theory, samples, stale: state.stale, log: c.log, name: plain(c), title, width });
  $("plot").replaceChildren(state.plot.svg);
  caption(samples);
}

function caption(samples) {
  const parts = [typeset(make("span"), state.derived.plotted), make("span", { textContent: ": theory, a line" })];
  if (state.theory.imaginary) parts.push(make("span", { textContent: " (imaginary part dashed)" }));
  if (samples) parts.push(make("span", { textContent: `; samples, ${samples.trials} trials a point with two standard errors` }));
  $("caption").replaceChildren(...parts, ".");
}

// -- to take away ----------------------------------------------------------------------------------------------------

const named = { latex: "LaTeX", steps: "the proof", tikz: "TikZ", svg: "SVG", figure: "SVG", numpy: "the Python module", numba: "the numba module", jax: "the JAX module", c: "the C file", link: "the link" };

async function take(kind) {
  note("copied", "\u2026");
  try {
    const answer = kind === "link" ? { made: location.href } : await ask("export", { kind, ...drawn(), ...(kind === "figure" ? sampled() : {}) });
    if (answer === null) return;
    $("made").textContent = answer.made;
    $("made").hidden = false;
    const size = answer.made.length.toLocaleString("en");
    try {
      await navigator.clipboard.writeText(answer.made);
      note("copied", `Copied ${named[kind]}, ${size} characters.`);
    } catch {
      getSelection().selectAllChildren($("made"));
      note("copied", `Here is ${named[kind]}, ${size} characters; press Ctrl+C to copy it.`);
    }
  } catch (error) {
    $("made").hidden = true;
    note("copied", error.message, true);
  }
}

// -- the link --------------------------------------------------------------------------------------------------------

function remember() {
  const parts = new URLSearchParams({ let: state.subject.declarations, derive: state.subject.expression, order: state.order });
  if ($("layout").value) parts.set("layout", $("layout").value);
  if ($("blocks").value !== "comb") parts.set("blocks", $("blocks").value);
  if (state.along) parts.set("along", state.along);
  for (const [name, value] of Object.entries(state.values)) parts.set(`at.${name}`, value);
  history.replaceState(null, "", `#${parts}`);
}

function recall() {
  const parts = new URLSearchParams(location.hash.slice(1));
  if (!parts.get("derive")) return false;
  declarations.text = (parts.get("let") ?? "").slice(0, 20000);
  expression.text = parts.get("derive").slice(0, 4000);
  const order = Number(parts.get("order"));
  Object.assign(wish, { order: Number.isInteger(order) ? order : null, layout: parts.get("layout"), along: parts.get("along"), values: {} });
  wish.blocks = ["comb", "arcs"].includes(parts.get("blocks")) ? parts.get("blocks") : null;
  for (const [name, value] of parts) {
    const number = Number(value);
    if (name.startsWith("at.") && value && Number.isFinite(number)) wish.values[name.slice(3)] = number;
  }
  return true;
}

// -- events ----------------------------------------------------------------------------------------------------------

let deriveLater = 0;

// The pointer held down on the plot moves the control of its axis.
function drag(event) {
  const c = state.theory && control(state.theory.along);
  if (c && event.buttons === 1 && event.isPrimary) move(c, state.plot.value(event));
}

function begin() {
  clearTimeout(deriveLater);
  derive();
}

function choose(number) {
  const [, letters, text] = examples[number];
  declarations.text = letters;
  expression.text = text;
  Object.assign(state, { values: {}, along: null, order: 2 });
  begin();
}

function listen() {
  $("example").replaceChildren(new Option("\u2014", ""), ...examples.map(([name], i) => new Option(name, i)));
  $("example").addEventListener("change", (event) => event.target.value !== "" && choose(Number(event.target.value)));
  $("typed").addEventListener("submit", (event) => { event.preventDefault(); begin(); });
  for (const { area } of [declarations, expression]) {
    area.addEventListener("input", () => {
      $("example").value = "";
      clearTimeout(deriveLater);
      deriveLater = setTimeout(begin, 900);
    });
    area.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) { event.preventDefault(); begin(); }
    });
  }
  $("orders").addEventListener("change", (event) => { state.order = Number(event.target.value); remember(); diagrams(); });
  for (const id of ["layout", "blocks"]) $(id).addEventListener("change", () => { remember(); diagrams(); });
  $("more").addEventListener("click", () => diagrams(true));
  $("along").addEventListener("change", (event) => { Object.assign(state, { along: event.target.value, samples: null, theory: null }); markAxis(); theory(); });
  $("size").addEventListener("change", () => { stale(); theory(); });
  $("trials").addEventListener("change", () => { stale(); soon(); });
  $("sampling").addEventListener("change", () => { draw(); if (!state.samples || state.stale) soon(); });
  $("again").addEventListener("click", () => { state.seed += 1; $("sampling").checked = true; stale(); samples(); });
  $("take").addEventListener("click", (event) => event.target.dataset.kind && take(event.target.dataset.kind));
  addEventListener("resize", () => state.derived && showResult());
  new ResizeObserver(() => draw()).observe($("plotting"));
  for (const kind of ["pointerdown", "pointermove"]) $("plot").addEventListener(kind, drag);
  addEventListener("hashchange", () => recall() && begin());
}

listen();
if (recall()) begin();
else { $("example").value = "0"; choose(0); }
