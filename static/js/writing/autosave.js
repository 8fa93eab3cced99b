// What is typed into an article's form is kept as it is typed: on the site, for the coach alone,
// and in this browser until the site has it. Readers see nothing of it.

import * as kept from "./kept.js";

const WAIT = 1500; // milliseconds after the last key
const AT_LATEST = 8000; // while somebody types without a pause
const AGAIN = 10_000; // between tries without a connection
const PATIENCE = 20_000; // with a connection that is there and brings nothing
const BEFORE_SENDING = 3000; // how long a press waits for what is on its way

// Of the form, but not typed.
const NOT_TYPED = new Set([
  "csrfmiddlewaretoken",
  "of_article",
  "opened",
  "copy",
  "copy_revision",
]);

const form = document.getElementById("article_form");
const box = document.getElementById("autosave");
const { autosave: address, coach, signIn } = box.dataset;
const field = (name) => form.elements[name];
const says = document.querySelectorAll("[data-autosave-says]");

const own = {
  window: newKey(),
  saved: "",
  touched: false,
  stopped: false,
  signedOut: false,
  timer: null,
  since: 0,
  flight: null,
};

// As a UUID is written. crypto.randomUUID is not there over plain http.
function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}

// A file is not kept: it is uploaded with the article.
const entries = () => [...new FormData(form)].filter(([, value]) => typeof value === "string");
const typed = (all) => JSON.stringify(all.filter(([name]) => !NOT_TYPED.has(name)));

function say(words, link) {
  for (const place of says) {
    place.textContent = words;
    if (link) place.append(" ", link.cloneNode(true));
  }
}

function signInLink() {
  const link = document.createElement("a");
  link.href = signIn;
  link.target = "_blank";
  link.textContent = "Sign in again";
  return link;
}

function keepHere() {
  if (own.signedOut) return false;
  return kept.put(coach, field("copy").value, entries(), own.window);
}

function later(wait) {
  clearTimeout(own.timer);
  own.timer = setTimeout(save, wait);
}

function changed() {
  own.touched = true;
  own.since ||= Date.now();
  later(Math.max(0, Math.min(WAIT, own.since + AT_LATEST - Date.now())));
}

// One after another: an older one never overtakes a newer one.
function save() {
  const flight = (own.flight ?? Promise.resolve())
    .then(post)
    .catch(() => {})
    .finally(() => {
      if (own.flight === flight) own.flight = null;
    });
  own.flight = flight;
  return flight;
}

function body(all, window, typedAt) {
  const sent = new URLSearchParams(all);
  sent.set("csrfmiddlewaretoken", field("csrfmiddlewaretoken").value);
  sent.set("window", window);
  sent.set("typed_at", typedAt);
  return sent;
}

const send = (sent) =>
  fetch(address, {
    method: "POST",
    body: sent,
    headers: { Accept: "application/json" },
    signal: AbortSignal.timeout(PATIENCE),
  });

async function post() {
  if (own.stopped || !own.touched) return;
  clearTimeout(own.timer);
  const all = entries();
  const words = typed(all);
  if (words === own.saved) return;
  const here = keepHere() ? "Kept on this device" : "Not saved yet";
  let response;
  try {
    response = await send(body(all, own.window, Date.now()));
  } catch {
    say(`No connection. ${here}, and tried again.`);
    later(AGAIN);
    return;
  }
  const isOurs = response.headers.get("Content-Type")?.includes("json");
  if (response.ok && !isOurs) {
    say(`You have been signed out. ${here}.`, signInLink());
    later(AGAIN);
    return;
  }
  if (response.status === 403) {
    const renewed = await renewTokens();
    if (renewed) later(0);
    else say(`You are not signed in as before. ${here}.`, signInLink());
    return;
  }
  if (response.status === 409) {
    say(`This article was deleted elsewhere. ${here}.`);
    return;
  }
  if (!response.ok) {
    say(`That did not arrive. ${here}, and tried again.`);
    later(AGAIN);
    return;
  }
  arrived(await response.json(), words);
}

function arrived(said, words) {
  kept.forget(coach, field("copy").value);
  field("copy").value = said.copy;
  field("copy_revision").value = said.revision;
  own.saved = words;
  own.since = 0;
  own.signedOut = false;
  say(said.other || `Saved ${said.at}, for you alone.`);
  dispatchEvent(new CustomEvent("article:kept", { detail: said.preview }));
  if (typed(entries()) !== words) changed();
}

