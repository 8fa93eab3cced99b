"""What a page tells machines about itself (https://schema.org/WebPage and its kin)."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils.safestring import SafeString

from ..metadata import absolute, breadcrumbs, dumped
from ..models import Book, Page

# https://schema.org/WebPage, "More specific Types".
_TYPES = {
    Page.Kind.ABOUT: "AboutPage",
    Page.Kind.BOOKS: "CollectionPage",
    Page.Kind.CONTACT: "ContactPage",
}


def of_page(page: Page, books: Iterable[Book] = ()) -> SafeString:
    """The page and the way to it. No query."""
    address = absolute(page.get_absolute_url())
    data: dict[str, Any] = {
        "@type": _TYPES.get(Page.Kind(page.kind), "WebPage"),
        "@id": address,
        "url": address,
        "name": page.title,
        "dateModified": page.updated_at.isoformat(),
        "isPartOf": {
            "@type": "WebSite",
            "@id": f"{settings.BASE_URL}/#site",
            "name": settings.SITE_NAME,
            "url": f"{settings.BASE_URL}/",
        },
    }
    if page.description:
        data["description"] = page.description
    if page.reviewed_on:
        data["lastReviewed"] = page.reviewed_on.isoformat()
    listed = [
        {"@type": "ListItem", "position": number, "item": _book(book)}
        for number, book in enumerate(books, 1)
    ]
    if listed:
        data["mainEntity"] = {"@type": "ItemList", "itemListElement": listed}
    return dumped(data, breadcrumbs((page.title, page.get_absolute_url())))


def _book(book: Book) -> dict[str, Any]:
    data: dict[str, Any] = {
        "@type": "Book",
        "name": book.title,
        "author": {"@type": "Person", "name": book.author},
    }
    if book.link:
        data["url"] = book.link
    if book.cover:
        data["image"] = absolute(book.cover.url)
    return data
