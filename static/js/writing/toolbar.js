// The editor's tools: in words, large enough for a thumb, and held at the top while the text moves.

import { Extension, pm } from "django-prose-editor/editor";
import { around, leave } from "./blocks.js";
import { toggleCallout, toggleSeeSomeone } from "./boxes.js";
import { make } from "./dialog.js";
import { askForLink } from "./links.js";
import { goToSource, toggleQuote } from "./quotes.js";
import { statusOf } from "./status.js";
import { TYPES, uploadAll } from "./upload.js";
import { askForVideo } from "./videos.js";

const { Plugin, TextSelection } = pm.state;

const isApple = /Mac|iPhone|iPad/.test(navigator.platform);
const keys = (letter) => `${isApple ? "⌘" : "Ctrl+"}${letter}`;
const run = (act) => (editor) => act(editor.chain().focus()).run();

/** What the tools do. `is` says whether they are on at the cursor; `can`, whether they would do. */
const TOOLS = {
  bold: {
    words: "Bold",
    keys: keys("B"),
    act: run((chain) => chain.toggleBold()),
    is: (editor) => editor.isActive("bold"),
  },
  italic: {
    words: "Italic",
    keys: keys("I"),
    act: run((chain) => chain.toggleItalic()),
    is: (editor) => editor.isActive("italic"),
  },
  bullets: {
    words: "• List",
    label: "List with bullets",
    act: run((chain) => chain.toggleBulletList()),
    is: (editor) => editor.isActive("bulletList"),
    can: (editor) => editor.can().toggleBulletList(),
  },
  numbers: {
    words: "1. List",
    label: "List with numbers",
    act: run((chain) => chain.toggleOrderedList()),
    is: (editor) => editor.isActive("orderedList"),
    can: (editor) => editor.can().toggleOrderedList(),
  },
  link: { words: "Link", keys: keys("K"), act: askForLink, is: (editor) => editor.isActive("link") },
  picture: { words: "Picture", act: choosePictures },
  undo: {
    words: "Undo",
    path: "M9 6 4 11l5 5M4 11h10a6 6 0 0 1 0 12h-3",
    keys: keys("Z"),
    act: run((chain) => chain.undo()),
    can: (editor) => editor.can().undo(),
  },
  redo: {
    words: "Redo",
    path: "m15 6 5 5-5 5M20 11H10a6 6 0 0 0 0 12h3",
    keys: isApple ? "⇧⌘Z" : "Ctrl+Y",
    act: run((chain) => chain.redo()),
    can: (editor) => editor.can().redo(),
  },
};

/** What the button "Add" offers. */
const ADDED = [
  ["“When to see someone” box", "Stands out; readers find it at a glance.", toggleSeeSomeone],
  ["Tinted box", "For a tip, or something aside.", toggleCallout],
  ["Quote", "Someone else’s words, and whose they are.", toggleQuote],
  ["Film", "A link to YouTube or Vimeo. Nobody is watched by it.", (editor) => askForVideo(editor)],
  ["Line", "Between two parts.", run((chain) => chain.setHorizontalRule())],
];

/** What can be done with the block that the cursor is in. */
const HERE = [
  [
    "seeSomeone",
    [["Go on below the box", below("seeSomeone")], ["Take the box away", toggleSeeSomeone]],
  ],
  ["callout", [["Go on below the box", below("callout")], ["Take the box away", toggleCallout]]],
  [
    "listItem",
    [
      ["Further in", run((chain) => chain.sinkListItem("listItem"))],
      ["Further out", run((chain) => chain.liftListItem("listItem"))],
    ],
  ],
  [
    "quote",
    [
      ["Say whose words", goToSource],
      ["Go on below the quote", below("quote")],
      ["No quote", toggleQuote],
    ],
  ],
];
const IN_A_LINK = [
  ["Change the link", askForLink],
  ["Take the link away", run((chain) => chain.extendMarkRange("link").unsetLink())],
];

const STYLES = [
  ["0", "Text"],
  ["2", "Heading"],
  ["3", "Small heading"],
];

export const Toolbar = Extension.create({
  name: "toolbar",
  onCreate({ editor }) {
    const update = build(editor);
    editor.on("transaction", update);
    update();
  },
  onDestroy() {
    statusOf(this.editor).remove();
  },
  addProseMirrorPlugins() {
    return [
      new Plugin({
        props: {
          attributes: {
            role: "textbox",
            "aria-multiline": "true",
            "aria-label": "The text of the article",
          },
          handleDOMEvents: { click: startLine },
        },
      }),
    ];
  },
});

