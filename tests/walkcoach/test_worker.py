"""The outbox and the process that empties it, with a mail server of the tests' own."""

import logging
import re
import signal
import socketserver
import threading
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.core.mail import send_mail
from django.core.management import call_command
from django.db import OperationalError, connection, transaction
from django.utils import timezone
from post_office.models import STATUS, Email

from walkcoach.management.commands import worker
from walkcoach.management.commands.worker import Chore, Command

pytestmark = pytest.mark.django_db


class MailServer(socketserver.ThreadingTCPServer):
    """Takes any mail, except to addresses in `refuses`; keeps what came in `received`."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Conversation)
        self.received, self.refuses = [], set()

    @property
    def port(self):
        return self.server_address[1]


class Conversation(socketserver.StreamRequestHandler):
    """Enough of SMTP (RFC 5321) for one client at a time."""

    def handle(self):
        self.say("220 ready")
        recipient = ""
        while line := self.rfile.readline().decode().strip():
            verb = line[:4].upper()
            if verb == "RCPT":
                recipient = re.search("<(.*)>", line)[1]
                self.say("550 nobody here" if recipient in self.server.refuses else "250 ok")
            elif verb == "DATA":
                self.say("354 go on")
                text = b"".join(iter(self.rfile.readline, b".\r\n"))
                self.server.received.append((recipient, text.decode()))
                self.say("250 taken")
            elif verb == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 ok")

    def say(self, words):
        self.wfile.write(words.encode() + b"\r\n")


@pytest.fixture
def mail_server(settings):
    """A mail server on this machine, which the site's settings name."""
    with MailServer() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        settings.EMAIL_BACKEND = "walkcoach.outbox.OutboxBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.POST_OFFICE = {
            **settings.POST_OFFICE,
            "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
        }
        yield server
        server.shutdown()
        thread.join()


def queue(to="ada@example.com", subject="The coach answered"):
    send_mail(subject, "Come and see.", None, [to])
    return Email.objects.latest("pk")


def recipients(server):
    return [to for to, _text in server.received]


def test_a_mail_is_a_row_first_and_leaves_with_the_worker(mail_server):
    mail = queue()
    assert mail_server.received == []
    assert mail.status == STATUS.queued

    call_command("worker", "--once")
    [(to, text)] = mail_server.received
    assert to == "ada@example.com"
    assert "Subject: The coach answered" in text
    mail.refresh_from_db()
    assert mail.status == STATUS.sent


def test_a_mail_is_sent_once_however_often_the_worker_looks(mail_server):
    for number in range(5):
        queue(f"reader{number}@example.com")
    for _round in range(3):
        call_command("worker", "--once")
    assert sorted(recipients(mail_server)) == [f"reader{n}@example.com" for n in range(5)]


def test_a_mail_of_a_transaction_that_was_undone_is_never_sent(mail_server):
    with pytest.raises(RuntimeError), transaction.atomic():
        queue("nobody@example.com")
        raise RuntimeError("the comment could not be saved after all")
    queue("ada@example.com")
    call_command("worker", "--once")
    assert recipients(mail_server) == ["ada@example.com"]


@pytest.fixture
def one_connection(monkeypatch):
    """Keep the test's own connection, whose transaction is undone at its end."""
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)


@pytest.mark.usefixtures("one_connection")
def test_mail_waits_while_the_mail_server_is_away_and_leaves_once(mail_server, settings, caplog):
    mail = queue()
    settings.EMAIL_PORT = 9  # the discard service, which nobody runs
    chore = Chore("sending mail", Command().send_mail)
    with caplog.at_level(logging.WARNING, "walkcoach.worker"):
        waits = [chore.do() for _try in range(12)]
    assert waits[0] < waits[1] < waits[-1] == worker.WAITS_AT_MOST
    assert [record.message.partition(":")[0] for record in caplog.records] == [
        "Sending mail waits, and is tried again"
    ]
    mail.refresh_from_db()
    assert (mail.status, mail.number_of_retries) == (STATUS.queued, None)  # no try was spent

    caplog.clear()
    settings.EMAIL_PORT = mail_server.port
    assert chore.do() == 0
    assert chore.do() == 0
    assert recipients(mail_server) == ["ada@example.com"]
    assert [record.message for record in caplog.records] == ["Sending mail goes on."]


