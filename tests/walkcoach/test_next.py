"""Wherever an address says where to go next, it leads to a page of this site and nowhere else."""

import os
from itertools import cycle
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from tests.conftest import signed_in

from .test_get_changes_nothing import patterns

pytestmark = pytest.mark.django_db

NAMES = ("next", "redirect_to", "return_to", "url", "back")
ABROAD = [
    "//evil.test",
    "/\\evil.test",
    "https://evil.test/",
    "https:evil.test",
    "javascript:alert(1)",
    "\thttps://evil.test",
    "/\t/evil.test",
    "http://testserver@evil.test/",
]


def leads_abroad(answer) -> bool:
    """As a browser reads a Location: backslashes are slashes, and white space is left out."""
    to = answer.headers.get("Location", "")
    to = "".join(c for c in to.replace("\\", "/") if ord(c) > 32)
    address = urlsplit(to)
    if address.scheme or to.startswith("//"):
        return address.scheme not in ("", "http", "https") or address.netloc != "testserver"
    return False


def addresses() -> list[str]:
    """Every address without parts of its own."""
    named = [name for name, parts in patterns(get_resolver()) if name and not parts]
    return sorted({reverse(name) for name in named if not name.endswith("jsi18n")})


def test_a_location_is_read_as_a_browser_does():
    for value in ABROAD:
        assert leads_abroad(type("Answer", (), {"headers": {"Location": value}})), value
    for value in ("", "/log/", "/a?next=//evil.test", "http://testserver/log/"):
        assert not leads_abroad(type("Answer", (), {"headers": {"Location": value}})), value


def test_no_address_leads_anybody_off_the_site(ada, coach, article):
    """Every address, by everybody, each with another of the wishes."""
    found = addresses()
    assert len(found) > 40
    wishes = cycle(dict.fromkeys(NAMES, value) for value in ABROAD)
    for who in (None, ada, coach):
        for address in found:
            client = Client() if who is None else signed_in(Client, who)
            wish, another = next(wishes), next(wishes)
            looked = client.get(address, wish)
            pressed = client.post(address, another, query_params=another)
            for answer in (looked, pressed):
                assert answer.status_code < 500, address
                if address.rpartition("/login/")[0] not in OTHER_SITES:
                    assert not leads_abroad(answer), (address, answer.headers["Location"])


# They lead where the keeper's own settings say, and take `next` home with them (test_social.py).
OTHER_SITES = {
    f"/accounts/{name}" for name in ("google", "facebook", "twitter_oauth2", "wordpress_com")
}


def test_every_string_of_a_published_list_is_refused_at_the_sign_in(ada):
    folder = os.environ.get("WALKCOACH_TEST_DATA")
    if not folder:
        pytest.skip("WALKCOACH_TEST_DATA names no folder of hostile strings.")
    values = (Path(folder) / "hostile/redirect/django-next-values.txt").read_text().splitlines()
    assert len(values) > 20
    for value in values:
        for address in ("/accounts/login/", "/accounts/signup/", "/admin/login/"):
            answer = signed_in(Client, ada).get(address, {"next": value})
            assert answer.status_code < 500
            assert not leads_abroad(answer), (address, value)
