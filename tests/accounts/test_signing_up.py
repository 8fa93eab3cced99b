import threading
import time

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client

from accounts.models import User

SIGN_UP = "/accounts/signup/"
KARI = {
    "display_name": "Kari",
    "email": "kari@example.com",
    "password1": "six-houses-a-day",
    "units": "km",
    "time_zone": "Europe/Oslo",
}


def sign_up(client, **changed):
    return client.post(SIGN_UP, KARI | changed)


def test_a_reader_signs_up_confirms_by_mail_and_is_in(client, db, link_in):
    response = client.post(SIGN_UP, KARI, follow=True)
    assert "Now look in your mail" in response.text
    assert "We have sent a mail to kari@example.com." in response.text
    (letter,) = mail.outbox
    assert letter.to == ["kari@example.com"]

    page = client.get(link_in(letter, "confirm-email"))
    assert "Is this your address?" in page.text and "kari@example.com" in page.text
    assert not EmailAddress.objects.get().verified  # looking is not confirming

    response = client.post(link_in(letter, "confirm-email"))
    assert EmailAddress.objects.get().verified
    assert response["Location"] == "/log/"
    assert client.get("/accounts/settings/").status_code == 200


def test_the_page_asked_for_opens_in_the_end(client, db, link_in):
    sign_up(client, next="/accounts/settings/")
    response = client.post(link_in(mail.outbox[0], "confirm-email"))
    assert response["Location"] == "/accounts/settings/"


def test_what_was_chosen_is_kept(client, db):
    sign_up(client, units="mi", time_zone="America/New_York")
    kari = User.objects.get()
    assert (kari.display_name, kari.email) == ("Kari", "kari@example.com")
    assert (kari.units, kari.time_zone) == ("mi", "America/New_York")
    assert kari.check_password("six-houses-a-day")
    assert not kari.is_staff and not kari.is_superuser


def test_signing_up_makes_nobody_staff_whatever_is_sent(client, db):
    sign_up(client, is_staff="on", is_superuser="on", groups="1")
    kari = User.objects.get()
    assert not kari.is_staff and not kari.is_superuser and not kari.groups.exists()


def test_confirming_in_another_browser_leads_to_signing_in(client, db, link_in):
    sign_up(client)
    response = Client().post(link_in(mail.outbox[0], "confirm-email"), follow=True)
    assert "Thank you. kari@example.com is confirmed." in response.text
    assert response.redirect_chain[-1][0] == "/accounts/login/"


def test_the_letter_says_what_to_do_and_names_nobody(client, db, settings):
    sign_up(client, display_name="Buy at evil dot test")
    (letter,) = mail.outbox
    html = letter.alternatives[0].content
    assert letter.subject == "Confirm your address for Walkcoach"
    assert "Confirm my address:" in letter.body
    assert "Confirm my address</a>" in html and 'href="http://testserver/accounts/confirm' in html
    assert "evil" not in letter.subject + letter.body + html
    assert letter.extra_headers["Auto-Submitted"] == "auto-generated"


def test_links_in_mails_lead_to_the_sites_own_address(client, db, settings):
    settings.BASE_URL = "https://walk.example"
    client.post(SIGN_UP, KARI, headers={"host": "localhost"})
    assert "https://walk.example/accounts/confirm-email/" in mail.outbox[0].body
    assert "localhost" not in mail.outbox[0].body


def test_a_letter_that_was_used_says_so_kindly(client, db, link_in):
    sign_up(client)
    link = link_in(mail.outbox[0], "confirm-email")
    client.post(link)
    assert "This link has done its work" in Client().get(link).text
    assert Client().post(link).status_code == 404


@pytest.mark.parametrize("key", ["x", "1:2:3", "a" * 3000, "0" * 30])
def test_a_made_up_link_confirms_nothing(client, db, key):
    page = client.get(f"/accounts/confirm-email/{key}/")
    assert "This link has done its work" in page.text


def test_until_confirmed_the_password_opens_nothing_but_another_letter(client, db):
    sign_up(client)
    mail.outbox.clear()
    cache.clear()  # a minute later
    visitor = Client()
    response = visitor.post(
        "/accounts/login/", {"login": KARI["email"], "password": KARI["password1"]}, follow=True
    )
    assert "Now look in your mail" in response.text
    assert visitor.get("/accounts/settings/").status_code == 302
    assert [letter.subject for letter in mail.outbox] == ["Confirm your address for Walkcoach"]


def test_a_stranger_cannot_learn_whether_an_address_has_an_account(ada, db):
    answers = []
    for address in ("ada@example.com", "nobody@example.com"):
        visitor = Client()
        first = sign_up(visitor, email=address)
        second = visitor.get(first["Location"])
        answers.append(
            (
                first.status_code,
                first["Location"],
                sorted(first.headers),
                sorted(first.cookies),
                second.status_code,
                second.text.replace(address, "ADDRESS"),
            )
        )
    assert answers[0] == answers[1]
    assert [letter.to for letter in mail.outbox] == [["ada@example.com"], ["nobody@example.com"]]


def test_nor_by_how_long_the_answer_takes(ada, hashes):
    made = []
    for email in ("ada@example.com", "nobody@example.com"):
        hashes.clear()
        sign_up(Client(), email=email)
        made.append(len(hashes))
    assert made == [1, 1]


