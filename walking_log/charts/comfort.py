"""Comfort of each knee over time: left ● solid, right ▲ dashed."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from statistics import fmean
from typing import NamedTuple

from ..units import COMFORT_ANCHORS
from .axes import (
    DAY,
    Column,
    Level,
    Point,
    Span,
    Table,
    Tick,
    at,
    cell,
    heading,
    in_words,
    number,
    place,
)

# A mean of fewer says more about one bad day than about a week.
MIN_READINGS_IN_WINDOW = 3
WINDOW_DAYS = 7
LONGEST_DAYS = {"week": 7, "month": 31, "year": 366}

KNEES = {"L": "left", "R": "right"}

# Days with their means, of which the line is drawn without a break.
Piece = list[tuple[datetime.date, float]]


class Reading(NamedTuple):
    """One value: comfort 0–10 of a knee ("L" or "R"), on a day or as the mean of a period.

    `when` is the moment in words; `count` is how many readings the value is the mean of. One that
    was `remembered` more than a week later is drawn hollow and kept out of the line.
    """

    day: datetime.date
    knee: str
    comfort: float
    when: str = ""
    count: int = 1
    remembered: bool = False


@dataclass(frozen=True)
class Series:
    """One knee: its dots, and its line in pieces, since a gap stays a gap."""

    knee: str
    dots: tuple[Point, ...]
    remembered: tuple[Point, ...]
    lines: tuple[str, ...]
    last: Reading | None


@dataclass(frozen=True)
class ComfortChart:
    """All that the template draws. `period` is what a dot stands for: "day", "week" and so on.

    On a "day" a dot is one reading. `series` has the knees that have a reading, left before right.
    """

    name: str
    title: str
    description: str
    series: tuple[Series, ...]
    levels: tuple[Level, ...]
    ticks: tuple[Tick, ...]
    table: Table
    period: str

    @property
    def has_remembered(self) -> bool:
        return any(series.remembered for series in self.series)


def chart(readings: Sequence[Reading], span: Span) -> ComfortChart:
    """Dots for readings and the mean of seven days as a line, or dots for means of periods.

    `readings` is at least one, in the order of their days, all within `span`; where the span's
    period is longer than a day, each is the mean of one, on the first day of it.
    """
    period = span.period
    line_of: Callable[[Sequence[Reading]], list[Piece]] = _running_means
    if period != "day":
        line_of = partial(_sound_means, within_days=LONGEST_DAYS[period])
    # The first week of the year may have begun before the year.
    span = Span(min(span.first, readings[0].day), span.last)

    def point(day: datetime.date, comfort: float) -> Point:
        return Point(place(span.across(day)), place((10 - comfort) * 10))

    series, described = [], []
    for knee, name in KNEES.items():
        own = [reading for reading in readings if reading.knee == knee]
        if not own:
            continue
        fresh = [reading for reading in own if not reading.remembered]
        pieces = [[point(day, mean) for day, mean in piece] for piece in line_of(fresh)]
        series.append(
            Series(
                knee=name,
                dots=tuple(point(reading.day, reading.comfort) for reading in fresh),
                remembered=tuple(
                    point(reading.day, reading.comfort) for reading in own if reading.remembered
                ),
                lines=tuple(" ".join(f"{p.x},{p.y}" for p in piece) for piece in pieces),
                last=own[-1],
            )
        )
        described.append(_described(name, own, period))
    return ComfortChart(
        name="comfort",
        title=f"Comfort of your knees, {in_words(span.first)} to {in_words(span.last)}",
        description=" ".join(described),
        series=tuple(series),
        levels=tuple(
            Level(point(span.first, comfort).y, str(comfort), words)
            for comfort, words in sorted(COMFORT_ANCHORS.items(), reverse=True)
        ),
        ticks=span.ticks,
        table=_table(readings, period),
        period=period,
    )


def _running_means(readings: Sequence[Reading]) -> list[Piece]:
    """On each day with a reading, the mean of that day and the six before, in unbroken pieces.

    A day counts where its window holds MIN_READINGS_IN_WINDOW; a piece ends where no such day
    follows within the window's length.
    """
    window: list[Reading] = []
    means: Piece = []
    for day, of_day in groupby(readings, key=lambda reading: reading.day):
        since = day - (WINDOW_DAYS - 1) * DAY
        window = [reading for reading in window if reading.day >= since] + list(of_day)
        if len(window) >= MIN_READINGS_IN_WINDOW:
            means.append((day, fmean(reading.comfort for reading in window)))
    return pieces(means, within_days=WINDOW_DAYS)


def _sound_means(means: Sequence[Reading], within_days: int) -> list[Piece]:
    sound = [(mean.day, mean.comfort) for mean in means if mean.count >= MIN_READINGS_IN_WINDOW]
    return pieces(sound, within_days)


def pieces(means: Piece, within_days: int) -> list[Piece]:
    """The runs of `means` without a gap longer than so many days; one alone is no line."""
    runs: list[Piece] = []
    for mean in means:
        if runs and (mean[0] - runs[-1][-1][0]).days <= within_days:
            runs[-1].append(mean)
        else:
            runs.append([mean])
    return [run for run in runs if len(run) > 1]


def _table(readings: Sequence[Reading], period: str) -> Table:
    knees = [knee for knee in KNEES if any(reading.knee == knee for reading in readings)]
    names = [Column(KNEES[knee].capitalize()) for knee in knees]
    moment = [Column("When", is_number=False)] if period == "day" else []
    return Table((heading(period), *moment, *names), tuple(_rows(readings, knees, period)))


def _rows(
    readings: Sequence[Reading], knees: Sequence[str], period: str
) -> Iterator[tuple[str, ...]]:
    """Two readings of one knee at one moment of a day (two walks) share a line.

    A mean has the number of its readings in brackets.
    """
    values: dict[tuple[datetime.date, str], dict[str, list[str]]] = {}
    for reading in readings:
        when = f"{reading.when}, remembered" if reading.remembered else reading.when
        line = values.setdefault((reading.day, when), defaultdict(list))
        value = number(reading.comfort)
        line[reading.knee].append(value if period == "day" else f"{value} ({reading.count})")
    for (day, when), line in sorted(values.items(), key=lambda item: item[0][0], reverse=True):
        moment = (when,) if period == "day" else ()
        yield (cell(day, period), *moment, *(", ".join(line[knee]) for knee in knees))


def _described(name: str, readings: Sequence[Reading], period: str) -> str:
    """One sentence: how many, how low and high, and the last. No direction: that needs proof."""
    lowest, highest = (number(f(r.comfort for r in readings)) for f in (min, max))
    last = readings[-1]
    when = at(last.day, period)
    if len(readings) == 1:
        one = "reading" if period == "day" else period
        return f"{name.capitalize()} knee: one {one}, {lowest} {when}."
    many = f"{len(readings)} readings" if period == "day" else f"means of {len(readings)} {period}s"
    return (
        f"{name.capitalize()} knee: {many} between {lowest} and {highest}, "
        f"the last {number(last.comfort)} {when}."
    )
