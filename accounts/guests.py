"""What pages need that people without an account act on."""

from functools import wraps
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponseRedirect
from django.utils.cache import patch_cache_control
from django.views.decorators.csrf import csrf_exempt


class SeeOther(HttpResponseRedirect):
    """After a POST: fetch that page with GET."""

    status_code = 303


def unlisted(view):
    """Keep a page out of search engines."""

    @wraps(view)
    def marked(*args, **kwargs):
        response = view(*args, **kwargs)
        response.headers["X-Robots-Tag"] = "noindex"
        return response

    return marked


def by_mailed_link(view):
    """For pages whose address is a secret out of somebody's mailbox: kept nowhere, told to nobody.

    The address is all the authority such a page has; a cookie adds none, so there is nothing for
    a forged request to borrow. (And with no referrer a browser sends "Origin: null", which the
    usual check would refuse.)
    """

    @csrf_exempt
    @unlisted
    @wraps(view)
    def guarded(*args, **kwargs):
        response = view(*args, **kwargs)
        patch_cache_control(response, private=True, no_store=True)
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return guarded


def comes_from_elsewhere(request: HttpRequest) -> bool:
    """Whether another site made this visitor's browser send it."""
    if request.headers.get("Sec-Fetch-Site") == "cross-site":
        return True
    try:
        origin = urlsplit(request.headers.get("Origin") or "").netloc
    except ValueError:  # no address that a browser would send
        return True
    return bool(origin) and origin not in {request.get_host(), urlsplit(settings.BASE_URL).netloc}


def in_words(wait: int) -> str:
    """When to try again, `wait` seconds from now."""
    minutes = max(1, wait // 60)
    if minutes > 90:
        return f"in {round(minutes / 60)} hours"
    return f"in {minutes} minutes" if minutes > 1 else "in a minute"
