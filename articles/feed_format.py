"""Atom as feed readers need it (RFC 4287): whole texts, and names that outlive an address."""

import html
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from .fields import sanitise
from .metadata import absolute
from .models import Article
from .text import for_xml

# What a feed without an entry says of when it changed: RFC 4287, 4.1.1, asks for a moment, and the
# present one would make a new feed of it at every look.
NEVER = datetime(1970, 1, 1, tzinfo=UTC)

# As under every article (templates/articles/_see_someone.html).
STANDING_NOTE = (
    "This is one walker’s advice to another, not a doctor’s. A knee that locks, gives way, is hot "
    "and swollen, or will not take your weight wants a clinician before it wants a walk."
)


def tag(day: date, name: str) -> str:
    """A name for good (RFC 4151), which a reader knows an entry or a feed by.

    Made of the site's host and of a day on which it was the site's, so it stays when an address
    changes its last part.
    """
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    return f"tag:{host},{day.isoformat()}:{name}"


class Atom(Atom1Feed):
    """Django's Atom with the whole text as `content`, a plain summary, and a stable `updated`."""

    def root_attributes(self):
        return {**super().root_attributes(), "xml:base": f"{settings.BASE_URL}/"}

    def latest_post_date(self):
        """The newest of its entries' dates."""
        return super().latest_post_date() if self.items else NEVER

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, {**item, "description": None})
        if item["description"]:
            handler.addQuickElement("summary", item["description"])
        if item.get("content"):
            handler.addQuickElement("content", item["content"], {"type": "html"})


class AtomFeed(Feed):
    """The base of the site's feeds."""

    feed_type = Atom
    language = "en-GB"
    # Of a feed that holds nothing yet; entries name their own.
    author_name = settings.SITE_NAME


class _Absolute(HTMLParser):
    """Writes out what it reads as it stands, but that no address depends on where it is read."""

    def __init__(self, base: str) -> None:
        super().__init__(convert_charrefs=False)
        self.base = base
        self.written: list[str] = []

    def handle_starttag(self, tag, attrs):
        parts = [tag]
        for name, value in attrs:
            if name in ("href", "src") and value:
                value = f"{self.base}{value}" if value.startswith("#") else absolute(value)
            parts.append(name if value is None else f'{name}="{html.escape(value)}"')
        self.written.append(f"<{' '.join(parts)}>")

    def handle_endtag(self, tag):
        self.written.append(f"</{tag}>")

    def handle_data(self, data):
        self.written.append(data)

    def handle_entityref(self, name):
        self.written.append(f"&{name};")

    def handle_charref(self, name):
        self.written.append(f"&#{name};")


def absolute_body(body: str, address: str) -> SafeString:
    """A body whose links and pictures work wherever it is read; `address` is its own page's."""
    writer = _Absolute(address)
    writer.feed(sanitise(body))
    writer.close()
    return mark_safe("".join(writer.written))


def article_as_read_elsewhere(article: Article) -> str:
    """The article for a feed reader: its picture, its text, and what the page says below it.

    The standing note goes along: whoever reads in a feed reader never sees the page.
    """
    address = absolute(article.get_absolute_url())
    picture = ""
    if article.picture:
        picture = format_html(
            '<p><img src="{}" alt="{}" width="{}" height="{}"></p>',
            absolute(article.picture.url),
            article.picture_alt,
            article.picture_width,
            article.picture_height,
        )
    ask = ""
    if article.comments_open:
        ask = format_html('<p><a href="{}">Ask the coach a question</a></p>', f"{address}#ask")
    body = absolute_body(article.body, address)
    return for_xml(f"{picture}{body}<hr><p>{STANDING_NOTE}</p>{ask}")
