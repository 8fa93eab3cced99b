"""The links in the conversation's mails: signed JSON that says which row, and nothing else.

Whoever holds such a link received the mail, so the link is all the authority there is, and no
cookie adds to it.
"""

from datetime import timedelta

from django.core import signing

from .models import Comment, Follower

CONFIRM_WITHIN = timedelta(days=7)

_CONFIRM = "comments.confirm"
_UNSUBSCRIBE = "comments.unsubscribe"


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


def to_unsubscribe(follower: Follower) -> str:
    """What a follower's mails link to. It never expires: old mails must keep their promise."""
    return signing.dumps(follower.pk, salt=_UNSUBSCRIBE)


def follower_to_unsubscribe(token: str) -> Follower | None:
    """The follower of a link; None where the row is gone. Raises `signing.BadSignature`."""
    pk = signing.loads(token, salt=_UNSUBSCRIBE)
    return Follower.objects.select_related("thread__article").filter(pk=pk).first()


def _fingerprint(comment: Comment) -> str:
    return (comment.submission_key or "")[:16]
