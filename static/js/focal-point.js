// The point of a picture that must stay in view: pressed, dragged, or moved by the arrow keys. The
// two number fields hold it, and are all there is without this.
const focal = document.getElementById("focal");
const stage = focal.querySelector(".focal-stage");
const crops = focal.querySelector(".focal-crops");
const said = focal.querySelector(".focal-said");
const left = document.getElementById("id_from_left");
const top_ = document.getElementById("id_from_top");

const within = (value) => Math.min(100, Math.max(0, Math.round(value)));

const point = document.createElement("span");
point.className = "focal-point";
stage.append(point);
crops.hidden = false;
stage.tabIndex = 0;
stage.setAttribute("role", "group");
stage.setAttribute(
  "aria-label",
  "The picture. Press where it matters most, or move the point with the arrow keys.",
);

function show() {
  const x = within(left.valueAsNumber || 0);
  const y = within(top_.valueAsNumber || 0);
  point.style.left = `${x}%`;
  point.style.top = `${y}%`;
  for (const picture of crops.querySelectorAll("img")) {
    picture.style.objectPosition = `${x}% ${y}%`;
  }
}

function move(x, y) {
  left.value = within(x);
  top_.value = within(y);
  show();
}

function tell() {
  said.textContent = `${left.value} % from the left, ${top_.value} % from the top.`;
}

function follow(event) {
  const box = stage.getBoundingClientRect();
  move(
    (100 * (event.clientX - box.left)) / box.width,
    (100 * (event.clientY - box.top)) / box.height,
  );
}

stage.addEventListener("pointerdown", (event) => {
  if (event.button !== 0) return;
  stage.setPointerCapture(event.pointerId);
  follow(event);
});
stage.addEventListener("pointermove", (event) => {
  if (stage.hasPointerCapture(event.pointerId)) follow(event);
});
stage.addEventListener("pointerup", tell);

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
stage.addEventListener("keydown", (event) => {
  const step = STEPS[event.key];
  if (!step) return;
  event.preventDefault(); // the page stays where it is
  const far = event.shiftKey ? 10 : 2;
  move(Number(left.value) + far * step[0], Number(top_.value) + far * step[1]);
  tell();
});
for (const field of [left, top_]) field.addEventListener("input", show);
show();
