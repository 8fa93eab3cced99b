"""Signing in with an account elsewhere, against a site of the tests' own."""

import re
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount, SocialToken
from django.core import mail
from django.test import Client

from accounts.models import User

LAST_STEP = "/accounts/elsewhere/"
ASK = "/articles/start-with-six-houses/#ask"

# What each of them answers for the same person, by whether it says that it checked the address.
PROFILES = {
    "google": {
        "id": "g-1",
        "name": "Kari Nordmann",
        "given_name": "Kari",
        "email": "kari@example.com",
        "verified_email": True,
    },
    "facebook": {"id": "f-1", "name": "Kari Nordmann", "email": "kari@example.com"},
    "twitter_oauth2": {"data": {"id": "x-1", "name": "Kari Nordmann", "username": "kari"}},
    "wordpress_com": {
        "ID": 4711,
        "display_name": "Kari Nordmann",
        "email": "kari@example.com",
        "email_verified": True,
    },
}


def leave(client, provider="wordpress_com", **query):
    """Press the provider's button; returns the address that the browser is sent to."""
    response = client.post(f"/accounts/{provider}/login/", query_params=query)
    assert response.status_code == 302, response.text
    return response["Location"]


def come_back(client, address, press="Allow"):
    """Press a button at the other site, and follow it back here."""
    page = requests.get(address, timeout=5).text
    back = urlsplit(unescape(re.search(rf'href="([^"]+)">{press}', page)[1]))
    return client.get(f"{back.path}?{back.query}")


def go(client, provider="wordpress_com", press="Allow", **query):
    return come_back(client, leave(client, provider, **query), press)


def last_step(client, **values):
    return client.post(
        LAST_STEP,
        {
            "display_name": "Kari",
            "email": "kari@example.com",
            "units": "km",
            "time_zone": "UTC",
            **values,
        },
    )


def is_in(client) -> bool:
    return client.get("/accounts/settings/").status_code == 200


# --- The buttons ----------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["/accounts/login/", "/accounts/signup/"])
def test_each_provider_whose_keys_are_set_has_a_button(client, db, page):
    text = client.get(page).text
    for name in ("Google", "Facebook", "X", "WordPress.com"):
        assert f"Go on with {name}" in text


def test_a_provider_without_keys_has_none(client, db, settings):
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert "Go on with" not in client.get("/accounts/login/").text


@pytest.mark.parametrize("provider", PROFILES)
def test_a_link_alone_leads_nobody_away(client, db, provider):
    response = client.get(f"/accounts/{provider}/login/")
    assert response.status_code == 200
    assert "Another way" in response.text


def test_the_button_takes_a_form_of_this_site(db):
    careful = Client(enforce_csrf_checks=True)
    assert careful.post("/accounts/wordpress_com/login/").status_code == 403


def test_wordpress_com_is_asked_who_someone_is_and_nothing_else(client, elsewhere, db):
    query = parse_qs(urlsplit(leave(client)).query)
    assert query["scope"] == ["auth"]
    assert query["client_id"] == ["wordpress_com-id"]
    assert query["redirect_uri"] == ["http://testserver/accounts/wordpress_com/login/callback/"]
    assert len(query["state"][0]) >= 16


def test_no_door_but_the_two_is_open(client, db):
    for address in ("google/login/token/", "facebook/login/token/", "3rdparty/", "2fa/"):
        assert client.get(f"/accounts/{address}").status_code == 404


# --- A new reader ---------------------------------------------------------------------------


@pytest.mark.parametrize("provider", ["google", "wordpress_com"])
def test_whose_address_was_checked_there_chooses_a_name_and_is_in(client, elsewhere, db, provider):
    elsewhere.profile = PROFILES[provider]
    assert go(client, provider, next=ASK)["Location"] == LAST_STEP
    page = client.get(LAST_STEP).text
    name = "Kari" if provider == "google" else "Kari Nordmann"
    assert f'value="{name}"' in page and 'value="kari@example.com"' in page
    assert last_step(client)["Location"] == ASK
    assert is_in(client)
    kari = User.objects.get()
    assert (kari.email, kari.display_name) == ("kari@example.com", "Kari")
    assert not kari.has_usable_password()
    assert EmailAddress.objects.get(user=kari).verified


def test_of_what_the_other_site_tells_nothing_else_is_kept(client, elsewhere, db):
    for _ in range(2):
        elsewhere.profile = {**elsewhere.profile, "avatar_URL": "https://elsewhere.test/face.png"}
        go(client)
        last_step(client)
        assert SocialAccount.objects.get().extra_data == {}
        assert not SocialToken.objects.exists()
        client.logout()


