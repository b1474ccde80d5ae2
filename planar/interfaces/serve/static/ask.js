// Questions to the server about the expression, JSON both ways; a newer question of one kind
// supersedes an older one.

import { state } from "./state.js";

export class Refusal extends Error {
  constructor(answer) {
    super(answer.error);
    this.answer = answer;
  }
}

const running = new Map();

// The answer of a task, or null where a newer question came in between; raises `Refusal` with the
// sentence of the server.
export async function ask(task, question = {}) {
  running.get(task)?.abort();
  const control = new AbortController();
  running.set(task, control);
  const headers = { "Content-Type": "application/json" };
  const body = JSON.stringify({ ...state.subject, ...question });
  try {
    const response = await fetch(`/${task}`, {
      method: "POST", headers, body, signal: control.signal,
    });
    const answer = await response.json();
    if (!response.ok) throw new Refusal(answer);
    return answer;
  } catch (error) {
    if (control.signal.aborted) return null;
    if (error instanceof Refusal) throw error;
    throw new Refusal({ error: "planar does not answer; is planar serve still running?" });
  } finally {
    if (running.get(task) === control) running.delete(task);
  }
}

// Give up every question.
export function forget() {
  for (const control of running.values()) control.abort();
  running.clear();
}
