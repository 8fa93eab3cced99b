"""The filter that learns from the coach's acts: what it learns, when it speaks, how well."""

import pytest

from bench.spam_filter import TESTED, measured
from comments import conversation, moderation, spam_filter
from comments.models import Comment, TrainedWord

from .test_storm import all_at_once

State = Comment.State
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]


def counted(word=""):
    row = TrainedWord.objects.filter(word=word).first()
    return (row.in_spam, row.in_ham) if row else (0, 0)


def test_spam_is_learned_once_and_unlearned_when_it_is_put_back(say):
    comment = say("Buy pills")
    conversation.remove(comment, as_spam=True)
    conversation.remove(comment, as_spam=True)
    assert counted() == counted("pills") == (1, 0)

    conversation.put_back(comment)

    assert counted() == counted("pills") == (0, 1)


def test_what_is_published_answered_or_needs_no_answer_is_learned_as_good(say, coach, thread_of):
    conversation.approve(say("Stairs one", state=State.HELD))
    conversation.answer(say("Stairs two"), "Yes.", conversation.Writer.of(coach))
    held = say("Stairs three", state=State.HELD)
    conversation.say_no_answer_needed(thread_of(held))
    assert counted() == counted("stairs") == (0, 3)


def test_a_removed_comment_teaches_nothing(say):
    conversation.remove(say("Off topic"))
    assert counted() == (0, 0)


def test_it_says_nothing_before_it_has_learned_enough(say):
    for i in range(spam_filter.MIN_TRAINED):
        assert spam_filter.score("cheap pills") is None
        conversation.remove(say(f"cheap pills {i}", f"S{i}"), as_spam=True)
        conversation.approve(say(f"sore knee {i}", f"R{i}", state=State.HELD))

    assert spam_filter.score("cheap pills").value > 0.9
    assert spam_filter.score("sore knee").value < 0.1
    assert spam_filter.score("entirely different").value == 0.5
    held = moderation.judge("cheap pills", conversation.Writer("Rewa", "rewa@example.org"))
    assert (held.state, held.because) == (State.HELD, "spam")
    assert "pills" in held.detail


def test_it_finds_most_made_up_spam_and_holds_hardly_a_question():
    spam_held, questions_held = measured(50)
    assert spam_held / TESTED > 0.8
    assert questions_held / TESTED < 0.01


def test_a_comment_however_long_is_learned_in_as_many_statements(say, connection_queries):
    short = say("Buy pills")
    long = say(" ".join(f"word{i}" for i in range(700)))
    few = connection_queries(lambda: spam_filter.learn(short, is_spam=True))
    assert connection_queries(lambda: spam_filter.learn(long, is_spam=True)) == few
    assert TrainedWord.objects.count() == 3 + spam_filter.MOST_WORDS


@pytest.mark.django_db(transaction=True)
def test_twenty_acts_at_once_are_all_counted(say):
    comments = [say(f"Buy pills number{i} today", f"R{i}") for i in range(20)]

    results = all_at_once([lambda c=c: conversation.remove(c, as_spam=True) for c in comments])

    assert [r for r in results if isinstance(r, Exception)] == []
    assert counted() == counted("pills") == (20, 0)
    assert TrainedWord.objects.filter(word__startswith="number").count() == 20
