"""A visitor's page: the same for all, served without rendering, and never an old one."""

import gzip

import pytest
from django.core.cache import caches
from django.test import Client

from accounts.models import CoachProfile
from articles.models import Article, Topic
from comments import conversation
from comments.models import Comment


@pytest.fixture
def address(article):
    return article.get_absolute_url()


def ask(article, body, name="Rewa"):
    writer = conversation.Writer(name, f"{name.lower()}@example.com")
    comment, _ = conversation.post(article, body, writer, state=Comment.State.PUBLISHED)
    return comment


def again(client, address, response):
    return client.get(address, headers={"If-None-Match": response.headers["ETag"]})


def test_a_visitors_page_may_be_kept_by_anyone_and_sets_no_cookie(client, address):
    response = client.get(address)
    assert response.headers["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert {"Cookie", "Accept-Encoding"} == set(response.headers["Vary"].split(", "))
    assert not response.cookies and not client.cookies


def test_a_page_the_reader_has_costs_one_query_and_no_body(
    client, address, django_assert_num_queries
):
    first = client.get(address)
    with django_assert_num_queries(1):
        response = again(client, address, first)
    assert response.status_code == 304 and response.content == b""
    for header in ["ETag", "Cache-Control", "Vary"]:
        assert response.headers[header] == first.headers[header]
    assert not response.cookies


def test_a_page_that_was_made_before_costs_one_query(client, address, django_assert_num_queries):
    first = client.get(address)
    with django_assert_num_queries(1):
        second = client.get(address)
    assert second.status_code == 200 and second.content == first.content
    assert second.headers["ETag"] == first.headers["ETag"]


def test_a_reader_can_ask_for_it_zipped_or_plain(client, address):
    plain = client.get(address)
    zipped = client.get(address, headers={"Accept-Encoding": "br, gzip"})
    assert "Content-Encoding" not in plain.headers
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(zipped.content) == plain.content
    assert int(zipped.headers["Content-Length"]) == len(zipped.content) < len(plain.content)
    assert zipped.headers["ETag"] == plain.headers["ETag"]
    assert b"Start with six houses" in plain.content


def test_a_head_request_is_answered_like_a_get(client, address):
    head, get = client.head(address), client.get(address)
    assert head.status_code == 200 and head.content == b""
    assert head.headers["ETag"] == get.headers["ETag"]


def test_a_comment_is_on_the_page_the_moment_it_is_published(client, address, article):
    before = client.get(address)
    ask(article, "May I walk with a stick?")
    after = again(client, address, before)
    assert after.status_code == 200
    assert b"May I walk with a stick?" in after.content
    assert after.headers["ETag"] != before.headers["ETag"]


def test_a_comment_is_off_the_page_the_moment_it_is_removed(client, address, article):
    comment = ask(article, "Buy my pills")
    assert b"Buy my pills" in client.get(address).content
    conversation.remove(comment, as_spam=True)
    assert b"Buy my pills" not in client.get(address).content


def test_a_comment_that_waits_for_its_confirmation_changes_nothing(client, address, article):
    before = client.get(address)
    writer = conversation.Writer("Rewa", "rewa@example.com")
    conversation.post(article, "Unseen", writer, state=Comment.State.UNCONFIRMED)
    assert again(client, address, before).status_code == 304


def test_an_edit_is_on_the_page_at_once(client, address, article):
    before = client.get(address)
    article.body = "<p>Walk to the seventh house.</p>"
    article.save()
    after = again(client, address, before)
    assert after.status_code == 200 and b"seventh house" in after.content


def test_a_topics_new_name_is_on_the_page_at_once(client, address, article, knees):
    article.topics.add(knees)
    before = client.get(address)
    knees.name = "Kneecaps"
    knees.save()
    assert b"Kneecaps" in again(client, address, before).content
    knees.delete()
    assert b"Kneecaps" not in client.get(address).content


def test_the_coachs_new_line_is_on_the_page_at_once(client, address):
    before = client.get(address)
    profile = CoachProfile.objects.get()
    profile.line = "Three knees."
    profile.save()
    assert b"Three knees." in again(client, address, before).content


def test_saving_a_topic_changes_no_other_page(client, address):
    before = client.get(address)
    Topic.objects.create(name="Gear", slug="gear").save()
    assert again(client, address, before).status_code == 304


def test_a_new_build_of_the_site_makes_its_pages_anew(client, address, settings):
    before = client.get(address)
    settings.BUILD_ID = "another"
    assert again(client, address, before).status_code == 200


# Whose page it is


def test_a_members_page_is_made_for_them_and_kept_by_nobody(as_ada, address):
    response = as_ada.get(address)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert "ETag" not in response.headers
    assert b"Sign out" in response.content


def test_a_members_page_is_never_a_visitors(client, as_ada, address):
    as_ada.get(address)
    assert b"Sign out" not in client.get(address).content
    assert b"Sign out" in as_ada.get(address).content
    assert b"Sign out" not in Client().get(address).content


def test_a_member_gets_their_own_page_even_with_a_visitors_etag(client, as_ada, address):
    response = again(as_ada, address, client.get(address))
    assert response.status_code == 200 and b"Sign out" in response.content


@pytest.mark.parametrize("cookie", ["sessionid", "messages"])
def test_who_may_be_told_something_gets_a_page_of_their_own(client, address, cookie):
    client.cookies[cookie] = "stale"
    response = client.get(address)
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "private, no-store"


def test_other_cookies_make_nobody_a_member(client, address):
    client.cookies["csrftoken"] = "x" * 32
    client.cookies["theme"] = "dark"
    assert client.get(address).headers["Cache-Control"].startswith("public")


def test_nothing_of_the_first_visitor_is_kept_for_the_next(client, address):
    client.get(
        address,
        {"page": "1", "utm_source": "evil-canary"},
        headers={
            "Referer": "http://testserver/evil-canary",
            "User-Agent": "evil-canary",
            "X-Forwarded-Host": "evil-canary.test",
            "Cookie": "theme=evil-canary",
            "Host": "localhost",
        },
    )
    page = Client().get(address).content
    assert b"evil-canary" not in page and b"localhost" not in page


# Pages of comments


def test_pages_of_comments_are_kept_apart(client, address, article, monkeypatch):
    monkeypatch.setattr("comments.reading.THREADS_ON_A_PAGE", 1)
    ask(article, "The first question", "Rewa")
    ask(article, "The second question", "Tom")
    first, second = client.get(address), client.get(address, {"page": 2})
    assert b"The first question" in first.content
    assert b"The second question" in second.content
    assert b"The second question" not in first.content
    assert first.headers["ETag"] != second.headers["ETag"]


@pytest.mark.parametrize("page", ["7", "9" * 30, "9" * 5000])
def test_a_page_beyond_the_end_shows_the_last(client, address, article, page):
    ask(article, "The only question")
    response = client.get(address, {"page": page})
    assert response.status_code == 200 and b"The only question" in response.content


@pytest.mark.parametrize("page", ["0", "-3", "x", "", "\x00", "1.5"])
def test_a_page_number_that_is_none_shows_the_first(client, address, article, page):
    ask(article, "The only question")
    assert (
        client.get(address, {"page": page}).headers["ETag"] == client.get(address).headers["ETag"]
    )


def test_made_up_page_numbers_cannot_fill_the_cache(client, address, article):
    for number in range(3):
        ask(article, f"Question {number}")
    kept = {client.get(address, {"page": number}).headers["ETag"] for number in range(50)}
    assert len(kept) <= Article.objects.get().comment_count


def test_what_is_not_there_is_not_kept(client, db):
    assert client.get("/articles/none/").status_code == 404
    assert not caches["pages"]._cache
