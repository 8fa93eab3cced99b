"""Who is told of what by mail, and that nobody is told of the same thing twice.

Each mail about a thread stands on a `Notice` row, unique by its kind, its comment and its address,
which is written under the thread's lock, in the transaction of what it tells of, together with the
mail's own row in the outbox. So whatever is pressed, and how often, a comment is told of once; and
where the transaction is undone, neither row is left.

Whoever wrote in a thread follows it: the coach's answers come to all of them, other readers'
replies only to those who ticked a box for that. An answer's words are in its mail. What readers
write is not: it is read on the page, where the coach can take it away. The coach is mailed it, to
answer by mail, where the site takes such answers.
"""

from collections.abc import Iterable
from datetime import timedelta

from django.core.mail import get_connection
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import User

from . import mail
from .inbound import address
from .models import Comment, Correspondent, Follower, Notice, Thread

Kind = Notice.Kind

# Mails to one coach about readers' comments; what comes above that within the hour comes in one.
QUESTIONS_AN_HOUR = 30
# What is held for these may be a storm of spam. It waits on the desk, and rings no bell.
_NO_BELL = (
    Comment.HeldBecause.LOOKS_LIKE_SPAM,
    Comment.HeldBecause.REPEATED,
    Comment.HeldBecause.FLOOD,
)


def tell_of(comment: Comment, thread: Thread) -> None:
    """Tell those who follow the thread of a comment that everybody may read from now on.

    Inside the transaction that publishes it, with the thread locked; so are the others here. At
    most 8 queries, and one row more for each mail.
    """
    followers = thread.followers.active().exclude(email=comment.user_email.lower())
    if comment.user_id:
        followers = followers.exclude(user_id=comment.user_id)
    if comment.by_coach:
        _tell(Kind.ANSWER, comment, thread, followers)
    elif not comment.is_question:
        _tell(Kind.REPLY, comment, thread, followers.filter(all_replies=True))


def tell_of_publication(comment: Comment, thread: Thread) -> None:
    """Tell its writer that a comment which was held is published. Not of a private one: it is
    not."""
    if not thread.is_hidden:
        writer = thread.followers.active().filter(email=comment.user_email.lower())
        _tell(Kind.PUBLISHED, comment, thread, writer)


def tell_coaches(comment: Comment, thread: Thread) -> None:
    """Mail the coaches a reader's comment that waits, so that they can answer by mail.

    Nothing where the site takes no answers by mail. As `tell_of` otherwise.
    """
    waits = comment.state == Comment.State.PUBLISHED or (
        comment.state == Comment.State.HELD and comment.held_because not in _NO_BELL
    )
    if not address.is_on() or comment.by_coach or not waits:
        return
    coaches = User.objects.filter(is_active=True, is_staff=True, coach_profile__isnull=False)
    people = {user.email.lower(): user for user in coaches.exclude(pk=comment.user_id)}
    if not people:
        return
    wishes = correspondents(people)
    already = set(
        Notice.objects.filter(kind=Kind.ASKED, comment=comment).values_list("email", flat=True)
    )
    now = timezone.now()
    rows, mails = [], []
    for email, coach in people.items():
        if email in already or wishes[email].stopped_at is not None:
            continue
        at_once = wishes[email].delivery == Correspondent.Delivery.AT_ONCE and not _is_busy(email)
        rows.append(
            Notice(
                kind=Kind.ASKED, comment=comment, email=email, queued_at=now if at_once else None
            )
        )
        if at_once:
            mails.append(mail.question(comment, thread, coach, wishes[email]))
    Notice.objects.bulk_create(rows)
    if mails:
        get_connection().send_messages(mails)


def _is_busy(email: str) -> bool:
    """Whether a coach has been mailed QUESTIONS_AN_HOUR of them within the hour. One query."""
    told = Notice.objects.filter(kind=Kind.ASKED, email=email).order_by("-comment_id")
    earlier = told.values_list("noted_at", flat=True)[QUESTIONS_AN_HOUR - 1 : QUESTIONS_AN_HOUR]
    return any(at > timezone.now() - timedelta(hours=1) for at in earlier)


def ask_whether_it_helped(thread: Thread) -> None:
    """Ask the asker of a thread whether the answer helped, unless they were asked before."""
    email = thread.root.user_email.lower()
    _tell(Kind.OUTCOME, thread.root, thread, thread.followers.active().filter(email=email))


def correspondents(emails: Iterable[str]) -> dict[str, Correspondent]:
    """The rows of these addresses, made where there are none. At most 3 queries."""
    wanted = set(emails)
    known = Correspondent.objects.in_bulk(wanted, field_name="email")
    if missing := wanted - known.keys():
        Correspondent.objects.bulk_create(
            [Correspondent(email=email) for email in sorted(missing)], ignore_conflicts=True
        )
        known = Correspondent.objects.in_bulk(wanted, field_name="email")
    return known


def opt_in(email: str) -> None:
    """Remember that whoever reads this mailbox has confirmed something. At most 4 queries."""
    correspondents([email.lower()])
    Correspondent.objects.filter(email=email.lower(), confirmed_at__isnull=True).update(
        confirmed_at=timezone.now()
    )


def stop(follower: Follower) -> None:
    """No more mails about one thread to one address. Harmless twice."""
    Follower.objects.active().filter(pk=follower.pk).update(stopped_at=timezone.now())


def stop_all(correspondent: Correspondent) -> None:
    """No more mails about any thread to an address. Harmless twice."""
    Correspondent.objects.filter(pk=correspondent.pk, stopped_at__isnull=True).update(
        stopped_at=timezone.now()
    )


def start_again(correspondent: Correspondent) -> None:
    """Undo `stop_all`. What happened meanwhile is not told of any more."""
    Correspondent.objects.filter(pk=correspondent.pk).update(stopped_at=None)


def forget(email: str) -> None:
    """Delete what is kept of an address that follows no thread any more."""
    email = email.lower()
    if not Follower.objects.filter(email=email).exists():
        Correspondent.objects.filter(email=email).delete()  # first, as a digest locks them
        Notice.objects.filter(email=email).delete()


def _tell(kind: Kind, comment: Comment, thread: Thread, followers: QuerySet[Follower]) -> None:
    people = list(followers)
    if not people:
        return
    wishes = correspondents(follower.email for follower in people)
    already = set(Notice.objects.filter(kind=kind, comment=comment).values_list("email", flat=True))
    now = timezone.now()
    rows, mails = [], []
    for follower in people:
        correspondent = wishes[follower.email]
        if follower.email in already or correspondent.stopped_at is not None:
            continue
        at_once = correspondent.delivery == Correspondent.Delivery.AT_ONCE
        queued_at = now if at_once else None
        rows.append(Notice(kind=kind, comment=comment, email=follower.email, queued_at=queued_at))
        if at_once:
            mails.append(mail.notice(kind, comment, thread, follower, correspondent))
    Notice.objects.bulk_create(rows)
    if mails:
        get_connection().send_messages(mails)
