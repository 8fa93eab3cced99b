// What the editor says to the coach: one line under its tools, read aloud by screen readers.

import { make } from "./dialog.js";

const lines = new WeakMap();

/** The line of this editor, made when it is first needed. */
export function statusOf(editor) {
  if (!lines.has(editor)) {
    lines.set(editor, make("div", { className: "writing-status", role: "status" }));
  }
  return lines.get(editor);
}

/** Say something that stays until it is put away; `again` is what a second try would do. */
export function say(editor, words, again = null) {
  const line = make("p", {}, words, " ");
  if (again) {
    const button = make("button", { type: "button" }, "Try again");
    button.addEventListener("click", () => {
      line.remove();
      again();
    });
    line.append(button, " ");
  }
  const away = make("button", { type: "button" }, "Close");
  away.addEventListener("click", () => line.remove());
  line.append(away);
  statusOf(editor).append(line);
}
