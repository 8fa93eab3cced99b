"""A page beside the articles, as visitors and as the coach see it."""

from typing import Any

from django.conf import settings
from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from accounts.models import CoachProfile

from .. import caching
from ..models import Article, Page
from ..outline import outline
from . import metadata


@require_safe
def page(request: HttpRequest, slug: str) -> HttpResponse:
    """A page. For visitors it is kept by its version, as an article's is: one query where it is."""
    if caching.is_visitor(request) and not settings.DEBUG:
        return _page_for_everybody(request, slug)
    may_preview = request.user.is_staff and request.user.has_perm("articles.view_page")
    visible = Page.objects.all() if may_preview else Page.objects.published()
    shown = get_object_or_404(visible, slug=slug)
    response = render(request, "articles/pages/page.html", _shown(shown))
    patch_cache_control(response, private=True, no_store=True)
    return response


def _page_for_everybody(request: HttpRequest, slug: str) -> HttpResponse:
    newest = Article.objects.published().newest_first().values("published_at")[:1]
    # With the moment of the newest article: one that comes due may stand in a menu.
    pk, version, newest_at = get_object_or_404(
        Page.objects.published().values_list("pk", "version", Subquery(newest)), slug=slug
    )

    def make() -> str:
        shown = get_object_or_404(Page.objects.published(), pk=pk)
        blank = caching.anybody(request.path, {})
        return render_to_string("articles/pages/page.html", _shown(shown), blank)

    moment = f"{newest_at:%s%f}" if newest_at else ""
    name = f"page-{pk}-{version}-{moment}-{settings.BUILD_ID}"
    return caching.page_for_everybody(request, name, make)


def _shown(page: Page) -> dict[str, Any]:
    """What a page shows. Two queries for its books, or one for the coach it is about."""
    body, headings = outline(page.body)
    is_about = page.kind == Page.Kind.ABOUT
    books = list(page.books.prefetch_related("cover_row")) if page.kind == Page.Kind.BOOKS else []
    return {
        "section": "pages",
        "page": page,
        "body": body,
        "headings": headings if len(headings) > 3 else [],
        "groups": _grouped(books),
        "coach": CoachProfile.objects.order_by("pk").first() if is_about else None,
        "json_ld": metadata.of_page(page, books),
    }


def _grouped(books: list) -> list[tuple[str, list]]:
    """The books under their headings, both in the coach's order; those without one come first."""
    groups: dict[str, list] = {"": []} if any(not book.group for book in books) else {}
    for book in books:
        groups.setdefault(book.group, []).append(book)
    return list(groups.items())
