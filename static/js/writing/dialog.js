// A small window that asks for a few things, above the page and outside its form.

/** An element with properties and children: `make("a", { href }, "words")`. */
export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name.includes("-") || name === "role" || name === "for") element.setAttribute(name, value);
    else element[name] = value;
  }
  element.append(...children);
  return element;
}

/** A labelled field: a paragraph that holds both, and a hint where one is given. */
export function field(label, control, hint = "") {
  control.id ||= `asked-${control.name}`;
  const about = make("label", { for: control.id }, label);
  if (control.type === "checkbox") return make("p", { className: "tick" }, control, about);
  const parts = [about];
  if (hint) {
    const below = make("span", { className: "hint", id: `${control.id}-hint` }, hint);
    control.setAttribute("aria-describedby", below.id);
    parts.push(below);
  }
  return make("p", {}, ...parts, control);
}

/**
 * Ask, and give what was answered: the form's values by name, with `pressed` for the button's
 * value; null where the window was closed. `check(values)` may answer with words that send back.
 */
export function ask({ title, content, buttons, check = () => "" }) {
  return new Promise((resolve) => {
    const trouble = make("p", { className: "trouble", role: "alert", hidden: true });
    const row = make("div", { className: "buttons" });
    for (const [value, words, kind = ""] of buttons) {
      row.append(make("button", { value, className: kind, type: "submit" }, words));
    }
    const cancel = make("button", { type: "button", className: "quiet" }, "Cancel");
    row.append(cancel);
    const heading = make("h2", { id: "asking" }, title);
    const form = make("form", { method: "dialog" }, heading, ...content, trouble, row);
    const dialog = make("dialog", { className: "asking", "aria-labelledby": heading.id }, form);

    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const values = Object.fromEntries(new FormData(form));
      values.pressed = event.submitter?.value ?? buttons[0][0];
      const words = check(values);
      trouble.textContent = words;
      trouble.hidden = !words;
      if (words) return;
      dialog.close();
      resolve(values);
    });
    cancel.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => {
      dialog.remove();
      resolve(null);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
