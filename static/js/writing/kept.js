// What was typed into an article's form and has not reached the site: kept in this browser, under
// the coach who typed it, and not for long. Others may use the browser too: it goes with a sign-out.

const PREFIX = "walkcoach-article:";
const KEPT_FOR = 3 * 24 * 3600 * 1000; // milliseconds, as drafts of questions are (drafts.js)
const SIGNED_OUT = "walkcoach-signed-out";

// Storage may be switched off, or full; then the site's copy is the only one.
function attempt(act) {
  try {
    return act();
  } catch {
    return undefined;
  }
}

const keys = () =>
  attempt(() => Object.keys(localStorage).filter((key) => key.startsWith(PREFIX))) ?? [];
const keyOf = (coach, copy) => `${PREFIX}${coach}:${copy}`;

// Whether it is kept. `entries` are the form's fields as [name, value].
export function put(coach, copy, entries, window) {
  const text = JSON.stringify({ entries, window, at: Date.now() });
  return attempt(() => (localStorage.setItem(keyOf(coach, copy), text), true)) ?? false;
}

export const forget = (coach, copy) => attempt(() => localStorage.removeItem(keyOf(coach, copy)));

function read(key) {
  const one = attempt(() => JSON.parse(localStorage.getItem(key)));
  const age = Date.now() - one?.at;
  return Array.isArray(one?.entries) && age >= 0 && age < KEPT_FOR ? one : null;
}

// What this coach typed here, each with the key of its copy; what is too old goes.
export function allOf(coach) {
  const found = [];
  for (const key of keys()) {
    const one = read(key);
    if (!one) attempt(() => localStorage.removeItem(key));
    else if (key.startsWith(keyOf(coach, ""))) found.push({ ...one, copy: key.split(":")[2] });
  }
  return found;
}

// As drafts.js tells it, which also forgets all of this then.
export function whenSignedOut(act) {
  attempt(() => new BroadcastChannel(SIGNED_OUT).addEventListener("message", act));
}
