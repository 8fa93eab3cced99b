"""What an article tells machines about itself (https://schema.org/BlogPosting)."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.templatetags.static import static
from django.utils.safestring import SafeString, mark_safe

from .library.open_graph import HEIGHT, WIDTH
from .library.shown import address_of, row_of_file
from .models import Article

# As `django.utils.html.json_script` does: no text of ours can then close the script element.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def absolute(address: str) -> str:
    """The public address of a path of ours, by BASE_URL: the Host is for visitors to write."""
    return urljoin(f"{settings.BASE_URL}/", address)


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


def json_ld(article: Article) -> SafeString:
    """The article as JSON-LD, to stand in a script element. No query after `with_author`."""
    address = absolute(article.get_absolute_url())
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "BlogPosting",
        "@id": address,
        "headline": article.title,
        "description": article.description,
        "url": address,
        "mainEntityOfPage": address,
        "dateModified": article.updated_at.isoformat(),
        "author": {"@type": "Person", "name": article.author_name},
        "publisher": {"@type": "Organization", "name": settings.SITE_NAME},
        "commentCount": article.comment_count,
        "wordCount": article.word_count,
    }
    if article.published_at:
        data["datePublished"] = article.published_at.isoformat()
    if pictures := for_search(article):
        data["image"] = pictures
    return mark_safe(json.dumps(data).translate(ESCAPES))
