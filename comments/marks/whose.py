"""Whose mark it is: an account's, or a browser's by a signed cookie.

The cookie holds a random number and nothing else. It is set when a visitor first presses, for the
conversation's own addresses alone, so the article's page stays the same for all.
"""

import secrets
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

COOKIE = "marks"
_SALT = "comments.marks"
KEPT_FOR = 365 * 24 * 3600  # seconds


@dataclass(frozen=True)
class Marker:
    """Who marks: a user's key, or a visitor's number."""

    user_id: int | None = None
    visitor: str = ""
    is_new: bool = False

    def as_fields(self) -> dict[str, Any]:
        """As the columns of a mark."""
        return {"user_id": self.user_id, "visitor": self.visitor}

    def remember(self, response: HttpResponse) -> None:
        """Let this browser be known by its number."""
        if self.is_new:
            response.set_signed_cookie(
                COOKIE,
                self.visitor,
                salt=_SALT,
                max_age=KEPT_FOR,
                path=reverse("comments:sent").removesuffix("sent/"),
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Lax",
            )


def marker_of(request: HttpRequest) -> Marker:
    """Who sends this; a visitor without a number gets a new one."""
    if request.user.is_authenticated:
        return Marker(user_id=request.user.pk)
    visitor = request.get_signed_cookie(COOKIE, "", salt=_SALT, max_age=KEPT_FOR)
    if visitor:
        return Marker(visitor=visitor)
    return Marker(visitor=secrets.token_hex(16), is_new=True)
