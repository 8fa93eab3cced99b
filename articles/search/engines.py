"""The two databases' full-text search, asked alike.

Terms are letters and digits (words.py), and quoted all the same: no operator of either can be
typed. Titles weigh more than topics, and those more than what stands below.
"""

from django.db import connection
from django.db.models import QuerySet

from .models import SearchDocument, SearchDocumentQuerySet
from .query import Query, Term

# PostgreSQL reads the words of each that it ranks, where SQLite ranks from its index: those that
# weigh most, and the newest of them.
MOST_RANKED = 1_000


def ranked(
    documents: SearchDocumentQuerySet, query: Query, *, any_term: bool = False, most: int
) -> QuerySet[SearchDocument]:
    """The documents that hold every term, or with `any_term` one of them, the best first. 1 query.

    Each has its `score`: the better, the greater.
    """
    engine = _postgresql if connection.vendor == "postgresql" else _sqlite
    found = engine(documents, query, any_term)
    return found.defer("title", "topics", "words", "spellings")[:most]


def _sqlite(documents, query: Query, any_term: bool) -> QuerySet[SearchDocument]:
    # https://sqlite.org/fts5.html: a quoted string is a phrase, * after it a prefix. bm25() is the
    # smaller, the better; its numbers are the columns' weights.
    def term(one: Term) -> str:
        phrase = f'"{" ".join(one.stems)}"'
        return f'({phrase} OR "{one.words[0]}"*)' if one.is_prefix else phrase

    wanted = (" OR " if any_term else " AND ").join(map(term, query.terms))
    match = f"({wanted})"
    if query.without:
        match += f" NOT ({' OR '.join(map(term, query.without))})"
    return documents.extra(
        tables=["articles_search_fts"],
        where=[
            "articles_search_fts.rowid = articles_searchdocument.id",
            "articles_search_fts MATCH %s",
        ],
        params=[match],
        select={"score": "-weight * bm25(articles_search_fts, 8.0, 4.0, 1.0)"},
    ).extra(order_by=["-score", "-id"])


def _postgresql(documents, query: Query, any_term: bool) -> QuerySet[SearchDocument]:
    # https://www.postgresql.org/docs/current/datatype-textsearch.html: <-> is "followed by", :* a
    # prefix. The four weights are those of the letters D, C, B and A; 1 is "divide the rank by
    # 1 + the logarithm of the document's length".
    def term(one: Term) -> str:
        phrase = " <-> ".join(f"'{each}'" for each in one.stems)
        return f"({phrase} | '{one.words[0]}':*)" if one.is_prefix else f"({phrase})"

    wanted = (" | " if any_term else " & ").join(map(term, query.terms))
    match = f"({wanted})" + "".join(f" & !{term(one)}" for one in query.without)
    holding = documents.extra(where=["vector @@ to_tsquery('simple', %s)"], params=[match])
    candidates = holding.order_by("-weight", "-pk").values("pk")[:MOST_RANKED]
    return SearchDocument.objects.filter(pk__in=candidates).extra(
        select={
            "score": "weight * ts_rank('{0.1, 0.1, 0.4, 1.0}', vector, to_tsquery('simple', %s), 1)"
        },
        select_params=[match],
        order_by=["-score", "-id"],
    )
