"""Answers before they leave: drafts, calling back, and leaving exactly once."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.management import call_command
from django.utils import timezone

from comments import answering, conversation
from comments.models import Act, AnswerDraft, Comment, ScheduledAnswer, Thread

State = Comment.State


@pytest.fixture
def question(say):
    return say("May I walk?", "Rewa")


@pytest.fixture
def later():
    """When an answer that is sent now has left."""
    return lambda: timezone.now() + answering.UNDO_WITHIN


@pytest.fixture
def solveig(coach, django_user_model):
    """A second coach."""
    from accounts.models import CoachProfile
    from tests.conftest import _person

    user = _person(django_user_model, "solveig@example.com", "Solveig", is_staff=True)
    user.groups.set(coach.groups.all())
    CoachProfile.objects.create(user=user, name="Solveig", line="Also a coach.")
    return user


def test_an_answer_is_published_and_mailed_only_when_it_leaves(question, coach, later):
    answering.schedule(question, "Yes, a little.", coach)
    assert answering.publish_due() == 0
    assert not mail.outbox
    assert answering.publish_due(later()) == 1
    assert Comment.objects.get(by_coach=True).comment == "Yes, a little."
    assert [one.to for one in mail.outbox] == [["rewa@example.org"]]
    assert not ScheduledAnswer.objects.exists()


def test_the_worker_publishes_what_is_due(question, coach):
    answering.schedule(question, "Yes, a little.", coach)
    ScheduledAnswer.objects.update(leaves_at=timezone.now())
    call_command("worker", "--once")
    assert Comment.objects.filter(by_coach=True).exists()


def test_an_answer_that_is_called_back_is_in_the_box_again_and_mails_nobody(question, coach, later):
    answer = answering.schedule(question, "Yes, a litle.", coach)
    answering.save_draft(Thread.objects.get(), coach, "One thing more", reply_to=question)
    draft = answering.call_back(answer)
    assert draft.body == "Yes, a litle.\n\nOne thing more"
    assert answering.publish_due(later()) == 0
    assert not mail.outbox


def test_it_cannot_be_called_back_once_it_has_left(question, coach, later):
    answer = answering.schedule(question, "Yes.", coach)
    answering.publish_due(later())
    assert answering.call_back(answer) is None
    assert Comment.objects.filter(by_coach=True).count() == 1


def test_the_same_words_sent_again_are_one_answer(question, coach, later):
    answering.schedule(question, "Yes.", coach)
    answering.schedule(question, "Yes.", coach)
    assert ScheduledAnswer.objects.count() == 1
    answering.publish_due(later())
    assert answering.schedule(question, "Yes.", coach) is None
    assert Comment.objects.filter(by_coach=True).count() == 1


def test_a_second_answer_in_a_thread_lets_the_first_leave(question, coach):
    answering.schedule(question, "Yes.", coach)
    answering.schedule(question, "And rest.", coach)
    assert Comment.objects.get(by_coach=True).comment == "Yes."
    assert ScheduledAnswer.objects.get().body == "And rest."


def test_an_answer_to_what_is_gone_meanwhile_comes_back_with_the_reason(question, coach, later):
    answering.schedule(question, "A careful answer.", coach)
    conversation.remove(question)
    assert answering.publish_due(later()) == 0
    draft = AnswerDraft.objects.get()
    assert draft.body == "A careful answer."
    assert "taken down" in draft.came_back


def test_a_crash_before_the_end_publishes_nothing_and_loses_nothing(
    question, coach, later, monkeypatch
):
    answering.schedule(question, "Yes.", coach)
    with monkeypatch.context() as patch:
        patch.setattr(ScheduledAnswer, "delete", lambda self: 1 / 0)  # after all was written
        assert answering.publish_due(later()) == 0
    assert not Comment.objects.filter(by_coach=True).exists()
    assert not mail.outbox or Comment.objects.count() == 1
    assert answering.publish_due(later()) == 1
    assert Act.objects.filter(kind=Act.Kind.ANSWERED).count() == 1


def test_one_answer_in_trouble_holds_up_no_other(say, question, coach, later, monkeypatch):
    other = say("And I?", "Ben")
    answering.schedule(question, "Trouble", coach)
    answering.schedule(other, "Fine", coach)
    real = conversation.answer

    def answer(reply_to, body, writer):
        return 1 / 0 if body == "Trouble" else real(reply_to, body, writer)

    monkeypatch.setattr(conversation, "answer", answer)
    assert answering.publish_due(later()) == 1


def test_a_draft_keeps_the_words_and_says_which_are_newer(question, coach):
    thread = Thread.objects.get()
    first = answering.save_draft(thread, coach, "On the laptop", reply_to=question)
    answering.save_draft(
        thread, coach, "On the laptop, and more", reply_to=question, revision=first.revision
    )
    with pytest.raises(answering.StaleDraft) as stale:
        answering.save_draft(
            thread, coach, "On the phone", reply_to=question, revision=first.revision
        )
    assert stale.value.draft.body == "On the laptop, and more"


def test_another_coach_is_seen_while_at_work_and_not_afterwards(question, coach, solveig):
    thread = Thread.objects.get()
    answering.save_draft(thread, solveig, "", reply_to=question)
    [at_work] = answering.others_at_work(coach, [thread.pk]).values()
    assert answering.at_work_words(at_work).startswith("Solveig is answering this, since ")
    assert not answering.others_at_work(solveig, [thread.pk])
    AnswerDraft.objects.update(seen_at=timezone.now() - answering.AT_WORK_WITHIN)
    assert not answering.others_at_work(coach, [thread.pk])


def test_sending_after_another_coach_asks_first(question, coach, solveig, later):
    answering.schedule(question, "Mine", solveig, seen=0)
    with pytest.raises(answering.AnsweredMeanwhile) as meanwhile:
        answering.schedule(question, "Also mine", coach, seen=0)
    assert meanwhile.value.by == "Solveig"
    answering.publish_due(later())
    with pytest.raises(answering.AnsweredMeanwhile):
        answering.schedule(question, "Also mine", coach, seen=0)
    seen = Comment.objects.get(by_coach=True).pk
    assert answering.schedule(question, "Also mine", coach, seen=seen)


def test_boxes_that_were_left_empty_are_forgotten(question, coach):
    answering.save_draft(Thread.objects.get(), coach, "", reply_to=question)
    AnswerDraft.objects.update(seen_at=timezone.now() - timedelta(days=2))
    answering.prune()
    assert not AnswerDraft.objects.exists()
