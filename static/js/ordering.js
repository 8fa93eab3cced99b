// Rows of the writing room that have an order: buttons to move one up or down, and the numbers
// filled in by themselves. Without it the numbers are typed.

const STEP = 10; // as articles/ordering.py has it

const rowsOf = (group) =>
  [...group.querySelectorAll(".inline-related:not(.tabular), tr.form-row")].filter(
    (row) => !row.matches(".empty-form, .add-row") && row.querySelector("input.order"),
  );

const isBlank = (row) =>
  !row.classList.contains("has_original") &&
  [...row.querySelectorAll("input:not([type=hidden]):not(.order), select, textarea")].every(
    (field) => (field.type === "checkbox" ? !field.checked : !field.value),
  );

// A row that nobody has filled in keeps no number, or it would count as filled in.
function renumber(group) {
  let number = 0;
  for (const row of rowsOf(group)) {
    row.querySelector("input.order").value = isBlank(row) ? "" : (number += STEP);
  }
}

function move(row, group, by) {
  const rows = rowsOf(group);
  const other = rows[rows.indexOf(row) + by];
  if (!other) return;
  if (by < 0) other.before(row);
  else other.after(row);
  renumber(group);
  const said = group.querySelector(".ordering-status");
  said.textContent = `Now number ${rowsOf(group).indexOf(row) + 1} of ${rows.length}.`;
}

function button(words, sign, act) {
  const made = document.createElement("button");
  made.type = "button";
  made.className = "order-button";
  made.textContent = sign;
  made.setAttribute("aria-label", words);
  made.addEventListener("click", () => {
    act();
    made.focus();
  });
  return made;
}

function equip(row, group) {
  const field = row.querySelector("input.order");
  if (!field || row.querySelector(".order-button")) return;
  const buttons = document.createElement("span");
  buttons.className = "order-buttons";
  buttons.append(
    button("Move up", "↑", () => move(row, group, -1)),
    button("Move down", "↓", () => move(row, group, 1)),
  );
  field.after(buttons);
}

for (const group of document.querySelectorAll(".inline-group")) {
  if (!group.querySelector("input.order")) continue;
  const said = document.createElement("p");
  said.className = "ordering-status";
  said.setAttribute("role", "status");
  group.append(said);
  const equipAll = () => rowsOf(group).forEach((row) => equip(row, group));
  equipAll();
  document.addEventListener("formset:added", equipAll);
}
