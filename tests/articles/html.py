"""Reading a page as a browser does: its elements and their attributes."""

import json
import re
from html.parser import HTMLParser


class _Collector(HTMLParser):
    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        self.found.append((tag, dict(attrs)))


def elements(html: str) -> list[tuple[str, dict[str, str | None]]]:
    """Every element as its tag and its attributes, entities undone."""
    collector = _Collector()
    collector.feed(html)
    collector.close()
    return collector.found


def attribute(html: str, tag: str, wanted: str, /, **where: str) -> str | None:
    """Of the first such element: `attribute(page, "link", "href", rel="canonical")`."""
    for found, attributes in elements(html):
        if found == tag and all(attributes.get(key) == value for key, value in where.items()):
            return attributes.get(wanted)
    raise AssertionError(f"There is no <{tag}> with {where}.")


def all_json_ld(html: str) -> list[dict]:
    """Every thing that the page tells machines of, in its order."""
    found = []
    for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL):
        said = json.loads(text)
        found += said if isinstance(said, list) else [said]
    return found


def json_ld(html: str) -> dict:
    """What the page tells machines of first: itself."""
    return all_json_ld(html)[0]
