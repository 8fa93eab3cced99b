"""Comments go elsewhere: split off, moved, merged; nothing is lost, and all of it comes back."""

from datetime import timedelta

import pytest
from django.db.models import F
from django.utils import timezone

from articles.models import Article
from comments import answering, conversation, reading
from comments.models import AnswerDraft, Comment, Follower, Thread

State = Comment.State


@pytest.fixture
def other_article(coach):
    return Article.objects.create(
        title="Shoes, sticks and hills",
        slug="shoes",
        body="<p>Flat shoes.</p>",
        author=coach,
        status=Article.Status.PUBLISHED,
        published_at=timezone.now(),
    )


def check_invariants():
    """What every page of a conversation relies on, counted from the bare rows."""
    for thread in Thread.objects.all():
        rows = {row.pk: row for row in thread.comments.in_order()}
        assert min(rows) == thread.pk, "the question is the first"
        for row in rows.values():
            assert row.object_pk == str(thread.article_id)
            if row.pk == thread.pk:
                assert row.parent_id == row.pk
                assert row.level == 0
            else:
                assert row.parent_id < row.pk, "a parent before its replies"
                assert row.level == rows[row.parent_id].level + 1
        lines = reading.conversations([thread], for_coach=True)[thread.pk]
        assert {line.comment.pk for line in lines} == {
            pk for pk, row in rows.items() if row.state in (State.PUBLISHED, State.HELD)
        }
        assert conversation.whose_turn(thread) == (thread.waiting_since, thread.answered_at)
    assert not Comment.objects.exclude(thread_id__in=Thread.objects.values("pk")).exists()
    for article in Article.objects.all():
        assert article.comment_count == Comment.objects.under(article).count()


def test_a_reply_becomes_a_thread_of_its_own_with_all_under_it(say, coach, article, client):
    question = say("May I walk?", "Rewa")
    aside = say("And which shoes?", "Ben", to=question)
    say("Flat ones.", "Cara", to=aside)
    say("Yes, a little.", coach, to=question)

    thread = conversation.split(aside)

    assert thread.pk == aside.pk
    assert thread.comments.count() == 2
    assert thread.waiting_since is not None
    assert client.get(aside.get_absolute_url()).url.endswith(f"#comment-{aside.pk}")
    assert {one.email for one in thread.followers.all()} == {"ben@example.org", "cara@example.org"}
    check_invariants()


def test_both_articles_are_counted_and_made_anew_when_a_thread_moves(
    say, article, other_article, client
):
    question = say("Which shoes?", "Rewa")
    say("Flat ones.", "Ben", to=question)
    versions = {one.pk: one.version for one in Article.objects.all()}

    conversation.move_to_article(Thread.objects.get(), other_article)

    assert "Which shoes?" in client.get(other_article.get_absolute_url()).text
    assert "Which shoes?" not in client.get(article.get_absolute_url()).text
    assert all(one.version > versions[one.pk] for one in Article.objects.all())
    check_invariants()


def test_a_reply_goes_to_another_article_and_into_another_thread(say, article, other_article):
    shoes = say("About shoes", "Rewa", under=other_article)
    question = say("May I walk?", "Ben")
    aside = say("Which shoes?", "Cara", to=question)
    conversation.split(aside, other_article)
    assert Thread.objects.get(pk=aside.pk).article == other_article
    check_invariants()

    conversation.move_into(aside, Thread.objects.get(pk=shoes.pk))

    assert not Thread.objects.filter(pk=aside.pk).exists()
    assert Thread.objects.get(pk=shoes.pk).comments.count() == 2
    check_invariants()


def test_two_threads_become_one_with_followers_drafts_and_links(say, coach, article, client):
    first = say("May I walk?", "Rewa")
    second = say("And may I?", "Ben")
    say("I too.", "Cara", to=second)
    followers = set(Follower.objects.values_list("pk", flat=True))
    answering.save_draft(Thread.objects.get(pk=second.pk), coach, "A begun answer", reply_to=second)

    conversation.move_into(second, Thread.objects.get(pk=first.pk))

    thread = Thread.objects.get()
    assert thread.comment_count == 3
    assert set(thread.followers.values_list("pk", flat=True)) == followers
    assert AnswerDraft.objects.get(thread=thread).body == "A begun answer"
    assert client.get(f"/comments/thread/{second.pk}/").url == f"/comments/thread/{first.pk}/"
    assert client.get(second.get_absolute_url()).status_code == 302
    check_invariants()


def test_who_waits_in_a_merged_thread_still_waits_though_the_other_was_answered(say, coach):
    first = say("May I walk?", "Rewa")
    second = say("And may I?", "Ben")
    say("Yes, Rewa.", coach, to=first)

    conversation.move_into(second, Thread.objects.get(pk=first.pk))

    thread = Thread.objects.get()
    assert thread.waiting_since == second.submit_date
    check_invariants()


def test_who_stopped_one_thread_is_still_told_of_the_other_after_a_merge(say):
    first = say("May I walk?", "Rewa")
    second = say("And run?", "Rewa")
    Follower.objects.filter(thread=first.pk).update(stopped_at=timezone.now())
    conversation.move_into(second, Thread.objects.get(pk=first.pk))
    assert Follower.objects.get().stopped_at is None


def test_a_comment_cannot_stand_under_a_later_question(say):
    first = say("May I walk?", "Rewa")
    second = say("And may I?", "Ben")
    with pytest.raises(conversation.CannotMove) as cannot:
        conversation.move_into(first, Thread.objects.get(pk=second.pk))
    assert cannot.value.why == "older"
    check_invariants()


def test_a_private_question_is_never_put_among_public_ones(say):
    first = say("May I walk?", "Rewa")
    second = say("A secret", "Ben")
    Thread.objects.filter(pk=second.pk).update(is_private=True)
    conversation.refresh(Thread.objects.get(pk=second.pk))
    with pytest.raises(conversation.CannotMove) as cannot:
        conversation.move_into(second, Thread.objects.get(pk=first.pk))
    assert cannot.value.why == "private"


def test_an_act_on_a_comment_finds_the_thread_that_it_was_moved_to(say, coach):
    first = say("May I walk?", "Rewa")
    second = say("Held", "Ben", state=State.HELD)
    conversation.move_into(second, Thread.objects.get(pk=first.pk))
    conversation.approve(second)  # as it was read before the move
    answered, _ = conversation.answer(second, "Yes.", conversation.Writer.of(coach))
    assert answered.thread_id == first.pk
    check_invariants()


def test_moving_costs_the_same_whatever_the_lengths(say, connection_queries):
    def a_move(replies):
        first = say(f"Question before {replies}", "Rewa")
        second = say(f"Question after {replies}", "Ben")
        for number in range(replies):
            say(f"Reply {number} of {replies}", "Cara", to=second)
        Thread.objects.filter(pk=second.pk).update(answered_at=timezone.now() + timedelta(1))
        Thread.objects.filter(pk=first.pk).update(answered_at=timezone.now() + timedelta(1))
        return lambda: conversation.move_into(second, Thread.objects.get(pk=first.pk))

    assert connection_queries(a_move(1)) == connection_queries(a_move(12))


def test_the_deepest_thread_moves_too(say):
    first = say("May I walk?", "Rewa")
    second = say("And may I?", "Ben")
    deep = say("I too", "Cara", to=second)
    Comment.objects.filter(pk=deep.pk).update(level=F("level") + 32_000)
    conversation.move_into(second, Thread.objects.get(pk=first.pk))
    assert Comment.objects.get(pk=deep.pk).level == 32_002
