"""A month as a calendar: the days walked, the minutes, and how low a knee went.

A calendar is a table already, so it is drawn as one, and needs no other under it.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from ..rules import AMBER_FROM, GREEN_FROM
from .axes import DAY, counted, in_words, start_of

# The light of a day by its lowest comfort: a shape, a colour and words, with rules' bounds.
LIGHTS = {
    "green": f"{GREEN_FROM} to 10",
    "amber": f"{AMBER_FROM} to {GREEN_FROM - 1}",
    "red": f"0 to {AMBER_FROM - 1}",
}


@dataclass(frozen=True)
class Written:
    """What a log holds of one day. `lowest` is the day's lowest comfort of either knee, or None.

    `walk` leads to the day's last walk.
    """

    seconds: int = 0
    walks: int = 0
    lowest: int | None = None
    walk: int | None = None


@dataclass(frozen=True)
class CalendarDay:
    """A day of the calendar. `light` is a key of LIGHTS or "", `words` says it all in a line."""

    day: datetime.date
    in_month: bool
    is_today: bool
    minutes: int | None
    walk: int | None
    light: str
    words: str


@dataclass(frozen=True)
class Calendar:
    """Weeks from Monday to Sunday; `previous` and `following` are None past the log's ends."""

    first: datetime.date
    weeks: tuple[tuple[CalendarDay, ...], ...]
    description: str
    previous: datetime.date | None
    following: datetime.date | None

    @property
    def lights(self) -> tuple[tuple[str, str], ...]:
        """Each light and the comfort it stands for, for the key."""
        return tuple(LIGHTS.items())


def light_of(lowest: int | None) -> str:
    """ "green", "amber" or "red" of the lowest comfort, or "" where none was said."""
    if lowest is None:
        return ""
    if lowest >= GREEN_FROM:
        return "green"
    return "amber" if lowest >= AMBER_FROM else "red"


def calendar(
    first: datetime.date,
    written: Mapping[datetime.date, Written],
    today: datetime.date,
    began: datetime.date,
) -> Calendar:
    """The month that begins on `first`. `began` is the log's first day."""
    after = start_of(first + 31 * DAY, "month")
    days = []
    day = start_of(first, "week")
    while day < after or day.weekday():
        days.append(_day(day, first, written.get(day, Written()), today))
        day += DAY
    return Calendar(
        first=first,
        weeks=tuple(tuple(days[n : n + 7]) for n in range(0, len(days), 7)),
        description=_described([day for day in days if day.in_month], written),
        previous=start_of(first - DAY, "month") if first > began else None,
        following=after if after <= today else None,
    )


def _day(
    day: datetime.date, first: datetime.date, written: Written, today: datetime.date
) -> CalendarDay:
    light = light_of(written.lowest)
    minutes = round(written.seconds / 60) if written.walks else None
    return CalendarDay(
        day=day,
        in_month=(day.year, day.month) == (first.year, first.month),
        is_today=day == today,
        minutes=minutes,
        walk=written.walk,
        light=light,
        words=_in_words(day, written, minutes),
    )


def _in_words(day: datetime.date, written: Written, minutes: int | None) -> str:
    told = [f"{minutes} minutes"] if minutes is not None else []
    if written.walks > 1:
        told.append(f"{written.walks} walks")
    if written.lowest is not None:
        told.append(f"lowest comfort {written.lowest}")
    return f"{in_words(day)}: {', '.join(told) or 'nothing written down'}"


def _described(days: list[CalendarDay], written: Mapping[datetime.date, Written]) -> str:
    """One sentence: on how many days a walk, how many minutes, how many days without a walk."""
    walked = [day for day in days if day.minutes is not None]
    rested = [day for day in days if day.minutes is None and day.light]
    if not walked and not rested:
        return "Nothing was written down in this month."
    minutes = sum(written[day.day].seconds for day in walked) / 60
    told = []
    if walked:
        told.append(f"You walked on {counted(len(walked), 'day')}, {minutes:.0f} minutes in all")
    if rested:
        told.append(
            f"{'wrote' if walked else 'You wrote'} down how your knees were on "
            f"{counted(len(rested), 'day')} without a walk"
        )
    return " and ".join(told) + "."
