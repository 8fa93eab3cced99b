"""A small filter that learns from the coach what is spam: word counts, and nothing sent anywhere.

The chances of the words are Gary Robinson's, smoothed towards "don't know", and are combined by
Fisher's method ("A Statistical Approach to the Spam Problem", Linux Journal 107, 2003), after Paul
Graham ("A Plan for Spam", 2002). The constants are SpamBayes's, which measured them on real mail.
`bench/spam_filter.py` measures ours.

It only says how much like spam some words are. Whoever asks, holds; nothing is deleted for it.
"""

import math
import re
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Greatest

from .models import Comment, TrainedWord
from .words import folded, folded_words

# Of each kind, before it says anything: with fewer, one odd comment decides.
MIN_TRAINED = 10
# SpamBayes's `spam_cutoff`: it would rather miss spam than hold a question.
HOLD_FROM = 0.90
# SpamBayes's `unknown_word_prob` and `unknown_word_strength`: what an unseen word says, and how
# many sightings that is worth.
UNKNOWN, UNKNOWN_WEIGHT = 0.5, 0.45
# SpamBayes's `minimum_prob_strength` and `max_discriminators`: words that say little are left out.
LEAST_TELLING, MOST_TELLING = 0.1, 150
# Of one comment, the first so many different words: 5,000 characters hold about 400.
MOST_WORDS = 300
SHORTEST_WORD, LONGEST_WORD = 3, 40

_NOTHING = ""  # the row that counts the comments
_SITE = re.compile(r"://(?:www\.)?([^\W_](?:[\w.-]{0,38}))")


@dataclass(frozen=True)
class Score:
    """How much like spam: 0 not at all, 1 wholly, 0.5 no idea. `telling` are its worst words."""

    value: float
    telling: list[str]


def words_of(text: str) -> list[str]:
    """The different words and linked sites of a text, in order; at most MOST_WORDS. Linear time."""
    sites = [f"site:{host}"[:LONGEST_WORD] for host in _SITE.findall(folded(text))]
    words = [word for word in folded_words(text) if SHORTEST_WORD <= len(word) <= LONGEST_WORD]
    return list(dict.fromkeys([*sites, *words]))[:MOST_WORDS]


def score(text: str) -> Score | None:
    """How much like spam a text is; None while too little was learned. One query."""
    words = words_of(text)
    rows = TrainedWord.objects.filter(word__in=[_NOTHING, *words])
    counts = {row.word: (row.in_spam, row.in_ham) for row in rows}
    spam, ham = counts.pop(_NOTHING, (0, 0))
    if min(spam, ham) < MIN_TRAINED:
        return None
    chances = {word: _chance(*seen, spam, ham) for word, seen in counts.items()}
    telling = sorted(
        (word for word in chances if abs(chances[word] - 0.5) >= LEAST_TELLING),
        key=lambda word: (-abs(chances[word] - 0.5), word),
    )[:MOST_TELLING]
    worst = [word for word in telling if chances[word] > 0.5][:5]
    return Score(_combined([chances[word] for word in telling]), worst)


def _chance(in_spam: int, in_ham: int, spam: int, ham: int) -> float:
    """That a comment with this word is spam, after so many sightings in so many comments."""
    seen = in_spam + in_ham
    if not seen:
        return UNKNOWN
    spamminess, hamminess = in_spam / spam, in_ham / ham
    chance = spamminess / (spamminess + hamminess)
    return (UNKNOWN_WEIGHT * UNKNOWN + seen * chance) / (UNKNOWN_WEIGHT + seen)


def _combined(chances: list[float]) -> float:
    """Fisher's method both ways: how little it is like ham against how little it is like spam."""
    if not chances:
        return 0.5
    like_ham = _chi_square_tail(-2 * sum(math.log(1 - p) for p in chances), 2 * len(chances))
    like_spam = _chi_square_tail(-2 * sum(math.log(p) for p in chances), 2 * len(chances))
    return (1 + like_spam - like_ham) / 2


def _chi_square_tail(x: float, degrees: int) -> float:
    """The chance of a sum at least this large by accident; for an even number of degrees."""
    half = x / 2
    total = term = math.exp(-half)
    for i in range(1, degrees // 2):
        term *= half / i
        total += term
    return min(total, 1.0)


def learn(comment: Comment, *, is_spam: bool) -> None:
    """Count a comment's words as spam or as not; harmless twice, and undone by the other.

    Inside the transaction of the coach's act. A constant number of statements, of rows no more
    than MOST_WORDS. Who learns at the same time waits: all lock the row of the totals first.
    """
    if comment.by_coach or comment.learned_as_spam is is_spam:
        return
    with transaction.atomic():
        learn_words(comment, is_spam=is_spam)
        comment.learned_as_spam = is_spam
        comment.save(update_fields=["learned_as_spam"])


def learn_words(comment: Comment, *, is_spam: bool) -> None:
    """Count its words; `learn` also keeps on its row that they are counted."""
    words = words_of(comment.comment)
    with transaction.atomic():
        TrainedWord.objects.bulk_create([TrainedWord(word=_NOTHING)], ignore_conflicts=True)
        TrainedWord.objects.select_for_update().get(word=_NOTHING)
        TrainedWord.objects.bulk_create(
            [TrainedWord(word=word) for word in words], ignore_conflicts=True
        )
        taught, other = ("in_spam", "in_ham") if is_spam else ("in_ham", "in_spam")
        changes = {taught: F(taught) + 1}
        if comment.learned_as_spam is not None:
            # It may have been changed since, so that a word was never counted.
            changes[other] = Greatest(F(other), 1) - 1
        TrainedWord.objects.filter(word__in=[_NOTHING, *words]).update(**changes)
