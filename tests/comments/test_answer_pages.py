"""A good answer as a page of its own: when the coach chooses and the asker does not mind."""

import datetime
import json
import re

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from comments import conversation
from comments.answer_pages import making
from comments.models import AnswerPage, Comment, Thread
from comments.similar import similar_threads
from tests.browser import axe_faults

QUESTION = "My knees hurt on the stairs. How do I come down without pain?"
ANSWER = "Bad leg first, and hold the rail."


@pytest.fixture
def thread(say, coach, outbox):
    """A guest's answered question."""
    question = say(QUESTION)
    say(ANSWER, coach, to=question)
    return Thread.objects.select_related("root").get(pk=question.pk)


@pytest.fixture
def as_coach(coach):
    client = Client()
    client.force_login(coach)
    return client


def make(as_coach, thread, **more):
    typed = {
        "title": "How do I come down stairs?",
        "body_part": "front",
        "question": QUESTION,
        "answer": ANSWER,
        **more,
    }
    return as_coach.post(f"/admin/desk/{thread.pk}/answer-page/", typed, follow=True)


def link_in(mail) -> str:
    return re.search(r"/comments/answer-page/[^/\s]+/", mail.body)[0]


def in_a_week():
    return time_machine.travel(timezone.now() + datetime.timedelta(days=7, minutes=1))


def test_the_form_starts_with_what_was_asked_and_answered(as_coach, thread):
    page = as_coach.get(f"/admin/desk/{thread.pk}/answer-page/").text
    assert "How do I come down without pain?" in page
    assert ANSWER in page


def test_the_asker_is_told_and_has_a_week_to_mind(client, as_coach, thread, outbox):
    page = make(as_coach, thread).text
    assert "The asker is told." in page
    assert outbox()[-1].to == ["rewa@example.org"]
    assert client.get("/answers/how-do-i-come-down-stairs/").status_code == 404
    with in_a_week():
        page = client.get("/answers/how-do-i-come-down-stairs/").text
    assert ANSWER in page
    assert "Rewa" in page
    assert "When to see someone" in page


def test_the_asker_agrees_and_it_is_public_at_once(client, as_coach, thread, outbox):
    make(as_coach, thread)
    link = link_in(outbox()[-1])
    assert "May your question have a page?" in client.get(link).text
    assert client.get("/answers/how-do-i-come-down-stairs/").status_code == 404
    assert "Thank you" in client.post(link, {"act": "agree"}, follow=True).text
    assert client.get("/answers/how-do-i-come-down-stairs/").status_code == 200


def test_the_asker_would_rather_not_also_later(client, as_coach, thread, outbox):
    make(as_coach, thread)
    link = link_in(outbox()[-1])
    client.post(link, {"act": "agree"})
    assert "It is not shown" in client.post(link, {"act": "object"}, follow=True).text
    with in_a_week():
        assert client.get("/answers/how-do-i-come-down-stairs/").status_code == 404
        assert "the asker does not want" in as_coach.get(f"/admin/desk/{thread.pk}/").text
    assert QUESTION in Comment.objects.get(pk=thread.pk).comment


def test_a_forged_link_is_nothing(client, db):
    assert client.post("/comments/answer-page/forged/", {"act": "agree"}).status_code == 404


def test_whoever_stopped_the_mails_is_not_mailed_and_has_the_week_all_the_same(
    client, as_coach, thread, outbox
):
    thread.followers.update(stopped_at=timezone.now())
    before = len(outbox())
    make(as_coach, thread)
    assert len(outbox()) == before
    assert client.get("/answers/how-do-i-come-down-stairs/").status_code == 404
    with in_a_week():
        assert client.get("/answers/how-do-i-come-down-stairs/").status_code == 200


def test_without_an_address_there_is_nobody_to_ask(client, as_coach, thread):
    Comment.objects.filter(pk=thread.pk).update(user_email="")
    assert "The page is public now." in make(as_coach, thread).text
    assert client.get("/answers/how-do-i-come-down-stairs/").status_code == 200


@pytest.mark.parametrize("hide", ["remove", "spam", "draft"])
def test_the_page_goes_with_what_it_was_made_of(client, as_coach, thread, article, hide):
    make(as_coach, thread)
    making.agree(AnswerPage.objects.get())
    if hide == "draft":
        article.status = "draft"
        article.save()
    else:
        conversation.remove(thread.root, as_spam=hide == "spam")
    assert client.get("/answers/how-do-i-come-down-stairs/").status_code == 404
    assert "How do I come down stairs?" not in client.get("/answers/").text


def test_a_forgotten_asker_leaves_the_page_and_no_name(client, as_coach, thread):
    make(as_coach, thread)
    making.agree(AnswerPage.objects.get())
    conversation.forget_guest("rewa@example.org")
    page = client.get("/answers/how-do-i-come-down-stairs/").text
    assert "Rewa" not in page
    assert conversation.FORMER_READER in page


def test_initials_stay_initials(client, as_coach, thread):
    Comment.objects.filter(pk=thread.pk).update(initials_only=True)
    make(as_coach, thread)
    making.agree(AnswerPage.objects.get())
    assert "Rewa" not in client.get("/answers/how-do-i-come-down-stairs/").text
    assert "Rewa" not in client.get("/answers/").text