// Whoever signs in anew, in another window, has a new token: this form must learn it. Not where
// somebody else has signed in: it is not for them.
async function renewTokens() {
  const page = await thisPageAnew();
  if (page?.getElementById("autosave")?.dataset.coach !== coach) return false;
  const token = page.querySelector("#article_form [name=csrfmiddlewaretoken]").value;
  const isNew = token && token !== field("csrfmiddlewaretoken").value;
  for (const place of document.getElementsByName("csrfmiddlewaretoken")) place.value = token;
  return isNew;
}

async function thisPageAnew() {
  const response = await fetch(location.href).catch(() => null);
  if (!response?.ok) return null;
  // The editor's empty style sheet has a nonce of its own there, which the policy here knows not.
  const text = (await response.text()).replace(/<style\b[^>]*><\/style>/g, "");
  return new DOMParser().parseFromString(text, "text/html");
}

// What was kept here and never arrived goes to the site first, and is then offered by it.
async function bringIn() {
  let came = false;
  for (const one of kept.allOf(coach)) {
    if (one.copy === field("copy").value) {
      own.touched = true; // it is in the form already, which came back
      later(0);
      continue;
    }
    const response = await send(body(one.entries, one.window, one.at)).catch(() => null);
    if (!response?.ok || !response.headers.get("Content-Type")?.includes("json")) continue;
    kept.forget(coach, one.copy);
    came = true;
  }
  if (!came) return;
  const offered = (await thisPageAnew())?.getElementById("recovery");
  if (offered) document.getElementById("recovery").replaceWith(document.importNode(offered, true));
}

for (const place of document.querySelectorAll("[data-saved-copy]")) {
  kept.forget(coach, place.dataset.savedCopy);
}
own.saved = typed(entries());
const cameBack = form.querySelector(".errornote, #clash");
bringIn();
if (!field("copy").value) field("copy").value = newKey();
if (cameBack) {
  own.saved = "";
  changed();
}

// The editor writes its text anew when it begins, in its own words for the same.
form.addEventListener("prose-editor:ready", () => {
  if (!own.touched) own.saved = typed(entries());
});

// The editor's own field hears of a change after the key: what counts is what the form holds when
// the time is over.
for (const name of ["input", "change", "keyup", "paste", "drop", "click"]) {
  form.addEventListener(name, (event) => {
    if (event.target.closest?.(".submit-row")) return;
    if ((name === "click" || name === "keyup") && typed(entries()) === own.saved) return;
    changed();
  });
}
form.addEventListener("focusout", () => {
  if (own.touched && typed(entries()) !== own.saved) later(300);
});

// Keys come fast, and storage is slow: what is typed is kept here twice a second at most.
let keeping = null;
form.addEventListener("input", () => {
  keeping ??= setTimeout(() => {
    keeping = null;
    if (!own.stopped && typed(entries()) !== own.saved) keepHere();
  }, 500);
});

form.addEventListener("submit", (event) => {
  if (event.submitter?.hasAttribute("formaction")) return;
  if (own.touched) keepHere(); // until it is seen to have arrived
  own.stopped = true;
  clearTimeout(own.timer);
  if (!own.flight) return;
  event.preventDefault();
  const { submitter } = event;
  const enough = new Promise((resolve) => setTimeout(resolve, BEFORE_SENDING));
  Promise.race([own.flight, enough]).then(() => {
    own.flight = null;
    // Not within this press: a form that is being sent cannot be sent.
    setTimeout(() => form.requestSubmit(submitter));
  });
});

addEventListener("online", () => later(0));
document.addEventListener("visibilitychange", () => {
  if (own.touched) save();
});

// The page goes: what has not arrived is kept here, and tried once more without waiting.
addEventListener("pagehide", () => {
  const all = entries();
  if (own.stopped || !own.touched || typed(all) === own.saved) return;
  keepHere();
  navigator.sendBeacon(address, body(all, own.window, Date.now()));
});

// Back to a page that was left by a press.
addEventListener("pageshow", (event) => {
  if (event.persisted) own.stopped = false;
});

kept.whenSignedOut(() => {
  own.signedOut = true;
  say("You have signed out. What you type here is kept nowhere until you are back.", signInLink());
});
