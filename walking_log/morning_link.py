"""The mail on the morning after a walk, and the signed link in it that takes one tap.

Whoever holds the link may say how the knees are after that one walk, for three days; it shows
nothing of the log. The mail itself does not speak of knees: it may be read over a shoulder.
"""

import datetime
from collections.abc import Iterator
from email.utils import format_datetime
from itertools import islice

from django.conf import settings
from django.core import signing
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from .models import KneeReading, LogPreferences, Walk

GOOD_FOR = datetime.timedelta(days=3)
# No mail after noon: it is no morning any more.
UNTIL_HOUR = 12
READERS_AT_A_TIME = 500

_MORNING = "walking_log.morning"
_STOP = "walking_log.morning.stop"


class NotOurs(Exception):
    """This site did not make the link."""


class Over(Exception):
    """The link is too old, or its walk is gone."""


def token_for(walk: Walk) -> str:
    """Names the walk, and its key: a restored database gives numbers out again."""
    return signing.dumps([walk.pk, walk.submission_key.hex], salt=_MORNING)


def walk_of(token: str) -> Walk:
    """The walk of a link, with its owner. Raises `NotOurs` and `Over`. 2 queries."""
    try:
        pk, key = signing.loads(token, salt=_MORNING, max_age=GOOD_FOR)
    except signing.SignatureExpired:
        raise Over from None
    except (signing.BadSignature, ValueError, TypeError):
        raise NotOurs from None
    walk = (
        Walk.objects.with_readings()
        .select_related("owner")
        .filter(pk=pk, submission_key=key, owner__is_active=True)
        .first()
    )
    if walk is None:
        raise Over
    return walk


def token_to_stop(preferences: LogPreferences) -> str:
    return signing.dumps(preferences.owner_id, salt=_STOP)


def preferences_to_stop(token: str) -> LogPreferences | None:
    """Whose mails a link stops; None where they are gone. Raises `NotOurs`; never expires."""
    try:
        owner = signing.loads(token, salt=_STOP)
    except (signing.BadSignature, ValueError):
        raise NotOurs from None
    return LogPreferences.objects.filter(owner=owner).first()


# --- The mail --------------------------------------------------------------------------------


def queue_due(now: datetime.datetime) -> int:
    """Queue the mails of readers whose morning it is; returns how many. For the worker, each hour.

    Once for each walk, and for the last of a day only: the mark on the walk and the mail's row are
    one transaction. Of whoever has said it already, nothing is asked. 2 queries for 500 readers who
    wish for it, and 3 for each mail.
    """
    mine = (
        LogPreferences.objects.filter(morning_mail=True, owner__is_active=True)
        .select_related("owner")
        .order_by("pk")
    )
    awake = (one for one in mine.iterator(chunk_size=READERS_AT_A_TIME) if _is_morning(one, now))
    queued = 0
    while some := list(islice(awake, READERS_AT_A_TIME)):
        for preferences, walk in _walks_to_ask_of(some, now):
            queued += _queue(preferences, walk, now)
    return queued


def _is_morning(preferences: LogPreferences, now: datetime.datetime) -> bool:
    hour = now.astimezone(preferences.owner.zone).hour
    return preferences.morning_hour <= hour < UNTIL_HOUR


def _walks_to_ask_of(
    some: list[LogPreferences], now: datetime.datetime
) -> Iterator[tuple[LogPreferences, Walk]]:
    """The last walk of each reader's yesterday, where its morning was not said or asked."""
    yesterday = {
        one.owner_id: now.astimezone(one.owner.zone).date() - datetime.timedelta(days=1)
        for one in some
    }
    last: dict[int, Walk] = {}
    walks = Walk.objects.filter(owner__in=yesterday, local_date__in=set(yesterday.values()))
    for walk in walks.order_by("-pk").with_readings():
        if walk.local_date == yesterday[walk.owner_id]:
            last.setdefault(walk.owner_id, walk)
    for one in some:
        found = last.get(one.owner_id)
        if found is None or found.morning_mail_queued_at is not None:
            continue
        said = {reading.moment for reading in found.readings.all()}
        if KneeReading.Moment.NEXT_MORNING not in said:
            yield one, found


@transaction.atomic
def _queue(preferences: LogPreferences, walk: Walk, now: datetime.datetime) -> bool:
    """Whether it was this worker that queued it."""
    marked = Walk.objects.filter(pk=walk.pk, morning_mail_queued_at=None)
    if not marked.update(morning_mail_queued_at=now):
        return False
    _mail(preferences, walk).send()
    return True


def _mail(preferences: LogPreferences, walk: Walk) -> EmailMultiAlternatives:
    stop = _absolute(reverse("walking_log:morning_stop", args=[token_to_stop(preferences)]))
    context = {
        "site_name": settings.SITE_NAME,
        "name": preferences.owner.display_name,
        "link": _absolute(reverse("walking_log:morning_link", args=[token_for(walk)])),
        "stop_link": stop,
        "days": GOOD_FOR.days,
    }
    subject, text, html = (
        render_to_string(f"walking_log/mail/morning-{part}", context)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    mail = EmailMultiAlternatives(
        subject=" ".join(subject.split()),
        body=text,
        to=[preferences.owner.email],
        headers={
            "Date": format_datetime(timezone.now()),
            "Auto-Submitted": "auto-generated",
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        },
    )
    mail.attach_alternative(html, "text/html")
    return mail


def _absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"
