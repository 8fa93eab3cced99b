"""Signing in with a code from the mail instead of a password."""

import re

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

REQUEST = "/accounts/login/code/"
CONFIRM = "/accounts/login/code/confirm/"
ASK = "/articles/start-with-six-houses/#ask"


def ask_for_code(client, email="ada@example.com", **more):
    return client.post(REQUEST, {"email": email, **more})


def code_in(message) -> str:
    """The line between the two paragraphs around it."""
    return re.search(r":\n\n(\S+)\n\n", message.body)[1]


def is_in(client) -> bool:
    return client.get("/accounts/settings/").status_code == 200


def test_a_code_opens_the_account_and_leads_to_where_one_was_going(client, ada):
    response = ask_for_code(client, next=ASK)
    confirm = response["Location"]
    assert confirm.startswith(CONFIRM)
    page = client.get(confirm).text
    assert "ada@example.com" in page and f'name="next" value="{ASK}"' in page
    response = client.post(CONFIRM, {"code": code_in(mail.outbox[0]), "next": ASK})
    assert response["Location"] == ASK
    assert is_in(client)


def test_the_mail_says_what_the_code_is_for(client, ada):
    ask_for_code(client)
    message = mail.outbox[0]
    assert message.to == ["ada@example.com"]
    assert "code to sign in" in message.subject
    assert "If it was not you, do nothing" in message.body
    assert code_in(message) in message.alternatives[0][0]


def test_an_unknown_address_gets_the_same_answer_and_a_mail_of_its_own(ada):
    answers = []
    for email in ("ada@example.com", "nobody@example.com"):
        client = Client()
        response = ask_for_code(client, email)
        page = client.get(response["Location"])
        text = re.sub(r"csrfmiddlewaretoken.*|" + re.escape(email), "", page.text)
        answers.append((response.status_code, response["Location"], page.status_code, text))
    assert answers[0] == answers[1]
    assert mail.outbox[1].to == ["nobody@example.com"]
    assert "There is no account under this address." in mail.outbox[1].body


@pytest.mark.parametrize("email", ["ada@example.com", "nobody@example.com"])
def test_a_wrong_code_gets_kind_words_and_five_tries(client, ada, email):
    ask_for_code(client, email)
    for _ in range(4):
        response = client.post(CONFIRM, {"code": "XXXX-XXXX"})
        assert response.status_code == 422
        assert "<title>Error: Write the code" in response.text
        assert "This is not the code that we mailed you." in response.text
    assert client.post(CONFIRM, {"code": "XXXX-XXXX"})["Location"] == REQUEST
    assert (
        client.post(CONFIRM, {"code": code_in(mail.outbox[0]) if "ada" in email else "x"})[
            "Location"
        ]
        == REQUEST
    )
    assert not is_in(client)


def test_an_empty_code_comes_back(client, ada):
    ask_for_code(client)
    assert "Write the code that we mailed you." in client.post(CONFIRM, {"code": ""}).text


def test_a_code_works_in_the_browser_that_asked_only(client, ada):
    ask_for_code(client)
    thief = Client()
    assert thief.post(CONFIRM, {"code": code_in(mail.outbox[0])})["Location"] == REQUEST
    assert not is_in(thief)


def test_an_old_code_opens_nothing(client, ada):
    with time_machine.travel("2026-07-01 12:00:00+00:00", tick=False) as clock:
        ask_for_code(client)
        clock.shift(16 * 60)
        assert client.post(CONFIRM, {"code": code_in(mail.outbox[0])})["Location"] == REQUEST
    assert not is_in(client)


def test_nobody_is_sent_more_than_five_codes_an_hour(ada):
    for _ in range(5):
        assert ask_for_code(Client()).status_code == 302
    refused = ask_for_code(Client())
    assert refused.status_code == 429
    assert "Wait" in refused.text
    assert len(mail.outbox) == 5


def test_an_address_that_someone_only_wishes_to_move_to_gets_no_code(client, ben):
    EmailAddress.objects.create(user=ben, email="kari@example.com", verified=False)
    ask_for_code(client, "kari@example.com")
    assert "There is no account under this address." in mail.outbox[0].body


def test_an_account_put_to_rest_gets_no_code(client, ada):
    ada.is_active = False
    ada.save()
    ask_for_code(client)
    assert "There is no account under this address." in mail.outbox[0].body


@pytest.mark.parametrize("value", ["//evil.test", "https://evil.test"])
def test_a_foreign_next_leads_home_instead(client, ada, value):
    ask_for_code(client, next=value)
    response = client.post(CONFIRM, {"code": code_in(mail.outbox[0]), "next": value})
    assert response["Location"] == "/log/"


def test_the_session_lasts_like_any_other(client, ada, settings):
    """A visitor's session may be a short one; signing in makes it one of a reader."""
    ask_for_code(client)
    session = client.session
    session.set_expiry(3600)
    session.save()
    client.post(CONFIRM, {"code": code_in(mail.outbox[0])})
    assert client.session.get_expiry_age() == settings.SESSION_COOKIE_AGE
