"""The only door through which comments are written and threads change hands.

Each act is one short transaction. Acts inside a thread take a lock on its `Thread` row first
(SQLite has one write lock; PostgreSQL locks the row), so fifty replies at once stand in a queue
instead of spoiling each other. Each act writes a constant number of rows, whatever the thread's
length: the comment's own, its thread's, its article's count, its follower's and its mails'.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.db.models import F, Max, Min, Q
from django.utils import timezone

from articles.models import Article

from . import limits, mail
from .models import Comment, Follower, Thread
from .words import tidy

State = Comment.State

# The name that stays on the words of someone who erased their account.
FORMER_READER = "A former reader"
# A guest who has not confirmed by then never will: four times as long as the link in the mail.
FORGET_UNCONFIRMED_AFTER = timedelta(days=30)
# Long enough to find out where a storm of spam came from.
FORGET_ADDRESSES_AFTER = timedelta(days=30)


class CannotReply(Exception):
    """The comment replied to is gone, hidden, or under another article."""


@dataclass(frozen=True)
class Writer:
    """Who writes: an account's name and address, or a guest's as they were typed."""

    name: str
    email: str
    user_id: int | None = None
    is_coach: bool = False
    ip_address: str | None = None

    @classmethod
    def of(cls, user, ip_address: str | None = None) -> "Writer":
        """The writer that an account is. One query more for staff (whether they coach)."""
        name = user.coach_profile.name if user.is_coach else user.display_name
        return cls(name, user.email, user.pk, user.is_coach, ip_address)


def submission_key(article_id: int, reply_to_id: int | None, writer: Writer, body: str) -> str:
    """The same words by the same person in the same place are the same comment."""
    who = f"user {writer.user_id}" if writer.user_id else f"guest {writer.email.lower()}"
    parts = [str(article_id), str(reply_to_id or 0), who, " ".join(body.split())]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def post(
    article: Article,
    body: str,
    writer: Writer,
    *,
    state: State,
    reply_to: Comment | None = None,
    key: str | None = None,
) -> tuple[Comment, bool]:
    """Write a comment; returns it and whether it is new.

    A second press of the same button finds the first one's comment and writes nothing.
    Raises `CannotReply` where `reply_to` is not a published comment under this article.
    """
    key = key or submission_key(article.pk, reply_to and reply_to.pk, writer, body)
    try:
        with transaction.atomic():
            return _post(article, body, writer, state, reply_to, key), True
    except IntegrityError:
        if (already := Comment.objects.filter(submission_key=key).first()) is None:
            raise
        return already, False


def _post(article, body, writer, state, reply_to, key) -> Comment:
    thread = None
    if reply_to is not None:
        thread = _lock(reply_to.thread_id)
        parent = Comment.objects.published().filter(pk=reply_to.pk, thread_id=thread.pk).first()
        if parent is None or thread.article_id != article.pk:
            raise CannotReply
    now = timezone.now()
    address = limits.parse_address(writer.ip_address)
    comment = Comment(
        content_type=ContentType.objects.get_for_model(Article),
        object_pk=str(article.pk),
        site_id=settings.SITE_ID,
        user_id=writer.user_id,
        user_name=writer.name,
        user_email=writer.email,
        ip_address=str(address) if address else None,
        comment=tidy(body),
        submit_date=now,
        state=state,
        by_coach=writer.is_coach,
        arrived_at=None if state == State.UNCONFIRMED else now,
        submission_key=key,
    )
    if reply_to is not None and thread is not None:
        comment.parent_id, comment.thread_id = reply_to.pk, thread.pk
        comment.level = min(reply_to.level + 1, 32_767)  # the package's column is a small integer
    comment.save()
    if thread is None:
        comment.parent_id = comment.thread_id = comment.pk
        comment.save(update_fields=["parent_id", "thread_id"])
        thread = Thread.objects.create(root=comment, article=article)
    if state == State.UNCONFIRMED:
        mail.ask_to_confirm(comment, article)
    else:
        _follow(thread, comment)
        _settle(thread)
        if state == State.PUBLISHED and comment.by_coach:
            mail.tell_of_answer(comment, thread, article)
    return comment


def ask_again(comment: Comment) -> None:
    """Mail a guest a new link to confirm with, if they have not. The caller keeps the limits."""
    with transaction.atomic():
        _lock(comment.thread_id)
        comment = Comment.objects.get(pk=comment.pk)
        if comment.state == State.UNCONFIRMED:
            mail.ask_to_confirm(comment, reply_to_article(comment))


def confirm(comment: Comment, *, hold: bool) -> Comment:
    """A guest's comment is confirmed: published, or held for the coach. Harmless twice.

    From now on they follow the thread: before, the address might have been a stranger's.
    """
    with transaction.atomic():
        thread = _lock(comment.thread_id)
        comment = Comment.objects.get(pk=comment.pk)
        if comment.state == State.UNCONFIRMED:
            _move(comment, State.HELD if hold else State.PUBLISHED)
            _follow(thread, comment)
            _settle(thread)
    return comment


def answer(reply_to: Comment, body: str, coach: Writer) -> tuple[Comment, bool]:
    """The coach answers, which also approves what was held; returns as `post` does.

    Raises `CannotReply` where the comment is removed, spam or not confirmed by its writer.
    """
    with transaction.atomic():
        approve(reply_to)
        return post(
            reply_to_article(reply_to), body, coach, state=State.PUBLISHED, reply_to=reply_to
        )


def reply_to_article(comment: Comment) -> Article:
    """The article a comment stands under. One query."""
    return Article.objects.get(threads=comment.thread_id)


def approve(comment: Comment) -> None:
    """Publish a held comment; others stay as they are. Harmless twice."""
    with transaction.atomic():
        thread = _lock(comment.thread_id)
        comment = Comment.objects.get(pk=comment.pk)
        if comment.state == State.HELD:
            _move(comment, State.PUBLISHED)
            _settle(thread)


def remove(comment: Comment, *, as_spam: bool = False) -> None:
    """Take a comment out of sight. Replies under a removed one keep their place; spam has none.

    One that its writer has not confirmed is left alone: nobody sees it, and it will be forgotten.
    """
    with transaction.atomic():
        thread = _lock(comment.thread_id)
        comment = Comment.objects.get(pk=comment.pk)
        if comment.state != State.UNCONFIRMED:
            _move(comment, State.SPAM if as_spam else State.REMOVED)
            _settle(thread)


def put_back(comment: Comment) -> None:
    """Undo `remove`: the comment is published again."""
    with transaction.atomic():
        thread = _lock(comment.thread_id)
        comment = Comment.objects.get(pk=comment.pk)
        if comment.state in (State.REMOVED, State.SPAM):
            _move(comment, State.PUBLISHED)
            _settle(thread)


def pin(thread: Thread, *, pinned: bool) -> None:
    """Keep a thread at the top of its article's, or no longer."""
    with transaction.atomic():
        thread = _lock(thread.pk)
        thread.is_pinned = pinned
        _settle(thread)


