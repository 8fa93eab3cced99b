// Who else is at which thread, asked now and then while the page is looked at.

const EVERY = 20_000; // milliseconds

export function watch(live, cards) {
  async function look() {
    const keys = cards().map((card) => card.dataset.thread);
    if (document.visibilityState !== "visible" || !keys.length) return;
    const response = await fetch(`${live().dataset.presence}?threads=${keys}`, {
      headers: { Accept: "application/json" },
    }).catch(() => null);
    if (!response?.ok || !response.headers.get("Content-Type")?.includes("json")) return;
    const { threads } = await response.json();
    for (const card of cards()) {
      const told = threads[card.dataset.thread];
      if (!told) continue;
      const seen = Number(card.querySelector('[name$="-seen"]')?.value ?? 0);
      const words = told.seen > seen ? "A coach has answered here meanwhile." : told.other;
      const place = card.querySelector("[data-at-work]");
      if (place && place.textContent !== words) place.textContent = words;
    }
  }
  setInterval(look, EVERY);
  document.addEventListener("visibilitychange", look);
  addEventListener("desk:look", look);
}
