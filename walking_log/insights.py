"""What goes together in a log: said only where the counts carry it, and never as a cause.

Pure: no database and no clock. A fixed and short list of questions is asked of every log: whether a
knee is lower than usual on mornings after one kind of walk more often than after the other kind.
Nothing is searched for, because whoever searches finds. An answer is told with its counts when
Fisher's exact test would see it by chance less often than FAMILY_ALPHA, shared among all the
questions (Bonferroni), and when it is large enough to matter. `python -m bench.insights_in_noise`
measures how often a log of pure noise is told something all the same.

Two things go together for many reasons: a good day makes a long walk, a hill makes a short breath
and a sore morning. So an insight says what was written down, and nothing of why.
"""

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from math import comb
from statistics import median

# Older walks were another knee's (g). It bounds the work, too.
WINDOW_DAYS = 182
# A morning is lower than usual when it is below the middle of the same knee's other mornings within
# so many days on either side: a knee that gets better or worse over months is compared with
# itself at the time, so that longer walks in a better season do not look like a cure. (g)
USUAL_WITHIN_DAYS = 14
MIN_MORNINGS_FOR_USUAL = 3
# Of either kind of walk, so many with a morning that can be compared. (g)
MIN_OF_EACH_KIND = 6
# How often, over all questions and both knees together, chance may speak on one look. A log is
# looked at every day for months, and each look is one more chance: it is a fifth of the usual .05
# so that the many looks together stay near that (measured: see the bench).
FAMILY_ALPHA = 0.01
# A difference smaller than this changes nobody's next walk. (g)
MIN_DIFFERENCE = 0.4
# Walks are told apart at a length a person would name.
ROUND_LENGTHS_TO_MIN = 5

KNEES = {"L": "left", "R": "right"}
OUT_OF_BREATH = frozenset({"few_words", "cannot"})
IN_BREATH = frozenset({"sing", "sentences"})
WITH_AID = frozenset({"stick", "poles", "frame"})


@dataclass(frozen=True)
class WalkSeen:
    """A walk as the questions see it. `mornings` is the comfort 0–10 of each knee the day after."""

    day: datetime.date
    minutes: int
    talk_test: str = ""
    aid: str = ""
    mornings: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class RestDay:
    """Comfort of each knee on a day without a walk; it helps to know what is usual."""

    day: datetime.date
    comfort: Mapping[str, int]


@dataclass(frozen=True)
class Question:
    """Two kinds of walks, in words that follow "After". `is_first` is None where nobody can say."""

    name: str
    first: str
    second: str
    is_first: Callable[[WalkSeen], bool | None]


@dataclass(frozen=True)
class Insight:
    """That a knee was lower on `lower` of `times` mornings after walks `after`, and the rest.

    The kind of walk after which it was lower more often stands first.
    """

    question: str
    knee: str
    after: str
    lower: int
    times: int
    otherwise: str
    lower_otherwise: int
    times_otherwise: int

    def __str__(self) -> str:
        return (
            f"After {self.after}, your {KNEES[self.knee]} knee was lower than usual the next "
            f"morning {self.lower} of {self.times} times; after {self.otherwise}, "
            f"{self.lower_otherwise} of {self.times_otherwise}."
        )


@dataclass(frozen=True)
class Findings:
    """What may be told. `asked` counts the questions that had enough mornings to be asked.

    `more` is about how many mornings after a walk are missing before the first can be, 0 where one
    was; `mornings` is how many could be compared, of the knee that has most.
    """

    insights: tuple[Insight, ...]
    asked: int
    mornings: int
    more: int


def find(walks: Sequence[WalkSeen], rest_days: Sequence[RestDay] = ()) -> Findings:
    """Ask every question of both knees. Total: any log has findings. Walks in any order."""
    questions = tuple(_questions(walks))
    at_most = FAMILY_ALPHA / (len(questions) * len(KNEES))
    insights, asked, missing, most = [], 0, [], 0
    for knee in KNEES:
        compared = _compared(knee, walks, rest_days)
        most = max(most, len(compared))
        for question in questions:
            counts = _counts(question, compared)
            missing.append(sum(max(0, MIN_OF_EACH_KIND - n) for _, n in counts))
            if missing[-1]:
                continue
            asked += 1
            if insight := _told(question, knee, counts, at_most):
                insights.append(insight)
    return Findings(tuple(insights), asked, most, 0 if asked else min(missing))