def say_no_answer_needed(thread: Thread) -> None:
    """The coach has read it and there is nothing to answer; what is held gets approved.

    A later comment by a reader makes the thread wait again.
    """
    with transaction.atomic():
        thread = _lock(thread.pk)
        for comment in thread.comments.awaiting_moderation():
            _move(comment, State.PUBLISHED)
        thread.no_answer_needed_at = timezone.now()
        _settle(thread)


def say_answer_needed(thread: Thread) -> None:
    """Undo `say_no_answer_needed`."""
    with transaction.atomic():
        thread = _lock(thread.pk)
        thread.no_answer_needed_at = None
        _settle(thread)


def refresh(thread: Thread) -> None:
    """Settle a thread again, after its rows were given dates or states of their own (an import)."""
    with transaction.atomic():
        _settle(_lock(thread.pk))


def prune() -> int:
    """Forget comments that were never confirmed, old network addresses and spent allowances.

    For the worker, daily; returns how many comments went. Nobody can have replied to them.
    """
    now = timezone.now()
    stale = Comment.objects.filter(
        state=State.UNCONFIRMED, submit_date__lt=now - FORGET_UNCONFIRMED_AFTER
    )
    forgotten = 0
    for pk, thread_id in list(stale.values_list("pk", "thread_id")):
        with transaction.atomic():
            _lock(thread_id)  # it may be confirmed this very moment
            if stale.filter(pk=pk).delete()[0]:
                forgotten += 1
    Comment.objects.filter(
        ip_address__isnull=False, submit_date__lt=now - FORGET_ADDRESSES_AFTER
    ).update(ip_address=None)
    limits.prune()
    return forgotten


