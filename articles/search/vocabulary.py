"""The words that are written on the site: what a slip of the finger may have been meant for.

One row of text, so that it is read at once: a hundred thousand comments hold few more different
words than ten thousand. The worker counts it anew each hour; what was written since is found all
the same, but not yet suggested.
"""

import math
from collections import Counter
from collections.abc import Mapping
from functools import cached_property

from django.utils import timezone
from rapidfuzz import process
from rapidfuzz.distance import OSA

from . import index
from .models import SearchDocument, Vocabulary
from .query import Query
from .words import SAYS_NOTHING, stem

# The most frequent are kept: an English reader knows about as many (Brysbaert 2016,
# doi 10.3389/fpsyg.2016.01116).
MOST_WORDS = 40_000
# Different words counted at once before the rare ones are let go.
MOST_COUNTED = 4 * MOST_WORDS
DOCUMENTS_AT_ONCE = 2_000
# Letters: shorter words are too near to too many others.
SHORTEST_CORRECTED = 4
# From this length on two slips are seen through, before only one. (Elasticsearch's "AUTO".)
LONG_WORD = 6
# A word that somebody wrote may still be a slip, if a near one is so many times as frequent.
MORE_FREQUENT = 10
# Nearest words that are looked at.
CANDIDATES = 20


class Words:
    """The vocabulary as it was counted last. Reading it is 1 query."""

    def __init__(self, row: Vocabulary | None):
        self.documents = row.documents if row else 0
        self._lines = row.words if row else ""

    @cached_property
    def counts(self) -> Mapping[str, int]:
        """In how many documents each word is, the most frequent first."""
        pairs = (line.split(" ") for line in self._lines.splitlines())
        return {word: int(count) for word, count in pairs}

    def tells(self, word: str) -> float:
        """How much a word says: its inverse document frequency, 0 for one that is everywhere."""
        return math.log((self.documents + 1) / (self.counts.get(word, 0) + 1))

    def nearest(self, word: str) -> str | None:
        """The word that was meant by one that nobody wrote, or hardly anybody: one it is the
        beginning of, else the nearest by slips (a letter too many, too few, another, or two the
        wrong way round), and of these the most frequent. None where there is none near."""
        if len(word) < SHORTEST_CORRECTED or word in SAYS_NOTHING:
            return None
        written = self.counts.get(word, 0)
        if not written:
            root = stem(word)
            alike = [known for known in self.counts if known.startswith(root[:-1])]
            if any(stem(known) == root for known in alike):
                return None  # it is written with another ending
            for known in alike:
                if known.startswith(word):
                    return known
        slips = 2 if len(word) >= LONG_WORD else 1
        # The vocabulary's order is kept among equals, so the most frequent comes first.
        found = process.extract(
            word, self.counts.keys(), scorer=OSA.distance, score_cutoff=slips, limit=CANDIDATES
        )
        near = [
            (known[0] != word[0], distance, -self.counts[known], known)
            for known, distance, _ in found
            if distance and self.counts[known] > MORE_FREQUENT * written
        ]
        return min(near)[-1] if near else None

    def correct(self, query: Query) -> dict[str, str]:
        """For each single word of a query that hardly anybody wrote, the nearest that many did."""
        asked = [term.words[0] for term in query.terms if term.is_word]
        return {word: meant for word in asked if (meant := self.nearest(word))}


def read() -> Words:
    return Words(Vocabulary.objects.filter(pk=1).first())


def count() -> None:
    """Count the words of all that can be found now. For the worker; bounded memory."""
    counted: Counter[str] = Counter()
    documents = 0
    # The rarest are let go, those of one document first, where there are more than can be counted.
    spellings = SearchDocument.objects.findable().values_list("spellings", flat=True)
    for text in spellings.iterator(chunk_size=DOCUMENTS_AT_ONCE):
        documents += 1
        counted.update(text.split())
        if len(counted) > MOST_COUNTED:
            counted = Counter(dict(counted.most_common(MOST_COUNTED // 2)))
    lines = "\n".join(f"{word} {times}" for word, times in counted.most_common(MOST_WORDS))
    Vocabulary.objects.update_or_create(
        pk=1, defaults={"documents": documents, "words": lines, "counted_at": timezone.now()}
    )


def rebuild() -> int:
    """Make the index anew and count its words; returns how many documents it holds."""
    made = index.rebuild()
    Vocabulary.objects.update_or_create(pk=1, defaults={"rules": index.RULES})
    count()
    return made


def keep_house() -> None:
    """Count the words anew; first make the index, where there is none or one by older rules.

    For the worker. So a site that is upgraded needs no command of its keeper's.
    """
    if Vocabulary.objects.filter(pk=1, rules=index.RULES).exists():
        count()
    else:
        rebuild()
