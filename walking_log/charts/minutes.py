"""Minutes walked each week, as bars; each month or year, where there are many weeks."""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from .axes import (
    DAY,
    Column,
    Level,
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
    starts,
)

# Of its room, so much is the bar's; the rest keeps it from the next.
BAR_TAKES = 0.72
# Up to so many bars each has its number on it; up to as many again, on a wide screen.
NUMBERS_UP_TO = 6
NUMBERS_WHERE_WIDE_UP_TO = 16


@dataclass(frozen=True)
class Bar:
    """Minutes of one period: the rectangle, the middle of it, and the number on it, if any.

    A `minor` number may be left out on a phone. `is_open` is the period that is not over yet.
    """

    x: str
    y: str
    width: str
    height: str
    middle: str
    label: str
    minor: bool
    is_open: bool


@dataclass(frozen=True)
class MinutesChart:
    """All that the template draws. `period` is what a bar stands for: "week", "month", "year"."""

    name: str
    title: str
    description: str
    bars: tuple[Bar, ...]
    levels: tuple[Level, ...]
    ticks: tuple[Tick, ...]
    table: Table
    period: str


def chart(walks: Iterable[tuple[datetime.date, float]], span: Span) -> MinutesChart:
    """A bar for each week from that of the span's first day to that of its last, or longer periods.

    `walks` are days and minutes. Whole periods only: pass the walks of the first one from its
    beginning (`axes.start_of`), though that may lie before `span`.
    """
    period = "week" if span.period == "day" else span.period
    minutes: Counter[datetime.date] = Counter()
    walked: Counter[datetime.date] = Counter()
    for day, lasted in walks:
        start = start_of(day, period)
        minutes[start] += lasted  # type: ignore[assignment]
        walked[start] += 1
    all_starts = list(starts(span.first, span.last, period))
    drawn = Span(all_starts[0], next_start(all_starts[-1], period))
    most = max(all_starts, key=lambda start: minutes[start])
    top, levels = minute_levels(minutes[most])
    many = len(all_starts)
    bars = []
    for start in all_starts:
        left, right = drawn.across(start), drawn.across(next_start(start, period))
        height = minutes[start] * 100 / top
        numbered = many <= NUMBERS_WHERE_WIDE_UP_TO or start in (most, all_starts[-1])
        bars.append(
            Bar(
                x=place(left + (right - left) * (1 - BAR_TAKES) / 2),
                y=place(100 - height),
                width=place((right - left) * BAR_TAKES),
                height=place(height),
                middle=place((left + right) / 2),
                label=f"{minutes[start]:.0f}" if numbered and minutes[start] else "",
                minor=many > NUMBERS_UP_TO and start != most,
                is_open=start == all_starts[-1],
            )
        )
    return MinutesChart(
        name="minutes",
        title=f"Minutes walked each {period}, {in_words(drawn.first)} to {in_words(span.last)}",
        description=_described(minutes, walked, all_starts, most, period),
        bars=tuple(bars),
        levels=tuple(
            Level(place(100 - level * 100 / top), str(level)) for level in reversed(levels)
        ),
        ticks=Span(drawn.first, drawn.last - DAY).ticks,
        table=Table(
            (heading(period), Column("Minutes"), Column("Walks")),
            tuple(
                (
                    cell(start, period) + (", so far" if start == all_starts[-1] else ""),
                    f"{minutes[start]:.0f}",
                    str(walked[start]),
                )
                for start in reversed(all_starts)
            ),
        ),
        period=period,
    )


def _described(minutes, walked, all_starts, most, period) -> str:
    """In how many of the periods there was a walk, the most, and the one that is not over yet."""
    *past, this = all_starts
    so_far = f"this {period} so far {minutes[this]:.0f}"
    with_walks = sum(1 for start in all_starts if walked[start])
    if not with_walks:
        return f"No walk in {counted(len(all_starts), period)}."
    if not past or (with_walks == 1 and walked[this]):
        return f"{minutes[this]:.0f} minutes this {period} so far."
    return (
        f"Walks in {with_walks} of {counted(len(all_starts), period)}; "
        f"the most was {minutes[most]:.0f} minutes {at(most, period)}, {so_far}."
    )
