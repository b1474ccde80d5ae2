// The address of the page holds what is typed and chosen, so that a link leads back to it.

import { $ } from "./elements.js";
import { ready, state } from "./state.js";
import { declarations, expression } from "./typed.js";

const BLOCKS = ["comb", "arcs"];
const LONGEST = { declarations: 20000, expression: 4000 };

export function remember() {
  if (!ready()) return;
  const { subject, order, along, values } = state;
  const parts = new URLSearchParams({
    let: subject.declarations, derive: subject.expression, order,
  });
  if ($("layout").value) parts.set("layout", $("layout").value);
  if ($("blocks").value !== "comb") parts.set("blocks", $("blocks").value);
  if (along) parts.set("along", along);
  for (const [name, value] of Object.entries(values)) parts.set(`at.${name}`, value);
  history.replaceState(null, "", `#${parts}`);
}

// Whether the address holds an expression; its text is then typed, and its choices are wished for.
export function recall() {
  const parts = new URLSearchParams(location.hash.slice(1));
  if (!parts.get("derive")) return false;
  declarations.text = (parts.get("let") ?? "").slice(0, LONGEST.declarations);
  expression.text = parts.get("derive").slice(0, LONGEST.expression);
  const order = Number(parts.get("order")), blocks = parts.get("blocks");
  state.wish = {
    order: Number.isInteger(order) ? order : null,
    layout: parts.get("layout"),
    blocks: BLOCKS.includes(blocks) ? blocks : null,
    along: parts.get("along"),
    values: wishedValues(parts),
  };
  return true;
}

function wishedValues(parts) {
  const values = {};
  for (const [name, text] of parts) {
    const value = Number(text);
    if (name.startsWith("at.") && text && Number.isFinite(value)) values[name.slice(3)] = value;
  }
  return values;
}
