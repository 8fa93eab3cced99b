"""Home, health, and what a reader sees when something is missing, stale or broken."""

from unittest.mock import Mock

import pytest
from django.db import DatabaseError, OperationalError
from django.test import Client

from comments import conversation
from comments.models import Comment
from walkcoach.wsgi import application


def test_home_says_what_this_is_and_shows_the_newest_articles(client, article):
    page = client.get("/").text
    assert "Start with six houses." in page
    assert article.standfirst in page
    assert "Ask the coach" in page
    assert "This is not medical advice." in page


def test_home_without_a_single_article_is_still_kind(client, db):
    assert "The first article is still being written." in client.get("/").text


def test_home_shows_questions_that_were_answered_lately(client, article, coach):
    question, _ = conversation.post(
        article,
        "Will stairs make it worse?",
        conversation.Writer("Rewa", "rewa@example.com"),
        state=Comment.State.PUBLISHED,
    )
    conversation.answer(question, "One at a time, by the rail.", conversation.Writer.of(coach))
    assert "Will stairs make it worse?" in client.get("/").text


def test_home_sets_no_cookie_for_a_visitor(client, article):
    assert not client.get("/").cookies


def test_home_asks_the_database_the_same_number_of_times_whatever_there_is(
    client, article, coach, connection_queries
):
    from articles.models import Article

    few = connection_queries(lambda: client.get("/"))
    for number in range(12):
        Article.objects.create(
            title=f"Walk {number}",
            slug=f"walk-{number}",
            body="<p>Walk.</p>",
            author=coach,
            status=Article.Status.PUBLISHED,
            published_at=article.published_at,
        )
    assert connection_queries(lambda: client.get("/")) == few


def test_a_page_that_is_not_there_says_so_in_our_words(client, db):
    response = client.get("/no-such-page/")
    assert response.status_code == 404
    assert "This path leads nowhere" in response.text


def test_a_page_that_breaks_says_so_without_asking_the_database(client, monkeypatch, db):
    client.raise_request_exception = False
    monkeypatch.setattr("walkcoach.views.CoachProfile", None)
    response = client.get("/")
    assert response.status_code == 500
    assert "We stumbled" in response.text


def test_the_site_is_healthy_while_the_database_answers(client, db):
    response = client.get("/healthz")
    assert (response.status_code, response.text) == (200, "ok\n")


class AwayConnection:
    """A database that does not answer."""

    def cursor(self):
        raise DatabaseError("gone")


def test_the_site_says_when_the_database_is_away(client, db, monkeypatch):
    monkeypatch.setattr("walkcoach.views.connection", AwayConnection())
    response = client.get("/healthz")
    assert (response.status_code, response.text) == (503, "unavailable\n")


