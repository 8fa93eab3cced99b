"""Before it is sent: a preview, and "see someone today" for words that mean so."""

import json
import os
from pathlib import Path

import pytest
from django.urls import reverse

from comments import red_flags
from comments.models import Comment

from .forms_on_pages import fields_of

CHEST = "I get chest pain on the hill. Is that my knee?"


@pytest.fixture
def press(client, article):
    return lambda fields: client.post(reverse("comments:post", args=[article.pk]), fields)


def test_a_preview_shows_the_words_as_they_will_look_and_sends_nothing(press, ask_form, outbox):
    page = press(ask_form(comment="One.\n\n<b>Two</b> http://example.org", preview="1"))

    assert page.status_code == 200
    words = page.content.decode()
    assert "How it will look" in words and "<p>One.</p>" in words
    assert "&lt;b&gt;Two&lt;/b&gt;" in words
    assert not Comment.objects.exists() and outbox() == []

    assert press(fields_of(words, "ask")).status_code == 303
    assert Comment.objects.get().comment.startswith("One.")


def test_a_preview_of_nothing_says_what_is_missing(press, ask_form):
    page = press(ask_form(comment="", preview="1"))

    assert page.status_code == 422
    assert "Write your question first." in page.content.decode()


def test_words_that_cannot_wait_are_met_with_whom_to_call_and_one_more_press_sends_them(
    press, ask_form, outbox
):
    page = press(ask_form(comment=CHEST))

    assert page.status_code == 200
    words = page.content.decode()
    assert "call 999 now" in words and "Send it all the same" in words
    assert not Comment.objects.exists() and outbox() == []

    assert press(fields_of(words, "ask")).status_code == 303
    assert Comment.objects.get().comment == CHEST


def test_a_preview_warns_too(press, ask_form):
    page = press(ask_form(comment="My knee locked on the stairs.", preview="1"))

    assert "worth showing to someone today" in page.content.decode()


def test_a_coach_who_answers_is_not_told_to_call(as_coach, article):
    address = reverse("comments:post", args=[article.pk])
    form = fields_of(as_coach.get(article.get_absolute_url()).content.decode(), "ask")

    assert as_coach.post(address, {**form, "comment": CHEST}).status_code == 303


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("Suddenly I was short of breath.", "999"),
        ("I CAN’T breathe", "999"),
        ("I can't put weight on it", "same_day"),
        ("My knee locked. Chest pain, too", "999"),
        ("The knee is hot and red", "same_day"),
        ("My calf is throbbing", "same_day"),
        ("My knee gives way", "same_day"),
        ("No fever", "same_day"),
        ("How do I come down stairs?", None),
        ("It was a hot day. My knee was fine", None),
        ("I blocked the gate; unlocked it again", None),
        ("", None),
    ],
)
def test_the_list_is_read_by_whole_words_within_one_sentence(words, level):
    assert red_flags.found_in(words) == level


def test_no_text_is_too_strange_for_the_list():
    folder = os.environ.get("WALKCOACH_TEST_DATA")
    if not folder:
        pytest.skip("Set WALKCOACH_TEST_DATA to the folder with the hostile strings.")
    found = list(Path(folder).rglob("redos-strings.json"))
    assert found
    for text in json.loads(found[0].read_text()):
        assert red_flags.found_in(str(text)) in {"999", "same_day", None}
