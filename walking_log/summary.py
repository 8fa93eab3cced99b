"""A reader's last six weeks on one card: for a coach it was shared with, a question, the doctor.

Only the parts asked for are read, for any number of readers at once.
"""

import datetime
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils import timezone

from accounts.models import User

from .charts import comfort
from .charts.axes import Span
from .models import (
    REMEMBERED_AFTER_DAYS,
    KneeReading,
    KneeSpot,
    ShareGrant,
    StepSpan,
    SymptomReport,
    Verdict,
    Walk,
)

ALL_PARTS = tuple(ShareGrant.Scope.values)
# How far back it goes: long enough for a trend (42 days, walking_log/rules.py), and no life
# story.
WINDOW = datetime.timedelta(days=42)
NOTES_SHOWN = 5
# The most walks of one reader that are read; six weeks with three a day.
MOST_WALKS = 130


@dataclass(frozen=True)
class SpotCount:
    """How often one place of one knee was said to hurt."""

    knee: str
    spot: str
    times: int


@dataclass(frozen=True)
class Walked:
    """One walk: its day, minutes, metres if known, and minutes before a knee hurt if said."""

    day: datetime.date
    minutes: int
    metres: int | None
    onset_min: int | None
    never_hurt: bool

    @property
    def says_when(self) -> bool:
        """Whether it tells of minutes before pain."""
        return self.never_hurt or self.onset_min is not None


@dataclass
class Summary:
    """One reader's last six weeks, in the parts asked for. What was not asked for is None."""

    owner: User
    parts: Collection[str]
    since: datetime.date
    today: datetime.date
    walks: list[Walked] | None = None
    chart: comfort.ComfortChart | None = None
    # In words: the plan and its step, what the rules said last, the warning signs ticked last.
    plan_step: str = ""
    verdict_words: str = ""
    flag_words: list[str] = field(default_factory=list)
    spots: list[SpotCount] | None = None
    notes: list[tuple[datetime.date, str]] | None = None
    readings: list[comfort.Reading] = field(default_factory=list, repr=False)

    @property
    def minutes(self) -> int:
        return sum(walk.minutes for walk in self.walks or [])

    @property
    def metres(self) -> int:
        return sum(walk.metres or 0 for walk in self.walks or [])

    @property
    def onsets(self) -> list[int]:
        """Minutes before pain of the walks that hurt, oldest first."""
        return [walk.onset_min for walk in self.walks or [] if walk.onset_min is not None]

    @property
    def never_hurt(self) -> int:
        """How many walks never hurt."""
        return sum(walk.never_hurt for walk in self.walks or [])


def of_readers(asked: Mapping[User, Collection[str]]) -> dict[int, Summary]:
    """These parts (of `ShareGrant.Scope`) of each reader's log, by the reader's key.

    At most 6 queries for all of them.
    """
    logs = {}
    for owner, parts in asked.items():
        today = timezone.localdate(timezone=owner.zone)
        logs[owner.pk] = Summary(owner, parts, today - WINDOW + datetime.timedelta(days=1), today)
    if logs:
        earliest = min(log.since for log in logs.values())
        _read_walks(logs, earliest)
        _read_steps(logs)
        _read_comfort(logs, earliest)
        _read_spots(logs, earliest)
    return logs


def _with(logs: dict[int, Summary], *parts: str) -> list[int]:
    """The readers of whom one of these is asked."""
    return [owner for owner, log in logs.items() if set(parts) & set(log.parts)]


def _read_walks(logs: dict[int, Summary], earliest: datetime.date) -> None:
    owners = _with(logs, "walks", "notes")
    if not owners:
        return
    for owner in owners:
        log = logs[owner]
        if "walks" in log.parts:
            log.walks = []
        if "notes" in log.parts:
            log.notes = []
    walks = (
        Walk.objects.filter(owner__in=owners, local_date__gte=earliest)
        .order_by("local_date", "pk")
        .only(
            "owner_id",
            "local_date",
            "duration_s",
            "distance_m",
            "pain_onset_s",
            "never_hurt",
            "notes",
        )
    )
    for walk in walks[: MOST_WALKS * len(owners)]:
        log = logs[walk.owner_id]
        if walk.local_date < log.since:
            continue
        if log.walks is not None:
            onset = walk.pain_onset_s
            log.walks.append(
                Walked(
                    walk.local_date,
                    round(walk.duration_s / 60),
                    walk.distance_m,
                    None if onset is None else round(onset / 60),
                    walk.never_hurt,
                )
            )
        if log.notes is not None and walk.notes:
            log.notes = [(walk.local_date, walk.notes), *log.notes][:NOTES_SHOWN]


