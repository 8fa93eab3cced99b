// Composing a question or a reply: the count, the draft, a lost connection, similar questions.

import { counter } from "./counter.js";
import * as drafts from "./drafts.js";
import { similar } from "./similar.js";

const ONLINE_AGAIN = "You are online again. Press the button to send it.";
const OFFLINE_KEPT =
  "You are offline just now. Nothing is lost: your words are kept in this browser. Press the " +
  "button again once you are back.";
const OFFLINE =
  "You are offline just now. Nothing is lost: keep this page open, and press the button again " +
  "once you are back.";

export function element(name, properties, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

function changed(form) {
  form.elements.comment.dispatchEvent(new Event("input", { bubbles: true }));
}

// Below the buttons, so that nothing moves under the fingers when it appears.
function draftNote(form) {
  const words = element("span", {});
  const act = element("button", { type: "button", className: "link-button" });
  const note = element("p", { className: "hint draft-note", hidden: true }, words, " ", act);
  let deleted = null;
  form.append(note);

  const show = (text, label) => {
    words.textContent = text;
    act.textContent = label;
    note.hidden = false;
  };
  const showKept = (isKept) => {
    if (isKept) {
      deleted = null;
      show(`Your draft is kept in this browser for ${drafts.KEPT_FOR_DAYS} days.`, "Delete it");
    } else if (!deleted) note.hidden = true;
  };
  act.addEventListener("click", () => {
    if (deleted) {
      for (const [name, value] of Object.entries(deleted)) form.elements[name].value = value;
      changed(form);
      return;
    }
    deleted = drafts.valuesOf(form);
    for (const name of Object.keys(deleted)) form.elements[name].value = "";
    drafts.forgetDraftOf(form);
    changed(form);
    show("Your draft is deleted.", "Put it back");
  });
  return showKept;
}

function lostConnection(form, isKept) {
  const note = element("p", { className: "offline-note", role: "status" });
  form.querySelector(".actions").after(note);
  form.addEventListener("submit", (event) => {
    if (navigator.onLine) return;
    event.preventDefault();
    note.textContent = isKept() ? OFFLINE_KEPT : OFFLINE;
  });
  addEventListener("online", () => {
    if (note.textContent) note.textContent = ONLINE_AGAIN;
  });
}

export function compose(form) {
  const field = form.elements.comment;
  const showKept = draftNote(form);
  let isKept = drafts.restore(form);
  showKept(isKept);
  form.addEventListener("input", () => {
    isKept = drafts.keep(form);
    showKept(isKept);
  });
  counter(field, Number(form.dataset.longest));
  similar(form);
  lostConnection(form, () => isKept);
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (event.submitter?.name === "sign_out") drafts.forgetAll();
    else drafts.isSending(form);
  });
}
