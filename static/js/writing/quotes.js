// A quotation and who said it: a figure with its source as the caption, as HTML's standard has it.
// Without a source it is kept as a plain blockquote.

import { Node, pm } from "django-prose-editor/editor";
import { around, contentOf, leave, place, unwrap, wrap } from "./blocks.js";

const { DOMSerializer, Fragment } = pm.model;
const { TextSelection } = pm.state;

/** The line under a picture, or the source of a quotation. */
export const Caption = Node.create({
  name: "caption",
  content: "inline*",
  marks: "bold italic link",
  isolating: true,
  // Read by the figures that hold one.
  parseHTML: () => [],
  renderHTML: () => ["figcaption", 0],
  addKeyboardShortcuts() {
    return {
      Enter: ({ editor }) => {
        if (editor.state.selection.$from.parent.type.name !== "caption") return false;
        const block = around(editor.state, "quote") ?? around(editor.state, "picture");
        return block ? leave(editor, block) : false;
      },
    };
  },
});

export const QuoteText = Node.create({
  name: "quoteText",
  content: "(paragraph | bulletList | orderedList)+",
  defining: true,
  parseHTML: () => [],
  renderHTML: () => ["blockquote", 0],
});

export const Quote = Node.create({
  name: "quote",
  group: "block",
  content: "quoteText caption",
  defining: true,
  parseHTML() {
    const read = (element, schema) => {
      const { quoteText, caption } = schema.nodes;
      const said = element.matches("blockquote") ? element : element.querySelector("blockquote");
      const text = quoteText.createAndFill(null, contentOf(said, quoteText));
      const source = element.matches("figure") ? element.querySelector("figcaption") : null;
      return Fragment.from([text, caption.create(null, contentOf(source, caption))]);
    };
    return [
      {
        tag: "figure",
        priority: 60,
        getAttrs: (element) => (element.querySelector("blockquote") ? null : false),
        getContent: read,
      },
      { tag: "blockquote", getContent: read },
    ];
  },
  renderHTML({ node }) {
    if (node.lastChild.content.size) return ["figure", { class: "quote" }, 0];
    return { dom: DOMSerializer.fromSchema(node.type.schema).serializeNode(node.firstChild) };
  },
  addNodeView() {
    return () => {
      const dom = document.createElement("figure");
      dom.className = "quote";
      return { dom, contentDOM: dom };
    };
  },
  addKeyboardShortcuts() {
    return {
      // An empty line at the end of the quotation goes on to its source.
      Enter: ({ editor }) => {
        const { $from, empty } = editor.state.selection;
        const isLastLine =
          $from.depth > 1 &&
          $from.node(-1).type.name === "quoteText" &&
          $from.index(-1) === $from.node(-1).childCount - 1;
        if (!empty || !isLastLine || $from.parent.content.size) return false;
        if ($from.node(-1).childCount === 1) return false;
        const { tr } = editor.state;
        tr.delete($from.before(), $from.after());
        const quote = around(editor.state, "quote");
        const end = quote.pos + tr.doc.nodeAt(quote.pos).nodeSize - 2;
        editor.view.dispatch(tr.setSelection(TextSelection.create(tr.doc, end)));
        return true;
      },
    };
  },
});

/** Make the lines a quotation, or its words lines again. */
export function toggleQuote(editor) {
  const { state } = editor;
  const { caption, paragraph, quote: type, quoteText } = state.schema.nodes;
  const quote = around(state, "quote");
  if (quote) {
    const source = quote.node.lastChild.content;
    const words = quote.node.firstChild.content;
    const kept = source.size ? words.addToEnd(paragraph.create(null, source)) : words;
    unwrap(editor, quote, kept);
    return;
  }
  const quoting = (lines) => type.create(null, [quoteText.create(null, lines), caption.create()]);
  if (!wrap(editor, quoting)) {
    place(editor, quoting(Fragment.from(paragraph.create())), { into: 3 });
    return;
  }
  // The cursor stands in the source now; what was typed goes on in the quotation.
  const wrapped = around(editor.state, "quote");
  const end = editor.state.doc.resolve(wrapped.pos + wrapped.node.firstChild.nodeSize);
  editor.view.dispatch(editor.state.tr.setSelection(TextSelection.near(end, -1)));
}

/** Go to the line that says whose words these are. */
export function goToSource(editor) {
  const quote = around(editor.state, "quote");
  if (quote) editor.commands.focus(quote.pos + quote.node.nodeSize - 2);
}
