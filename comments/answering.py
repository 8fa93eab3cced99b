"""The coach's answers before they leave: drafts, who is at it, and the time to call one back.

Nothing of it lives in a process's memory. A draft is a row, saved as the coach types. An answer
that is sent is a row with the moment at which it leaves; whoever comes first after that moment, the
worker or a page of the desk, publishes it, under a lock on the row and in the transaction that
deletes it. So an answer leaves once, whatever is killed, and by mail only when it leaves.
"""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone
from django.utils.formats import time_format

from . import conversation, history
from .models import Act, AnswerDraft, Comment, ScheduledAnswer, Thread

# Long enough to see the slip in what one has just sent; Gmail's longest choice is 30 s.
UNDO_WITHIN = timedelta(seconds=20)
# A coach is at work while their page has told so within this time; it does each 30 s.
AT_WORK_WITHIN = timedelta(minutes=2)
# Drafts without words only say that somebody is at it.
FORGET_EMPTY_AFTER = timedelta(days=1)

log = logging.getLogger("walkcoach.answering")


class StaleDraft(Exception):
    """The draft was changed elsewhere since: `draft` is how it stands."""

    def __init__(self, draft: AnswerDraft):
        super().__init__(draft.pk)
        self.draft = draft


class AnsweredMeanwhile(Exception):
    """Another coach has answered, or is about to, since the page was made. `by` is their name."""

    def __init__(self, by: str):
        super().__init__(by)
        self.by = by


# --- Drafts ---------------------------------------------------------------------------------


def save_draft(
    thread: Thread, coach, body: str, *, reply_to: Comment | None, revision: int | None = None
) -> AnswerDraft:
    """Keep what the coach has in the box. 3 to 5 queries.

    `revision` is that of the draft the page knew, if it knew one. Raises `StaleDraft` where the
    words were changed elsewhere since and are not the same.
    """
    now = timezone.now()
    with transaction.atomic():
        draft, is_new = AnswerDraft.objects.select_for_update().get_or_create(
            thread=thread,
            coach=coach,
            defaults={
                "body": body,
                "reply_to": reply_to,
                "revision": 1,
                "begun_at": now,
                "saved_at": now,
                "seen_at": now,
            },
        )
        if is_new:
            return draft
        if draft.body != body:
            if revision is not None and revision != draft.revision and draft.body:
                raise StaleDraft(draft)
            if not draft.body:
                draft.begun_at = now
            draft.body, draft.saved_at, draft.came_back = body, now, ""
            draft.revision += 1
        elif now - draft.seen_at > AT_WORK_WITHIN:
            draft.begun_at = now
        draft.reply_to, draft.seen_at = reply_to, now
        draft.save()
    return draft


def discard_draft(thread: Thread, coach) -> None:
    """The coach wants it no more, or it is sent. Harmless twice."""
    AnswerDraft.objects.filter(thread=thread, coach=coach).delete()


def drafts_of(coach, threads: list[Thread]) -> dict[int, AnswerDraft]:
    """The coach's own drafts in these threads, by the thread's key. One query."""
    drafts = AnswerDraft.objects.filter(coach=coach, thread__in=threads).exclude(body="")
    return {draft.thread_id: draft for draft in drafts}


def others_at_work(coach, threads: list[int]) -> dict[int, AnswerDraft]:
    """Which other coach has the box of which of these threads open now. One query."""
    drafts = AnswerDraft.objects.filter(
        thread__in=threads, seen_at__gte=timezone.now() - AT_WORK_WITHIN
    ).exclude(coach=coach)
    return {draft.thread_id: draft for draft in drafts.select_related("coach__coach_profile")}


def at_work_words(draft: AnswerDraft) -> str:
    """What a coach is told of another one's draft."""
    since = time_format(timezone.localtime(draft.begun_at), "H:i")
    return f"{name_of(draft.coach)} is answering this, since {since}."


# --- Sending --------------------------------------------------------------------------------


def schedule(
    reply_to: Comment, body: str, coach, *, seen: int | None = None
) -> ScheduledAnswer | None:
    """Send an answer that can be called back for a while, and is published after it.

    `seen` is the key of the last answer by a coach that the page showed, 0 for none; with it,
    raises `AnsweredMeanwhile` where another coach was quicker. The same words sent twice are one
    answer: None where they have left already. An earlier one of the coach's own in the thread
    leaves now. Raises `CannotReply` where the thread is gone.
    """
    if conversation.is_answered_so(reply_to, body, coach):
        return None
    for earlier in _scheduled_in(reply_to.thread_id).filter(coach=coach).exclude(body=body):
        publish(earlier)
    with transaction.atomic():
        thread = Thread.objects.select_for_update().filter(pk=reply_to.thread_id).first()
        if thread is None:
            raise conversation.CannotReply
        if seen is not None:
            _check_unanswered(thread, coach, seen)
        answer, _ = ScheduledAnswer.objects.get_or_create(
            reply_to=reply_to,
            coach=coach,
            body=body,
            defaults={"leaves_at": timezone.now() + UNDO_WITHIN},
        )
        discard_draft(thread, coach)
    return answer