def test_who_has_been_here_before_comes_straight_in(client, elsewhere, db):
    go(client)
    last_step(client)
    again = Client()
    assert go(again, next=ASK)["Location"] == ASK
    assert is_in(again)
    assert User.objects.count() == 1


def test_an_address_that_was_checked_there_cannot_be_swapped_for_another(
    client, elsewhere, ada, db
):
    go(client)
    last_step(client, email="ada@example.com")
    assert User.objects.get(display_name="Kari").email == "kari@example.com"


@pytest.mark.parametrize("provider", ["facebook", "twitter_oauth2"])
def test_an_address_that_was_not_is_confirmed_by_mail_first(
    client, elsewhere, db, provider, link_in
):
    elsewhere.profile = PROFILES[provider]
    go(client, provider, next=ASK)
    page = client.get(LAST_STEP).text
    assert ('value="kari@example.com"' in page) == (provider == "facebook")
    assert last_step(client)["Location"] == "/accounts/confirm-email/"
    assert not is_in(client)
    client.post(link_in(mail.outbox[0], "confirm-email"))
    assert is_in(client)


def test_only_true_means_that_an_address_was_checked(client, elsewhere, db):
    elsewhere.profile = {**elsewhere.profile, "email_verified": "no"}
    go(client)
    last_step(client)
    assert not is_in(client)


@pytest.mark.parametrize("name", ["Marit", " m a r i t", "Coach Kari"])
def test_nobody_takes_the_coachs_name_this_way(client, elsewhere, coach, name):
    elsewhere.profile = {**elsewhere.profile, "display_name": "Marit"}
    go(client)
    response = last_step(client, display_name=name)
    assert response.status_code == 422
    assert "Readers would take this name for the coach’s." in response.text
    assert not User.objects.filter(email="kari@example.com").exists()


def test_a_name_from_elsewhere_is_checked_like_any_other(client, elsewhere, db):
    go(client)
    assert last_step(client, display_name="\u202eirak").status_code == 422
    assert last_step(client, display_name="").status_code == 422
    assert not User.objects.exists()


# --- An address that has an account ---------------------------------------------------------


def test_the_owner_of_a_checked_address_comes_into_their_account_and_is_told(
    client, elsewhere, ada
):
    elsewhere.profile = {**elsewhere.profile, "email": "Ada@Example.com"}
    go(client)
    assert is_in(client)
    assert SocialAccount.objects.get().user == ada
    assert mail.outbox[0].to == ["ada@example.com"]
    assert "WordPress.com opens your account at" in mail.outbox[0].subject
    ada.refresh_from_db()
    assert ada.has_usable_password() and ada.display_name == "Ada"


@pytest.mark.parametrize("provider", ["facebook", "wordpress_com"])
def test_an_unchecked_address_opens_nobodys_account(client, elsewhere, ada, provider):
    elsewhere.profile = {**PROFILES[provider], "email": "ada@example.com", "email_verified": False}
    go(client, provider)
    response = last_step(client, email="ada@example.com")
    assert response["Location"] == "/accounts/confirm-email/"
    assert not is_in(client)
    assert not SocialAccount.objects.exists()
    assert mail.outbox[0].to == ["ada@example.com"]
    assert "account" in mail.outbox[0].body
    assert User.objects.count() == 1


def test_a_new_address_and_a_known_one_get_the_same_answer(elsewhere, ada):
    elsewhere.profile = PROFILES["twitter_oauth2"]
    answers = []
    for email in ("ada@example.com", "new@example.com"):
        client = Client()
        go(client, "twitter_oauth2")
        response = last_step(client, email=email)
        answers.append((response.status_code, response["Location"], is_in(client)))
    assert answers[0] == answers[1]


def test_the_coach_is_never_let_in_by_an_address_alone(client, elsewhere, coach):
    elsewhere.profile = {**elsewhere.profile, "email": "coach@example.com"}
    go(client)
    assert not is_in(client)
    last_step(client, display_name="Kari")
    assert not is_in(client)
    assert not SocialAccount.objects.exists()


def test_who_only_wishes_to_move_to_an_address_does_not_own_it(client, elsewhere, ben):
    EmailAddress.objects.create(user=ben, email="kari@example.com", verified=False)
    go(client)
    assert not is_in(client)
    last_step(client)
    assert User.objects.get(email="kari@example.com") != ben


def test_who_signed_up_with_a_strangers_address_is_locked_out_when_its_owner_comes(
    client, elsewhere, django_user_model, db
):
    squatter = django_user_model.objects.create_user(
        email="kari@example.com", password="the-squatters", display_name="Not Kari"
    )
    EmailAddress.objects.create(user=squatter, email=squatter.email, primary=True)
    go(client)
    squatter.refresh_from_db()
    assert not squatter.has_usable_password()


