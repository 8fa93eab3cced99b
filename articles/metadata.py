"""What the site and its articles tell machines about themselves (https://schema.org)."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.templatetags.static import static
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from .library.open_graph import HEIGHT, WIDTH
from .library.shown import address_of, row_of_file
from .models import Article, Series, Topic
from .series.models import Place

# As `django.utils.html.json_script` does: no text of ours can then close the script element.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def absolute(address: str) -> str:
    """The public address of a path of ours, by BASE_URL: the Host is for visitors to write."""
    return urljoin(f"{settings.BASE_URL}/", address)


def dumped(*things: dict[str, Any]) -> SafeString:
    """As JSON-LD, to stand in one script element: one thing by itself, several as a list."""
    said = [{"@context": "https://schema.org", **thing} for thing in things]
    text = json.dumps(said[0] if len(said) == 1 else said, ensure_ascii=False)
    return mark_safe(text.translate(ESCAPES))


def breadcrumbs(*way: tuple[str, str]) -> dict[str, Any]:
    """The way to a page from home on: pairs of a name and a path, the page itself the last."""
    return {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": number, "name": name, "item": absolute(path)}
            for number, (name, path) in enumerate([(settings.SITE_NAME, "/"), *way], 1)
        ],
    }


def for_search(article: Article) -> list[str]:
    """The picture's addresses as Google asks for them: in 16:9, 4:3 and 1:1; before they are made,
    the picture as it is. No query after `with_pictures`."""
    if not article.picture:
        return []
    row = row_of_file(article.picture)
    made = [row.made(crop)[-1:] for crop in ("card", "standard", "square")] if row else []
    addresses = [address_of(one) for crop in made for one in crop]
    return [absolute(address) for address in addresses or [article.picture.url]]


@dataclass(frozen=True)
class SharedPicture:
    """What stands beside a shared link. Width and height in pixels, 0 where they are not known."""

    address: str
    width: int
    height: int
    alt: str


def shared_picture(article: Article) -> SharedPicture:
    """The picture drawn for this article; before there is one, its own, or the site's. No query
    after `with_pictures`."""
    drawn = getattr(article, "open_graph_picture", None)
    if drawn and drawn.name:
        alt = f"{article.title}. {article.picture_alt}" if article.picture else article.title
        return SharedPicture(absolute(drawn.address), WIDTH, HEIGHT, alt)
    if article.picture:
        size = (article.picture_width or 0, article.picture_height or 0)
        return SharedPicture(absolute(article.picture.url), *size, article.picture_alt)
    return SharedPicture(absolute(static("img/og.png")), WIDTH, HEIGHT, settings.SITE_NAME)


def json_ld(article: Article, place: Place | None = None, about: str = "") -> SafeString:
    """The article, and the way to it. No query after `with_author`.

    `place` is where it stands in its series, `about` the path of the page about its author.
    """
    address = absolute(article.get_absolute_url())
    author = {"@type": "Person", "name": article.author_name}
    if about:
        author["url"] = absolute(about)
    data: dict[str, Any] = {
        "@type": "BlogPosting",
        "@id": address,
        "headline": article.title,
        "description": article.description,
        "url": address,
        "mainEntityOfPage": address,
        "dateModified": article.updated_at.isoformat(),
        "author": author,
        "publisher": publisher(),
        "commentCount": article.comment_count,
        "wordCount": article.word_count,
        "inLanguage": "en-GB",
    }
    if article.published_at:
        data["datePublished"] = article.published_at.isoformat()
    if pictures := for_search(article):
        data["image"] = pictures
    if place:
        data["isPartOf"] = _series(place.series)
        data["position"] = place.number
    return dumped(data, breadcrumbs(*_way_to(article, place)))


def _way_to(article: Article, place: Place | None) -> list[tuple[str, str]]:
    way = [("Articles", reverse("articles:list"))]
    if place:
        way.append((place.series.title, place.series.get_absolute_url()))
    return [*way, (article.title, article.get_absolute_url())]


def publisher() -> dict[str, Any]:
    return {
        "@type": "Organization",
        "name": settings.SITE_NAME,
        "url": f"{settings.BASE_URL}/",
    }


def of_site() -> SafeString:
    """The site itself and how to search it, for its home page. No query."""
    search = absolute(reverse("articles:search"))
    return dumped(
        {
            "@type": "WebSite",
            "@id": f"{settings.BASE_URL}/#site",
            "name": settings.SITE_NAME,
            "url": f"{settings.BASE_URL}/",
            "inLanguage": "en-GB",
            "publisher": publisher(),
            "potentialAction": {
                "@type": "SearchAction",
                "target": {
                    "@type": "EntryPoint",
                    "urlTemplate": f"{search}?q={{search_term_string}}",
                },
                "query-input": "required name=search_term_string",
            },
        }
    )


def of_series(series: Series, articles: Iterable[Article]) -> SafeString:
    """A series with its parts in their order. No query."""
    data = {**_series(series), "hasPart": [_summary(article) for article in articles]}
    if series.description:
        data["description"] = series.description
    way = [("Articles", reverse("articles:list")), (series.title, series.get_absolute_url())]
    return dumped(data, breadcrumbs(*way))


def of_topic(topic: Topic) -> SafeString:
    """The way to a topic's page. No query."""
    way = [("Articles", reverse("articles:list")), (topic.name, topic.get_absolute_url())]
    return dumped(breadcrumbs(*way))


def _series(series: Series) -> dict[str, Any]:
    address = absolute(series.get_absolute_url())
    return {
        "@type": "CreativeWorkSeries",
        "@id": address,
        "name": series.title,
        "url": address,
    }


def _summary(article: Article) -> dict[str, Any]:
    address = absolute(article.get_absolute_url())
    return {"@type": "BlogPosting", "@id": address, "headline": article.title, "url": address}
