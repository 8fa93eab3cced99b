"""New articles, from the moment they are public to rows in the outbox.

Made in batches off the request, by the worker. Each batch is one short transaction, in which the
deliveries, unique by article and subscriber, and their mails are written together or not at all;
so a crash at any moment loses and doubles nothing, and the next round goes on where it was. Mails
are composed before the transaction begins. Several workers take turns by a lock on the row of the
mailing, or of the subscriber; the constraint is there for what nobody thought of.

The outbox never holds more than a few hundred of these mails: who stops, or cannot be reached, is
passed over by the batches to come, and the outbox stays quick to look through.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.core.mail import get_connection
from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone
from post_office.models import PRIORITY, STATUS, Email

from ..models import Article
from . import mail
from .models import Delivery, Mailing, Subscriber

# An article is mailed up to a day after its date: a worker that was away catches up. An older date
# is that of an article that was backdated or brought along from elsewhere; it is no news.
MAILED_WITHIN = timedelta(days=1)
# A mailing that could not be finished by then is given up: it is no news any more.
GIVEN_UP_AFTER = timedelta(days=2)
# Mails of one transaction: see bench/mailing.py.
BATCH = 50
# Bulk mails in the outbox at a time: minutes of a mail server's work.
OUTBOX_HOLDS = 300
# Ten minutes' reading; the rest is counted, and stands on the site.
ISSUE_HOLDS = 10
# No weekly mail reaches further back.
ISSUE_LOOKS_BACK = timedelta(weeks=5)


def work() -> None:
    """One round, for the worker: see what is newly public, and mail what is due.

    4 queries where there is nothing to do.
    """
    now = timezone.now()
    open_mailings(now)
    room = _room()
    for pk in list(_under_way().order_by("opened_at").values_list("pk", flat=True)):
        while room > 0:
            queued, is_finished = send_batch(pk, now, at_most=min(BATCH, room))
            room -= queued
            if is_finished:
                break
    if room > 0:
        send_issues(now, at_most=room)


def open_mailings(now: datetime) -> int:
    """Note each article that is public for the first time; returns how many are to be mailed.

    One query for none.
    """
    unseen = list(
        Article.objects.published()
        .filter(mailing=None)
        .values_list("pk", "mail_subscribers", "published_at")
    )
    opened = 0
    for pk, is_wanted, published_at in unseen:
        is_skipped = not is_wanted or published_at < now - MAILED_WITHIN
        _, is_new = Mailing.objects.get_or_create(
            article_id=pk,
            defaults={
                "opened_at": now,
                "is_skipped": is_skipped,
                "finished_at": now if is_skipped else None,
            },
        )
        opened += is_new and not is_skipped
    return opened


def send_batch(pk: int, now: datetime, *, at_most: int = BATCH) -> tuple[int, bool]:
    """Queue a mailing's next mails; returns how many, and whether it is finished.

    8 queries, whatever their number.
    """
    mailing = Mailing.objects.get(pk=pk)
    article = Article.objects.defer("body", "search_text").get(pk=mailing.article_id)
    if not article.is_live or mailing.opened_at < now - GIVEN_UP_AFTER:
        _under_way().filter(pk=pk).update(finished_at=now)
        return 0, True
    chosen = list(_recipients(article, mailing).filter(pk__gt=mailing.done_up_to)[:at_most])
    mails = {subscriber.pk: mail.new_article(article, subscriber) for subscriber in chosen}
    with transaction.atomic():
        locked = _under_way().select_for_update().filter(pk=pk).first()
        if locked is None:
            return 0, True
        if locked.done_up_to != mailing.done_up_to:
            return 0, False  # another worker was faster; the next round sees where it is
        # Locked first and looked for after: what another transaction of theirs did is seen.
        still = list(
            _recipients(article, mailing).select_for_update(of=("self",)).filter(pk__in=mails)
        )
        already = _delivered(still, [article.pk])
        due = [one for one in still if (one.pk, article.pk) not in already]
        Delivery.objects.bulk_create(
            [Delivery(article=article, subscriber=one, queued_at=now) for one in due]
        )
        if due:
            get_connection().send_messages([mails[one.pk] for one in due])
        is_finished = len(chosen) < at_most
        locked.done_up_to = chosen[-1].pk if chosen else locked.done_up_to
        locked.finished_at = now if is_finished else None
        locked.save(update_fields=["done_up_to", "finished_at"])
    return len(due), is_finished


def send_issues(now: datetime, *, at_most: int = OUTBOX_HOLDS) -> int:
    """Queue the mails of several articles that are due; returns how many mails.

    One query, and about 9 for each that is due.
    """
    due = Subscriber.objects.active().filter(issue_due_at__lte=now).order_by("issue_due_at", "pk")
    return sum(_send_issue(pk, now) for pk in list(due.values_list("pk", flat=True)[:at_most]))


@transaction.atomic
def _send_issue(pk: int, now: datetime) -> bool:
    """Whether there was anything new."""
    subscriber = (
        Subscriber.objects.active().select_for_update().filter(pk=pk, issue_due_at__lte=now).first()
    )
    if subscriber is None:
        return False
    articles = new_to(subscriber, now)
    Delivery.objects.bulk_create(
        [Delivery(article=article, subscriber=subscriber, queued_at=now) for article in articles]
    )
    if articles:
        shown = articles[:ISSUE_HOLDS]
        mail.issue(subscriber, shown, more=len(articles) - len(shown)).send()
    is_weekly = subscriber.rhythm == Subscriber.Rhythm.WEEKLY
    subscriber.issue_due_at = subscriber.next_issue_after(now) if is_weekly else None
    subscriber.new_since = now
    subscriber.save(update_fields=["issue_due_at", "new_since"])
    return bool(articles)


def new_to(subscriber: Subscriber, now: datetime) -> list[Article]:
    """What became public since their last mail, and was not mailed to them, newest first. At most
    3 queries."""
    since = max(subscriber.new_since, now - ISSUE_LOOKS_BACK)
    articles = Article.objects.published().filter(
        mailing__is_skipped=False, mailing__opened_at__gte=since, mailing__opened_at__lte=now
    )
    if not subscriber.all_topics:
        articles = articles.filter(topics__in=subscriber.topics.all()).distinct()
    found = list(articles.newest_first().defer("body", "search_text"))
    already = _delivered([subscriber], [article.pk for article in found])
    return [article for article in found if (subscriber.pk, article.pk) not in already]


def forecast(article: Article) -> tuple[int, int]:
    """How many would be mailed an article now: at once, and with a weekly mail. One query."""
    active = Subscriber.objects.active()
    wanting = active.wanting(article) if article.pk else active.filter(all_topics=True)
    told = wanting.aggregate(
        at_once=Count("pk", filter=Q(rhythm=Subscriber.Rhythm.AT_ONCE)),
        weekly=Count("pk", filter=Q(rhythm=Subscriber.Rhythm.WEEKLY)),
    )
    return told["at_once"], told["weekly"]


def _under_way():
    return Mailing.objects.filter(finished_at__isnull=True)


def _recipients(article: Article, mailing: Mailing):
    """Those who want it at once, and were here when it became public."""
    return (
        Subscriber.objects.active()
        .wanting(article)
        .filter(rhythm=Subscriber.Rhythm.AT_ONCE, new_since__lte=mailing.opened_at)
        .order_by("pk")
    )


def _delivered(people: Iterable[Subscriber], articles: Iterable[int]) -> set[tuple[int, int]]:
    """Which of them had which of these articles. One query."""
    found = Delivery.objects.filter(subscriber__in=[p.pk for p in people], article__in=articles)
    return {(whose, what) for whose, what in found.values_list("subscriber_id", "article_id")}


def _room() -> int:
    """How many bulk mails the outbox takes now. One query."""
    waiting = Email.objects.filter(status=STATUS.queued, priority=PRIORITY.low)
    return OUTBOX_HOLDS - waiting.count()
