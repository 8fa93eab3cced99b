"""A walk written down while the session had ended is there again after sign-in."""

import datetime
import html

import time_machine
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from tests.conftest import PASSWORD

from .conftest import typed

NEW = "/log/walks/new/"


def form_of(client, address=NEW, **more) -> dict[str, str]:
    """What the page that a reader has open would send."""
    context = client.get(address).context
    return {**typed(), "reader": context["reader"], **more}


def sign_in(client, address, email) -> str:
    """Sign in by the real form, and come out where it leads."""
    response = client.post(address, {"login": email, "password": PASSWORD})
    assert response.status_code == 302
    return response.url


def test_what_was_typed_comes_back_after_sign_in(as_ada, ada):
    said = form_of(
        as_ada, duration="1:05", distance="2 mi", after_left="6", notes="Met a heron. " * 50
    )
    as_ada.logout()
    response = as_ada.post(NEW, said, follow=True)
    page = html.unescape(response.content.decode())
    assert "You were signed out in the meantime. Sign in, and what you wrote is here." in page
    assert not ada.walks.exists()

    address = sign_in(as_ada, response.redirect_chain[-1][0], ada.email)
    assert address == NEW
    form = as_ada.get(address).context["form"]
    shown = {name: form[name].value() for name in ("duration", "distance", "after_left", "notes")}
    assert shown == {
        "duration": "1:05",
        "distance": "2 mi",
        "after_left": "6",
        "notes": "Met a heron. " * 50,
    }
    key = as_ada.get(address).context["submission_key"]
    assert str(key) == said["submission_key"]

    as_ada.post(NEW, said)
    assert ada.walks.count() == 1
    # Saved, so the next form is a new one.
    assert as_ada.get(NEW).context["form"]["notes"].value() in (None, "")


def test_a_changed_walk_comes_back_on_its_own_page(as_ada, ada, walk):
    edit = reverse("walking_log:walk_edit", args=[walk.pk])
    said = form_of(as_ada, edit, duration="44")
    as_ada.logout()
    response = as_ada.post(edit, said, follow=True)
    assert sign_in(as_ada, response.redirect_chain[-1][0], ada.email) == edit
    assert as_ada.get(edit).context["form"]["duration"].value() == "44"
    assert as_ada.get(NEW).context["form"]["duration"].value() == "30"


def test_somebody_else_who_signs_in_there_sees_nothing_of_it(as_ada, ben):
    said = form_of(as_ada, notes="My left knee hurt.")
    as_ada.logout()
    response = as_ada.post(NEW, said, follow=True)
    sign_in(as_ada, response.redirect_chain[-1][0], ben.email)
    page = as_ada.get(NEW)
    assert "My left knee hurt." not in page.content.decode()
    assert not ben.walks.exists()


def test_it_is_kept_for_an_hour(as_ada, ada):
    said = form_of(as_ada, notes="My left knee hurt.")
    as_ada.logout()
    response = as_ada.post(NEW, said, follow=True)
    session = Session.objects.get(session_key=as_ada.session.session_key)
    in_an_hour = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=3610)
    assert session.expire_date <= in_an_hour
    sign_in(as_ada, response.redirect_chain[-1][0], ada.email)
    with time_machine.travel(in_an_hour):
        assert "My left knee hurt." not in as_ada.get(NEW).content.decode()


def test_being_signed_in_is_not_cut_to_that_hour(as_ada, ada):
    said = form_of(as_ada)
    as_ada.logout()
    response = as_ada.post(NEW, said, follow=True)
    sign_in(as_ada, response.redirect_chain[-1][0], ada.email)
    assert as_ada.session.get_expiry_age() > 24 * 3600


def test_a_form_that_this_site_gave_nobody_leaves_nothing_behind(client, db):
    for reader in ("", "1", "1:x:y", "\x00"):
        response = client.post(NEW, typed(reader=reader, notes="Junk"))
        assert response.url.startswith("/accounts/login/")
    assert not Session.objects.exists()


def test_a_page_whose_token_is_stale_gives_the_walk_back_too(as_ada, ada):
    said = form_of(as_ada, notes="Met a heron, and then another heron.")
    strict = Client(enforce_csrf_checks=True)
    response = strict.post(NEW, said, headers={"Origin": "http://testserver"})
    assert response.status_code == 403
    assert "Met a heron, and then another heron." in response.content.decode()
