"""What the charts share: days across, values up, and the table under the drawing."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import ceil

DAY = datetime.timedelta(days=1)
# Less than this, and three dots would be as far apart as three months.
MIN_SPAN_DAYS = 14
# How much time a mark stands for, by how much is drawn: it bounds every drawing and its table. A
# dot for each of 365 days on a phone is a smear; a week's mean is one day's line already.
DAYS_UP_TO = 130
WEEKS_UP_TO = 2 * 366
MONTHS_UP_TO = 12 * 366
# Up to so many days the ticks name days; beyond, months, and then years.
TICKS_NAME_DAYS_UP_TO = 300
TICKS = 4
LEVELS = 4
# Steps between the levels of minutes that a person would choose.
MINUTE_STEPS = (1, 2, 5, 10, 15, 20, 30, 60, 120, 180, 240, 300, 600)


@dataclass(frozen=True)
class Point:
    """A place in the drawing, in per cent from the left and from the top."""

    x: str
    y: str


@dataclass(frozen=True)
class Level:
    """A line across the drawing, with its number and, on a scale that has them, its words."""

    y: str
    label: str
    words: str = ""


@dataclass(frozen=True)
class Tick:
    """A day named under the chart. A `minor` one may be left out on a phone."""

    x: str
    label: str
    anchor: str
    minor: bool


@dataclass(frozen=True)
class Column:
    """A column of a table; `is_number` ones stand to the right."""

    name: str
    is_number: bool = True


@dataclass(frozen=True)
class Table:
    """Every value that is drawn, in words, newest first. The first cell of a row is its name."""

    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Span:
    """The days from `first` to `last` across a drawing; `last` is after `first`."""

    first: datetime.date
    last: datetime.date

    @property
    def days(self) -> int:
        return (self.last - self.first).days

    @property
    def period(self) -> str:
        """What a mark stands for when so many days are drawn: "day", "week", "month", "year"."""
        if self.days <= DAYS_UP_TO:
            return "day"
        if self.days <= WEEKS_UP_TO:
            return "week"
        return "month" if self.days <= MONTHS_UP_TO else "year"

    def across(self, day: datetime.date) -> float:
        """How far from the left, in per cent."""
        return (day - self.first).days * 100 / self.days

    @property
    def ticks(self) -> tuple[Tick, ...]:
        """Days named under the drawing, evenly spread."""
        return tuple(self._ticks())

    def _ticks(self) -> Iterator[Tick]:
        for number in range(TICKS + 1):
            day = self.first + datetime.timedelta(days=round(self.days * number / TICKS))
            yield Tick(
                x=place(self.across(day)),
                label=f"{day.day} {day:%b}"
                if self.days <= TICKS_NAME_DAYS_UP_TO
                else f"{day:%b %Y}",
                anchor={0: "start", TICKS: "end"}.get(number, "middle"),
                minor=number not in (0, TICKS // 2, TICKS),
            )


def span(first: datetime.date, last: datetime.date) -> Span:
    """From `first`, or from so much earlier that the drawing is not stretched."""
    return Span(min(first, last - MIN_SPAN_DAYS * DAY), last)


def start_of(day: datetime.date, period: str) -> datetime.date:
    """The first day of its week (a Monday), month or year; itself for "day"."""
    if period == "week":
        return day - day.weekday() * DAY
    if period == "month":
        return day.replace(day=1)
    return day.replace(month=1, day=1) if period == "year" else day


def next_start(start: datetime.date, period: str) -> datetime.date:
    """The first day of the period after the one that begins on `start`."""
    return start_of(start + {"day": 1, "week": 7, "month": 31, "year": 366}[period] * DAY, period)


def starts(first: datetime.date, last: datetime.date, period: str) -> Iterator[datetime.date]:
    """The first days of all periods that hold a day from `first` to `last`."""
    start = start_of(first, period)
    while start <= last:
        yield start
        start = next_start(start, period)


def at(day: datetime.date, period: str) -> str:
    """When, in a sentence: "on 3 May 2026", "in the week of 3 May 2026", "in May 2026"."""
    return {
        "day": f"on {in_words(day)}",
        "week": f"in the week of {in_words(day)}",
        "month": f"in {day:%B %Y}",
        "year": f"in {day:%Y}",
    }[period]


def cell(day: datetime.date, period: str) -> str:
    """A day or a period's first day, in a table."""
    return {"month": f"{day:%B %Y}", "year": f"{day:%Y}"}.get(period, f"{day.day} {day:%b %Y}")


def heading(period: str) -> Column:
    """What a table's first column is called."""
    return Column("Week of" if period == "week" else period.capitalize(), is_number=False)


def place(percent: float) -> str:
    return f"{percent:.4g}"


def number(value: float) -> str:
    """To a tenth, without a needless ".0"."""
    return f"{value:.1f}".removesuffix(".0")


def in_words(day: datetime.date) -> str:
    return f"{day.day} {day:%B %Y}"


def counted(many: int, one: str) -> str:
    """ "one walk", "3 walks"."""
    return f"one {one}" if many == 1 else f"{many} {one}s"


def minute_levels(most: float) -> tuple[float, tuple[int, ...]]:
    """The top of a scale of minutes that begins at 0, and its levels; `most` fits below the top."""
    step = next(
        (step for step in MINUTE_STEPS if most <= step * LEVELS),
        MINUTE_STEPS[-1] * ceil(most / (MINUTE_STEPS[-1] * LEVELS)),
    )
    levels = tuple(range(0, max(1, ceil(most / step)) * step + 1, step))
    return levels[-1], levels


def joined(parts: Sequence[str]) -> str:
    """ "a", "a and b", "a, b and c"."""
    *most, last = parts
    return f"{', '.join(most)} and {last}" if most else last
