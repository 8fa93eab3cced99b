"""The body of an article: nothing in it can run, track or shout."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.fields import ALLOWED_TAGS, sanitise
from articles.models import Article
from articles.outline import outline

from .html import elements

URL_ATTRIBUTES = {
    "href",
    "src",
    "action",
    "formaction",
    "data",
    "poster",
    "background",
    "xlink:href",
}
ALLOWED_ATTRIBUTES = {"href", "title", "src", "alt", "width", "height", "start", "class", "rel"}
LANGUAGE = {"lang"}


def assert_harmless(html: str) -> None:
    for tag, attributes in elements(html):
        assert tag in ALLOWED_TAGS, f"<{tag}> in {html!r}"
        assert attributes.keys() <= ALLOWED_ATTRIBUTES | LANGUAGE, f"{attributes} in {html!r}"
        for name in attributes.keys() & URL_ATTRIBUTES:
            # As browsers read it: without the blanks and control characters they pass over.
            address = "".join(c for c in attributes[name] or "" if c > " ").lower()
            scheme = address.split("/")[0].split("?")[0].split("#")[0].partition(":")
            assert not scheme[1] or scheme[0] in {"http", "https", "mailto"}, html


@pytest.mark.parametrize(
    "harm",
    [
        "<script>alert(1)</script>",
        "<svg></svg>",
        '<p onclick="x">',
        '<a href="java\tscript:alert(1)">',
        '<a href=" JAVASCRIPT:alert(1)">',
        '<img src="data:image/png,x">',
        '<p style="color: red">',
    ],
)
def test_what_harms_is_recognised(harm):
    with pytest.raises(AssertionError):
        assert_harmless(harm)


def corpus(*parts: str) -> list[Path]:
    folder = os.environ.get("WALKCOACH_TEST_DATA")
    if not folder:
        pytest.skip("WALKCOACH_TEST_DATA is not set: the collections of attacks are not here.")
    found = sorted(Path(folder, "hostile", "xss").glob("/".join(parts)))
    assert found, f"WALKCOACH_TEST_DATA has no {'/'.join(parts)}"
    return found


def test_the_html5_security_cheatsheet_is_harmless():
    (path,) = corpus("h5sc-vectors.txt")
    vectors = path.read_text(errors="replace").split('<div id="')
    assert len(vectors) > 100
    for vector in vectors:
        assert_harmless(sanitise(f'<div id="{vector}'))
    assert_harmless(sanitise(path.read_text(errors="replace")))


def test_the_cases_of_dompurify_are_harmless():
    (path,) = corpus("dompurify-expect.json")
    cases = json.loads(path.read_text())
    assert len(cases) > 200
    for case in cases:
        assert_harmless(sanitise(case["payload"]))
        assert_harmless(sanitise(f"<p>{case['payload']}"))


def test_the_cases_of_bleach_are_harmless():
    for path in corpus("bleach", "*.test"):
        dirty, _, _ = path.read_text().partition("--\n")
        assert_harmless(sanitise(dirty))


PIECES = """< > </ /> = " ' ` & ; <!-- --> <![CDATA[ ]]> <script> </script> <style> <svg> <math>
<mtext> <table> <a href= <img src= onerror= javascript: data: &#106; <p class= callout <h2> </h2>
<iframe srcdoc= <template> /media/ .."""
MARKUP = st.lists(
    st.one_of(
        st.sampled_from([*PIECES.split(), " ", "\t", "\x00", "\x0b", "java\tscript:"]),
        st.text(max_size=5),
    ),
    max_size=30,
).map("".join)


@given(MARKUP)
def test_no_mixture_of_markup_comes_through_harmful(dirty):
    clean = sanitise(dirty)
    assert_harmless(clean)
    assert sanitise(clean) == clean


@pytest.mark.django_db  # a body with pictures asks for their rows
@given(MARKUP)
def test_giving_headings_their_ids_changes_nothing_else(dirty):
    clean = sanitise(dirty)
    shown, headings = outline(clean)
    for heading in headings:
        assert f'<h2 id="{heading.anchor}">' in shown
        assert heading.anchor.replace("-", "").isalnum()
    without = [(tag, a) for tag, a in elements(clean) if tag not in ("h2", "img")]
    assert [(tag, a) for tag, a in elements(shown) if tag not in ("h2", "img")] == without
    assert len({heading.anchor for heading in headings}) == len(headings)


@pytest.mark.parametrize(
    "source",
    [
        "https://evil.test/x.png",
        "//evil.test/x.png",
        "/media/../admin/",
        "/media//evil.test/x",
        "/static/x.png",
        "x.png",
        "/media/",
        "data:image/png;base64,xx",
        "/media/a\nb.png",
    ],
)
def test_a_picture_from_elsewhere_loses_its_address(source):
    assert "src" not in sanitise(f'<img src="{source}" alt="x">')


def test_a_picture_of_our_own_stays():
    assert 'src="/media/articles/x-1.jpg"' in sanitise('<img src="/media/articles/x-1.jpg">')


@pytest.mark.parametrize(
    "block",
    [
        '<p class="callout">x</p>',
        '<section class="callout"><p>x</p><ul><li>y</li></ul></section>',
        '<section class="see-someone"><h2>When to see someone</h2><p>Now.</p></section>',
        '<figure class="quote"><blockquote>x</blockquote><figcaption>A</figcaption></figure>',
        '<p class="video"><a href="https://vimeo.com/1" rel="noopener noreferrer">Watch</a></p>',
        '<figure><img src="/media/articles/x.jpg" alt=""><figcaption>Ours</figcaption></figure>',
        '<figure><img src="/media/articles/x.jpg"></figure>',
    ],
)
def test_what_the_editor_makes_is_kept_as_it_is(block):
    assert sanitise(block) == block


def test_a_class_is_one_of_the_editors_or_none():
    assert sanitise('<p class="site-header">x</p>') == "<p>x</p>"
    assert sanitise('<p class="see-someone">x</p>') == "<p>x</p>"
    assert sanitise('<section class="callout hero">x</section>') == "<section>x</section>"
    assert sanitise('<h2 class="callout">x</h2>') == "<h2>x</h2>"


@pytest.mark.django_db
def test_a_picture_without_words_is_not_read_out_by_its_address():
    shown, _ = outline('<img src="/media/a.jpg"><img src="/media/b.jpg" alt="A hill">')
    assert [a["alt"] for tag, a in elements(shown) if tag == "img"] == ["", "A hill"]


def test_a_body_is_sanitised_whoever_writes_it(article):
    dirty = "<p>x</p><script>alert(1)</script>"
    article.body = dirty
    article.save()
    assert article.body == Article.objects.get().body == "<p>x</p>"
    Article.objects.update(body=dirty)
    assert Article.objects.get().body == "<p>x</p>"
    Article.objects.all().delete()
    article.pk = None
    article.body = dirty
    Article.objects.bulk_create([article])
    assert Article.objects.get().body == "<p>x</p>"


def test_headings_of_the_same_words_get_ids_of_their_own():
    shown, headings = outline("<h2>Up</h2><h2>Up</h2><h2>上</h2><h2></h2>")
    assert [h.anchor for h in headings] == ["part-up", "part-up-2", "part"]
    assert shown.count("id=") == 3
