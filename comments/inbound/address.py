"""The address that a mail about a comment can be answered to.

It says which comment is answered and by whom, signed with the site's key: 40 letters and digits,
so that they fit into an address beside a name (64 octets before the @, RFC 5321), and in one case,
since mail servers fold it. Whoever has it received the mail, or was given it: see `receive.py` for
what is asked besides.
"""

import base64
import binascii
import hmac
from dataclasses import dataclass
from email.utils import formataddr

from django.conf import settings
from django.db.models import Model
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.models import User

from ..models import Comment, Follower
from .models import REPLY_WITHIN

# Stands on top of every mail that can be answered: below it, everything is ours (quotes.py).
MARKER = "—— Write your reply above this line ——"
# What stands in REPLY_ADDRESS where the signed part goes.
PLACE = "TOKEN"
TOKEN_LENGTH = 40  # characters of base32, 25 bytes
_COMMENT, _RECIPIENT, _MAC = 4, 5, 15  # bytes; 120 bits that nobody guesses
_OF_FOLLOWER, _OF_COACH = 1, 2


@dataclass(frozen=True)
class Addressee:
    """Whose address it is, and what an answer to it answers."""

    token: str
    comment: Comment
    email: str
    follower: Follower | None = None
    coach: User | None = None

    @property
    def has_expired(self) -> bool:
        """Whether the comment is older than REPLY_WITHIN."""
        told_at = self.comment.arrived_at or self.comment.submit_date
        return timezone.now() - told_at > REPLY_WITHIN


def is_on() -> bool:
    """Whether mails can be answered at all."""
    return bool(settings.REPLY_ADDRESS)


def for_follower(comment: Comment, follower: Follower) -> str:
    """Where a follower answers a comment: a Reply-To header's value."""
    return _address(_token(_OF_FOLLOWER, comment, follower, follower.email))


def for_coach(comment: Comment, coach: User) -> str:
    """Where a coach answers a comment."""
    return _address(_token(_OF_COACH, comment, coach, coach.email))


def token_in(address: str) -> str | None:
    """The signed part of an address of ours, in lower case; None for any other address."""
    before, _, after = (part.lower() for part in settings.REPLY_ADDRESS.partition(PLACE))
    address = address.lower()
    token = address[len(before) : len(address) - len(after)]
    is_ours = len(token) == TOKEN_LENGTH and address == f"{before}{token}{after}"
    return token if settings.REPLY_ADDRESS and is_ours else None


def addressee(token: str) -> Addressee | None:
    """Whose it is; None where it is not ours, or a row of it is gone or another's. 2 queries."""
    try:
        raw = base64.b32decode(token.upper())
    except binascii.Error:
        return None
    kind, keys = raw[0], raw[1:-_MAC]
    comment = Comment.objects.filter(pk=int.from_bytes(keys[:_COMMENT])).first()
    recipient_pk = int.from_bytes(keys[_COMMENT:])
    if comment is None:
        return None
    found: Addressee | None = None
    if kind == _OF_FOLLOWER:
        follower = Follower.objects.select_related("user").filter(pk=recipient_pk).first()
        if follower and hmac.compare_digest(token, _token(kind, comment, follower, follower.email)):
            found = Addressee(token, comment, follower.email, follower=follower)
    elif kind == _OF_COACH:
        coach = User.objects.filter(pk=recipient_pk, is_active=True).first()
        if coach and hmac.compare_digest(token, _token(kind, comment, coach, coach.email)):
            found = Addressee(token, comment, coach.email.lower(), coach=coach)
    return found


def _address(token: str) -> str:
    return formataddr((settings.SITE_NAME, settings.REPLY_ADDRESS.replace(PLACE, token)))


def _token(kind: int, comment: Comment, recipient: Model, email: str) -> str:
    keys = bytes([kind]) + comment.pk.to_bytes(_COMMENT) + recipient.pk.to_bytes(_RECIPIENT)
    # A database restored from a backup gives numbers out again: the moment and the address tell
    # the rows apart.
    signed = f"{keys.hex()} {comment.submit_date.timestamp()} {email.lower()}"
    mac = salted_hmac("comments.reply-address", signed, algorithm="sha256").digest()[:_MAC]
    return base64.b32encode(keys + mac).decode().lower()
