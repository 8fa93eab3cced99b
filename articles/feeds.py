"""The feeds of new articles, and the map of the site for search engines."""

from datetime import date, datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from .feed_format import AtomFeed, article_as_read_elsewhere, tag
from .metadata import absolute
from .models import Article, ArticleQuerySet, Page, Series, Topic
from .text import for_xml

ARTICLES_IN_FEED = 20
# Topics and series keep no day of their own; whoever has the host now had it when this was written.
BEFORE_THE_SITE = date(2026, 1, 1)


class _Articles(AtomFeed):
    """Articles with their whole text, signed, newest first."""

    def item_title(self, item: Article) -> str:
        return for_xml(item.title)

    def item_description(self, item: Article) -> str:
        return for_xml(item.standfirst)

    def item_extra_kwargs(self, item: Article) -> dict[str, str]:
        return {"content": article_as_read_elsewhere(item)}

    def item_link(self, item: Article) -> str:
        return absolute(item.get_absolute_url())

    def item_guid(self, item: Article) -> str:
        return tag(item.created_at.date(), f"articles/{item.pk}")

    def item_author_name(self, item: Article) -> str:
        return for_xml(item.author_name)

    def item_categories(self, item: Article) -> list[str]:
        return [for_xml(topic.name) for topic in item.topics.all()]

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Article) -> datetime:
        # Never before it was there to be read.
        return max(item.updated_at, item.published_at or item.updated_at)


def _newest(articles: ArticleQuerySet) -> ArticleQuerySet:
    newest = articles.newest_first().with_author().prefetch_related("topics")
    return newest.defer("search_text")[:ARTICLES_IN_FEED]


class NewArticles(_Articles):
    """The newest articles. 2 queries."""

    def title(self) -> str:
        return settings.SITE_NAME

    def subtitle(self) -> str:
        return "Walking with sore knees: new articles."

    def link(self) -> str:
        return absolute(reverse("articles:list"))

    def feed_url(self) -> str:
        return absolute(reverse("articles:feed"))

    def feed_guid(self) -> str:
        return f"{settings.BASE_URL}/feed/"

    def items(self) -> ArticleQuerySet:
        return _newest(Article.objects.published())


class TopicArticles(_Articles):
    """The newest articles on one topic. 3 queries."""

    def get_object(self, request: HttpRequest, slug: str) -> Topic:
        return get_object_or_404(Topic, slug=slug)

    def title(self, topic: Topic) -> str:
        return for_xml(f"{topic.name} · {settings.SITE_NAME}")

    def subtitle(self, topic: Topic) -> str:
        return for_xml(topic.description)

    def link(self, topic: Topic) -> str:
        return absolute(topic.get_absolute_url())

    def feed_url(self, topic: Topic) -> str:
        return absolute(reverse("articles:topic_feed", args=[topic.slug]))

    def feed_guid(self, topic: Topic) -> str:
        return tag(BEFORE_THE_SITE, f"topics/{topic.pk}")

    def items(self, topic: Topic) -> ArticleQuerySet:
        return _newest(Article.objects.published().filter(topics=topic))


class SeriesArticles(_Articles):
    """The newest parts of a series. 3 queries."""

    def get_object(self, request: HttpRequest, slug: str) -> Series:
        return get_object_or_404(Series.objects.in_use(), slug=slug)

    def title(self, series: Series) -> str:
        return for_xml(f"{series.title} · {settings.SITE_NAME}")

    def subtitle(self, series: Series) -> str:
        return for_xml(series.description)

    def link(self, series: Series) -> str:
        return absolute(series.get_absolute_url())

    def feed_url(self, series: Series) -> str:
        return absolute(reverse("articles:series_feed", args=[series.slug]))

    def feed_guid(self, series: Series) -> str:
        return tag(BEFORE_THE_SITE, f"series/{series.pk}")

    def items(self, series: Series) -> ArticleQuerySet:
        return _newest(Article.objects.published().filter(part__series=series))


class OurSitemap(Sitemap):
    """Addresses by BASE_URL, whatever host the map was asked of."""

    def get_domain(self, site=None) -> str:
        return urlsplit(settings.BASE_URL).netloc

    def get_protocol(self, protocol=None) -> str:
        return urlsplit(settings.BASE_URL).scheme

    def get_latest_lastmod(self) -> None:
        """Left out of an index: to know it, all of a part would have to be read."""
        return None


class StartingPoints(OurSitemap):
    """Home and the list, which change with the newest article; and how to follow."""

    def items(self) -> list[tuple[str, datetime | None]]:
        newest = Article.objects.published().aggregate(newest=Max("updated_at"))["newest"]
        return [("home", newest), ("articles:list", newest), ("articles:feeds", None)]

    def location(self, item: tuple[str, datetime | None]) -> str:
        return reverse(item[0])

    def lastmod(self, item: tuple[str, datetime | None]) -> datetime | None:
        return item[1]


class Topics(OurSitemap):
    """Topics with something on them, and series: both change with the newest of their articles."""

    def items(self):
        return [*Topic.objects.in_use(), *Series.objects.in_use()]

    def lastmod(self, item: Topic | Series) -> datetime:
        return item.changed_at


class Articles(OurSitemap):
    def items(self) -> ArticleQuerySet:
        return Article.objects.published().newest_first().only("slug", "updated_at")

    def lastmod(self, item: Article) -> datetime:
        return item.updated_at


class Pages(OurSitemap):
    def items(self):
        return Page.objects.published().only("slug", "updated_at")

    def lastmod(self, item: Page) -> datetime:
        return item.updated_at


SITEMAPS = {"start": StartingPoints, "topics": Topics, "articles": Articles, "pages": Pages}
