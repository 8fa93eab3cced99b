"""How readers choose their mails: nothing happens before a press."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from comments.models import Correspondent, Follower

Delivery = Correspondent.Delivery
pytestmark = pytest.mark.django_db


@pytest.fixture
def links(say, coach, outbox):
    """The addresses at the foot of an answer's mail: stop, stop all, preferences."""

    def of_a_mail():
        say("Yes.", coach, to=say("May I walk?", "Rewa"))
        body = outbox()[-1].body
        return [
            re.search(rf"http://testserver(/comments/{name}/\S+/)", body)[1]
            for name in ("unsubscribe", "unsubscribe-all", "preferences")
        ]

    return of_a_mail


def rewa():
    return Correspondent.objects.get(email="rewa@example.org")


def test_opening_a_mails_links_changes_nothing(client, links):
    for address in links():
        for _ in range(2):
            assert client.get(address).status_code == 200
            assert client.head(address).status_code == 200

    assert Follower.objects.active().count() == 1
    assert rewa().stopped_at is None
    assert rewa().delivery == Delivery.AT_ONCE


def test_a_press_stops_all_threads_and_a_press_starts_them_again(client, say, coach, links, outbox):
    _, stop_all, preferences = links()
    client.post(stop_all)
    before = len(outbox())
    say("Yes.", coach, to=say("And swim?", "Rewa"))
    assert len(outbox()) == before

    page = client.post(preferences, {"act": "start_again"}).content.decode()

    assert "Started again" in page
    say("Yes.", coach, to=say("And cycle?", "Rewa"))
    assert len(outbox()) == before + 1


def test_one_click_stops_all_without_a_cookie_or_a_token(links):
    _, stop_all, _ = links()

    answer = Client(enforce_csrf_checks=True).post(
        stop_all,
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 200
    assert rewa().stopped_at is not None


def test_the_page_lists_what_is_followed_and_stops_one_of_them(client, say, links):
    *_, preferences = links()
    say("And swim?", "Rewa")
    assert client.get(preferences).content.decode().count("Stop<span") == 2
    first = Follower.objects.earliest("pk")

    page = client.post(preferences, {"act": "stop_thread", "follower": first.pk}).content.decode()

    assert "No more mails about that thread" in page
    assert page.count("Stop<span") == 1
    assert first not in Follower.objects.active()


def test_nobody_stops_another_readers_thread(client, say, links):
    *_, preferences = links()
    others = Follower.objects.get(thread_id=say("Mine", "Mira").pk)

    for key in (others.pk, "9" * 30, "x", "", "-1"):
        page = client.post(preferences, {"act": "stop_thread", "follower": key})
        assert page.status_code == 200

    assert others in Follower.objects.active()


def test_mails_can_come_once_a_day(client, links):
    *_, preferences = links()

    page = client.post(preferences, {"act": "delivery", "delivery": "daily"}).content.decode()

    assert "Saved. Mails come once a day, together." in page
    assert rewa().delivery == Delivery.DAILY


def test_a_choice_that_is_not_there_is_asked_again(client, links):
    *_, preferences = links()

    page = client.post(preferences, {"act": "delivery", "delivery": "hourly"})

    assert page.status_code == 422
    assert "Choose one of the three." in page.content.decode()
    assert rewa().delivery == Delivery.AT_ONCE


def test_forged_links_lead_nowhere(client, links):
    *_, preferences = links()
    for name in ("preferences", "unsubscribe_all"):
        real = preferences.split("/")[3]
        for token in ("x", real[:-1] + ("B" if real.endswith("A") else "A"), "9" * 30):
            address = reverse(f"comments:{name}", args=[token])
            assert client.get(address).status_code == 404
            assert client.post(address).status_code == 404


def test_a_link_is_kept_nowhere_and_told_to_nobody(client, links):
    for address in links():
        page = client.get(address)
        assert "no-store" in page.headers["Cache-Control"]
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Robots-Tag"] == "noindex"


def test_a_member_chooses_in_the_settings(as_ada, ada):
    assert (
        reverse("comments:my_preferences")
        in as_ada.get(reverse("accounts:settings")).content.decode()
    )
    address = reverse("comments:my_preferences")

    as_ada.get(address)
    assert not Correspondent.objects.filter(email=ada.email).exists()
    as_ada.post(address, {"act": "delivery", "delivery": "weekly"})

    assert Correspondent.objects.get(email=ada.email).delivery == Delivery.WEEKLY


def test_another_site_cannot_choose_for_a_member(ada):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")

    answer = browser.post(reverse("comments:my_preferences"), {"act": "stop_all"})

    assert answer.status_code in (302, 403)
    assert not Correspondent.objects.exists()


def test_a_visitor_is_asked_to_sign_in_first(client):
    assert client.get(reverse("comments:my_preferences")).status_code == 302
