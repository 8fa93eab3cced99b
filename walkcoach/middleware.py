"""Small things done to every request."""

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse

from . import views

# Bytes. More than a picture of 10 MB with its form; a larger body is refused before it is read.
LARGEST_REQUEST = 12 * 1024 * 1024


def visitor_address(get_response):
    """Read the visitor's address past the keeper's own proxies.

    Each trusted proxy appends the address it saw to X-Forwarded-For, so the visitor's is the
    TRUSTED_PROXIES-th from the right; what a visitor wrote further left is never believed.
    """

    def middleware(request):
        if settings.TRUSTED_PROXIES:
            hops = [
                hop.strip()
                for hop in request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
                if hop.strip()
            ]
            if len(hops) >= settings.TRUSTED_PROXIES:
                request.META["REMOTE_ADDR"] = hops[-settings.TRUSTED_PROXIES]
        return get_response(request)

    return middleware


def only_what_browsers_send(get_response):
    """Put right, or refuse, what no browser sends of itself and no view should have to expect."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > LARGEST_REQUEST:
            return views.too_large(request)
        # PostgreSQL takes no NUL in a text, not even to look one up.
        for name in [name for name, value in request.COOKIES.items() if "\0" in value]:
            del request.COOKIES[name]
        return get_response(request)

    return middleware


class BusyDatabase:
    """Answer in words, and give back what was typed, when the database does not take a write.

    SQLite waits 20 seconds for its one lock, a PostgreSQL pool 10 for a connection; what then
    still fails may be sent again.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError):
            return views.busy(request)
        return None


def permissions_policy(get_response):
    """Give away none of the browser's sensors; no page of ours asks for one."""

    def middleware(request):
        response = get_response(request)
        response.headers.setdefault(
            "Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()"
        )
        return response

    return middleware
