"""Pace on like walks only: those of about the same distance.

A longer walk is a slower one, so a line through all walks would tell their lengths. Speed changes
have been studied on one same course (400 m: 0.05 to 0.12 m/s is a change that people notice;
PMC7392790), and a log knows no courses. Walks within a tenth of one distance stand in for them: a
judgement, and one more reason to claim nothing.
"""

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from statistics import median
from typing import NamedTuple

from .. import units
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
    place,
    start_of,
)

LIKE_WITHIN = 0.1
MIN_LIKE_WALKS = 3
# Seconds for one km or mi between the levels.
STEPS = (10, 15, 30, 60, 120, 300, 600, 1200)
LEVELS = 4


class Measured(NamedTuple):
    """A walk whose distance is known."""

    day: datetime.date
    distance_m: int
    duration_s: int


@dataclass(frozen=True)
class PaceChart:
    """All that the template draws. Faster is higher. `like` says which walks, in words."""

    name: str
    title: str
    description: str
    like: str
    walks: int
    dots: tuple[Point, ...]
    levels: tuple[Level, ...]
    ticks: tuple[Tick, ...]
    table: Table
    period: str
    unit: str


def like_walks(walks: Sequence[Measured]) -> tuple[Measured, ...]:
    """The largest group within a tenth of the distance of one of them; of equal ones the newest.

    In the order of their days, as they came.
    """
    if not walks:
        return ()
    distances = sorted(walk.distance_m for walk in walks)

    def around(walk: Measured) -> tuple[float, float]:
        return walk.distance_m * (1 - LIKE_WITHIN), walk.distance_m * (1 + LIKE_WITHIN)

    def size(walk: Measured) -> tuple[int, datetime.date]:
        low, high = around(walk)
        return bisect_right(distances, high) - bisect_left(distances, low), walk.day

    low, high = around(max(walks, key=size))
    return tuple(walk for walk in walks if low <= walk.distance_m <= high)


def chart(walks: Sequence[Measured], span: Span, unit: str) -> PaceChart | None:
    """A dot for each like walk, or for the middle of each period; None below MIN_LIKE_WALKS.

    `walks` in the order of their days, all within `span`; `unit` is "km" or "mi".
    """
    like = like_walks(walks)
    if len(like) < MIN_LIKE_WALKS:
        return None
    period = span.period
    per_unit = float(units.METRES_PER[unit])
    groups = [
        (day, [walk.duration_s * per_unit / walk.distance_m for walk in of_period])
        for day, of_period in groupby(like, key=lambda walk: start_of(walk.day, period))
    ]
    span = Span(min(span.first, groups[0][0]), span.last)
    if period == "day":
        values = [(day, pace) for day, paces in groups for pace in paces]
    else:
        values = [(day, median(paces)) for day, paces in groups]
    levels = _levels(min(pace for _, pace in values), max(pace for _, pace in values))
    fastest, slowest = levels[0], levels[-1]

    def down(pace: float) -> str:
        return place((pace - fastest) * 100 / (slowest - fastest))

    shortest, longest = (f(walk.distance_m for walk in like) for f in (min, max))
    kind = _distances(shortest, longest, unit)
    return PaceChart(
        name="pace",
        title=f"Pace on walks of {kind}, {in_words(span.first)} to {in_words(span.last)}",
        description=_described(like, kind, groups, unit),
        like=kind,
        walks=len(like),
        dots=tuple(Point(place(span.across(day)), down(pace)) for day, pace in values),
        levels=tuple(Level(down(level), _clock(level)) for level in levels),
        ticks=span.ticks,
        table=Table(
            (heading(period), Column(f"Minutes for one {unit}"), Column("Walks")),
            tuple(
                (
                    cell(day, period),
                    ", ".join(map(_clock, paces)) if period == "day" else _clock(median(paces)),
                    str(len(paces)),
                )
                for day, paces in reversed(groups)
            ),
        ),
        period=period,
        unit=unit,
    )


def _levels(fastest: float, slowest: float) -> tuple[int, ...]:
    """Round paces from just faster than the fastest to just slower than the slowest."""
    for step in STEPS:
        first = int(fastest // step)
        last = max(first + 1, int(-(-slowest // step)))
        if last - first <= LEVELS:
            break
    step *= max(1, -(-(last - first) // LEVELS)) if last - first > LEVELS else 1
    first, last = int(fastest // step), max(int(fastest // step) + 1, int(-(-slowest // step)))
    return tuple(number * step for number in range(first, last + 1))


def _distances(shortest: int, longest: int, unit: str) -> str:
    low, high = (units.format_distance(metres, unit) for metres in (shortest, longest))
    if low == high:
        return low
    return f"{low.removesuffix(units.NO_BREAK + unit)} to {high}"


def _clock(pace: float) -> str:
    minutes, seconds = divmod(round(pace), 60)
    return f"{minutes}:{seconds:02}"


def _described(like, kind: str, groups, unit: str) -> str:
    paces = [pace for _, of_group in groups for pace in of_group]
    last = like[-1]
    return (
        f"{counted(len(like), 'walk').capitalize()} of {kind}, each {unit} in "
        f"{_clock(min(paces))} to {_clock(max(paces))} minutes; "
        f"the last, {at(last.day, 'day')}, in {_clock(groups[-1][1][-1])}."
    )
