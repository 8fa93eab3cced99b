"""Which addresses a page may have: none that the site itself answers at."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.urls import URLPattern, URLResolver, get_resolver

# Asked for by browsers, crawlers or mail programs, or likely to be ours one day.
KEPT_FREE = {"api", "home", "index", "new", "offline", "well-known", "www"}


def own_addresses() -> set[str]:
    """The first part of every address of the site's own: what no page may be called.

    Read off the URLconf, so that an address that is added tomorrow is kept free too.
    """
    own = {urlsplit(url).path.strip("/") for url in (settings.MEDIA_URL, settings.STATIC_URL)}
    for entry in get_resolver().url_patterns:
        own |= _first_parts(entry)
    return {part for part in own if part}


def _first_parts(entry: URLPattern | URLResolver) -> set[str]:
    first = str(entry.pattern).lstrip("^").partition("/")[0]
    if first and "<" not in first and "(" not in first:
        return {first}
    if isinstance(entry, URLResolver) and not str(entry.pattern):
        return {part for inner in entry.url_patterns for part in _first_parts(inner)}
    return set()


def validate_free(slug: str) -> None:
    """Raises `ValidationError` for an address that belongs to the site itself. No query."""
    if slug in KEPT_FREE | own_addresses():
        raise ValidationError(
            "The site itself uses this address. Add a word, for example “%(slug)s-and-more”.",
            code="address_taken",
            params={"slug": slug},
        )
