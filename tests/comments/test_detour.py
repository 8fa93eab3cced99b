"""Who is asking, and the way round by the sign-in page: what was typed comes along."""

import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.test import Client

from comments import detour

from .forms_on_pages import fields_of

WORDS = "A long question,\n\nhalf-way through."


def sign_in(client, address):
    """By the form of the page that one was led to."""
    page = client.get(address).text
    at = page.index('action="/accounts/login/"')
    assert 'name="next"' in page[at:]
    next_url = page[at:].partition('name="next" value="')[2].partition('"')[0]
    return client.post(
        "/accounts/login/",
        {"login": "ada@example.com", "password": "walk-with-me", "next": next_url},
    )


def leave(client, article, **values):
    return client.post(
        f"/comments/post/{article.pk}/", {"comment": WORDS, "sign_in": "1", **values}
    )


def test_a_visitor_who_signs_in_first_finds_their_words_in_the_form(client, article, ada):
    response = leave(client, article)
    assert response.status_code == 303
    back = sign_in(client, response["Location"])["Location"]
    assert back == f"{article.get_absolute_url()}#ask"
    fields = fields_of(client.get(back).text, "ask")
    assert fields["comment"].split() == WORDS.split()


def test_they_are_given_back_once(client, article, ada):
    back = sign_in(client, leave(client, article)["Location"])["Location"]
    client.get(back)
    assert fields_of(client.get(back).text, "ask")["comment"] == ""


def test_a_reply_finds_its_way_back_to_its_own_page(client, article, say, ada):
    question = say("May I walk?")
    response = leave(client, article, reply_to=question.pk)
    back = sign_in(client, response["Location"])["Location"]
    assert back == f"/comments/reply/{question.pk}/"
    assert fields_of(client.get(article.get_absolute_url()).text, "ask")["comment"] == ""
    assert fields_of(client.get(back).text, "reply")["comment"].split() == WORDS.split()


def test_a_reply_to_nothing_leads_back_to_the_article(client, article, ada):
    for nothing in ("999999999", "9" * 30, "x", "-1"):
        back = sign_in(Client(), leave(Client(), article, reply_to=nothing)["Location"])
        assert back["Location"] == f"{article.get_absolute_url()}#ask"


def test_they_are_nobodys_until_someone_signs_in(client, article, ada):
    leave(client, article)
    assert "half-way" not in client.get(article.get_absolute_url()).text
    assert "half-way" not in Client().get(article.get_absolute_url()).text


def test_they_wait_an_hour(client, article, ada):
    with time_machine.travel("2027-07-01 12:00:00+00:00", tick=False) as clock:
        address = leave(client, article)["Location"]
        assert client.session.get_expiry_age() == detour.KEPT_FOR_S
        back = sign_in(client, address)["Location"]
        clock.shift(detour.KEPT_FOR_S + 1)
        assert fields_of(client.get(back).text, "ask")["comment"] == ""


def test_they_do_not_grow_without_bounds(client, article, ada):
    leave(client, article, comment="x" * 1_000_000)
    assert len(client.session[detour.SESSION_KEY]["words"]) == detour.MOST_KEPT


def test_only_this_press_begins_a_session_for_a_visitor(client, article, ask_form):
    client.get(article.get_absolute_url())
    client.post(f"/comments/post/{article.pk}/", ask_form(comment=""))
    assert settings.SESSION_COOKIE_NAME not in client.cookies
    leave(client, article)
    assert Session.objects.count() == 1


def test_another_site_begins_none(client, article):
    response = client.post(
        f"/comments/post/{article.pk}/",
        {"comment": WORDS, "sign_in": "1"},
        headers={"sec-fetch-site": "cross-site"},
    )
    assert response.status_code == 403
    assert not Session.objects.exists()


# --- Who one is posting as ------------------------------------------------------------------


def test_the_form_says_who_one_is_and_how_to_be_someone_else(as_ada, article):
    page = as_ada.get(article.get_absolute_url()).text
    assert "Posting as Ada" in page
    assert "Not you? Sign out" in page
    assert "Sign in first" not in page


def test_who_signs_out_there_keeps_the_words(as_ada, article, say):
    question = say("May I walk?")
    for more, form_id in (({}, "ask"), ({"reply_to": question.pk}, "reply")):
        client = as_ada
        response = client.post(
            f"/comments/post/{article.pk}/", {"comment": WORDS, "sign_out": "1", **more}
        )
        assert fields_of(response.text, form_id)["comment"].split() == WORDS.split()
        assert "Name to show" in response.text and "Posting as" not in response.text
        assert client.get("/accounts/settings/").status_code == 302
        client.post("/accounts/login/", {"login": "ada@example.com", "password": "walk-with-me"})


def test_nobody_else_signs_a_member_out(ada, article):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(ada)
    careful.post(f"/comments/post/{article.pk}/", {"comment": WORDS, "sign_out": "1"})
    assert careful.get("/accounts/settings/").status_code == 200


def test_a_member_posts_under_their_own_name_and_address_whatever_they_send(
    as_ada, article, ada, ask_form
):
    from comments.models import Comment

    page = as_ada.get(article.get_absolute_url()).text
    sent = {
        **fields_of(page, "ask"),
        "comment": WORDS,
        "name": "Marit",
        "email": "marit@example.com",
        "user": "1",
        "by_coach": "on",
    }
    sent.pop("sign_out", None)
    as_ada.post(f"/comments/post/{article.pk}/", sent)
    comment = Comment.objects.get()
    assert (comment.user_name, comment.user_email, comment.user_id, comment.by_coach) == (
        "Ada",
        "ada@example.com",
        ada.pk,
        False,
    )


def test_an_account_whose_address_was_never_confirmed_cannot_post(
    client, article, django_user_model
):
    from comments.models import Comment

    django_user_model.objects.create_user(
        email="new@example.com", password="six-houses-a-day", display_name="New"
    )
    client.post("/accounts/login/", {"login": "new@example.com", "password": "six-houses-a-day"})
    assert client.get("/accounts/settings/").status_code == 302
    assert "Posting as" not in client.get(article.get_absolute_url()).text
    assert not Comment.objects.exists()
