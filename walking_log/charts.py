"""The chart of comfort over time, worked out as geometry; a template draws it.

Pure: no database, no clock, no markup. Places are percentages of the drawing, across from its
first day to its last and down from comfort 10 to comfort 0, so that the words in it keep their
size however wide it is drawn. The chart makes no claims: it says what was written down.
"""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from statistics import fmean

from .units import COMFORT_ANCHORS

# A mean of fewer says more about one bad day than about a week.
MIN_READINGS_IN_WINDOW = 3
WINDOW_DAYS = 7
# Less than this, and three dots would be as far apart as three months.
MIN_SPAN_DAYS = 14
# Up to so many days the ticks name days; beyond, months.
TICKS_NAME_DAYS_UP_TO = 300
TICKS = 4

KNEES = {"L": "left", "R": "right"}

# Days with their means, of which the line is drawn without a break.
Piece = list[tuple[datetime.date, float]]


@dataclass(frozen=True)
class Reading:
    """One value: comfort 0–10 of a knee ("L" or "R"), on a day or as the mean of a period.

    `when` is the moment in words; `count` is how many readings the value is the mean of.
    """

    day: datetime.date
    knee: str
    comfort: float
    when: str = ""
    count: int = 1


@dataclass(frozen=True)
class Point:
    """A place in the drawing, in per cent from the left and from the top."""

    x: str
    y: str


@dataclass(frozen=True)
class Series:
    """One knee: its dots, and its line in pieces, since a gap stays a gap."""

    knee: str
    dots: tuple[Point, ...]
    lines: tuple[str, ...]
    last: Reading | None


@dataclass(frozen=True)
class Level:
    """A line across the drawing, at a number of the scale that has words."""

    y: str
    comfort: int
    words: str


@dataclass(frozen=True)
class Tick:
    """A day named under the chart. A `minor` one may be left out on a phone."""

    x: str
    label: str
    anchor: str
    minor: bool


@dataclass(frozen=True)
class Row:
    """A line of the table: what was written down on that day for that moment."""

    day: datetime.date
    when: str
    left: str
    right: str


@dataclass(frozen=True)
class ComfortChart:
    """All that the template draws. `period` is what a value stands for: "day", "week", "month"."""

    title: str
    description: str
    series: tuple[Series, Series]
    levels: tuple[Level, ...]
    ticks: tuple[Tick, ...]
    rows: tuple[Row, ...]
    period: str


def daily(readings: Sequence[Reading], last: datetime.date) -> ComfortChart:
    """A dot for each reading and the mean of seven days as a line; ends on `last`.

    At least one reading, in the order of their days, none after `last`.
    """
    return _chart(readings, last, "day", _running_means)


def averaged(means: Sequence[Reading], last: datetime.date, period: str) -> ComfortChart:
    """The same for years: a dot for the mean of each week or month, joined where it is sound.

    `means` as `daily`'s readings, each on the first day of its period.
    """
    longest = {"week": 7, "month": 31}[period]
    sound = partial(_sound_means, within_days=longest)
    return _chart(means, last, period, sound)


