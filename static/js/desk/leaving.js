// How long an answer can still be called back; when it has left, the notice goes.

let timer = null;

export function begin(live, whenLeft) {
  clearInterval(timer);
  const notices = [...live.querySelectorAll("[data-leaves]")];
  if (!notices.length) return;
  // The server's clock and this one may differ: what counts is the time since the page came.
  const came = performance.now();
  const now = Number(live.dataset.now ?? 0);
  const left = (notice) => Number(notice.dataset.leaves) - now - (performance.now() - came) / 1000;
  const tick = () => {
    let gone = false;
    for (const notice of notices) {
      const seconds = Math.ceil(left(notice));
      if (seconds <= 0) gone = true;
      else notice.querySelector(".countdown").textContent = `${seconds} s`;
    }
    if (gone) {
      clearInterval(timer);
      whenLeft();
    }
  };
  tick();
  timer = setInterval(tick, 500);
}
