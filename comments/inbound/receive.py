"""What becomes of a mail that came in.

A mail proves nothing by what it says of its sender. It is taken for a person's where it came to an
address that only that person was mailed (`address.py`) and says that it is from them; then it is
posted as if they had written it on the page, under the same limits and the same judgement. The
coach's word is worth more: see `authentication.py`. Everything else is left alone, with one line
in the log that names nobody.

A mail that was dealt with stands in `ReceivedMail`, in the transaction of what came of it: so it
lands once, and may be delivered as often as a mail server likes.
"""

import hashlib
import logging
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum
from typing import Any

from django.conf import settings
from django.db import Error as DatabaseTrouble
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from accounts.models import User

from .. import conversation, limits, mail, moderation, red_flags, tokens
from ..conversation import CannotReply, Writer
from ..forms import LONGEST_COMMENT, SHORTEST_COMMENT, is_reserved
from ..models import Comment, Follower, Thread
from . import address, authentication, automatic, parse, quotes
from .address import Addressee
from .models import REPLY_WITHIN, MailedAnswer, ReceivedMail
from .parse import Headers
from .signals import mail_came

State = Comment.State

# Characters of an answer, as on the desk.
LONGEST_ANSWER = 8000
# Characters that are quoted to whoever wrote too many; they have their own mail for the rest.
MOST_QUOTED = 20_000

# Pages that are somebody's who has the link: what stands before the secret.
_SECRET_PAGES = (
    "confirm",
    "unsubscribe",
    "unsubscribe-all",
    "preferences",
    "mine",
    "change",
    "withdraw",
    "put-back",
    "private",
    "mailed-answer",
)

log = logging.getLogger("walkcoach.inbound")


class Outcome(Enum):
    """What became of a mail."""

    LANDED = "is posted"
    KEPT = "is an answer that waits for one press"
    MAILED_BACK = "could not be posted, and its sender is told"
    LANDED_BEFORE = "came before"
    LEFT_ALONE = "is left alone"
    UNREADABLE = "could not be read"


class NotPosted(Exception):
    """A person's mail that cannot be posted. `why` is a word that the templates know."""

    def __init__(self, why: str, **context: Any):
        super().__init__(why)
        self.why = why
        self.context = context


class LeftAlone(Exception):
    """A mail to do nothing about; its text is for the log."""


@dataclass(frozen=True)
class Reply:
    """A mail of which we know whose it is."""

    headers: Headers
    to: Addressee
    words: str
    has_files: bool

    @property
    def red_flag(self) -> str | None:
        """What a reader should see a doctor about, as the page would say before it is posted."""
        return red_flags.found_in(self.words) if self.to.follower else None

    @property
    def key(self) -> str:
        """The same for each delivery of the same mail to the same address."""
        named = self.headers.first("message-id")
        if not named:
            named = f"{self.headers.first('date')}\n{self.words}"
        return hashlib.sha256(f"{self.to.token}\n{named}".encode()).hexdigest()


def receive(
    raw: bytes, *, envelope_sender: str | None = None, envelope_recipient: str | None = None
) -> Outcome:
    """Deal with one mail, of which the first `parse.MOST_READ` bytes and one are enough.

    Whatever is in it, reading it raises nothing. Posting it raises what the database raises:
    then the mail is to be brought again.
    """
    try:
        reply = _whose(raw, envelope_sender, envelope_recipient)
    except LeftAlone as because:
        return _left_alone(because)
    except DatabaseTrouble:
        raise
    except Exception as error:
        log.warning("A mail could not be read: %s.", in_short(error))
        return Outcome.UNREADABLE
    try:
        outcome = _land(reply)
    except LeftAlone as because:
        return _left_alone(because)
    log.info("A mail %s.", outcome.value)
    return outcome


def in_short(error: Exception) -> str:
    """What went wrong and where, for the log. No more: a message or a trace may quote a mail."""
    where = traceback.extract_tb(error.__traceback__)[-1]
    return f"{type(error).__name__} at {where.filename.rpartition('/')[2]}:{where.lineno}"


def _left_alone(because: LeftAlone) -> Outcome:
    log.info("A mail was left alone: %s.", because)
    return Outcome.LEFT_ALONE


def prune() -> None:
    """Forget the mails whose address no longer works, and answers that nobody confirmed."""
    now = timezone.now()
    ReceivedMail.objects.filter(received_at__lt=now - REPLY_WITHIN).delete()
    MailedAnswer.objects.filter(received_at__lt=now - tokens.MAILED_ANSWER_WITHIN).delete()


