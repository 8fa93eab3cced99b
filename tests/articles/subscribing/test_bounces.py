"""What comes back stops an address, and nothing else does."""

import logging
from datetime import timedelta
from email.utils import parseaddr

import pytest
import time_machine
from django.utils import timezone
from post_office.models import STATUS, Email, Log

from articles.subscribing import bounces, return_address, sending, subscriptions
from articles.subscribing.models import Delivery, Subscriber
from comments.inbound.receive import Outcome, receive
from walkcoach.management.commands.worker import Command

from ...walkcoach.test_worker import mail_server  # noqa: F401  a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def a_mailbox(settings):
    settings.REPLY_ADDRESS = "reply+TOKEN@walk.example"


def report(to, action="failed", status="5.1.1", original="Subject: Shoes") -> bytes:
    """A delivery status notification, as Postfix writes them (RFC 3464)."""
    return f"""Return-Path: <>
From: MAILER-DAEMON@mx.example.org (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you …

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.org

Final-Recipient: rfc822; rewa@example.org
Action: {action}
Status: {status}
Diagnostic-Code: smtp; 550 {status} no such user

--b
Content-Type: message/rfc822

{original}

--b--
""".replace("\n", "\r\n").encode()


COMPLAINT = """Return-Path: <>
From: feedback@provider.example
To: {to}
Subject: Abuse report
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: abuse
User-Agent: SomeGenerator/1.0
Version: 1

--b
Content-Type: message/rfc822

Subject: Shoes

--b--
"""


def because() -> str:
    return Subscriber.objects.get().stopped_because


def test_an_address_that_does_not_exist_is_mailed_no_more(subscriber, publish, caplog):
    theirs = subscriber()
    publish()
    sending.work()
    with caplog.at_level(logging.INFO, "walkcoach"):
        assert receive(report(return_address.to_bounce(theirs))) == Outcome.LEFT_ALONE

    assert because() == "bounced"
    assert Delivery.objects.get().bounced_at
    assert "rewa@example.org" not in caplog.text


def test_a_delay_is_waited_for(subscriber):
    receive(report(return_address.to_bounce(subscriber()), action="delayed", status="4.4.1"))
    assert because() == "" and Subscriber.objects.get().soft_bounced_on == []


@pytest.mark.parametrize("status", ["5.2.2", "4.2.2", "5.7.1"])
def test_a_full_mailbox_stops_an_address_when_it_stays_full(subscriber, status):
    theirs = subscriber()
    came_back = report(return_address.to_bounce(theirs), status=status)
    with time_machine.travel(timezone.now()) as clock:
        for day in range(1, bounces.SOFT_BOUNCES + 1):
            assert because() == ""
            for _twice_a_day in range(2):
                receive(came_back)
            clock.shift(timedelta(days=1))
            assert bool(because()) == (day == bounces.SOFT_BOUNCES)
    assert because() == "bounced"


def test_old_troubles_are_forgotten(subscriber):
    theirs = subscriber()
    came_back = report(return_address.to_bounce(theirs), status="4.2.2")
    with time_machine.travel(timezone.now()) as clock:
        for _summer in range(bounces.SOFT_BOUNCES + 2):
            receive(came_back)
            clock.shift(timedelta(days=60))
    assert because() == ""


def test_who_calls_it_spam_is_left_in_peace(subscriber):
    to = return_address.to_bounce(subscriber())
    receive(COMPLAINT.format(to=to).replace("\n", "\r\n").encode())
    assert because() == "complained"


def test_a_bounce_that_is_quoted_in_another_stops_nobody(subscriber):
    inner = report("x@example.org").decode()
    to = return_address.to_bounce(subscriber())
    receive(report(to, action="delayed", status="4.4.1", original=inner))
    assert because() == ""


@pytest.mark.parametrize(
    "change", [lambda t: t.replace("@", "a@"), lambda t: t[:20] + "z" + t[21:]]
)
def test_a_forged_return_address_stops_nobody(subscriber, change):
    to = change(return_address.to_bounce(subscriber()))
    assert receive(report(to)) == Outcome.LEFT_ALONE
    assert because() == ""


@pytest.mark.parametrize("cut", [40, 300, 420, 600, 700])
def test_half_a_report_does_no_harm(subscriber, cut):
    receive(report(return_address.to_bounce(subscriber()))[:cut])


def test_an_answer_to_the_return_address_is_nobodys_wish_to_leave(subscriber):
    to = return_address.to_bounce(subscriber())
    receive(f"From: rewa@example.org\r\nTo: {to}\r\nSubject: Re: Shoes\r\n\r\nNice!".encode())
    assert because() == ""


def test_a_mail_to_the_way_out_stops_the_mails(subscriber):
    to = return_address.to_stop(subscriber())
    receive(f"From: rewa@example.org\r\nTo: {to.upper()}\r\nSubject: Stop\r\n\r\n".encode())
    assert because() == "asked"


def test_who_bounced_starts_again_by_confirming_again(subscriber, client, mailoutbox):
    theirs = subscriber()
    receive(report(return_address.to_bounce(theirs)))
    subscriptions.ask(theirs.email, None)
    assert "was it you?" in mailoutbox[-1].subject
    subscriptions.confirm(theirs)
    assert Subscriber.objects.get().is_active


# --- Refused while it is given --------------------------------------------------------------


@pytest.mark.usefixtures("mail_server")
def test_an_address_that_our_mail_server_refuses_is_not_tried_again(subscriber, publish, request):
    server = request.getfixturevalue("mail_server")
    subscriber("gone@example.org")
    subscriber("here@example.org")
    server.refuses.add("gone@example.org")
    publish()
    sending.work()
    for _look in range(3):
        Command().send_mail()

    assert [to for to, _ in server.received] == ["here@example.org"]
    assert Subscriber.objects.get(email="gone@example.org").stopped_because == "bounced"
    assert Subscriber.objects.get(email="here@example.org").is_active
    assert Email.objects.get(to="gone@example.org").status == STATUS.failed
    assert "Return-Path" not in server.received[0][1]


@pytest.mark.parametrize(
    ("said", "stopped"),
    [
        ("{'rewa@example.org': (550, b'5.1.1 <rewa@example.org>: unknown user')}", True),
        ("{'rewa@example.org': (550, b'no such mailbox')}", True),
        ("{'rewa@example.org': (550, b'5.7.1 blocked by policy')}", False),
        ("{'rewa@example.org': (552, b'5.2.2 mailbox full')}", False),
        ("{'rewa@example.org': (450, b'4.2.0 greylisted')}", False),
        ("what is this", False),
    ],
)
def test_only_what_says_there_is_no_such_address_stops_it_at_once(
    subscriber, publish, settings, said, stopped
):
    settings.EMAIL_BACKEND = "walkcoach.outbox.OutboxBackend"
    subscriber()
    publish()
    sending.work()
    email = Email.objects.get()
    Email.objects.update(status=STATUS.requeued)
    Log.objects.create(
        email=email, status=STATUS.failed, exception_type="SMTPRecipientsRefused", message=said
    )
    bounces.note_refusals()

    assert (because() == "bounced") == stopped
    assert Email.objects.get().status == (STATUS.failed if stopped else STATUS.requeued)


def test_a_return_address_fits_into_a_mail(subscriber):
    name, _, _ = parseaddr(return_address.to_bounce(subscriber()))[1].partition("@")
    assert len(name) <= 64 and name == name.lower()  # RFC 5321, and servers that fold case
