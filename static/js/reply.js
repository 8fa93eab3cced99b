// Replies in place, and help with composing them. The pages work without any of it.

import { compose } from "./compose.js";
import { forgetWhatArrived, forgetWhatIsOld } from "./drafts.js";

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
  compose(form);
  form.elements.comment.focus();
}

forgetWhatArrived();
forgetWhatIsOld();
document.querySelectorAll("form.ask").forEach(compose);
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.reply");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  open(link);
});
