import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from articles.fields import sanitise
from articles.wordpress_html import to_body, to_text
from tests import wxr_samples as samples

HERE = "https://blog.example/2020/02/walk/"
BLOCKS = "<!-- wp:paragraph -->"

# What is left of a link once the sanitiser has put its rel there.
LINK = '<a href="{}" rel="noopener noreferrer">{}</a>'


def body(content: str) -> str:
    return to_body(content, HERE)[0]


def changes(content: str) -> dict[str, int]:
    return dict(to_body(content, HERE)[1])


@pytest.mark.parametrize(
    ("content", "made"),
    [
        ("one\n\ntwo", "<p>one</p><p>two</p>"),
        ("one\ntwo", "<p>one<br>two</p>"),
        ("one\n\n\n\n\ntwo\n", "<p>one</p><p>two</p>"),
        ("one<br />\ntwo", "<p>one<br>two</p>"),
        ("one<br><br>two", "<p>one</p><p>two</p>"),
        ("<p>one</p>\n<p>two</p>", "<p>one</p><p>two</p>"),
        ("<div>one</div><div>two</div>", "<p>one</p><p>two</p>"),
        ("<p>&nbsp;</p>one", "<p>one</p>"),
        ("<strong>one</strong> <em>two</em>", "<p><strong>one</strong> <em>two</em></p>"),
        ("<b>one\n\ntwo</b>", "<p><b>one</b></p><p><b>two</b></p>"),
        ("<h1>One</h1>two", "<h2>One</h2><p>two</p>"),
        ("one\n<h4>Two</h4>\nthree", "<p>one</p><h3>Two</h3><p>three</p>"),
        ("<ul>\n<li>one</li>\n<li>two\n</li>\n</ul>", "<ul><li>one</li><li>two</li></ul>"),
        ('<ol start="3"><li>one</li></ol>', '<ol start="3"><li>one</li></ol>'),
        (
            "<blockquote>one\n\ntwo</blockquote>three",
            "<blockquote><p>one</p><p>two</p></blockquote><p>three</p>",
        ),
        ("one<!--more-->\n\ntwo", "<p>one</p><p>two</p>"),
        ("5 < 6 & <3 walking", "<p>5 &lt; 6 &amp; &lt;3 walking</p>"),
        ("&lt;script&gt; &amp;amp;", "<p>&lt;script&gt; &amp;amp;</p>"),
        ('<p style="color:red" class="x">one</p>', "<p>one</p>"),
        ("one<hr />two", "<p>one</p><hr><p>two</p>"),
        ("", ""),
    ],
)
def test_what_wordpress_keeps_becomes_paragraphs(content, made):
    assert body(content) == made


def test_in_the_newer_editors_bodies_line_ends_mean_nothing():
    assert body(f"{BLOCKS}\n<p>one\ntwo</p>\n<!-- /wp:paragraph -->") == "<p>one two</p>"


def test_a_picture_becomes_a_link_with_its_words():
    made = body('one <img src="/up/knee.jpg" alt="A sore knee">')
    assert made == (
        "<p>one " + LINK.format("https://blog.example/up/knee.jpg", "Picture: A sore knee") + "</p>"
    )
    assert changes('<img src="/up/knee.jpg">') == {"picture": 1}


def test_a_picture_without_words_goes_by_its_name():
    assert "Picture: knee strap.jpg</a>" in body('<img src="https://x.example/a/knee%20strap.jpg">')


def test_a_picture_within_a_link_becomes_its_words():
    made = body('<a href="https://x.example/big.jpg"><img src="small.jpg" alt="A knee"></a>')
    assert made == "<p>" + LINK.format("https://x.example/big.jpg", "Picture: A knee") + "</p>"


def test_a_caption_stands_below_its_picture_without_its_shortcode():
    made = body(
        '[caption id="a" width="3"]<img src="/k.jpg" alt="A knee" /> Mine, in May[/caption]x'
    )
    assert made == (
        "<p>"
        + LINK.format("https://blog.example/k.jpg", "Picture: A knee")
        + "<br>Mine, in May</p><p>x</p>"
    )


def test_a_caption_stands_below_a_picture_within_a_link_too():
    made = body(
        '[caption id="a"]<a href="/big.jpg"><img src="/k.jpg" alt="A knee"></a> Mine[/caption]'
    )
    link = LINK.format("https://blog.example/big.jpg", "Picture: A knee")
    assert made == f"<p>{link}<br>Mine</p>"


def test_smileys_are_text():
    assert (
        body('one <img src="/wp-includes/images/smilies/icon.gif" alt=":-)" />') == "<p>one :-)</p>"
    )


@pytest.mark.parametrize(
    "film",
    [
        '<iframe src="https://film.example/1" width="5"></iframe>',
        '<video src="https://film.example/1" controls></video>',
        "https://film.example/1",
        "[embed]https://film.example/1[/embed]",
        f"{BLOCKS}<figure><div>\nhttps://film.example/1\n</div></figure>",
    ],
)
def test_a_film_becomes_a_link(film):
    link = LINK.format("https://film.example/1", "https://film.example/1")
    assert f"<p>{link}</p>" in body(f"one\n\n{film}\n\ntwo")


def test_links_keep_pointing_to_the_old_site():
    assert (
        body('<a href="/about/">one</a>')
        == "<p>" + LINK.format("https://blog.example/about/", "one") + "</p>"
    )


