// Replies in place, and drafts that outlive a reload. The pages work without any of it.

const SENT = "walkcoach-sent";

// Storage may be switched off, or full; then there are no drafts, and nothing else is missing.
const store = {
  get(key) {
    try {
      return sessionStorage.getItem(key);
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value) sessionStorage.setItem(key, value);
      else sessionStorage.removeItem(key);
    } catch {
      // no draft, then
    }
  },
};

const draftKey = (form) => `walkcoach-draft-${form.dataset.draft}`;
const words = (text) => text.split(/\s+/).filter(Boolean).join(" ");

function keepDraft(form) {
  const field = form.elements.comment;
  if (!field.value) field.value = store.get(draftKey(form)) ?? "";
  field.addEventListener("input", () => store.set(draftKey(form), field.value));
  form.addEventListener("submit", () => store.set(SENT, draftKey(form)));
}

// A draft is forgotten when it is seen to have arrived, not when it is sent: a connection may be
// lost, and a form may come back.
function forgetWhatArrived() {
  const key = store.get(SENT);
  if (!key) return;
  store.set(SENT, "");
  const draft = words(store.get(key) ?? "");
  const shown = [...document.querySelectorAll(".comment .body")];
  const arrived =
    document.querySelector("[data-posted]") ||
    (draft && !document.querySelector(".error-summary") &&
      shown.some((body) => words(body.innerText) === draft));
  if (arrived) store.set(key, "");
}

let opened = null;

function close() {
  opened?.form.remove();
  opened?.link.removeAttribute("aria-expanded");
  opened?.link.focus();
  opened = null;
}

async function replyForm(link) {
  const response = await fetch(link.href);
  if (!response.ok) return null;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const form = page.querySelector("form#reply");
  return form && document.importNode(form, true);
}

async function open(link) {
  const form = await replyForm(link).catch(() => null);
  if (!form) {
    location.href = link.href;
    return;
  }
  close();
  opened = { form, link };
  link.setAttribute("aria-expanded", "true");
  // On its own page the form's heading is of level 2; among comments it is one like theirs.
  const heading = form.querySelector("h2");
  const inPlace = document.createElement("h3");
  inPlace.id = heading.id;
  inPlace.textContent = heading.textContent;
  heading.replaceWith(inPlace);
  const cancel = document.createElement("button");
  cancel.type = "button";
  cancel.className = "button quiet";
  cancel.textContent = "Cancel";
  cancel.addEventListener("click", close);
  form.querySelector(".actions").append(cancel);
  form.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !event.isComposing) close();
  });
  link.closest(".comment").after(form);
  keepDraft(form);
  form.elements.comment.focus();
}

forgetWhatArrived();
document.querySelectorAll("form.ask").forEach(keepDraft);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.reply");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link);
});
