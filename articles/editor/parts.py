"""What a body is made of: its headings, pictures, links and running text, in their order."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

_TEXT = {"blockquote", "figcaption", "h2", "h3", "hr", "li", "ol", "p", "section", "ul"}


@dataclass
class Heading:
    """A heading of the second or third order."""

    level: int
    text: str = ""


@dataclass
class Picture:
    """A picture in the text. `alt` is None where nobody has said what it shows, "" on purpose."""

    alt: str | None


@dataclass
class Link:
    """A link and the words to press."""

    address: str
    text: str = ""


@dataclass
class Parts:
    """What was found, in the order it stands. `text` holds a piece of running text in each entry:
    a paragraph, an item of a list; no headings, captions or films."""

    headings: list[Heading] = field(default_factory=list)
    pictures: list[Picture] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    has_see_someone: bool = False


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts = Parts()
        self._heading: Heading | None = None
        self._link: Link | None = None
        self._words: list[str] = []
        self._passed_over = ""  # the tag whose words are no running text

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag in _TEXT:
            self._end_text()
        if tag in ("h2", "h3"):
            self._heading = Heading(int(tag[1]))
            self.parts.headings.append(self._heading)
        elif tag == "img":
            self.parts.pictures.append(Picture(given.get("alt")))
        elif tag == "a" and given.get("href"):
            self._link = Link(given["href"])
            self.parts.links.append(self._link)
        elif tag == "br":
            self._words.append(" ")
        elif tag == "section" and given.get("class") == "see-someone":
            self.parts.has_see_someone = True
        if tag == "figcaption" or (tag == "p" and given.get("class") == "video"):
            self._passed_over = tag

    def handle_endtag(self, tag):
        if tag in _TEXT:
            self._end_text()
        if tag in ("h2", "h3"):
            self._heading = None
        elif tag == "a":
            self._link = None
        if tag == self._passed_over:
            self._passed_over = ""

    def handle_data(self, data):
        if self._link:
            self._link.text += data
        if self._heading:
            self._heading.text += data
        elif not self._passed_over:
            self._words.append(data)

    def _end_text(self) -> None:
        words = " ".join("".join(self._words).split())
        if words:
            self.parts.text.append(words)
        self._words = []

    def close(self):
        super().close()
        self._end_text()


def parts_of(body: str) -> Parts:
    """The parts of a sanitised body. Pure; the time grows with the length."""
    reader = _Reader()
    reader.feed(body)
    reader.close()
    return reader.parts
