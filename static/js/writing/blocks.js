// Blocks of more than one part: put around what is selected, or after it, with a line to go on.

import { pm } from "django-prose-editor/editor";

const { DOMParser: Parser, Fragment } = pm.model;
const { TextSelection } = pm.state;

/** The node of this type around the cursor, with where it stands; null where there is none. */
export function around(state, name) {
  const { $from } = state.selection;
  if (state.selection.node?.type.name === name) {
    return { node: state.selection.node, pos: state.selection.from };
  }
  for (let depth = $from.depth; depth > 0; depth -= 1) {
    if ($from.node(depth).type.name === name) {
      return { node: $from.node(depth), pos: $from.before(depth) };
    }
  }
  return null;
}

/** Put a block where the cursor is: in place of an empty line, else after the block it is in. */
export function place(editor, node, { at = null, into = null } = {}) {
  const { state, view } = editor;
  const { tr } = state;
  const $at = state.doc.resolve(Math.min(at ?? state.selection.to, state.doc.content.size));
  const top = $at.depth ? $at.node(1) : null;
  const from = $at.depth ? $at.before(1) : $at.pos;
  const isEmptyLine = top?.type.name === "paragraph" && top.content.size === 0;
  const to = $at.depth ? $at.after(1) : $at.pos;
  const begins = isEmptyLine ? from : to;
  tr.replaceWith(begins, to, node);
  follow(tr, begins + node.nodeSize);
  if (into !== null) tr.setSelection(TextSelection.near(tr.doc.resolve(begins + into)));
  view.dispatch(tr.scrollIntoView());
  return begins;
}

/** See that an empty line follows the block that ends here, where nothing else does. */
function follow(tr, end) {
  if (end === tr.doc.content.size) tr.insert(end, tr.doc.type.schema.nodes.paragraph.create());
}

/** Put a block around the lines that the selection touches; false where they do not fit in. */
export function wrap(editor, build) {
  const { state, view } = editor;
  const { $from, $to } = state.selection;
  const range = $from.blockRange($to, (parent) => parent.type.name === "doc");
  if (!range) return false;
  const lines = [];
  state.doc.forEach((node, offset) => {
    if (offset >= range.start && offset < range.end) lines.push(node);
  });
  const { tr } = state;
  let node;
  try {
    node = build(Fragment.from(lines));
    node.check();
  } catch {
    return false;
  }
  tr.replaceWith(range.start, range.end, node);
  follow(tr, range.start + node.nodeSize);
  const end = tr.doc.resolve(range.start + node.nodeSize - 1);
  tr.setSelection(TextSelection.near(end, -1));
  view.dispatch(tr.scrollIntoView());
  return true;
}

/** Put these nodes in the place of a block. */
export function unwrap(editor, { node, pos }, content) {
  const { tr } = editor.state;
  tr.replaceWith(pos, pos + node.nodeSize, content);
  tr.setSelection(TextSelection.near(tr.doc.resolve(Math.min(pos + 1, tr.doc.content.size))));
  editor.view.dispatch(tr);
  editor.view.focus();
}

/** Leave a block by an empty line after it. */
export function leave(editor, { node, pos }) {
  const { tr, schema } = editor.state;
  const end = pos + node.nodeSize;
  const next = tr.doc.nodeAt(end);
  if (next?.type.name !== "paragraph" || next.content.size) {
    tr.insert(end, schema.nodes.paragraph.create());
  }
  tr.setSelection(TextSelection.create(tr.doc, end + 1));
  editor.view.dispatch(tr.scrollIntoView());
  return true;
}

/** What stands in an element, read as the content of this kind of node. */
export function contentOf(element, type) {
  if (!element) return Fragment.empty;
  return Parser.fromSchema(type.schema).parse(element, { topNode: type.create() }).content;
}
