// "Already answered?": similar questions, looked for while somebody types. They are counted on a
// button that always stands there, and shown when it is pressed, so nothing moves by itself.

const AFTER = 900; // milliseconds without a key
const FEWEST_CHARACTERS = 20;

export function similar(form) {
  const button = form.querySelector("button[name=similar]");
  const list = form.querySelector(".similar-list");
  if (!button || !list) return;
  const field = form.elements.comment;
  const label = button.textContent;
  const spoken = form.querySelector(".similar-status");
  let asked = "";
  let waiting = 0;
  let asking = null;

  const say = (count) => {
    const words = count === 1 ? "1 similar question is answered" : `${count} similar questions are answered`;
    button.textContent = count ? words : label;
    if (spoken.textContent !== (count ? words : "")) spoken.textContent = count ? words : "";
  };

  const look = async () => {
    const text = field.value.trim();
    if (text === asked || text.length < FEWEST_CHARACTERS || !navigator.onLine) return;
    asking?.abort();
    asking = new AbortController();
    // The words alone: no name, no address, no cookie.
    const body = new URLSearchParams({ comment: text, fragment: "1" });
    const options = { method: "POST", body, credentials: "omit", signal: asking.signal };
    try {
      const response = await fetch(button.formAction, options);
      if (!response.ok) return;
      asked = text;
      const found = new DOMParser().parseFromString(await response.text(), "text/html");
      list.replaceChildren(...[...found.body.childNodes].map((node) => document.importNode(node, true)));
      const count = list.querySelectorAll("li").length;
      say(count);
    } catch {
      // No connection, or newer words: then they are looked for later.
    }
  };

  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(look, AFTER);
  });
  button.setAttribute("aria-expanded", String(!list.hidden));
  button.setAttribute("aria-controls", list.id);
  button.addEventListener("click", async (event) => {
    event.preventDefault();
    if (!list.hidden) {
      list.hidden = true;
    } else {
      await look();
      if (!list.childElementCount) {
        list.textContent = "No answered question looks like yours yet. Ask away.";
      }
      list.hidden = false;
    }
    button.setAttribute("aria-expanded", String(!list.hidden));
  });
}