def _chart(
    readings: Sequence[Reading],
    last: datetime.date,
    period: str,
    line_of: Callable[[Sequence[Reading]], list[Piece]],
) -> ComfortChart:
    first = min(readings[0].day, last - datetime.timedelta(days=MIN_SPAN_DAYS))
    span = (last - first).days

    def point(day: datetime.date, comfort: float) -> Point:
        return Point(f"{(day - first).days * 100 / span:.4g}", f"{(10 - comfort) * 10:.4g}")

    series = []
    for knee, name in KNEES.items():
        own = [reading for reading in readings if reading.knee == knee]
        pieces = [[point(day, mean) for day, mean in piece] for piece in line_of(own)]
        series.append(
            Series(
                knee=name,
                dots=tuple(point(reading.day, reading.comfort) for reading in own),
                lines=tuple(" ".join(f"{p.x},{p.y}" for p in piece) for piece in pieces),
                last=own[-1] if own else None,
            )
        )
    left, right = series
    return ComfortChart(
        title=f"Comfort of your knees, {_in_words(first)} to {_in_words(last)}",
        description=" ".join(
            _described(name, [reading for reading in readings if reading.knee == knee], period)
            for knee, name in KNEES.items()
        ),
        series=(left, right),
        levels=tuple(
            Level(point(first, comfort).y, comfort, words)
            for comfort, words in sorted(COMFORT_ANCHORS.items(), reverse=True)
        ),
        ticks=tuple(_ticks(first, span)),
        rows=tuple(_rows(readings, counted=period != "day")),
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
        since = day - datetime.timedelta(days=WINDOW_DAYS - 1)
        window = [reading for reading in window if reading.day >= since] + list(of_day)
        if len(window) >= MIN_READINGS_IN_WINDOW:
            means.append((day, fmean(reading.comfort for reading in window)))
    return _pieces(means, within_days=WINDOW_DAYS)


def _sound_means(means: Sequence[Reading], within_days: int) -> list[Piece]:
    sound = [(mean.day, mean.comfort) for mean in means if mean.count >= MIN_READINGS_IN_WINDOW]
    return _pieces(sound, within_days)


def _pieces(means: Piece, within_days: int) -> list[Piece]:
    pieces: list[Piece] = []
    for mean in means:
        if pieces and (mean[0] - pieces[-1][-1][0]).days <= within_days:
            pieces[-1].append(mean)
        else:
            pieces.append([mean])
    return [piece for piece in pieces if len(piece) > 1]


def _ticks(first: datetime.date, span: int) -> Iterator[Tick]:
    for number in range(TICKS + 1):
        day = first + datetime.timedelta(days=round(span * number / TICKS))
        yield Tick(
            x=f"{(day - first).days * 100 / span:.4g}",
            label=f"{day.day} {day:%b}" if span <= TICKS_NAME_DAYS_UP_TO else f"{day:%b %Y}",
            anchor={0: "start", TICKS: "end"}.get(number, "middle"),
            minor=number not in (0, TICKS // 2, TICKS),
        )


def _rows(readings: Sequence[Reading], counted: bool) -> Iterator[Row]:
    """Newest first; two readings of one knee at one moment of a day (two walks) share a line.

    A mean has the number of its readings in brackets.
    """
    values: dict[tuple[datetime.date, str], dict[str, list[str]]] = {}
    for reading in readings:
        line = values.setdefault((reading.day, reading.when), defaultdict(list))
        value = _number(reading.comfort)
        line[reading.knee].append(f"{value} ({reading.count})" if counted else value)
    for (day, when), line in sorted(values.items(), key=lambda item: item[0][0], reverse=True):
        yield Row(day, when, left=", ".join(line["L"]), right=", ".join(line["R"]))


def _described(name: str, readings: Sequence[Reading], period: str) -> str:
    """One sentence: how many, how low and high, and the last. No direction: that needs proof."""
    if not readings:
        return f"{name.capitalize()} knee: nothing written down."
    lowest, highest = (_number(f(r.comfort for r in readings)) for f in (min, max))
    last = readings[-1]
    on = {
        "day": f"on {_in_words(last.day)}",
        "week": f"in the week of {_in_words(last.day)}",
        "month": f"in {last.day:%B %Y}",
    }[period]
    if len(readings) == 1:
        one = "reading" if period == "day" else period
        return f"{name.capitalize()} knee: one {one}, {lowest} {on}."
    many = f"{len(readings)} readings" if period == "day" else f"means of {len(readings)} {period}s"
    return (
        f"{name.capitalize()} knee: {many} between {lowest} and {highest}, "
        f"the last {_number(last.comfort)} {on}."
    )


def _number(comfort: float) -> str:
    return f"{comfort:.1f}".removesuffix(".0")


def _in_words(day: datetime.date) -> str:
    return f"{day.day} {day:%B %Y}"
