"""WordPress's HTML as ours: the body of an article, or the plain text of a comment.

WordPress keeps bodies and comments as people typed them, where a line end is a line end and a
blank line a new paragraph, unless its newer editor wrote them. nh3 reads whatever that is into
well-formed tags first; only those are rewritten here, and a body passes the sanitiser last.
Pure; the time grows with the length, whatever the markup.
"""

import html
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

import nh3

from .fields import ALLOWED_SCHEMES, sanitise

_INLINE = {"a", "b", "cite", "em", "i", "strong", "sub", "sup"}
_HEADINGS = {"h1": "h2", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
_NESTING = {"blockquote", "li", "ol", "ul"}
_MEDIA = {"audio", "embed", "iframe", "source", "video"}
_CELLS = {"td", "th"}
# Tags that an article does not keep, but that end the paragraph before and after them.
_BREAKS = {
    "address",
    "article",
    "aside",
    "caption",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "form",
    "header",
    "main",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "tbody",
    "tfoot",
    "thead",
    "tr",
}
_READ_TAGS = {"br", "hr", "img", *_INLINE, *_HEADINGS, *_NESTING, *_MEDIA, *_CELLS, *_BREAKS}
_READ_ATTRIBUTES = {
    "a": {"href", "title"},
    "img": {"src", "alt"},
    "ol": {"start"},
    **{tag: {"src"} for tag in _MEDIA},
}

# The newer editor marks its blocks; there, a line end means nothing.
_BLOCKS = "<!-- wp:"
_UNWRAPPED = re.compile(r"\[/?(?:(?:wp_)?caption|embed)\b[^\[\]]*\]")
_SHORTCODES = re.compile(
    r"\[(?:/(?P<end>[a-zA-Z][\w-]*)\]|(?P<start>[a-zA-Z][\w-]*)\s+[\w-]+=|"
    r"(?P<alone>audio|contact-form|gallery|playlist|video)\b)"
)
_ADDRESS = re.compile(r"https?://\S+")
_EMPTY_PARAGRAPH = re.compile(
    r"<p>(?:\s|&nbsp;|</?(?:a|b|br|cite|em|i|strong|sub|sup)\b[^<>]*>)*</p>"
)

# Reading HTML costs, at each tag, as much as tags are open there. Honest posts of 20,000 words
# stay below a hundredth of this; tags left open by the thousand go beyond it.
_MOST_WORK = 2_000_000
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_NEVER_OPEN = {"br", "col", "dd", "dt", "hr", "img", "input", "li", "p", "td", "th", "tr", "wbr"}


def to_body(content: str, address: str) -> tuple[str, Counter[str]]:
    """A post's content as the body of an article, and how often something had to change.

    `address` is the post's own, for links that are relative to it. Pictures and films become
    links to where they are, since a page may load nothing from elsewhere. Counted are "picture",
    "film", "table" (now a line for each row), "tangled" (now without markup), and each shortcode,
    such as "[gallery]", which stays as text.
    """
    changes: Counter[str] = Counter()
    if _is_tangled(content):
        changes["tangled"] += 1
        content = html.escape(_without_tags(content))
    for code in _shortcodes(content):
        changes[f"[{code}]"] += 1
    content = _UNWRAPPED.sub("\n\n", content)
    writer = _BodyWriter(address, lines_count=_BLOCKS not in content, changes=changes)
    writer.read(content)
    return _EMPTY_PARAGRAPH.sub("", sanitise("".join(writer.written))), changes


def to_text(content: str) -> str:
    """HTML as plain text: blank lines end paragraphs, a link is "text (address)", a quote "> "."""
    if _is_tangled(content):
        return _without_tags(content).strip()
    writer = _TextWriter()
    writer.read(content)
    return writer.text()


def _is_tangled(content: str) -> bool:
    """Whether the tags are left open in a way that would take too long to make sense of."""
    open_tags: Counter[str] = Counter()
    depth = work = 0
    for match in _TAG.finditer(content):
        closes, tag = match[1], match[2].lower()
        work += depth
        if tag in _NEVER_OPEN:
            continue
        if not closes:
            open_tags[tag] += 1
            depth += 1
        elif open_tags[tag]:
            open_tags[tag] -= 1
            depth -= 1
        if work > _MOST_WORK:
            return True
    return False


def _without_tags(content: str) -> str:
    return html.unescape(re.sub(r"<[^<>]*>", " ", content))


def _shortcodes(content: str) -> Iterator[str]:
    for match in _SHORTCODES.finditer(content):
        code = match["end"] or match["start"] or match["alone"]
        if code not in ("caption", "wp_caption", "embed") and not match["end"]:
            yield code


class _Writer(HTMLParser):
    """Reads HTML that nh3 has put in order; what is written comes from the kinds of it below."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []

    def read(self, content: str) -> None:
        self.feed(
            nh3.clean(
                content,
                tags=_READ_TAGS,
                attributes=_READ_ATTRIBUTES,
                url_schemes=ALLOWED_SCHEMES,
                link_rel=None,
            )
        )
        self.close()


class _BodyWriter(_Writer):
    """Paragraphs, headings, lists and quotes. The sanitiser closes what stays open."""

    def __init__(self, address: str, *, lines_count: bool, changes: Counter[str]) -> None:
        super().__init__()
        self._address = address
        self._lines_count = lines_count
        self._changes = changes
        self._nested: list[str] = []  # of _NESTING
        self._block = ""  # the open paragraph or heading; "li" for text right in a list's item
        self._line_ends = 0  # seen and not yet written
        self._after_br = False
        self._in_link = False
        self._in_media = 0

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag in _MEDIA:
            self._in_media += tag == "iframe"
            self._film(given.get("src", ""))
        elif self._in_media:
            return
        elif tag in _INLINE:
            self._begin_text()
            opened = self._link(given) if tag == "a" else f"<{tag}>"
            self._in_link = self._in_link or opened.startswith("<a ")
            self.written.append(opened)
        elif tag == "img":
            self._picture(given)
        elif tag == "br":
            self._line_ends += 1
            self._after_br = True
        elif tag in _CELLS:
            if self._block:
                self.written.append(" · ")
        else:
            self._end_block()
            if tag == "table":
                self._changes["table"] += 1
            elif tag == "hr":
                self.written.append("<hr>")
            elif tag in _HEADINGS:
                self._block = _HEADINGS[tag]
                self.written.append(f"<{self._block}>")
            elif tag in _NESTING:
                self._nested.append(tag)
                start = given.get("start", "")
                self.written.append(f'<{tag} start="{start}">' if start.isdecimal() else f"<{tag}>")

    def handle_endtag(self, tag):
        if tag in _MEDIA:
            self._in_media -= tag == "iframe"
        elif self._in_media or tag in ("br", "hr", "img") or tag in _CELLS:
            return
        elif tag in _INLINE:
            self.written.append(f"</{tag}>")
            self._in_link = self._in_link and tag != "a"
        else:
            self._end_block()
            if tag in _NESTING and self._nested:
                self._nested.pop()
                self.written.append(f"</{tag}>")

    def handle_data(self, data):
        if self._in_media:
            return
        lines = data.split("\n") if self._lines_count else [" ".join(data.split("\n"))]
        for number, line in enumerate(lines):
            if number and self._after_br:
                self._after_br = False  # <br> at the end of a line is one line end, not two
            elif number:
                self._line_ends += 1
            if line.strip():
                self._text(line)
            elif line and self._block and not self._line_ends:
                self.written.append(line)

    def _text(self, line: str) -> None:
        begins = not self._block or self._line_ends
        self._begin_text()
        address = line.strip()
        if begins and not self._in_link and _ADDRESS.fullmatch(address):
            # WordPress shows what such an address leads to; a link is the next best.
            self.written.append(self._link({"href": address}) + html.escape(address) + "</a>")
        else:
            line = line.lstrip() if begins else line
            self.written.append(html.escape(line, quote=False))

    def _begin_text(self) -> None:
        """Write the line ends so far, and open a paragraph where none is."""
        loose = self._block in ("", "p")
        if self._line_ends > 1 and loose and not self._in_link:
            self._end_block()
        elif self._line_ends and self._block:
            self.written.append("<br>")
        self._line_ends, self._after_br = 0, False
        if not self._block and self._nested and self._nested[-1] == "li":
            self._block = "li"
        elif not self._block:
            self._block = "p"
            self.written.append("<p>")

    def _end_block(self) -> None:
        if self._block:
            self.written[-1] = self.written[-1].rstrip()
        if self._block not in ("", "li"):
            self.written.append(f"</{self._block}>")
        self._block, self._line_ends, self._after_br = "", 0, False

    def _picture(self, given: dict[str, str]) -> None:
        source, words = self._absolute(given.get("src", "")), " ".join(given.get("alt", "").split())
        if "/smilies/" in source or "/emoji/" in source:
            self._text(words)
            return
        self._changes["picture"] += 1
        name = unquote(urlsplit(source).path.rpartition("/")[2])
        words = f"Picture: {words or name}" if words or name else "Picture"
        self._begin_text()
        if self._in_link or not source:
            self.written.append(html.escape(words))
        else:
            self.written.append(self._link({"href": source}) + html.escape(words) + "</a>")
        self._line_ends = 1  # a caption, or the words beside it, stand below

    def _film(self, source: str) -> None:
        source = self._absolute(source)
        if source:
            self._changes["film"] += 1
            self._end_block()
            self._begin_text()
            self.written.append(self._link({"href": source}) + html.escape(source) + "</a>")
            self._end_block()

    def _link(self, given: dict[str, str]) -> str:
        """The opening tag; nothing for a link that leads nowhere."""
        href, title = self._absolute(given.get("href", "")), given.get("title", "")
        titled = f' title="{html.escape(title)}"' if title else ""
        return f'<a href="{html.escape(href)}"{titled}>' if href else ""

    def _absolute(self, address: str) -> str:
        """The address as it was meant on the old site; "" for what is none."""
        try:
            absolute = urljoin(self._address, address.strip()) if address.strip() else ""
            return absolute if urlsplit(absolute).scheme in ALLOWED_SCHEMES else ""
        except ValueError:
            return ""


class _TextWriter(_Writer):
    """Words, with line ends where a reader would see them."""

    def __init__(self) -> None:
        super().__init__()
        self._nested: list[str] = []  # of _NESTING
        self._links: list[tuple[str, int]] = []  # address, and where its text begins
        self._quotes: list[int] = []  # where quotes begin

    def text(self) -> str:
        return _plain_lines("".join(self.written))

    def handle_starttag(self, tag, attrs):
        given = {name: value or "" for name, value in attrs}
        if tag in _NESTING:
            within = self._nested[-1:] == ["li"]
            self._nested.append(tag)
            if tag == "li":
                ended = bool(self.written) and self.written[-1].endswith("\n")
                self.written.append("- " if ended else "\n- ")
            else:
                self.written.append("\n" if within else "\n\n")
            if tag == "blockquote":
                self._quotes.append(len(self.written))
        elif tag == "a":
            self._links.append((given.get("href", "").strip(), len(self.written)))
        elif tag == "br":
            self.written.append("\n")
        elif tag == "img":
            self.written.append(given.get("alt", ""))
        elif tag in _CELLS:
            self.written.append(" ")
        elif tag not in _INLINE and tag not in _MEDIA:
            self.written.append("\n\n")

    def handle_endtag(self, tag):
        if tag in _NESTING and self._nested:
            self._nested.pop()
        if tag == "a" and self._links:
            self._end_link(*self._links.pop())
        elif tag == "blockquote" and self._quotes:
            self._end_quote(self._quotes.pop())
        elif tag in ("ol", "ul"):
            self.written.append("" if self._nested[-1:] == ["li"] else "\n\n")
        elif tag in _BREAKS or tag in _HEADINGS:
            self.written.append("\n\n")

    def handle_data(self, data):
        last = self.written[-1] if self.written else ""
        if self._nested[-1:] in (["ol"], ["ul"]) and not data.strip():
            return  # between the items
        if last in ("- ", "\n- "):
            data = data.lstrip()
        elif last == "\n" and data.startswith("\n"):
            data = data[1:]  # <br> at the end of a line is one line end, not two
        self.written.append(data)

    def _end_link(self, address: str, begins: int) -> None:
        text = "".join(self.written[begins:]).strip()
        if not address.startswith(("http://", "https://")):
            return
        if not text:
            self.written.append(address)
        elif text.rstrip("/") not in (address.rstrip("/"), address.partition("://")[2].rstrip("/")):
            self.written.append(f" ({address})")

    def _end_quote(self, begins: int) -> None:
        quoted = _plain_lines("".join(self.written[begins:])).split("\n")
        self.written[begins:] = ["\n".join(f"> {line}".rstrip() for line in quoted), "\n\n"]


def _plain_lines(text: str) -> str:
    """The text with its lines stripped, and at most one blank line between two."""
    lines: list[str] = []
    for line in text.split("\n"):
        line = line.strip()
        if line or (lines and lines[-1]):
            lines.append(line)
    return "\n".join(lines).strip()
