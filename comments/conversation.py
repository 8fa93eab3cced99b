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
from django.db.models import Count, F, Max, Min, Q, Sum
from django.db.models.functions import Coalesce, Least
from django.utils import timezone
from django_comments_xtd.models import XtdComment
from post_office.models import Email

from articles.models import Article

from . import akismet, limits, mail, moderation, notices, searching, similar, spam_filter
from .marks import marking
from .models import AnswerDraft, Comment, Follower, Notice, Outcome, Thread
from .words import folded, tidy

State = Comment.State

# The name that stays on the words of someone who erased their account.
FORMER_READER = "A former reader"
# A guest who has not confirmed by then never will: four times as long as the link in the mail.
FORGET_UNCONFIRMED_AFTER = timedelta(days=30)
FORGET_WITHDRAWN_AFTER = timedelta(days=1)
# Long enough to find out where a storm of spam came from.
FORGET_ADDRESSES_AFTER = timedelta(days=30)
# How often a thread is sought that comments are moved out of meanwhile.
MOST_MOVES_FOLLOWED = 10
# The package's column is a small integer.
DEEPEST_LEVEL = 32_767
# Rows named in one statement; SQLite's oldest limit is 999.
BATCH = 500


class CannotReply(Exception):
    """The comment replied to is gone, hidden, or under another article."""


class CannotMove(Exception):
    """A comment that cannot stand where it was to be moved. `why` is one of `WHY_NOT_MOVABLE`."""

    def __init__(self, why: str):
        super().__init__(why)
        self.why = why


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
        thread, reply_to = _lock_with(reply_to)
        if not reply_to.is_published or thread.article_id != article.pk:
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
        comment.level = min(reply_to.level + 1, DEEPEST_LEVEL)
    comment.save()
    if thread is None:
        comment.parent_id = comment.thread_id = comment.pk
        comment.save(update_fields=["parent_id", "thread_id"])
        thread = Thread.objects.create(root=comment, article=article, is_private=is_private)
    akismet.ask_later(comment, thread)
    if state == State.UNCONFIRMED:
        if not writer.is_known:
            mail.ask_to_confirm(comment, article)
    else:
        if state != State.SPAM:
            _follow(thread, comment)
        _settle(thread)
        if comment.is_published:
            notices.tell_of(comment, thread)
        notices.tell_coaches(comment, thread)
    return comment


def ask_again(comment: Comment) -> None:
    """Mail a guest a new link to confirm with, if they have not. The caller keeps the limits."""
    with transaction.atomic():
        _, comment = _lock_with(comment)
        if comment.state == State.UNCONFIRMED:
            mail.ask_to_confirm(comment, reply_to_article(comment))


def confirm(comment: Comment) -> Comment:
    """A guest's comment is confirmed: published, or what `moderation` says. Harmless twice.

    From now on they follow the thread: before, the address might have been a stranger's.
    """
    with transaction.atomic():
        thread, comment = _lock_with(comment)
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
            notices.tell_coaches(comment, thread)
    return comment


def answer(reply_to: Comment, body: str, coach: Writer) -> tuple[Comment, bool]:
    """The coach answers, which also approves what was held; returns as `post` does.

    Raises `CannotReply` where the comment is removed, spam or not confirmed by its writer.
    """
    with transaction.atomic():
        _, reply_to = _lock_with(reply_to)
        approve(reply_to, answering=True)
        reply_to.refresh_from_db()
        _learn(reply_to, is_spam=False)
        return post(
            reply_to_article(reply_to), body, coach, state=State.PUBLISHED, reply_to=reply_to
        )


def is_answered_so(reply_to: Comment, body: str, coach) -> bool:
    """Whether this coach has answered it in these words already: a button pressed twice.

    Raises `CannotReply` where its thread is gone.
    """
    article = Article.objects.filter(threads=reply_to.thread_id).first()
    if article is None:
        raise CannotReply
    key = submission_key(article.pk, reply_to.pk, Writer.of(coach), body)
    return Comment.objects.filter(submission_key=key).exists()


def reply_to_article(comment: Comment) -> Article:
    """The article a comment stands under. One query."""
    return Article.objects.get(threads=comment.thread_id)


def approve(comment: Comment, *, answering: bool = False) -> None:
    """Publish a held comment; others stay as they are. Harmless twice.

    Its writer is told, unless an answer follows, which tells them too.
    """
    with transaction.atomic():
        thread, comment = _lock_with(comment)
        if comment.state == State.HELD:
            _move(comment, State.PUBLISHED)
            _learn(comment, is_spam=False)
            _settle(thread)
            _announce(comment, thread, answering=answering)


