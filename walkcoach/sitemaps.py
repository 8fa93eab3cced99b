"""The map of the site for search engines: one file, or an index of several where there is much."""

from django.contrib.sitemaps.views import index, sitemap
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from articles.feeds import SITEMAPS
from comments.answer_pages.feeds import AnswerPages

SECTIONS = {**SITEMAPS, "answers": AnswerPages}
# Addresses in one file, https://www.sitemaps.org/protocol.html
MOST_IN_A_FILE = 50_000


@require_safe
def site_map(request: HttpRequest) -> HttpResponse:
    """Every public page. A constant number of queries."""
    if sum(section().paginator.count for section in SECTIONS.values()) > MOST_IN_A_FILE:
        return index(request, SECTIONS, sitemap_url_name="sitemap_section")
    return sitemap(request, SECTIONS)


@require_safe
def section(request: HttpRequest, section: str) -> HttpResponse:
    """A part of a map that is too long for one file."""
    return sitemap(request, SECTIONS, section)
