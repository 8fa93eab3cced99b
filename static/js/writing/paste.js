// Text from Word, Google Docs or a web page: its headings, lists, links and emphasis come along;
// its fonts, classes, comments and empty lines do not. What the site allows at all is said in
// articles/fields.py, and held there on every save.

import { Extension, pm } from "django-prose-editor/editor";
import { say } from "./status.js";
import { uploadAll } from "./upload.js";

const { Plugin } = pm.state;

const KEPT = { A: ["href"], IMG: ["src", "alt", "width", "height"], OL: ["start"] };
const HEADINGS = "h1, h2, h3, h4, h5, h6";
const GONE = [
  "head, meta, link, style, script, title, xml, template, noscript, iframe, object, button",
  // Word's remarks in the margin.
  ".MsoCommentReference, a[href^='#_msocom'], hr.msocomoff",
].join(", ");
const UNSEEN = /(^|;)(display:none|mso-hide:all|mso-element:comment)/;
// "1.", "a)", "(iv)": what Word writes before an item of a numbered list.
const NUMBERED = /^\(?(\d+|[a-z]|[ivxlc]+)[.)]/i;

export const CleanPaste = Extension.create({
  name: "cleanPaste",
  addProseMirrorPlugins() {
    const { editor } = this;
    return [
      new Plugin({
        props: {
          transformPastedHTML(html) {
            const { html: clean, files, left } = cleaned(html);
            if (files.length || left.length) setTimeout(() => tell(editor, files, left));
            return clean;
          },
        },
      }),
    ];
  },
});

function tell(editor, files, left) {
  uploadAll(editor, files);
  if (!left.length) return;
  const named = left.filter(Boolean).map((name) => `“${name}”`);
  const which = named.length ? ` (${[...new Set(named)].join(", ")})` : "";
  const [what, it, them] =
    left.length === 1
      ? ["One picture", "it stands", "it"]
      : [`${left.length} pictures`, "they stand", "them"];
  say(
    editor,
    `${what} did not come along${which}: ${it} elsewhere. ` +
      `Save ${them} to your device, and put ${them} in with “Picture”.`,
  );
}

/** Pasted HTML made plain: { html, files: pictures that came along, left: names of those not }. */
export function cleaned(html) {
  // Read without its styles, which the page's policy would refuse one by one, aloud.
  const unstyled = html
    .replace(/<style\b.*?<\/style\s*>/gis, "")
    .replace(/(<[a-z][^>]*?\s)style(\s*=)/gi, "$1data-style$2");
  const { body } = new DOMParser().parseFromString(unstyled, "text/html");
  // Copied out of this editor, or another of its kind: clean already.
  if (body.querySelector("[data-pm-slice]")) return { html, files: [], left: [] };
  const all = (selector) => [...body.querySelectorAll(selector)];

  comments(body).forEach((comment) => comment.remove());
  all(GONE).forEach((element) => element.remove());
  all("*")
    .filter((part) => UNSEEN.test(styleOf(part)) || /^(V|M):/.test(part.tagName))
    .forEach((part) => part.remove());
  all(".ListContainerWrapper").forEach(asWordWrites);
  wordLists(body);
  all("[role=heading]").forEach((line) => rename(line, `h${line.getAttribute("aria-level") ?? 2}`));
  all(".MsoTitle").forEach((line) => rename(line, "h1"));
  all(".MsoQuote, .MsoIntenseQuote").forEach(quoted);
  all("*").forEach(emphasised);
  headings(all);
  all("ul > ul, ul > ol, ol > ul, ol > ol").forEach(intoItem);
  all("a").forEach(link);
  const { files, left } = pictures(all("img"));
  all("table").forEach(rows);
  all("*").forEach(bare);
  text(body).forEach((node) => (node.data = node.data.replace(/[\u00a0\u200b]+/g, " ")));
  all("br").forEach(paragraphEnd);
  all("br").forEach(lineEnd);
  all(`p, ${HEADINGS}, blockquote, li, ul, ol`).reverse().forEach((element) => {
    if (!element.textContent.trim() && !element.querySelector("img, hr")) element.remove();
  });
  return { html: body.innerHTML, files, left };
}

