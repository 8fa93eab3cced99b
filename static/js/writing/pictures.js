// A picture in the text: what it shows in words, a caption, and the way to take it out again.
// Without `alt`, nobody has said yet what it shows; an empty `alt` says that it is decoration.

import { Node, pm } from "django-prose-editor/editor";
import { contentOf } from "./blocks.js";
import { ask, field, make } from "./dialog.js";

const { Fragment } = pm.model;

const attributesOf = (image) => ({
  src: image.getAttribute("src"),
  alt: image.getAttribute("alt"),
  width: image.getAttribute("width"),
  height: image.getAttribute("height"),
});

export const Picture = Node.create({
  name: "picture",
  group: "block",
  content: "caption",
  draggable: true,
  isolating: true,
  addAttributes: () => ({
    src: { default: null },
    alt: { default: null },
    width: { default: null },
    height: { default: null },
  }),
  parseHTML() {
    return [
      {
        tag: "figure",
        getAttrs(element) {
          const image = element.querySelector("img[src]");
          return image ? attributesOf(image) : false;
        },
        getContent: (element, { nodes: { caption } }) =>
          Fragment.from(
            caption.create(null, contentOf(element.querySelector("figcaption"), caption)),
          ),
      },
      {
        tag: "img[src]",
        getAttrs: attributesOf,
        getContent: (_, { nodes: { caption } }) => Fragment.from(caption.create()),
      },
    ];
  },
  renderHTML({ node }) {
    const dom = make("figure", {}, imageOf(node.attrs));
    return node.firstChild.content.size ? { dom, contentDOM: dom } : { dom };
  },
  addNodeView() {
    return ({ node, editor, getPos }) => {
      const image = imageOf(node.attrs);
      const words = make("span", { className: "words" });
      const edit = make("button", { type: "button" }, "Words and caption");
      const remove = make("button", { type: "button" }, "Remove");
      const tools = make("div", { className: "tools", contentEditable: "false" });
      tools.append(words, edit, remove);
      const contentDOM = make("div", { className: "caption" });
      const dom = make("figure", { className: "picture" }, image, contentDOM, tools);
      const show = () => {
        const { src, alt } = node.attrs;
        if (image.getAttribute("src") !== src) image.src = src;
        image.alt = alt ?? "";
        dom.classList.toggle("without-words", alt === null);
        if (alt === null) words.textContent = "Nobody has said yet what this shows.";
        else if (alt) words.textContent = `In words: ${alt}`;
        else words.textContent = "Decoration, passed over when read aloud.";
      };
      show();
      edit.addEventListener("click", () => describe(editor, getPos()));
      remove.addEventListener("click", () => {
        const pos = getPos();
        editor.chain().deleteRange({ from: pos, to: pos + node.nodeSize }).focus().run();
      });
      return {
        dom,
        contentDOM,
        stopEvent: (event) => event.target.closest?.("button") !== null,
        ignoreMutation: (mutation) => !contentDOM.contains(mutation.target),
        update(updated) {
          if (updated.type !== node.type) return false;
          node = updated;
          show();
          return true;
        },
      };
    };
  },
});

function imageOf({ src, alt, width, height }) {
  const image = make("img");
  for (const [name, value] of Object.entries({ src, alt, width, height })) {
    if (value !== null && value !== undefined) image.setAttribute(name, value);
  }
  return image;
}

/** Ask what the picture shows. It may be said later: the picture is there already. */
export async function describe(editor, pos) {
  const node = editor.state.doc.nodeAt(pos);
  const { alt, src } = node.attrs;
  const said = make("textarea", { name: "alt", rows: 3, maxLength: 200, value: alt ?? "" });
  const decorates = make("input", { type: "checkbox", name: "decorates", checked: alt === "" });
  const caption = make("input", { name: "caption", maxLength: 300, value: node.textContent });
  const given = await ask({
    title: "The picture",
    content: [
      make("img", { src, alt: "", className: "preview" }),
      field("What it shows, in words", said, "For those who cannot see it. One sentence."),
      field("It is only decoration: nothing to say", decorates),
      field("Caption", caption, "Stands under it, for everybody. May stay empty."),
    ],
    buttons: [
      ["keep", "Keep", "default"],
      ["later", "Words later"],
    ],
    check: (values) =>
      values.pressed === "later" || values.alt.trim() || values.decorates
        ? ""
        : "Say in words what it shows, or that it is only decoration. “Words later” leaves it open.",
  });
  editor.view.focus();
  if (!given) return;
  const words = given.alt.trim().replace(/\s+/g, " ");
  const told = given.decorates ? "" : words || null;
  const { tr, schema } = editor.state;
  const now = tr.doc.nodeAt(pos);
  if (now?.type.name !== "picture") return;
  tr.setNodeMarkup(pos, null, { ...now.attrs, alt: told });
  const line = given.caption.trim();
  // A caption that stands as it was keeps its links and emphasis.
  if (line !== now.textContent) {
    const content = line ? schema.text(line) : Fragment.empty;
    tr.replaceWith(pos + 2, pos + now.nodeSize - 2, content);
  }
  editor.view.dispatch(tr);
}
