"""The pages that readers read: the list, an article, a topic, what a search finds."""

from typing import Any

from django.conf import settings
from django.core.paginator import Page, Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from . import caching
from .metadata import absolute, json_ld
from .models import Article, ArticleQuerySet, ThreadOrder, Topic
from .outline import outline
from .text import MAX_QUERY_CHARACTERS, search_words

ARTICLES_PER_PAGE = 12


def _page(request: HttpRequest, articles: ArticleQuerySet) -> Page:
    """One page of cards, newest first; 3 queries. For a number out of range, the nearest page."""
    paginator = Paginator(articles.newest_first().for_cards(), ARTICLES_PER_PAGE)
    return paginator.get_page(request.GET.get("page"))


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """All articles. 5 queries for a visitor."""
    return render(
        request,
        "articles/list.html",
        {
            "section": "articles",
            "page": _page(request, Article.objects.published()),
            "topics": Topic.objects.in_use(),
        },
    )


@require_safe
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """The articles on one topic. 6 queries for a visitor."""
    found = get_object_or_404(Topic, slug=slug)
    return render(
        request,
        "articles/topic.html",
        {
            "section": "articles",
            "topic": found,
            "this_topic": [found],
            "page": _page(request, Article.objects.published().filter(topics=found)),
            "topics": Topic.objects.in_use(),
        },
    )


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """The articles that hold every word asked for. 3 queries for a visitor, none without a word;
    the template asks for answers beside them."""
    query = request.GET.get("q", "")
    words = search_words(query)
    articles = Article.objects.published().with_words(words) if words else Article.objects.none()
    return render(
        request,
        "articles/search.html",
        {
            "section": "articles",
            "query": query[:MAX_QUERY_CHARACTERS].strip(),
            "shortened": len(query) > MAX_QUERY_CHARACTERS,
            "longest_query": MAX_QUERY_CHARACTERS,
            "words": words,
            "page": _page(request, articles),
        },
    )


@require_safe
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """An article with its conversation.

    A visitor's page is the same for all of them: one query where they have it already or it has
    been made before (caching.py). Others get theirs made for them, and no cache may keep it.
    """
    if caching.is_visitor(request) and not settings.DEBUG:
        return _article_for_everybody(request, slug)
    return _article_for_one(request, slug)


def _article_for_everybody(request: HttpRequest, slug: str) -> HttpResponse:
    pk, version, comment_count = get_object_or_404(
        Article.objects.published().values_list("pk", "version", "comment_count"), slug=slug
    )
    number = _page_number(request, at_most=comment_count)
    order = ThreadOrder.of(request.GET.get("sort"))

    def make() -> str:
        shown = get_object_or_404(Article.objects.published().with_author(), pk=pk)
        blank = caching.anybody(request.path, {"page": str(number), "sort": order})
        return render_to_string("articles/article.html", _shown(shown), blank)

    name = f"article-{pk}-{version}-{order}-{number}-{settings.BUILD_ID}"
    return caching.page_for_everybody(request, name, make)


def _page_number(request: HttpRequest, at_most: int) -> int:
    """The page asked for. No article has more pages than comments, so neither has the cache."""
    try:
        return min(max(int(request.GET.get("page", 1)), 1), max(at_most, 1))
    except ValueError:
        return 1


def _article_for_one(request: HttpRequest, slug: str) -> HttpResponse:
    may_preview = request.user.is_staff and request.user.has_perm("articles.view_article")
    visible = Article.objects.all() if may_preview else Article.objects.published()
    shown = get_object_or_404(visible.with_author(), slug=slug)
    response = render(request, "articles/article.html", _shown(shown))
    patch_cache_control(response, private=True, no_store=True)
    return response


def _shown(article: Article) -> dict[str, Any]:
    """What an article's page shows besides the conversation. 2 queries."""
    body, headings = outline(article.body)
    topics = list(article.topics.all())
    return {
        "section": "articles",
        "article": article,
        "topics": topics,
        "body": body,
        "headings": headings if len(headings) > 1 else [],
        "coach": getattr(article.author, "coach_profile", None),
        "related": article.related() if topics else [],
        "picture_address": absolute(article.picture.url) if article.picture else "",
        "json_ld": json_ld(article),
    }


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """What search engines may read: everything that was written for the public."""
    closed = ["/admin/", "/accounts/", "/log/", "/comments/"]
    lines = [
        "User-agent: *",
        *(f"Disallow: {path}" for path in closed),
        "",
        f"Sitemap: {settings.BASE_URL}/sitemap.xml",
    ]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
