"""What others have used to break sites, through every field of ours: shown as it is, run never.

The strings belong to their own projects and are not in this repository: WALKCOACH_TEST_DATA names
the folder they are in.
"""

import html
import json
import os
import re
import time
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import quote

import nh3
import pytest
from django.urls import reverse

from comments.forms import LONGEST_COMMENT, LONGEST_NAME
from comments.models import Comment
from comments.words import LINK_REL, paragraphs, tidy

from .many import plant

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def hostile() -> Path:
    folder = os.environ.get("WALKCOACH_TEST_DATA")
    if not folder:
        pytest.skip("WALKCOACH_TEST_DATA names no folder of hostile strings.")
    return Path(folder) / "hostile"


def xss_strings(hostile: Path) -> list[str]:
    cases = json.loads((hostile / "xss/dompurify-expect.json").read_text())
    strings = [case["payload"] for case in cases]
    strings += (hostile / "xss/h5sc-vectors.txt").read_text().splitlines()
    strings += [path.read_text() for path in sorted((hostile / "xss/bleach").glob("*.test"))]
    strings += json.loads((hostile / "naughty/blns.json").read_text())
    return [string for string in strings if string.strip()]


ONLY_WORDS = re.compile(
    rf'(?:[^<>]|</?p>|<br>|</a>|<a(?: href="(?:https?://|mailto:)[^"<>]*")? rel="{LINK_REL}">)*'
)


def is_inert(rendered: str) -> bool:
    """Paragraphs, line breaks, and links to the web or a mailbox; not one attribute more."""
    return bool(ONLY_WORDS.fullmatch(rendered))


def test_nothing_in_the_corpora_comes_out_as_markup(hostile):
    strings = xss_strings(hostile)

    assert len(strings) > 700
    for string in strings:
        rendered = paragraphs(tidy(string))
        assert is_inert(rendered), (string, rendered)
        # A browser, as far as nh3 is one, sees the very words that were typed.
        shown = html.unescape(nh3.clean(rendered, tags=set()))
        assert "".join(shown.split()) == "".join(tidy(string).split()), string


class Skeleton(HTMLParser):
    """Every element of a page with the names of its attributes; but the words of comments."""

    def __init__(self, page: str):
        super().__init__()
        self.elements = []
        self.feed(re.sub(r'(?s)<div class="body" dir="auto">.*?</div>', "", page))

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, *[name for name, _ in attrs]))


def test_on_a_page_they_change_nothing_around_them(hostile, client, article):
    """Through body and name: the page has the very elements that it has with harmless words."""
    keys = plant(article, [None] * 20)

    def page_with(strings) -> str:
        for key, string in zip(keys, strings, strict=False):
            name = " ".join(string.split())[:LONGEST_NAME]
            Comment.objects.filter(pk=key).update(comment=string, user_name=name)
        type(article).objects.all().touch()
        return client.get(article.get_absolute_url()).content.decode()

    harmless = Skeleton(page_with(["x"] * 20)).elements
    strings = [tidy(s)[:LONGEST_COMMENT] for s in xss_strings(hostile)]
    for i in range(0, len(strings), 20):
        assert Skeleton(page_with(strings[i : i + 20])).elements == harmless


def test_no_string_made_to_hang_a_parser_takes_a_second(hostile):
    for case in json.loads((hostile / "naughty/redos-strings.json").read_text()):
        for text in (case["s"], case["s"][:LONGEST_COMMENT]):
            began = time.process_time()  # not the clock's: other work may be going on
            paragraphs(tidy(text))
            assert time.process_time() - began < 1, case["what"]


def test_naughty_strings_are_stored_or_given_back_and_never_an_error(
    hostile, client, article, ask_form, outbox, monkeypatch
):
    monkeypatch.setattr("comments.limits.GUEST_MAILS_PER_NETWORK", 10_000)
    monkeypatch.setattr("comments.limits.GUEST_MAILS_PER_ADDRESS", 10_000)
    monkeypatch.setattr("comments.limits.GUEST_MAILS_PER_NETWORK_A_DAY", 10_000)
    monkeypatch.setattr("comments.limits.GUEST_MAILS_PER_ADDRESS_A_DAY", 10_000)
    strings = json.loads((hostile / "naughty/blns.json").read_text())
    form = ask_form()
    address = reverse("comments:post", args=[article.pk])

    for string in strings[::5]:
        for field in ("comment", "name", "email", "reply_to", "timestamp", "security_hash"):
            answer = client.post(address, {**form, field: string})
            assert answer.status_code in (303, 422), (field, string)


def test_keys_in_every_shape_are_never_an_error(hostile, client):
    for key in (hostile / "naughty/ids.txt").read_text().splitlines():
        if not key or "/" in key or key in (".", ".."):
            continue
        for name in ("reply/", "thread/", "", "post/", "confirm/", "unsubscribe/"):
            assert client.get(f"/comments/{name}{quote(key)}/").status_code < 500


# --- Without the corpora --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        ('"><img src=x onerror=alert(1)>', '<p>"&gt;&lt;img src=x onerror=alert(1)&gt;</p>'),
        ("javascript:alert(1)", "<p>javascript:alert(1)</p>"),
        ("data:text/html,x", "<p>data:text/html,x</p>"),
        ("a & b &amp; c", "<p>a &amp; b &amp;amp; c</p>"),
        ("one\ntwo\n\nthree", "<p>one<br>two</p>\n\n<p>three</p>"),
        (
            "see https://example.org/a?b=1&c=2.",
            f'<p>see <a href="https://example.org/a?b=1&amp;c=2" rel="{LINK_REL}">'
            "https://example.org/a?b=1&amp;c=2</a>.</p>",
        ),
        (
            'https://example.org/"onmouseover="alert(1)',
            f'<p><a href="https://example.org/" rel="{LINK_REL}">https://example.org/</a>'
            '"onmouseover="alert(1)</p>',
        ),
    ],
)
def test_words_are_escaped_first_and_then_linked(typed, shown):
    assert paragraphs(tidy(typed)) == shown


def test_a_very_long_text_is_shown_without_links():
    text = "www.example.org " * 5000

    assert "<a" not in paragraphs(text)
    assert text.strip()[:50] in paragraphs(text)
