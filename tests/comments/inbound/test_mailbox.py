"""Answers on their whole way: our mail, SMTP, a mailbox, IMAP, the worker, the thread.

The servers are those of `test_real_mail`.
"""

import io
import smtplib
import sys
from types import SimpleNamespace

import pytest
from django.core.management import call_command
from django.db import OperationalError

from comments import conversation
from comments.inbound import mailbox, parse
from comments.models import Comment
from walkcoach.management.commands.worker import Command, read_mailbox

from ..test_real_mail import connect, imap_server, smtp  # noqa: F401
from .conftest import address_in, answer_to

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(smtp, settings):  # noqa: F811
    """Hand a mail to the mail server, as a mail program does."""

    def post(raw: bytes) -> None:
        with smtplib.SMTP(settings.EMAIL_HOST, settings.EMAIL_PORT) as server:
            server.sendmail("rewa@example.org", ["reply@walk.example"], raw)

    return post


@pytest.fixture
def imap(smtp, tmp_path, settings):  # noqa: F811
    """An IMAP server over that mailbox, which the site's settings name; yields a client of it."""
    with imap_server(tmp_path) as port:
        client = connect(port)
        client.login("reader", "secret")
        settings.INBOUND_MAILBOX = {
            "host": "127.0.0.1",
            "port": port,
            "user": "reader",
            "password": "secret",
            "security": "none",
            "folder": "INBOX",
        }
        yield client
        client.logout()


def mails_in(client, folder) -> list[bytes]:
    status, _ = client.select(f'"{folder}"', readonly=True)
    if status != "OK":
        return []
    _, [numbers] = client.search(None, "ALL")
    mails = []
    for number in numbers.split():
        _, parts = client.fetch(number.decode(), "(FLAGS BODY.PEEK[])")
        mails.append(
            b"".join(part for found in parts if isinstance(found, tuple) for part in found)
        )
    return mails


def test_an_answer_on_its_whole_way(say, coach, outbox, post, imap, thread_of):
    """The notification leaves by SMTP, is answered by SMTP, and read over IMAP by the worker."""
    question = say("May I walk?", "Rewa")
    conversation.answer(question, "Yes, three houses.", conversation.Writer.of(coach))
    told = outbox()[-1]
    Command().send_mail()
    post(answer_to(told, "Thank you, I will."))

    call_command("worker", "--once")

    reply = Comment.objects.order_by("pk").last()
    assert reply.comment == "Thank you, I will."
    assert reply.author_name == "Rewa"
    assert thread_of(question).waiting_since is not None
    assert mails_in(imap, "INBOX")[3:] == []  # but for what the worker itself has just sent
    [done] = [mail for mail in mails_in(imap, "Done") if b"From: rewa@example.org" in mail]
    assert b"\\Seen" in done

    call_command("worker", "--once")
    assert Comment.objects.count() == 3


def test_a_crash_between_posting_and_marking_neither_loses_nor_doubles(
    asked_and_answered, post, imap, monkeypatch
):
    post(answer_to(asked_and_answered))
    with monkeypatch.context() as patch:

        def crash(*args, **kwargs):
            raise OSError("the power goes")

        patch.setattr("imapclient.IMAPClient.add_flags", crash)
        with pytest.raises(OSError, match="power"):
            read_mailbox()
    assert len(mails_in(imap, "INBOX")) == 1

    read_mailbox()

    assert Comment.objects.filter(comment="Thank you, I will.").count() == 1
    assert mails_in(imap, "INBOX") == []


def test_while_the_database_is_away_mails_wait(asked_and_answered, post, imap, monkeypatch):
    post(answer_to(asked_and_answered))
    with monkeypatch.context() as patch:

        def away(*args, **kwargs):
            raise OperationalError("the database is away")

        patch.setattr("comments.inbound.receive._land", away)
        with pytest.raises(OperationalError):
            read_mailbox()
    [waiting] = mails_in(imap, "INBOX")
    assert b"\\Seen" not in waiting

    read_mailbox()
    assert Comment.objects.filter(comment="Thank you, I will.").count() == 1


def test_what_cannot_be_read_is_put_aside_and_holds_nothing_up(asked_and_answered, post, imap):
    poison = b"To: " + address_in(asked_and_answered).encode() + b"\r\nFrom: "
    poison += (b"(" * 500 + b"\r\n ") * 60
    post(poison + b"\r\n\r\nx")
    post(answer_to(asked_and_answered))

    read_mailbox()

    assert Comment.objects.filter(comment="Thank you, I will.").count() == 1
    assert mails_in(imap, "INBOX") == []
    [aside] = mails_in(imap, "Put aside")
    assert b"\\Flagged" in aside


