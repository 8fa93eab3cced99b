"""That an address has been confirmed once, remembered in the browser that did it.

A guest confirms by mail the first time. From then on the browser holds a signed cookie that names
the address, and what is sent from there under that address needs no mail. From any other browser
it does: an address that somebody types proves nothing, however often its owner has confirmed it.

The cookie goes only to the conversation's own addresses, never to an article's, whose page is
everybody's; scripts cannot read it, and other sites cannot have it sent.
"""

from datetime import timedelta

from django.conf import settings
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from . import tokens

COOKIE = "confirmed"
# As long as someone stays away and comes back; the next confirmed comment makes it a year again.
REMEMBERED_FOR = timedelta(days=365)


def remember(response: HttpResponse, email: str) -> None:
    """Have this browser known by an address that it has just confirmed."""
    response.set_cookie(
        COOKIE,
        tokens.of_browser(email),
        max_age=REMEMBERED_FOR,
        path=_path(),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Strict",
    )


def forget(response: HttpResponse) -> None:
    """For a browser that other people use too."""
    response.delete_cookie(COOKIE, path=_path(), samesite="Strict")


def is_remembered(request: HttpRequest) -> bool:
    """Whether the browser is known by any address."""
    return COOKIE in request.COOKIES


def is_known(request: HttpRequest, email: str) -> bool:
    """Whether this browser has confirmed that address. At most one query."""
    try:
        return tokens.is_of_browser(request.COOKIES.get(COOKIE, ""), email, within=REMEMBERED_FOR)
    except signing.BadSignature:
        return False


def _path() -> str:
    return reverse("comments:sent").removesuffix("sent/")
