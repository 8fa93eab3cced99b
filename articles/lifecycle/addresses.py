"""Addresses that articles and topics had once, and where they lead now.

Kept as rows of django.contrib.redirects. They speak only where no page stands, so whatever takes
an old address wins it; and each leads straight to where its page is now, so no two make a chain
and none leads back to itself.
"""

from collections.abc import Iterable
from urllib.parse import unquote, urlsplit

from django.conf import settings
from django.contrib.redirects.models import Redirect
from django.db import Error as DatabaseTrouble
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.utils.encoding import escape_uri_path

# As long as the library's column holds.
LONGEST = 200


def _ours() -> QuerySet[Redirect]:
    return Redirect.objects.filter(site_id=settings.SITE_ID)


def moved(old: str, new: str) -> None:
    """Let the old path lead to the new one, and with it all that led to the old. 4 queries."""
    if old == new:
        return
    with transaction.atomic():
        _ours().filter(old_path=new).delete()
        _ours().filter(new_path=old).update(new_path=new)
        Redirect.objects.update_or_create(
            site_id=settings.SITE_ID, old_path=old, defaults={"new_path": new}
        )


def article_moved(old: str, new: str) -> None:
    """As `moved`, with the feed of the comments under it."""
    moved(old, new)
    moved(f"{old}feed/", f"{new}feed/")


def lead_here(new: str, old_paths: Iterable[str]) -> None:
    """Let addresses of another site's lead here, where they lead nowhere yet. One query."""
    Redirect.objects.bulk_create(
        [
            Redirect(site_id=settings.SITE_ID, old_path=path, new_path=new)
            for path in dict.fromkeys(old_paths)
            if path not in ("", "/", new) and len(path) <= LONGEST
        ],
        ignore_conflicts=True,
    )


def forget(paths: Iterable[str]) -> None:
    """Nothing is there any more: nothing shall lead there. One query."""
    gone = [one for path in paths for one in (path, f"{path}feed/")]
    _ours().filter(new_path__in=gone).delete()


def leading_to(path: str) -> list[str]:
    """The old addresses that lead to this one, from A to Z. One query."""
    old = _ours().filter(new_path=path).order_by("old_path")
    return list(old.values_list("old_path", flat=True))


def known(paths: Iterable[str]) -> set[str]:
    """Those of these paths that lead on to another. One query."""
    asked = _ours().filter(old_path__in=[path for path in paths if len(path) <= LONGEST])
    return set(asked.exclude(new_path="").values_list("old_path", flat=True))


def path_of(link: str) -> str:
    """The path and query of an address elsewhere, written as a request for it would be here."""
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return ""
    path = escape_uri_path(unquote(parts.path)) or "/"
    return f"{path}?{parts.query}" if parts.query else path


def successor_of(paths: list[str]) -> Redirect | None:
    """Where the first of these paths that led somewhere leads now. One query."""
    asked = [path for path in paths if len(path) <= LONGEST]
    found = {row.old_path: row for row in _ours().filter(old_path__in=asked)} if asked else {}
    return next((found[path] for path in asked if path in found), None)


def old_addresses(get_response):
    """Lead whoever asks for an address where no page stands to where it stands now.

    One query for each page that is not there. The library's own middleware knows an address only
    without what others have hung on it, such as `?utm_source=…`; here that goes along.
    """

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD"):
            return response
        path = request.get_full_path().partition("?")[0]
        if path.startswith(settings.MEDIA_URL):
            return response
        try:
            row = successor_of([request.get_full_path(), path, f"{path.rstrip('/')}/"])
        except DatabaseTrouble:  # not there, for all that can be known now
            return response
        if row is None or row.new_path in ("", path):
            return response
        query = request.META.get("QUERY_STRING", "")
        hang_on = f"?{query}" if query and "?" not in row.old_path + row.new_path else ""
        return HttpResponsePermanentRedirect(row.new_path + hang_on)

    return middleware