# --- Whose it is ----------------------------------------------------------------------------


def _whose(raw: bytes, envelope_sender: str | None, envelope_recipient: str | None) -> Reply:
    """Raises `LeftAlone` for anything but a person's mail to the address that is theirs."""
    headers = parse.read_headers(raw)
    found = _tokens([envelope_recipient or "", *headers.recipients])
    if not found:
        raise LeftAlone("it is to no address of ours")
    what = automatic.what_it_is(headers, envelope_sender)
    is_report = what == automatic.BOUNCE
    for _, taken in mail_came.send(sender=None, raw=raw, tokens=found, is_report=is_report):
        if taken:
            raise LeftAlone(f"it is {taken}")
    if what:
        raise LeftAlone(f"it is {what}")
    addressees = [a for a in map(address.addressee, found) if a is not None]
    if not addressees:
        raise LeftAlone("its address is forged, or of what is gone")
    to = next((a for a in addressees if a.email.lower() == headers.sender), None)
    if to is None:
        raise LeftAlone("it is not from whom the address was given to")
    # Only now, when it is somebody's whom we know.
    words, has_files = _content(raw, to)
    return Reply(headers, to, words, has_files)


def _content(raw: bytes, to: Addressee) -> tuple[str, bool]:
    """The words, and whether files came with them. What cannot be read holds no words, which its
    sender is told."""
    try:
        content = parse.read_content(raw)
        return quotes.written(content.text, _ours(to)), content.has_files
    except Exception as error:
        log.warning("What a mail holds could not be read: %s.", in_short(error))
        return "", False


def _tokens(addresses: Iterable[str]) -> list[str]:
    found = filter(None, map(address.token_in, addresses))
    return list(dict.fromkeys(found))[:3]


def _ours(to: Addressee) -> list[str]:
    """What no person writes, and nobody should read: see `quotes.written`."""
    base = settings.BASE_URL + reverse("comments:sent").removesuffix("sent/")
    sender = settings.DEFAULT_FROM_EMAIL.rpartition("<")[2].strip("> ")
    return [sender, to.token, *(f"{base}{page}/" for page in _SECRET_PAGES)]


# --- Posting it -----------------------------------------------------------------------------


def _land(reply: Reply) -> Outcome:
    with transaction.atomic():
        received, is_new = ReceivedMail.objects.get_or_create(key=reply.key)
        if not is_new:
            return Outcome.LANDED_BEFORE
        try:
            with transaction.atomic():
                posted = _post(reply)
        except (NotPosted, CannotReply, limits.OverLimit) as trouble:
            return _tell(reply, trouble)
        if posted is None:
            return Outcome.KEPT
        received.comment = posted
        received.save(update_fields=["comment"])
        if reply.has_files or reply.red_flag:
            _mail_back(reply, "about-reply", problem="")
        return Outcome.LANDED


def _post(reply: Reply) -> Comment | None:
    """The comment that it became; None for a coach's answer that waits.

    Raises `NotPosted`, `CannotReply` and `limits.OverLimit`, which all are told to its writer, and
    `LeftAlone`.
    """
    to = reply.to
    coach = to.coach or (to.follower.user if to.follower and to.follower.user else None)
    if coach is not None and not coach.is_active:
        raise LeftAlone("its sender's account is closed")
    if len(reply.words) < SHORTEST_COMMENT:
        raise NotPosted("empty")
    if to.has_expired:
        raise NotPosted("old")
    if coach is not None and coach.is_coach:
        return _answer(reply, coach)
    if to.follower is None:
        raise LeftAlone("its sender no longer coaches")
    if len(reply.words) > LONGEST_COMMENT:
        raise NotPosted("long", longest=LONGEST_COMMENT, length=len(reply.words))
    thread = Thread.objects.select_related("article", "root").get(pk=to.comment.thread_id)
    if not (thread.article.is_live and thread.article.comments_open):
        raise NotPosted("closed")
    writer = _writer(to.follower, thread)
    if thread.is_hidden:
        return _post_privately(reply, thread, writer)
    if not thread.is_public:
        raise CannotReply
    if writer.user_id is not None:
        return _post_members(reply, thread, writer)
    return _post_guests(reply, thread, writer)


