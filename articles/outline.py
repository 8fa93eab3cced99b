"""The contents of an article: its headings, each given an address within the page."""

from dataclasses import dataclass
from html.parser import HTMLParser

from django.conf import settings
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.text import slugify

from .fields import sanitise
from .library.models import Picture
from .library.shown import show_in_body
from .library.use import named_in
from .text import plain_text


@dataclass(frozen=True)
class Heading:
    """A second-level heading: its words, and its id on the page."""

    text: str
    anchor: str


class _Outliner(HTMLParser):
    """Writes out what it reads as it stands, but that an h2 gets an id, and a picture may wait.

    One whose words are still missing is passed over when the page is read aloud: its address would
    be read out otherwise.
    """

    def __init__(self, pictures: dict[str, Picture]) -> None:
        super().__init__(convert_charrefs=False)
        self.pictures = pictures
        self.written: list[str] = []
        self.headings: list[Heading] = []
        self._opened_at: int | None = None

    def handle_starttag(self, tag, attrs):
        if tag == "h2":
            self._opened_at = len(self.written)
        written = self.get_starttag_text() or ""
        if tag == "img":
            name = (dict(attrs).get("src") or "").removeprefix(settings.MEDIA_URL)
            if picture := self.pictures.get(name):
                written = show_in_body(picture, dict(attrs))
            else:
                silent = "" if "alt" in dict(attrs) else ' alt=""'
                written = written.replace("<img", f'<img loading="lazy"{silent}', 1)
        self.written.append(written)

    def handle_endtag(self, tag):
        if tag == "h2" and self._opened_at is not None:
            text = plain_text("".join(self.written[self._opened_at :]))
            if text:
                anchor = self._free_anchor(text)
                self.written[self._opened_at] = f'<h2 id="{escape(anchor)}">'
                self.headings.append(Heading(text, anchor))
            self._opened_at = None
        self.written.append(f"</{tag}>")

    def handle_data(self, data):
        self.written.append(data)

    def handle_entityref(self, name):
        self.written.append(f"&{name};")

    def handle_charref(self, name):
        self.written.append(f"&#{name};")

    def _free_anchor(self, text: str) -> str:
        # "part-" keeps a heading such as "Comments" off the ids that the page itself uses.
        wanted = anchor = f"part-{slugify(text)}".rstrip("-")
        taken = {heading.anchor for heading in self.headings}
        number = 2
        while anchor in taken:
            anchor = f"{wanted}-{number}"
            number += 1
        return anchor


def outline(body: str) -> tuple[SafeString, list[Heading]]:
    """The body as it may stand on a page, its h2 headings with ids, and those headings.

    Sanitised here once more: a page is made once and served many times, so being sure is cheap.
    Its pictures come in every size; one query where there are any.
    """
    clean = sanitise(body)
    outliner = _Outliner(Picture.objects.by_name(named_in(clean)))
    outliner.feed(clean)
    outliner.close()
    return mark_safe("".join(outliner.written)), outliner.headings
