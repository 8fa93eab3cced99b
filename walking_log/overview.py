"""What the dashboard tells a reader of their own log. The one place where it is read for it.

Each function costs a constant number of queries, whatever the size of the log. For long ranges the
database sums up each day, so that ten years of readings are not carried here one by one.
"""

import datetime
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Avg, CharField, Count, Min
from django.db.models.functions import Cast, Substr, TruncWeek

from accounts.models import User

from . import insights, rules
from .charts import axes, before_pain, comfort, minutes, month, pace, spots
from .models import REMEMBERED_AFTER_DAYS, KneeReading, KneeSpot

# What the reader may look back over: the word in the address, its name, and its days.
RANGES = {
    "4w": ("4 weeks", 28),
    "3m": ("3 months", 91),
    "1y": ("1 year", 365),
    "all": ("All", None),
}
DEFAULT_RANGE = "3m"
# What the database sums up by. The text of a date is the same on both databases and begins with its
# year and month; TruncMonth is a Python function on SQLite, called for each of ten years' readings.
_ISO = Cast("local_date", CharField())
PERIODS = {"week": TruncWeek("local_date"), "month": Substr(_ISO, 1, 7), "year": Substr(_ISO, 1, 4)}


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


@dataclass(frozen=True)
class OverTime:
    """The charts of one range. Those that have nothing to show are None, or empty."""

    headline: before_pain.Headline | None
    before_pain: before_pain.BeforePainChart | None
    minutes: minutes.MinutesChart | None
    comfort: comfort.ComfortChart | None
    spots: tuple[spots.SpotsChart, ...]
    pace: pace.PaceChart | None
    # How many more walks of about the same distance the pace waits for.
    walks_for_pace: int


def began(reader: User) -> datetime.date | None:
    """The first day of the log, or None while nothing is written down. 2 queries."""
    walks = reader.walks.aggregate(first=Min("local_date"))["first"]
    readings = reader.knee_readings.that_count().aggregate(first=Min("local_date"))["first"]
    return min((day for day in (walks, readings) if day), default=None)


def this_week(reader: User, today: datetime.date) -> Week:
    """The reader's week so far. 1 query."""
    monday = axes.start_of(today, "week")
    week = [monday + n * axes.DAY for n in range(7)]
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


def over_time(reader: User, word: str, today: datetime.date, first: datetime.date) -> OverTime:
    """The charts of the range named `word`, of RANGES. The log began on `first`. 3 queries."""
    days = RANGES[word][1]
    if days is not None:
        first = max(first, today - (days - 1) * axes.DAY)
    span = axes.span(first, today)
    whole = axes.start_of(first, "week" if span.period == "day" else span.period)
    walks = list(
        reader.walks.filter(local_date__range=(whole, today))
        .order_by("local_date", "pk")
        .values_list("local_date", "duration_s", "distance_m", "pain_onset_s", "never_hurt")
    )
    in_span = [walk for walk in walks if walk[0] >= first]
    onsets = [
        before_pain.Onset(day, (lasted if never else onset) / 60, never)
        for day, lasted, _, onset, never in in_span
        if never or onset is not None
    ]
    measured = [
        pace.Measured(day, distance, lasted) for day, lasted, distance, _, _ in in_span if distance
    ]
    values = _comfort(reader, span, first, today)
    return OverTime(
        headline=before_pain.headline(onsets),
        before_pain=before_pain.chart(onsets, span) if onsets else None,
        minutes=minutes.chart([(walk[0], walk[1] / 60) for walk in walks], span) if walks else None,
        comfort=comfort.chart(values, span) if values else None,
        spots=spots.charts(_spots(reader, span, first, today), span, dict(KneeSpot.Spot.choices)),
        pace=pace.chart(measured, span, reader.units),
        walks_for_pace=max(0, pace.MIN_LIKE_WALKS - len(pace.like_walks(measured))),
    )


def _comfort(
    reader: User, span: axes.Span, first: datetime.date, today: datetime.date
) -> list[comfort.Reading]:
    """Readings one by one, or for long spans the means of periods without remembered ones."""
    readings = (
        reader.knee_readings.that_count()
        .for_trend()
        .filter(local_date__range=(axes.start_of(first, span.period), today))
    )
    if span.period == "day":
        labels = dict(KneeReading.Moment.choices)
        return [
            comfort.Reading(
                day, knee, value, labels[moment], remembered=late > REMEMBERED_AFTER_DAYS
            )
            for day, knee, moment, value, late in readings.order_by("local_date", "id").values_list(
                "local_date", "knee", "moment", "comfort", "days_late"
            )
        ]
    means = (
        readings.for_claims()
        .order_by()
        .annotate(since=PERIODS[span.period])
        .values_list("since", "knee")
        .annotate(mean=Avg("comfort"), count=Count("pk"))
        .order_by("since", "knee")
    )
    return [
        comfort.Reading(_first_day(since), knee, mean, count=count)
        for since, knee, mean, count in means
    ]


