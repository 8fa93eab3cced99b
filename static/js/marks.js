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

// The page behind the form, as it is after pressing. A redirect says that it was done, and leads to
// the comment, where we are already.
async function press(form, body) {
  const response = await fetch(form.action, { method: "POST", body, redirect: "manual" });
  const answer = response.type === "opaqueredirect" ? await fetch(form.action) : response;
  return new DOMParser().parseFromString(await answer.text(), "text/html");
}

// What stands beside the button: how many it helped, or why it was not counted.
function say(form, what) {
  form.querySelectorAll(".hint").forEach((hint) => hint.remove());
  if (what) form.append(what);
}

function problem(words) {
  const said = document.createElement("span");
  said.className = "hint";
  said.setAttribute("role", "alert");
  said.textContent = words;
  return said;
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
      const page = await press(form, body);
      const answered = page.querySelector("form.helpful");
      if (answered) {
        const isMarked = answered.querySelector("button").getAttribute("aria-pressed") === "true";
        show(form, isMarked);
        if (isVisitors) remember(keyOf(form), isMarked);
        say(form, answered.querySelector(".hint"));
      } else {
        say(form, problem(page.querySelector("main .standfirst, main p").textContent));
      }
    } catch {
      say(form, problem("That did not reach us. Please press again."));
    }
    button.disabled = false;
    button.focus();
  });
});