def test_what_is_private_or_unanswered_gets_no_page(as_coach, coach, say, article, outbox):
    unanswered = say(QUESTION)
    private, _ = conversation.post(
        article,
        "In private?",
        conversation.Writer("Rewa", "rewa@example.org"),
        state=Comment.State.PUBLISHED,
        is_private=True,
    )
    conversation.answer(private, ANSWER, conversation.Writer.of(coach))
    for question in (unanswered, private):
        page = as_coach.get(f"/admin/desk/{question.pk}/answer-page/", follow=True).text
        assert "Only an answered question that all may read can have a page." in page
    assert not AnswerPage.objects.exists()


def test_readers_make_no_pages(client, ada, thread):
    client.force_login(ada)
    assert make(client, thread).status_code == 403
    assert not AnswerPage.objects.exists()


def test_a_preview_keeps_nothing_and_mails_nobody(as_coach, thread, outbox):
    before = len(outbox())
    page = make(as_coach, thread, preview="1").text
    assert "How it will look" in page
    assert not AnswerPage.objects.exists()
    assert len(outbox()) == before


def test_a_change_keeps_the_address_and_tells_nobody_again(client, as_coach, thread, outbox):
    make(as_coach, thread)
    making.agree(AnswerPage.objects.get())
    told = len(outbox())
    make(as_coach, thread, title="Down the stairs", answer="Bad leg first. Really.")
    page = client.get("/answers/how-do-i-come-down-stairs/").text
    assert "Down the stairs" in page
    assert "Really." in page
    assert len(outbox()) == told


def test_the_coach_takes_it_down(client, as_coach, thread):
    make(as_coach, thread)
    as_coach.post(f"/admin/desk/{thread.pk}/answer-page/", {"take_down": "1"})
    assert not AnswerPage.objects.exists()
    assert Comment.objects.get(pk=thread.pk).is_published


def test_two_pages_of_one_title_have_an_address_each(as_coach, coach, say, outbox):
    for number in range(2):
        question = say(f"{QUESTION} {number}")
        say(ANSWER, coach, to=question)
        make(as_coach, Thread.objects.get(pk=question.pk))
    assert set(AnswerPage.objects.values_list("slug", flat=True)) == {
        "how-do-i-come-down-stairs",
        "how-do-i-come-down-stairs-2",
    }


def test_it_is_found_by_search_map_thread_and_those_who_ask_the_same(
    client, as_coach, thread, article, say, coach
):
    make(as_coach, thread)
    other = say("Do stairs hurt knees for good?")
    say("No.", coach, to=other)
    assert "How do I come down stairs?" not in client.get("/search/?q=rail").text
    making.agree(AnswerPage.objects.get())
    assert "How do I come down stairs?" in client.get("/search/?q=RAIL").text
    assert "/answers/how-do-i-come-down-stairs/" in client.get("/sitemap.xml").text
    assert "This answer has a page of its own" in client.get(article.get_absolute_url()).text
    assert similar_threads("knees that hurt on stairs")[0] == thread


def test_its_structured_data_is_the_question_and_the_accepted_answer(client, as_coach, thread):
    hostile = "</script><script>alert(1)</script>"
    make(as_coach, thread, answer=f"{ANSWER} {hostile}")
    making.agree(AnswerPage.objects.get())
    page = client.get("/answers/how-do-i-come-down-stairs/").text
    assert hostile not in page
    data = json.loads(re.search(r'ld\+json">(.*?)</script>', page, re.S)[1])[0]
    assert data["@type"] == "QAPage"
    assert data["mainEntity"]["acceptedAnswer"]["author"]["name"] == "Marit"
    assert data["mainEntity"]["acceptedAnswer"]["text"].startswith(ANSWER)


def test_a_visitors_page_sets_no_cookie_and_is_not_sent_twice(client, as_coach, thread):
    make(as_coach, thread)
    making.agree(AnswerPage.objects.get())
    response = client.get("/answers/how-do-i-come-down-stairs/")
    assert not response.cookies
    again = client.get(
        "/answers/how-do-i-come-down-stairs/", headers={"If-None-Match": response["ETag"]}
    )
    assert again.status_code == 304


def test_the_list_costs_the_same_for_many(client, as_coach, coach, say, connection_queries, outbox):
    def one_more(number):
        question = say(f"{QUESTION} {number}")
        say(ANSWER, coach, to=question)
        make(as_coach, Thread.objects.get(pk=question.pk))
        making.agree(AnswerPage.objects.latest("pk"))

    one_more(0)
    few = connection_queries(lambda: client.get("/answers/"))
    for number in range(1, 4):
        one_more(number)
    assert connection_queries(lambda: client.get("/answers/")) == few


def test_an_empty_list_says_where_to_look(client, db):
    assert "No answer has a page of its own yet." in client.get("/answers/").text


@pytest.mark.browser
@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(browser_page, sign_in, coach, thread, as_coach, color_scheme):
    page = browser_page(color_scheme=color_scheme, viewport=(320, 800))
    make(as_coach, thread)
    making.agree(AnswerPage.objects.get())
    sign_in(page, coach)
    for address in (
        "/answers/",
        "/answers/how-do-i-come-down-stairs/",
        f"/admin/desk/{thread.pk}/answer-page/",
    ):
        page.goto(address)
        assert axe_faults(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
