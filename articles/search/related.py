"""What to read next: articles about the same, by their topics and by their words."""

import math
from collections import Counter
from typing import TYPE_CHECKING

from django.db.models import Count

from . import engines, vocabulary
from .models import SearchDocument
from .query import Query, Term
from .words import stem

if TYPE_CHECKING:
    from ..models import Article

# The words that an article is about; more make it like everything.
TELLING_WORDS = 12
# Of a word in the title, as often as it were said below.
IN_TITLE = 3
# Looked at, of those that are likest by words and by topics.
CANDIDATES = 20


def related(article: "Article", most: int) -> list["Article"]:
    """At most so many others that everybody may read, the likest first. 5 queries.

    Sharing all topics counts as much as being the likest by words. Before the worker has counted
    the site's words, topics alone decide.
    """
    from ..models import Article

    likeness: Counter[int] = Counter(_by_words(article))
    shelves = list(article.topics.all())
    sharing = (
        Article.objects.published()
        .filter(topics__in=shelves)
        .exclude(pk=article.pk)
        .annotate(shared=Count("topics"))
        .order_by("-shared", "-published_at", "-pk")
    )
    for pk, shared in sharing.values_list("pk", "shared")[:CANDIDATES]:
        likeness[pk] += shared / len(shelves)
    others = Article.objects.published().defer("body", "search_text")
    found = others.filter(pk__in=list(likeness))
    return sorted(
        found, key=lambda one: (likeness[one.pk], one.published_at, one.pk), reverse=True
    )[:most]


def _by_words(article: "Article") -> dict[int, float]:
    """Other articles that hold its telling words, by key: 1 for the likest. 3 queries at most."""
    document = SearchDocument.objects.filter(kind="article", key=article.pk).first()
    terms = _telling(document, vocabulary.read()) if document else ()
    if not terms:
        return {}
    others = SearchDocument.objects.findable().exclude(kind="article", key=article.pk)
    found = engines.ranked(others, Query(terms), kinds=["article"], any_term=True, most=CANDIDATES)
    return {hit.key: hit.score / found[0].score for hit in found}


def _telling(document: SearchDocument, known: vocabulary.Words) -> tuple[Term, ...]:
    """Its words that are frequent here and rare elsewhere (tf-idf), the most telling first."""
    times = Counter(document.words.split())
    for each in document.title.split():
        times[each] += IN_TITLE
    telling: dict[str, tuple[float, str]] = {}
    for word in document.spellings.split():
        tells = known.tells(word) * (1 + math.log(max(times[stem(word)], 1)))
        if tells > 0:
            telling[stem(word)] = max(telling.get(stem(word), (0.0, "")), (tells, word))
    best = sorted(telling.values(), reverse=True)[:TELLING_WORDS]
    return tuple(Term((word,)) for _, word in best)
