// Links: to an article of one's own, found by its title, or to any other address.

import { Link as BaseLink } from "django-prose-editor/editor";
import { ask, field, make } from "./dialog.js";

const PAUSE = 250; // ms after the last key, before articles are looked for

/** Links, with a window of our own. `articles` is where titles are looked up. */
export const Link = BaseLink.extend({
  addOptions() {
    return { ...this.parent?.(), articles: "", enableTarget: false, defaultProtocol: "https" };
  },
  addMenuItems: null,
  addKeyboardShortcuts() {
    return {
      "Mod-k": ({ editor }) => {
        askForLink(editor);
        return true;
      },
    };
  },
});

/** What was typed, as an address: "" where it is none. Our own pages go without their host. */
export function addressOf(words) {
  words = words.trim();
  if (/^\/(?!\/)/.test(words) || /^#./.test(words)) return words;
  if (/^[^\s@/:]+@[^\s@/]+\.[^\s@/]+$/.test(words)) return `mailto:${words}`;
  if (/^mailto:\S+@/i.test(words)) return words;
  if (/\s/.test(words)) return "";
  if (/^[\w-]+(\.[\w-]+)+([/?#:]|$)/.test(words)) words = `https://${words}`;
  if (!/^https?:\/\/[^/]/i.test(words)) return "";
  try {
    const address = new URL(words);
    const isOwn = address.origin === location.origin;
    return isOwn ? address.pathname + address.search + address.hash : address.href;
  } catch {
    return "";
  }
}

/** Ask where the link at the cursor, or on what is selected, should lead. */
export async function askForLink(editor) {
  if (editor.isActive("link")) editor.commands.extendMarkRange("link");
  const { from, to, empty } = editor.state.selection;
  const selected = editor.state.doc.textBetween(from, to, " ");
  const current = editor.getAttributes("link").href ?? "";
  const address = make("input", { name: "href", value: current, autocomplete: "off" });
  const found = make("div", { className: "found", role: "group", "aria-label": "Your articles" });
  const words = make("input", { name: "words", value: selected });
  const { options } = editor.extensionManager.extensions.find(({ name }) => name === "link");
  const choose = (article) => {
    address.value = article.address;
    if (!words.value) words.value = article.title;
    found.replaceChildren(make("p", {}, `“${article.title}” it is.`));
    address.focus();
  };
  lookUp(options.articles, address, found, choose);
  const given = await ask({
    title: current ? "Change the link" : "A link",
    content: [
      field(
        "Where to",
        address,
        "Words of a title of yours, or an address that begins with https://",
      ),
      found,
      ...(empty ? [field("Words to press", words)] : []),
    ],
    buttons: [
      ["keep", "Link it", "default"],
      ...(current ? [["remove", "Take the link away"]] : []),
    ],
    check: ({ pressed, href }) =>
      pressed === "remove" || addressOf(href)
        ? ""
        : "Choose an article from the list, or paste an address that begins with https://",
  });
  editor.view.focus();
  if (!given) return;
  const chain = editor.chain().focus().setTextSelection({ from, to });
  if (given.pressed === "remove") {
    chain.unsetLink().run();
    return;
  }
  const attrs = { href: addressOf(given.href), title: null };
  if (!empty) {
    chain.setMark("link", attrs).setTextSelection(to).run();
    return;
  }
  const text = given.words.trim() || given.href.trim();
  chain.insertContent({ type: "text", text, marks: [{ type: "link", attrs }] }).run();
}

function lookUp(url, address, found, choose) {
  let timer;
  let asked = 0;
  const look = async () => {
    const words = address.value.trim();
    asked += 1;
    const mine = asked;
    if (addressOf(words)) return found.replaceChildren();
    const response = await fetch(`${url}?${new URLSearchParams({ q: words })}`).catch(() => null);
    const answer = response?.ok ? await response.json().catch(() => null) : null;
    if (mine !== asked || !answer) return;
    const buttons = answer.articles.map((article) => {
      const standing = article.standing ? ` (${article.standing})` : "";
      const button = make("button", { type: "button" }, `${article.title}${standing}`);
      button.addEventListener("click", () => choose(article));
      return button;
    });
    const nothing = words ? "No article of yours has these words in its title." : "";
    found.replaceChildren(...(buttons.length ? buttons : [make("p", {}, nothing)]));
  };
  address.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(look, PAUSE);
  });
  look();
}
