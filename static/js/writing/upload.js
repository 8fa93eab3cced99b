// Pictures that are chosen, dropped or pasted: sent to the site, with a bar in the text meanwhile.

import { Extension, pm } from "django-prose-editor/editor";
import { place } from "./blocks.js";
import { make } from "./dialog.js";
import { describe } from "./pictures.js";
import { say } from "./status.js";
import { token } from "./token.js";

const { Plugin, PluginKey } = pm.state;
const { Decoration, DecorationSet } = pm.view;

// As accounts/pictures.py has it; asked here so that nobody waits to hear it.
const MAX_BYTES = 10 * 1024 * 1024;
export const TYPES = "image/jpeg,image/png,image/webp";

const waiting = new PluginKey("uploads");

/** Takes pictures in. `url` is where they are sent. */
export const Upload = Extension.create({
  name: "upload",
  priority: 1200,
  addOptions: () => ({ url: "" }),
  onCreate: () => {
    // A picture that misses the text would be opened in its place, and the text be gone.
    for (const kind of ["dragover", "drop"]) document.addEventListener(kind, keepPage);
  },
  addProseMirrorPlugins() {
    const { editor } = this;
    const take = (files, pos = null) => files.length > 0 && (uploadAll(editor, files, pos), true);
    return [
      new Plugin({
        key: waiting,
        state: {
          init: () => DecorationSet.empty,
          apply(tr, bars) {
            const { add, remove } = tr.getMeta(waiting) ?? {};
            bars = bars.map(tr.mapping, tr.doc);
            if (add) bars = bars.add(tr.doc, [Decoration.widget(add.pos, add.bar, { of: add.of })]);
            if (remove) bars = bars.remove(bars.find(null, null, ({ of }) => of === remove));
            return bars;
          },
        },
        props: {
          decorations: (state) => waiting.getState(state),
          handlePaste(view, event) {
            // Word puts a picture of the text beside the text itself; the text is what is meant.
            const { clipboardData } = event;
            return !hasWords(clipboardData) && take(pictures(clipboardData));
          },
          handleDrop(view, event, slice, moved) {
            if (moved) return false;
            const at = view.posAtCoords({ left: event.clientX, top: event.clientY });
            return take(pictures(event.dataTransfer), at?.pos ?? null);
          },
        },
      }),
    ];
  },
});

function keepPage(event) {
  const isFile = event.dataTransfer?.types.includes("Files");
  if (isFile && !event.target.closest?.("input[type=file]")) event.preventDefault();
}

// Not parsed: what stands in a style would be refused by the page's policy, aloud.
function hasWords(data) {
  const html = data?.getData("text/html") ?? "";
  const words = html.replace(/<style.*?<\/style>|<!--.*?-->|<[^>]*>|&nbsp;/gs, "").trim();
  return Boolean(words || data?.getData("text/plain").trim());
}

const pictures = (data) => [...(data?.files ?? [])];

/** Send these files, one after the other; what is refused is said, and the text stays. */
export async function uploadAll(editor, files, pos = null) {
  const alone = files.length === 1;
  let at = pos ?? editor.state.selection.to;
  for (const file of files) {
    const put = await upload(editor, file, at);
    if (put === null) continue;
    const node = editor.state.doc.nodeAt(put);
    at = put + (node?.nodeSize ?? 0);
    if (alone && node) await describe(editor, put);
  }
}

/** Send one file and put the picture in; gives where it stands, or null. */
async function upload(editor, file, at) {
  if (file.size > MAX_BYTES) {
    say(editor, `“${file.name}” is larger than 10 MB. Save a smaller copy and choose that one.`);
    return null;
  }
  const of = {};
  const progress = make("progress", { max: 1, "aria-label": `Sending ${file.name}` });
  const stop = make("button", { type: "button" }, "Stop");
  const bar = make("span", { className: "sending" }, `Sending ${file.name} `, progress, " ", stop);
  mark(editor, { add: { pos: betweenBlocks(editor.state.doc, at), bar, of } });
  const { url } = editor.extensionManager.extensions.find(({ name }) => name === "upload").options;
  try {
    const answer = await send(url, file, progress, stop);
    const [found] = waiting.getState(editor.state).find(null, null, (spec) => spec.of === of);
    mark(editor, { remove: of });
    const { picture, caption } = editor.schema.nodes;
    // A picture that was pasted may bring its words along.
    const attrs = { src: answer.address, alt: file.words ?? null };
    const node = picture.create(attrs, caption.create());
    return place(editor, node, { at: found?.from ?? null });
  } catch (trouble) {
    mark(editor, { remove: of });
    if (trouble.words) {
      const again = trouble.canBeTriedAgain ? () => uploadAll(editor, [file]) : null;
      say(editor, `“${file.name}”: ${trouble.words}`, again);
    }
    return null;
  }
}

// After the block that was dropped on; before it, where that is an empty line to go on from.
function betweenBlocks(doc, at) {
  const $at = doc.resolve(Math.min(at, doc.content.size));
  if (!$at.depth) return $at.pos;
  const isEmptyLine = $at.depth === 1 && !$at.parent.content.size;
  return isEmptyLine ? $at.before(1) : $at.after(1);
}

function mark(editor, what) {
  editor.view.dispatch(editor.state.tr.setMeta(waiting, what).setMeta("addToHistory", false));
}

/** A request that tells how far it is, which `fetch` cannot. */
function send(url, file, progress, stop) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    const body = new FormData();
    body.append("picture", file);
    body.append("csrfmiddlewaretoken", token());
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress.value = event.loaded / event.total;
    });
    const lost = { canBeTriedAgain: true };
    request.addEventListener("error", () =>
      reject({ ...lost, words: "the connection was lost on the way. Your text is all here." }),
    );
    request.addEventListener("abort", () => reject({}));
    request.addEventListener("load", () => {
      const answer = read(request);
      if (answer?.address) resolve(answer);
      else if (answer?.error) reject({ words: answer.error });
      else if (request.status === 413) reject({ words: "it is too large for this site." });
      else reject({ ...lost, words: trouble(request) });
    });
    stop.addEventListener("click", () => request.abort());
    request.open("POST", url);
    request.setRequestHeader("Accept", "application/json");
    request.send(body);
  });
}

function read(request) {
  try {
    return JSON.parse(request.responseText);
  } catch {
    return null;
  }
}

const trouble = ({ status, responseURL }) =>
  status === 403 || responseURL.includes("/login/")
    ? "you are signed out. Sign in in another tab, then try again; your text is all here."
    : "the site did not take it this time. Your text is all here.";
