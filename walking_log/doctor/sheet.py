"""What stands on the page for the doctor. Pure: from a `Summary`, no rows and no clock.

Pain is told as the numeric rating scale that clinicians read, NRS 0–10 with 10 the worst: the log's
comfort turned round (pain = 10 − comfort). The page makes no claim and draws no conclusion.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median

from ..models import KneeReading
from ..summary import Summary

WEEK = datetime.timedelta(days=7)
SELF_RECORDED = (
    "Self-recorded by the walker on this site. Not a diagnosis, and not measured by anyone."
)
MORNING = KneeReading.Moment.NEXT_MORNING.label


@dataclass(frozen=True)
class Week:
    """A week of the log. Pain is the mean NRS of each knee, None where nothing was said."""

    monday: datetime.date
    walks: int
    minutes: int
    before_pain: int | None
    left: float | None
    right: float | None


@dataclass(frozen=True)
class Dot:
    """A reading on the drawing: days from its first day, and NRS 0–10."""

    day: int
    pain: float
    knee: str


@dataclass(frozen=True)
class Sheet:
    """The page: a heading, the weeks, the dots, the places, and what was flagged."""

    name: str
    since: datetime.date
    until: datetime.date
    weeks: list[Week]
    dots: list[Dot]
    days: int
    facts: list[tuple[str, str]]
    spots: list[str]
    flags: list[str]
    notes: list[tuple[datetime.date, str]]


def pain_nrs_0_10(comfort: float) -> float:
    """NRS pain of a comfort 0–10."""
    return 10 - comfort


def of(log: Summary, *, with_notes: bool) -> Sheet:
    """The page of a summary of all parts."""
    return Sheet(
        name=log.owner.display_name,
        since=log.since,
        until=log.today,
        weeks=list(_weeks(log)),
        dots=[
            Dot((reading.day - log.since).days, pain_nrs_0_10(reading.comfort), reading.knee)
            for reading in log.readings
        ],
        days=(log.today - log.since).days,
        facts=list(_facts(log)),
        spots=[f"{spot.knee} knee, {spot.spot.lower()}: {spot.times}×" for spot in log.spots or []],
        flags=log.flag_words,
        notes=list(reversed(log.notes or [])) if with_notes else [],
    )


def _weeks(log: Summary) -> Iterable[Week]:
    monday = log.since - datetime.timedelta(days=log.since.weekday())
    while monday <= log.today:
        walks = [walk for walk in log.walks or [] if monday <= walk.day < monday + WEEK]
        onsets = [walk.onset_min for walk in walks if walk.onset_min is not None]
        pain = {
            knee: [
                pain_nrs_0_10(reading.comfort)
                for reading in log.readings
                if reading.knee == knee and monday <= reading.day < monday + WEEK
            ]
            for knee in KneeReading.Knee.values
        }
        yield Week(
            monday=monday,
            walks=len(walks),
            minutes=sum(walk.minutes for walk in walks),
            before_pain=round(median(onsets)) if onsets else None,
            left=_mean(pain["L"]),
            right=_mean(pain["R"]),
        )
        monday += WEEK


def _mean(values: list[float]) -> float | None:
    return round(sum(values) / len(values), 1) if values else None


def _facts(log: Summary) -> Iterable[tuple[str, str]]:
    walks = log.walks or []
    minutes = sum(walk.minutes for walk in walks)
    yield "Walks", f"{len(walks)}, {minutes} minutes in all"
    onsets = [walk.onset_min for walk in walks if walk.onset_min is not None]
    if onsets:
        first, last = onsets[:3], onsets[-3:]
        yield (
            "Minutes before pain",
            f"first walks {_listed(first)}; last walks {_listed(last)}",
        )
    never = sum(walk.never_hurt for walk in walks)
    if never:
        yield "Walks without pain", str(never)
    if log.plan_step:
        yield "Walking plan", log.plan_step


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))
