import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.test import Client

from accounts.models import User
from tests.conftest import PASSWORD

EMAIL = "/accounts/email/"
NEW = "ada@example.org"


def ask(client, email=NEW, password=PASSWORD):
    return client.post(EMAIL, {"email": email, "password": password, "action_add": ""})


def test_a_new_address_takes_the_old_ones_place_once_it_is_confirmed(as_ada, ada, link_in):
    page = as_ada.post(
        EMAIL, {"email": NEW, "password": PASSWORD, "action_add": ""}, follow=True
    ).text
    assert "until you confirm a new one" in page and "ada@example.com" in page
    assert "Waiting for you" in page and NEW in page
    (letter,) = mail.outbox
    assert letter.to == [NEW] and letter.subject == "Confirm your new address for Walkcoach"
    ada.refresh_from_db()
    assert ada.email == "ada@example.com"

    as_ada.post(link_in(letter, "confirm-email"))
    ada.refresh_from_db()
    assert ada.email == NEW
    (address,) = EmailAddress.objects.filter(user=ada)
    assert (address.email, address.verified, address.primary) == (NEW, True, True)
    told = mail.outbox[-1]
    assert told.to == ["ada@example.com"]
    assert told.subject == "Your address at Walkcoach is changed" and NEW in told.body


def test_an_unlocked_telephone_is_not_enough(as_ada, ada):
    for password, words in (("", "Write your password."), ("no", "This is not your password.")):
        response = ask(as_ada, password=password)
        assert response.status_code == 422
        assert words in response.text
    assert not mail.outbox


def test_guessing_the_password_there_is_stopped(as_ada):
    for _ in range(10):
        last = ask(as_ada, password="guess")
    assert last.status_code == 422
    assert ask(as_ada).status_code == 429


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("", "Write your e-mail address."),
        ("ada@", "Write the whole address, such as ada@example.com."),
        ("Ada@example.com", "This is your address already."),
    ],
)
def test_an_address_that_is_not_right_comes_back(as_ada, email, words):
    response = ask(as_ada, email)
    assert response.status_code == 422
    assert words in response.text
    assert "<title>Error: Change your e-mail address" in response.text


def test_a_change_can_be_taken_back(as_ada, ada):
    ask(as_ada)
    page = as_ada.post(EMAIL, {"email": NEW, "action_remove": ""}, follow=True).text
    assert "Your address stays as it was." in page
    assert [a.email for a in EmailAddress.objects.filter(user=ada)] == ["ada@example.com"]
    ada.refresh_from_db()
    assert ada.email == "ada@example.com"


def test_nobody_learns_whose_address_it_is(as_ada, ben, ada, link_in):
    known, unknown = ask(as_ada, "ben@example.com"), ask(as_ada, "nobody@example.com")
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    # Ben gets the letter; should he press the button by mistake, both accounts stay as they were.
    letter = next(letter for letter in mail.outbox if letter.to == ["ben@example.com"])
    ask(as_ada, "ben@example.com")
    link = link_in(letter, "confirm-email")
    assert Client().get(link).status_code == 200
    ben.refresh_from_db()
    ada.refresh_from_db()
    assert (ben.email, ada.email) == ("ben@example.com", "ada@example.com")


def test_a_stranger_who_gets_the_letter_by_a_slip_does_not_get_the_account(as_ada, ada, link_in):
    ask(as_ada, "stranger@example.com")
    stranger = Client()
    page = stranger.post(link_in(mail.outbox[0], "confirm-email"), follow=True).text
    assert "Sign in first, then open the link in the mail once more." in page
    stranger.post("/accounts/password/reset/", {"email": "stranger@example.com"})
    assert mail.outbox[-1].subject == "No account under this address at Walkcoach"
    ada.refresh_from_db()
    assert ada.email == "ada@example.com"
    # Nor does Ada's wish keep the stranger from an account of their own.
    stranger.post(
        "/accounts/signup/",
        {
            "display_name": "Str",
            "email": "stranger@example.com",
            "password1": "six-houses-a-day",
            "units": "km",
            "time_zone": "UTC",
        },
    )
    assert User.objects.get(email="stranger@example.com").display_name == "Str"
    assert EmailAddress.objects.get(user=ada).email == "ada@example.com"


def test_another_account_that_never_confirmed_the_address_does_not_break_it(as_ada, ada, link_in):
    ask(as_ada)
    User.objects.create_user(NEW, "x", display_name="Squatter")
    page = as_ada.post(link_in(mail.outbox[0], "confirm-email"), follow=True).text
    assert f"{NEW} belongs to another account, so yours stays as it was." in page
    ada.refresh_from_db()
    assert ada.email == "ada@example.com"
    assert EmailAddress.objects.get(user=ada, verified=True).email == "ada@example.com"


def test_a_reader_cannot_touch_anothers_address(as_ada, ben):
    as_ada.post(EMAIL, {"email": "ben@example.com", "action_remove": ""})
    as_ada.post(EMAIL, {"email": "ben@example.com", "action_primary": ""})
    assert EmailAddress.objects.get(user=ben).primary


def test_nor_go_without_any(as_ada, ada):
    page = as_ada.post(EMAIL, {"email": "ada@example.com", "action_remove": ""}, follow=True).text
    assert "is how you sign in" in page
    assert EmailAddress.objects.filter(user=ada).count() == 1


def test_the_letter_can_be_asked_for_again(as_ada):
    from django.core.cache import cache

    ask(as_ada)
    cache.clear()  # a minute later
    as_ada.post(EMAIL, {"email": NEW, "action_send": ""})
    assert [letter.to for letter in mail.outbox] == [[NEW], [NEW]]


def test_two_accounts_cannot_differ_by_capitals_only(ada):
    from django.db import IntegrityError, transaction

    with pytest.raises(IntegrityError), transaction.atomic():
        User(email="ADA@example.com", display_name="Other").save()
    assert (
        User.objects.create_user("BEN@Example.com", "x", display_name="B").email
        == "ben@example.com"
    )