def _check_unanswered(thread: Thread, coach, seen: int) -> None:
    newer = thread.comments.published().filter(by_coach=True, pk__gt=seen)
    if answer := newer.exclude(user=coach).in_order().last():
        raise AnsweredMeanwhile(answer.author_name)
    others = _scheduled_in(thread.pk).exclude(coach=coach)
    if answer := others.select_related("coach__coach_profile").first():
        raise AnsweredMeanwhile(name_of(answer.coach))


def _scheduled_in(thread_id: int):
    return ScheduledAnswer.objects.filter(reply_to__thread_id=thread_id)


def call_back(answer: ScheduledAnswer) -> AnswerDraft | None:
    """Undo sending: the words are in the box again; None where it has left already.

    Whatever the coach has begun there since stands below them.
    """
    now = timezone.now()
    with transaction.atomic():
        kept = _lock(answer.pk)
        if kept is None:
            return None
        return _back_into_the_box(kept, now)


def _back_into_the_box(answer: ScheduledAnswer, now: datetime, why: str = "") -> AnswerDraft:
    defaults = {"begun_at": now, "saved_at": now, "seen_at": now}
    draft, _ = AnswerDraft.objects.select_for_update().get_or_create(
        thread_id=answer.reply_to.thread_id, coach_id=answer.coach_id, defaults=defaults
    )
    draft.body = f"{answer.body}\n\n{draft.body}".strip()
    draft.reply_to, draft.saved_at, draft.came_back = answer.reply_to, now, why
    draft.revision += 1
    draft.save()
    answer.delete()
    return draft


def publish(answer: ScheduledAnswer) -> Comment | None:
    """Publish a scheduled answer now, whatever its moment; None where another was first.

    The row is locked, the answer written and the row deleted in one transaction. Where what it
    answers is gone meanwhile, the words go back into the coach's box, with the reason.
    """
    try:
        with transaction.atomic():
            kept = _lock(answer.pk)
            if kept is None:
                return None
            writer = conversation.Writer.of(kept.coach)
            was = kept.reply_to.get_state_display()
            comment, is_new = conversation.answer(kept.reply_to, kept.body, writer)
            if is_new:
                history.note(Act.Kind.ANSWERED, kept.reply_to, kept.coach, was=was)
            kept.delete()
            return comment
    except conversation.CannotReply:
        why = "The comment you answered was taken down meanwhile."
    with transaction.atomic():
        if kept := _lock(answer.pk):
            _back_into_the_box(kept, timezone.now(), why)
    return None


def publish_due(now: datetime | None = None) -> int:
    """Publish what is due, each answer in a transaction of its own; how many left.

    For the worker and for each page of the desk. One query where nothing is due. An answer that
    has its trouble is logged, and stands in no other's way.
    """
    published = 0
    for answer in ScheduledAnswer.objects.filter(leaves_at__lte=now or timezone.now()):
        try:
            published += publish(answer) is not None
        except Exception:
            log.exception("An answer waits, and is tried again: %s", answer)
    return published


def _lock(pk: int) -> ScheduledAnswer | None:
    """The row, for this transaction alone; None where it is gone, or another's just now."""
    rows = ScheduledAnswer.objects.select_related("reply_to", "coach")
    if connection.features.has_select_for_update_skip_locked:
        rows = rows.select_for_update(of=("self",), skip_locked=True)
    return rows.filter(pk=pk).first()


def leaving_of(coach) -> list[ScheduledAnswer]:
    """The coach's answers that can still be called back, the newest first. One query."""
    rows = ScheduledAnswer.objects.filter(coach=coach)
    return list(rows.select_related("reply_to").order_by("-leaves_at", "-pk"))


def prune() -> None:
    """Forget boxes that were opened and left without a word."""
    left_at = timezone.now() - FORGET_EMPTY_AFTER
    AnswerDraft.objects.filter(body="", seen_at__lt=left_at).delete()


def name_of(coach) -> str:
    """What readers and the other coaches know them by."""
    profile = getattr(coach, "coach_profile", None)
    return profile.name if profile else coach.display_name
