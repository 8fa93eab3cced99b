"""What the dashboard tells a reader of their own log: this week, and comfort over time."""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db import models
from django.db.models import Avg, Count, Min
from django.db.models.functions import TruncMonth, TruncWeek

from accounts.models import User

from . import charts
from .models import KneeReading

# What the reader may look back over: the word in the address, its name, and its days.
RANGES = {
    "4w": ("4 weeks", 28),
    "3m": ("3 months", 91),
    "1y": ("1 year", 365),
    "all": ("All", None),
}
DEFAULT_RANGE = "3m"
# Beyond so many days each week becomes one mean, and then each month: it bounds the drawing and its
# table, and a line through every week of ten years is a smear.
DAILY_UP_TO_DAYS = 400
WEEKLY_UP_TO_DAYS = 3 * 365


@dataclass(frozen=True)
class WeekDay:
    """A day of this week; `seconds` walked, 0 for none."""

    day: datetime.date
    seconds: int
    is_today: bool


@dataclass(frozen=True)
class Week:
    """Monday to Sunday around today."""

    days: tuple[WeekDay, ...]
    walks: int
    seconds: int


def this_week(reader: User, today: datetime.date) -> Week:
    """The reader's week so far. 1 query."""
    monday = today - datetime.timedelta(days=today.weekday())
    week = [monday + datetime.timedelta(days=n) for n in range(7)]
    walks = reader.walks.filter(local_date__range=(week[0], week[-1])).values_list(
        "local_date", "duration_s"
    )
    seconds: Counter[datetime.date] = Counter()
    for day, duration_s in walks:
        seconds[day] += duration_s
    return Week(
        days=tuple(WeekDay(day, seconds[day], day == today) for day in week),
        walks=len(walks),
        seconds=seconds.total(),
    )


def comfort_chart(reader: User, span: str, today: datetime.date) -> charts.ComfortChart | None:
    """Comfort over the range named `span` (of RANGES), or None where nothing was written down.

    1 query, or 2 for everything: years are read as means of weeks or months, made by the database.
    """
    readings = reader.knee_readings.that_count().for_trend().filter(local_date__lte=today)
    days = RANGES[span][1]
    if days is not None:
        readings = readings.filter(local_date__gt=today - datetime.timedelta(days=days))
    else:
        first = readings.aggregate(first=Min("local_date"))["first"]
        if first and (today - first).days > DAILY_UP_TO_DAYS:
            period = "week" if (today - first).days <= WEEKLY_UP_TO_DAYS else "month"
            return charts.averaged(_means(readings, period), today, period)
    values = [
        charts.Reading(day, knee, comfort, KneeReading.Moment(moment).label)
        for day, knee, moment, comfort in readings.order_by("local_date", "id").values_list(
            "local_date", "knee", "moment", "comfort"
        )
    ]
    return charts.daily(values, today) if values else None


def _means(readings: models.QuerySet, period: str) -> list[charts.Reading]:
    truncated = {"week": TruncWeek, "month": TruncMonth}[period]
    means = (
        readings.annotate(since=truncated("local_date"))
        .values_list("since", "knee")
        .annotate(mean=Avg("comfort"), count=Count("pk"))
        .order_by("since", "knee")
    )
    return [charts.Reading(day, knee, mean, count=count) for day, knee, mean, count in means]
