"""The rows: who waits, what is public, and that one act leaves its neighbours alone."""

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.db.models import ProtectedError
from django.db.models.signals import pre_save
from django.test.utils import CaptureQueriesContext
from django_comments_xtd.models import XtdComment

from accounts import erasure
from comments import conversation
from comments.models import Comment, Follower, Thread

from .many import plant

State = Comment.State
pytestmark = pytest.mark.django_db


# --- Whose turn it is -----------------------------------------------------------------------


def test_a_question_waits_until_the_coach_answers(say, coach, thread_of):
    question = say("May I walk?")
    assert thread_of(question).waiting_since == question.submit_date

    say("Yes.", coach, to=question)
    assert thread_of(question).waiting_since is None
    assert thread_of(question).answered_at is not None


def test_a_follow_up_makes_the_thread_wait_again_from_then_on(say, coach, thread_of):
    question = say("May I walk?")
    answer = say("Yes.", coach, to=question)
    follow_up = say("How far?", to=answer)

    assert thread_of(question).waiting_since == follow_up.submit_date


def test_a_thread_that_needs_no_answer_does_not_wait_until_someone_writes(say, thread_of):
    question = say("Thank you all.")
    conversation.say_no_answer_needed(thread_of(question))
    assert thread_of(question).waiting_since is None

    conversation.say_answer_needed(thread_of(question))
    assert thread_of(question).waiting_since is not None

    conversation.say_no_answer_needed(thread_of(question))
    say("One more thing?", to=question)
    assert thread_of(question).waiting_since is not None


def test_longest_waiting_come_first(say):
    with time_machine.travel("2030-01-05 10:00Z", tick=False) as clock:
        first = say("One?")
        clock.shift(60)
        second = say("Two?")
        clock.shift(60)
        say("More", to=first)

    assert [thread.pk for thread in Thread.objects.waiting()] == [first.pk, second.pk]


def test_what_waits_unconfirmed_or_as_spam_makes_nobody_wait(say, thread_of):
    unconfirmed = say("One?", state=State.UNCONFIRMED)
    spam = say("Casino")
    conversation.remove(spam, as_spam=True)

    assert thread_of(unconfirmed).waiting_since is None
    assert thread_of(spam).waiting_since is None


def test_what_is_held_waits_and_is_published_by_its_answer(say, coach, thread_of):
    held = say("One?", state=State.HELD)
    assert thread_of(held).waiting_since is not None
    assert not thread_of(held).is_public

    conversation.answer(held, "Two.", conversation.Writer.of(coach))

    assert thread_of(held).waiting_since is None
    assert thread_of(held).is_public


def test_what_was_held_while_the_coach_answered_another_still_waits(say, coach, thread_of):
    question = say("One?")
    held = say("Two?", "Ben", to=question, state=State.HELD)
    say("Yes.", coach, to=question)

    assert thread_of(question).waiting_since == held.submit_date
    conversation.approve(held)
    assert thread_of(question).waiting_since == held.submit_date


def test_answering_twice_answers_once(say, coach):
    question = say("One?")
    writer = conversation.Writer.of(coach)

    first = conversation.answer(question, "Yes.", writer)
    second = conversation.answer(question, "Yes.", writer)

    assert (first[1], second[1]) == (True, False)
    assert first[0] == second[0]


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.REMOVED, State.SPAM])
def test_what_is_not_to_be_seen_cannot_be_answered(say, coach, state):
    question = say("One?", state=State.UNCONFIRMED if state == State.UNCONFIRMED else State.HELD)
    if state != State.UNCONFIRMED:
        conversation.remove(question, as_spam=state == State.SPAM)

    with pytest.raises(conversation.CannotReply):
        conversation.answer(question, "Yes.", conversation.Writer.of(coach))

    assert Comment.objects.get().state == state


# --- Counts ---------------------------------------------------------------------------------


def test_the_articles_count_is_of_what_its_readers_see(say, coach, article):
    def count():
        article.refresh_from_db()
        return article.comment_count

    question = say("One?")
    reply = say("Two", to=question)
    say("Hidden", state=State.UNCONFIRMED)
    held = say("Held", state=State.HELD)
    assert count() == 2
    conversation.approve(held)
    assert count() == 3
    conversation.remove(reply)
    assert count() == 2
    conversation.remove(question, as_spam=True)
    assert count() == 1
    conversation.put_back(question)
    conversation.put_back(reply)
    assert count() == 3


def test_every_change_a_reader_can_see_is_a_new_version_of_the_page(say, article, thread_of):
    def version():
        article.refresh_from_db()
        return article.version

    versions = [version()]
    question = say("One?")
    versions.append(version())
    for act in (
        lambda: say("Two", to=question),
        lambda: conversation.pin(thread_of(question), pinned=True),
        lambda: conversation.remove(question),
        lambda: conversation.put_back(question),
    ):
        act()
        versions.append(version())

    assert versions == sorted(set(versions))


