"""What the editor asks of the site while the coach writes."""

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile

from articles.editor import outside
from articles.lifecycle import addresses
from articles.models import Article, Page

from .html import elements
from .test_writing import LIST, photo, words_of, written

EDITOR = "/admin/articles/article/editor/"


def advice(client, at="advice/", **fields):
    response = client.post(f"{EDITOR}{at}", fields)
    assert response.status_code == 200
    return words_of(response)


@pytest.mark.parametrize("part", ["picture/", "advice/", "links/", "titles/"])
def test_only_those_who_write_are_answered(as_ada, client, part):
    ask = "get" if part == "titles/" else "post"
    for someone in (as_ada, client):
        assert getattr(someone, ask)(f"{EDITOR}{part}").status_code in (302, 403)


@pytest.mark.parametrize("part", ["picture/", "advice/", "links/"])
def test_what_is_sent_needs_the_pages_token(coach, part):
    from django.test import Client

    strict = Client(enforce_csrf_checks=True)
    strict.force_login(coach, backend="django.contrib.auth.backends.ModelBackend")
    assert strict.post(f"{EDITOR}{part}", {"body": "<p>x</p>"}).status_code == 403


# Pictures


def test_a_picture_for_the_text_is_written_anew_and_its_address_told(as_coach):
    response = as_coach.post(f"{EDITOR}picture/", {"picture": photo()})
    address = response.json()["address"]
    assert address.startswith("/media/articles/") and "holiday" not in address
    name = address.removeprefix("/media/")
    with default_storage.open(name) as file:
        assert b"gps-canary" not in file.read()
    default_storage.delete(name)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>x</script></svg>", "JPEG, PNG or WebP"),
        (b"\x89PNG\r\n\x1a\n but no more", "JPEG, PNG or WebP"),
        (b"", "This file is empty"),
        (None, "Choose a picture first"),
    ],
)
def test_what_is_no_picture_is_refused_with_the_reason(as_coach, content, says):
    sent = {} if content is None else {"picture": SimpleUploadedFile("hill.png", content)}
    response = as_coach.post(f"{EDITOR}picture/", sent)
    assert response.status_code == 422
    assert says in response.json()["error"]


# Links


def test_articles_to_link_to_are_found_by_their_titles_drafts_among_them(as_coach, article, draft):
    def found(words):
        answer = as_coach.get(f"{EDITOR}titles/", {"q": words}).json()["articles"]
        return [(one["title"], one["address"], one["standing"]) for one in answer]

    assert found("six HOUSES") == [("Start with six houses", article.get_absolute_url(), "")]
    assert found("pushch") == [("Pushchairs", draft.get_absolute_url(), "draft")]
    assert found("nobody wrote this") == []
    assert len(found("")) == 2


def test_finding_titles_costs_one_query_whatever_there_is(as_coach, write, connection_queries):
    write("Shoes")
    few = connection_queries(lambda: as_coach.get(f"{EDITOR}titles/"))
    for number in range(12):
        write(f"Shoes {number}")
    assert connection_queries(lambda: as_coach.get(f"{EDITOR}titles/")) == few


def test_links_within_the_site_are_looked_up_without_asking_it(as_coach, article, draft, settings):
    lead = article.get_absolute_url()
    body = (
        f'<p><a href="{lead}">fine</a> <a href="{settings.BASE_URL}{lead}#comments">whole</a> '
        f'<a href="{lead.rstrip("/")}">short</a> <a href="/log/">the log</a> '
        f'<a href="mailto:a@b.example">mail</a> <a href="{draft.get_absolute_url()}">early</a> '
        '<a href="/articles/gone/">gone</a> <a href="/topics/none/">shelf</a> '
        '<a href="/nowhere/">lost</a> <a href="#part-up">up</a> <a href="#part-down">down</a></p>'
        "<h2>Up</h2>"
    )
    addresses.moved("/articles/once/", lead)
    Page.objects.create(title="About", slug="about", status="published")
    Page.objects.create(title="Soon", slug="soon")
    body += (
        '<p><a href="/articles/once/">old</a> <a href="/about/">me</a> '
        '<a href="/soon/">not yet</a></p>'
    )
    page = advice(as_coach, body=body)
    for words in [
        "“not yet” leads to no page of this site.",
        "“early” leads to “Pushchairs”, which readers cannot see yet.",
        "“gone” leads to no article of yours.",
        "“shelf” leads to no topic of yours.",
        "“lost” leads to no page of this site.",
        "“down” leads to no heading of this text.",
    ]:
        assert words in page
    for name in ["fine", "whole", "short", "the log", "mail", "up", "old", "me"]:
        assert f"“{name}”" not in page


def test_links_to_other_sites_are_tried_when_asked_and_remembered(as_coach, monkeypatch):
    asked = []

    def try_link(address):
        asked.append(address)
        return outside.Lead(False, outside.GONE) if "gone" in address else outside.Lead(True, "")

    monkeypatch.setattr(outside, "try_link", try_link)
    body = '<p><a href="https://a.example/gone">There</a> <a href="https://a.example/">and</a></p>'
    assert "2 links to other sites have not been tried." in advice(as_coach, body=body)
    assert asked == []
    assert f"“There” {outside.GONE}" in advice(as_coach, at="links/", body=body)
    assert sorted(asked) == ["https://a.example/", "https://a.example/gone"]
    assert f"“There” {outside.GONE}" in advice(as_coach, body=body)
    assert len(asked) == 2


# Counts and advice


def test_the_text_is_counted_as_it_stands_and_nothing_is_kept(as_coach):
    page = advice(as_coach, title="Downstairs", body="<p>Hold the rail.</p>" * 100)
    assert "<strong>300</strong> words" in page and "<strong>2</strong> min" in page
    assert "Reading grade <strong>" in page
    assert not Article.objects.exists()


def test_the_same_stands_on_the_page_after_saving(as_coach):
    as_coach.post(f"{LIST}add/", written(body="<p>Hold the rail.</p><h3>Small</h3>"))
    page = words_of(as_coach.get(f"{LIST}{Article.objects.get().pk}/change/"))
    assert "<strong>4</strong> words" in page
    assert "“Small” is a small heading with no heading above it." in page
    assert "It has no picture of its own." in page


def test_the_advice_stops_nobody_from_publishing(as_coach):
    as_coach.post(f"{LIST}add/", written(standfirst="", status="published", body="<p>x</p>"))
    assert Article.objects.get().is_live


def test_what_is_told_beside_the_form_is_text_not_markup(as_coach):
    page = advice(as_coach, body="<h3>&lt;script&gt;alert(1)&lt;/script&gt;</h3>")
    assert "script" not in {tag for tag, _ in elements(page)}
    assert "&lt;script&gt;" in page


def test_empty_lines_at_the_end_are_not_kept(as_coach):
    as_coach.post(f"{LIST}add/", written(body="<p>x</p><p></p><p></p>"))
    assert Article.objects.get().body == "<p>x</p>"
