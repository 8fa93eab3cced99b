"""The mailbox that answers by mail come to, read over IMAP.

A mail is dealt with first and marked as read after: a crash between the two brings it once more,
and `receive` knows it. What is read moves to a folder of its own, so that the inbox stays short;
what could not be read to another, for the keeper to look at.
"""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

from django.db import InterfaceError, OperationalError
from imapclient import SEEN, IMAPClient, SocketTimeout
from imapclient.exceptions import IMAPClientError

from . import parse
from .receive import Outcome, in_short, receive

DONE, PUT_ASIDE = "Done", "Put aside"
FLAGGED = b"\\Flagged"
# One round; the next takes the rest, and the queue of outgoing mail is not kept waiting.
MOST_AT_ONCE = 50
PATIENCE = SocketTimeout(connect=10, read=20)  # seconds
# As long as the mails that were sent. Then the words are in the thread alone.
KEEPS_DONE = timedelta(days=30)

log = logging.getLogger("walkcoach.inbound")


class MailboxTrouble(OSError):
    """The mailbox cannot be reached, does not know us, or has no such folder."""


def empty(settings: dict[str, Any]) -> int:
    """Deal with what is unread; returns how many mails that were.

    Raises `MailboxTrouble`, and what the database raises while it is away: those mails stay unread.
    """
    with _opened(settings) as client:
        client.select_folder(settings["folder"])
        unread = client.search(["UNSEEN", "UNDELETED"])[:MOST_AT_ONCE]
        for number in unread:
            _deal_with(client, number)
        return len(unread)


def tidy(settings: dict[str, Any]) -> None:
    """Delete what was dealt with KEEPS_DONE ago. Raises `MailboxTrouble`."""
    with _opened(settings) as client:
        folder = _full_name(client, DONE)
        if not client.folder_exists(folder):
            return
        client.select_folder(folder)
        if old := client.search(["BEFORE", date.today() - KEEPS_DONE]):
            client.delete_messages(old, silent=True)
            client.expunge()


@contextmanager
def _opened(settings: dict[str, Any]) -> Iterator[IMAPClient]:
    try:
        with IMAPClient(
            settings["host"],
            port=settings["port"],
            ssl=settings["security"] == "tls",
            timeout=PATIENCE,
        ) as client:
            if settings["security"] == "starttls":
                client.starttls()
            client.login(settings["user"], settings["password"])
            yield client
    except IMAPClientError as error:
        raise MailboxTrouble(str(error)) from error


def _deal_with(client: IMAPClient, number: int) -> None:
    # PEEK leaves it unread until it is dealt with. A long mail is cut, not refused: its words
    # stand before its files.
    what = f"BODY.PEEK[]<0.{parse.MOST_READ + 1}>"
    fetched = client.fetch([number], [what]).get(number, {})
    raw = next((v for k, v in fetched.items() if k.startswith(b"BODY[]")), None)
    if raw is None:
        return  # another worker was faster
    try:
        outcome = receive(raw)
    except (OperationalError, InterfaceError):
        raise  # the database is away; all mails wait for it
    except Exception as error:
        log.error("A mail is put aside: %s.", in_short(error))
        outcome = Outcome.UNREADABLE
    is_aside = outcome == Outcome.UNREADABLE
    client.add_flags([number], [SEEN, FLAGGED] if is_aside else [SEEN], silent=True)
    _move(client, number, PUT_ASIDE if is_aside else DONE)


def _move(client: IMAPClient, number: int, name: str) -> None:
    """Where the server cannot, it stays in the inbox, and is read."""
    try:
        folder = _full_name(client, name)
        if not client.folder_exists(folder):
            client.create_folder(folder)
        if client.has_capability("MOVE"):
            client.move([number], folder)
        elif client.has_capability("UIDPLUS"):
            client.copy([number], folder)
            client.delete_messages([number], silent=True)
            client.uid_expunge([number])
    except IMAPClientError as error:
        log.info("A mail stays where it is: %s.", type(error).__name__)


def _full_name(client: IMAPClient, name: str) -> str:
    """Some servers keep all folders under the inbox."""
    if not client.has_capability("NAMESPACE"):
        return name
    personal = client.namespace().personal
    return f"{personal[0][0]}{name}" if personal else name
