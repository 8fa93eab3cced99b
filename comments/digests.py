"""Mails that wait for each other: one a day or a week, with all that happened meanwhile."""

from datetime import datetime, timedelta

from django.db import transaction

from . import mail
from .models import Correspondent, Follower, Notice, Thread

Delivery = Correspondent.Delivery

# How long the first notice waits for others to come with it. Those of somebody who has gone back
# to "at once" wait no longer.
WAITS = {
    Delivery.AT_ONCE: timedelta(0),
    Delivery.DAILY: timedelta(days=1),
    Delivery.WEEKLY: timedelta(weeks=1),
}
# Ten minutes' reading; the rest is counted, and stands on the page.
HOLDS_AT_MOST = 40


def send_due(now: datetime) -> int:
    """Queue the digests that are due; returns how many. For the worker, each hour.

    Each is one short transaction: the mail's row and the marks on its notices are written
    together or not at all, so a crash neither loses nor doubles one. 3 queries, and 7 for each.
    """
    due: list[str] = []
    for delivery, wait in WAITS.items():
        due += (
            Notice.objects.filter(
                queued_at__isnull=True,
                noted_at__lte=now - wait,
                email__in=Correspondent.objects.filter(delivery=delivery).values("email"),
            )
            .values_list("email", flat=True)
            .order_by()
            .distinct()
        )
    return sum(_send(email, now) for email in due)


@transaction.atomic
def _send(email: str, now: datetime) -> bool:
    """Whether there was anything to tell: comments taken away meanwhile, and threads that the
    address has stopped, are told of no more."""
    correspondent = Correspondent.objects.select_for_update().filter(email=email).first()
    waiting = Notice.objects.filter(email=email, queued_at__isnull=True)
    notices = list(waiting.select_related("comment").order_by("comment_id", "pk"))
    waiting.filter(pk__in=[notice.pk for notice in notices]).update(queued_at=now)
    if correspondent is None or correspondent.stopped_at is not None:
        return False
    mine = Follower.objects.active().filter(
        email=email, thread_id__in={notice.comment.thread_id for notice in notices}
    )
    following = {f.thread_id: f for f in mine.select_related("thread__article", "thread__root")}
    told: list[tuple[Notice, Thread, Follower | None]] = [
        (notice, following[notice.comment.thread_id].thread, following[notice.comment.thread_id])
        for notice in notices
        if notice.comment.is_published
        and notice.comment.thread_id in following
        and notice.kind != Notice.Kind.ASKED
    ]
    told += _still_waiting([n for n in notices if n.kind == Notice.Kind.ASKED])
    if not told:
        return False
    mail.digest(correspondent, told[-HOLDS_AT_MOST:], more=max(0, len(told) - HOLDS_AT_MOST)).send()
    correspondent.digest_sent_at = now
    correspondent.save(update_fields=["digest_sent_at"])
    return True


def _still_waiting(asked: list[Notice]) -> list[tuple[Notice, Thread, Follower | None]]:
    """To a coach: what nobody has answered meanwhile. One query where there is any."""
    if not asked:
        return []
    waiting = Thread.objects.waiting().filter(pk__in={n.comment.thread_id for n in asked})
    threads = waiting.select_related("article", "root").in_bulk()
    return [
        (notice, thread, None)
        for notice in asked
        if (thread := threads.get(notice.comment.thread_id))
        and notice.comment.waits_since(thread.heard_at)
    ]
