"""The page of a series."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from ..metadata import of_series
from ..models import Article, ArticleQuerySet, Series


def articles_of(series: Series) -> ArticleQuerySet:
    """The parts that the public may read, in their order."""
    return Article.objects.published().filter(part__series=series).order_by("part__order", "part")


@require_safe
def series(request: HttpRequest, slug: str) -> HttpResponse:
    """What a series is for, and its parts. 4 queries for a visitor, whatever its length.

    Until a part of it is published there is no such page.
    """
    found = get_object_or_404(Series, slug=slug)
    articles = list(articles_of(found).for_cards())
    if not articles:
        raise Http404
    minutes = sum(article.reading_minutes for article in articles)
    return render(
        request,
        "articles/series/series.html",
        {
            "section": "articles",
            "series": found,
            "articles": articles,
            "minutes": minutes,
            "json_ld": of_series(found, articles),
        },
    )
