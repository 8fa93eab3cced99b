// Single keys, only while no field has the focus, and switched off in the dialog that lists them
// (WCAG 2.2, 2.1.4).

const SWITCH = "walkcoach-desk-keys";

const areOn = () => {
  try {
    return localStorage.getItem(SWITCH) !== "off";
  } catch {
    return true;
  }
};

function turn(on) {
  try {
    localStorage.setItem(SWITCH, on ? "on" : "off");
  } catch {
    // then they stay on
  }
}

export function listen({ live, cards, openBox, insert }) {
  const help = document.getElementById("desk-keys");
  const box = document.getElementById("desk-keys-on");
  box.checked = areOn();
  box.addEventListener("change", () => turn(box.checked));
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-open]");
    if (opener) document.getElementById(opener.dataset.open)?.showModal();
  });

  let last = null; // the thread that was in focus, by its key
  document.addEventListener("focusin", (event) => {
    last = event.target.closest?.("[data-thread]")?.dataset.thread ?? last;
  });
  const current = () =>
    document.activeElement.closest("[data-thread]") ??
    (last && document.getElementById(`thread-${last}`)) ??
    cards()[0];

  function go(step) {
    const all = cards();
    if (!all.length) return;
    const here = document.activeElement.closest("[data-thread]");
    const to = here ? all.indexOf(here) + step : step > 0 ? 0 : all.length - 1;
    const card = all[Math.min(Math.max(to, 0), all.length - 1)];
    card.focus({ preventScroll: true });
    card.scrollIntoView({ block: "start" });
  }

  const press = (within, key) => [...(within?.querySelectorAll(`[data-key="${key}"]`) ?? [])].at(-1)?.click();

  const acts = {
    j: () => go(1),
    k: () => go(-1),
    r: () => openBox(current()),
    i: () => insert(current()?.querySelector("form[data-answer]")),
    a: () => current()?.querySelector('[data-key="publish"]')?.click(),
    s: () => press(current(), "spam"),
    n: () => press(current(), "no-answer"),
    u: () => live().querySelector('#desk-notices [data-key="undo"]')?.click(),
    "/": () => document.getElementById("desk-q")?.focus(),
    "?": () => help.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.isComposing || event.defaultPrevented) return;
    const card = event.target.closest?.("[data-thread]");
    const writing = event.target.closest?.("form[data-answer] textarea");
    if (writing && event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      card.querySelector('[data-key="send"]').click();
      return;
    }
    if (writing && event.altKey && event.code === "KeyI") {
      event.preventDefault();
      insert(writing.form);
      return;
    }
    if (writing && event.key === "Escape") {
      card.focus();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey || !areOn()) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable], dialog")) return;
    const act = acts[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  });
}
