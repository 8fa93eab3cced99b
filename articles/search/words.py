"""Words as a search compares them: folded, and cut to their stem.

Both are done here and not by the databases, so that each finds the same, and what is marked in a
result is what was found.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

import snowballstemmer

from ..text import fold

# Letters and digits, with the apostrophes and the invisible or combining signs within them.
_WORD = re.compile("[^\\W_](?:[^\\W_]|[\u0300-\u036f\u00ad\u200b-\u200d]|['’](?=[^\\W_]))*")
# No word of a language is longer; what is, was not meant to be found.
LONGEST_WORD = 40
# Characters of a document that are searched. PostgreSQL refuses an index entry of a megabyte.
MOST_INDEXED = 100_000
# What every sentence is made of; looked for only where nothing else is asked.
_SAYS_NOTHING = """
    a about all am an and any are as at be been but by can could did do does for from had has have
    how i if im in into is it its ive me my of on or should so than that the their them then there
    these they this those to was we were what when where which who why will with would you your
"""
SAYS_NOTHING = frozenset(_SAYS_NOTHING.split())

# "english" is Porter's second stemmer (https://snowballstem.org/algorithms/english/stemmer.html).
_stemmer = snowballstemmer.stemmer("english")


@lru_cache(maxsize=50_000)
def stem(word: str) -> str:
    """What is left of a folded word without its ending: "knee" of "knees", "hurt" of "hurts"."""
    return _stemmer.stemWord(word)


@lru_cache(maxsize=50_000)
def normal(word: str) -> str:
    """A word without case, accents and apostrophes: "dont" of "Don’t", "coach" of "coach's"."""
    folded = fold(word).removesuffix("'s")
    return "".join(filter(str.isalnum, folded))[:LONGEST_WORD]


def spans(text: str) -> Iterator[tuple[int, int, str]]:
    """Where each word of a text begins and ends, and its normal form. Linear time."""
    for found in _WORD.finditer(text):
        if word := normal(found.group()):
            yield found.start(), found.end(), word


def words(text: str) -> list[str]:
    """The words of a text in their normal form, in order."""
    return [word for _, _, word in spans(text[:MOST_INDEXED])]


def stems(written: list[str]) -> str:
    """The stems of these words, with a space between: what the databases index."""
    return " ".join(map(stem, written))
