// The two boxes: a tinted one for an aside, and the one that says when to see someone.

import { Node, pm } from "django-prose-editor/editor";
import { around, contentOf, leave, place, unwrap, wrap } from "./blocks.js";

const { Fragment } = pm.model;

const INSIDE = "(paragraph | bulletList | orderedList)+";
const SEE_SOMEONE = "When to see someone";

export const Callout = Node.create({
  name: "callout",
  group: "block",
  content: INSIDE,
  defining: true,
  // A paragraph of that class is how the box was kept in older articles.
  parseHTML: () => [{ tag: "section.callout" }, { tag: "p.callout", priority: 60 }],
  renderHTML: () => ["section", { class: "callout" }, 0],
});

export const SeeSomeoneTitle = Node.create({
  name: "seeSomeoneTitle",
  content: "text*",
  marks: "",
  defining: true,
  parseHTML: () => [{ tag: "h2", context: "seeSomeone/", priority: 60 }],
  renderHTML: () => ["h2", 0],
});

export const SeeSomeone = Node.create({
  name: "seeSomeone",
  group: "block",
  content: `seeSomeoneTitle? ${INSIDE}`,
  defining: true,
  parseHTML: () => [
    { tag: "section.see-someone" },
    // How an older article says it: in a tinted paragraph that begins with those words.
    {
      tag: "p.callout",
      priority: 70,
      getAttrs: (line) => (line.textContent.trim().startsWith(SEE_SOMEONE) ? null : false),
      getContent(line, { nodes: { paragraph, seeSomeoneTitle } }) {
        const rest = line.cloneNode(true);
        rest.querySelector("strong, b")?.remove();
        return Fragment.from([
          seeSomeoneTitle.create(null, paragraph.schema.text(SEE_SOMEONE)),
          paragraph.create(null, contentOf(rest, paragraph)),
        ]);
      },
    },
  ],
  renderHTML: () => ["section", { class: "see-someone" }, 0],
  addKeyboardShortcuts() {
    return {
      // From the box's title, down to its text.
      Enter: ({ editor }) => {
        const { $from } = editor.state.selection;
        if ($from.parent.type.name !== "seeSomeoneTitle") return false;
        return editor.commands.setTextSelection($from.after() + 1);
      },
      "Mod-Enter": ({ editor }) => {
        const box = around(editor.state, "seeSomeone") ?? around(editor.state, "callout");
        return box ? leave(editor, box) : false;
      },
    };
  },
});

/** Put the lines into a tinted box, or take them out of it. */
export function toggleCallout(editor) {
  const { state } = editor;
  const box = around(state, "callout");
  const { callout, paragraph } = state.schema.nodes;
  if (box) unwrap(editor, box, box.node.content);
  else if (!wrap(editor, (lines) => callout.create(null, lines))) {
    place(editor, callout.create(null, paragraph.create()), { into: 2 });
  }
}

/** Put a box with its heading after this line, or around what is selected; or take it away. */
export function toggleSeeSomeone(editor) {
  const { state } = editor;
  const { paragraph, seeSomeone, seeSomeoneTitle } = state.schema.nodes;
  const box = around(state, "seeSomeone");
  if (box) {
    const kept = [];
    box.node.forEach((node) => {
      if (node.type !== seeSomeoneTitle) kept.push(node);
      else if (node.textContent && node.textContent !== SEE_SOMEONE) {
        kept.push(paragraph.create(null, node.content));
      }
    });
    unwrap(editor, box, kept);
    return;
  }
  const title = seeSomeoneTitle.create(null, state.schema.text(SEE_SOMEONE));
  const boxed = (lines) => seeSomeone.create(null, [title, ...lines.content]);
  if (state.selection.empty || !wrap(editor, boxed)) {
    const node = seeSomeone.create(null, [title, paragraph.create()]);
    place(editor, node, { into: title.nodeSize + 2 });
  }
}
