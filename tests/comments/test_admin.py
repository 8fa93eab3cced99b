"""Comments and threads in the writing room: found, read and moderated, never rewritten or lost."""

import pytest
from django.contrib import admin
from django.urls import reverse
from django_comments.models import Comment as PackageComment
from django_comments_xtd.models import XtdComment

from comments.models import Comment, Thread

State = Comment.State
pytestmark = pytest.mark.django_db

COMMENTS = "/admin/comments/comment/"
THREADS = "/admin/comments/thread/"


def act(client, action, *comments):
    return client.post(
        COMMENTS, {"action": action, "_selected_action": [c.pk for c in comments]}, follow=True
    )


def test_the_coach_finds_a_comment_by_its_words_or_its_writer(as_coach, say):
    say("Does tai chi help?", "Rewa")
    say("Which shoes?", "Ben")

    for words in ("tai chi", "Rewa", "rewa@example.org"):
        page = as_coach.get(COMMENTS, {"q": words}).content.decode()
        assert "Does tai chi help?" in page
        assert "Which shoes?" not in page


def test_comments_are_filtered_by_what_became_of_them(as_coach, say):
    say("A published one")
    say("A held one", state=State.HELD)

    page = as_coach.get(COMMENTS, {"state__exact": "held"}).content.decode()

    assert "A held one" in page
    assert "A published one" not in page


def test_a_comment_shows_its_whole_text_and_no_network_address(as_coach, say):
    question = say("Every word of it, " + "and more, " * 50 + "to the end.")
    Comment.objects.filter(pk=question.pk).update(ip_address="203.0.113.7")

    page = as_coach.get(f"{COMMENTS}{question.pk}/change/").content.decode()

    assert "to the end." in page
    assert "203.0.113.7" not in page
    assert "rewa@example.org" in page


def test_a_comment_cannot_be_rewritten_added_or_deleted(as_coach, say):
    question = say("As it was said")

    as_coach.post(f"{COMMENTS}{question.pk}/change/", {"comment": "As I like it", "state": "spam"})

    question.refresh_from_db()
    assert (question.comment, question.state) == ("As it was said", "published")
    assert as_coach.get(f"{COMMENTS}add/").status_code == 403
    assert as_coach.post(f"{COMMENTS}{question.pk}/delete/", {"post": "yes"}).status_code == 403
    act(as_coach, "delete_selected", question)
    assert Comment.objects.count() == 1


def test_the_acts_go_through_the_conversation(as_coach, say, article, thread_of):
    held, rude = say("Held", state=State.HELD), say("Rude")
    spam = say("Casino", "Spammer")
    say("A reply", to=rude)

    assert "Done for 1 comment." in act(as_coach, "publish", held).content.decode()
    act(as_coach, "remove", rude)
    act(as_coach, "mark_as_spam", spam)

    assert [c.state for c in (held, rude, spam) if c.refresh_from_db() is None] == [
        "published",
        "removed",
        "spam",
    ]
    article.refresh_from_db()
    assert article.comment_count == 2
    assert not thread_of(spam).is_public

    act(as_coach, "put_back", rude, spam)
    article.refresh_from_db()
    assert article.comment_count == 4


def test_an_unconfirmed_comment_is_left_alone(as_coach, say):
    question = say("Not mine to publish", state=State.UNCONFIRMED)

    for action in ("publish", "remove", "mark_as_spam", "put_back"):
        act(as_coach, action, question)

    question.refresh_from_db()
    assert question.state == State.UNCONFIRMED


def test_threads_that_wait_come_first_and_can_be_pinned(as_coach, say, coach, thread_of):
    answered = say("Answered?")
    say("Yes.", coach, to=answered)
    waiting = say("Waiting?")

    page = as_coach.get(THREADS, {"waiting_since__isempty": "0"}).content.decode()
    assert "Waiting?" in page
    assert "Answered?" not in page

    as_coach.post(f"{THREADS}{waiting.pk}/change/", {"is_pinned": "on"})
    assert thread_of(waiting).is_pinned
    assert thread_of(waiting).waiting_since is not None
    assert as_coach.post(f"{THREADS}{waiting.pk}/delete/", {"post": "yes"}).status_code == 403


def test_readers_have_no_way_in(as_ada, client, say):
    question = say("Private?")

    for address in (COMMENTS, THREADS, f"{COMMENTS}{question.pk}/change/"):
        for visitor in (as_ada, client):
            assert visitor.get(address).status_code in (302, 403)


def test_the_lists_take_as_many_queries_whatever_their_length(
    as_coach, say, django_assert_max_num_queries
):
    for i in range(12):
        say(f"Question {i}?")

    for address in (COMMENTS, THREADS):
        with django_assert_max_num_queries(14):
            assert as_coach.get(address).status_code == 200


def test_the_packages_own_admin_which_could_delete_is_not_there():
    assert not admin.site.is_registered(XtdComment)
    assert not admin.site.is_registered(PackageComment)
    assert reverse("admin:comments_comment_changelist") == COMMENTS
    assert Thread in admin.site._registry
