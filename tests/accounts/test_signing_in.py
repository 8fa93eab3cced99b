import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as site_settings
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.test import Client

from tests.conftest import PASSWORD

LOGIN = "/accounts/login/"
NEXT_VALUES = (
    Path(os.environ.get("WALKCOACH_TEST_DATA", "")) / "hostile/redirect/django-next-values.txt"
)


def sign_in(client, email="ada@example.com", password=PASSWORD, **more):
    return client.post(LOGIN, {"login": email, "password": password, **more})


def is_in(client) -> bool:
    return client.get("/accounts/settings/").status_code == 200


def test_a_reader_signs_in_by_address_and_is_greeted(client, ada):
    response = sign_in(client)
    assert response["Location"] == "/log/"
    assert "Good to see you, Ada." in client.get("/accounts/settings/").text


def test_the_case_of_the_address_does_not_matter(client, ada):
    sign_in(client, "ADA@Example.COM ")
    assert is_in(client)


def test_the_page_asked_for_opens_after_signing_in(client, ada):
    asked = client.get("/accounts/settings/")
    assert asked["Location"] == "/accounts/login/?next=/accounts/settings/"
    page = client.get(asked["Location"])
    assert '<input type="hidden" name="next" value="/accounts/settings/">' in page.text
    assert sign_in(client, next="/accounts/settings/")["Location"] == "/accounts/settings/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(ada, db):
    answers = []
    for email in ("ada@example.com", "nobody@example.com"):
        response = sign_in(Client(), email, "not-the-password")
        body = response.text.replace(email, "ADDRESS")
        answers.append((response.status_code, sorted(response.headers), _without_tokens(body)))
    assert answers[0] == answers[1]
    assert answers[0][0] == 422
    assert "This address and password do not go together." in answers[0][2]
    assert "<title>Error: Sign in" in answers[0][2]


def test_both_take_as_many_password_hashes(ada, hashes):
    made = []
    for email in ("ada@example.com", "nobody@example.com"):
        hashes.clear()
        sign_in(Client(), email, "not-the-password")
        made.append(len(hashes))
    assert made[0] == made[1] > 0


def _without_tokens(page):
    return "\n".join(line for line in page.splitlines() if "csrfmiddlewaretoken" not in line)


@pytest.mark.parametrize(
    ("email", "password", "words"),
    [
        ("", "", "Write the e-mail address you signed up with."),
        ("ada@example.com", "", "Write your password."),
        ("ada", "x", "Write the whole address, such as ada@example.com."),
        ("ada@example.com", "\0", "Null characters are not allowed."),
        ("a" * 5000 + "@example.com", "x", "Write the whole address, such as ada@example.com."),
    ],
)
def test_an_unfinished_form_comes_back_with_kind_words(client, ada, email, password, words):
    response = sign_in(client, email, password)
    assert response.status_code == 422
    assert words in response.text


def test_the_password_never_comes_back_in_the_page(client, ada):
    assert "canary-password" not in sign_in(client, password="canary-password").text


def test_the_eleventh_wrong_try_is_refused_with_kind_words(client, ada):
    for _ in range(10):
        assert sign_in(client, password="wrong").status_code == 422
    refused = sign_in(client, password="wrong")
    assert refused.status_code == 429
    assert "Wait ten minutes, or ask for a new password." in refused.text
    assert sign_in(client).status_code == 429  # nor the right one, for a while
    assert not is_in(client)


def test_another_address_in_x_forwarded_for_each_time_does_not_help(ada):
    def try_from(number):
        header = f"203.0.113.{number}"
        return Client().post(
            LOGIN,
            {"login": "ada@example.com", "password": "wrong"},
            headers={"x-forwarded-for": header, "x-real-ip": header, "forwarded": f"for={header}"},
        )

    assert site_settings.TRUSTED_PROXIES == 0
    assert [try_from(number).status_code for number in range(10)] == [422] * 10
    assert try_from(11).status_code == 429


def test_trying_one_password_on_many_accounts_is_refused_too(db):
    for number in range(10):
        sign_in(Client(), f"reader{number}@example.com", "wrong")
    assert sign_in(Client(), "reader11@example.com", "wrong").status_code == 429


def test_much_else_in_the_cache_does_not_push_the_count_out(ada):
    for _ in range(10):
        sign_in(Client(), password="wrong")
    for number in range(400):
        cache.set(f"something-else-{number}", 1)
    assert sign_in(Client(), password="wrong").status_code == 429


