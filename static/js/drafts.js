// Drafts of questions and replies. They never leave this browser, and not for long do they stay in
// it: others may use it too.

const PREFIX = "walkcoach-draft:";
const SENT = "walkcoach-sent";
// What the writing room keeps: articles (writing/kept.js) and answers (desk/drafts.js).
const WRITING_ROOM = ["walkcoach-article:", "walkcoach-answer-"];
const DAY = 24 * 3600 * 1000; // milliseconds
// A weekend away from the machine; after that, what somebody wrote about their knees is gone.
export const KEPT_FOR_DAYS = 3;

// Storage may be switched off, or full; then there are no drafts, and nothing else is missing.
function attempt(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}

const keyOf = (form) => `${PREFIX}${form.dataset.owner || "guest"}:${form.dataset.draft}`;
const words = (text) => text.split(/\s+/).filter(Boolean).join(" ");

function read(key) {
  const draft = attempt(() => JSON.parse(localStorage.getItem(key)));
  const age = Date.now() - draft?.at;
  return typeof draft?.comment === "string" && age >= 0 && age < KEPT_FOR_DAYS * DAY ? draft : null;
}

function keys() {
  return attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) ?? [];
}

const forget = (key) => attempt(() => localStorage.removeItem(key));

// What the form holds: the words, and with them the name and the address of a guest.
export function valuesOf(form) {
  const values = {};
  for (const name of ["comment", "name", "email"]) {
    if (form.elements[name]?.type !== undefined) values[name] = form.elements[name].value;
  }
  return values;
}

// Whether it is kept. A name and an address are kept with words only, and go when they go.
export function keep(form) {
  const values = valuesOf(form);
  if (!values.comment.trim()) {
    forget(keyOf(form));
    return false;
  }
  const text = JSON.stringify({ ...values, at: Date.now() });
  return attempt(() => (localStorage.setItem(keyOf(form), text), true)) ?? false;
}

// Fill in what is empty; whether there was a draft for it.
export function restore(form) {
  const draft = read(keyOf(form));
  if (!draft || (form.elements.comment.value && form.elements.comment.value !== draft.comment)) {
    return false;
  }
  for (const name of Object.keys(valuesOf(form))) {
    if (!form.elements[name].value) form.elements[name].value = draft[name] ?? "";
  }
  return true;
}

export const forgetDraftOf = (form) => forget(keyOf(form));

// Whoever signs out may leave the machine to others. Windows that are still open are told, so that
// they keep nothing here again.
export function forgetAll() {
  keys().forEach(forget);
  const others = attempt(() => Object.keys(localStorage)) ?? [];
  others.filter((key) => WRITING_ROOM.some((prefix) => key.startsWith(prefix))).forEach(forget);
  attempt(() => new BroadcastChannel("walkcoach-signed-out").postMessage(""));
}

export const isSending = (form) => attempt(() => sessionStorage.setItem(SENT, keyOf(form)));

// A draft is forgotten when it is seen to have arrived, not when it is sent: a connection may be
// lost, and a form may come back. With it goes every other draft of the same words, as the one that
// somebody began before they signed in.
export function forgetWhatArrived() {
  const key = attempt(() => sessionStorage.getItem(SENT));
  if (!key) return;
  attempt(() => sessionStorage.removeItem(SENT));
  const draft = words(read(key)?.comment ?? "");
  const shown = [...document.querySelectorAll(".comment .body")];
  const arrived =
    document.querySelector("[data-posted]") ||
    (draft && !document.querySelector("form.ask .error-summary, .preview, #red-flag") &&
      shown.some((body) => words(body.innerText) === draft));
  if (!arrived) return;
  forget(key);
  keys().filter((other) => words(read(other)?.comment ?? "") === draft).forEach(forget);
}

export function forgetWhatIsOld() {
  keys().filter((key) => !read(key)).forEach(forget);
}
