// "It helped me" without leaving the page. Without this, the button opens a page of its own.
//
// The article's page is the same for every visitor, so what this browser marked is remembered here.

const MARKED = "walkcoach-helpful";

function remembered() {
  try {
    return new Set(JSON.parse(localStorage.getItem(MARKED) ?? "[]"));
  } catch {
    return new Set();
  }
}

function remember(key, isMarked) {
  const marked = remembered();
  if (isMarked) marked.add(key);
  else marked.delete(key);
  try {
    localStorage.setItem(MARKED, JSON.stringify([...marked].slice(-500)));
  } catch {
    // then it is asked anew
  }
}

const keyOf = (form) => new URL(form.action).pathname;

function show(form, isMarked) {
  const button = form.querySelector("button");
  button.setAttribute("aria-pressed", isMarked);
  button.value = isMarked ? "take_back" : "mark";
  button.textContent = isMarked ? "✓ It helped me" : "It helped me";
}

async function send(form, body) {
  const response = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const answered = [...page.querySelectorAll("form.helpful")].find((f) => f.action === form.action);
  if (!response.ok || !answered?.querySelector("button")) throw new Error(String(response.status));
  return answered;
}

document.querySelectorAll(".tools form.helpful").forEach((form) => {
  const button = form.querySelector("button");
  if (!button) return;
  // A member's page knows; a visitor's form has no token.
  const isVisitors = !form.elements.csrfmiddlewaretoken;
  if (isVisitors && remembered().has(keyOf(form))) show(form, true);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const body = new FormData(form, button); // before it is disabled, for then it says nothing
    button.disabled = true;
    try {
      const answered = await send(form, body);
      const isMarked = answered.querySelector("button").getAttribute("aria-pressed") === "true";
      show(form, isMarked);
      if (isVisitors) remember(keyOf(form), isMarked);
      form.querySelector(".hint")?.remove();
      const count = answered.querySelector(".hint");
      if (count) form.append(document.importNode(count, true));
    } catch {
      button.disabled = false;
      HTMLFormElement.prototype.submit.call(form);
      return;
    }
    button.disabled = false;
    button.focus();
  });
});
