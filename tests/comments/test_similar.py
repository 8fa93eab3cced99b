""" "Already answered?": what is found, what never is, and what is kept of asking."""

import pytest
from django.test import Client
from django.urls import reverse

from comments import conversation, similar_views
from comments.models import AnsweredQuestion, Comment, Thread
from comments.similar import MOST, similar_threads, terms_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]

ASKED = "My knee hurt on stairs"


@pytest.fixture
def answered(say, coach):
    """A public question with the coach's answer."""

    def ask(words, **more) -> Comment:
        question = say(words, **more)
        say("Lead with the sore one.", coach, to=question)
        return question

    return ask


def found(words=ASKED) -> list[str]:
    return [thread.root.comment for thread in similar_threads(words)]


@pytest.fixture
def ask(client, article):
    def post(words=ASKED, **more):
        address = reverse("comments:similar", args=[article.pk])
        return client.post(address, {"comment": words, "fragment": "1"}, **more)

    return post


def test_other_forms_of_the_same_words_are_found(answered):
    answered("Both KNEES are hurting when walking down the staír, is that bad?")

    assert len(found("knee hurts going downstairs on a stair")) == 1
    assert len(found("my knees hurt")) == 1


def test_one_word_in_common_is_not_enough(answered):
    answered("Both knees are hurting")

    assert found("Which shoes for my knee?") == []
    assert found("knee knees") == found("knee") == found("") == []


def test_the_likest_comes_first_and_there_are_few(answered):
    for number in range(MOST):
        answered(f"Knees and hills hurt, case {number}")
    answered("Knees hurt when I take the stairs after football")

    assert len(found()) == MOST
    assert found("Knees hurt on stairs after football")[0].endswith("football")


def test_only_what_the_coach_answered_in_public_is_found(answered, say, coach, article):
    say("Knees hurt, not answered")
    spam = answered("Knees hurt, spam")
    removed = answered("Knees hurt, removed")
    conversation.remove(spam, as_spam=True)
    conversation.remove(removed)
    taken_back = say("Knees hurt, answered once")
    answer = say("So.", coach, to=taken_back)
    conversation.remove(answer)
    private, _ = conversation.post(
        article,
        "Knees hurt, private",
        conversation.Writer("Lin", "lin@example.org"),
        state=Comment.State.PUBLISHED,
        is_private=True,
    )
    conversation.answer(private, "For you alone.", conversation.Writer.of(coach))
    assert found("knees hurt") == []
    assert not AnsweredQuestion.objects.exists()

    conversation.put_back(removed)
    assert found("knees hurt") == ["Knees hurt, removed"]
    article.status = article.Status.DRAFT
    article.save()
    assert found("knees hurt") == []


def test_a_private_thread_is_found_while_both_agree(answered, article, coach):
    question, _ = conversation.post(
        article,
        ASKED,
        conversation.Writer("Lin", "lin@example.org"),
        state=Comment.State.PUBLISHED,
        is_private=True,
    )
    conversation.answer(question, "Yes.", conversation.Writer.of(coach))
    thread = Thread.objects.get(pk=question.pk)
    conversation.suggest_making_public(thread)
    assert found() == []
    conversation.agree_to_publish(thread)
    assert found() == [ASKED]
    conversation.make_private_again(thread)
    assert found() == []


@pytest.mark.parametrize(
    "words", ['knee" OR "hurt', "knee* hurt*", "NEAR(knee hurt)", "words:knee & !hurt", "'knee' \\"]
)
def test_the_search_language_means_nothing(answered, words):
    answered(ASKED)

    assert len(found(words)) <= 1


def test_a_question_of_any_length_is_a_short_search(answered):
    assert len(terms_of("lots of different " + " ".join(f"word{n}x{n}" for n in range(999)))) <= 12
    assert found("knee " * 100_000) == []


def test_asking_stores_nothing_and_is_kept_by_nobody(ask, answered, connection_queries):
    answered("<b>Knees</b> hurt on stairs")
    answer = ask()

    assert "&lt;b&gt;Knees&lt;/b&gt; hurt on stairs" in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert not answer.cookies
    few = connection_queries(ask)
    for number in range(5):
        answered(f"Knees hurt on stairs {number}")
    assert connection_queries(ask) == few == 3


def test_it_is_asked_by_post_from_our_own_pages(client, ask, article):
    address = reverse("comments:similar", args=[article.pk])

    assert client.get(address, {"comment": ASKED}).status_code == 405
    assert ask(headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert ask(headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403


def test_too_many_searches_of_one_network_wait(ask, monkeypatch):
    monkeypatch.setattr(similar_views, "SEARCHES_A_MINUTE", 2)

    assert [ask().status_code for _ in range(3)] == [200, 200, 429]
    assert "in a minute" in ask().content.decode()
    assert ask(REMOTE_ADDR="203.0.113.9").status_code == 200


def test_the_form_that_comes_back_can_be_sent_by_a_member(article, ada, answered):
    answered(ASKED)
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    page = client.post(
        reverse("comments:similar", args=[article.pk]),
        {"comment": "Knees hurt", "is_private": "on"},
    ).content.decode()

    from .forms_on_pages import fields_of

    assert ASKED in page
    assert "checked" in page
    sent = client.post(reverse("comments:post", args=[article.pk]), fields_of(page, "ask"))
    assert sent.status_code == 303
