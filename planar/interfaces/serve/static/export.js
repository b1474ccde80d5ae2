// Texts that the page hands over: to the clipboard, and shown below the buttons.

import { ask } from "./ask.js";
import { sampled } from "./curves.js";
import { style } from "./diagrams.js";
import { $, note } from "./elements.js";
import { ready } from "./state.js";

const NAMES = {
  latex: "LaTeX", steps: "the proof", tikz: "TikZ", svg: "SVG", figure: "SVG",
  numpy: "the Python module", numba: "the numba module", jax: "the JAX module", c: "the C file",
  link: "the link",
};

export async function exportAs(kind) {
  if (!ready()) return;
  note("copied", "\u2026");
  try {
    const text = kind === "link" ? location.href : await made(kind);
    if (text !== null) await copy(text, NAMES[kind]);
  } catch (error) {
    $("made").hidden = true;
    note("copied", error.message, true);
  }
}

async function made(kind) {
  const answer = await ask("export", {
    kind, ...style(), ...(kind === "figure" ? sampled() : {}),
  });
  return answer === null ? null : answer.made;
}

// Where the clipboard is closed to the page, the text is selected instead.
async function copy(text, name) {
  $("made").textContent = text;
  $("made").hidden = false;
  const size = text.length.toLocaleString("en");
  try {
    await navigator.clipboard.writeText(text);
    note("copied", `Copied ${name}, ${size} characters.`);
  } catch {
    getSelection().selectAllChildren($("made"));
    note("copied", `Here is ${name}, ${size} characters; press Ctrl+C to copy it.`);
  }
}
