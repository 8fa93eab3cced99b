"""The feed of new articles, and the map of the site for search engines."""

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed

from .metadata import absolute
from .models import Article, ArticleQuerySet, Topic
from .text import for_xml

ARTICLES_IN_FEED = 20


class NewArticles(Feed):
    """The newest articles as an Atom feed. 3 queries."""

    feed_type = Atom1Feed

    def title(self) -> str:
        return settings.SITE_NAME

    def subtitle(self) -> str:
        return "Walking with sore knees: new articles."

    def link(self) -> str:
        return absolute(reverse("articles:list"))

    def feed_url(self) -> str:
        return absolute(reverse("articles:feed"))

    def items(self) -> ArticleQuerySet:
        newest = Article.objects.published().newest_first().for_cards().with_author()
        return newest[:ARTICLES_IN_FEED]

    def item_title(self, item: Article) -> str:
        return for_xml(item.title)

    def item_description(self, item: Article) -> str:
        return for_xml(item.standfirst)

    def item_link(self, item: Article) -> str:
        return absolute(item.get_absolute_url())

    def item_author_name(self, item: Article) -> str:
        return for_xml(item.author_name)

    def item_categories(self, item: Article) -> list[str]:
        return [for_xml(topic.name) for topic in item.topics.all()]

    def item_pubdate(self, item: Article) -> datetime | None:
        return item.published_at

    def item_updateddate(self, item: Article) -> datetime:
        return item.updated_at


class OurSitemap(Sitemap):
    """Addresses by BASE_URL, whatever host the map was asked of."""

    def get_domain(self, site=None) -> str:
        return urlsplit(settings.BASE_URL).netloc

    def get_protocol(self, protocol=None) -> str:
        return urlsplit(settings.BASE_URL).scheme


class StartingPoints(OurSitemap):
    """Home and the list; both change with the newest article."""

    def items(self) -> list[str]:
        return ["home", "articles:list"]

    def location(self, item: str) -> str:
        return reverse(item)

    def lastmod(self, item: str) -> datetime | None:
        newest = Article.objects.published().order_by("-updated_at").only("updated_at").first()
        return newest and newest.updated_at


class Topics(OurSitemap):
    def items(self):
        return Topic.objects.in_use()

    def lastmod(self, item) -> datetime:
        return item.changed_at


class Articles(OurSitemap):
    def items(self) -> ArticleQuerySet:
        return Article.objects.published().newest_first().only("slug", "updated_at")

    def lastmod(self, item: Article) -> datetime:
        return item.updated_at


SITEMAPS = {"start": StartingPoints, "topics": Topics, "articles": Articles}
