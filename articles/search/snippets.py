"""The piece of a text that shows why it was found, with the words marked."""

from bisect import bisect_left
from collections.abc import Sequence

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from .query import Query
from .words import spans, stem

# Words of a text that are shown; two or three lines on a phone.
SHOWN = 34
# Of them, before the first that was looked for.
BEFORE = 6
# Characters looked through: a search shows a dozen texts.
MOST_READ = 20_000


def marked(text: str, query: Query) -> SafeString:
    """The whole text, escaped, with each word that was looked for in a <mark>."""
    found = list(spans(text))
    return _marked(text, found, _hits(found, query), 0, len(text))


def snippet(text: str, query: Query) -> SafeString:
    """The SHOWN words that hold the most different ones that were looked for, the earliest such;
    escaped and marked. The beginning, where none is in it."""
    text = " ".join(text[:MOST_READ].split())
    found = list(spans(text))
    if not found:
        return mark_safe(escape(text[:200]))
    hits = _hits(found, query)
    first = max(0, _best(hits) - BEFORE)
    first = max(0, min(first, len(found) - SHOWN))
    last = min(first + SHOWN, len(found)) - 1
    start = found[first][0] if first else 0
    end = found[last][1] if last < len(found) - 1 else len(text)
    cut_before, cut_after = "… " * (first > 0), " …" * (last < len(found) - 1)
    piece = _marked(text, found, hits, start, end)
    return mark_safe(f"{cut_before}{piece}{cut_after}")


def _hits(found: Sequence[tuple[int, int, str]], query: Query) -> dict[int, int]:
    """The place of each word that was looked for, and which term of the query it is of."""
    stems = [stem(word) for _, _, word in found]
    hits: dict[int, int] = {}
    for number, term in enumerate(query.terms):
        wanted = list(term.stems)
        for place, each in enumerate(stems):
            if term.is_prefix and (each == wanted[0] or each.startswith(term.words[0])):
                hits[place] = number
            elif each == wanted[0] and stems[place : place + len(wanted)] == wanted:
                hits.update(dict.fromkeys(range(place, place + len(wanted)), number))
    return hits


def _best(hits: dict[int, int]) -> int:
    """The place of the hit from which on SHOWN words hold the most different terms."""
    places = sorted(hits)
    best, most = 0, 0
    for at, place in enumerate(places):
        within = places[at : bisect_left(places, place + SHOWN - BEFORE)]
        different = len({hits[one] for one in within})
        if different > most:
            best, most = place, different
    return best


def _marked(
    text: str,
    found: Sequence[tuple[int, int, str]],
    hits: dict[int, int],
    start: int,
    end: int,
) -> SafeString:
    pieces, at = [], start
    for place in sorted(hits):
        word_start, word_end, _ = found[place]
        if word_start >= start and word_end <= end:
            pieces += [
                escape(text[at:word_start]),
                "<mark>",
                escape(text[word_start:word_end]),
                "</mark>",
            ]
            at = word_end
    return mark_safe("".join([*pieces, escape(text[at:end])]))
