// A phrase or a link to an article, put where the cursor is: found by its words, chosen by the arrow
// keys or a press.

const WAIT = 200; // milliseconds after the last key

const dialog = document.getElementById("desk-insert");
const words = document.getElementById("desk-insert-q");
const list = dialog.querySelector(".insertable");
const none = dialog.querySelector("[data-none]");
let form = null;
let address = () => "";
let asked = 0;

// The button that opens it stands in place of the fields that do the same without a script.
export function offer(box) {
  const plain = box.querySelector("details.insert");
  const button = document.createElement("button");
  button.type = "button";
  button.className = "link-button";
  button.textContent = "Insert a phrase or a link";
  button.setAttribute("aria-keyshortcuts", "i Alt+I");
  button.addEventListener("click", () => open(box));
  plain.remove();
  box.querySelector(".box-tools").prepend(button, " ");
}

export function open(box) {
  if (!box) return;
  box.closest("details.again")?.setAttribute("open", "");
  form = box;
  words.value = "";
  list.replaceChildren();
  dialog.showModal();
  words.focus();
  find();
}

async function find() {
  const turn = ++asked;
  const response = await fetch(`${address()}?q=${encodeURIComponent(words.value)}`).catch(() => null);
  if (turn !== asked) return;
  if (!response?.ok) {
    none.textContent = "No connection just now.";
    return;
  }
  const { snippets, articles } = await response.json();
  const item = (kind) => (one) => {
    const row = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "link-button";
    const mark = document.createElement("span");
    mark.className = "chip";
    mark.textContent = kind;
    button.append(one.title, " ", mark);
    button.addEventListener("click", () => put(one.words));
    row.append(button);
    return row;
  };
  list.replaceChildren(...snippets.map(item("Phrase")), ...articles.map(item("Article")));
  none.textContent = list.children.length
    ? ""
    : words.value
      ? "No phrase and no article holds these words."
      : "You have no phrases yet. Type words of an article to link to it.";
}

function put(text) {
  const box = form.querySelector("textarea");
  dialog.close();
  box.focus();
  const before = box.value.slice(0, box.selectionStart);
  const gap = before && !before.endsWith("\n") ? (before.endsWith(" ") ? "" : " ") : "";
  box.setRangeText(gap + text, box.selectionStart, box.selectionEnd, "end");
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

export function begin(whereToAsk) {
  address = whereToAsk;
  let timer = null;
  words.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(find, WAIT);
  });
  dialog.addEventListener("keydown", (event) => {
    const buttons = [...list.querySelectorAll("button")];
    const here = buttons.indexOf(document.activeElement);
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const to = here + (event.key === "ArrowDown" ? 1 : -1);
      (to < 0 ? words : buttons[Math.min(to, buttons.length - 1)])?.focus();
    } else if (event.key === "Enter" && event.target === words) {
      event.preventDefault();
      buttons[0]?.click();
    }
  });
  dialog.addEventListener("close", () => form?.querySelector("textarea").focus());
}
