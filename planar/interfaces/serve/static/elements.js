// Parts of the page: elements, formulas, notes. Text goes in as text.

export const $ = (id) => document.getElementById(id);

export function make(name, properties = {}, ...children) {
  const node = Object.assign(document.createElement(name), properties);
  node.append(...children);
  return node;
}

export function typeset(node, latex, displayMode = false) {
  const safe = { throwOnError: false, trust: false, strict: false, maxExpand: 1000, maxSize: 20 };
  katex.render(latex, node, { displayMode, ...safe });
  return node;
}

// Prose with formulas between dollars.
export function prose(text) {
  const formula = (part) => part.startsWith("$") && part.length > 1;
  const node = (part) => (formula(part) ? typeset(make("span"), part.slice(1, -1)) : part);
  return text.split(/(\$[^$]*\$)/).map(node);
}

export function note(id, text, wrong = false) {
  $(id).textContent = text;
  $(id).classList.toggle("wrong", wrong);
}

export function seconds(time) {
  if (time < 0.1) return `${Math.max(1, Math.round(1000 * time))} ms`;
  return `${time.toFixed(time < 10 ? 1 : 0)} s`;
}

export const counted = (n, noun) => `${n.toLocaleString("en")} ${noun}${n === 1 ? "" : "s"}`;
