"""What a reader asks for: words, "phrases", and words to leave out with a -minus."""

import re
from dataclasses import dataclass, replace

from ..text import MAX_QUERY_CHARACTERS
from .words import SAYS_NOTHING, normal, spans, stem, words

# Each makes the search longer; a hundred characters hold few more.
MOST_TERMS = 12
# The last word may be the beginning of one, if it says as much.
SHORTEST_PREFIX = 3

_QUOTES = str.maketrans(dict.fromkeys("“”„«»″", '"'))
_PART = re.compile(r'(?P<minus>[-−–])?(?:"(?P<phrase>[^"]*)"?|(?P<bare>[^\s"]+))')
# Words joined by hyphens are looked for side by side, however they are joined in the text.
_JOINED = re.compile(
    "[^\\W_][\\w'’\u0300-\u036f\u00ad]*(?:[-‐‑][^\\W_][\\w'’\u0300-\u036f\u00ad]*)*"
)


@dataclass(frozen=True)
class Term:
    """A word, or several that stand side by side, in their normal form."""

    words: tuple[str, ...]
    is_prefix: bool = False  # whether it may be the beginning of a longer word

    @property
    def stems(self) -> tuple[str, ...]:
        return tuple(map(stem, self.words))

    @property
    def is_word(self) -> bool:
        return len(self.words) == 1

    @property
    def says_nothing(self) -> bool:
        return self.is_word and self.words[0] in SAYS_NOTHING


@dataclass(frozen=True)
class Query:
    terms: tuple[Term, ...] = ()
    without: tuple[Term, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything is looked for: to leave out words alone finds nothing."""
        return bool(self.terms)

    def with_words(self, others: dict[str, str]) -> "Query":
        """The same, with other words for some of its single ones."""
        return replace(
            self,
            terms=tuple(
                Term((others[term.words[0]],)) if term.is_word and term.words[0] in others else term
                for term in self.terms
            ),
        )


def parse(typed: str) -> Query:
    """The query in what somebody typed, whatever that is; of its first MAX_QUERY_CHARACTERS.

    A quote that is not closed reaches to the end. Words that say nothing are left out, unless
    there are no others.
    """
    terms: list[Term] = []
    without: list[Term] = []
    for part in _PART.finditer(typed[:MAX_QUERY_CHARACTERS].translate(_QUOTES)):
        into = without if part["minus"] else terms
        if part["phrase"] is not None:
            into.append(Term(tuple(words(part["phrase"]))))
        else:
            joined = _JOINED.findall(part["bare"])
            into.extend(Term(tuple(words(each))) for each in joined)
            if joined and into is terms and len(normal(joined[-1])) >= SHORTEST_PREFIX:
                terms[-1] = replace(terms[-1], is_prefix=terms[-1].is_word)
    last = terms[-1] if terms else None
    terms = [replace(term, is_prefix=term.is_prefix and term is last) for term in terms]
    terms = [term for term in dict.fromkeys(terms) if term.words]
    telling = [term for term in terms if not term.says_nothing]
    return Query(
        terms=tuple((telling or terms)[:MOST_TERMS]),
        without=tuple(dict.fromkeys(term for term in without if term.words))[:MOST_TERMS],
    )


def spelled(typed: str, others: dict[str, str]) -> str:
    """What somebody typed, with other words for some of its words, all else as it was."""
    pieces, at = [], 0
    for start, end, word in spans(typed):
        if word in others:
            pieces += [typed[at:start], others[word]]
            at = end
    return "".join([*pieces, typed[at:]])
