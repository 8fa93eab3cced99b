"""The same mail delivered by two servers at once, and many answers in one thread."""

import pytest

from comments import conversation
from comments.inbound.receive import Outcome, receive
from comments.models import Comment, ReceivedMail

from ..test_storm import all_at_once
from .conftest import answer_to

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_mail_delivered_many_times_at_once_lands_once(asked_and_answered):
    raw = answer_to(asked_and_answered)

    results = all_at_once([lambda: receive(raw)] * 12)

    assert sorted(r.name for r in results) == ["LANDED"] + ["LANDED_BEFORE"] * 11
    assert Comment.objects.filter(comment="Thank you, I will.").count() == 1
    assert ReceivedMail.objects.get().comment.comment == "Thank you, I will."


def test_answers_of_many_in_one_thread_all_land(say, coach, outbox, thread_of):
    question = say("May I walk?", "Reader0")
    for number in range(1, 8):
        say(f"And I {number}?", f"Reader{number}", to=question)
    conversation.answer(question, "Yes.", conversation.Writer.of(coach))
    told = [m for m in outbox() if m.subject.startswith("Marit answered")]
    assert len(told) == 8
    mails = [
        answer_to(mail, f"Thanks {n}", Message_ID=f"<{n}@example.org>")
        for n, mail in enumerate(told)
    ]

    results = all_at_once([lambda raw=raw: receive(raw) for raw in mails * 2])

    assert [r for r in results if isinstance(r, Exception)] == []
    assert results.count(Outcome.LANDED) == 8
    assert Comment.objects.filter(comment__startswith="Thanks").count() == 8
    assert thread_of(question).comment_count == 17
