"""Mails that come back, and people who call them spam: their addresses are left in peace.

They come back in two ways. A mail server refuses the address while it is given: post_office has it
in its log (`note_refusals`). Or it is found out later: a report (RFC 3464) comes to the mailbox of
REPLY_ADDRESS, at an address that names the subscriber (`take`). What it says is a claim of whoever
sends it; it can do no more than stop the mails to one address, whose owner starts them again by
confirming again.
"""

import logging
import re
from collections.abc import Iterable
from datetime import timedelta
from email import message_from_bytes
from email.message import Message
from email.policy import compat32

from django.db import transaction
from django.utils import timezone
from post_office.models import PRIORITY, STATUS, Email, Log

from . import return_address, subscriptions
from .models import Subscriber

Because = Subscriber.Because

# RFC 3463: 5.1.x is the address itself ("bad destination mailbox address", "no such domain"); all
# else, a full mailbox (x.2.2) or a policy (x.7.x), may be over tomorrow.
_NO_SUCH_ADDRESS = re.compile(r"5\.1\.\d{1,3}")
_PERMANENT = re.compile(r"5\.\d{1,3}\.\d{1,3}")
_TEMPORARY = re.compile(r"4\.\d{1,3}\.\d{1,3}")
# RFC 5321, 4.2.3: without a finer code, what says that there is no such mailbox.
_REFUSED = re.compile(r"\((55[013]|421|4\d\d|5\d\d), b['\"](?:([245]\.\d{1,3}\.\d{1,3}))?")
_NO_MAILBOX = ("550", "551", "553")
# Seven for those nobody knows to be reading, as Mailchimp counts them ("Soft vs. hard bounces",
# mailchimp.com/help/soft-vs-hard-bounces): we do not know who reads, and do not want to. On as many
# different days; within half a year, seven weekly mails in a row with a summer between.
SOFT_BOUNCES = 7
SOFT_BOUNCES_WITHIN = timedelta(days=182)
# Parts of a report that are looked at, and of its recipients.
_MOST_PARTS = 20

log = logging.getLogger("walkcoach.subscribing")


def take(raw: bytes, tokens: Iterable[str], *, is_report: bool) -> str:
    """Deal with a mail that came to one of our return addresses; returns what it is, for the log.

    "" where it is to none of them. Harmless twice.
    """
    for token in tokens:
        if subscriber := return_address.bounced(token):
            return _take_report(subscriber, raw) if is_report else "an answer to a return address"
        if subscriber := return_address.stopped(token):
            if not is_report:
                subscriptions.stop(subscriber)
            return "a subscriber's word to stop"
    return ""


def note_refusals() -> None:
    """Leave in peace the subscribers whose address was refused for good. One query for none.

    Those mails are not tried again; all others keep their tries, and count once they are used up.
    """
    refused = (
        Log.objects.filter(
            exception_type="SMTPRecipientsRefused",
            email__priority=PRIORITY.low,
            email__status__in=[STATUS.requeued, STATUS.failed],
            email__last_updated__gte=timezone.now() - timedelta(hours=1),
        )
        .select_related("email")
        .order_by("pk")
    )
    latest = {entry.email_id: entry for entry in refused}
    for entry in latest.values():
        found = _REFUSED.search(entry.message)
        if found is None:
            continue
        code, finer = found[1], found[2] or ""
        is_hard = bool(_NO_SUCH_ADDRESS.fullmatch(finer)) if finer else code in _NO_MAILBOX
        if is_hard:
            # Failed for good: post_office would try it for hours, and be refused.
            Email.objects.filter(pk=entry.email_id).update(status=STATUS.failed)
        if is_hard or entry.email.status == STATUS.failed:
            # Who has confirmed since says that the address works again.
            theirs = Subscriber.objects.active().filter(
                email__in=entry.email.to, confirmed_at__lte=entry.date
            )
            for subscriber in theirs:
                _note(subscriber, is_hard=is_hard)


def _take_report(subscriber: Subscriber, raw: bytes) -> str:
    message = message_from_bytes(raw, policy=compat32)
    if _is_complaint(message):
        subscriptions.stop(subscriber, Because.COMPLAINED)
        log.warning("A subscriber called a mail spam, and is mailed no more.")
        return "a complaint"
    failed = [status for action, status in _recipients(message) if action == "failed"]
    if not failed:
        return "a report of a delay"
    status = failed[0]
    if _NO_SUCH_ADDRESS.fullmatch(status):
        _note(subscriber, is_hard=True)
    elif _PERMANENT.fullmatch(status) or _TEMPORARY.fullmatch(status):
        _note(subscriber, is_hard=False)
    return "a bounce of a subscriber's mail"


def _note(subscriber: Subscriber, *, is_hard: bool) -> None:
    """Stop them at once, or when it has happened on SOFT_BOUNCES days."""
    if not is_hard:
        with transaction.atomic():
            locked = Subscriber.objects.select_for_update().get(pk=subscriber.pk)
            today = timezone.localdate()
            oldest = (today - SOFT_BOUNCES_WITHIN).isoformat()
            days = {day for day in locked.soft_bounced_on if day >= oldest} | {today.isoformat()}
            locked.soft_bounced_on = sorted(days)
            locked.save(update_fields=["soft_bounced_on"])
            if len(days) < SOFT_BOUNCES:
                return
    subscriptions.stop(subscriber, Because.BOUNCED)
    log.warning("A subscriber's mails come back (%s); they are mailed no more.", subscriber.pk)


def _is_complaint(message: Message) -> bool:
    """Whether it is a mailbox provider's "this is spam" (RFC 5965)."""
    return any(
        part.get_content_type() == "message/feedback-report"
        and "feedback-type: abuse" in _text(part).lower()
        for part in _parts(message)
    )


def _recipients(message: Message) -> list[tuple[str, str]]:
    """Of a report's recipients: what became of the mail, and the code that says why (RFC 3464)."""
    found = []
    for part in _parts(message):
        if part.get_content_type() != "message/delivery-status":
            continue
        # The standard package reads each group of fields as a mail of its own.
        groups = part.get_payload()
        for group in groups[1:_MOST_PARTS] if isinstance(groups, list) else []:
            if isinstance(group, Message):
                action = str(group.get("Action", "")).strip().lower()
                status = str(group.get("Status", "")).strip().partition(" ")[0]
                found.append((action, status))
    return found


def _parts(message: Message) -> list[Message]:
    """The report itself and its parts; never what is inside the mail that it quotes."""
    inside = message.get_payload()
    below = inside[:_MOST_PARTS] if message.is_multipart() and isinstance(inside, list) else []
    return [message, *(part for part in below if isinstance(part, Message))]


def _text(part: Message) -> str:
    """A part as it was sent. The standard package reads a feedback report as a mail within."""
    inside = part.get_payload()
    if isinstance(inside, list):
        return "\n".join(one.as_string() for one in inside if isinstance(one, Message))
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else str(inside)
