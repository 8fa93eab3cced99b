"""What people type, made fit to show: control characters out, every script kept."""

import re
import unicodedata

import nh3
from django.utils.html import linebreaks, urlize
from django.utils.safestring import SafeString, mark_safe

# They turn the direction of whatever follows, on past the end of the comment (CVE-2021-42574).
# Right-to-left scripts do not need them: browsers find the direction from the letters.
_DIRECTION_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x85]")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff\ud800-\udfff]")
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*\n")

# Longer texts, which only an import can bring, are shown without links: to look for them takes
# time for each word.
LONGEST_WITH_LINKS = 10_000

# What a link in a comment says of itself to search engines and to the page it opens.
LINK_REL = "nofollow noopener ugc"


def tidy(text: str) -> str:
    """The text with its lines ended alike, at most one blank line, and nothing that cannot be seen
    but acts: control characters and direction overrides."""
    text = _LINE_ENDS.sub("\n", text)
    text = _DIRECTION_OVERRIDES.sub("", _CONTROLS.sub("", text))
    return _BLANK_LINES.sub("\n\n", text).strip()


def one_line(text: str) -> str:
    """As `tidy`, with every run of white space made one space."""
    return " ".join(tidy(text).split())


def paragraphs(text: str) -> SafeString:
    """Plain text as HTML: paragraphs, line breaks, links. Whatever looks like markup is shown."""
    linked = urlize(text, autoescape=True) if len(text) <= LONGEST_WITH_LINKS else None
    html = linebreaks(text, autoescape=True) if linked is None else linebreaks(linked)
    return mark_safe(
        nh3.clean(
            html,
            tags={"p", "br", "a"},
            attributes={"a": {"href"}},
            url_schemes={"http", "https", "mailto"},
            link_rel=LINK_REL,
        )
    )


def looks_like_address(name: str) -> bool:
    """Whether a name is, or holds, a web or e-mail address."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "://" in folded or "www." in folded or "@" in folded