def hold_after_all(comment: Comment, judgement: moderation.Judgement) -> None:
    """Hold a published comment for what was found out since, unless the coach has judged it or
    said something after it. Harmless twice."""
    with transaction.atomic():
        thread = _lock(comment.thread_id)
        comment = Comment.objects.get(pk=comment.pk)
        is_open = comment.is_published and not thread.is_hidden
        if is_open and comment.learned_as_spam is None and comment.waits_since(thread.heard_at):
            _move(comment, judgement.state, judgement)
            _settle(thread)


def remove(comment: Comment, *, as_spam: bool = False) -> None:
    """Take a comment out of sight. Replies under a removed one keep their place; spam has none.

    One that its writer has not confirmed is left alone: nobody sees it, and it will be forgotten.
    """
    with transaction.atomic():
        thread, comment = _lock_with(comment)
        if comment.state not in (State.UNCONFIRMED, State.WITHDRAWN):
            _move(comment, State.SPAM if as_spam else State.REMOVED)
            marking.settle(comment, marking.Outcome.TAKEN_DOWN)
            if as_spam:
                _learn(comment, is_spam=True)
            _settle(thread)


def put_back(comment: Comment) -> None:
    """Undo `remove`: the comment is published again, or now. Only the second is told of."""
    with transaction.atomic():
        thread, comment = _lock_with(comment)
        if comment.state in (State.REMOVED, State.SPAM):
            never_stood_there = bool(comment.held_because)
            _move(comment, State.PUBLISHED)
            _learn(comment, is_spam=False)
            _follow(thread, comment)
            _settle(thread)
            if never_stood_there:
                _announce(comment, thread)


def restore(comment: Comment, *, was: State, because: str = "", detail: str = "") -> None:
    """Undo `remove`: the comment is as it was, published or held for its reason. Nobody is told.

    Raises `CannotReply` where it is not out of sight any more.
    """
    with transaction.atomic():
        thread, comment = _lock_with(comment)
        if comment.state not in (State.REMOVED, State.SPAM):
            raise CannotReply
        _move(comment, was, moderation.Judgement(was, because, detail))
        if was != State.SPAM:
            spam_filter.learn(comment, is_spam=False)
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
        approved = list(thread.comments.awaiting_moderation())
        for comment in approved:
            _move(comment, State.PUBLISHED)
            _learn(comment, is_spam=False)
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


# --- Moving things about ----------------------------------------------------------------------

WHY_NOT_MOVABLE = {
    "gone": "That comment or that thread is no longer there.",
    "private": "A private question stays by itself, so that nobody else reads it by mistake.",
    "coach": "A coach’s answer goes where the comment goes that it answers.",
    "older": (
        "It was written before that question, so it cannot stand under it. Move that question "
        "here instead, or make this a thread of its own first."
    ),
    "same": "It stands there already.",
}


def split(comment: Comment, article: Article | None = None) -> Thread:
    """Make a reply, with all under it, a thread of its own; under another article, if one is given.

    Whoever wrote in what is split off follows the new thread as they followed the old one, and the
    old one still. Nobody is mailed. Raises `CannotMove`.
    """
    with transaction.atomic():
        old, comment = _lock_with_or_cannot(comment)
        if comment.is_question:
            raise CannotMove("same")
        article = article or Article.objects.get(pk=old.article_id)
        _lock_articles(old.article_id, article.pk)
        _check_movable(comment)
        rows = with_replies(comment)
        new = Thread(
            root=comment,
            article=article,
            is_private=old.is_private,
            asker_agreed_at=old.asker_agreed_at,
            coach_agreed_at=old.coach_agreed_at,
            no_answer_needed_at=old.no_answer_needed_at,
        )
        new.save(force_insert=True)
        _transplant(rows, new, parent_id=comment.pk, levels=-comment.level)
        _copy_followers(old, new)
        old.drafts.filter(reply_to__in=rows).update(thread=new)
        _settle(old)
        _settle(new)
    return new


def move_to_article(thread: Thread, article: Article) -> Thread:
    """Have a whole thread stand under another article. Raises `CannotMove`."""
    with transaction.atomic():
        thread = _lock_or_cannot(thread.pk)
        if thread.article_id == article.pk:
            raise CannotMove("same")
        _lock_articles(thread.article_id, article.pk)
        _leave_article(thread)
        thread.article = article
        _say_article(list(thread.comments.values_list("pk", flat=True)), article.pk)
        _settle(thread)
    return thread


