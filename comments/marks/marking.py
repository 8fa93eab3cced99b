"""Marks as they come and go: once each, counted exactly however many press at once."""

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from articles.models import Article

from ..models import Comment, Thread
from .models import HelpfulMark, Report
from .whose import Marker

Outcome = Report.Outcome


def mark_helpful(comment: Comment, marker: Marker) -> bool:
    """Somebody found a comment helpful; whether that is new. Under the thread's lock.

    A comment that is not published any more takes no marks. 4 rows written.
    """
    with transaction.atomic():
        thread = _lock(comment)
        if not Comment.objects.published().filter(pk=comment.pk).exists():
            return False
        _, is_new = HelpfulMark.objects.get_or_create(comment=comment, **marker.as_fields())
        if is_new:
            _count(comment, thread, 1)
    return is_new


def take_back(comment: Comment, marker: Marker) -> None:
    """Undo `mark_helpful`. Harmless without one."""
    with transaction.atomic():
        thread = _lock(comment)
        if HelpfulMark.objects.filter(comment=comment, **marker.as_fields()).delete()[0]:
            _count(comment, thread, -1)


def report(comment: Comment, marker: Marker, *, reason: str, detail: str = "") -> bool:
    """Somebody would have the coach look at a comment; whether that is new.

    Each has one open report of a comment: a second says something else instead, and makes no work.
    """
    with transaction.atomic():
        _lock(comment)
        _, is_new = Report.objects.open().update_or_create(
            comment=comment,
            settled_at=None,
            **marker.as_fields(),
            defaults={"reason": reason, "detail": detail},
        )
    return is_new


def settle(comment: Comment, outcome: Outcome = Outcome.FINE) -> int:
    """The coach has looked at what was reported; returns how many reports that were."""
    reports = Report.objects.open().filter(comment=comment)
    return reports.update(settled_at=timezone.now(), outcome=outcome)


def _lock(comment: Comment) -> Thread:
    return Thread.objects.select_for_update().get(pk=comment.thread_id)


def _count(comment: Comment, thread: Thread, more: int) -> None:
    """What the pages show changes, so the article's does."""
    Comment.objects.filter(pk=comment.pk).update(helpful_count=F("helpful_count") + more)
    Thread.objects.filter(pk=thread.pk).update(helpful_count=F("helpful_count") + more)
    Article.objects.filter(pk=thread.article_id).touch()
