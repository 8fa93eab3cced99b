"""The map of the site for search engines: one file, or an index of several where there is much."""

from django.contrib.sitemaps import Sitemap
from django.contrib.sitemaps.views import index, sitemap
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.feeds import SITEMAPS
from comments.answer_pages.feeds import AnswerPages

SECTIONS: dict[str, type[Sitemap] | Sitemap] = {**SITEMAPS, "answers": AnswerPages}
# Addresses in one file, https://www.sitemaps.org/protocol.html
MOST_IN_A_FILE = 50_000


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """Every public page. A constant number of queries."""
    if sum(_count(section) for section in SECTIONS.values()) > MOST_IN_A_FILE:
        return index(request, SECTIONS, sitemap_url_name="sitemap_section")
    return sitemap(request, SECTIONS)


@require_safe
def section(request: HttpRequest, section: str) -> HttpResponse:
    """A part of a map that is too long for one file."""
    return sitemap(request, SECTIONS, section)


def _count(section: type[Sitemap] | Sitemap) -> int:
    return (section() if callable(section) else section).paginator.count
