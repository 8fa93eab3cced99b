"""What a text is told before it is published: pure."""

import pytest

from articles.checklist import Draft, Lead, checklist
from articles.editor.parts import parts_of
from articles.editor.reading import grade, reading, sentences, syllables

FINE = Draft(
    title="Start with six houses",
    standfirst="A walk so short that no knee minds, and how it grows by a house each week.",
    body=(
        "<h2>Why so short</h2><p>It is easy.</p><h3>For knees</h3>"
        '<figure><img src="/media/a.jpg" alt="A hill"></figure>'
        '<section class="see-someone"><h2>When to see someone</h2><p>If it swells.</p></section>'
        '<p><a href="/log/">Log it</a></p>'
    ),
    has_picture=True,
    picture_alt="Six houses in a row.",
)
LEADS = {"/log/": Lead(True, "")}


def told(leads=LEADS, **fields) -> list[str]:
    """What wants mending, each with its place before it: "title: It has no title yet."."""
    draft = Draft(**{**FINE.__dict__, **fields})
    return [f"{one.place}: {one.says}" for one in checklist(draft, leads) if not one.fine]


def is_told(place: str, says: str, **fields) -> bool:
    return any(one.startswith(f"{place}: ") and says in one for one in told(**fields))


def test_a_text_in_which_all_is_well_hears_so():
    assert told() == []
    assert len(checklist(FINE, LEADS)) == 7


@pytest.mark.parametrize(
    ("fields", "place", "says"),
    [
        ({"title": " "}, "title", "no title"),
        ({"title": "x" * 61}, "title", "61 letters"),
        ({"standfirst": ""}, "standfirst", "no standfirst"),
        ({"standfirst": "Short."}, "standfirst", "short"),
        ({"standfirst": "x" * 161}, "standfirst", "161 letters"),
        ({"body": "<p>&nbsp;</p>"}, "body", "no text"),
        ({"has_picture": False}, "picture", "no picture"),
        ({"picture_alt": " "}, "picture_alt", "no words"),
        ({"body": "<h3>Up</h3><h2>Down</h2>"}, "heading:0", "“Up” is a small heading"),
        ({"body": "<h2>Up</h2><h2> </h2>"}, "heading:1", "no words"),
        ({"body": f"<p>{'Go on. ' * 250}</p>"}, "body", "no headings"),
        ({"body": '<img src="/media/a.jpg">'}, "picture:0", "Picture 1 in the text"),
    ],
)
def test_what_is_missing_is_said_with_its_place(fields, place, says):
    assert is_told(place, says, **fields)


def test_a_picture_that_only_decorates_needs_no_words():
    body = '<p>x</p><img src="/media/a.jpg" alt="">'
    assert not is_told("picture:0", "", body=body)


def test_links_are_named_by_their_words_and_their_number():
    body = '<p><a href="/log/">fine</a> and <a href="https://a.example/">their page</a></p>'
    leads = {**LEADS, "https://a.example/": Lead(False, "leads nowhere.")}
    assert "link:1: The link “their page” leads nowhere." in told(leads, body=body)
    assert ": 1 link to another site has not been tried." in told(body=body)


def test_a_text_that_is_hard_to_read_is_told_its_grade():
    hard = "Considerable osteoarthritic deterioration necessitates individualised rehabilitation. "
    assert is_told("body", "It reads at grade", body=f"<p>{hard * 20}</p>")


# Parts


def test_running_text_is_what_is_said_not_its_headings_captions_and_films():
    parts = parts_of(
        "<h2>Up</h2><p>One<br>two.</p><ul><li><p>Three</p><ul><li>four</li></ul></li></ul>"
        '<figure><img src="/media/a.jpg"><figcaption>Five</figcaption></figure>'
        '<p class="video"><a href="https://vimeo.com/1">Watch on Vimeo: Six</a></p>'
        '<section class="callout"><p>Seven &amp; more</p></section>'
    )
    assert parts.text == ["One two.", "Three", "four", "Seven & more"]
    assert [link.text for link in parts.links] == ["Watch on Vimeo: Six"]


# The grade


def test_the_grade_is_kincaids_formula():
    # "Derivation of new readability formulas", 1975: .39 (words/sentence) + 11.8 (syllables/word)
    # - 15.59. Ten words a sentence of 1.5 syllables each: 3.9 + 17.7 - 15.59 = 6.01.
    assert grade(words=100, sentences=10, syllables=150) == 6.0
    assert grade(words=100, sentences=50, syllables=100) == 0.0


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("knee", 1),
        ("walked", 1),
        ("table", 2),
        ("swollen", 2),
        ("recover", 3),
        ("osteoporotic", 5),
        ("don’t", 1),
        ("42", 1),
    ],
)
def test_syllables_are_counted_by_vowels(word, count):
    assert syllables(word) == count


def test_sentences_end_where_a_reader_breathes():
    text = "See Dr. Shah at 3.30 on Monday. “Why wait?” Ada asked! It hurts… Stop, e.g. (Now.) Go."
    assert sentences(text) == [
        "See Dr. Shah at 3.30 on Monday.",
        "“Why wait?”",
        "Ada asked!",
        "It hurts…",
        "Stop, e.g. (Now.)",
        "Go.",
    ]


def test_a_short_text_has_no_grade_and_an_empty_one_no_words():
    assert reading(["Walk to the sixth house."]).grade is None
    assert reading([]).words == 0


def test_each_paragraph_and_item_ends_a_sentence():
    assert reading(["walk on"] * 60).grade == grade(120, 60, 120)


def test_the_hardest_sentences_are_named_the_hardest_first():
    easy = "Walk to the sixth house and turn round. " * 10
    hard = (
        "Because inflammation inside the articular capsule fluctuates considerably, an individual "
        "deterioration ought to be interpreted cautiously."
    )
    harder = hard.replace("cautiously", "cautiously, conservatively, and collaboratively")
    read = reading([easy, hard, easy, harder])
    assert [one.text for one in read.hardest] == [harder, hard]
    assert read.hardest[0].grade > read.hardest[1].grade