def test_an_address_that_is_refused_does_not_hold_up_the_others(mail_server):
    mail_server.refuses.add("gone@example.com")
    refused = queue("gone@example.com")
    queue("ada@example.com")
    for _look in range(3):
        Command().send_mail()
    assert recipients(mail_server) == ["ada@example.com"]
    refused.refresh_from_db()
    assert refused.status == STATUS.requeued
    assert refused.scheduled_time > timezone.now() + timedelta(minutes=5)


def test_a_mail_that_is_sent_again_carries_the_same_message_id(mail_server):
    """Killed between sending and noting it, the worker sends again; the reader's mail program
    can tell that it is the same mail."""
    mail = queue()
    Command().send_mail()
    Email.objects.filter(pk=mail.pk).update(status=STATUS.queued)  # as the kill would leave it
    Command().send_mail()
    ids = [re.search(r"Message-ID: (\S+)", text)[1] for _to, text in mail_server.received]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_two_senders_take_turns(mail_server):
    queue()
    sending, enough = threading.Event(), threading.Event()

    def another_worker():
        try:
            with worker.only_sender() as mine:
                assert mine
                sending.set()
                enough.wait(30)
        finally:
            connection.close()

    other = threading.Thread(target=another_worker)
    other.start()
    assert sending.wait(30)
    Command().send_mail()
    assert mail_server.received == []
    enough.set()
    other.join()
    Command().send_mail()
    assert len(mail_server.received) == 1


@pytest.mark.usefixtures("one_connection")
@pytest.mark.parametrize(
    "trouble", [OperationalError("the database is away"), OSError("no disk"), ValueError("a slip")]
)
def test_no_trouble_ends_the_worker(trouble, caplog):
    def act():
        raise trouble

    chore = Chore("keeping house", act)
    with caplog.at_level(logging.WARNING, "walkcoach.worker"):
        assert chore.do() > 0
    assert str(trouble) in caplog.text


def test_told_to_stop_the_worker_does_not_begin_another_mail(mail_server):
    queue("ada@example.com")
    queue("ben@example.com")
    command = Command()
    command.stop(signal.SIGTERM, None)
    command.send_mail()
    assert mail_server.received == []
    assert Email.objects.filter(status=STATUS.queued).count() == 2


def test_the_worker_keeps_house(mail_server):
    long_ago = timezone.now() - timedelta(days=31)
    for status in (STATUS.sent, STATUS.queued):
        mail = queue(f"{status}@example.com")
        Email.objects.filter(pk=mail.pk).update(created=long_ago, status=status)
    yesterdays = queue("fresh@example.com")
    Email.objects.filter(pk=yesterdays.pk).update(status=STATUS.sent)
    Session.objects.create(session_key="old", session_data="", expire_date=long_ago)

    worker.keep_house()
    assert not Session.objects.exists()
    left = {mail.to[0] for mail in Email.objects.all()}
    assert left == {f"{STATUS.queued}@example.com", "fresh@example.com"}


def test_the_worker_reads_the_mailbox_again_and_again_and_gets_over_its_troubles(
    monkeypatch, caplog
):
    command, looks = Command(), []

    def read():
        looks.append(len(looks))
        if len(looks) == 4:
            command.stopping = True
        if len(looks) in (2, 3):
            raise OSError("no route to the mailbox")

    clock = iter(range(0, 1_000_000, 100))
    monkeypatch.setattr(worker.time, "monotonic", lambda: next(clock))
    monkeypatch.setattr(worker.signal, "signal", lambda *args: None)
    monkeypatch.setattr(worker, "read_mailbox", read)
    monkeypatch.setattr(worker, "keep_house", lambda: None)
    monkeypatch.setattr(worker, "close_old_connections", lambda: None)
    monkeypatch.setattr(command, "send_mail", lambda: None)

    command.handle(once=False)

    assert looks == [0, 1, 2, 3]
    told = [r.getMessage() for r in caplog.records if r.name == "walkcoach.worker"]
    assert told == [
        "Reading the mailbox waits, and is tried again: no route to the mailbox",
        "Reading the mailbox goes on.",
    ]
