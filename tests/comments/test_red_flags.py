"""What is said to someone whose words mean "see someone today", before they are posted."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments import red_flags
from comments.models import Comment

from .forms_on_pages import fields_of

CALF = "My calf is swollen and warm since yesterday. Can I walk?"


@pytest.mark.parametrize(
    ("words", "level"),
    [
        ("I get chest pain on hills.", red_flags.EMERGENCY),
        ("I was suddenly short of breath.", red_flags.EMERGENCY),
        ("I can’t breathe when I lie down", red_flags.EMERGENCY),
        (CALF, red_flags.SAME_DAY),
        ("My knee locks and then it hurts.", red_flags.SAME_DAY),
        ("The knee is hot and red.", red_flags.SAME_DAY),
        ("I CANNOT BEAR WEIGHT on it", red_flags.SAME_DAY),
        ("The knee gave way on the stairs", red_flags.SAME_DAY),
        ("Why does it hurt behind my knee after ten minutes?", None),
        ("Is a hot bath good? My knee likes it.", None),
        ("My calf is tight. The swelling in my hand is gone.", None),
        ("I am a locksmith with sore knees.", None),
        ("I blocked the gate and unlocked it again, knee high in snow.", None),
        ("My knee locked. Chest pain, too.", red_flags.EMERGENCY),
        ("It was a hot day. My knee was red from the sun.", None),
        ("", None),
    ],
)
def test_a_flag_is_up_when_one_sentence_names_it(words, level):
    assert red_flags.found_in(words) == level


@given(st.text())
def test_any_text_can_be_read(text):
    assert red_flags.found_in(text) in (None, red_flags.SAME_DAY, red_flags.EMERGENCY)


def test_a_red_flag_is_shown_before_posting_and_stores_nothing(client, article, ask_form):
    response = client.post(f"/comments/post/{article.pk}/", ask_form(comment=CALF))
    assert response.status_code == 200
    assert "worth showing to someone today" in response.text
    assert CALF in response.text
    assert not Comment.objects.exists()


def test_a_second_press_sends_it_all_the_same(client, article, ask_form):
    seen = ask_form(comment=CALF, flags_seen=red_flags.VERSION)
    response = client.post(f"/comments/post/{article.pk}/", seen)
    assert response.status_code == 303
    assert Comment.objects.get().comment == CALF


def test_a_notice_of_an_older_list_does_not_count_as_seen(client, article, ask_form):
    response = client.post(
        f"/comments/post/{article.pk}/", ask_form(comment=CALF, flags_seen="2020-01")
    )
    assert response.status_code == 200
    assert not Comment.objects.exists()


def test_a_coach_who_names_a_red_flag_is_not_told_to_call(as_coach, article):
    form = fields_of(as_coach.get(article.get_absolute_url()).text, "ask")
    response = as_coach.post(
        f"/comments/post/{article.pk}/", {**form, "comment": "With chest pain, call 999."}
    )
    assert response.status_code == 303


def test_no_text_is_too_strange_for_the_list():
    folder = os.environ.get("WALKCOACH_TEST_DATA")
    if not folder:
        pytest.skip("WALKCOACH_TEST_DATA names no folder of hostile strings.")
    strings = json.loads((Path(folder) / "hostile/naughty/redos-strings.json").read_text())
    for text in strings:
        assert red_flags.found_in(str(text)[:5000]) in (None, "999", "same_day")


def test_words_without_a_flag_are_posted_at_one_press(client, article, ask_form):
    response = client.post(f"/comments/post/{article.pk}/", ask_form())
    assert response.status_code == 303


def test_a_preview_shows_the_words_as_they_will_stand_and_stores_nothing(client, article, ask_form):
    words = "First paragraph.\n\nSecond, with https://example.org/path in it. <b>Bold</b>?"
    response = client.post(f"/comments/post/{article.pk}/", ask_form(comment=words, preview="1"))
    assert response.status_code == 200
    assert "How it will look" in response.text
    assert "<p>First paragraph.</p>" in response.text
    assert 'href="https://example.org/path"' in response.text
    assert "<b>Bold" not in response.text
    assert not Comment.objects.exists()


def test_a_preview_shows_a_red_flag_too(client, article, ask_form):
    response = client.post(f"/comments/post/{article.pk}/", ask_form(comment=CALF, preview="1"))
    assert "worth showing to someone today" in response.text


def test_a_preview_of_nothing_asks_for_words_first(client, article, ask_form):
    response = client.post(f"/comments/post/{article.pk}/", ask_form(comment="", preview="1"))
    assert response.status_code == 422
    assert "Write your question first." in response.text
