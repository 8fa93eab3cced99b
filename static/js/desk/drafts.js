// What is in the answer boxes is saved as it is typed: on the server, and while there is no
// connection, in this browser.

const WAIT = 1200; // milliseconds after the last key
const AT_WORK = 30_000; // how often the server is told that somebody is at it
const AGAIN = 10_000; // between tries without a connection

const state = new WeakMap();

const store = {
  get(key) {
    try {
      return JSON.parse(localStorage.getItem(key));
    } catch {
      return null;
    }
  },
  set(key, value) {
    try {
      if (value) localStorage.setItem(key, JSON.stringify(value));
      else localStorage.removeItem(key);
    } catch {
      // switched off, or full: then the server's copy is the only one
    }
  },
};

const field = (form, name) => form.elements[`${form.dataset.name}-${name}`];
const boxOf = (form) => field(form, "body");
const saidBy = (form) => form.querySelector("[data-saved]");

export function keep(form, coach) {
  const box = boxOf(form);
  const own = {
    key: `walkcoach-answer-${coach}-${form.dataset.name}`,
    saved: box.defaultValue,
    timer: null,
    flight: null,
    stopped: false,
  };
  state.set(form, own);
  restore(form, own);
  box.addEventListener("input", () => {
    store.set(own.key, { body: box.value, revision: Number(field(form, "revision").value) });
    later(form, own, WAIT);
  });
  box.addEventListener("focus", () => {
    later(form, own, WAIT);
    own.pulse ??= setInterval(() => {
      if (document.visibilityState === "visible" && document.activeElement === box) save(form, own);
    }, AT_WORK);
  });
  box.addEventListener("blur", () => {
    clearInterval(own.pulse);
    own.pulse = null;
    if (box.value !== own.saved) save(form, own);
  });
}

function restore(form, own) {
  const box = boxOf(form);
  const local = store.get(own.key);
  if (!local?.body || local.body === box.value) return;
  if (!box.value || local.revision === Number(field(form, "revision").value)) {
    box.value = local.body;
    form.closest("details.again")?.setAttribute("open", "");
    saidBy(form).textContent = "Kept on this device while there was no connection.";
    later(form, own, 0);
  } else {
    ask(form, own, { body: local.body, at: "", here: true });
  }
}

function later(form, own, wait) {
  clearTimeout(own.timer);
  own.timer = setTimeout(() => save(form, own), wait);
}

// Saves one after another: an older one never overtakes a newer one.
function save(form, own) {
  own.flight = (own.flight ?? Promise.resolve()).then(() => post(form, own));
  return own.flight;
}

async function post(form, own) {
  if (own.stopped || !form.isConnected) return;
  clearTimeout(own.timer);
  const body = boxOf(form).value;
  let response;
  try {
    response = await fetch(form.dataset.answer, {
      method: "POST",
      body: new URLSearchParams(new FormData(form)),
      headers: { Accept: "application/json" },
    });
  } catch {
    keepHere(form);
    if (body) saidBy(form).textContent = "No connection. Kept on this device, saved when you are back.";
    if (body !== own.saved) later(form, own, AGAIN);
    return;
  }
  const isJson = response.headers.get("Content-Type")?.includes("json");
  if (!isJson) {
    if (body) saidBy(form).textContent = "Not saved yet. Kept on this device.";
    if (body !== own.saved) later(form, own, AGAIN);
    return;
  }
  const said = await response.json();
  if (response.status === 409) {
    field(form, "revision").value = said.revision;
    ask(form, own, said);
    return;
  }
  field(form, "revision").value = said.revision;
  own.saved = body;
  if (body) saidBy(form).textContent = `Saved ${said.at}.`;
  else saidBy(form).textContent = "";
  if (boxOf(form).value === body) store.set(own.key, null);
}

// The same coach has written elsewhere: both texts are there to choose from.
function ask(form, own, other) {
  const place = form.querySelector("[data-conflict]");
  const words = document.createElement("p");
  words.textContent = other.here
    ? "This device has kept other words of yours for this answer:"
    : `You wrote this on another device, at ${other.at}:`;
  const quote = document.createElement("blockquote");
  quote.textContent = other.body;
  const choice = (label, act) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button quiet";
    button.textContent = label;
    button.addEventListener("click", () => {
      act();
      place.hidden = true;
      place.replaceChildren();
      boxOf(form).focus();
      save(form, own);
    });
    return button;
  };
  place.replaceChildren(
    words,
    quote,
    choice("Put both in the box", () => (boxOf(form).value = `${other.body}\n\n${boxOf(form).value}`)),
    choice("Keep what is in the box", () => {}),
  );
  place.hidden = false;
}

export function keepHere(form) {
  const own = state.get(form);
  const body = boxOf(form).value;
  if (own && body !== own.saved) {
    store.set(own.key, { body, revision: Number(field(form, "revision").value) });
  }
}

// Before a form is sent: what is on its way arrives first, and nothing follows.
export async function settle(form) {
  const own = state.get(form);
  clearTimeout(own.timer);
  clearInterval(own.pulse);
  own.pulse = null;
  await own.flight;
}

export function forget(form) {
  const own = state.get(form);
  own.stopped = true;
  clearTimeout(own.timer);
  store.set(own.key, null);
}

export function unsent(live, but) {
  const kept = new Map();
  for (const form of live.querySelectorAll("form[data-answer]")) {
    const own = state.get(form);
    if (form !== but && own && boxOf(form).value !== own.saved) kept.set(form.id, boxOf(form).value);
    if (own) {
      own.stopped = true;
      clearTimeout(own.timer);
      clearInterval(own.pulse);
    }
  }
  return kept;
}

export function putBack(live, kept) {
  for (const [id, words] of kept) {
    const form = live.querySelector(`#${id}`);
    if (form) boxOf(form).value = words;
  }
}

addEventListener("online", () => {
  for (const form of document.querySelectorAll("form[data-answer]")) {
    const own = state.get(form);
    if (own && boxOf(form).value !== own.saved) save(form, own);
  }
});

// The page goes: what is not saved yet is kept here, and tried once more without waiting.
addEventListener("pagehide", () => {
  for (const form of document.querySelectorAll("form[data-answer]")) {
    const own = state.get(form);
    if (!own || own.stopped || boxOf(form).value === own.saved) continue;
    keepHere(form);
    navigator.sendBeacon(form.dataset.answer, new URLSearchParams(new FormData(form)));
  }
});
