"""Words: those of a body without its markup, and those that a search looks for."""

import html
import re
import unicodedata

from django.utils.html import strip_tags

# A search is a few words. What stands beyond is not looked for, and the page says so.
MAX_QUERY_CHARACTERS = 100

# What XML 1.0 has no way to write, however it is escaped (https://www.w3.org/TR/xml/#charsets).
_NOT_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def plain_text(body: str) -> str:
    """The words of a sanitised body. A tag becomes a space, so no heading runs into text."""
    return " ".join(html.unescape(strip_tags(body.replace("<", " <"))).split())


def count_words(text: str) -> int:
    """How many words a text has, as a word processor counts: "don't" and "next-day" are one."""
    return len(re.findall(r"\w+(?:['’-]\w+)*", text))


def fold(text: str) -> str:
    """Text as a search compares it: without case, accents, or the difference between ' and ’.

    Done here and not by the database, because SQLite knows the case of English letters only.
    """
    decomposed = unicodedata.normalize("NFKD", text.replace("’", "'"))
    return "".join(c for c in decomposed if not unicodedata.combining(c)).casefold()


def search_words(query: str) -> list[str]:
    """The words to look for in what a reader typed, folded, each once."""
    found = re.findall(r"\w+(?:'\w+)*", fold(query[:MAX_QUERY_CHARACTERS]))
    return list(dict.fromkeys(found))


def for_xml(text: str) -> str:
    """Text without the characters that would make a feed unreadable."""
    return _NOT_IN_XML.sub("", text)
