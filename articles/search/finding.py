"""What a search finds, as a page shows it: one ranked list, in a constant number of queries."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q
from django.utils.safestring import SafeString

from ..models import Topic
from . import engines, index, vocabulary
from .models import SearchDocument
from .query import Query
from .snippets import marked, snippet

RESULTS_ON_A_PAGE = 12
# The best so many are looked at; nobody turns more pages, and a better word is sooner found.
MOST_FOUND = 600
# So few say that another spelling may have been meant.
FEW = 3


@dataclass(frozen=True)
class Found:
    """One result: the row, which everybody may read, and its words with marks."""

    row: Any
    document: SearchDocument
    title: SafeString
    snippet: SafeString
    more: int = 0  # others of its group that were found too

    @property
    def template(self) -> str:
        return index.source_of(self.document).template


@dataclass(frozen=True)
class Choice:
    """A kind or a topic to narrow a search by."""

    name: str  # in the address
    label: str
    count: int | None  # None where too much was found to count


@dataclass
class Search:
    """What was asked, how it was understood, and what was found."""

    query: Query
    hits: list[SearchDocument] = field(default_factory=list)
    # What of them is shown: of one kind or topic, each group once, with how many more it has.
    groups: list[tuple[SearchDocument, int]] = field(default_factory=list)
    meant: dict[str, str] = field(default_factory=dict)  # the words looked for instead
    suggested: dict[str, str] = field(default_factory=dict)  # words that may have been meant
    is_some: bool = False  # whether only some of the words are in each
    kinds: list[Choice] = field(default_factory=list)
    topics: list[Choice] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether there may be more than were looked at."""
        return len(self.hits) == MOST_FOUND


def search(query: Query, *, kind: str = "", topic: Topic | None = None) -> Search:
    """Look for a query, among one kind or topic where that is asked; nothing for an empty one.

    All the words; else all of those that are nearest to them; else some of them. At most 6 queries,
    and one for each kind.
    """
    done = Search(query)
    if query:
        _look(done)
        _narrow(done, kind, topic)
    return done


def page_of(done: Search, number: str | None) -> Page:
    """One page of what was found. 2 queries for each kind at most."""
    page: Page[Any] = Paginator(done.groups, RESULTS_ON_A_PAGE).get_page(number)
    page.object_list = _results(list(page.object_list), done.query)
    return page


def _look(done: Search) -> None:
    everything = SearchDocument.objects.findable()
    query = done.query
    kinds = [source.kind for source in index.sources()]

    def ranked(query: Query, any_term: bool = False) -> list[SearchDocument]:
        return engines.ranked(everything, query, kinds=kinds, any_term=any_term, most=MOST_FOUND)

    done.hits = ranked(query)
    if len(done.hits) >= FEW:
        return
    near = vocabulary.read().correct(query)
    if done.hits:
        done.suggested = near
        return
    if near:
        query = query.with_words(near)
        done.hits = ranked(query)
    if not done.hits and len(query.terms) > 1:
        done.hits = ranked(query, any_term=True)
        done.is_some = bool(done.hits)
    if done.hits:
        done.query, done.meant = query, near


def _narrow(done: Search, kind: str, topic: Topic | None) -> None:
    """Keep what is of this kind and topic, and say what else there is to choose.

    A kind's count is among the topic that is chosen, and a topic's among the kind.
    """
    about: dict[int, set[int]] = {hit.pk: set() for hit in done.hits}
    for source in index.sources():
        of_kind = {hit.key: hit.pk for hit in done.hits if hit.kind == source.kind}
        if of_kind:
            its_hits = [hit for hit in done.hits if hit.kind == source.kind]
            for key, topic_id in source.topics_of(its_hits):
                about[of_kind[key]].add(topic_id)

    def is_about(hit: SearchDocument) -> bool:
        return topic is None or topic.pk in about[hit.pk]

    def is_of_kind(hit: SearchDocument) -> bool:
        return not kind or hit.kind == kind

    kinds = Counter(hit.kind for hit, _ in _grouped(filter(is_about, done.hits)))
    done.kinds = [
        Choice(source.kind, source.label, None if done.is_full else kinds[source.kind])
        for source in index.sources()
        if kinds[source.kind] or source.kind == kind or done.is_full
    ]
    shelves = Counter(
        topic_id for hit, _ in _grouped(filter(is_of_kind, done.hits)) for topic_id in about[hit.pk]
    )
    done.topics = [
        Choice(one.slug, one.name, None if done.is_full else shelves[one.pk])
        for one in Topic.objects.order_by("name")
        if shelves[one.pk] or one == topic
    ]
    if not kind and topic is None:
        shown = done.hits
    elif done.is_full:  # those of another kind may have crowded out some of this one
        shown = _ranked_among(done, kind, topic)
    else:
        shown = [hit for hit in done.hits if is_about(hit) and is_of_kind(hit)]
    done.groups = _grouped(shown)


def _ranked_among(done: Search, kind: str, topic: Topic | None) -> list[SearchDocument]:
    documents = SearchDocument.objects.findable()
    if topic is not None:
        about = Q(pk__in=[])
        for source in index.sources():
            about |= source.on_topic(topic)
        documents = documents.filter(pk__in=SearchDocument.objects.filter(about).values("pk"))
    kinds = [kind] if kind else [source.kind for source in index.sources()]
    return engines.ranked(
        documents, done.query, kinds=kinds, any_term=done.is_some, most=MOST_FOUND
    )


def _grouped(hits) -> list[tuple[SearchDocument, int]]:
    """The best of each group, with how many more of it there are."""
    best: dict[tuple[str, int], SearchDocument] = {}
    count: Counter[tuple[str, int]] = Counter()
    for hit in hits:
        group = (hit.kind, hit.group)
        best.setdefault(group, hit)
        count[group] += 1
    return [(hit, count[group] - 1) for group, hit in best.items()]


def _results(groups: Sequence[tuple[SearchDocument, int]], query: Query) -> list[Found]:
    rows: dict[tuple[str, int], Any] = {}
    for source in index.sources():
        its = [hit for hit, _ in groups if hit.kind == source.kind]
        rows |= {(source.kind, key): row for key, row in source.load(its).items()} if its else {}
    results = []
    for hit, more in groups:
        # Its source has the last word on what everybody may read.
        if (row := rows.get((hit.kind, hit.key))) is not None:
            title, text = index.source_of(hit).shown(row)
            results.append(Found(row, hit, marked(title, query), snippet(text, query), more))
    return results