const styleOf = ({ dataset }) => (dataset?.style ?? "").replace(/\s*([:;])\s*/g, "$1").trim();

const walk = (root, what) => {
  const walker = document.createTreeWalker(root, what);
  const found = [];
  while (walker.nextNode()) found.push(walker.currentNode);
  return found;
};
const comments = (root) => walk(root, NodeFilter.SHOW_COMMENT);
const text = (root) => walk(root, NodeFilter.SHOW_TEXT);

function rename(element, tag) {
  const renamed = element.ownerDocument.createElement(tag);
  for (const { name, value } of element.attributes) renamed.setAttribute(name, value);
  renamed.append(...element.childNodes);
  element.replaceWith(renamed);
  return renamed;
}

const unwrapped = (element) => element.replaceWith(...element.childNodes);

// Word in a browser puts each item into a list of its own, and says how deep it belongs.
function asWordWrites(list) {
  for (const item of list.querySelectorAll("li")) {
    const line = item.ownerDocument.createElement("p");
    const mark = item.ownerDocument.createElement("span");
    line.dataset.style = `mso-list:level${item.dataset.ariaLevel ?? 1}`;
    mark.dataset.style = "mso-list:Ignore";
    mark.textContent = item.parentElement.localName === "ol" ? "1." : "·";
    line.append(mark, ...item.childNodes);
    list.before(line);
  }
  list.remove();
}

// Word writes the items of a list as paragraphs, with their bullet or number as text.
function wordLists(body) {
  let open = []; // the lists that the next item may go on, outermost first
  let last = null;
  for (const line of body.querySelectorAll("[data-style*='mso-list']")) {
    const level = Number(styleOf(line).match(/mso-list:[^;]*level(\d+)/)?.[1] ?? 1);
    const mark = [...line.querySelectorAll("[data-style*='mso-list']")].find((part) =>
      styleOf(part).includes("mso-list:Ignore"),
    );
    if (line.matches("span, li") || !mark) continue;
    const tag = NUMBERED.test(mark.textContent.trim()) ? "ol" : "ul";
    mark.remove();
    if (line.previousElementSibling !== last) open = [];
    while (open.length > level) open.pop();
    if (open.length === level && open.at(-1).localName !== tag) open.pop();
    while (open.length < level) {
      const list = body.ownerDocument.createElement(tag);
      const parent = open.at(-1);
      if (parent) (parent.lastElementChild ?? parent.appendChild(itemOf(body))).append(list);
      else line.before(list);
      open.push(list);
    }
    const item = itemOf(body);
    const [outermost] = open;
    item.append(...line.childNodes);
    open.at(-1).append(item);
    line.remove();
    last = outermost;
  }
}

const itemOf = (body) => body.ownerDocument.createElement("li");

// Two paragraphs of a quotation that follow each other are one.
function quoted(line) {
  const before = line.previousElementSibling;
  if (before?.localName === "blockquote") before.append(line);
  else {
    const quote = line.ownerDocument.createElement("blockquote");
    line.replaceWith(quote);
    quote.append(line);
  }
}

// Google Docs says in a span's style what others say by a tag; and puts all into a <b> that is not.
function emphasised(element) {
  const style = styleOf(element);
  const weight = style.match(/(?:^|;)font-weight:(\w+)/)?.[1];
  const isBold = weight && (/^bold/.test(weight) || Number(weight) >= 600);
  if (["B", "STRONG"].includes(element.tagName) && weight && !isBold) return unwrapped(element);
  if (!["SPAN", "FONT", "A", "B", "I", "EM", "STRONG"].includes(element.tagName)) return;
  const around = (tag) => {
    const mark = element.ownerDocument.createElement(tag);
    mark.append(...element.childNodes);
    element.append(mark);
  };
  if (isBold && !element.matches("b, strong")) around("strong");
  if (/(^|;)font-style:italic/.test(style) && !element.matches("i, em")) around("em");
}

// The largest headings become ours, the next ones ours of the second order.
function headings(all) {
  const found = all(HEADINGS).filter((heading) => heading.textContent.trim());
  const levels = [...new Set(found.map(({ localName }) => localName))].sort();
  // A text whose largest headings are of the third order keeps them there.
  const first = levels[0] > "h2" ? 1 : 0;
  for (const heading of found) {
    const order = levels.indexOf(heading.localName) + first;
    heading.querySelectorAll("b, strong, em, i").forEach(unwrapped);
    rename(heading, order ? "h3" : "h2");
  }
}

