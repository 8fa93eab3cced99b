"""Who did what to a comment or a thread on the desk, and when: kept beside what it tells of."""

from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from .models import Act, Comment, Thread

Kind = Act.Kind

LONGEST_WORDS = 200


def note(
    kind: Kind,
    comment: Comment,
    coach,
    *,
    was: str = "",
    became: str = "",
    note: str = "",
    **details: Any,
) -> Act:
    """Keep that a coach did something. In the transaction of what they did; one row."""
    return Act.objects.create(
        kind=kind,
        comment=comment,
        coach=coach,
        at=timezone.now(),
        was=was[:LONGEST_WORDS],
        became=became[:LONGEST_WORDS],
        note=note,
        details=details,
    )


def of_thread(thread: Thread) -> QuerySet[Act]:
    """All that was done to a thread and its comments, newest first. One query."""
    return Act.objects.filter(comment__thread_id=thread.pk).select_related(
        "comment", "coach__coach_profile"
    )


def mark_undone(act: Act) -> bool:
    """Say that it was undone; whether this was the first to do so."""
    return bool(
        Act.objects.filter(pk=act.pk, undone_at__isnull=True).update(undone_at=timezone.now())
    )
