"""The links in the conversation's mails: signed JSON that says which row, and nothing else.

Whoever holds such a link received the mail, so the link is all the authority there is, and no
cookie adds to it.
"""

from copy import copy
from datetime import datetime, timedelta

from django.core import signing
from django.utils.crypto import salted_hmac

from .models import Comment, Correspondent, Follower, MailedAnswer, Thread

CONFIRM_WITHIN = timedelta(days=7)
# A comment can be changed for a quarter of an hour after it arrived; the rest is reading time.
MANAGE_WITHIN = timedelta(hours=1)
UNDO_WITHIN = timedelta(hours=1)
OWN_WITHIN = timedelta(hours=1)
# An answer may take the coach weeks; a new link can be had at any time.
PRIVATE_WITHIN = timedelta(days=90)
# An answer waits as long as a coach may be away.
MAILED_ANSWER_WITHIN = timedelta(days=30)
# Knees take their time, and so does a weekly digest.
OUTCOME_WITHIN = timedelta(days=90)

_CONFIRM = "comments.confirm"
_UNSUBSCRIBE = "comments.unsubscribe"
_PREFERENCES = "comments.preferences"
_BROWSER = "comments.browser"
_MANAGE = "comments.manage"
_UNDO = "comments.undo"
_OWN = "comments.own"
_PRIVATE = "comments.private"
_MAILED_ANSWER = "comments.mailed-answer"
_OUTCOME = "comments.outcome"
_ANSWER_PAGE = "comments.answer-page"


def to_confirm(comment: Comment) -> str:
    """What a guest's mail links to. It names the comment's words too, by their key."""
    return signing.dumps([comment.pk, _fingerprint(comment)], salt=_CONFIRM)


def comment_to_confirm(token: str, *, even_expired: bool = False) -> Comment | None:
    """The comment of a link, in whatever state; None where it is gone.

    Raises `signing.BadSignature`, and of it `SignatureExpired` after CONFIRM_WITHIN unless
    `even_expired`.
    """
    pk, fingerprint = signing.loads(
        token, salt=_CONFIRM, max_age=None if even_expired else CONFIRM_WITHIN
    )
    comment = Comment.objects.filter(pk=pk).first()
    # A database restored from a backup gives numbers out again; the words tell them apart.
    return comment if comment and _fingerprint(comment) == fingerprint else None


def to_manage(comment: Comment) -> str:
    """What a guest changes or takes back a comment of theirs with."""
    return signing.dumps([comment.pk, _moment(comment.submit_date)], salt=_MANAGE)


def comment_to_manage(token: str) -> Comment | None:
    """The comment of a link, in whatever state; None where it is gone.

    Raises `signing.BadSignature`, and of it `SignatureExpired` after MANAGE_WITHIN.
    """
    pk, moment = signing.loads(token, salt=_MANAGE, max_age=MANAGE_WITHIN)
    comment = Comment.objects.filter(pk=pk, user__isnull=True).first()
    return comment if comment and _moment(comment.submit_date) == moment else None


def to_undo(before: Comment, withdrawn: Comment) -> str:
    """What puts back what was just taken back: says how it stood, for this once."""
    return signing.dumps(
        [
            before.pk,
            before.state,
            _moment(before.arrived_at),
            _moment(before.edited_at),
            before.submission_key,
            _moment(withdrawn.edited_at),
        ],
        salt=_UNDO,
    )


def withdrawal_to_undo(token: str) -> tuple[Comment, Comment] | None:
    """The comment as it was taken back, and as it was before; None where it is gone.

    Raises `signing.BadSignature`, and of it `SignatureExpired` after UNDO_WITHIN.
    """
    pk, state, arrived, edited, key, withdrawn = signing.loads(
        token, salt=_UNDO, max_age=UNDO_WITHIN
    )
    comment = Comment.objects.filter(pk=pk).first()
    if comment is None or _moment(comment.edited_at) != withdrawn:
        return None
    before = copy(comment)
    before.state = Comment.State(state)
    before.arrived_at = datetime.fromisoformat(arrived) if arrived else None
    before.edited_at = datetime.fromisoformat(edited) if edited else None
    before.submission_key = key
    return comment, before


def to_own(email: str) -> str:
    """What leads a guest to everything their address wrote."""
    return signing.dumps(email.lower(), salt=_OWN)


def address_of_own(token: str) -> str:
    """The address of such a link. Raises as `signing.loads` after OWN_WITHIN."""
    return signing.loads(token, salt=_OWN, max_age=OWN_WITHIN)


def to_private(thread: Thread) -> str:
    """What a guest reads their private question with."""
    return signing.dumps([thread.pk, _moment(thread.root.submit_date)], salt=_PRIVATE)


