"""The links in these mails: signed JSON that says which row, and nothing else.

Whoever holds such a link received the mail, so the link is all the authority there is, and no
cookie adds to it.
"""

from datetime import timedelta

from django.core import signing
from django.utils.crypto import salted_hmac

from .models import ReportRequest, Subscriber

CONFIRM_WITHIN = timedelta(days=7)

_CONFIRM = "subscribing.confirm"
_PREFERENCES = "subscribing.preferences"
_STOP = "subscribing.stop"
_REPORT = "subscribing.report"


def to_confirm(subscriber: Subscriber) -> str:
    """What the first mail links to."""
    return _dumps(subscriber, _CONFIRM)


def subscriber_to_confirm(token: str, *, even_expired: bool = False) -> Subscriber | None:
    """Whose link it is; None where the row is gone.

    Raises `signing.BadSignature`, and of it `SignatureExpired` after CONFIRM_WITHIN unless
    `even_expired`.
    """
    return _subscriber(token, _CONFIRM, None if even_expired else CONFIRM_WITHIN)


def to_preferences(subscriber: Subscriber) -> str:
    """What the foot of each mail links to. Never expires: old mails must keep their promise."""
    return _dumps(subscriber, _PREFERENCES)


def subscriber_of_preferences(token: str) -> Subscriber | None:
    """Whose link it is; None where the row is gone. Raises `signing.BadSignature`."""
    return _subscriber(token, _PREFERENCES, None)


def to_stop(subscriber: Subscriber) -> str:
    """What stops the mails. Never expires."""
    return _dumps(subscriber, _STOP)


def subscriber_to_stop(token: str) -> Subscriber | None:
    """Whose link it is; None where the row is gone. Raises `signing.BadSignature`."""
    return _subscriber(token, _STOP, None)


def to_report(request: ReportRequest) -> str:
    """What leads to a report. How long it works is said by the row (`reports.py`)."""
    return signing.dumps([request.pk, keyed(request.email)], salt=_REPORT)


def request_of(token: str) -> ReportRequest | None:
    """The row of a link, with its report; None where it is gone. Raises `BadSignature`."""
    pk, whose = signing.loads(token, salt=_REPORT)
    found = ReportRequest.objects.select_related("report").filter(pk=pk).first()
    return found if found and found.email and keyed(found.email) == whose else None


def keyed(email: str) -> str:
    """An address as nobody can read it back; tells rows apart whose numbers a restored backup
    gave out again."""
    return salted_hmac("subscribing.address", email.lower(), algorithm="sha256").hexdigest()[:32]


def _dumps(subscriber: Subscriber, salt: str) -> str:
    return signing.dumps([subscriber.pk, keyed(subscriber.email)], salt=salt)


def _subscriber(token: str, salt: str, within: timedelta | None) -> Subscriber | None:
    pk, whose = signing.loads(token, salt=salt, max_age=within)
    found = Subscriber.objects.filter(pk=pk).first()
    return found if found and keyed(found.email) == whose else None