def _answer(reply: Reply, coach: User) -> Comment | None:
    """The coach's answer: published where the mail proves itself, else kept for one press."""
    if not coach.has_perm("django_comments.can_moderate"):
        raise LeftAlone("its sender no longer coaches")
    if len(reply.words) > LONGEST_ANSWER:
        raise NotPosted("long", longest=LONGEST_ANSWER, length=len(reply.words))
    if authentication.proves(reply.headers, reply.to.email):
        return conversation.answer(reply.to.comment, reply.words, Writer.of(coach))[0]
    if reply.to.comment.state not in (State.PUBLISHED, State.HELD):
        raise CannotReply
    answer = MailedAnswer.objects.create(reply_to=reply.to.comment, coach=coach, body=reply.words)
    _mail_back(
        reply,
        "answer-waits",
        spend=limits.spend_answer_to_confirm,
        confirm=mail.answer_to_confirm(answer),
        days=tokens.MAILED_ANSWER_WITHIN.days,
    )
    return None


def _post_members(reply: Reply, thread: Thread, writer: Writer) -> Comment:
    if is_reserved(writer.name):
        raise NotPosted("name")
    judgement = moderation.judge(reply.words, writer)
    comment, is_new = conversation.post(
        thread.article,
        reply.words,
        writer,
        state=judgement.state,
        judgement=judgement,
        reply_to=reply.to.comment,
    )
    if is_new and writer.user_id is not None:
        limits.spend_member_comment(writer.user_id)
    return comment


def _post_guests(reply: Reply, thread: Thread, writer: Writer) -> Comment:
    """The address of the mail is what a guest's link would prove, so it is confirmed at once."""
    comment, is_new = conversation.post(
        thread.article, reply.words, writer, state=State.UNCONFIRMED, reply_to=reply.to.comment
    )
    if is_new:
        limits.spend_known_guest_comment(writer.email)
    return conversation.confirm(comment)


def _post_privately(reply: Reply, thread: Thread, writer: Writer) -> Comment:
    if not thread.root.is_published:
        raise CannotReply
    limits.spend_private_reply(thread.pk)
    comment, _ = conversation.post(
        thread.article, reply.words, writer, state=State.PUBLISHED, reply_to=reply.to.comment
    )
    return comment


def _writer(follower: Follower, thread: Thread) -> Writer:
    """Who follows, as they last signed: in this thread, or before it was moved. Up to 3 queries."""
    if follower.user is not None and follower.user.email.lower() != follower.email.lower():
        raise LeftAlone("its sender has another address now")
    confirmed = Comment.objects.exclude(state=State.UNCONFIRMED).in_order()
    theirs = confirmed.filter(user_email__iexact=follower.email, user=follower.user)
    last = theirs.filter(thread_id=thread.pk).last() or theirs.last()
    if follower.user is not None:
        writer = Writer.of(follower.user)
    elif last is not None:
        writer = Writer(last.user_name, follower.email, is_known=True)
    else:
        raise LeftAlone("nothing says who its sender is")
    return replace(writer, initials_only=last is not None and last.initials_only)


# --- Telling its writer ---------------------------------------------------------------------


def _tell(reply: Reply, trouble: Exception) -> Outcome:
    if isinstance(trouble, NotPosted):
        why, context = trouble.why, trouble.context
    elif isinstance(trouble, limits.OverLimit):
        why, context = "limit", {"minutes": max(1, trouble.wait // 60)}
    else:
        why, context = "gone", {}
    _mail_back(reply, "about-reply", problem=why, **context)
    return Outcome.MAILED_BACK


def _mail_back(
    reply: Reply,
    name: str,
    *,
    spend: Callable[[str], None] = limits.spend_mail_back,
    **context: Any,
) -> None:
    """Mail the address that the token was given to, unless it had many such mails just now."""
    try:
        with transaction.atomic():
            spend(reply.to.email)
    except limits.OverLimit:
        log.info("A sender had as many mails back as we send within the hour or the day.")
        return
    thread = Thread.objects.select_related("article", "root").get(pk=reply.to.comment.thread_id)
    mail.about_reply(
        reply.to.email,
        name,
        in_reply_to=reply.headers.first("message-id"),
        article=thread.article,
        words=reply.words[:MOST_QUOTED],
        has_files=reply.has_files,
        red_flag=reply.red_flag,
        link=_where_to_go_on(reply.to, thread),
        **context,
    )


def _where_to_go_on(to: Addressee, thread: Thread) -> str:
    if to.follower is None:
        return mail.desk()
    if thread.is_hidden or (to.comment.is_published and thread.is_public):
        return mail.where_to_read(to.comment, thread, user_id=to.follower.user_id)
    return mail.absolute(thread.article.get_absolute_url() if thread.article.is_live else "/")
