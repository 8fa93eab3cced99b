"""Who gets new articles by mail in the demo, the article that went out, and the free report."""

from datetime import timedelta

from django.core.files.base import ContentFile
from django.utils import timezone

from articles.models import Article, Topic
from articles.subscribing import pdf, sending, subscriptions
from articles.subscribing.models import (
    Delivery,
    Mailing,
    Report,
    ReportRequest,
    Subscriber,
    SubscriptionEvent,
)

from . import report

Rhythm = Subscriber.Rhythm

# Name, topic ("" for all), rhythm, days since they confirmed.
SUBSCRIBERS = [
    ("ada", "", Rhythm.AT_ONCE, 64),
    ("bettina", "sore-knees", Rhythm.WEEKLY, 51),
    ("yusuf", "", Rhythm.WEEKLY, 43),
    ("katrin", "bones-and-balance", Rhythm.AT_ONCE, 30),
    ("samir", "", Rhythm.AT_ONCE, 22),
    ("tom", "", Rhythm.AT_ONCE, 16),
    ("rewa", "getting-started", Rhythm.AT_ONCE, 9),
]
LEFT, BOUNCED = "tom", "samir"


def load() -> None:
    """As it would be after some weeks; the newest article went to those who were there then."""
    now = timezone.now()
    sending.open_mailings(now - timedelta(days=400))  # nothing of before is mailed
    Mailing.objects.update(is_skipped=True, finished_at=now)
    people = [_subscribe(*one) for one in SUBSCRIBERS]
    newest = Article.objects.published().newest_first().first()
    if newest is not None and newest.published_at is not None:
        out_at = newest.published_at
        Mailing.objects.filter(article=newest).update(
            is_skipped=False, opened_at=out_at, finished_at=out_at
        )
        wanting = Subscriber.objects.wanting(newest).filter(confirmed_at__lte=out_at)
        Delivery.objects.bulk_create(
            Delivery(article=newest, subscriber=one, queued_at=out_at) for one in wanting
        )
    by_name = dict(zip((name for name, *_ in SUBSCRIBERS), people, strict=True))
    subscriptions.stop(by_name[LEFT])
    subscriptions.stop(by_name[BOUNCED], Subscriber.Because.BOUNCED)
    Delivery.objects.filter(subscriber=by_name[LEFT]).update(stopped_at=now)
    Delivery.objects.filter(subscriber=by_name[BOUNCED]).update(bounced_at=now)
    _offer_report()


def _subscribe(name: str, topic: str, rhythm: Rhythm, days: int) -> Subscriber:
    subscriber = subscriptions.subscribe(f"{name}@example.com")
    topics = list(Topic.objects.filter(slug=topic))
    subscriptions.change(
        subscriber,
        {
            "all_topics": not topics,
            "topics": topics,
            "rhythm": rhythm,
            "weekday": Subscriber.Weekday.SATURDAY,
            "hour": 8,
        },
    )
    at = timezone.now() - timedelta(days=days)
    Subscriber.objects.filter(pk=subscriber.pk).update(confirmed_at=at, asked_at=at, new_since=at)
    subscriber.consents.update(given_at=at)
    event = SubscriptionEvent.objects.latest("pk")
    SubscriptionEvent.objects.filter(pk=event.pk).update(at=at)
    subscriber.refresh_from_db()
    return subscriber


def _offer_report() -> None:
    file = ContentFile(report.draw(), name=f"{report.SLUG}.pdf")
    offered, is_new = Report.objects.get_or_create(
        slug=report.SLUG,
        defaults={
            "title": report.TITLE,
            "line": report.LINE,
            "size": file.size,
            "pages": pdf.check(file),
            "file": file,
        },
    )
    if is_new:
        for days, (name, *_) in enumerate(SUBSCRIBERS, 3):
            at = timezone.now() - timedelta(days=days)
            ReportRequest.objects.create(
                report=offered,
                email=f"{name}@example.com",
                asked_at=at,
                mailed_at=at,
                confirmed_at=at if days % 3 else None,
                downloads=days % 3,
            )
