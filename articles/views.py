"""The pages that readers read: the list, an article, a topic."""

from typing import Any

from django.conf import settings
from django.core.paginator import Page as ListPage
from django.core.paginator import Paginator
from django.db.models import Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from . import caching
from .metadata import json_ld, of_topic, shared_picture
from .models import Article, ArticleQuerySet, Page, Series, ThreadOrder, Topic
from .outline import outline
from .series.models import place_of

ARTICLES_PER_PAGE = 12


def _page(request: HttpRequest, articles: ArticleQuerySet) -> ListPage:
    """One page of cards, newest first; 4 queries. For a number out of range, the nearest page."""
    paginator = Paginator(articles.newest_first().for_cards(), ARTICLES_PER_PAGE)
    return paginator.get_page(request.GET.get("page"))


@require_safe
def article_list(request: HttpRequest) -> HttpResponse:
    """All articles. 7 queries for a visitor, one of them for the menus, one for a free report."""
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
            "json_ld": of_topic(found),
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
    newest = Article.objects.published().newest_first().values("published_at")[:1]
    # With the moment of the newest: a scheduled one that comes due changes its neighbours' pages.
    pk, version, comment_count, newest_at = get_object_or_404(
        Article.objects.published().values_list("pk", "version", "comment_count", Subquery(newest)),
        slug=slug,
    )
    number = _page_number(request, at_most=comment_count)
    order = ThreadOrder.of(request.GET.get("sort"))

    def make() -> str:
        shown = get_object_or_404(Article.objects.published().with_author().with_pictures(), pk=pk)
        blank = caching.anybody(request.path, {"page": str(number), "sort": order})
        return render_to_string("articles/article.html", _shown(shown), blank)

    name = f"article-{pk}-{version}-{newest_at:%s%f}-{order}-{number}-{settings.BUILD_ID}"
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
    shown = get_object_or_404(visible.with_author().with_pictures(), slug=slug)
    response = render(request, "articles/article.html", _shown(shown))
    patch_cache_control(response, private=True, no_store=True)
    return response


def _shown(article: Article, topics: list[Topic] | None = None) -> dict[str, Any]:
    """What an article's page shows besides the conversation. 9 queries, and one for pictures in
    its text.

    `topics` are those of a preview, whose article may not be saved yet.
    """
    body, headings = outline(article.body)
    if topics is None:
        topics = list(article.topics.all())
    place = place_of(article) if article.pk else None
    return {
        "section": "articles",
        "article": article,
        "zone": timezone.get_current_timezone_name(),
        "topics": topics,
        "body": body,
        "headings": headings if len(headings) > 1 else [],
        "coach": getattr(article.author, "coach_profile", None),
        "related": article.related() if article.pk else [],
        "shared_picture": shared_picture(article),
        "place": place,
        "json_ld": json_ld(article, place, about=Page.objects.address_about()),
    }


@require_safe
def feeds(request: HttpRequest) -> HttpResponse:
    """What a feed is, and which there are. 3 queries for a visitor."""
    return render(
        request,
        "articles/feeds.html",
        {
            "section": "feeds",
            "topics": Topic.objects.in_use(),
            "series": Series.objects.in_use(),
        },
    )


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