def _read_steps(logs: dict[int, Summary]) -> None:
    owners = _with(logs, "walks")
    spans = StepSpan.objects.filter(run__owner__in=owners, run__ended_on=None, until=None)
    for span in spans.select_related("step", "run__plan"):
        logs[
            span.run.owner_id
        ].plan_step = f"{span.run.plan.name}, step {span.step.order}: {span.step.label}"


def _read_comfort(logs: dict[int, Summary], earliest: datetime.date) -> None:
    owners = _with(logs, "comfort")
    if not owners:
        return
    readings = (
        KneeReading.objects.that_count()
        .for_trend()
        .filter(owner__in=owners, local_date__gte=earliest)
        .order_by("local_date", "id")
        .values_list("owner_id", "local_date", "knee", "comfort", "moment", "days_late")
    )
    for owner, day, knee, value, moment, days_late in readings:
        if logs[owner].since <= day <= logs[owner].today:
            label = KneeReading.Moment(moment).label
            late = days_late > REMEMBERED_AFTER_DAYS
            logs[owner].readings.append(comfort.Reading(day, knee, value, label, remembered=late))
    for owner in owners:
        log = logs[owner]
        if log.readings:
            log.chart = _chart(log)
    # The newest of each, kept by writing over the older ones.
    for report in SymptomReport.objects.filter(owner__in=owners, local_date__gte=earliest).order_by(
        "local_date", "pk"
    ):
        day = f"{report.local_date.day} {report.local_date:%B}"
        logs[report.owner_id].flag_words = [
            f"{report.Flag(flag).label} ({day})" for flag in report.flags
        ]
    for verdict in (
        Verdict.objects.current()
        .filter(owner__in=owners, local_date__gte=earliest)
        .order_by("local_date", "pk")
    ):
        logs[verdict.owner_id].verdict_words = (
            verdict.coach_says
            if verdict.override_outcome
            else verdict.in_words(logs[verdict.owner_id].today)
        )


def _chart(log: Summary) -> comfort.ComfortChart:
    chart = comfort.chart(log.readings, Span(log.since, log.today))
    # Several stand on one page, of one reader too: as it is, and as it was attached.
    return replace(chart, name=f"comfort-{log.owner.pk}-{log.today:%Y%m%d}-{id(log)}")


def _read_spots(logs: dict[int, Summary], earliest: datetime.date) -> None:
    owners = _with(logs, "spots")
    if not owners:
        return
    counts: dict[int, Counter[tuple[str, str]]] = {owner: Counter() for owner in owners}
    spots = KneeSpot.objects.that_count().filter(owner__in=owners, local_date__gte=earliest)
    for spot in spots.only("owner_id", "local_date", "knee", "spot"):
        if spot.local_date >= logs[spot.owner_id].since:
            counts[spot.owner_id][spot.get_knee_display(), spot.get_spot_display()] += 1
    for owner in owners:
        logs[owner].spots = [
            SpotCount(knee, spot, times)
            for (knee, spot), times in sorted(
                counts[owner].items(), key=lambda item: (-item[1], item[0])
            )
        ]


# --- Kept as it is now -----------------------------------------------------------------------


def freeze(log: Summary) -> dict[str, Any]:
    """The summary as JSON, to be kept beside a question: words and numbers, no keys of rows."""
    return {
        "parts": list(log.parts),
        "since": log.since.isoformat(),
        "today": log.today.isoformat(),
        "walks": None
        if log.walks is None
        else [
            [walk.day.isoformat(), walk.minutes, walk.metres, walk.onset_min, walk.never_hurt]
            for walk in log.walks
        ],
        "readings": [
            [
                reading.day.isoformat(),
                reading.knee,
                reading.comfort,
                reading.when,
                reading.remembered,
            ]
            for reading in log.readings
        ],
        "spots": None
        if log.spots is None
        else [[spot.knee, spot.spot, spot.times] for spot in log.spots],
        "notes": None
        if log.notes is None
        else [[day.isoformat(), words] for day, words in log.notes],
        "plan_step": log.plan_step,
        "flags": log.flag_words,
        "verdict": log.verdict_words,
    }


def thaw(kept: dict[str, Any], owner: User) -> Summary:
    """What `freeze` kept."""
    day = datetime.date.fromisoformat
    log = Summary(owner, kept["parts"], day(kept["since"]), day(kept["today"]))
    if kept["walks"] is not None:
        log.walks = [Walked(day(on), *more) for on, *more in kept["walks"]]
    log.readings = [
        comfort.Reading(day(on), knee, value, when, remembered=remembered)
        for on, knee, value, when, remembered in kept["readings"]
    ]
    if log.readings:
        log.chart = _chart(log)
    if kept["spots"] is not None:
        log.spots = [SpotCount(*spot) for spot in kept["spots"]]
    if kept["notes"] is not None:
        log.notes = [(day(on), words) for on, words in kept["notes"]]
    log.plan_step, log.flag_words = kept["plan_step"], kept["flags"]
    log.verdict_words = kept["verdict"]
    return log
