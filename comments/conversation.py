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
from post_office.models import Email

from articles.models import Article

from . import limits, mail, moderation, notices, spam_filter
from .models import Comment, Follower, Notice, Outcome, Thread
from .words import tidy

State = Comment.State

# The name that stays on the words of someone who erased their account.
FORMER_READER = "A former reader"
# A guest who has not confirmed by then never will: four times as long as the link in the mail.
FORGET_UNCONFIRMED_AFTER = timedelta(days=30)
FORGET_WITHDRAWN_AFTER = timedelta(days=1)
# Long enough to find out where a storm of spam came from.
FORGET_ADDRESSES_AFTER = timedelta(days=30)


class CannotReply(Exception):
    """The comment replied to is gone, hidden, or under another article."""


class CannotChange(Exception):
    """A comment that its writer may no longer change. `why` is "late", "answered" or "gone"."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


@dataclass(frozen=True)
class Writer:
    """Who writes: an account's name and address, or a guest's as they were typed."""

    name: str
    email: str
    user_id: int | None = None
    is_coach: bool = False
    ip_address: str | None = None
    initials_only: bool = False
    # A guest whose browser has confirmed the address before (opt_in.py): no mail asks again.
    is_known: bool = False
    all_replies: bool = False

    @classmethod
    def of(cls, user, ip_address: str | None = None) -> "Writer":
        """The writer that an account is. One query more for staff (whether they coach)."""
        name = user.coach_profile.name if user.is_coach else user.display_name
        return cls(name, user.email, user.pk, user.is_coach, ip_address)


def submission_key(
    article_id: int, reply_to_id: int | None, writer: Writer, body: str, is_private: bool = False
) -> str:
    """The same words by the same person in the same place are the same comment."""
    who = f"user {writer.user_id}" if writer.user_id else f"guest {writer.email.lower()}"
    parts = [str(article_id), str(reply_to_id or 0), who, " ".join(body.split())]
    if is_private:
        parts.append("private")
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def post(
    article: Article,
    body: str,
    writer: Writer,
    *,
    state: State,
    reply_to: Comment | None = None,
    key: str | None = None,
    is_private: bool = False,
    judgement: moderation.Judgement | None = None,
) -> tuple[Comment, bool]:
    """Write a comment; returns it and whether it is new. A question can be a private one.

    `judgement` says why the state is what it is, where moderation was asked.

    A second press of the same button finds the first one's comment and writes nothing.
    Raises `CannotReply` where `reply_to` is not a published comment under this article, or stands
    in a private thread of somebody else.
    """
    key = key or submission_key(article.pk, reply_to and reply_to.pk, writer, body, is_private)
    try:
        with transaction.atomic():
            comment = _post(article, body, writer, state, reply_to, key, is_private, judgement)
            return comment, True
    except IntegrityError:
        if (already := Comment.objects.filter(submission_key=key).first()) is None:
            raise
        return already, False


def _post(article, body, writer, state, reply_to, key, is_private, judgement) -> Comment:
    thread = None
    if reply_to is not None:
        thread = _lock(reply_to.thread_id)
        parent = Comment.objects.published().filter(pk=reply_to.pk, thread_id=thread.pk).first()
        if parent is None or thread.article_id != article.pk:
            raise CannotReply
        if thread.is_hidden and not (writer.is_coach or wrote(writer, thread.root)):
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
        initials_only=writer.initials_only,
        followup=writer.all_replies,
        arrived_at=None if state == State.UNCONFIRMED else now,
        submission_key=key,
        held_because=judgement.because if judgement else "",
        held_detail=judgement.detail if judgement else "",
    )
    if reply_to is not None and thread is not None:
        comment.parent_id, comment.thread_id = reply_to.pk, thread.pk
        comment.level = min(reply_to.level + 1, 32_767)  # the package's column is a small integer
    comment.save()
    if thread is None:
        comment.parent_id = comment.thread_id = comment.pk
        comment.save(update_fields=["parent_id", "thread_id"])
        thread = Thread.objects.create(root=comment, article=article, is_private=is_private)
    if state == State.UNCONFIRMED:
        if not writer.is_known:
            mail.ask_to_confirm(comment, article)
    else:
        if state != State.SPAM:
            _follow(thread, comment)
        _settle(thread)
        if comment.is_published:
            notices.tell_of(comment, thread)
    return comment


def ask_again(comment: Comment) -> None:
    """Mail a guest a new link to confirm with, if they have not. The caller keeps the limits."""
    with transaction.atomic():
        _lock(comment.thread_id)
        comment = Comment.objects.get(pk=comment.pk)
        if comment.state == State.UNCONFIRMED:
            mail.ask_to_confirm(comment, reply_to_article(comment))


def confirm(comment: Comment) -> Comment:
    """A guest's comment is confirmed: published, or what `moderation` says. Harmless twice.

    From now on they follow the thread: before, the address might have been a stranger's.
    """
    with transaction.atomic():
        thread = _lock(comment.thread_id)
        comment = Comment.objects.get(pk=comment.pk)
        if comment.state == State.UNCONFIRMED:
            judgement = moderation.Judgement()
            if not thread.is_hidden:
                judgement = moderation.judge_again(comment)
            _move(comment, judgement.state, judgement)
            if comment.state != State.SPAM:
                _follow(thread, comment)
            _settle(thread)
            notices.opt_in(comment.user_email)
            if comment.is_published:
                notices.tell_of(comment, thread)
    return comment


def answer(reply_to: Comment, body: str, coach: Writer) -> tuple[Comment, bool]:
    """The coach answers, which also approves what was held; returns as `post` does.

    Raises `CannotReply` where the comment is removed, spam or not confirmed by its writer.
    """
    with transaction.atomic():
        approve(reply_to, answering=True)
        spam_filter.learn(Comment.objects.get(pk=reply_to.pk), is_spam=False)
        return post(
            reply_to_article(reply_to), body, coach, state=State.PUBLISHED, reply_to=reply_to
        )


def reply_to_article(comment: Comment) -> Article:
    """The article a comment stands under. One query."""
    return Article.objects.get(threads=comment.thread_id)


def approve(comment: Comment, *, answering: bool = False) -> None:
    """Publish a held comment; others stay as they are. Harmless twice.

    Its writer is told, unless an answer follows, which tells them too.
    """
    with transaction.atomic():
        thread = _lock(comment.thread_id)
        comment = Comment.objects.get(pk=comment.pk)
        if comment.state == State.HELD:
            _move(comment, State.PUBLISHED)
            spam_filter.learn(comment, is_spam=False)
            _settle(thread)
            _announce(comment, thread, answering=answering)


def remove(comment: Comment, *, as_spam: bool = False) -> None:
    """Take a comment out of sight. Replies under a removed one keep their place; spam has none.

    One that its writer has not confirmed is left alone: nobody sees it, and it will be forgotten.
    """
    with transaction.atomic():
        thread = _lock(comment.thread_id)
        comment = Comment.objects.get(pk=comment.pk)
        if comment.state not in (State.UNCONFIRMED, State.WITHDRAWN):
            _move(comment, State.SPAM if as_spam else State.REMOVED)
            if as_spam:
                spam_filter.learn(comment, is_spam=True)
            _settle(thread)


def put_back(comment: Comment) -> None:
    """Undo `remove`: the comment is published again, or now. Only the second is told of."""
    with transaction.atomic():
        thread = _lock(comment.thread_id)
        comment = Comment.objects.get(pk=comment.pk)
        if comment.state in (State.REMOVED, State.SPAM):
            never_stood_there = bool(comment.held_because)
            _move(comment, State.PUBLISHED)
            spam_filter.learn(comment, is_spam=False)
            _follow(thread, comment)
            _settle(thread)
            if never_stood_there:
                _announce(comment, thread)


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
        approved = list(thread.comments.awaiting_moderation())
        for comment in approved:
            _move(comment, State.PUBLISHED)
            spam_filter.learn(comment, is_spam=False)
        thread.no_answer_needed_at = timezone.now()
        _settle(thread)
        for comment in approved:
            _announce(comment, thread)


def say_answer_needed(thread: Thread) -> None:
    """Undo `say_no_answer_needed`."""
    with transaction.atomic():
        thread = _lock(thread.pk)
        thread.no_answer_needed_at = None
        _settle(thread)


def why_not_changeable(comment: Comment) -> str | None:
    """Why its writer may no longer edit or take back a comment; None while they may.

    "gone" where it is removed or taken back, "answered" once somebody replied to it or the coach
    spoke after it, "late" EDIT_WITHIN after it arrived. At most one query.
    """
    if comment.state not in (State.UNCONFIRMED, State.HELD, State.PUBLISHED):
        return "gone"
    if not comment.is_fresh:
        return "late"
    if comment.arrived_at is None:
        return None
    replies = Q(parent_id=comment.pk) | Q(by_coach=True, arrived_at__gt=comment.arrived_at)
    others = Comment.objects.published().filter(replies, thread_id=comment.thread_id)
    return "answered" if others.exclude(pk=comment.pk).exists() else None


def edit(comment: Comment, body: str, *, initials_only: bool) -> Comment:
    """Its writer changes a comment; moderation looks again at one that everybody reads.

    Raises `CannotChange` once it is too late, answered or gone.
    """
    with transaction.atomic():
        thread = _lock(comment.thread_id)
        comment = _changeable(comment)
        comment.comment, comment.initials_only = body, initials_only
        comment.edited_at = None if comment.state == State.UNCONFIRMED else timezone.now()
        comment.save(update_fields=["comment", "initials_only", "edited_at"])
        if comment.is_published and not thread.is_hidden:
            judgement = moderation.judge_again(comment)
            if not judgement.publishes:
                _move(comment, judgement.state, judgement)
        _settle(thread)
    return comment


def withdraw(comment: Comment) -> Comment:
    """Its writer takes a comment back: without replies it leaves no trace to readers.

    The same words can be sent again. Raises `CannotChange` as `edit` does.
    """
    with transaction.atomic():
        thread = _lock(comment.thread_id)
        comment = _changeable(comment)
        if comment.arrived_at is None:
            comment.arrived_at = comment.submit_date  # the database wants one of all that follow
        comment.edited_at, comment.submission_key = timezone.now(), None
        comment.save(update_fields=["arrived_at", "edited_at", "submission_key"])
        _move(comment, State.WITHDRAWN)
        _settle(thread)
    return comment


def undo_withdrawal(comment: Comment, *, was: Comment) -> Comment:
    """The writer thinks better of it: the comment is as it was before. Harmless twice."""
    with transaction.atomic():
        thread = _lock(comment.thread_id)
        now = Comment.objects.get(pk=comment.pk)
        if now.state == State.WITHDRAWN and now.edited_at == comment.edited_at:
            now.edited_at = was.edited_at
            now.arrived_at = was.arrived_at
            now.state = was.state
            # Unless the same words were sent anew meanwhile.
            if not Comment.objects.filter(submission_key=was.submission_key).exists():
                now.submission_key = was.submission_key
            now.save(update_fields=["edited_at", "arrived_at", "state", "submission_key"])
            _settle(thread)
    return now


def _changeable(comment: Comment) -> Comment:
    comment = Comment.objects.get(pk=comment.pk)
    if why := why_not_changeable(comment):
        raise CannotChange(why)
    return comment


def wrote(writer: Writer, comment: Comment) -> bool:
    """Whether it is theirs: by the account, or for a guest by the address they proved."""
    if writer.user_id is not None or comment.user_id is not None:
        return writer.user_id == comment.user_id
    return bool(writer.email) and writer.email.lower() == comment.user_email.lower()


def suggest_making_public(thread: Thread) -> None:
    """The coach would like all readers to have a private answer; the asker is asked by mail."""
    with transaction.atomic():
        thread = _lock(thread.pk)
        if thread.is_private and thread.coach_agreed_at is None:
            thread.coach_agreed_at = timezone.now()
            _settle(thread)
            mail.suggest_making_public(thread, Article.objects.get(pk=thread.article_id))


def agree_to_publish(thread: Thread) -> Thread:
    """The asker agrees to what the coach has suggested: the thread is public."""
    with transaction.atomic():
        thread = _lock(thread.pk)
        if thread.is_hidden and thread.coach_agreed_at is not None:
            thread.asker_agreed_at = timezone.now()
            _settle(thread)
    return thread


def make_private_again(thread: Thread) -> Thread:
    """Either of the two takes it back. Others who had joined meanwhile are not mailed any more."""
    with transaction.atomic():
        thread = _lock(thread.pk)
        if thread.is_private:
            thread.asker_agreed_at = thread.coach_agreed_at = None
            _settle(thread)
            asker = thread.root.user_email
            thread.followers.active().exclude(email__iexact=asker).update(stopped_at=timezone.now())
            Notice.objects.filter(comment__thread_id=thread.pk, queued_at__isnull=True).exclude(
                email__iexact=asker
            ).delete()
    return thread


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
    # What was taken back can be put back for an hour; after that the words are nobody's business.
    Comment.objects.filter(
        state=State.WITHDRAWN, edited_at__lt=now - FORGET_WITHDRAWN_AFTER
    ).exclude(comment="", user_email="").update(
        comment="", user=None, user_name="", user_email="", user_url="", ip_address=None
    )
    limits.prune()
    return forgotten


def forget(user) -> None:
    """Take a person out of what they wrote: their words stay, and nobody is mailed.

    For the end of an account; what they wrote as a guest with its address goes the same way.
    """
    _forget(
        Q(user=user) | Q(user_email__iexact=user.email),
        Q(user=user) | Q(email__iexact=user.email),
    )
    notices.forget(user.email)


def forget_guest(email: str) -> None:
    """As `forget`, for an address that wrote without an account. Its account, if any, stays."""
    _forget(
        Q(user__isnull=True, user_email__iexact=email), Q(user__isnull=True, email__iexact=email)
    )
    notices.forget(email)
    Email.objects.filter(to__iexact=email).delete()


def _forget(theirs: Q, followed_by: Q) -> None:
    with transaction.atomic():
        Comment.objects.filter(theirs, state=State.UNCONFIRMED).delete()
        Follower.objects.filter(followed_by).delete()
        mine = Comment.objects.filter(theirs)
        Outcome.objects.filter(thread__root__in=mine).delete()
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


def _move(comment: Comment, state: State, judgement: moderation.Judgement | None = None) -> None:
    """Into another state, and why, if it is held; once it is published, no reason is left."""
    fields = ["state"]
    arrives = comment.state in (State.UNCONFIRMED, State.HELD)
    if comment.arrived_at is None or (arrives and state in (State.HELD, State.PUBLISHED)):
        comment.arrived_at = timezone.now()
        fields.append("arrived_at")
    if judgement or state == State.PUBLISHED:
        comment.held_because = judgement.because if judgement else ""
        comment.held_detail = judgement.detail if judgement else ""
        fields += ["held_because", "held_detail"]
    comment.state = state
    comment.save(update_fields=fields)


def _announce(comment: Comment, thread: Thread, *, answering: bool = False) -> None:
    """Tell of a comment that was held until now."""
    notices.tell_of(comment, thread)
    if not answering:
        notices.tell_of_publication(comment, thread)


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
    # Here, where each transaction makes one such row at the most, so that no two wait in a ring.
    notices.correspondents([comment.user_email.lower()])
    follower, _ = Follower.objects.get_or_create(
        thread=thread,
        email=comment.user_email.lower(),
        defaults={"user_id": comment.user_id},
    )
    if comment.followup:  # whoever ticks that box now wants mails now
        Follower.objects.filter(pk=follower.pk).update(all_replies=True, stopped_at=None)


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
    is_in_place = root_state in (State.PUBLISHED, *Comment.OUT_OF_SIGHT)
    thread.is_public = published > 0 and is_in_place and not thread.is_hidden
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
