"""What an article tells machines about itself (https://schema.org/BlogPosting)."""

import json
from typing import Any
from urllib.parse import urljoin

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

from .models import Article

# As `django.utils.html.json_script` does: no text of ours can then close the script element.
ESCAPES = {ord("<"): "\\u003C", ord(">"): "\\u003E", ord("&"): "\\u0026"}


def absolute(address: str) -> str:
    """The public address of a path of ours, by BASE_URL: the Host is for visitors to write."""
    return urljoin(f"{settings.BASE_URL}/", address)


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
    if article.picture:
        data["image"] = absolute(article.picture.url)
    return mark_safe(json.dumps(data).translate(ESCAPES))
