"""The addresses that mails to subscribers come back to, one for each subscriber (VERP).

They have the form of those that answers by mail come to (comments/inbound/address.py), and the same
mailbox: REPLY_ADDRESS with 40 letters and digits in it, in one case, signed with the site's key.
Where the first byte says what they are for, 1 and 2 are answers.
"""

import base64
import binascii
import hmac

from django.conf import settings
from django.utils.crypto import salted_hmac

from .models import Subscriber

_BOUNCE, _STOP = 3, 4
_KEY, _MAC = 9, 15  # bytes; 120 bits that nobody guesses


def to_bounce(subscriber: Subscriber) -> str:
    """Where what cannot be delivered to them comes back to; "" without REPLY_ADDRESS."""
    return _address(_BOUNCE, subscriber)


def to_stop(subscriber: Subscriber) -> str:
    """Where a mail stops theirs, whatever is in it; "" without REPLY_ADDRESS."""
    return _address(_STOP, subscriber)


def bounced(token: str) -> Subscriber | None:
    """Whose mail came back; None where the token says something else, or they are gone."""
    return _subscriber(_BOUNCE, token)


def stopped(token: str) -> Subscriber | None:
    """Who wants no more mails; None where the token says something else, or they are gone."""
    return _subscriber(_STOP, token)


def _address(kind: int, subscriber: Subscriber) -> str:
    return settings.REPLY_ADDRESS.replace("TOKEN", _token(kind, subscriber))


def _token(kind: int, subscriber: Subscriber) -> str:
    keys = bytes([kind]) + subscriber.pk.to_bytes(_KEY)
    # A database restored from a backup gives numbers out again: the address tells the rows apart.
    signed = f"{keys.hex()} {subscriber.email}"
    mac = salted_hmac("subscribing.return-address", signed, algorithm="sha256").digest()[:_MAC]
    return base64.b32encode(keys + mac).decode().lower()


def _subscriber(kind: int, token: str) -> Subscriber | None:
    try:
        raw = base64.b32decode(token.upper())
    except (binascii.Error, ValueError):
        return None
    pk = int.from_bytes(raw[1 : 1 + _KEY])
    if raw[:1] != bytes([kind]) or pk >= 2**63:
        return None
    found = Subscriber.objects.filter(pk=pk).first()
    return found if found and hmac.compare_digest(_token(kind, found), token) else None
