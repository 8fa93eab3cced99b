"""A site that takes answers by mail, and people who answer."""

from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr

import pytest

from comments import conversation
from comments.inbound import receive as receiving
from comments.models import Comment


@pytest.fixture(autouse=True)
def answers_by_mail(settings):
    settings.REPLY_ADDRESS = "reply+TOKEN@walk.example"
    settings.DEFAULT_FROM_EMAIL = "Walkcoach <coach@walk.example>"


@pytest.fixture
def asked_and_answered(say, coach, outbox):
    """Rewa, a guest, asks; Marit answers. Returns the mail that tells Rewa."""
    question = say("May I walk?", "Rewa")
    conversation.answer(question, "Yes, three houses.", conversation.Writer.of(coach))
    return outbox()[-1]


def answer_to(mail, words="Thank you, I will.", **headers) -> bytes:
    """What a mail program sends when someone presses "Reply": `words` above the quoted mail.

    Headers by their names, `_` for `-`; None leaves one out.
    """
    reply = EmailMessage(policy=SMTP)
    quoted = "".join(f"> {line}\n" for line in mail.body.splitlines())
    reply.set_content(f"{words}\n\nOn 27 Nov 2026 at 09:12, Walkcoach wrote:\n\n{quoted}")
    values = {
        "From": mail.to[0],
        "To": mail.extra_headers["Reply-To"],
        "Subject": f"Re: {mail.subject}",
        "Message-ID": "<1@example.org>",
        "In-Reply-To": mail.extra_headers.get("Message-ID", "<0@testserver>"),
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    for name, value in values.items():
        if value is not None:
            reply[name] = value
    return reply.as_bytes()


def address_in(mail) -> str:
    """Where a mail asks to be answered."""
    return parseaddr(mail.extra_headers["Reply-To"])[1]


@pytest.fixture
def receive():
    return receiving.receive


@pytest.fixture
def newest():
    """The comment that was posted last."""
    return lambda: Comment.objects.order_by("pk").last()