@pytest.fixture
def strict_ada(ada):
    """Ada in a browser whose token has gone stale."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    return client


def test_a_form_with_a_stale_token_gives_back_what_was_typed(strict_ada):
    response = strict_ada.post(
        "/log/walks/new/",
        {"notes": "Down to the harbour and back, slowly.", "csrfmiddlewaretoken": "x" * 64},
        headers={"origin": "http://testserver"},
    )
    assert response.status_code == 403
    assert "Nothing is lost" in response.text
    assert "Down to the harbour and back, slowly." in response.text


def test_a_form_from_another_site_is_not_offered_again(strict_ada):
    response = strict_ada.post(
        "/log/walks/new/", {"notes": "planted"}, headers={"origin": "https://evil.test"}
    )
    assert response.status_code == 403
    assert "planted" not in response.text


def test_a_password_is_never_given_back(strict_ada):
    response = strict_ada.post(
        "/accounts/login/",
        {"login": "ada@example.com", "password": "walk-with-me"},
        headers={"origin": "http://testserver"},
    )
    assert "walk-with-me" not in response.text


@pytest.mark.parametrize("host", ["evil.test", "testserver.evil.test"])
def test_a_request_for_another_host_is_refused(client, host, db):
    assert client.get("/", headers={"host": host}).status_code == 400


def test_every_page_carries_the_strict_policy(client, article):
    for address in ("/", article.get_absolute_url(), "/no-such-page/", "/accounts/login/"):
        policy = client.get(address).headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert "camera=()" in client.get(address).headers["Permissions-Policy"]


def test_a_picture_is_served_for_a_year_and_nothing_else_is(client, db, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    (tmp_path / "hill.jpg").write_bytes(b"\xff\xd8 a hill")
    (tmp_path / "page.html").write_text("<script>alert(1)</script>")
    response = client.get("/media/hill.jpg")
    assert response.headers["Content-Type"] == "image/jpeg"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert "immutable" in response.headers["Cache-Control"]
    for path in ("page.html", "../settings.py", "%2e%2e/x.jpg", "no-such.jpg", ""):
        assert client.get(f"/media/{path}").status_code in (400, 404)
    response.close()  # last: it closes the database's connection too


# --- Requests that no browser of a reader's sends -------------------------------------------


@pytest.mark.parametrize("origin", ["http://[", "http://[::1", "http://[x]:1/"])
@pytest.mark.parametrize("header", ["origin", "referer"])
@pytest.mark.parametrize("address", ["/accounts/login/", "/log/walks/new/", "/comments/post/{}/"])
def test_an_origin_that_is_no_address_is_refused_in_words(db, article, header, origin, address):
    client = Client(enforce_csrf_checks=True)
    response = client.post(
        address.format(article.pk), {"notes": "planted"}, headers={header: origin}
    )
    assert response.status_code in (403, 422)


@pytest.mark.parametrize("charset", ["hex", "undefined", "idna", "utf-16", "no-such-charset"])
def test_an_odd_charset_reaches_no_page(monkeypatch, charset):
    monkeypatch.setattr("walkcoach.wsgi._django", lambda environ, start_response: environ)
    kind = f"multipart/form-data; charset={charset}; boundary=here"
    seen = application({"CONTENT_TYPE": kind}, None)
    assert seen["CONTENT_TYPE"] == "multipart/form-data; boundary=here"


def test_a_cookie_that_no_database_can_look_up_is_ignored(client, article):
    client.cookies["sessionid"] = '"aaaaaaaaaaaa\\000"'
    for address in ("/", "/log/", article.get_absolute_url(), "/accounts/login/", "/healthz"):
        assert client.get(address).status_code in (200, 302)


def test_a_request_larger_than_any_picture_is_refused_unread(client, db):
    response = client.post("/accounts/login/", {"login": "x"}, CONTENT_LENGTH=200 * 1024 * 1024)
    assert response.status_code == 413
    assert "too large" in response.text


def test_a_text_longer_than_a_book_is_refused_in_our_words(client, article):
    response = client.post(f"/comments/post/{article.pk}/", {"comment": "x" * 4_000_000})
    assert response.status_code == 400
    assert "We could not read that" in response.text


def test_a_form_sent_while_the_database_is_busy_is_given_back(as_ada, monkeypatch):
    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr("walking_log.models.Walk.save", locked)
    page = as_ada.get("/log/walks/new/")
    typed = {
        **{name: value for name, value in page.context["form"].initial.items() if value},
        "day": page.context["form"]["day"].value(),
        "duration": "20",
        "notes": "Down to the harbour and back, slowly.",
    }
    response = as_ada.post("/log/walks/new/", typed)
    assert response.status_code == 503
    assert "Nothing is lost" in response.text
    assert "Down to the harbour and back, slowly." in response.text
    assert int(response.headers["Retry-After"]) > 0


def test_a_page_asked_for_while_the_database_is_busy_says_so(client, db, monkeypatch):
    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    monkeypatch.setattr("walkcoach.views.CoachProfile.objects", Mock(order_by=locked))
    response = client.get("/")
    assert response.status_code == 503
    assert "very busy" in response.text