def move_into(comment: Comment, target: Thread, *, under: int | None = None) -> Thread:
    """Put a comment, with all under it, into another thread: under its question, or `under` the
    comment of that key in it.

    A comment that opens its thread takes all of it along: the two are one from then on, and the
    thread's own row is gone. Its followers, drafts and notices go with it. What was asked first
    stays on top: a parent must be older than its replies. Nobody is mailed. Raises `CannotMove`.
    """
    with transaction.atomic():
        old, target, comment = _lock_both(comment, target)
        _lock_articles(old.article_id, target.article_id)
        if old.pk == target.pk and under is None:
            raise CannotMove("same")
        if (old.is_private or target.is_private) and not _are_of_one_asker(old, target):
            raise CannotMove("private")
        _check_movable(comment)
        parents = target.comments.filter(pk=under or target.pk)
        parent = parents.values_list("pk", "level").first()
        if parent is None:
            raise CannotMove("gone")
        if parent[0] >= comment.pk:
            raise CannotMove("older")
        rows = with_replies(comment)
        moved = set(rows)
        waiting = [pk for pk in _unheard(old) if pk in moved]
        waiting += [pk for pk in _unheard(target) if pk not in waiting]
        whole = comment.is_question
        _transplant(rows, target, parent_id=parent[0], levels=parent[1] + 1 - comment.level)
        if whole:
            _leave_article(old)
            _merge_followers(old, target)
            _merge_drafts(old, target)
            target.no_answer_needed_at = max(
                filter(None, [old.no_answer_needed_at, target.no_answer_needed_at]), default=None
            )
            Thread.objects.filter(pk=old.pk).delete()
        else:
            _copy_followers(old, target)
            _settle(old)
        # An answer that was given in the one thread is none to who waits in the other: they come
        # into this conversation now, after it.
        for start in range(0, len(waiting), BATCH):
            Comment.objects.filter(pk__in=waiting[start : start + BATCH]).update(
                arrived_at=timezone.now()
            )
        _settle(target)
    return target


def _lock_or_cannot(thread_id: int) -> Thread:
    try:
        return _lock(thread_id)
    except CannotReply:
        raise CannotMove("gone") from None


def _lock_with_or_cannot(comment: Comment) -> tuple[Thread, Comment]:
    try:
        return _lock_with(comment)
    except CannotReply:
        raise CannotMove("gone") from None


def _lock_both(comment: Comment, target: Thread) -> tuple[Thread, Thread, Comment]:
    """Lock the comment's thread and the target, the lower key first, so that no two who move
    comments between the same threads wait for each other."""
    for _ in range(MOST_MOVES_FOLLOWED):
        found = Comment.objects.filter(pk=comment.pk).values_list("thread_id", flat=True)
        thread_id = found.first()
        if thread_id is None:
            raise CannotMove("gone")
        try:
            with transaction.atomic():
                locked = {key: _lock_or_cannot(key) for key in sorted({thread_id, target.pk})}
                now = Comment.objects.get(pk=comment.pk)
                if now.thread_id != thread_id:
                    raise _MovedMeanwhile
                return locked[thread_id], locked[target.pk], now
        except _MovedMeanwhile:
            continue
    raise CannotMove("gone")


def _are_of_one_asker(one: Thread, other: Thread) -> bool:
    """Whether both are private, and the same person's."""
    if not (one.is_private and other.is_private):
        return False
    return (one.root.user_id, one.root.user_email) == (other.root.user_id, other.root.user_email)


def _lock_articles(*article_ids: int) -> None:
    """After the threads, the lower key first, as `_settle` writes both of them."""
    if len(set(article_ids)) > 1:
        list(Article.objects.select_for_update().filter(pk__in=article_ids).order_by("pk"))


def _check_movable(comment: Comment) -> None:
    if comment.by_coach:
        raise CannotMove("coach")
    if comment.state in (State.UNCONFIRMED, State.SPAM):
        raise CannotMove("gone")


def with_replies(comment: Comment) -> list[int]:
    """The keys of a comment and of all under it, in any state. One query: replies come later."""
    rows = Comment.objects.filter(thread_id=comment.thread_id, pk__gt=comment.pk)
    found = {comment.pk}
    for pk, parent_id in rows.in_order().values_list("pk", "parent_id"):
        if parent_id in found:
            found.add(pk)
    return sorted(found)


