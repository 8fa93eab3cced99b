import time

import pytest
from django.core import mail
from django.test import Client

from tests.conftest import PASSWORD, signed_in

RESET = "/accounts/password/reset/"
CHANGE = "/accounts/password/change/"
NEW = "a-brand-new-walk"


def ask_for_link(client, email="ada@example.com"):
    return client.post(RESET, {"email": email})


def is_in(client) -> bool:
    return client.get("/accounts/settings/").status_code == 200


def sign_in(email, password):
    client = Client()
    client.post("/accounts/login/", {"login": email, "password": password})
    return client


def test_a_forgotten_password_is_replaced_by_a_link_in_a_mail(client, ada, link_in):
    elsewhere = signed_in(Client, ada)
    response = client.post(RESET, {"email": "Ada@Example.com"}, follow=True)
    assert "Now look in your mail" in response.text
    (letter,) = mail.outbox
    assert letter.to == ["ada@example.com"]
    assert letter.subject == "Choose a new password for Walkcoach"
    assert "Ada" not in letter.body

    page = client.get(link_in(letter, "password/reset/key"), follow=True)
    assert "Choose a new password" in page.text
    form_address = page.redirect_chain[-1][0]
    assert link_in(letter, "password/reset/key") != form_address  # the key leaves the address bar
    response = client.post(form_address, {"password1": NEW}, follow=True)
    assert "Your new password is set" in response.text

    assert not is_in(elsewhere)
    assert not is_in(sign_in("ada@example.com", PASSWORD))
    assert is_in(sign_in("ada@example.com", NEW))
    assert mail.outbox[-1].subject == "Your password at Walkcoach is changed"


def test_the_link_works_once(client, ada, link_in):
    ask_for_link(client)
    link = link_in(mail.outbox[0], "password/reset/key")
    form_address = client.get(link)["Location"]
    client.post(form_address, {"password1": NEW})
    assert "This link has done its work" in Client().get(link).text


@pytest.mark.parametrize(
    "key", ["1-abc", "zzzzzzzzzzzzz-abc-def", "9" * 30 + "-x", "0-0", "1-" + "a" * 3000]
)
def test_a_made_up_link_changes_nothing(client, ada, key):
    page = client.get(f"/accounts/password/reset/key/{key}/")
    assert page.status_code == 200 and "This link has done its work" in page.text
    assert client.get("/accounts/password/reset/key/1-set-password/").status_code == 200


def test_a_new_password_that_is_too_easy_comes_back(client, ada, link_in):
    ask_for_link(client)
    form_address = client.get(link_in(mail.outbox[0], "password/reset/key"))["Location"]
    response = client.post(form_address, {"password1": "walk"})
    assert response.status_code == 422
    assert "at least 8 characters" in response.text
    assert "<title>Error: Choose a new password" in response.text


def test_a_stranger_cannot_learn_whether_an_address_has_an_account(ada):
    answers = []
    for address in ("ada@example.com", "nobody@example.com"):
        visitor = Client()
        first = ask_for_link(visitor, address)
        second = visitor.get(first["Location"])
        answers.append((first.status_code, first["Location"], sorted(first.headers), second.text))
    assert answers[0] == answers[1]


def test_an_address_without_an_account_is_told_by_mail(client, db):
    ask_for_link(client, "nobody@example.com")
    (letter,) = mail.outbox
    assert letter.subject == "No account under this address at Walkcoach"
    assert "http://testserver/accounts/signup/" in letter.body


def test_one_address_gets_at_most_five_links_an_hour(ada, monkeypatch):
    now = time.time()
    statuses = []
    for minutes in range(0, 50, 7):
        monkeypatch.setattr(time, "time", lambda at=minutes: now + at * 60)
        statuses.append(ask_for_link(Client()).status_code)
    assert statuses == [302] * 5 + [429] * 3
    assert len(mail.outbox) == 5


def test_a_reader_changes_the_password_and_stays_in_here_only(ada):
    here, elsewhere = signed_in(Client, ada), signed_in(Client, ada)
    before = here.session.session_key
    response = here.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW})
    assert response.status_code == 302
    assert "Your new password is set." in here.get("/accounts/settings/").text
    assert here.session.session_key != before
    assert not is_in(elsewhere)
    assert is_in(sign_in("ada@example.com", NEW))
    (letter,) = mail.outbox
    assert letter.to == ["ada@example.com"] and "is changed" in letter.subject


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("not-it", NEW, "This is not the password you use now."),
        ("", NEW, "Write the password you use now."),
        (PASSWORD, "", "Choose a password."),
        (PASSWORD, "walk", "at least 8 characters"),
        (PASSWORD, "ada@example.com", "too similar"),
    ],
)
def test_a_change_that_is_not_right_comes_back(as_ada, ada, old, new, words):
    response = as_ada.post(CHANGE, {"oldpassword": old, "password1": new})
    assert response.status_code == 422
    assert words in response.text
    ada.refresh_from_db()
    assert ada.check_password(PASSWORD)


def test_guessing_the_old_password_is_stopped(as_ada):
    for _ in range(5):
        as_ada.post(CHANGE, {"oldpassword": "guess", "password1": NEW})
    assert as_ada.post(CHANGE, {"oldpassword": PASSWORD, "password1": NEW}).status_code == 429


def test_these_pages_are_for_their_owner(client, db):
    for address in (CHANGE, "/accounts/email/", "/accounts/settings/", "/accounts/delete/"):
        response = client.get(address)
        assert response["Location"] == f"/accounts/login/?next={address}"


def test_pages_about_an_account_are_not_kept_by_any_cache(as_ada):
    for address in (CHANGE, "/accounts/email/", "/accounts/settings/", "/accounts/delete/"):
        assert "no-store" in as_ada.get(address)["Cache-Control"]


def test_the_page_that_asks_once_more_knows_the_password(as_ada):
    page = as_ada.get("/accounts/reauthenticate/")
    assert "Is it you?" in page.text
    assert as_ada.post("/accounts/reauthenticate/", {"password": "no"}).status_code == 422
    assert as_ada.post("/accounts/reauthenticate/", {"password": PASSWORD}).status_code == 302


def test_an_account_without_a_password_can_choose_one(ada):
    ada.set_unusable_password()
    ada.save()
    client = signed_in(Client, ada)
    assert client.get(CHANGE)["Location"] == "/accounts/password/set/"
    assert "Choose a password" in client.get("/accounts/password/set/").text
    client.post("/accounts/password/set/", {"password1": NEW})
    ada.refresh_from_db()
    assert ada.check_password(NEW)
    assert mail.outbox[-1].subject == "Your password at Walkcoach is set"