function build(editor) {
  const updates = [];
  const style = make("select", { "aria-label": "Style of this line", title: "Style of this line" });
  style.append(...STYLES.map(([value, words]) => make("option", { value }, words)));
  style.addEventListener("change", () => {
    const chain = editor.chain().focus();
    if (style.value === "0") chain.setParagraph().run();
    else chain.setHeading({ level: Number(style.value) }).run();
  });
  updates.push(() => {
    const { level } = editor.getAttributes("heading");
    style.value = editor.isActive("heading") ? String(level) : "0";
    style.disabled = !editor.can().setHeading({ level: 2 });
  });

  const button = (name) => {
    const { words, label = words, path, keys: with_, act, is, can } = TOOLS[name];
    const title = with_ ? `${label} (${with_})` : label;
    const tool = make("button", { type: "button", className: name, title });
    tool.append(path ? drawn(path) : words);
    if (path || label !== words) tool.setAttribute("aria-label", label);
    tool.addEventListener("click", () => act(editor));
    updates.push(() => {
      if (is) tool.setAttribute("aria-pressed", String(is(editor)));
      // Not `disabled`, which would take the focus off it.
      if (can) tool.setAttribute("aria-disabled", String(!can(editor)));
    });
    return tool;
  };

  const group = (label, ...tools) => make("div", { role: "group", "aria-label": label }, ...tools);
  const here = group("Where the cursor is");
  here.className = "here";
  let shown = null;
  updates.push(() => {
    const blocks = HERE.filter(([name]) => around(editor.state, name));
    const inLink = editor.isActive("link");
    const now = [inLink, ...blocks.map(([name]) => name)].join();
    if (now === shown) return;
    shown = now;
    const offers = [...(inLink ? IN_A_LINK : []), ...blocks.flatMap(([, acts]) => acts)];
    here.replaceChildren(
      ...offers.map(([words, act]) => {
        const offer = make("button", { type: "button" }, words);
        offer.addEventListener("click", () => act(editor));
        return offer;
      }),
    );
    here.hidden = !offers.length;
  });

  const [add, menu] = adding(editor);
  const row = make(
    "div",
    { className: "row" },
    style,
    group("Letters", button("bold"), button("italic")),
    group("Back and forth", button("undo"), button("redo")),
    group("Lists", button("bullets"), button("numbers")),
    group("Put in", button("link"), button("picture"), add),
  );
  const about = { className: "writing-tools", role: "toolbar", "aria-label": "Writing tools" };
  const tools = make("div", about, row, here, statusOf(editor));
  tools.addEventListener("keydown", alongTheRow);
  // A press of a tool leaves the cursor, and a phone's keyboard, where they are.
  tools.addEventListener("mousedown", (event) => {
    const isTool = event.target.closest("button") && !event.target.closest(".writing-status");
    if (isTool) event.preventDefault();
  });
  editor.view.dom.before(tools);
  tools.after(menu);
  const label = document.querySelector("label[for=id_body]");
  label?.addEventListener("click", () => editor.commands.focus());
  return () => updates.forEach((update) => update());
}

function drawn(path) {
  const picture = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const line = document.createElementNS("http://www.w3.org/2000/svg", "path");
  picture.setAttribute("viewBox", "0 0 24 26");
  picture.setAttribute("aria-hidden", "true");
  line.setAttribute("d", path);
  picture.append(line);
  return picture;
}

function adding(editor) {
  const menu = make("div", { className: "writing-add", id: "writing-add", popover: "auto" });
  const add = make("button", { type: "button", className: "add", "aria-haspopup": "true" }, "Add…");
  add.popoverTargetElement = menu;
  menu.append(
    ...ADDED.map(([words, about, act]) => {
      const offer = make("button", { type: "button" });
      offer.append(make("strong", {}, words), make("span", {}, about));
      offer.addEventListener("click", () => {
        menu.hidePopover();
        editor.view.focus();
        act(editor);
      });
      return offer;
    }),
  );
  menu.addEventListener("toggle", (event) => {
    if (event.newState !== "open") return;
    const { bottom, left } = add.getBoundingClientRect();
    const within = (wanted, room) => `${Math.max(8, Math.min(wanted, room - 8))}px`;
    menu.style.setProperty("--top", within(bottom + 4, innerHeight - menu.offsetHeight));
    menu.style.setProperty("--left", within(left, innerWidth - menu.offsetWidth));
    menu.querySelector("button").focus();
  });
  return [add, menu];
}

// Along the row by arrows; the Tab key works as well, for those who know no other.
function alongTheRow(event) {
  const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!step || event.target.tagName !== "BUTTON") return;
  const buttons = [...event.currentTarget.querySelectorAll("button, select")].filter(
    (button) => button.offsetParent,
  );
  const next = buttons.indexOf(event.target) + step;
  buttons[(next + buttons.length) % buttons.length].focus();
  event.preventDefault();
}

function below(name) {
  return (editor) => {
    leave(editor, around(editor.state, name));
    editor.view.focus();
  };
}

function choosePictures(editor) {
  const input = make("input", { type: "file", accept: TYPES, multiple: true });
  input.addEventListener("change", () => uploadAll(editor, [...input.files]));
  input.click();
}

// Below a box or a picture at the very end there is no line to press on: a press there makes one.
function startLine(view, event) {
  const last = view.dom.lastElementChild;
  const { doc, schema, tr } = view.state;
  if (event.target !== view.dom || !last) return false;
  if (event.clientY <= last.getBoundingClientRect().bottom) return false;
  if (doc.lastChild?.type.name === "paragraph") return false;
  tr.insert(doc.content.size, schema.nodes.paragraph.create());
  view.dispatch(tr.setSelection(TextSelection.create(tr.doc, tr.doc.content.size - 1)));
  return true;
}
