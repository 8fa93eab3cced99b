"""Who did what to a comment or a thread on the desk, and when: kept beside what it tells of."""

from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from .conversation import CannotReply
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


def note_change(kind: Kind, comment: Comment, coach, act: Callable[[], object]) -> Act | None:
    """Do something to a comment's state and keep it, in one transaction; None where nothing changed
    or the comment is gone."""
    with transaction.atomic():
        before = Comment.objects.get(pk=comment.pk)
        try:
            act()
        except CannotReply:
            return None
        after = Comment.objects.get(pk=comment.pk)
        if after.state == before.state:
            return None
        return note(
            kind,
            after,
            coach,
            was=before.get_state_display(),
            became=after.get_state_display(),
            state=before.state,
            because=before.held_because,
            detail=before.held_detail,
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
