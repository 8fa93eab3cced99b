"""Minutes before pain: how long a walk went on until a knee hurt, the log's headline.

A walk that never hurt says "at least as long as it was", as a study's patient says who was still
well when it ended: such a value is censored, and to leave it out would punish good walks. The
middle (median) of a few walks is known all the same, or known to be "at least" something.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from math import inf
from statistics import median
from typing import NamedTuple

from .axes import (
    Column,
    Level,
    Point,
    Span,
    Table,
    Tick,
    at,
    cell,
    counted,
    heading,
    in_words,
    minute_levels,
    next_start,
    place,
    start_of,
)
from .comfort import pieces

# Of so many walks is the middle told, so that one odd walk does not make the headline; of fewer
# than the least, each walk speaks for itself. A judgement.
WALKS_IN_MIDDLE = 6
MIN_WALKS_IN_MIDDLE = 3
# After a longer break the line begins anew.
LINE_BREAKS_AFTER_DAYS = 21


class Onset(NamedTuple):
    """One walk: minutes until a knee hurt, or, where it never did, the minutes it lasted."""

    day: datetime.date
    minutes: float
    never_hurt: bool = False


@dataclass(frozen=True)
class Middle:
    """The median minutes before pain of some walks; with `at_least`, it is that or more."""

    minutes: int
    at_least: bool
    walks: int
    first: datetime.date
    last: datetime.date

    def __str__(self) -> str:
        return f"at least {self.minutes}" if self.at_least else str(self.minutes)


@dataclass(frozen=True)
class Headline:
    """The middle of the last walks, and of the first ones where there are enough for both.

    Two facts side by side. Nothing is said of why they differ, nor that they differ by more than
    chance.
    """

    now: Middle
    then: Middle | None


@dataclass(frozen=True)
class Mark:
    """A dot, and whether it means "at least"."""

    at: Point
    at_least: bool


@dataclass(frozen=True)
class BeforePainChart:
    """All that the template draws; `period` is what a dot stands for: one walk on a "day"."""

    name: str
    title: str
    description: str
    marks: tuple[Mark, ...]
    lines: tuple[str, ...]
    levels: tuple[Level, ...]
    ticks: tuple[Tick, ...]
    table: Table
    period: str


def middle(onsets: Sequence[Onset]) -> Middle:
    """The median of at least one walk, in whole minutes.

    Exact where the walks that never hurt cannot move it: it is worked out with them as if they had
    hurt at their end, and as if they never would; where the two differ it is "at least" the first.
    """
    lower = median(onset.minutes for onset in onsets)
    upper = median(inf if onset.never_hurt else onset.minutes for onset in onsets)
    at_least = lower != upper
    return Middle(
        minutes=int(lower) if at_least else int(lower + 0.5),
        at_least=at_least,
        walks=len(onsets),
        first=onsets[0].day,
        last=onsets[-1].day,
    )


def headline(onsets: Sequence[Onset]) -> Headline | None:
    """What stands in large figures, or None below MIN_WALKS_IN_MIDDLE walks.

    `onsets` in the order of their days. The two groups never share a walk.
    """
    if len(onsets) < MIN_WALKS_IN_MIDDLE:
        return None
    half = min(WALKS_IN_MIDDLE, len(onsets) // 2)
    if half < MIN_WALKS_IN_MIDDLE:
        return Headline(middle(onsets[-WALKS_IN_MIDDLE:]), None)
    return Headline(middle(onsets[-half:]), middle(onsets[:half]))


def chart(onsets: Sequence[Onset], span: Span) -> BeforePainChart:
    """A dot for each walk and the running middle of the last six, or a dot for each period.

    `onsets` is at least one, in the order of their days, all within `span`.
    """
    period = span.period
    groups = [
        (day, list(of_period))
        for day, of_period in groupby(onsets, key=lambda onset: start_of(onset.day, period))
    ]
    span = Span(min(span.first, groups[0][0]), span.last)
    if period == "day":
        values = [(onset.day, onset.minutes, onset.never_hurt) for onset in onsets]
        means = [
            (onset.day, float(middle(onsets[max(0, number - WALKS_IN_MIDDLE) : number]).minutes))
            for number, onset in enumerate(onsets, start=1)
            if number >= MIN_WALKS_IN_MIDDLE
        ]
        runs = pieces(list(dict(means).items()), within_days=LINE_BREAKS_AFTER_DAYS)
    else:
        middles = [(day, middle(of_period)) for day, of_period in groups]
        values = [(day, of_it.minutes, of_it.at_least) for day, of_it in middles]
        runs = pieces(
            [
                (day, float(of_it.minutes))
                for day, of_it in middles
                if of_it.walks >= MIN_WALKS_IN_MIDDLE
            ],
            within_days=(next_start(groups[0][0], period) - groups[0][0]).days + 3,
        )
    top, levels = minute_levels(max(minutes for _, minutes, _ in values))

    def point(day: datetime.date, minutes: float) -> Point:
        return Point(place(span.across(day)), place(100 - minutes * 100 / top))

    return BeforePainChart(
        name="before-pain",
        title=f"Minutes before pain, {in_words(span.first)} to {in_words(span.last)}",
        description=_described(onsets),
        marks=tuple(Mark(point(day, minutes), at_least) for day, minutes, at_least in values),
        lines=tuple(
            " ".join(f"{p.x},{p.y}" for p in (point(day, mean) for day, mean in run))
            for run in runs
        ),
        levels=tuple(Level(point(span.first, level).y, str(level)) for level in reversed(levels)),
        ticks=span.ticks,
        table=Table(
            (heading(period), Column("Minutes before pain"), Column("Walks")),
            tuple(
                (cell(day, period), _in_cell(of_period, period), str(len(of_period)))
                for day, of_period in reversed(groups)
            ),
        ),
        period=period,
    )


def _in_cell(onsets: Sequence[Onset], period: str) -> str:
    if period == "day":
        return ", ".join(
            f"never hurt in {onset.minutes:.0f}" if onset.never_hurt else f"{onset.minutes:.0f}"
            for onset in onsets
        )
    return str(middle(onsets))


def _described(onsets: Sequence[Onset]) -> str:
    """How many, how few and many minutes, how many never hurt. No direction: that needs proof."""
    hurt = [onset for onset in onsets if not onset.never_hurt]
    never = len(onsets) - len(hurt)
    last = onsets[-1]
    lasted = f"{last.minutes:.0f} {'minute' if round(last.minutes) == 1 else 'minutes'}"
    the_last = f"the last, {at(last.day, 'day')}, " + (
        f"did not hurt in {lasted}" if last.never_hurt else f"hurt after {lasted}"
    )
    if not hurt:
        return f"{counted(never, 'walk').capitalize()}, and none of them hurt; {the_last}."
    fewest, most = (f(round(onset.minutes) for onset in hurt) for f in (min, max))
    between = f"after {fewest}" if fewest == most else f"after {fewest} to {most}"
    sentence = (
        f"{counted(len(hurt), 'walk').capitalize()} hurt {between} "
        f"{'minute' if fewest == most == 1 else 'minutes'}"
    )
    if never:
        sentence += f" and {counted(never, 'walk')} never hurt"
    return f"{sentence}; {the_last}."
