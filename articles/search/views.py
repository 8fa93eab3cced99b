"""The page of the search, and what browsers need to know to search from their own bar."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from ..models import Article, Topic
from ..text import MAX_QUERY_CHARACTERS
from . import finding, index
from .query import parse, spelled

# What stands on a page that found nothing.
NEWEST_SHOWN = 3
# Seconds that browsers keep the description.
KEPT_FOR = 86_400


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """What is found for `q`, by `topic` and `kind`. A constant number of queries; none writes."""
    typed = request.GET.get("q", "")
    # What somebody types besides (a NUL, which PostgreSQL refuses) names no topic.
    slug = request.GET.get("topic", "").replace("\x00", "")
    topic = Topic.objects.filter(slug=slug).first() if slug else None
    kinds = {source.kind for source in index.sources()}
    kind = request.GET.get("kind", "")
    kind = kind if kind in kinds else ""
    done = finding.search(parse(typed), kind=kind, topic=topic)
    shown = typed[:MAX_QUERY_CHARACTERS].replace("\x00", "").strip()
    chosen = {"q": shown, "kind": kind, "topic": topic.slug if topic else ""}
    suggestion = spelled(shown, done.suggested) if done.suggested else ""
    context = {
        "section": "search",
        "search": done,
        "query": shown,
        "shortened": len(typed) > MAX_QUERY_CHARACTERS,
        "longest_query": MAX_QUERY_CHARACTERS,
        "page": finding.page_of(done, request.GET.get("page")),
        "kind": kind,
        "topic": topic,
        "kinds": [(one, _address(chosen, kind=one.name)) for one in done.kinds],
        "topics": [(one, _address(chosen, topic=one.name)) for one in done.topics],
        "any_kind": _address(chosen, kind=""),
        "any_topic": _address(chosen, topic=""),
        "all_of_it": _address(chosen, kind="", topic=""),
        "suggestion": suggestion,
        "suggestion_address": _address(chosen, q=suggestion),
        "paging": _address(chosen).removeprefix("?") + "&",
    }
    if not done.hits:
        newest = Article.objects.published().newest_first().for_cards()
        context |= {"shelves": Topic.objects.in_use(), "newest": newest[:NEWEST_SHOWN]}
    return render(request, "articles/search/page.html", context)


def _address(chosen: dict[str, str], **others: str) -> str:
    """The same search, chosen otherwise; it begins on its first page."""
    chosen = {**chosen, **others}
    return "?" + urlencode({name: value for name, value in chosen.items() if value})


@require_safe
@cache_control(max_age=KEPT_FOR, public=True)
def description(request: HttpRequest) -> HttpResponse:
    """The search as browsers take it into their bar (OpenSearch 1.1). No query."""
    return render(
        request,
        "articles/search/opensearch.xml",
        content_type="application/opensearchdescription+xml",
    )
