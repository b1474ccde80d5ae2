// The formula: the equivalent, its definitions, and what was assumed.

import { $, make, prose, typeset } from "./elements.js";
import { state } from "./state.js";

const block = (latex) => typeset(make("div"), latex);

// The expression as text, without its equivalent.
export const title = () => state.derived.text.split("\n")[0].split(" \u2243 ")[0];

export function showFormula() {
  const { definitions, closed, certificate, assumptions } = state.derived;
  showResult();
  $("definitions").replaceChildren(...definitions.map(block));
  $("where").hidden = !definitions.length;
  $("unclosed").hidden = closed;
  const lines = [...assumptions, certificate];
  $("assumptions").replaceChildren(...lines.map((text) => make("li", {}, ...prose(text))));
  document.title = `${title()} \u2013 planar`;
}

// The result; where it is too wide its right-hand side begins on a line of its own.
export function showResult() {
  const { formula } = state.derived;
  const broken = formula
    .replace("{aligned}\n", "{aligned}\n&")
    .replace(/ &(\\simeq|\\xrightarrow)/, " \\\\\n&\\quad $1");
  const show = (latex) => $("formula").replaceChildren(typeset(make("div"), latex, true));
  show(formula);
  if ($("formula").scrollWidth > $("formula").clientWidth) show(broken);
}
