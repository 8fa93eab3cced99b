"""Keeping the index: the kinds of things there are, and a document for each of them."""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Model, Q, QuerySet
from django.db.models.signals import post_delete

from .models import SearchDocument
from .words import SAYS_NOTHING, stems
from .words import words as words_of

if TYPE_CHECKING:
    from ..models import Topic

# Rows read, and documents written, at once.
BATCH = 200
SHORTEST_SPELLING = 3
# Raised with what documents are made of, so that the worker makes all of them anew.
RULES = 1

_WRITTEN = [
    "group",
    "article",
    "findable_from",
    "weight",
    "title",
    "topics",
    "words",
    "spellings",
]


class Source:
    """One kind of thing that a search finds. To have another kind found, say what it is and
    `register` it:

        class Pages(Source):
            kind, label, template = "page", "Pages", "pages/_found.html"
            model = Page

            def public(self):
                return Page.objects.published()

            def document(self, row):
                return self.made_of(row, title=row.title, words=row.plain_text)

            def shown(self, row):
                return row.title, row.plain_text

    and have `Page.save` call `keep(self)`, in its transaction. What is deleted takes its document
    along. The template gets `found` (finding.py); the row is `found.row`.
    """

    kind: str  # in documents and addresses; 12 characters at most
    label: str  # on the filter
    template: str  # of one result
    model: type[Model]
    weight = 1.0

    def public(self) -> QuerySet:
        """Those that everybody may read now, with what their template shows."""
        raise NotImplementedError

    def indexed(self) -> QuerySet:
        """Those that have documents. More than are public, where dates decide."""
        return self.public()

    def document(self, row: Any) -> SearchDocument:
        """The document of one row, unsaved."""
        raise NotImplementedError

    def shown(self, row: Any) -> tuple[str, str]:
        """The title and the text of a row as they are read; words are marked in both."""
        raise NotImplementedError

    def load(self, found: Iterable[SearchDocument]) -> dict[int, Any]:
        """The rows of these documents that everybody may read now, by key. 1 query."""
        keys = [one.key for one in found]
        return {row.pk: row for row in self.public().filter(pk__in=keys)} if keys else {}

    def on_topic(self, topic: "Topic") -> Q:
        """Which of its documents are about a topic."""
        return Q(kind=self.kind, article__topics=topic)

    def topics_of(self, found: Iterable[SearchDocument]) -> Iterator[tuple[int, int]]:
        """The key of a document and that of a topic it is about, for each there is. 1 query."""
        from ..models import Article

        keys_of: dict[int, list[int]] = {}
        for one in found:
            if one.article_id is not None:
                keys_of.setdefault(one.article_id, []).append(one.key)
        shelves = Article.topics.through.objects.filter(article__in=list(keys_of))
        for article_id, topic_id in shelves.values_list("article_id", "topic_id"):
            for key in keys_of[article_id]:
                yield key, topic_id

    def made_of(
        self, row: Any, *, title: str = "", topics: str = "", words: str = "", **fields: Any
    ) -> SearchDocument:
        """A document of these texts, unsaved."""
        in_title, below = words_of(title), words_of(words)
        return SearchDocument(
            kind=self.kind,
            key=row.pk,
            **{"group": row.pk, "weight": self.weight, **fields},
            title=stems(in_title),
            topics=stems(words_of(topics)),
            words=stems(below),
            spellings=_spellings(in_title + below),
        )

    def rebuild(self) -> int:
        """Make all of its documents anew; returns how many. BATCH rows in each transaction.

        The rows are locked meanwhile, so that no change between reading and writing is lost.
        """
        last, made = 0, 0
        while True:
            with transaction.atomic():
                following = self.indexed().filter(pk__gt=last).order_by("pk")
                rows = list(following.select_for_update(of=("self",))[:BATCH])
                keys = [row.pk for row in rows]
                stale = SearchDocument.objects.filter(kind=self.kind, key__gt=last)
                if len(rows) == BATCH:
                    stale = stale.filter(key__lte=keys[-1])
                stale.exclude(key__in=keys).delete()
                write(map(self.document, rows))
            made += len(rows)
            if len(rows) < BATCH:
                return made
            last = keys[-1]


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Have this kind of things found. Called when its app is ready."""
    _sources[source.kind] = source
    post_delete.connect(_drop_deleted, sender=source.model, dispatch_uid=f"search-{source.kind}")


def sources() -> list[Source]:
    """All kinds, in the order in which the filter names them."""
    return list(_sources.values())


def source_of(document: SearchDocument) -> Source:
    return _sources[document.kind]


def keep(row: Any) -> None:
    """Have the index hold this row as it is now. One row written, in the caller's transaction."""
    write(source.document(row) for source in sources() if source.model is type(row))


def drop(row: Any) -> None:
    """Have the index no longer hold this row. In the caller's transaction."""
    _drop(type(row), row.pk)


def write(documents: Iterable[SearchDocument]) -> None:
    """Write documents over those that are there. One statement for each BATCH."""
    documents = iter(documents)
    while batch := list(islice(documents, BATCH)):
        SearchDocument.objects.bulk_create(
            batch,
            update_conflicts=True,
            unique_fields=["kind", "key"],
            update_fields=_WRITTEN,
        )


def rebuild() -> int:
    """Make all documents anew, and forget those of kinds that are gone; returns how many."""
    SearchDocument.objects.exclude(kind__in=_sources).delete()
    return sum(source.rebuild() for source in sources())


def _drop_deleted(sender: type[Model], instance: Model, **kwargs: Any) -> None:
    # A signal, for rows that go with what they hang on pass through no function of ours.
    _drop(sender, instance.pk)


def _drop(model: type[Model], key: Any) -> None:
    kinds = [source.kind for source in sources() if source.model is model]
    SearchDocument.objects.filter(kind__in=kinds, key=key).delete()


def _spellings(written: list[str]) -> str:
    return " ".join(
        word
        for word in dict.fromkeys(written)
        if len(word) >= SHORTEST_SPELLING and word not in SAYS_NOTHING and word.isalpha()
    )
