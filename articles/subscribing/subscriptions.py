"""The only door to a subscription: asking, confirming, changing, stopping, starting again."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from post_office.models import PRIORITY, STATUS, Email

from ..models import Topic
from . import consent, limits, mail
from .models import FORGET_UNCONFIRMED_AFTER, Delivery, Subscriber, SubscriptionEvent

Because = Subscriber.Because
Kind = SubscriptionEvent.Kind

# Who goes from "at once" to "weekly" while an article is on its way to all, still gets it: what is
# not yet theirs within this time comes with their first weekly mail.
LOOKS_BACK = timedelta(days=1)
# A stop or a bounce is put down to the last article mailed within this time.
COUNTS_FOR = timedelta(days=7)

_EVENT_OF = {
    Because.ASKED: Kind.STOPPED,
    Because.BOUNCED: Kind.BOUNCED,
    Because.COMPLAINED: Kind.COMPLAINED,
}


def ask(email: str, ip_address: str | None, topic: Topic | None = None) -> None:
    """Mail an address what it takes to subscribe, or the way to its settings where it does already.

    Whoever asked learns nothing of which it was. One transaction. Raises `limits.OverLimit`.
    """
    with transaction.atomic():
        limits.spend_mail(email, ip_address)
        subscriber, _ = Subscriber.objects.select_for_update().get_or_create(email=email.lower())
        if subscriber.is_active:
            mail.already_subscribed(subscriber).send()
            return
        subscriber.asked_at = timezone.now()
        if subscriber.confirmed_at is None:
            # Wishes of who has confirmed before are theirs; a stranger's click changes none.
            subscriber.all_topics = topic is None
            subscriber.topics.set([topic] if topic else [])
        subscriber.save()
        mail.ask_to_confirm(subscriber).send()


def ask_again(subscriber: Subscriber, ip_address: str | None) -> None:
    """A new link to one whose first has grown old. Raises `limits.OverLimit`."""
    with transaction.atomic():
        limits.spend_mail(subscriber.email, ip_address)
        Subscriber.objects.filter(pk=subscriber.pk).update(asked_at=timezone.now())
        mail.ask_to_confirm(subscriber).send()


def confirm(subscriber: Subscriber) -> None:
    """Mail this address from now on, and keep what was agreed to. Harmless twice."""
    with transaction.atomic():
        locked = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
        if not locked.is_active:
            _begin(locked)


def subscribe(email: str) -> Subscriber:
    """The same for an address that has just been proved in another way. Harmless twice."""
    with transaction.atomic():
        subscriber, _ = Subscriber.objects.select_for_update().get_or_create(email=email.lower())
        if not subscriber.is_active:
            _begin(subscriber)
    return subscriber


def _begin(subscriber: Subscriber) -> None:
    now = timezone.now()
    subscriber.confirmed_at = subscriber.new_since = now
    subscriber.stopped_at, subscriber.stopped_because = None, ""
    subscriber.soft_bounced_on = []
    subscriber.issue_due_at = _first_issue(subscriber, now)
    subscriber.save()
    subscriber.consents.create(version=consent.VERSION, words=consent.words(), given_at=now)
    SubscriptionEvent.objects.create(kind=Kind.CONFIRMED, at=now)


def change(subscriber: Subscriber, wishes: dict[str, Any]) -> None:
    """Keep what a form of theirs says: `all_topics`, `topics`, `rhythm`, `weekday` and `hour`.

    An article that waits for a weekly mail is not lost by going back to "at once": it leaves now.
    """
    with transaction.atomic():
        locked = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
        now = timezone.now()
        was_weekly = locked.rhythm == Subscriber.Rhythm.WEEKLY
        for name in ("all_topics", "rhythm", "weekday", "hour"):
            setattr(locked, name, wishes[name])
        is_weekly = locked.rhythm == Subscriber.Rhythm.WEEKLY
        if is_weekly:
            if not was_weekly:
                confirmed = locked.confirmed_at or now
                locked.new_since = max(locked.new_since, confirmed, now - LOOKS_BACK)
            locked.issue_due_at = _first_issue(locked, now)
        elif was_weekly:
            locked.issue_due_at = now
        locked.save()
        locked.topics.set([] if locked.all_topics else wishes["topics"])
    subscriber.refresh_from_db()


def stop(subscriber: Subscriber, because: Because = Because.ASKED) -> None:
    """No more articles to this address. Harmless twice."""
    with transaction.atomic():
        now = timezone.now()
        stopped = Subscriber.objects.active().filter(pk=subscriber.pk)
        if not stopped.update(stopped_at=now, stopped_because=because, issue_due_at=None):
            return
        SubscriptionEvent.objects.create(kind=_EVENT_OF[because], at=now)
        _waiting(subscriber.email).delete()
        last = Delivery.objects.filter(subscriber=subscriber, queued_at__gte=now - COUNTS_FOR)
        if delivery := last.order_by("-queued_at", "-pk").first():
            if because == Because.BOUNCED:
                delivery.bounced_at = now
            else:
                delivery.stopped_at = now
            delivery.save(update_fields=["bounced_at", "stopped_at"])


def forget(emails: Iterable[str]) -> None:
    """Delete the subscriptions of these addresses with their consents, and what is on its way."""
    with transaction.atomic():
        for email in emails:
            Subscriber.objects.filter(email=email.lower()).delete()
            _waiting(email).delete()


def move(old: str, new: str) -> None:
    """An account has another address now: its subscription goes with it, unless the new address
    has one of its own."""
    with transaction.atomic():
        if Subscriber.objects.filter(email=new.lower()).exists():
            forget([old])
        else:
            Subscriber.objects.filter(email=old.lower()).update(email=new.lower())


def export(email: str) -> dict[str, Any] | None:
    """Everything that is kept of a subscription, for its owner to keep; None where there is none.

    4 queries.
    """
    subscriber = Subscriber.objects.filter(email=email.lower()).first()
    if subscriber is None:
        return None
    mailed = subscriber.deliveries.select_related("article").order_by("queued_at", "pk")
    return {
        "email": subscriber.email,
        "all_articles": subscriber.all_topics,
        "topics": [topic.name for topic in subscriber.topics.all()],
        "rhythm": subscriber.get_rhythm_display(),
        "weekly_on": subscriber.get_weekday_display(),
        "weekly_at_hour": subscriber.hour,
        "asked_at": subscriber.asked_at.isoformat(),
        "confirmed_at": _iso(subscriber.confirmed_at),
        "stopped_at": _iso(subscriber.stopped_at),
        "stopped_because": subscriber.get_stopped_because_display(),
        "agreed_to": [
            {"version": one.version, "words": one.words, "given_at": one.given_at.isoformat()}
            for one in subscriber.consents.order_by("given_at")
        ],
        "mailed": [
            {"article": one.article.title, "at": one.queued_at.isoformat()} for one in mailed
        ],
    }


def prune() -> None:
    """Forget those who asked and never confirmed. A few deletes by index, for the worker."""
    long_ago = timezone.now() - FORGET_UNCONFIRMED_AFTER
    Subscriber.objects.filter(confirmed_at__isnull=True, asked_at__lt=long_ago).delete()
    limits.prune()


def _waiting(email: str) -> QuerySet[Email]:
    """The articles to an address that wait in the outbox."""
    return Email.objects.filter(
        to__iexact=email, priority=PRIORITY.low, status__in=[STATUS.queued, STATUS.requeued]
    )


def _first_issue(subscriber: Subscriber, now: datetime) -> datetime | None:
    is_weekly = subscriber.rhythm == Subscriber.Rhythm.WEEKLY
    return subscriber.next_issue_after(now) if is_weekly else None


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
