// The small sum that the site asks of a guest's device (comments/proof_of_work.py). It begins when
// the form is first used, so it is mostly done before the words are. Where it cannot be done the
// comment is sent without it, and the coach reads it first.

const LONGEST_WAIT = 20_000; // milliseconds that a press of the button waits
const SPARE = 60_000; // milliseconds that must be left of a solution's time

const begun = new WeakMap(); // form → { solution: promise of whether there is one, until }
const sending = new WeakSet(); // forms whose next submit is ours

const partOf = (form) => form?.querySelector("[data-proof]");
const isFresh = (work) => work && Date.now() < work.until - SPARE;

function solve(challenge, address) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(address);
    const end = (act) => (event) => {
      worker.terminate();
      act(event);
    };
    worker.onmessage = end(({ data }) => (data?.derivedKey ? resolve(data) : reject(data)));
    worker.onerror = end(reject);
    worker.postMessage({ type: "work", challenge });
  });
}

async function work(form, ours) {
  const { proof: address, worker } = partOf(form).dataset;
  try {
    const response = await fetch(address, { credentials: "omit" });
    const challenge = await response.json();
    ours.until = challenge.parameters.expiresAt * 1000;
    const solution = await solve(challenge, worker);
    form.elements.proof.value = btoa(JSON.stringify({ challenge, solution }));
    return true;
  } catch {
    begun.delete(form); // the next press tries again
    return false;
  }
}

function begin(form) {
  if (!isFresh(begun.get(form))) {
    const ours = { until: Infinity, isDone: false };
    form.elements.proof.value = "";
    begun.set(form, ours);
    ours.solution = work(form, ours).finally(() => (ours.isDone = true));
  }
  return begun.get(form).solution;
}

async function sendOnceDone(form, button) {
  const status = partOf(form).querySelector("[role=status]");
  status.textContent = status.dataset.words;
  await Promise.race([
    begin(form),
    new Promise((resolve) => setTimeout(resolve, LONGEST_WAIT)),
  ]);
  status.textContent = "";
  sending.add(form);
  form.requestSubmit(button);
}

document.addEventListener("focusin", ({ target }) => {
  if (partOf(target.form)) begin(target.form);
});

// Before the form's own listeners, which hear of it when it is really sent.
document.addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    const needsNone = event.submitter?.formNoValidate;
    if (!partOf(form) || needsNone || sending.delete(form)) return;
    const ours = begun.get(form);
    if (isFresh(ours) && ours.isDone) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!form.ariaBusy) {
      form.ariaBusy = "true";
      sendOnceDone(form, event.submitter).finally(() => (form.ariaBusy = null));
    }
  },
  true,
);

// Back on a page that the browser kept: what was solved on it may be spent.
addEventListener("pageshow", ({ persisted }) => {
  if (persisted) document.querySelectorAll("form").forEach((form) => begun.delete(form));
});
