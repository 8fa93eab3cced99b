"""Whose address the site believes, and what it tells every browser."""

import pytest
from django.http import HttpRequest, HttpResponse

from walkcoach.middleware import visitor_address


def seen_by_the_site(remote, forwarded=None):
    """The address that the site takes the visitor's to be."""
    request = HttpRequest()
    request.META["REMOTE_ADDR"] = remote
    if forwarded is not None:
        request.META["HTTP_X_FORWARDED_FOR"] = forwarded
    visitor_address(lambda request: HttpResponse())(request)
    return request.META["REMOTE_ADDR"]


def test_without_proxies_what_a_visitor_claims_is_not_believed(settings):
    settings.TRUSTED_PROXIES = 0
    assert seen_by_the_site("203.0.113.9", "198.51.100.7") == "203.0.113.9"


@pytest.mark.parametrize(
    ("proxies", "forwarded"),
    [
        (1, "203.0.113.9"),
        (1, "198.51.100.7, 203.0.113.9"),  # the visitor wrote the first one
        (1, "198.51.100.7,,  203.0.113.9 "),
        (2, "198.51.100.7, 203.0.113.9, 10.0.0.2"),
    ],
)
def test_behind_proxies_the_address_that_the_outermost_saw_counts(settings, proxies, forwarded):
    settings.TRUSTED_PROXIES = proxies
    assert seen_by_the_site("127.0.0.1", forwarded) == "203.0.113.9"


def test_a_request_that_came_past_the_proxies_keeps_its_own_address(settings):
    settings.TRUSTED_PROXIES = 2
    assert seen_by_the_site("10.0.0.5", "198.51.100.7") == "10.0.0.5"
    assert seen_by_the_site("10.0.0.5") == "10.0.0.5"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/", "/no/such/page"])
def test_every_answer_says_what_a_browser_may_do(client, address):
    headers = client.get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "geolocation=()" in headers["Permissions-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
