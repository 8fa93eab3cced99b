// The article as readers will see it, at the width of a phone or a desktop, anew whenever what is
// typed has been kept.

const section = document.getElementById("live-preview");
const place = section.querySelector("[data-frame]");
const says = section.querySelector("[data-preview-says]");
const widths = [...section.querySelectorAll("[data-width]")];
let frame = null;
let width = 390;

function fit() {
  if (!frame) return;
  const scale = Math.min(1, place.clientWidth / width);
  frame.style.width = `${width}px`;
  frame.style.height = `${place.clientHeight / scale}px`;
  frame.style.transform = `scale(${scale})`;
}

// Nobody is led away from what they write; within the page, its contents may be tried.
function stay(event) {
  const link = event.target.closest("a, button");
  if (link && !link.getAttribute("href")?.startsWith("#")) event.preventDefault();
}

function open(address) {
  frame = document.createElement("iframe");
  frame.title = "The article as readers will see it";
  frame.addEventListener("load", () => frame.contentDocument.addEventListener("click", stay));
  frame.src = address;
  says.hidden = true;
  place.replaceChildren(frame);
  fit();
}

async function show(address) {
  section.hidden = false;
  if (!frame) {
    open(address);
    return;
  }
  const response = await fetch(address).catch(() => null);
  if (!response?.ok) return;
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const fresh = page.getElementById("main");
  const shown = frame.contentDocument?.getElementById("main");
  // What changed is put in place, so that the page stays where it was scrolled to.
  if (fresh && shown) shown.replaceWith(frame.contentDocument.importNode(fresh, true));
  else frame.src = address;
}

for (const button of widths) {
  button.addEventListener("click", () => {
    width = Number(button.dataset.width);
    for (const one of widths) one.setAttribute("aria-pressed", String(one === button));
    fit();
  });
}
new ResizeObserver(fit).observe(place);
addEventListener("article:kept", (event) => show(event.detail));

section.hidden = false;
if (section.dataset.saved) {
  // Once it comes near: most of those who open an article begin at its top.
  const watch = new IntersectionObserver((seen) => {
    if (!seen.some((one) => one.isIntersecting)) return;
    watch.disconnect();
    if (!frame) open(section.dataset.saved);
  });
  watch.observe(place);
}
