"""Each mail cut to what the person wrote: real shapes, and texts that only look like quotes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comments.inbound import parse, quotes
from comments.inbound.address import MARKER

from .shapes import NOTIFICATION, SHAPES, mail, part, quoted

OURS = ["coach@walk.example", "http://testserver/comments/unsubscribe/"]


def cut(message: bytes) -> str:
    return quotes.written(parse.read(message).text, OURS)


@pytest.mark.parametrize("name", SHAPES)
def test_a_reply_is_cut_to_what_the_person_wrote(name):
    assert cut(SHAPES[name].message) == SHAPES[name].written


def test_there_are_twenty_shapes_in_many_languages():
    assert len(SHAPES) >= 20


@pytest.mark.parametrize("name", SHAPES)
def test_nothing_of_our_own_mail_comes_back(name):
    """Its foot holds links that would let any reader of the page stop somebody's mails."""
    for words in ("unsubscribe", "preferences", "walk.example", "twice a day."):
        assert words not in cut(SHAPES[name].message)


@pytest.mark.parametrize(
    "words",
    [
        "On Monday my physio wrote:\n\nthree houses, then rest",
        "Date: Monday\nFrom: home\nTo: the park and back\n\nand no pain at all",
        "From: the gate\n\nTo: the church",
        "> 5 minutes and it hurts"[2:],
        "I walk:\n- two houses\n- three houses\n\n- then home",
        "Thanks,\n\nthat helped",
        "Best regards to your dog. One more thing: may I swim?",
        "Sent from my doctor was a letter, and it says in so many words that I may walk as far as "
        "I like, so long as the knee is quiet the morning after.",
        "It hurts here:\n10:30 on the stairs",
        "--\nnot a signature"[3:],
    ],
)
def test_words_that_only_look_like_a_quote_or_a_signature_stay(words):
    assert quotes.written(words) == words


def test_a_quote_that_no_program_marked_ends_at_our_own_line():
    text = f"Yes.\n\nXyzzy plugh coach@walk.example:\n\n{MARKER}\n\n{NOTIFICATION}"
    assert quotes.written(text, OURS) == "Yes."


def test_an_answer_below_our_marked_line_is_kept():
    text = f"At 10:30 Walkcoach wrote:\n> {MARKER}\n{quoted()}\nBelow it all."
    assert quotes.written(text, OURS) == "Below it all."


def test_a_line_with_one_of_our_secret_links_is_never_theirs():
    text = "Look:\nhttp://testserver/comments/unsubscribe/Mw:1x/\nthat one"
    assert quotes.written(text, OURS) == "Look:\nthat one"


def test_nothing_but_a_quote_is_nothing():
    assert cut(mail(part("\n\nOn 27 Nov 2026 at 09:12, Walkcoach <a@b> wrote:\n" + quoted()))) == ""


@pytest.mark.parametrize(
    ("flowed", "text"),
    [
        ("one \ntwo", "one two"),
        ("> one \n> two\nthree", "> one two\nthree"),
        ("one\n-- \nname", "one\n-- \nname"),
        (" From here \n on", "From here on"),
    ],
)
def test_flowed_lines_are_joined_again(flowed, text):
    assert quotes.unflow(flowed) == text


def test_delsp_takes_the_space_with_it():
    assert quotes.unflow("東京 \n都", delete_space=True) == "東京都"


@given(st.text(alphabet=st.sampled_from("> -:@\nOnwrote2From:Subject_"), max_size=300))
def test_any_text_is_cut_to_lines_of_its_own(text):
    lines = {" ".join(line.split()) for line in text.split("\n")}
    for line in quotes.written(text).split("\n"):
        assert " ".join(line.split()) in lines | {""}


@given(st.text(max_size=300))
def test_html_of_any_kind_has_a_text(html):
    assert isinstance(quotes.text_of_html(f"<p>{html}<blockquote>{html}"), str)