# --- One act writes its own rows ------------------------------------------------------------


def writes(captured) -> list[str]:
    return [
        query["sql"]
        for query in captured
        if query["sql"].split()[0] in ("INSERT", "UPDATE", "DELETE")
    ]


def test_a_reply_writes_as_many_rows_in_a_long_thread_as_in_a_short_one(say, article):
    written = []
    for size in (2, 500):
        keys = plant(article, [None, *(i // 3 for i in range(size - 1))])
        parent = Comment.objects.get(pk=keys[0])
        say("Warm up", "Ada", to=parent)
        with CaptureQueriesContext(connection) as captured:
            say("One more", "Ada", to=parent)
        written.append(len(writes(captured)))
        assert len(captured) < 25

    assert written[0] == written[1] <= 7


def test_saving_a_comment_publishes_no_hidden_reply_and_changes_no_neighbour(say, coach):
    """The package's `pre_save` handler does both."""
    question = say("One?")
    held = say("Held", to=question, state=State.HELD)
    spam = say("Casino", to=question)
    conversation.remove(spam, as_spam=True)
    before = list(XtdComment.norel_objects.order_by("pk").values())

    question.save()
    question.save()
    conversation.approve(held)
    conversation.approve(held)

    def seen(rows):
        return [(r["id"], r["nested_count"], r["order"], r["level"]) for r in rows]

    after = list(XtdComment.norel_objects.order_by("pk").values())
    assert seen(before) == seen(after)
    assert not Comment.objects.get(pk=spam.pk).is_public
    assert Comment.objects.get(pk=held.pk).is_public
    assert not pre_save.has_listeners(Comment)


def test_a_reply_that_cannot_be_stored_leaves_no_row(say, article):
    question = say("One?")
    conversation.remove(question)

    with pytest.raises(conversation.CannotReply):
        say("Two", to=question)

    assert Comment.objects.count() == 1
    assert not XtdComment.norel_objects.filter(thread_id=0).exists()


def test_a_reply_across_articles_is_refused(say, article, coach):
    other = type(article).objects.create(
        title="Shoes",
        slug="shoes",
        body="<p>x</p>",
        author=coach,
        status="published",
        published_at=article.published_at,
    )
    question = say("One?", under=other)

    with pytest.raises(conversation.CannotReply):
        say("Two", to=question, under=article)


def test_an_interrupted_question_leaves_nothing(say, article, monkeypatch):
    def power_cut(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("comments.conversation.mail.ask_to_confirm", power_cut)

    with pytest.raises(RuntimeError):
        say("One?", state=State.UNCONFIRMED)

    assert not XtdComment.norel_objects.exists()
    assert not Thread.objects.exists()


def test_a_reply_forty_thousand_deep_fits_its_column(say):
    question = say("One?")
    Comment.objects.filter(pk=question.pk).update(level=32_767)
    question.refresh_from_db()

    assert say("Two", to=question).level == 32_767


def test_the_database_itself_refuses_what_cannot_be(say, coach):
    question = say("One?")
    for impossible in (
        {"state": State.PUBLISHED, "arrived_at": None},
        {"state": State.UNCONFIRMED, "by_coach": True},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Comment.objects.filter(pk=question.pk).update(**impossible)


def test_moderating_what_its_writer_never_confirmed_changes_nothing(say):
    question = say("One?", state=State.UNCONFIRMED)

    for act in (conversation.approve, conversation.remove, conversation.put_back):
        act(question)

    assert Comment.objects.get().state == State.UNCONFIRMED


def test_putting_back_what_was_removed_brings_its_place_in_the_queue_back(say, thread_of):
    question = say("One?")
    waited_since = thread_of(question).waiting_since
    conversation.remove(question)
    assert thread_of(question).waiting_since is None

    conversation.put_back(question)

    assert thread_of(question).waiting_since == waited_since


# --- The end of an account ------------------------------------------------------------------


def test_an_erased_account_leaves_its_words_and_nothing_of_itself(client, say, ada, coach, article):
    question = say("How is my left knee?", ada)
    say("Better.", coach, to=question)
    say("As a guest, before", "Ada", state=State.PUBLISHED)
    Comment.objects.filter(comment="As a guest, before").update(user_email="ADA@example.com")

    erasure.erase(ada)

    page = client.get(article.get_absolute_url()).content.decode()
    assert "How is my left knee?" in page
    assert "Ada" not in page
    assert "A former reader" in page
    assert not Comment.objects.filter(user_email__icontains="ada@").exists()
    assert not Follower.objects.filter(email__icontains="ada@example.com").exists()


def test_an_article_is_not_deleted_with_the_questions_under_it(article, say):
    say("May I walk?", state=State.HELD)
    with pytest.raises(ProtectedError):
        article.delete()
    assert Comment.objects.count() == 1
