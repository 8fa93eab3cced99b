// How many characters are left, once that matters.

// About two paragraphs: time to come to an end.
const SPEAK_UP_AT = 500;
// Where a screen reader hears of it; not at each key.
const MILESTONES = [SPEAK_UP_AT, 100, 0];

export function counter(field, longest) {
  if (!longest) return;
  const shown = document.createElement("p");
  shown.className = "hint count";
  shown.id = `${field.id}_count`;
  const spoken = document.createElement("p");
  spoken.className = "visually-hidden";
  spoken.setAttribute("role", "status");
  field.after(shown, spoken);
  const described = field.getAttribute("aria-describedby");
  field.setAttribute("aria-describedby", [described, shown.id].filter(Boolean).join(" "));

  let passed = null;
  const count = () => {
    // As the site counts: characters rather than UTF-16 units, without white space at the ends.
    const left = longest - [...field.value.trim()].length;
    const number = Math.abs(left).toLocaleString("en-GB");
    const text =
      left > SPEAK_UP_AT ? ""
      : left < 0 ? `${number} character${left === -1 ? "" : "s"} too many`
      : `${number} character${left === 1 ? "" : "s"} left`;
    shown.textContent = text;
    shown.classList.toggle("too-many", left < 0);
    const milestone = left < 0 ? -1 : (MILESTONES.findLast((most) => left <= most) ?? null);
    if (milestone !== passed) spoken.textContent = text;
    passed = milestone;
  };
  field.addEventListener("input", count);
  count();
}
