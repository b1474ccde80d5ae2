// The two texts that are typed: declarations of letters, and the expression.

import { Editor } from "./editor.js";
import { $ } from "./elements.js";

export const declarations = new Editor($("declarations"));
export const expression = new Editor($("expression"));

export const typed = () => ({ declarations: declarations.text, expression: expression.text });

export function clearMarks() {
  declarations.clear();
  expression.clear();
  $("error").hidden = true;
}

// An error of the server: its sentence, and its place where it has one.
export function showError(error) {
  const { answer } = error;
  $("error").textContent = error.message;
  $("error").hidden = false;
  if (answer?.start === undefined) return;
  const declared = answer.field === "declarations";
  const editor = declared ? declarations : expression;
  editor.mark(answer.line, answer.start, answer.end, declared);
}
