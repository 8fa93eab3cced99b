"""What a conversation tells machines."""

import json
import re

import pytest
from django.urls import reverse

from comments import conversation, metadata

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]


def data_on(client, address) -> list[dict]:
    page = client.get(address).content.decode()
    return [
        json.loads(text)
        for text in re.findall(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    ]


@pytest.fixture
def threads(client, article):
    def read() -> list[dict]:
        (posting, _), *more = data_on(client, article.get_absolute_url())
        assert all(data["@id"] == posting["@id"] for data in more)
        return more[0]["comment"] if more else []

    return read


def test_a_question_the_coach_answered_has_an_answer(threads, say, coach):
    question = say("May I walk?", "Rewa")
    answer = say("Yes.", coach, to=question)
    say("Me too.", "Lin", to=answer)

    [thread] = threads()
    assert (thread["@type"], thread["text"]) == ("Question", "May I walk?")
    assert thread["author"] == {"@type": "Person", "name": "Rewa"}
    [suggested] = thread["suggestedAnswer"]
    assert (suggested["@type"], suggested["text"]) == ("Answer", "Yes.")
    assert suggested["url"] == f"http://testserver/comments/{answer.pk}/"
    [reply] = thread["comment"]
    assert (reply["@type"], reply["parentItem"]) == ("Comment", {"@id": suggested["@id"]})


def test_other_readers_do_not_answer_and_the_coach_does_not_ask(threads, say, coach):
    say("Try less.", "Lin", to=say("May I walk?", "Rewa"))
    say("You may.", coach, to=say("Walk with me on Sunday.", coach))

    assert [thread["@type"] for thread in threads()] == ["Comment", "Comment"]


def test_names_are_as_shown_and_what_was_removed_is_left_out(threads, article, say, coach):
    writer = conversation.Writer("Rewa Smith", "rewa@example.org", initials_only=True)
    question, _ = conversation.post(article, "May I?", writer, state="published")
    rude = say("Rude words", "Quack", to=question)
    say("Not so.", coach, to=rude)
    gone = say("Gone words", "Quack")
    say("Still here", coach, to=gone)
    conversation.remove(rude)
    conversation.remove(gone)

    [thread] = threads()
    assert thread["author"]["name"] == "R. S."
    text = json.dumps(thread)
    for hidden in ("Smith", "Rude", "Quack", "Gone", "rewa@"):
        assert hidden not in text


def test_nothing_of_a_comment_leaves_the_element(client, article, say):
    attack = "</script><script>alert(1)</script><!--"
    say(attack, "Rewa & <b>")
    page = client.get(article.get_absolute_url()).content.decode()

    assert "<script>alert" not in page and "<!--" not in page
    assert data_on(client, article.get_absolute_url())[1]["comment"][0]["text"] == attack


def test_its_size_is_bounded(threads, say):
    for number in range(20):
        question = say(f"{number} " + "ж" * 5000, "Rewa")
        for again in range(5):
            say(f"{number} {again} " + "ж" * 5000, "Lin", to=question)

    size = len(json.dumps(threads(), ensure_ascii=False))
    assert metadata.MOST / 2 < size <= metadata.MOST + 200


def test_a_threads_own_page_is_one_question_if_it_was_answered(client, say, coach):
    question = say("May I walk?", "Rewa")
    address = reverse("comments:thread", args=[question.pk])
    [posting] = data_on(client, address)
    assert (posting["@type"], posting["text"]) == ("DiscussionForumPosting", "May I walk?")

    say("Yes.", coach, to=question)
    [page] = data_on(client, address)
    assert page["@type"] == "QAPage"
    assert page["mainEntity"]["answerCount"] == 1
