"""What is said, for feed readers."""

import feedparser
import pytest

from comments.models import Comment, Thread

State = Comment.State
pytestmark = pytest.mark.django_db


def feed_at(client, address):
    response = client.get(address)
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def test_an_articles_feed_tells_what_was_said_newest_first(client, article, say, coach):
    question = say("May I walk with osteoporosis?")
    say("Gently, and ask the doctor who found it.", coach, to=question)
    answer, asked = feed_at(client, "/articles/start-with-six-houses/feed/").entries
    assert answer.title == "Marit replied"
    assert "ask the doctor" in answer.summary
    assert asked.title == "Rewa asked"
    assert asked.link == f"http://testserver/comments/{question.pk}/"


def test_a_threads_feed_holds_that_thread_alone(client, say):
    question = say("Stairs?")
    say("Hills?", "Kari")
    say("Me too.", "Ben", to=question)
    entries = feed_at(client, f"/comments/thread/{question.pk}/feed/").entries
    assert [entry.author for entry in entries] == ["Ben", "Rewa"]


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.HELD, State.REMOVED, State.SPAM])
def test_what_readers_do_not_see_is_in_no_feed(client, article, say, state):
    hidden = say("Nobody should read this.")
    Comment.objects.filter(pk=hidden.pk).update(state=state)
    assert not feed_at(client, "/articles/start-with-six-houses/feed/").entries


def test_a_private_question_is_in_no_feed(client, article, say):
    question = say("Only for the coach.")
    Thread.objects.filter(pk=question.pk).update(is_private=True, is_public=False)
    assert not feed_at(client, "/articles/start-with-six-houses/feed/").entries
    assert client.get(f"/comments/thread/{question.pk}/feed/").status_code == 404


def test_who_shows_only_initials_does_so_in_feeds(client, article, say):
    question = say("Stairs?", "Rewa Smith")
    Comment.objects.filter(pk=question.pk).update(initials_only=True)
    response = client.get("/articles/start-with-six-houses/feed/")
    assert "Smith" not in response.text
    assert "R. S. asked" in response.text


def test_words_that_look_like_markup_are_words_in_a_feed(client, article, say):
    say("<script>alert(1)</script> & ]]> \u202e", "<b>Bo</b>ld")
    (entry,) = feed_at(client, "/articles/start-with-six-houses/feed/").entries
    assert "<script" not in entry.summary
    assert "alert(1)" in entry.summary


def test_the_feed_of_a_draft_is_not_found(client, article):
    article.status = "draft"
    article.save()
    assert client.get("/articles/start-with-six-houses/feed/").status_code == 404


def test_a_feed_asks_the_database_the_same_number_of_times_whatever_was_said(
    client, article, say, connection_queries
):
    say("One.")
    client.get("/articles/start-with-six-houses/feed/")  # the site's name is looked up once
    few = connection_queries(lambda: client.get("/articles/start-with-six-houses/feed/"))
    for number in range(12):
        say(f"Question {number}.", f"Reader{number}")
    assert connection_queries(lambda: client.get("/articles/start-with-six-houses/feed/")) == few


def test_the_article_names_its_feed(client, article):
    page = client.get(article.get_absolute_url()).text
    assert 'href="/articles/start-with-six-houses/feed/"' in page