def _transplant(rows: list[int], thread: Thread, *, parent_id: int, levels: int) -> None:
    """Have the rows, of which the first is the topmost, stand in the thread and its article."""
    for start in range(0, len(rows), BATCH):
        XtdComment.norel_objects.filter(pk__in=rows[start : start + BATCH]).update(
            thread_id=thread.pk, level=Least(F("level") + levels, DEEPEST_LEVEL)
        )
    XtdComment.norel_objects.filter(pk=rows[0]).update(parent_id=parent_id)
    _say_article(rows, thread.article_id)


def _say_article(rows: list[int], article_id: int) -> None:
    for start in range(0, len(rows), BATCH):
        Comment.objects.filter(pk__in=rows[start : start + BATCH]).update(object_pk=str(article_id))


def _unheard(thread: Thread) -> list[int]:
    """The keys of the published comments with which readers wait. One query."""
    readers = thread.comments.published().filter(by_coach=False)
    if thread.heard_at is not None:
        readers = readers.filter(arrived_at__gt=thread.heard_at)
    return list(readers.values_list("pk", flat=True))


def _leave_article(thread: Thread) -> None:
    """Count the thread's comments no longer under the article it leaves."""
    Article.objects.filter(pk=thread.article_id).update(
        comment_count=F("comment_count") - thread.comment_count, version=F("version") + 1
    )
    thread.comment_count = 0


def _copy_followers(old: Thread, new: Thread) -> None:
    """Whoever wrote in the new thread, and followed the old one, follows the new one alike."""
    writers = {email.lower() for email in new.comments.values_list("user_email", flat=True)}
    Follower.objects.bulk_create(
        [
            Follower(
                thread=new,
                email=one.email,
                user_id=one.user_id,
                all_replies=one.all_replies,
                stopped_at=one.stopped_at,
            )
            for one in old.followers.filter(email__in=writers - {""})
        ],
        ignore_conflicts=True,
    )


def _merge_followers(old: Thread, new: Thread) -> None:
    """Whoever follows either follows the one that is left; a stop of one is no stop of the other.

    Rows are kept where they can be, since the links in mails already sent name them.
    """
    there = {one.email: one for one in new.followers.all()}
    for one in old.followers.all():
        known = there.get(one.email)
        if known is None:
            Follower.objects.filter(pk=one.pk).update(thread=new)
        elif one.stopped_at is None:
            Follower.objects.filter(pk=known.pk).update(
                stopped_at=None,
                all_replies=one.all_replies or (known.all_replies and not known.stopped_at),
            )


def _merge_drafts(old: Thread, new: Thread) -> None:
    """No word of a draft is lost: of one coach's two, the second stands under the first."""
    there = {draft.coach_id: draft for draft in new.drafts.all()}
    for draft in old.drafts.all():
        known = there.get(draft.coach_id)
        if known is None:
            AnswerDraft.objects.filter(pk=draft.pk).update(thread=new)
        elif draft.body:
            AnswerDraft.objects.filter(pk=known.pk).update(
                body=f"{known.body}\n\n{draft.body}".strip(), revision=F("revision") + 1
            )


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
        thread, comment = _lock_with(comment)
        _check_changeable(comment)
        comment.comment, comment.initials_only = body, initials_only
        comment.edited_at = None if comment.state == State.UNCONFIRMED else timezone.now()
        comment.save(update_fields=["comment", "initials_only", "edited_at"])
        searching.forget_words(comment)
        if comment.is_published and not thread.is_hidden:
            judgement = moderation.judge_again(comment)
            if not judgement.publishes:
                _move(comment, judgement.state, judgement)
        akismet.ask_later(comment, thread)
        _settle(thread)
    return comment


def withdraw(comment: Comment) -> Comment:
    """Its writer takes a comment back: without replies it leaves no trace to readers.

    The same words can be sent again. Raises `CannotChange` as `edit` does.
    """
    with transaction.atomic():
        thread, comment = _lock_with(comment)
        _check_changeable(comment)
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
        thread, now = _lock_with(comment)
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