def test_behind_a_proxy_each_visitor_has_their_own_tries(ada, settings):
    settings.TRUSTED_PROXIES = 1

    def try_from(address, password):
        return Client().post(
            LOGIN,
            {"login": "ada@example.com", "password": password},
            headers={"x-forwarded-for": f"198.51.100.1, {address}"},
        )

    for _ in range(11):
        last = try_from("203.0.113.5", "wrong")
    assert last.status_code == 429
    # One stranger alone cannot lock Ada out.
    assert try_from("203.0.113.6", PASSWORD).status_code == 302


def test_a_visitor_without_an_address_can_sign_in(ada):
    client = Client(REMOTE_ADDR="")
    assert sign_in(client).status_code == 302


def test_the_writing_room_has_no_door_of_its_own(client, coach):
    response = client.post("/admin/login/", {"username": "coach@example.com", "password": PASSWORD})
    assert urlsplit(response["Location"]).path == LOGIN
    assert not is_in(client)


@pytest.mark.skipif(
    not os.environ.get("WALKCOACH_TEST_DATA"),
    reason="WALKCOACH_TEST_DATA is not set: no hostile redirects to try",
)
def test_no_link_leads_from_signing_in_or_out_to_another_site(ada):
    values = NEXT_VALUES.read_text(encoding="utf-8").split("\n")
    assert len(values) > 20
    for value in values:
        cache.clear()
        by_form = sign_in(Client(), next=value)
        by_link = Client().post(
            LOGIN,
            {"login": "ada@example.com", "password": PASSWORD},
            query_params={"next": value},
        )
        client = Client()
        client.force_login(ada, backend=site_settings.AUTHENTICATION_BACKENDS[0])
        out = client.post("/accounts/logout/", {"next": value})
        for response in (by_form, by_link, out):
            assert response.status_code == 302, value
            _assert_stays_here(response["Location"])


@pytest.mark.parametrize(
    "value",
    ["//evil.test", "/\\evil.test", "https://evil.test", "http://localhost/", "javascript:x"],
)
def test_a_foreign_next_leads_home_instead(client, ada, value):
    assert sign_in(client, next=value)["Location"] == "/log/"


def _assert_stays_here(location):
    assert location.startswith("/") and not location.startswith(("//", "/\\")), location
    assert not any(ord(c) < 33 for c in location), location
    assert not urlsplit(location).netloc


def test_the_session_gets_a_new_key_on_signing_in(client, ada):
    client.get(LOGIN)
    session = client.session
    session["kept"] = "yes"
    session.save()
    client.cookies[site_settings.SESSION_COOKIE_NAME] = before = session.session_key
    sign_in(client)
    after = client.cookies[site_settings.SESSION_COOKIE_NAME].value
    assert after != before
    stranger = Client()
    stranger.cookies[site_settings.SESSION_COOKIE_NAME] = before
    assert not is_in(stranger)


def test_a_session_is_dead_after_signing_out(client, ada):
    sign_in(client)
    key = client.cookies[site_settings.SESSION_COOKIE_NAME].value
    page = client.get("/accounts/logout/")
    assert "Sign out?" in page.text and is_in(client)  # a link alone signs nobody out
    response = client.post("/accounts/logout/", follow=True)
    assert response.redirect_chain[-1][0] == "/"
    thief = Client()
    thief.cookies[site_settings.SESSION_COOKIE_NAME] = key
    assert not is_in(thief)
    assert not Session.objects.filter(session_key=key).exists()


def test_signing_out_takes_a_form_of_this_site(ada):
    careful = Client(enforce_csrf_checks=True)
    careful.force_login(ada)
    assert careful.post("/accounts/logout/").status_code == 403
    assert is_in(careful)


def test_whoever_is_in_already_is_led_on(as_ada):
    assert as_ada.get(LOGIN)["Location"] == "/log/"
    assert as_ada.get("/accounts/signup/")["Location"] == "/log/"


def test_an_account_put_to_rest_is_told_so(client, ada):
    ada.is_active = False
    ada.save()
    response = client.post(LOGIN, {"login": ada.email, "password": PASSWORD}, follow=True)
    assert "This account is resting" in response.text
    assert not is_in(client)


def test_scripts_get_the_page_like_everyone(client, ada):
    for headers in (
        {"accept": "application/json"},
        {"x-requested-with": "XMLHttpRequest"},
    ):
        response = client.post(
            LOGIN, {"login": "ada@example.com", "password": "x"}, headers=headers
        )
        assert response["Content-Type"].startswith("text/html")


def test_the_navigation_says_where_one_is(client, db):
    assert 'href="/accounts/login/" aria-current="page"' in client.get(LOGIN).text


def test_the_keeper_made_at_the_terminal_needs_no_mail(client, django_user_model, db):
    django_user_model.objects.create_superuser(
        "Keeper@Example.com", "a-keepers-password", display_name="Keeper"
    )
    sign_in(client, "keeper@example.com", "a-keepers-password")
    assert is_in(client)
