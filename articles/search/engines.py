"""The two databases' full-text search, asked alike.

Terms are letters and digits (words.py), and quoted all the same: no operator of either can be
typed. Titles weigh more than topics, and those more than what stands below.
"""

from collections.abc import Callable, Iterable

from django.db import connection

from .models import SearchDocument, SearchDocumentQuerySet
from .query import Query, Term

# Of each kind, the newest so many that hold the words are ranked: a word that is everywhere costs
# no more than one that is in a thousand, and comments crowd no article out.
MOST_RANKED = 1_000


def ranked(
    documents: SearchDocumentQuerySet,
    query: Query,
    *,
    kinds: Iterable[str],
    any_term: bool = False,
    most: int,
) -> list[SearchDocument]:
    """The documents of these kinds that hold every term, or with `any_term` one of them, the best
    first. 1 query.

    Each has its `score`: the better, the greater. Their words are not read.
    """
    engine = _postgresql if connection.vendor == "postgresql" else _sqlite
    return list(engine(documents, query, list(kinds), any_term, most))


def _sqlite(documents, query: Query, kinds: list[str], any_term: bool, most: int):
    # https://sqlite.org/fts5.html: a quoted string is a phrase, * after it a prefix. bm25() is the
    # smaller, the better; its numbers are the columns' weights. In the order of its keys the index
    # is read no further than to the last that is wanted.
    def term(one: Term) -> str:
        phrase = f'"{" ".join(one.stems)}"'
        return f'({phrase} OR "{one.words[0]}"*)' if one.is_prefix else phrase

    match = _all_of_it(query, any_term, term, " AND ", " OR ", " NOT ")
    parts, params = [], []
    for kind in kinds:
        newest = documents.extra(
            tables=["articles_search_fts"],
            where=[
                "articles_search_fts.rowid = articles_searchdocument.id",
                "articles_search_fts MATCH %s",
            ],
            params=[f'{{title topics words}} : ({match}) AND kind : "{kind}"'],
            select={"score": "-weight * bm25(articles_search_fts, 0.0, 8.0, 4.0, 1.0)"},
            order_by=["-articles_search_fts.rowid"],
        ).only("kind", "key", "group", "article")
        sql, its_params = newest[:MOST_RANKED].query.sql_with_params()
        parts.append(f"SELECT * FROM ({sql})")
        params += its_params
    return SearchDocument.objects.raw(
        f"{' UNION ALL '.join(parts)} ORDER BY score DESC, id DESC LIMIT %s", [*params, most]
    )


def _postgresql(documents, query: Query, kinds: list[str], any_term: bool, most: int):
    # https://www.postgresql.org/docs/current/datatype-textsearch.html: <-> is "followed by", :* a
    # prefix. The four weights are those of the letters D, C, B and A; 1 is "divide the rank by
    # 1 + the logarithm of the document's length".
    def term(one: Term) -> str:
        phrase = " <-> ".join(f"'{each}'" for each in one.stems)
        return f"({phrase} | '{one.words[0]}':*)" if one.is_prefix else f"({phrase})"

    match = _all_of_it(query, any_term, term, " & ", " | ", " & !")
    parts, params = [], []
    for kind in kinds:
        newest = (
            documents.filter(kind=kind)
            .extra(where=["vector @@ to_tsquery('simple', %s)"], params=[match])
            .order_by("-pk")
            .values("pk")
        )
        sql, its_params = newest[:MOST_RANKED].query.sql_with_params()
        parts.append(f"SELECT * FROM ({sql}) AS newest")
        params += its_params
    return SearchDocument.objects.raw(
        'SELECT id, kind, key, "group", article_id, weight * ts_rank('
        "'{0.1, 0.1, 0.4, 1.0}', vector, to_tsquery('simple', %s), 1) AS score"
        f" FROM articles_searchdocument WHERE id IN ({' UNION ALL '.join(parts)})"
        " ORDER BY score DESC, id DESC LIMIT %s",
        [match, *params, most],
    )


def _all_of_it(
    query: Query, any_term: bool, term: Callable[[Term], str], both: str, either: str, but_not: str
) -> str:
    match = f"({(either if any_term else both).join(map(term, query.terms))})"
    if query.without:
        match += f"{but_not}({either.join(map(term, query.without))})"
    return match