def _check_changeable(comment: Comment) -> None:
    if why := why_not_changeable(comment):
        raise CannotChange(why)


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
            others = Notice.objects.exclude(email__iexact=asker).exclude(kind=Notice.Kind.ASKED)
            others.filter(comment__thread_id=thread.pk, queued_at__isnull=True).delete()
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
    for comment in list(stale.only("pk", "thread_id")):
        with transaction.atomic():
            _lock_with(comment)  # it may be confirmed this very moment
            if stale.filter(pk=comment.pk).delete()[0]:
                forgotten += 1
    Comment.objects.filter(
        ip_address__isnull=False, submit_date__lt=now - FORGET_ADDRESSES_AFTER
    ).update(ip_address=None)
    # What was taken back can be put back for an hour; after that the words are nobody's business.
    Comment.objects.filter(
        state=State.WITHDRAWN, edited_at__lt=now - FORGET_WITHDRAWN_AFTER
    ).exclude(comment="", user_email="").update(
        comment="",
        user=None,
        user_name="",
        user_email="",
        user_url="",
        ip_address=None,
        search_words="",
        search_writer="",
    )
    limits.prune()
    akismet.prune()
    return forgotten


def forget(user) -> None:
    """Take a person out of what they wrote: their words stay, and nobody is mailed.

    For the end of an account; what they wrote as a guest with its address goes the same way.
    """
    _forget(
        Q(user=user) | Q(user_email__iexact=user.email),
        Q(user=user) | Q(email__iexact=user.email),
    )
    marking.forget(user)
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
        akismet.forget(mine)
        Outcome.objects.filter(thread__root__in=mine).delete()
        Article.objects.filter(threads__in=mine.values("thread_id")).touch()
        mine.update(
            user=None,
            user_name=FORMER_READER,
            user_email="",
            user_url="",
            ip_address=None,
            submission_key=None,
            search_writer=folded(FORMER_READER),
        )


def _lock(thread_id: int) -> Thread:
    try:
        return Thread.objects.select_for_update().get(pk=thread_id)
    except Thread.DoesNotExist:
        raise CannotReply from None


class _MovedMeanwhile(Exception):
    """The comment went to another thread while its own was waited for."""


def _lock_with(comment: Comment) -> tuple[Thread, Comment]:
    """Lock the thread in which a comment stands now; both as they are in the database.

    Raises `CannotReply` where either is gone.
    """
    thread_id = comment.thread_id
    for _ in range(MOST_MOVES_FOLLOWED):
        try:
            with transaction.atomic():  # a wrong lock is given back with the savepoint
                thread = Thread.objects.select_for_update().get(pk=thread_id)
                now = Comment.objects.get(pk=comment.pk)
                if now.thread_id == thread_id:
                    return thread, now
                raise _MovedMeanwhile
        except (Thread.DoesNotExist, _MovedMeanwhile):
            found = Comment.objects.filter(pk=comment.pk).values_list("thread_id", flat=True)
            if (moved_to := found.first()) in (None, thread_id):
                raise CannotReply from None
            thread_id = moved_to
        except Comment.DoesNotExist:
            raise CannotReply from None
    raise CannotReply


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


def _learn(comment: Comment, *, is_spam: bool) -> None:
    """The coach has judged a comment: our filter counts that, and Akismet is told if it is used."""
    spam_filter.learn(comment, is_spam=is_spam)
    akismet.coach_says(comment, is_spam=is_spam)


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

    Four reads over the thread's index (one more where the coach's last answer is another than
    before), two rows written, the question's in the index of the answered ones, and what has
    changed in the search's (searching.py). A thread whose question is out of sight counts for
    nothing: neither do the replies in it.
    """
    waiting_since, answered_at = whose_turn(thread)
    if answered_at != thread.answered_at or thread.answered_by_id is None:
        thread.answered_by_id = _who_answered(thread, answered_at)
    published, helpful = (
        thread.comments.published()
        .aggregate(count=Count("pk"), helpful=Coalesce(Sum("helpful_count"), 0))
        .values()
    )
    root_state = Comment.objects.values_list("state", flat=True).get(pk=thread.pk)
    counted = thread.comment_count
    thread.waiting_since, thread.answered_at = waiting_since, answered_at
    is_in_place = root_state in (State.PUBLISHED, *Comment.OUT_OF_SIGHT)
    thread.is_public = published > 0 and is_in_place and not thread.is_hidden
    thread.comment_count = published if thread.is_public else 0
    thread.helpful_count = helpful
    thread.save()
    similar.keep_in_step(thread, is_in_place=root_state == State.PUBLISHED)
    searching.keep_in_step(thread)
    Article.objects.filter(pk=thread.article_id).update(
        comment_count=F("comment_count") + thread.comment_count - counted,
        version=F("version") + 1,
    )


def _who_answered(thread: Thread, answered_at: datetime | None) -> int | None:
    """The account of the coach whose answer came then."""
    if answered_at is None:
        return None
    answers = thread.comments.published().filter(by_coach=True, arrived_at=answered_at)
    return answers.values_list("user_id", flat=True).first()


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