def _spots(
    reader: User, span: axes.Span, first: datetime.date, today: datetime.date
) -> list[spots.SpotCount]:
    counts = (
        reader.knee_spots.that_count()
        .filter(local_date__range=(first, today))
        .annotate(since=PERIODS[spots.period_of(span)])
        .values_list("since", "knee", "spot")
        .annotate(times=Count("pk"))
        .order_by("since")
    )
    return [
        spots.SpotCount(_first_day(since), knee, spot, times) for since, knee, spot, times in counts
    ]


def _first_day(since: datetime.date | str) -> datetime.date:
    """Of a week that came as a day, a month "2026-11" or a year "2026"."""
    if isinstance(since, datetime.date):
        return since
    return datetime.date.fromisoformat(f"{since}-01-01"[:10])


def calendar(
    reader: User, first: datetime.date, today: datetime.date, log_began: datetime.date
) -> month.Calendar:
    """The month that begins on `first`. 2 queries."""
    within = (first, axes.start_of(first + 31 * axes.DAY, "month") - axes.DAY)
    lowest = dict(
        reader.knee_readings.that_count()
        .filter(local_date__range=within)
        .exclude(moment=KneeReading.Moment.BEFORE)
        .order_by()
        .values_list("local_date")
        .annotate(lowest=Min("comfort"))
    )
    seconds: Counter[datetime.date] = Counter()
    walks: dict[datetime.date, list[int]] = {}
    for day, pk, duration_s in (
        reader.walks.filter(local_date__range=within)
        .order_by("local_date", "pk")
        .values_list("local_date", "pk", "duration_s")
    ):
        seconds[day] += duration_s
        walks.setdefault(day, []).append(pk)
    written = {
        day: month.Written(
            seconds=seconds[day],
            walks=len(walks.get(day, ())),
            lowest=lowest.get(day),
            walk=walks[day][-1] if day in walks else None,
        )
        for day in {*lowest, *walks}
    }
    return month.calendar(first, written, today, log_began)


def month_named(word: str, today: datetime.date, log_began: datetime.date) -> datetime.date:
    """The first day of the month "2026-11", kept within the log; this month for anything else."""
    try:
        year, number = word.split("-")
        named = datetime.date(int(year), int(number), 1)
    except ValueError:
        named = today
    return axes.start_of(min(max(named, log_began), today), "month")


def findings(reader: User, today: datetime.date) -> insights.Findings:
    """What goes together in the last half year. 2 queries."""
    since = today - insights.WINDOW_DAYS * axes.DAY
    readings = list(
        reader.knee_readings.that_count()
        .for_claims()
        .filter(
            local_date__range=(since, today),
            moment__in=(KneeReading.Moment.NEXT_MORNING, KneeReading.Moment.REST_DAY),
        )
        .order_by()
        .values_list("local_date", "knee", "comfort", "walk_id")
    )
    mornings: dict[int, dict[str, int]] = {}
    rests: dict[datetime.date, dict[str, int]] = {}
    for day, knee, value, walk in readings:
        of = rests.setdefault(day, {}) if walk is None else mornings.setdefault(walk, {})
        of[knee] = value
    walks = reader.walks.filter(local_date__range=(since, today)).values_list(
        "pk", "local_date", "duration_s", "talk_test", "aid"
    )
    return insights.find(
        [
            insights.WalkSeen(day, round(lasted / 60), talk_test, aid, mornings.get(pk, {}))
            for pk, day, lasted, talk_test, aid in walks
        ],
        [insights.RestDay(day, of_day) for day, of_day in rests.items()],
    )


@dataclass(frozen=True)
class KneeTrend:
    """What may be said of one knee; `mornings` is whether mornings were weighed, or after walks."""

    knee: str
    mornings: bool
    trend: rules.Trend

    @property
    def points(self) -> str:
        """By how much the last two weeks differ from the first two, without its sign."""
        return f"{abs(self.trend.change or 0):.1f}"


def trends(reader: User, today: datetime.date) -> list[KneeTrend]:
    """What the rules' gate lets be said of each knee that has readings. 1 query.

    Weighed at one kind of moment: on mornings and days without a walk, or just after walks,
    whichever was written down on more days.
    """
    since = today - rules.TREND_MAX_DAYS * axes.DAY
    after = KneeReading.Moment.AFTER
    days: dict[str, dict[bool, list[tuple[datetime.date, float]]]] = {}
    for day, knee, moment, value in (
        reader.knee_readings.that_count()
        .for_claims()
        .filter(
            local_date__range=(since, today),
            moment__in=(
                after,
                KneeReading.Moment.NEXT_MORNING,
                KneeReading.Moment.REST_DAY,
            ),
        )
        .order_by()
        .values_list("local_date", "knee", "moment", "comfort")
    ):
        days.setdefault(knee, {True: [], False: []})[moment != after].append((day, value))
    told = []
    for knee, kinds in sorted(days.items()):
        mornings = _days_in(kinds[True]) >= _days_in(kinds[False])
        told.append(KneeTrend(comfort.KNEES[knee], mornings, rules.trend(kinds[mornings])))
    return told


def _days_in(readings: Iterable[tuple[datetime.date, float]]) -> int:
    return len({day for day, _ in readings})
