"""What one person has written: found by their account, or by the address a guest has proved."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.db.models import F
from django.urls import reverse

from . import tokens
from .models import Comment, CommentQuerySet, Follower, Thread
from .reading import nearest_page

State = Comment.State

COMMENTS_ON_A_PAGE = 20


def of_member(user) -> CommentQuerySet:
    """What an account wrote."""
    return Comment.objects.filter(user=user)


def of_guest(email: str) -> CommentQuerySet:
    """What an address wrote without an account."""
    return Comment.objects.filter(user__isnull=True, user_email__iexact=email)


@dataclass(slots=True)
class Entry:
    """A comment as its writer's list shows it: how it stands, and what can be done about it."""

    comment: Comment
    thread: Thread
    follower: Follower | None
    is_answered: bool

    @property
    def standing(self) -> str:
        """How it stands, in words."""
        state = self.comment.state
        if state == State.UNCONFIRMED:
            return "Not sent yet: a press in the mail we sent you does that"
        if state == State.HELD:
            return "The coach looks at it first"
        if state == State.WITHDRAWN:
            return "Deleted by you"
        if state != State.PUBLISHED:
            return "Taken off the site by the coach"
        if self.is_answered:
            return "Answered"
        if self.comment.is_question:
            return "Waiting for the coach"
        return "Sent" if self.thread.is_hidden else "Published"

    @property
    def address(self) -> str | None:
        """Where everybody reads it; None where nobody but its writer can."""
        if self.comment.is_published and self.thread.is_public and self.thread.article.is_live:
            return self.comment.get_absolute_url()
        return None

    @property
    def private_address(self) -> str | None:
        """Where its writer reads a private thread that they opened."""
        opened = self.comment.is_question and self.thread.is_private
        if not opened or self.comment.state not in (State.HELD, State.PUBLISHED):
            return None
        if self.comment.user_id is not None:
            return reverse("comments:private", args=[self.thread.pk])
        return reverse("comments:private_by_link", args=[tokens.to_private(self.thread)])

    @property
    def can_change(self) -> bool:
        """Whether it seems so; the page it leads to looks again."""
        waits = self.comment.state in (State.UNCONFIRMED, State.HELD, State.PUBLISHED)
        return waits and self.comment.is_fresh and not self.is_answered

    @property
    def change_address(self) -> str:
        return self._manage("change")

    @property
    def withdraw_address(self) -> str:
        return self._manage("withdraw")

    @property
    def stop_address(self) -> str | None:
        """Where the mails about its thread stop; None where none come."""
        if self.follower is None:
            return None
        return reverse("comments:unsubscribe", args=[tokens.to_unsubscribe(self.follower)])

    def _manage(self, act: str) -> str:
        if self.comment.user_id is not None:
            return reverse(f"comments:{act}", args=[self.comment.pk])
        return reverse(f"comments:{act}_by_link", args=[tokens.to_manage(self.comment)])


def page_of(comments: CommentQuerySet, email: str, number: str | None) -> Page:
    """One page of somebody's list, newest first. 5 queries, whatever its length."""
    page = nearest_page(Paginator(comments.order_by("-pk"), COMMENTS_ON_A_PAGE), number)
    page.object_list = _entries(list(page.object_list), email)
    return page


def export(comments: CommentQuerySet, email: str) -> list[dict[str, Any]]:
    """Everything that somebody wrote, for them to keep. 4 queries."""
    return [
        {
            "under": entry.thread.article.title,
            "address": f"{settings.BASE_URL}{entry.address}" if entry.address else None,
            "words": entry.comment.comment,
            "name": entry.comment.user_name,
            "shown_as": entry.comment.author_name,
            "email": entry.comment.user_email,
            "written_at": entry.comment.submit_date.isoformat(),
            "arrived_at": _iso(entry.comment.arrived_at),
            "changed_at": _iso(entry.comment.edited_at),
            "standing": entry.standing,
            "private": entry.thread.is_private,
            "reply_to": None if entry.comment.is_question else entry.comment.parent_id,
            "number": entry.comment.pk,
            "mailed_about_answers": entry.follower is not None,
            "did_it_help": _outcome(entry),
        }
        for entry in _entries(list(comments.in_order()), email)
    ]


def _entries(comments: list[Comment], email: str) -> list[Entry]:
    keys = {comment.thread_id for comment in comments}
    threads = Thread.objects.select_related("article", "said_outcome").filter(pk__in=keys)
    by_key = {thread.pk: thread for thread in threads}
    followers = {
        follower.thread_id: follower
        for follower in Follower.objects.active().filter(thread__in=keys, email__iexact=email)
    }
    answered = _answered(comments, by_key)
    for comment in comments:
        if comment.is_question:
            by_key[comment.pk].root = comment
    return [
        Entry(
            comment,
            by_key[comment.thread_id],
            followers.get(comment.thread_id),
            comment.pk in answered,
        )
        for comment in comments
    ]


def _answered(comments: list[Comment], threads: dict[int, Thread]) -> set[int]:
    """Those that somebody replied to, or that the coach has spoken after in their thread."""
    replied = (
        Comment.objects.published()
        .filter(parent_id__in=[comment.pk for comment in comments])
        .exclude(pk=F("parent_id"))
    )
    answered = set(replied.values_list("parent_id", flat=True))
    for comment in comments:
        at = threads[comment.thread_id].answered_at
        if at is not None and comment.arrived_at is not None and at > comment.arrived_at:
            answered.add(comment.pk)
    return answered


def _outcome(entry: Entry) -> dict[str, Any] | None:
    """What they said of the answer; None where they said nothing, or did not ask."""
    outcome = entry.thread.outcome
    if outcome is None or not entry.comment.is_question:
        return None
    return {
        "said": outcome.get_helped_display(),
        "words": outcome.words,
        "shown": outcome.is_shown,
        "said_at": outcome.said_at.isoformat(),
    }


def _iso(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
