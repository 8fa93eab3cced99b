"""What people type, made fit to show: control characters out, every script kept."""

import hashlib
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

# Letters and digits; "Thank you so much, this helps!" may be said by many.
SHORTEST_REPEATED = 40

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


def folded(text: str) -> str:
    """The text without case, accents, or signs that cannot be seen: those cut a word in two for a
    program, and for nobody else."""
    decomposed = unicodedata.normalize("NFKD", text)
    seen = (c for c in decomposed if unicodedata.category(c) not in ("Mn", "Me", "Cf"))
    return "".join(seen).casefold()


def folded_words(text: str) -> list[str]:
    """The words of a text, folded. Linear time."""
    return re.findall(r"[^\W_]+", folded(text))


def words_key(text: str) -> str | None:
    """The same for the same words however they are written; None for fewer than
    SHORTEST_REPEATED letters."""
    words = " ".join(folded_words(text))
    if len(words) < SHORTEST_REPEATED:
        return None
    return hashlib.sha256(words.encode()).hexdigest()[:32]


def looks_like_address(name: str) -> bool:
    """Whether a name is, or holds, a web or e-mail address."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "://" in folded or "www." in folded or "@" in folded
