"""Everything pressed at once, and still one mail of each thing to each reader."""

from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from comments import conversation, digests, notices
from comments.models import Comment, Correspondent, Follower, Notice

from .test_storm import all_at_once

State = Comment.State
pytestmark = pytest.mark.django_db(transaction=True)


def test_approving_answering_and_waving_through_at_once_tell_of_each_thing_once(
    say, coach, outbox, thread_of
):
    held = say("May I walk?", "Rewa", state=State.HELD)
    writer = conversation.Writer.of(coach)
    acts = [
        lambda: conversation.approve(held),
        lambda: conversation.answer(held, "Yes.", writer),
        lambda: conversation.say_no_answer_needed(thread_of(held)),
        lambda: conversation.put_back(held),
    ] * 4

    results = all_at_once(acts)

    assert [r for r in results if isinstance(r, Exception)] == []
    told = Counter(mail.subject.split()[0] for mail in outbox())
    assert told["Marit"] == 1
    assert told["Your"] <= 1  # none where the answer was first
    assert len(outbox()) == Notice.objects.count()


def test_stopping_while_answers_come_stops_for_good(say, coach, outbox):
    question = say("May I walk?", "Rewa")
    writer = conversation.Writer.of(coach)
    follower = Follower.objects.get()
    acts = [lambda n=n: conversation.answer(question, f"Answer {n}.", writer) for n in range(6)]
    acts += [lambda: notices.stop(follower)] * 2

    results = all_at_once(acts)

    assert [r for r in results if isinstance(r, Exception)] == []
    before = len(outbox())
    assert before <= 6
    conversation.answer(question, "One more.", writer)
    assert len(outbox()) == before


def test_two_workers_compose_one_digest(say, coach, outbox):
    question = say("May I walk?", "Rewa")
    Correspondent.objects.update(delivery=Correspondent.Delivery.DAILY)
    say("Yes.", coach, to=question)
    tomorrow = timezone.now() + timedelta(days=2)

    results = all_at_once([lambda: digests.send_due(tomorrow)] * 6)

    assert sorted(results) == [0, 0, 0, 0, 0, 1]
    assert len(outbox()) == 1


def test_readers_of_each_others_threads_confirm_at_once(say):
    """Each confirms in one thread and is followed by the others there: nobody waits in a ring."""
    threads = [say(f"Question {n}?", f"Asker{n}") for n in range(4)]
    waiting = [
        say(f"Me too, {n}", f"Reader{n}", to=threads[n % 4], state=State.UNCONFIRMED)
        for n in range(16)
    ]
    Follower.objects.update(all_replies=True)

    results = all_at_once([lambda c=c: conversation.confirm(c) for c in waiting])

    assert [r for r in results if isinstance(r, Exception)] == []
    assert Notice.objects.filter(kind=Notice.Kind.REPLY).count() == 16
    assert Correspondent.objects.filter(confirmed_at__isnull=False).count() == 16