def test_a_table_has_a_line_for_each_row():
    table = (
        "<table><tr><td>Week 1</td><td>10 min</td></tr><tr><td>Week 2</td><td>15</td></tr></table>"
    )
    assert body(table) == "<p>Week 1 · 10 min</p><p>Week 2 · 15</p>"
    assert changes(table) == {"table": 1}


def test_other_shortcodes_stay_as_text_and_are_told_of():
    content = '[gallery ids="1,2"] [su_box title="x"]y[/su_box] [sic] [1]'
    assert body(content) == f"<p>{content}</p>"
    assert changes(content) == {"[gallery]": 1, "[su_box]": 1}


@pytest.mark.parametrize(
    "content",
    [
        "<script>alert(1)</script>one",
        "<style>p{color:red}</style>one",
        'one<svg onload="alert(1)">',
        '<a href="javascript:alert(1)" onclick="alert(1)">one</a>',
        '<p onmouseover="alert(1)">one</p>',
        '<a href="https://[broken">one</a>',
    ],
)
def test_nothing_that_runs_is_left(content):
    made = body(content)
    assert re.sub(r"<[^>]*>", "", made) == "one"
    assert not re.search("script|alert|onclick|svg|style", made)


# Texts of comments.


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("one\ntwo\n\nthree", "one\ntwo\n\nthree"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br />\ntwo", "one\ntwo"),
        ("one<br />two", "one\ntwo"),
        (
            'see <a href="https://x.example/a" rel="nofollow">this</a>.',
            "see this (https://x.example/a).",
        ),
        ('<a href="https://x.example/">https://x.example</a>', "https://x.example"),
        ('<a href="https://x.example/"></a>', "https://x.example/"),
        ('<a href="mailto:a@b.example">a@b.example</a>', "a@b.example"),
        ('<a href="javascript:alert(1)">one</a>', "one"),
        ("it&#8217;s &lt;b&gt; &amp; more", "it’s <b> & more"),
        ("<ul>\n<li>one</li>\n<li>two</li>\n</ul>", "- one\n- two"),
        ("<blockquote>one\ntwo</blockquote>three", "> one\n> two\n\nthree"),
        ("<strong>one</strong> two <img src=x alt=':)'>", "one two :)"),
        ("<script>alert(1)</script>one", "one"),
        ("<img src=x onerror=alert(1)>", ""),
        ("I <3 walking", "I <3 walking"),
        ("שלום \u200f عليكم 🙂", "שלום \u200f عليكم 🙂"),
    ],
)
def test_a_comment_becomes_plain_text(content, text):
    assert to_text(content) == text


@pytest.mark.parametrize(
    "content",
    [
        "<div>" * 300_000,
        "".join(f"<b title={n}><p>" for n in range(30_000)),
        "<blockquote>" * 100_000,
        "<ul><li>" * 50_000,
        "<" * 100_000,
        "<a " * 100_000,
        "<!--" * 100_000,
        "[caption" * 50_000,
        "[a b=" * 50_000,
    ],
    ids=lambda content: content[:8],
)
def test_tags_left_open_by_the_thousand_grow_into_nothing(content):
    """Read as a browser would, the first takes five minutes and the second 2 GB."""
    assert len(body(content)) <= 5 * len(content) + 10
    assert len(to_text(content)) <= len(content)


def test_what_is_too_tangled_keeps_its_words():
    content = "Walk <b>" + "<div>" * 300_000 + "slowly &amp; often"
    assert to_text(content).split() == ["Walk", "slowly", "&", "often"]
    made, changed = to_body(content, HERE)
    assert made.split() == ["<p>Walk", "slowly", "&amp;", "often</p>"]
    assert changed == {"tangled": 1}


_MARKUP = (
    "<p>|</p>|<a href='https://x.example'>|</a>|<b>|</b>|<script>|</script>|<br>|<div|<table>|<td>|"
    "<img src=x onerror=y>|<blockquote>|</blockquote>|<li>|<ul>|</ul>|<iframe src=//x>|</iframe>|"
    "<!--|-->|<![CDATA[|]]>|&lt;|&#0;|&#x202e;|&amp|&nbsp;|[caption]|[gallery ids=|\x00|\n|\r\n|<|"
    ">|\"|'|=|<svg><style>|<math><mi>|<plaintext>|<textarea>|<noscript>|<h1>|</h2>|<ol start=x>"
)
_PIECES = st.sampled_from(_MARKUP.split("|"))
_HTML = st.lists(st.one_of(_PIECES, st.text(max_size=5)), max_size=40).map("".join)


@given(_HTML)
def test_whatever_the_markup_a_text_has_a_blank_line_at_most_between_two(content):
    text = to_text(content)
    assert text == text.strip()
    assert "\n\n\n" not in text


@given(st.text(alphabet=st.characters(exclude_characters="<>&\r", exclude_categories=["C", "Z"])))
def test_words_without_markup_stay_as_they_are(content):
    assert to_text(content) == content


@given(_HTML)
def test_whatever_the_markup_a_body_is_what_an_article_may_hold(content):
    made = body(content)
    assert sanitise(made) == made
    assert "<img" not in made and "<script" not in made


def test_the_known_attacks_are_left_without_a_sting():
    vectors = samples.real("hostile/xss/h5sc-vectors.txt").read_text(errors="replace")
    for vector in [vectors, *vectors.split("\n")]:
        made = body(vector)
        assert sanitise(made) == made
        assert not re.search(
            r"<(?!/?(?:a|b|blockquote|br|em|h[23]|hr|i|li|ol|p|strong|ul)\b)", made
        )