def private_thread(token: str) -> Thread | None:
    """The thread of such a link; None where it is gone, or its asker has an account.

    Raises `signing.BadSignature`, and of it `SignatureExpired` after PRIVATE_WITHIN.
    """
    pk, moment = signing.loads(token, salt=_PRIVATE, max_age=PRIVATE_WITHIN)
    thread = Thread.objects.select_related("root", "article").filter(pk=pk).first()
    if thread is None:
        return None
    # Of what was forgotten, no address proves anything any more.
    theirs = thread.root.user_id is None and thread.root.user_email
    return thread if theirs and _moment(thread.root.submit_date) == moment else None


def to_mailed_answer(answer: MailedAnswer) -> str:
    """What the coach confirms an answer with that came by mail."""
    return signing.dumps([answer.pk, _moment(answer.received_at)], salt=_MAILED_ANSWER)


def mailed_answer(token: str) -> MailedAnswer | None:
    """The answer of such a link; None where it is gone.

    Raises `signing.BadSignature`, and of it `SignatureExpired` after MAILED_ANSWER_WITHIN.
    """
    pk, moment = signing.loads(token, salt=_MAILED_ANSWER, max_age=MAILED_ANSWER_WITHIN)
    answers = MailedAnswer.objects.select_related("coach", "reply_to", "became")
    answer = answers.filter(pk=pk).first()
    return answer if answer and _moment(answer.received_at) == moment else None


def to_answer_page(thread: Thread) -> str:
    """What the asker says with whether they mind a page of their question."""
    return signing.dumps([thread.pk, _moment(thread.root.submit_date)], salt=_ANSWER_PAGE)


def thread_of_answer_page(token: str) -> Thread | None:
    """The thread of such a link; None where it is gone. Raises as `thread_of_outcome`, but never
    expires: who agreed today may mind in a year."""
    pk, moment = signing.loads(token, salt=_ANSWER_PAGE)
    thread = Thread.objects.select_related("root", "article").filter(pk=pk).first()
    return thread if thread and _moment(thread.root.submit_date) == moment else None


def to_outcome(thread: Thread) -> str:
    """What the asker, with an account or without, says by whether the answer helped."""
    return signing.dumps([thread.pk, _moment(thread.root.submit_date)], salt=_OUTCOME)


def thread_of_outcome(token: str) -> Thread | None:
    """The thread of such a link; None where it is gone, or its asker was forgotten.

    Raises `signing.BadSignature`, and of it `SignatureExpired` after OUTCOME_WITHIN.
    """
    pk, moment = signing.loads(token, salt=_OUTCOME, max_age=OUTCOME_WITHIN)
    thread = Thread.objects.select_related("root", "article", "said_outcome").filter(pk=pk).first()
    if thread is None or not thread.root.user_email:
        return None
    return thread if _moment(thread.root.submit_date) == moment else None


def _moment(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def to_unsubscribe(follower: Follower) -> str:
    """What a follower's mails link to. It never expires: old mails must keep their promise."""
    return signing.dumps(follower.pk, salt=_UNSUBSCRIBE)


def follower_to_unsubscribe(token: str) -> Follower | None:
    """The follower of a link; None where the row is gone. Raises `signing.BadSignature`."""
    pk = signing.loads(token, salt=_UNSUBSCRIBE)
    return Follower.objects.select_related("thread__article").filter(pk=pk).first()


def to_preferences(correspondent: Correspondent) -> str:
    """What the foot of each mail links to: how its reader wants to be mailed. Never expires."""
    return signing.dumps([correspondent.pk, _keyed(correspondent.email)], salt=_PREFERENCES)


def correspondent_of(token: str) -> Correspondent | None:
    """Whose link it is; None where the row is gone. Raises `signing.BadSignature`."""
    pk, keyed = signing.loads(token, salt=_PREFERENCES)
    correspondent = Correspondent.objects.filter(pk=pk).first()
    return correspondent if correspondent and _keyed(correspondent.email) == keyed else None


def of_browser(email: str) -> str:
    """What a browser keeps that has confirmed an address. It tells nobody which."""
    return signing.dumps(_keyed(email), salt=_BROWSER)


def is_of_browser(token: str, email: str, *, within: timedelta) -> bool:
    """Whether it was given for this address within that time, and the address is not forgotten.

    Raises `signing.BadSignature`.
    """
    if signing.loads(token, salt=_BROWSER, max_age=within) != _keyed(email):
        return False
    known = Correspondent.objects.filter(email=email.lower(), confirmed_at__isnull=False)
    return known.exists()


def _keyed(email: str) -> str:
    return salted_hmac("comments.address", email.lower(), algorithm="sha256").hexdigest()[:32]


def _fingerprint(comment: Comment) -> str:
    return (comment.submission_key or "")[:16]
