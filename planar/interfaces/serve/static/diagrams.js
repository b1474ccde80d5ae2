// The diagrams of one order, a page at a time.

import { ask } from "./ask.js";
import { drawing } from "./drawing.js";
import { $, counted, make, note, typeset } from "./elements.js";
import { ready, state, timed } from "./state.js";

const LAYOUTS = {
  backbone: "backbone", ladder: "ladder", circle: "circle", "double-line": "double line",
};
const MANY = 24;
const NONE = "No diagrams: they are drawn for one trace or one matrix at a time. In a sum with a "
  + "trace, write a quadratic form w.T*X*w as N*tr(X*w*w.T); derive the factors of a product one "
  + "at a time.";

// The choices of order, layout and blocks; what a link asks for comes first, then what was chosen.
export function showChoices() {
  const { counts, layouts } = state.derived;
  state.order = chosenOrder(counts);
  const legend = $("orders").querySelector("legend");
  $("orders").replaceChildren(legend, ...counts.map(orderChoice));
  const layout = state.wish.layout ?? $("layout").value;
  const option = (name) => new Option(LAYOUTS[name] ?? name, name, false, name === layout);
  $("layout").replaceChildren(...layouts.map(option));
  if (state.wish.blocks) $("blocks").value = state.wish.blocks;
  Object.assign(state.wish, { order: null, layout: null, blocks: null });
}

// The order that is asked for if it has diagrams, else the first from 2 on that has a few.
function chosenOrder(counts) {
  const wanted = state.wish.order ?? state.order;
  if (counts[wanted]) return wanted;
  const few = counts.map((n, order) => (order > 0 && n > 0 && n <= MANY ? order : 0));
  return few.find((order) => order >= 2) || Math.max(0, ...few);
}

function orderChoice(count, order) {
  const checked = order === state.order;
  const properties = { type: "radio", name: "order", value: order, checked, disabled: !count };
  const number = make("small", { textContent: count.toLocaleString("en") });
  const title = counted(count, "planar diagram");
  return make("label", { title }, make("input", properties), String(order), number);
}

// Order, layout and blocks as they are chosen.
export const style = () => ({
  order: state.order, layout: $("layout").value || "backbone", blocks: $("blocks").value,
});

export async function diagrams(more = false) {
  if (!ready()) return;
  state.shown = more ? state.shown : 0;
  $("blocks-label").hidden = style().layout !== "backbone";
  if (!state.derived.counts.length) {
    $("diagrams").replaceChildren();
    $("more").hidden = true;
    note("diagrams-note", NONE);
    return;
  }
  try {
    const answer = await ask("diagrams", { ...style(), first: state.shown });
    if (answer === null) return;
    timed("diagrams", answer);
    showDiagrams(answer, more);
  } catch (error) {
    $("diagrams").replaceChildren();
    $("more").hidden = true;
    note("diagrams-note", error.message, true);
  }
}

function showDiagrams({ drawn, count }, more) {
  const figures = drawn.map(figure);
  if (more) $("diagrams").append(...figures);
  else $("diagrams").replaceChildren(...figures);
  state.shown += figures.length;
  const left = state.shown < count;
  $("more").hidden = !left;
  note("diagrams-note", left ? `The first ${state.shown} of ${counted(count, "diagram")}.` : "");
}

function figure({ svg, latex, text }) {
  const drawn = drawing(svg);
  drawn.setAttribute("aria-label", text);
  return make("figure", {}, drawn, typeset(make("figcaption"), latex));
}