def test_our_own_fault_puts_a_mail_aside_too(asked_and_answered, post, imap, monkeypatch, caplog):
    post(answer_to(asked_and_answered))
    monkeypatch.setattr("comments.inbound.receive._post", lambda reply: 1 / 0)

    read_mailbox()

    assert len(mails_in(imap, "Put aside")) == 1
    [line] = [r.getMessage() for r in caplog.records if r.name == "walkcoach.inbound"]
    assert line.startswith("A mail is put aside: ZeroDivisionError at test_mailbox.py:")


def test_only_the_beginning_of_a_long_mail_is_fetched(asked_and_answered, post, imap, monkeypatch):
    seen = []
    monkeypatch.setattr(parse, "MOST_READ", 5000)
    monkeypatch.setattr(mailbox, "receive", lambda raw: seen.append(raw) or mailbox.Outcome.LANDED)
    post(answer_to(asked_and_answered) + b"x" * 70 + b"\r\n" + (b"y" * 70 + b"\r\n") * 5000)

    read_mailbox()

    assert [len(raw) for raw in seen] == [5001]


def test_a_mailbox_that_does_not_know_us_is_a_trouble_that_names_no_password(imap, settings):
    settings.INBOUND_MAILBOX = {**settings.INBOUND_MAILBOX, "password": "wrong-one"}
    with pytest.raises(mailbox.MailboxTrouble) as trouble:
        read_mailbox()
    assert "wrong-one" not in str(trouble.value)


def test_what_was_dealt_with_a_month_ago_is_deleted(asked_and_answered, post, imap, settings):
    import time_machine
    from django.utils import timezone

    post(answer_to(asked_and_answered))
    read_mailbox()
    mailbox.tidy(settings.INBOUND_MAILBOX)
    assert len(mails_in(imap, "Done")) == 1
    with time_machine.travel(timezone.now() + mailbox.KEEPS_DONE * 1.2, tick=True):
        mailbox.tidy(settings.INBOUND_MAILBOX)
    assert mails_in(imap, "Done") == []


def test_without_a_mailbox_nothing_is_read(settings, monkeypatch):
    settings.INBOUND_MAILBOX = None
    monkeypatch.setattr(mailbox, "empty", lambda s: pytest.fail("there is none"))
    read_mailbox()


# --- The pipe -------------------------------------------------------------------------------


@pytest.fixture
def pipe(monkeypatch):
    """Run `receive_mail` with a mail on its standard input; returns its exit status."""

    def run(raw: bytes, *options: str) -> int:
        monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=io.BytesIO(raw)))
        try:
            call_command("receive_mail", *options)
        except SystemExit as end:
            return end.code
        return 0

    return run


def test_a_mail_through_the_pipe_lands(asked_and_answered, pipe):
    raw = answer_to(asked_and_answered, To="undisclosed-recipients:;")
    to = address_in(asked_and_answered)
    assert pipe(raw, "--sender=rewa@example.org", f"--recipient={to}") == 0
    assert Comment.objects.filter(comment="Thank you, I will.").count() == 1


@pytest.mark.parametrize("raw", [b"", b"\0\xff", b"From: x@example.org\r\n\r\nhello"])
def test_no_stranger_gets_a_bounce(pipe, raw):
    assert pipe(raw) == 0


def test_in_trouble_the_mail_server_is_asked_to_come_again(
    asked_and_answered, pipe, monkeypatch, capsys
):
    raw = answer_to(asked_and_answered)
    with monkeypatch.context() as patch:

        def away(*args, **kwargs):
            raise OperationalError("user=walk password=secret")

        patch.setattr("comments.inbound.receive._land", away)
        assert pipe(raw) == 75
    said = capsys.readouterr().err
    assert "OperationalError" in said
    assert "secret" not in said
    assert pipe(raw) == 0
    assert Comment.objects.filter(comment="Thank you, I will.").count() == 1


def test_a_site_that_takes_no_answers_says_so_to_the_mail_server(settings, pipe, capsys):
    settings.REPLY_ADDRESS = ""
    assert pipe(b"hello") == 75
    assert "REPLY_ADDRESS is not set" in capsys.readouterr().err


def test_the_whole_of_a_long_mail_is_taken_off_the_pipe(pipe, monkeypatch):
    stream = io.BytesIO(b"x" * (3 * parse.MOST_READ))
    monkeypatch.setattr(sys, "stdin", SimpleNamespace(buffer=stream))
    call_command("receive_mail")
    assert stream.read() == b""
