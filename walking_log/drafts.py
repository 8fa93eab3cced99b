"""A form sent after its reader's session had ended: kept for them until they have signed in.

Each form of the log carries a signed note of whose it is. So only a form that this site gave to a
reader leaves anything in a visitor's session, and only that reader is ever shown it again.
"""

import time
from typing import Any

from django.core import signing
from django.http import HttpRequest

from accounts.models import User

SALT = "walking_log.drafts"
SESSION_KEY = "walk_draft"
# Long enough to look up a password; it is a health note in a session of nobody yet.
KEPT_FOR_S = 3600
# As long as a page may stay open on somebody's phone.
FORM_GOOD_FOR_S = 60 * 24 * 3600


def token_for(reader: User) -> str:
    """What a form says of its reader, in the hidden field `reader`."""
    return signing.dumps(reader.pk, salt=SALT)


def keep(request: HttpRequest) -> bool:
    """Keep what a visitor sent, where it came from a form of a reader; says whether it did."""
    try:
        reader = signing.loads(request.POST.get("reader", ""), salt=SALT, max_age=FORM_GOOD_FOR_S)
    except signing.BadSignature:
        return False
    request.session[SESSION_KEY] = {
        "reader": reader,
        "address": request.path,
        "at": int(time.time()),
        "typed": {
            # Of boxes to tick there may be several by one name.
            name: values[0] if len(values) == 1 else values
            for name, values in request.POST.lists()
            if name not in ("csrfmiddlewaretoken", "reader")
        },
    }
    request.session.set_expiry(KEPT_FOR_S)
    return True


def typed(request: HttpRequest) -> dict[str, Any]:
    """What this reader sent to this address while signed out, if it was lately; else nothing."""
    draft = request.session.get(SESSION_KEY)
    if draft is None:
        return {}
    if draft["reader"] != request.user.pk or time.time() - draft["at"] > KEPT_FOR_S:
        forget(request)
        return {}
    return draft["typed"] if draft["address"] == request.path else {}


def forget(request: HttpRequest) -> None:
    """It is saved, or too old."""
    request.session.pop(SESSION_KEY, None)