// Google Docs puts the inner list beside its item.
function intoItem(list) {
  const before = list.previousElementSibling;
  if (before?.localName === "li") before.append(list);
  else {
    const item = itemOf(list);
    list.replaceWith(item);
    item.append(list);
  }
}

function link(anchor) {
  let address;
  try {
    address = new URL(anchor.getAttribute("href"), location.href);
  } catch {
    return unwrapped(anchor);
  }
  const isDetour =
    (/(^|\.)google\.[a-z.]+$/.test(address.hostname) && address.pathname === "/url") ||
    address.hostname.endsWith(".safelinks.protection.outlook.com");
  const target = isDetour && (address.searchParams.get("q") ?? address.searchParams.get("url"));
  if (target) {
    anchor.setAttribute("href", target);
    return link(anchor);
  }
  const isWithin = (anchor.getAttribute("href") ?? "#").startsWith("#");
  if (isWithin || !["http:", "https:", "mailto:"].includes(address.protocol)) {
    return unwrapped(anchor);
  }
  const isOwn = address.origin === location.origin;
  const { pathname, search, hash, href } = address;
  anchor.setAttribute("href", isOwn ? pathname + search + hash : href);
}

function pictures(images) {
  const files = [];
  const left = [];
  for (const image of images) {
    const source = image.getAttribute("src") ?? "";
    if (source.startsWith("/media/")) continue;
    const file = source.startsWith("data:image/") ? fileOf(source, files.length + 1) : null;
    const words = image.getAttribute("alt")?.trim() || null;
    if (file) files.push(Object.assign(file, { words }));
    else {
      const name = source.split(/[?#]/)[0].split(/[/\\]/).pop();
      left.push(words ?? (/\.\w{3,4}$/.test(name) ? name : ""));
    }
    image.remove();
  }
  return { files, left };
}

function fileOf(source, number) {
  const parts = source.match(/^data:(image\/(\w+))[^,]*;base64,(.*)$/s);
  if (!parts) return null;
  try {
    const bytes = Uint8Array.from(atob(parts[3]), (letter) => letter.charCodeAt(0));
    return new File([bytes], `picture ${number}.${parts[2]}`, { type: parts[1] });
  } catch {
    return null;
  }
}

// An article has no tables; a row becomes a line, as with an imported article.
function rows(table) {
  const lines = [...table.querySelectorAll("tr")].map((row) => {
    const line = table.ownerDocument.createElement("p");
    [...row.cells].forEach((cell, number) => {
      if (number) line.append(" · ");
      const blocks = [...cell.children].filter((child) => /^(P|DIV|H\d)$/.test(child.tagName));
      const words = blocks.flatMap((block) => [...block.childNodes, " "]);
      line.append(...(words.length ? words : cell.childNodes));
    });
    return line;
  });
  table.replaceWith(...lines);
}

function bare(element) {
  for (const { name } of [...element.attributes]) {
    if (!KEPT[element.tagName]?.includes(name)) element.removeAttribute(name);
  }
  if (["SPAN", "FONT"].includes(element.tagName) || element.tagName.includes(":")) unwrapped(element);
}

// Two line ends after each other are how a web page or a mail ends a paragraph.
function paragraphEnd(br) {
  const block = br.parentElement;
  if (br.nextSibling?.nodeName !== "BR" || !block.matches("p, div")) return;
  const rest = block.cloneNode(false);
  br.nextSibling.remove();
  while (br.nextSibling) rest.append(br.nextSibling);
  br.remove();
  block.after(rest);
}

// A line end that ends nothing: between blocks, or at the end of one.
function lineEnd(br) {
  const isBlock = (node) => /^(P|H\d|UL|OL|LI|DIV|BLOCKQUOTE|HR)$/.test(node?.tagName ?? "");
  const { nextElementSibling: next, previousElementSibling: before, parentElement } = br;
  if (isBlock(next) || isBlock(before) || parentElement.lastChild === br) br.remove();
}