def forget(user) -> None:
    """Take a person out of what they wrote: their words stay, and nobody is mailed.

    For the end of an account; what they wrote as a guest with its address goes the same way.
    """
    theirs = Q(user=user) | Q(user_email__iexact=user.email)
    with transaction.atomic():
        Comment.objects.filter(theirs, state=State.UNCONFIRMED).delete()
        Follower.objects.filter(Q(user=user) | Q(email__iexact=user.email)).delete()
        mine = Comment.objects.filter(theirs)
        Article.objects.filter(threads__in=mine.values("thread_id")).touch()
        mine.update(
            user=None,
            user_name=FORMER_READER,
            user_email="",
            user_url="",
            ip_address=None,
            submission_key=None,
        )


def _lock(thread_id: int) -> Thread:
    try:
        return Thread.objects.select_for_update().get(pk=thread_id)
    except Thread.DoesNotExist:
        raise CannotReply from None


def _move(comment: Comment, state: State) -> None:
    fields = ["state"]
    arrives = comment.state in (State.UNCONFIRMED, State.HELD)
    if arrives and state in (State.HELD, State.PUBLISHED):
        comment.arrived_at = timezone.now()
        fields.append("arrived_at")
    comment.state = state
    comment.save(update_fields=fields)


def _follow(thread: Thread, comment: Comment) -> None:
    """Have its writer mailed when the thread is answered; who once stopped that, stays stopped.

    An address that no mail can be sent to (imports bring such) must not stand in an answer's way.
    """
    if comment.by_coach:
        return
    try:
        validate_email(comment.user_email)
    except ValidationError:
        return
    Follower.objects.get_or_create(
        thread=thread,
        email=comment.user_email.lower(),
        defaults={"user_id": comment.user_id},
    )


def _settle(thread: Thread) -> None:
    """Work out from the rows what the thread's own row says; count the article's comments.

    Four reads over the thread's index, two rows written. A thread whose question is out of sight
    counts for nothing: neither do the replies in it.
    """
    waiting_since, answered_at = whose_turn(thread)
    published = thread.comments.published().count()
    root_state = Comment.objects.values_list("state", flat=True).get(pk=thread.pk)
    counted = thread.comment_count
    thread.waiting_since, thread.answered_at = waiting_since, answered_at
    thread.is_public = published > 0 and root_state in (State.PUBLISHED, State.REMOVED)
    thread.comment_count = published if thread.is_public else 0
    thread.save()
    Article.objects.filter(pk=thread.article_id).update(
        comment_count=F("comment_count") + thread.comment_count - counted,
        version=F("version") + 1,
    )


def whose_turn(thread: Thread) -> tuple[datetime | None, datetime | None]:
    """Since when a reader waits in this thread (None: nobody), and when the coach last answered."""
    answered_at = (
        thread.comments.published().filter(by_coach=True).aggregate(at=Max("arrived_at"))["at"]
    )
    heard_at = max(filter(None, [answered_at, thread.no_answer_needed_at]), default=None)
    readers = thread.comments.filter(by_coach=False)
    unheard = readers.filter(state=State.PUBLISHED)
    if heard_at is not None:
        unheard = unheard.filter(arrived_at__gt=heard_at)
    waiting = unheard | readers.filter(state=State.HELD)
    return waiting.aggregate(since=Min("submit_date"))["since"], answered_at
