"""The mail on Monday about the week that was: what one did, how the knees were, what comes next.

Opt-in, and unlike the mail on mornings it speaks of knees: whoever ticks it is told so. A week with
nothing in it gets a kind line and no count of what was missed.
"""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import format_datetime
from itertools import islice
from statistics import median

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User

from . import verdicts
from .models import KneeReading, LogPreferences
from .plans import runs

# From this hour of the reader's own Monday on, for two days: a worker that was away catches up,
# and nobody hears of last week on a Thursday.
FROM_HOUR = 8
FOR_DAYS = 2
READERS_AT_A_TIME = 500
WEEK = datetime.timedelta(days=7)

_STOP = "walking_log.weekly.stop"


class NotOurs(Exception):
    """This site did not make the link."""


@dataclass(frozen=True)
class KneeWeek:
    """One knee's readings of a week: how many, and the lowest and highest comfort, 0–10."""

    name: str
    count: int
    lowest: int
    highest: int

    @property
    def in_words(self) -> str:
        span = (
            f"{self.lowest}" if self.lowest == self.highest else f"{self.lowest} to {self.highest}"
        )
        times = "once" if self.count == 1 else f"{self.count} times"
        return f"{self.name} knee: comfort {span}, said {times}"


@dataclass(frozen=True)
class Week:
    """What the mail tells of Monday to Sunday."""

    monday: datetime.date
    walks: int
    seconds: int
    before_pain_min: int | None
    never_hurt: int
    knees: tuple[KneeWeek, ...]

    @property
    def sunday(self) -> datetime.date:
        return self.monday + WEEK - datetime.timedelta(days=1)


def week_of(reader: User, monday: datetime.date) -> Week:
    """That week of a reader's log. 2 queries."""
    days = (monday, monday + WEEK - datetime.timedelta(days=1))
    walks = list(
        reader.walks.filter(local_date__range=days).values_list(
            "duration_s", "pain_onset_s", "never_hurt"
        )
    )
    onsets = [onset for _, onset, _ in walks if onset is not None]
    comforts: dict[str, list[int]] = {knee: [] for knee in KneeReading.Knee.values}
    readings = reader.knee_readings.that_count().for_trend().filter(local_date__range=days)
    for knee, comfort in readings.values_list("knee", "comfort"):
        comforts[knee].append(comfort)
    return Week(
        monday=monday,
        walks=len(walks),
        seconds=sum(duration for duration, _, _ in walks),
        before_pain_min=round(median(onsets) / 60) if onsets else None,
        never_hurt=sum(never for _, _, never in walks),
        knees=tuple(
            KneeWeek(str(KneeReading.Knee(knee).label), len(said), min(said), max(said))
            for knee, said in comforts.items()
            if said
        ),
    )


def queue_due(now: datetime.datetime) -> int:
    """Queue the mails of readers whose Monday has come; returns how many. For the worker, hourly.

    Once for each week: the mark on the preferences and the mail's row are one transaction. 1 query
    for 500 readers who wish for it, and about 10 for each mail.
    """
    wished = (
        LogPreferences.objects.filter(weekly_mail=True, owner__is_active=True)
        .select_related("owner")
        .order_by("pk")
    )
    rows = wished.iterator(chunk_size=READERS_AT_A_TIME)
    queued = 0
    while some := list(islice(rows, READERS_AT_A_TIME)):
        for preferences, monday in _due(some, now):
            queued += _queue(preferences, monday)
    return queued


def _due(
    some: list[LogPreferences], now: datetime.datetime
) -> Iterator[tuple[LogPreferences, datetime.date]]:
    """Those whose own clock says so, with the Monday of the week that has ended there."""
    for one in some:
        local = now.astimezone(one.owner.zone)
        this_monday = local.date() - datetime.timedelta(days=local.weekday())
        last_monday = this_monday - WEEK
        is_time = local.weekday() < FOR_DAYS and (local.weekday() > 0 or local.hour >= FROM_HOUR)
        is_told = one.weekly_mailed_of is not None and one.weekly_mailed_of >= last_monday
        if is_time and not is_told:
            yield one, last_monday


@transaction.atomic
def _queue(preferences: LogPreferences, monday: datetime.date) -> bool:
    """Whether it was this worker that queued it."""
    untold = LogPreferences.objects.filter(
        Q(weekly_mailed_of=None) | Q(weekly_mailed_of__lt=monday), pk=preferences.pk
    )
    if not untold.update(weekly_mailed_of=monday):
        return False
    _mail(preferences, monday).send()
    return True


def _mail(preferences: LogPreferences, monday: datetime.date) -> EmailMultiAlternatives:
    reader = preferences.owner
    today = monday + WEEK
    verdict = verdicts.current(reader, today)
    stop = _absolute(reverse("walking_log:weekly_stop", args=[token_to_stop(preferences)]))
    context = {
        "site_name": settings.SITE_NAME,
        "name": reader.display_name,
        "week": week_of(reader, monday),
        "verdict": verdict,
        "today": today,
        "standing": runs.standing(reader, today, verdict),
        "log_link": _absolute(reverse("walking_log:dashboard")),
        "stop_link": stop,
    }
    subject, text, html = (
        render_to_string(f"walking_log/mail/weekly-{part}", context)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        to=[reader.email],
        headers={
            "Date": format_datetime(timezone.now()),
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(html, "text/html")
    return mail


def token_to_stop(preferences: LogPreferences) -> str:
    return signing.dumps(preferences.owner_id, salt=_STOP)


def preferences_to_stop(token: str) -> LogPreferences | None:
    """Whose mails a link stops; None where they are gone. Raises `NotOurs`; never expires."""
    try:
        owner = signing.loads(token, salt=_STOP)
    except (signing.BadSignature, ValueError):
        raise NotOurs from None
    return LogPreferences.objects.filter(owner=owner).first()


def _absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"
