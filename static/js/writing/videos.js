// A film is a link that says where it leads: nothing is asked of YouTube until a reader presses it.

import { Extension, Node, pm } from "django-prose-editor/editor";
import { place } from "./blocks.js";
import { ask, field, make } from "./dialog.js";

const { Plugin } = pm.state;

/** Where a film is, from any form of its address: { site, href }; null for what is none. */
export function videoAt(words) {
  let address;
  try {
    address = new URL(words.trim().replace(/^(?!https?:)(\/\/)?/i, "https://"));
  } catch {
    return null;
  }
  const host = address.hostname.replace(/^(www|m|music|player)\./, "");
  const parts = address.pathname.split("/").filter(Boolean);
  if (["youtube.com", "youtube-nocookie.com", "youtu.be"].includes(host)) {
    const named = ["shorts", "embed", "live", "v"].includes(parts[0]) ? parts[1] : null;
    const key = host === "youtu.be" ? parts[0] : (named ?? address.searchParams.get("v"));
    if (!/^[\w-]{6,20}$/.test(key ?? "")) return null;
    const from = (address.searchParams.get("t") ?? address.searchParams.get("start") ?? "").match(
      /^\d+/,
    );
    const href = `https://www.youtube.com/watch?v=${key}${from ? `&t=${from[0]}` : ""}`;
    return { site: "YouTube", href };
  }
  if (host === "vimeo.com") {
    const at = parts.findIndex((part) => /^\d+$/.test(part));
    if (at === -1) return null;
    const secret = parts[at + 1] ?? address.searchParams.get("h");
    const path = /^[0-9a-f]+$/.test(secret ?? "") ? `${parts[at]}/${secret}` : parts[at];
    return { site: "Vimeo", href: `https://vimeo.com/${path}` };
  }
  return null;
}

const saying = ({ href, title }) => {
  const where = `Watch on ${videoAt(href)?.site ?? "the web"}`;
  return title ? `${where}: ${title}` : where;
};

export const Video = Node.create({
  name: "video",
  group: "block",
  atom: true,
  draggable: true,
  addAttributes: () => ({ href: { default: "" }, title: { default: "" } }),
  parseHTML: () => [
    {
      tag: "p.video",
      priority: 60,
      getAttrs(element) {
        const link = element.querySelector("a[href]");
        const video = link && videoAt(link.href);
        if (!video) return false;
        const title = link.textContent.replace(/^Watch on \w+(: )?/, "").trim();
        return { href: video.href, title };
      },
    },
  ],
  renderHTML: ({ node: { attrs } }) => [
    "p",
    { class: "video" },
    ["a", { href: attrs.href }, saying(attrs)],
  ],
  addNodeView() {
    return ({ node, editor, getPos }) => {
      const words = make("span");
      const edit = make("button", { type: "button" }, "Change");
      const remove = make("button", { type: "button" }, "Remove");
      const dom = make("p", { className: "video", contentEditable: "false" });
      dom.append(words, " ", edit, remove);
      const show = () => {
        words.textContent = saying(node.attrs);
      };
      show();
      edit.addEventListener("click", () => askForVideo(editor, node.attrs, getPos()));
      remove.addEventListener("click", () => {
        const pos = getPos();
        editor.chain().deleteRange({ from: pos, to: pos + node.nodeSize }).focus().run();
      });
      return {
        dom,
        stopEvent: (event) => event.target.closest?.("button") !== null,
        ignoreMutation: () => true,
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

/** Ask for a film's address and name; puts it into the text, or changes the one at `pos`. */
export async function askForVideo(editor, { href = "", title = "" } = {}, pos = null) {
  const at = editor.state.selection.to;
  const address = make("input", { name: "href", value: href, placeholder: "https://" });
  const name = make("input", { name: "title", value: title, maxLength: 150 });
  const fields = [
    field("Address of the film", address, "From YouTube or Vimeo."),
    field("What it is called", name, "Readers see “Watch on YouTube: …”, and go there by pressing it."),
  ];
  if (href && pos === null) name.autofocus = true;
  const given = await ask({
    title: "A film",
    content: fields,
    buttons: [["keep", pos === null ? "Put it in the text" : "Keep", "default"]],
    check: ({ href }) =>
      videoAt(href)
        ? ""
        : "This is no address of a film on YouTube or Vimeo. Copy it there once more.",
  });
  editor.view.focus();
  if (!given) return;
  const attrs = { href: videoAt(given.href).href, title: given.title.trim() };
  if (pos === null) place(editor, editor.schema.nodes.video.create(attrs), { at });
  else editor.view.dispatch(editor.state.tr.setNodeMarkup(pos, null, attrs));
}

/** The address of a film, pasted on an empty line, becomes a film. */
export const PastedVideo = Extension.create({
  name: "pastedVideo",
  priority: 1100, // before the links, which would take it for one
  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin({
        props: {
          handlePaste(view, event) {
            const words = event.clipboardData?.getData("text/plain").trim() ?? "";
            const { $from, empty } = view.state.selection;
            const isEmptyLine = empty && $from.depth === 1 && !$from.parent.content.size;
            if (!isEmptyLine || /\s/.test(words) || !/^https?:/i.test(words)) return false;
            const video = videoAt(words);
            if (!video) return false;
            askForVideo(editor, video);
            return true;
          },
        },
      }),
    ];
  },
});
