// What is said of the text, asked for anew while it is written: a little after the last key, so
// that there is one place where words are counted and lists are checked, and it is the site.

import { token } from "./token.js";

const PAUSE = 900; // ms

const panel = document.getElementById("advice");
const told = panel?.querySelector(".told");
const trouble = panel?.querySelector(".trouble");
const form = panel?.closest("form");
let editor = null;
let timer;
let asking = null;

document.addEventListener("prose-editor:ready", ({ detail }) => {
  editor = detail.editor;
  editor.view.dom.after(foot);
});

// Stays in sight at the foot of the text, and leads to all that is said.
const foot = document.createElement("a");
foot.className = "writing-foot";
foot.href = "#advice";

if (panel) {
  form.addEventListener("input", () => later(PAUSE));
  form.addEventListener("change", () => later(PAUSE));
  panel.addEventListener("click", pressed);
  shown();
}

function later(pause) {
  clearTimeout(timer);
  timer = setTimeout(() => ask(panel.dataset.advice), pause);
}

/** Ask the site, and show what it says; an older question still on its way is dropped. */
async function ask(url) {
  asking?.abort();
  asking = new AbortController();
  const { signal } = asking;
  try {
    const response = await fetch(url, { method: "POST", body: asItStands(), signal });
    if (!response.ok || response.redirected) throw new Error(String(response.status));
    show(await response.text());
    trouble.textContent = "";
  } catch (error) {
    if (error.name === "AbortError") return;
    trouble.textContent =
      "The site does not answer just now, so this may be behind. Your text is all here.";
  }
}

function asItStands() {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", token());
  for (const name of ["title", "standfirst", "body", "picture_alt"]) {
    body.append(name, form.elements[name]?.value ?? "");
  }
  const { picture } = form.elements;
  const isGoing = form.elements["picture-clear"]?.checked;
  const stands = picture?.closest(".form-row")?.querySelector("a") && !isGoing;
  body.append("has_picture", picture?.files?.length || stands ? "yes" : "");
  return body;
}

/** Put the site's words in, with what was open left open. */
function show(html) {
  const open = [...told.querySelectorAll("details[open]")].map((part) => part.dataset.keptOpen);
  const hasFocus = told.contains(document.activeElement);
  told.innerHTML = html;
  for (const name of open) {
    told.querySelector(`details[data-kept-open="${name}"]`)?.setAttribute("open", "");
  }
  if (hasFocus) panel.focus();
  shown();
}

function shown() {
  const { short } = told.querySelector(".counts").dataset;
  const wanting = told.querySelectorAll(".points .wanting").length;
  foot.textContent = `${short} · ${wanting ? `${wanting} to look at` : "nothing to mend"}`;
  // What only a script can do is hidden until there is one.
  for (const button of told.querySelectorAll("button[hidden]")) button.hidden = false;
}

function pressed(event) {
  const { target } = event;
  if (target.matches(".try-links")) {
    target.disabled = true;
    target.textContent = "Trying the links…";
    clearTimeout(timer);
    ask(panel.dataset.links);
  } else if (target.dataset.words) {
    goToWords(target.dataset.words);
  } else if (target.dataset.place && editor) {
    const [kind, number] = target.dataset.place.split(":");
    if (kind === "body" || number !== undefined) {
      event.preventDefault();
      goTo(kind, Number(number));
    } else {
      document.getElementById(`id_${kind}`)?.focus();
    }
  }
}

const ofKind = {
  heading: (node) => node.type.name === "heading" || node.type.name === "seeSomeoneTitle",
  picture: (node) => node.type.name === "picture",
};

/** Go to a heading, picture or link by its number in the text. */
function goTo(kind, wanted) {
  let number = -1;
  let at = kind === "body" ? 1 : null;
  let last = null;
  editor.state.doc.descendants((node, pos) => {
    if (at !== null) return false;
    if (kind === "link") {
      // The letters of a link may stand in several pieces, where some are bold.
      const href = node.isText
        ? node.marks.find(({ type }) => type.name === "link")?.attrs.href
        : node.type.name === "video" && node.attrs.href;
      if (href && (href !== last || !node.isText)) number += 1;
      if (node.isText || node.type.name === "video") last = href || null;
      if (href && number === wanted) at = pos;
    } else if (ofKind[kind]?.(node)) {
      number += 1;
      if (number === wanted) at = pos;
    }
    return true;
  });
  if (at !== null) select(at + 1, at + 1);
}

/** Find a sentence in the text and select it. */
function goToWords(words) {
  editor.state.doc.descendants((node, pos) => {
    if (!node.isTextblock) return true;
    const text = node.textBetween(0, node.content.size, " ", " ").replaceAll("\u00a0", " ");
    const at = text.indexOf(words);
    if (at !== -1) select(pos + 1 + at, pos + 1 + at + words.length);
    return false;
  });
}

function select(from, to) {
  editor.chain().focus().setTextSelection({ from, to }).run();
  const { node } = editor.view.domAtPos(from);
  const element = node.nodeType === 1 ? node : node.parentElement;
  element.scrollIntoView({ block: "center" });
}