def test_the_owner_of_the_address_is_told(ada, client):
    sign_up(client, email="Ada@Example.com")
    (letter,) = mail.outbox
    assert letter.subject == "You have an account at Walkcoach already"
    assert "http://testserver/accounts/password/reset/" in letter.body
    assert User.objects.count() == 1 and User.objects.get().display_name == "Ada"


def test_whoever_lost_the_first_letter_gets_another_by_signing_up_again(client, db, link_in):
    sign_up(client)
    cache.clear()  # a minute later
    sign_up(Client(), password1="another-password-altogether")
    first, second = mail.outbox
    assert first.subject == second.subject == "Confirm your address for Walkcoach"
    Client().post(link_in(second, "confirm-email"))
    assert EmailAddress.objects.get().verified
    # The first password stays: whoever signed up again may have been a stranger.
    assert User.objects.get().check_password(KARI["password1"])


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("display_name", "", "Write the name that others should see."),
        ("display_name", "   ", "Write the name that others should see."),
        ("display_name", "K" * 51, "Keep the name under 50 characters."),
        ("display_name", "Ka\u202eri", "Write the name in letters"),
        ("display_name", "Ka\x07ri", "Write the name in letters"),
        ("display_name", "...", "at least one letter"),
        ("email", "", "Write your e-mail address."),
        ("email", "kari@", "Write the whole address, such as ada@example.com."),
        ("email", "kari@example.com\r\nBcc: x@example.org", "Write the whole address"),
        ("email", "k" * 60 + "@" + ("e" * 60 + ".") * 4 + "com", "Write the whole address"),
        ("password1", "", "Choose a password."),
        ("password1", "walk", "at least 8 characters"),
        ("password1", "12345678", "too common"),
        ("password1", "kari@example.com", "too similar"),
        ("units", "furlongs", "Choose kilometres or miles."),
        ("time_zone", "Europe/Atlantis", "Choose a place from the list."),
        ("time_zone", "../../etc/passwd", "Choose a place from the list."),
    ],
)
def test_what_is_not_right_comes_back_with_kind_words(client, db, field, value, words):
    response = sign_up(client, **{field: value})
    assert response.status_code == 422
    assert words in response.text
    assert "<title>Error: Start your walk log" in response.text
    assert not User.objects.exists() and not mail.outbox


def test_what_was_typed_comes_back_but_for_the_password(client, db):
    page = sign_up(client, email="kari@", time_zone="Asia/Tokyo").text
    assert 'value="Kari"' in page and 'value="kari@"' in page
    assert '<option value="Asia/Tokyo" selected>' in page
    assert KARI["password1"] not in page


def test_a_nul_is_no_address(client, db):
    assert sign_up(client, email="ka\0ri@example.com").status_code == 422


@pytest.mark.parametrize(
    "name", ["Marit", "marit", "M a r i t", "Ｍarit", "MARIT\u200d", "The Coach"]
)
def test_nobody_signs_up_under_the_coachs_name(client, coach, name):
    response = sign_up(client, display_name=name)
    assert response.status_code == 422
    assert "Readers would take this name for the coach’s." in response.text


@pytest.mark.parametrize("name", ["Åse", "مریم", "李雷", "O’Brien", "نرگس\u200cها", "Ada 🦵"])
def test_names_of_all_the_world_are_welcome(client, db, name):
    assert sign_up(client, display_name=name).status_code == 302
    assert User.objects.get().display_name == name


def test_without_javascript_the_sites_own_time_zone_is_chosen(client, db, settings):
    settings.TIME_ZONE = "Europe/London"
    page = client.get(SIGN_UP).text
    assert '<option value="Europe/London" selected>London</option>' in page
    assert '<optgroup label="America">' in page
    assert ">Buenos Aires, Argentina</option>" in page


def test_forms_are_not_kept_by_any_cache(client, db):
    for address in ("login", "signup", "password/reset", "confirm-email", "confirm-email/x"):
        assert "no-store" in client.get(f"/accounts/{address}/")["Cache-Control"]


def test_a_form_from_another_site_is_refused(db):
    careful = Client(enforce_csrf_checks=True)
    assert sign_up(careful).status_code == 403
    assert not User.objects.exists()


def test_one_place_can_make_thirty_accounts_an_hour(client, db):
    for number in range(30):
        assert sign_up(Client(), email=f"kari{number}@example.com").status_code == 302
    response = sign_up(Client(), email="one-more@example.com")
    assert response.status_code == 429
    assert "A short rest" in response.text


def test_one_address_gets_at_most_five_letters_an_hour(client, db, monkeypatch):
    now = time.time()
    for minutes in range(0, 50, 2):
        monkeypatch.setattr(time, "time", lambda at=minutes: now + at * 60)
        assert sign_up(Client()).status_code == 302
    assert len(mail.outbox) == 5


@pytest.mark.django_db(transaction=True)
def test_the_button_pressed_many_times_at_once_makes_one_account():
    statuses = []

    def press():
        try:
            statuses.append(sign_up(Client()).status_code)
        finally:
            connection.close()

    presses = [threading.Thread(target=press) for _ in range(6)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert statuses == [302] * 6
    assert User.objects.count() == EmailAddress.objects.count() == 1
