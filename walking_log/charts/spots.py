"""Where a knee hurt, over time: how often each place was named. Shifts are shown, not diagnosed.

The places are the Knee Pain Map's (doi 10.1002/art.24543), whose agreement was reached by trained
interviewers. A reader's own word is shown as said.
"""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import NamedTuple

from .axes import (
    DAY,
    WEEKS_UP_TO,
    Column,
    Span,
    Table,
    Tick,
    at,
    cell,
    counted,
    heading,
    in_words,
    next_start,
    place,
    start_of,
    starts,
)
from .comfort import KNEES

# A column for each week up to so many days, then for each month, then for each year: never more
# than fit side by side on a phone.
WEEKS_SIDE_BY_SIDE_DAYS = 13 * 7 + 7
LARGEST_RADIUS_PX = 9.0
SMALLEST_RADIUS_PX = 3.0
ROW_PX = 60


class SpotCount(NamedTuple):
    """How often a place of a knee ("L" or "R") was named on a day; `spot` is its key."""

    day: datetime.date
    knee: str
    spot: str
    times: int = 1


@dataclass(frozen=True)
class Cell:
    """A mark whose area tells how often: its middle in per cent across, its radius in pixels."""

    x: str
    radius: str
    times: int


@dataclass(frozen=True)
class SpotRow:
    """One place: its words and marks; `top` is where the row begins, in pixels."""

    name: str
    times: int
    top: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class SpotsChart:
    """One knee. `height` in pixels; `period` is what a column stands for."""

    name: str
    knee: str
    title: str
    description: str
    rows: tuple[SpotRow, ...]
    ticks: tuple[Tick, ...]
    table: Table
    period: str
    height: int


def period_of(span: Span) -> str:
    """What a column stands for: "week", "month" or "year"."""
    if span.days <= WEEKS_SIDE_BY_SIDE_DAYS:
        return "week"
    return "month" if span.days <= WEEKS_UP_TO else "year"


def charts(
    counts: Sequence[SpotCount], span: Span, places: Mapping[str, str]
) -> tuple[SpotsChart, ...]:
    """One for each knee that has a place named, left before right.

    `places` are the words of every spot, in the order in which they are asked. A mark's area is
    measured on one scale for both knees.
    """
    period = period_of(span)
    columns = list(starts(span.first, span.last, period))
    times: dict[str, Counter[tuple[str, datetime.date]]] = {knee: Counter() for knee in KNEES}
    for count in counts:
        times[count.knee][count.spot, start_of(count.day, period)] += count.times
    most = max((max(of_knee.values()) for of_knee in times.values() if of_knee), default=0)
    return tuple(
        _chart(knee, of_knee, most, columns, span, period, places)
        for knee, of_knee in times.items()
        if of_knee
    )


def _chart(
    knee: str,
    times: Counter[tuple[str, datetime.date]],
    most: int,
    columns: Sequence[datetime.date],
    span: Span,
    period: str,
    places: Mapping[str, str],
) -> SpotsChart:
    named = [spot for spot in places if any(times[spot, start] for start in columns)]
    drawn = Span(columns[0], next_start(columns[-1], period))
    whole = f"{in_words(drawn.first)} to {in_words(span.last)}"

    def middle(start: datetime.date) -> float:
        return (drawn.across(start) + drawn.across(next_start(start, period))) / 2

    rows = tuple(
        SpotRow(
            name=places[spot],
            times=sum(times[spot, start] for start in columns),
            top=number * ROW_PX,
            cells=tuple(
                Cell(place(middle(start)), _radius(times[spot, start], most), times[spot, start])
                for start in columns
                if times[spot, start]
            ),
        )
        for number, spot in enumerate(named)
    )
    return SpotsChart(
        name=f"spots-{KNEES[knee]}",
        knee=KNEES[knee],
        title=f"Where your {KNEES[knee]} knee hurt, {whole}",
        description=_described(KNEES[knee], rows, named, times, columns, period),
        rows=rows,
        ticks=Span(drawn.first, drawn.last - DAY).ticks,
        table=Table(
            (heading(period), *(Column(places[spot]) for spot in named)),
            tuple(
                (cell(start, period), *(str(times[spot, start] or "") for spot in named))
                for start in reversed(columns)
            ),
        ),
        period=period,
        height=len(rows) * ROW_PX,
    )


def _radius(times: int, most: int) -> str:
    """By the root, so that twice as often is twice the area."""
    return place(max(SMALLEST_RADIUS_PX, LARGEST_RADIUS_PX * sqrt(times / most)))


def _described(knee, rows, named, times, columns, period) -> str:
    """Each place, most often first, with when it was first and last named."""
    ordered = sorted(zip(rows, named, strict=True), key=lambda pair: -pair[0].times)
    told = []
    for row, spot in ordered:
        when = [start for start in columns if times[spot, start]]
        since = at(when[0], period)
        if when[0] != when[-1]:
            since = f"first {since} and last {at(when[-1], period)}"
        told.append(f"{row.name[0].lower()}{row.name[1:]} {counted(row.times, 'time')}, {since}")
    return f"{knee.capitalize()} knee: {'; '.join(told)}."
