"""The site's second process: it sends the queued mail, reads what is answered, makes the sizes of
pictures, and keeps house."""

import logging
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import Error as DatabaseTrouble
from django.db import close_old_connections, connection
from django.utils import timezone
from post_office.mail import get_queued, send_queued
from post_office.models import STATUS, Email

from articles.library import making
from articles.lifecycle import publishing, working_copies
from articles.search import vocabulary
from articles.subscribing import bounces, reports, sending, subscriptions
from comments import akismet, answering, conversation, digests, outcomes
from comments.inbound import mailbox, receive
from walking_log import morning_link, weekly_mail

try:
    import fcntl
except ImportError:  # Windows
    fcntl = None  # type: ignore[assignment]

LOOKS_EVERY = 1.5  # seconds between looks into an empty queue
WAITS_AT_MOST = 60  # seconds between tries while the mail server or the database is away
KEEPS_HOUSE_EVERY = 3600  # seconds
READS_MAIL_EVERY = 30  # seconds
MAILS_ARTICLES_EVERY = 5  # seconds
# Seconds of one round of sending: a mail to ten thousand subscribers must not keep an answer from
# being published, or the mailbox from being read.
SENDS_AT_MOST_FOR = 10
KEEPS_SENT_MAIL = timedelta(days=30)
SENDERS_LOCK = 0x57616C6B  # PostgreSQL's name of the lock that only one sender holds

log = logging.getLogger("walkcoach.worker")


class Command(BaseCommand):
    """Publish answers that are due, tell of new articles, send queued mail within two or three
    seconds, read answers by mail, make the sizes of pictures, and tidy up each hour; until SIGTERM.

    A trouble is logged once, when it begins, and once when it is over; it never ends the worker.
    The mail in hand at SIGTERM is sent to its end. Several workers of one site take turns.
    """

    help = (
        "Send queued mail, read answers by mail, make pictures and keep house, until told to stop."
    )
    requires_system_checks = []
    stopping = False
    pictures_wait = False

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="one round of each, then stop")

    def handle(self, *args, once: bool, **options):
        if once:
            publish_answers()
            publishing.notice_due()
            read_mailbox()
            akismet.work()
            sending.work()
            self.send_mail()
            keep_house()
            self.make_pictures()
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        answers = Chore("publishing answers", publish_answers)
        articles = Chore("mailing new articles", sending.work)
        mail = Chore("sending mail", self.send_mail)
        inbox = Chore("reading the mailbox", read_mailbox)
        house = Chore("keeping house", keep_house)
        opinions = Chore("asking Akismet", akismet.work)
        published = Chore("noticing new articles", publishing.notice_due)
        pictures = Chore("making pictures", self.make_pictures)
        chores = (answers, published, articles, mail, inbox, opinions, house, pictures)
        due = dict.fromkeys(chores, time.monotonic())
        pause = {
            answers: 0,
            published: 0,
            articles: MAILS_ARTICLES_EVERY,
            mail: 0,
            opinions: 0,
            pictures: 0,
            inbox: READS_MAIL_EVERY,
            house: KEEPS_HOUSE_EVERY,
        }
        while not self.stopping:
            for chore in due:
                if time.monotonic() >= due[chore] and not self.stopping:
                    due[chore] = time.monotonic() + (chore.do() or pause[chore])
            self.rest(0 if self.pictures_wait else LOOKS_EVERY)

    def stop(self, signum, frame):
        self.stopping = True

    def rest(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self.stopping and time.monotonic() < until:
            time.sleep(0.1)

    def send_mail(self) -> None:
        """Send what is due, each mail in its own round, what somebody waits for first; after
        SENDS_AT_MOST_FOR seconds the other chores have their turn.

        Raises `OSError` where the mail server cannot be reached; that costs no mail one of its
        tries, so an outage may be as long as it likes.
        """
        until = time.monotonic() + SENDS_AT_MOST_FOR
        while not self.stopping and time.monotonic() < until and get_queued().exists():
            greet_mail_server()
            with only_sender() as mine:
                if not mine:
                    return
                sent, *_ = send_queued()
            if not sent:
                bounces.note_refusals()
                return  # it was put off, and is not due for a while; the next look finds others

    def make_pictures(self) -> None:
        """Make sizes of pictures for a second, so that mail never waits longer for its turn."""
        self.pictures_wait = False
        self.pictures_wait = making.work()


class Chore:
    """Something done again and again, that may have its troubles and gets over them."""

    def __init__(self, name: str, act: Callable[[], object]):
        self.name, self.act = name, act
        self.wait = 0.0  # seconds until the next try; 0 while all is well

    def do(self) -> float:
        """Do it once; returns how long to wait after a trouble, 0 where there was none."""
        try:
            close_old_connections()
            self.act()
        except Exception as error:
            if not self.wait:
                expected = isinstance(error, (OSError, DatabaseTrouble))
                log.warning(
                    "%s waits, and is tried again: %s",
                    self.name.capitalize(),
                    " ".join(str(error).split()) or type(error).__name__,
                    exc_info=not expected,
                )
            self.wait = min(max(self.wait * 2, LOOKS_EVERY), WAITS_AT_MOST)
        else:
            if self.wait:
                log.warning("%s goes on.", self.name.capitalize())
            self.wait = 0.0
        return self.wait


def greet_mail_server() -> None:
    """Raises `OSError` where the mail server does not answer or does not know us."""
    server = get_connection(settings.POST_OFFICE["BACKENDS"]["default"])
    if isinstance(server, SmtpBackend):
        server.open()
        server.close()


@contextmanager
def only_sender() -> Iterator[bool]:
    """Yield whether this process may send; two at once would send a mail twice.

    On PostgreSQL the lock holds for every machine; else for all processes on this one.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [SENDERS_LOCK])
            mine = cursor.fetchone()[0]
            try:
                yield mine
            finally:
                if mine:
                    cursor.execute("SELECT pg_advisory_unlock(%s)", [SENDERS_LOCK])
        return
    with (settings.DATA_DIR / "sender.lock").open("a") as file:
        try:
            if fcntl:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def read_mailbox() -> None:
    """Post what people answered by mail, where the site has a mailbox for it.

    Raises `OSError` where the mailbox cannot be reached.
    """
    if settings.INBOUND_MAILBOX:
        mailbox.empty(settings.INBOUND_MAILBOX)


def publish_answers() -> None:
    """Publish the coach's answers whose time to be called back is over. One query for none."""
    answering.publish_due()


def keep_house() -> None:
    """Queue the mails that are due, and delete what nobody may or needs to keep any longer.

    Cost: a few deletes by index, what the mails that are due cost, and to count the words of all
    that is written (search.vocabulary).
    """
    outcomes.ask_due(timezone.now())
    digests.send_due(timezone.now())
    morning_link.queue_due(timezone.now())
    weekly_mail.queue_due(timezone.now())
    subscriptions.prune()
    reports.prune()
    conversation.prune()
    receive.prune()
    answering.prune()
    vocabulary.keep_house()
    working_copies.prune()
    call_command("clearsessions")
    Email.objects.filter(
        status__in=[STATUS.sent, STATUS.failed], created__lt=timezone.now() - KEEPS_SENT_MAIL
    ).delete()
    making.keep_house()
    if settings.INBOUND_MAILBOX:  # last, since it may be away
        mailbox.tidy(settings.INBOUND_MAILBOX)
