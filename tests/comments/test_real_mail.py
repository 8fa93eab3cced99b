"""The mails as a reader's own mail program gets them: worker, SMTP server, mailbox, IMAP client.

The servers are Python packages (aiosmtpd, pymap) on this machine; the client is `imaplib`.
"""

import imaplib
import re
import socket
import subprocess
import sys
import time
from contextlib import contextmanager
from email import message_from_bytes
from email.policy import default
from email.utils import parsedate_to_datetime
from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from comments import conversation
from comments.models import Comment, Follower, Thread
from walkcoach.management.commands.worker import Command

controller = pytest.importorskip("aiosmtpd.controller")
handlers = pytest.importorskip("aiosmtpd.handlers")
pytest.importorskip("pymap")
hashing = pytest.importorskip("pysasl.hashing")

pytestmark = pytest.mark.django_db
BOOTS_WITHIN = 20  # seconds, on a busy machine


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


@pytest.fixture
def smtp(tmp_path, settings):
    """A mail server that puts all it gets into one mailbox on disk, whose folder it returns."""
    mailbox = tmp_path / "mail"
    server = controller.Controller(
        handlers.Mailbox(str(mailbox)), hostname="127.0.0.1", port=free_port()
    )
    server.start()
    settings.EMAIL_BACKEND = "walkcoach.outbox.OutboxBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
    settings.POST_OFFICE = {
        **settings.POST_OFFICE,
        "BACKENDS": {"default": "django.core.mail.backends.smtp.EmailBackend"},
    }
    yield mailbox
    server.stop()


@contextmanager
def imap_server(folder: Path):
    """An IMAP server over that mailbox; yields its port."""
    (folder / "pymap-etc-passwd").write_text("reader::1000:1000::mail:\n")
    secret = hashing.BuiltinHash(rounds=1).hash("secret")
    (folder / "pymap-etc-shadow").write_text(f"reader:{secret}:::::::\n")
    (folder / "pymap-etc-group").write_text("")
    port = free_port()
    program = [sys.executable, "-c", "from pymap.main import main; main()"]
    where = ["--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(
        [*program, *where, "--no-tls", "--no-service", "admin", "maildir", str(folder)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield port
    finally:
        server.terminate()
        server.wait()


def connect(port: int) -> imaplib.IMAP4:
    """A client of that server, once it answers."""
    until = time.monotonic() + BOOTS_WITHIN
    while True:
        try:
            return imaplib.IMAP4("127.0.0.1", port)
        except ConnectionRefusedError:
            assert time.monotonic() < until, "the IMAP server does not answer"
            time.sleep(0.05)


def fetch(folder: Path) -> list:
    """All mails in the mailbox, read over IMAP, as the standard library's parser sees them."""
    with imap_server(folder) as port, connect(port) as client:
        client.login("reader", "secret")
        client.select("INBOX", readonly=True)
        _, [numbers] = client.search(None, "ALL")
        mails = []
        for number in numbers.split():
            _, parts = client.fetch(number.decode(), "(RFC822)")
            mails.append(message_from_bytes(parts[0][1], policy=default))
    return mails


class Links(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.links, self.loads = [], []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "href" and tag == "a":
                self.links.append(value)
            elif name in ("src", "srcset", "background", "href"):
                self.loads.append(value)


def test_a_guests_whole_way_by_mail(smtp, tmp_path, client, article, ask_form, coach):
    """Asks, confirms by the mailed link, reads the answer in the mail, stops with one click."""
    client.post(reverse("comments:post", args=[article.pk]), ask_form(comment="May I walk?"))
    Command().send_mail()
    [asked] = fetch(tmp_path)
    text = asked.get_body(["plain"]).get_content()
    client.post(re.search(r"http://testserver(/comments/confirm/\S+/)", text)[1])
    question = Comment.objects.get()
    words = "Yes: three houses.\n\nThen rest – one day. " + "And again. " * 100
    conversation.answer(question, words, conversation.Writer.of(coach))
    Command().send_mail()

    _, answer = fetch(tmp_path)

    assert answer["To"] == "rewa@example.org"
    assert answer["Subject"].strip() == "Marit answered under “Start with six houses”"
    assert answer["Message-ID"] != asked["Message-ID"]
    assert parsedate_to_datetime(answer["Date"]).tzinfo is not None
    assert answer["References"] == answer["In-Reply-To"] == f"<thread-{question.pk}@testserver>"
    assert answer["List-Id"] == f"<thread-{question.pk}.testserver>"
    assert answer["Auto-Submitted"] == asked["Auto-Submitted"] == "auto-generated"
    assert answer["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert answer.get_content_type() == "multipart/alternative"
    plain = answer.get_body(["plain"]).get_content()
    html = answer.get_body(["html"]).get_content()
    assert words.strip() in plain
    assert html.count("And again.") == 100
    assert Links(html).loads == []
    for link in Links(html).links:
        assert link.startswith("http://testserver/comments/")
        assert link in plain

    stop = answer["List-Unsubscribe"].strip(" <>").removeprefix("http://testserver")
    assert client.get(stop).status_code == 200
    assert Follower.objects.active().count() == 1
    clicked = Client(enforce_csrf_checks=True).post(
        stop, "List-Unsubscribe=One-Click", content_type="application/x-www-form-urlencoded"
    )
    assert clicked.status_code == 200
    conversation.answer(question, "One more thing.", conversation.Writer.of(coach))
    Command().send_mail()
    assert len(fetch(tmp_path)) == 2


def test_a_mail_that_is_sent_again_is_the_same_mail(smtp, tmp_path, say, coach):
    """As after a kill between the server's "taken" and our noting it down."""
    from post_office.models import STATUS, Email

    say("Yes.", coach, to=say("May I walk?", "Rewa"))
    Command().send_mail()
    Email.objects.update(status=STATUS.queued)
    Command().send_mail()

    first, second = fetch(tmp_path)

    assert first["Message-ID"] == second["Message-ID"]
    assert first["Date"] == second["Date"]
    assert first.get_body(["plain"]).get_content() == second.get_body(["plain"]).get_content()
    assert Thread.objects.count() == 1
