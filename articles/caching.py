"""An article's page for visitors: the same bytes for all of them, so it is made once.

A visitor is someone without a session. Their page is made from a request that holds nothing but
the address and the page number, so it can hold nothing of whoever happened to ask first. It is
named after the article's version, which every edit and every published comment raises: a name
never has to be forgotten, since nobody asks for an old one again.
"""

import gzip
import re
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.core.cache import caches
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.cache import get_conditional_response, patch_vary_headers

# Seconds. What stands beside an article (related ones) may change without its version.
KEPT_FOR = 600

_ACCEPTS_GZIP = re.compile(r"\bgzip\b")


def is_visitor(request: HttpRequest) -> bool:
    """Whether nothing on the page could be meant for this reader alone. Reads no session."""
    return not request.COOKIES.keys() & {settings.SESSION_COOKIE_NAME, "messages"}


def anybody(path: str, query: dict[str, str]) -> HttpRequest:
    """A request that could be anybody's, to make a page for everybody from."""
    request = HttpRequest()
    request.method = "GET"
    request.path = request.path_info = path
    request.GET = QueryDict(urlencode(query))
    request.user = AnonymousUser()
    return request


def page_for_everybody(request: HttpRequest, name: str, make: Callable[[], str]) -> HttpResponse:
    """The page of this name: 304 where the reader has it, else from the cache, else made now.

    `name` changes whenever the page may: it is the cache's key and the ETag. The ETag is a weak
    one, for it stands for the gzipped bytes and the plain ones alike.
    """
    etag = f'W/"{name}"'
    response = get_conditional_response(request, etag=etag)
    if response is None:
        response = _respond(request, name, make)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    patch_vary_headers(response, ["Accept-Encoding", "Cookie"])
    return response


def _respond(request: HttpRequest, name: str, make: Callable[[], str]) -> HttpResponse:
    zipped = caches["pages"].get(name)
    if zipped is None:
        zipped = gzip.compress(make().encode(), mtime=0)
        caches["pages"].set(name, zipped, KEPT_FOR)
    if not _ACCEPTS_GZIP.search(request.headers.get("Accept-Encoding", "")):
        return HttpResponse(gzip.decompress(zipped))
    # No secret stands on a page for everybody, so its length gives none away (BREACH).
    return HttpResponse(zipped, headers={"Content-Encoding": "gzip"})