# --- Adding one, taking it away -------------------------------------------------------------


def test_a_reader_adds_one_in_the_settings_and_takes_it_away(as_ada, elsewhere, ada):
    page = as_ada.get("/accounts/elsewhere/connected/").text
    assert "Add WordPress.com" in page and "None yet." in page
    go(as_ada, process="connect")
    account = SocialAccount.objects.get()
    assert account.user == ada
    page = as_ada.get("/accounts/elsewhere/connected/").text
    assert "Take WordPress.com away" in page
    as_ada.post("/accounts/elsewhere/connected/", {"account": account.pk})
    assert not SocialAccount.objects.exists()
    assert [m.to for m in mail.outbox] == [["ada@example.com"]] * 2


def test_one_that_is_another_readers_stays_theirs(as_ada, as_ben, elsewhere, ada, ben):
    go(as_ada, process="connect")
    go(as_ben, process="connect")
    assert SocialAccount.objects.get().user == ada
    as_ben.post("/accounts/elsewhere/connected/", {"account": SocialAccount.objects.get().pk})
    assert SocialAccount.objects.exists()


def test_the_only_way_in_cannot_be_taken_away(client, elsewhere, db):
    go(client)
    last_step(client)
    account = SocialAccount.objects.get()
    response = client.post("/accounts/elsewhere/connected/", {"account": account.pk})
    assert "Choose a password first" in response.text
    assert SocialAccount.objects.exists()
    for page in ("/accounts/delete/", "/accounts/email/"):
        assert "Your account has no password yet." in client.get(page).text


# --- What can go wrong ----------------------------------------------------------------------


def test_who_turns_back_there_finds_a_kind_page_and_the_way_on(client, elsewhere, db):
    response = client.get(go(client, press="Deny", next=ASK)["Location"])
    assert "You turned back" in response.text
    assert "?next=%2Farticles%2Fstart-with-six-houses%2F%23ask" in response.text
    assert not is_in(client)


def test_a_site_that_stumbles_gets_a_kind_page(client, elsewhere, db):
    elsewhere.broken = True
    response = go(client, next=ASK)
    assert response.status_code == 401
    assert "That did not work out" in response.text
    assert "?next=/articles/start-with-six-houses/%23ask" in unescape(response.text).replace(
        "%2F", "/"
    )


@pytest.mark.parametrize("profile", [{}, {"ID": None}, [], "x", {"ID": 0}])
def test_a_profile_of_nobody_gets_a_kind_page(client, elsewhere, db, profile):
    elsewhere.profile = profile
    assert go(client).status_code == 401
    assert not User.objects.exists()


def test_a_site_that_is_away_gets_a_kind_page(client, elsewhere, db, monkeypatch):
    from accounts.wordpress_com.views import WordPressComAdapter

    address = leave(client)
    monkeypatch.setattr(WordPressComAdapter, "access_token_url", "http://127.0.0.1:9/")
    assert come_back(client, address).status_code == 401


def test_a_state_of_somebody_else_opens_nothing(client, elsewhere, db):
    address = leave(Client())
    assert come_back(client, address).status_code == 401
    assert not is_in(client)


@pytest.mark.parametrize(
    "query", ["", "?code=x", "?state=x", "?code=x&state=%00", f"?code=x&state={'9' * 5000}"]
)
@pytest.mark.parametrize("provider", PROFILES)
def test_a_callback_out_of_nowhere_gets_a_kind_page(client, db, provider, query):
    response = client.get(f"/accounts/{provider}/login/callback/{query}")
    assert response.status_code == 401
    assert "That did not work out" in response.text


def test_a_callback_works_once(client, elsewhere, db):
    address = leave(client)
    page = requests.get(address, timeout=5).text
    back = unescape(re.search(r'href="http://testserver([^"]+)">Allow', page)[1])
    assert client.get(back)["Location"] == LAST_STEP
    assert client.get(back).status_code == 401


@pytest.mark.parametrize(
    "value", ["//evil.test", "https://evil.test/", "/\\evil.test", "javascript:x"]
)
def test_a_foreign_next_leads_home_instead(client, elsewhere, db, value):
    go(client, next=value)
    assert last_step(client)["Location"] == "/log/"


def test_the_last_step_is_for_those_who_come_from_elsewhere(client, db):
    assert client.get(LAST_STEP)["Location"] == "/accounts/login/"
    assert last_step(client)["Location"] == "/accounts/login/"
    assert not User.objects.exists()
