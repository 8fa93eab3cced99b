"""Who is mailed, who came and went, and what became of each article and report: counts alone.

No mail tells when it is opened and no link in one who pressed it, so none of that is counted.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from django.contrib.auth.decorators import login_required, permission_required
from django.db.models import Count, Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from ..models import Topic
from .models import Mailing, Report, Subscriber, SubscriptionEvent

# A season, as on the desk.
WEEKS = 12
ARTICLES_SHOWN = 20

Rhythm = Subscriber.Rhythm
Kind = SubscriptionEvent.Kind


@dataclass
class Week:
    """Who came and went from this Monday on."""

    monday: date
    came: Counter[str] = field(default_factory=Counter)

    @property
    def confirmed(self) -> int:
        return self.came[Kind.CONFIRMED]

    @property
    def stopped(self) -> int:
        return self.came[Kind.STOPPED]

    @property
    def bounced(self) -> int:
        return self.came[Kind.BOUNCED]

    @property
    def complained(self) -> int:
        return self.came[Kind.COMPLAINED]


def weeks(today: date) -> list[Week]:
    """The last WEEKS weeks, the newest first. One query."""
    this_monday = today - timedelta(days=today.weekday())
    found = {
        monday: Week(monday) for monday in (this_monday - timedelta(weeks=n) for n in range(WEEKS))
    }
    since = datetime.combine(min(found), time(), timezone.get_current_timezone())
    events = SubscriptionEvent.objects.filter(at__gte=since)
    for at, kind in events.values_list("at", "kind"):
        day = timezone.localdate(at)
        if week := found.get(day - timedelta(days=day.weekday())):
            week.came[kind] += 1
    return list(found.values())


def standing() -> dict[str, int]:
    """How many are mailed, in which rhythm, and how many are no more. One query."""
    active = Q(confirmed_at__isnull=False, stopped_at__isnull=True)
    return Subscriber.objects.aggregate(
        active=Count("pk", filter=active),
        at_once=Count("pk", filter=active & Q(rhythm=Rhythm.AT_ONCE)),
        weekly=Count("pk", filter=active & Q(rhythm=Rhythm.WEEKLY)),
        everything=Count("pk", filter=active & Q(all_topics=True)),
        waiting=Count("pk", filter=Q(confirmed_at__isnull=True)),
        bounced=Count("pk", filter=Q(stopped_because=Subscriber.Because.BOUNCED)),
    )


def by_topic() -> list[dict[str, Any]]:
    """Of those who chose topics: how many want each, at once and weekly. One query."""
    through = Subscriber.topics.through.objects.filter(
        subscriber__confirmed_at__isnull=False,
        subscriber__stopped_at__isnull=True,
        subscriber__all_topics=False,
    )
    counted = {
        row["topic"]: row
        for row in through.values("topic").annotate(
            at_once=Count("pk", filter=Q(subscriber__rhythm=Rhythm.AT_ONCE)),
            weekly=Count("pk", filter=Q(subscriber__rhythm=Rhythm.WEEKLY)),
        )
    }
    topics = Topic.objects.in_bulk(list(counted))
    rows = [{"name": topics[key].name, **row} for key, row in counted.items()]
    return sorted(rows, key=lambda row: row["name"])


def by_article() -> list[Mailing]:
    """The last ARTICLES_SHOWN that were mailed: `mailed`, `bounced`, `stopped`. 2 queries, which
    count through no other deliveries than theirs."""
    newest = Mailing.objects.filter(is_skipped=False).order_by("-opened_at", "-pk")
    return list(
        Mailing.objects.filter(pk__in=list(newest.values_list("pk", flat=True)[:ARTICLES_SHOWN]))
        .select_related("article")
        .defer("article__body", "article__search_text")
        .annotate(
            mailed=Count("article__deliveries"),
            bounced=Count("article__deliveries__bounced_at"),
            stopped=Count("article__deliveries__stopped_at"),
        )
        .order_by("-opened_at", "-pk")
    )


def by_report() -> list[Report]:
    """Each with `asked`, `confirmed` and `downloads`. One query."""
    return list(
        Report.objects.annotate(
            asked=Count("requests"),
            confirmed=Count("requests__confirmed_at"),
            downloads=Sum("requests__downloads", default=0),
        ).order_by("title")
    )


@never_cache
@login_required
@permission_required("articles.view_mailing", raise_exception=True)
@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """All of it on one page. 7 queries for the counts, however many there are."""
    return render(
        request,
        "articles/subscribing/numbers.html",
        {
            "section": "desk",
            "standing": standing(),
            "topics": by_topic(),
            "weeks": weeks(timezone.localdate()),
            "mailings": by_article(),
            "reports": by_report(),
            "most_weeks": WEEKS,
        },
    )
