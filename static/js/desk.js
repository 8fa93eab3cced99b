// The desk without reloads: acts are sent and their page put in place of this one, drafts keep
// themselves, and the next thread comes into focus. Every act works without any of it.

import * as drafts from "./desk/drafts.js";
import * as insert from "./desk/insert.js";
import * as keys from "./desk/keys.js";
import * as leaving from "./desk/leaving.js";
import * as presence from "./desk/presence.js";

const says = document.getElementById("desk-says");
const live = () => document.getElementById("desk-live");
const cards = () => [...live().querySelectorAll("[data-thread]")];
let busy = false;

function say(words) {
  says.textContent = "";
  // The same words twice are said twice.
  setTimeout(() => (says.textContent = words), 50);
}

function toast(words) {
  document.getElementById("desk-toast")?.remove();
  const box = document.createElement("div");
  box.id = "desk-toast";
  box.className = "notice warning";
  box.append(words);
  document.getElementById("desk-notices").prepend(box);
  say(box.textContent);
}

const forgetToast = () => document.getElementById("desk-toast")?.remove();

async function pageOf(response) {
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  return { page, found: page.getElementById("desk-live") };
}

// What the coach has in other boxes, and where, goes over to the page that comes.
function putInPlace(page, found, but) {
  const kept = drafts.unsent(live(), but);
  for (const old of document.querySelectorAll("main > .notice")) old.remove();
  for (const message of page.querySelectorAll("main > .notice")) {
    found.querySelector("#desk-notices").prepend(document.importNode(message, true));
  }
  live().replaceWith(document.importNode(found, true));
  document.title = page.title;
  drafts.putBack(live(), kept);
  begin();
}

function focusOn(thread, place) {
  const card = thread && document.getElementById(`thread-${thread}`);
  const asked = card?.querySelector(".error-summary, [data-asks], [data-preview]");
  const next = card ?? cards()[Math.min(place, cards().length - 1)];
  const target = asked ?? next ?? live().querySelector("h1");
  target.focus({ preventScroll: true });
  target.scrollIntoView({ block: "start" });
}

function sayWhatStands() {
  const notices = [...live().querySelectorAll("#desk-notices .notice p")];
  const words = notices.map((notice) => notice.innerText.trim());
  say([...words, live().querySelector("h1").innerText].join(" "));
}

async function send(form, submitter) {
  const card = form.closest("[data-thread]");
  const thread = card?.dataset.thread;
  const place = card ? cards().indexOf(card) : 0;
  const address = submitter?.getAttribute("formaction") ?? form.getAttribute("action");
  if (form.dataset.answer) await drafts.settle(form);
  const body = new URLSearchParams(new FormData(form, submitter));
  form.setAttribute("aria-busy", "true");
  let response;
  try {
    response = await fetch(address, { method: "POST", body });
  } catch {
    if (form.dataset.answer) drafts.keepHere(form);
    toast("No connection. Nothing is lost: press again when you are back.");
    return;
  } finally {
    form.removeAttribute("aria-busy");
  }
  if (new URL(response.url).pathname.startsWith("/accounts/")) {
    if (form.dataset.answer) drafts.keepHere(form);
    const link = document.createElement("a");
    link.href = "/accounts/login/?next=/admin/desk/";
    link.target = "_blank";
    link.textContent = "Sign in again";
    const words = document.createElement("p");
    words.append("You have been signed out. Your words are kept here. ", link, ", then press again.");
    toast(words);
    return;
  }
  const { page, found } = await pageOf(response);
  if (!found) {
    if (response.ok) location.assign(response.url);
    else {
      if (form.dataset.answer) drafts.keepHere(form);
      toast("That did not arrive. Nothing is lost: press again in a moment.");
    }
    return;
  }
  if (form.dataset.answer && response.ok) drafts.forget(form);
  const words = form.dataset.answer ? form : null;
  putInPlace(page, found, words);
  focusOn(form.dataset.of ?? thread, place);
  sayWhatStands();
}

async function refreshNotices() {
  try {
    const { found } = await pageOf(await fetch(location.href));
    if (!found) return;
    for (const part of ["#desk-notices", ".heaps"]) {
      const now = live().querySelector(part);
      const then = found.querySelector(part);
      if (now && then) now.replaceWith(document.importNode(then, true));
    }
    live().dataset.now = found.dataset.now;
    leaving.begin(live(), refreshNotices);
  } catch {
    // the worker publishes it all the same
  }
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  const submitter = event.submitter;
  if (form.method !== "post" || !live().contains(form) || event.defaultPrevented) return;
  const box = form.dataset.answer ? form.querySelector("textarea") : null;
  const isAnswer = box && !submitter?.hasAttribute("formaction");
  event.preventDefault();
  if (isAnswer && !box.value.trim()) {
    openBox(form.closest("[data-thread]"));
    return;
  }
  if (busy) return;
  busy = true;
  forgetToast();
  try {
    await send(form, submitter);
  } finally {
    busy = false;
  }
});

function openBox(card) {
  const box = card?.querySelector("form[data-answer] textarea");
  if (!box) return;
  box.closest("details.again")?.setAttribute("open", "");
  box.focus({ preventScroll: true });
  box.scrollIntoView({ block: "center" });
}

function begin() {
  live().classList.add("scripted");
  for (const form of live().querySelectorAll("form[data-answer]")) {
    drafts.keep(form, live().dataset.coach);
    insert.offer(form);
  }
  leaving.begin(live(), refreshNotices);
}

document.documentElement.classList.add("desk-scripted");
keys.listen({ live, cards, openBox, insert: insert.open });
insert.begin(() => live().dataset.insertable);
presence.watch(live, cards);
begin();