def _questions(walks: Sequence[WalkSeen]) -> Iterator[Question]:
    """The same ones for every log; only the length that parts long from short is the walker's."""
    days = {walk.day for walk in walks}
    length = usual_length(walks)
    yield Question(
        "length",
        f"walks over {length} minutes",
        "shorter ones",
        lambda walk: walk.minutes > length,
    )
    yield Question(
        "day_before",
        "walks on two days running",
        "walks with a day’s rest before",
        lambda walk: walk.day - datetime.timedelta(days=1) in days,
    )
    yield Question(
        "breath",
        "walks that left you short of words",
        "walks on which you could talk",
        lambda walk: _either(walk.talk_test, OUT_OF_BREATH, IN_BREATH),
    )
    yield Question(
        "aid",
        "walks with a stick, poles or a frame",
        "walks without",
        lambda walk: _either(walk.aid, WITH_AID, frozenset({"none"})),
    )


def usual_length(walks: Sequence[WalkSeen]) -> int:
    """The middle of the walks' minutes, at a round number; as it is where that would be nothing."""
    if not walks:
        return 0
    middle = int(median(walk.minutes for walk in walks))
    return middle // ROUND_LENGTHS_TO_MIN * ROUND_LENGTHS_TO_MIN or middle


def _either(said: str, these: frozenset[str], those: frozenset[str]) -> bool | None:
    return True if said in these else (False if said in those else None)


def _compared(
    knee: str, walks: Sequence[WalkSeen], rest_days: Sequence[RestDay]
) -> list[tuple[WalkSeen, bool]]:
    """Walks with a morning after that has a usual to be compared with, and whether it was lower.

    Of two walks on a day only one is asked of: they share a morning.
    """
    of_day = {walk.day: walk for walk in sorted(walks, key=lambda walk: (walk.day, walk.minutes))}
    mornings = {
        day + datetime.timedelta(days=1): walk.mornings[knee]
        for day, walk in of_day.items()
        if knee in walk.mornings
    }
    others = {rest.day: rest.comfort[knee] for rest in rest_days if knee in rest.comfort}
    known = sorted({**others, **mornings}.items())
    days = [day for day, _ in known]
    near = datetime.timedelta(days=USUAL_WITHIN_DAYS)
    compared = []
    for day, walk in of_day.items():
        morning = day + datetime.timedelta(days=1)
        if morning not in mornings:
            continue
        around = [
            comfort
            for other, comfort in known[
                bisect_left(days, morning - near) : bisect_right(days, morning + near)
            ]
            if other != morning
        ]
        if len(around) >= MIN_MORNINGS_FOR_USUAL:
            compared.append((walk, mornings[morning] < median(around)))
    return compared


# How many mornings were lower, of how many; of the first kind of walk and of the second.
Counts = tuple[tuple[int, int], tuple[int, int]]


def _counts(question: Question, compared: Sequence[tuple[WalkSeen, bool]]) -> Counts:
    kinds: dict[bool, list[bool]] = {True: [], False: []}
    for walk, lower in compared:
        kind = question.is_first(walk)
        if kind is not None:
            kinds[kind].append(lower)
    first, second = kinds[True], kinds[False]
    return (sum(first), len(first)), (sum(second), len(second))


def _told(question: Question, knee: str, counts: Counts, at_most: float) -> Insight | None:
    (lower, times), (lower_second, times_second) = counts
    difference = lower / times - lower_second / times_second
    if abs(difference) < MIN_DIFFERENCE:
        return None
    if fisher_exact(lower, times, lower_second, times_second) > at_most:
        return None
    first, second = (question.first, lower, times), (question.second, lower_second, times_second)
    return Insight(question.name, knee, *(first + second if difference > 0 else second + first))


def fisher_exact(hits: int, times: int, hits_second: int, times_second: int) -> float:
    """The two-sided p of Fisher's exact test (1922) that both kinds hit equally often.

    The sum over all tables with the same margins that are no likelier than the one seen.
    """
    total = times + times_second
    all_hits = hits + hits_second
    ways = [
        comb(times, n) * comb(times_second, all_hits - n)
        for n in range(max(0, all_hits - times_second), min(times, all_hits) + 1)
    ]
    seen = comb(times, hits) * comb(times_second, hits_second)
    return sum(way for way in ways if way <= seen) / comb(total, all_hits)
