"""Finding an article by its words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.text import MAX_QUERY_CHARACTERS, fold, search_words

from .html import elements


def found(client, query: str) -> str:
    response = client.get("/search/", {"q": query})
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def pieces(write):
    write("Downstairs", body="<p>Hold the <strong class='x'>rail</strong>.</p>")
    write("Upstairs", standfirst="Rail or no rail.", body="<p>Push with the hip.</p>")


def test_an_article_is_found_by_every_word_wherever_it_stands(client, pieces):
    page = found(client, "rail hip")
    assert "1 article with all of these words" in page
    assert "Upstairs" in page and "Downstairs" not in page


@pytest.mark.parametrize("query", ["DOWNSTAIRS rail", "“rail”, downstairs!", "down rail hold"])
def test_case_and_punctuation_do_not_matter(client, pieces, query):
    assert "1 article with" in found(client, query)


@pytest.mark.parametrize(
    ("written", "typed"),
    [("Élan", "elan"), ("naïve", "NAÏVE"), ("don’t", "don't"), ("STRASSE", "straße")],
)
def test_accents_and_apostrophes_do_not_matter(client, write, written, typed):
    write("One", body=f"<p>{written}</p>")
    assert "1 article with" in found(client, typed)


@pytest.mark.parametrize("query", ["strong", "class", "href", "%", "_", "nbsp"])
def test_markup_and_wildcards_are_not_words(client, write, query):
    write("One", body='<p class="callout"><strong>Hip</strong>&nbsp;<a href="/x">x</a></p>')
    assert "article with" not in found(client, query)


def test_nothing_found_says_what_to_try(client, pieces):
    page = found(client, "xylophone")
    assert "No article has this word" in page and "ask" in page and "See all articles" in page
    assert "Try fewer words" in found(client, "xylophone rail")


@pytest.mark.parametrize("query", ["", "   ", "?!", "\x00"])
def test_a_search_for_nothing_invites_a_word(client, pieces, query):
    assert "Type a word or two" in found(client, query)


def test_what_was_typed_comes_back_as_words_only(client, pieces):
    nasty = '"><script>alert(1)</script>'
    page = found(client, nasty)
    fields = [attrs for tag, attrs in elements(page) if tag == "input" and attrs.get("name") == "q"]
    assert fields[0]["value"] == nasty
    assert "<script>" not in page


def test_a_long_search_is_cut_and_says_so(client, pieces):
    page = found(client, "rail " * 20_000)
    assert "we looked for its first 100 characters" in page
    assert "2 articles with this word" in page


def test_the_next_page_looks_for_the_same(client, write):
    for number in range(13):
        write(f"Knees & hips {number}", slug=f"k-{number}")
    page = found(client, "knees & hips")
    assert "?q=knees%20%26%20hips&amp;page=2" in page
    assert "Page 2 of 2" in client.get("/search/?q=knees%20%26%20hips&page=2").content.decode()


@given(st.text(max_size=300))
def test_any_text_gives_words_that_are_found_in_it(query):
    cut = fold(query[:MAX_QUERY_CHARACTERS])
    assert all(word in cut for word in search_words(query))


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)
