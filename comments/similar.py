""" "Already answered?": public threads whose question is like one that is being typed.

It has an index of its own, beside the site's search (searching.py): of questions alone, a sixth of
all that is said, and two telling words in common are enough where a search wants all of them.

The database's own full-text search does the work: FTS5 in SQLite, text search in PostgreSQL; both
find "knee" in "knees" and "hurts" in "hurt". `AnsweredQuestion` holds the words of each question
that the coach has answered in public, and nothing else; `conversation` keeps it in the transaction
of what it follows from, and triggers keep SQLite's index in step with it (migration 0003).
"""

from django.db import connection

from articles.models import Article

from .models import AnsweredQuestion, Comment, Thread
from .words import folded_words

MOST = 3
# Looked at for those MOST: some may stand under an article that is a draft again.
CANDIDATES = 20
# PostgreSQL reads the words of each that it ranks; SQLite ranks from its index. The newest.
MOST_RANKED = 500
# Of the question typed: each makes the search longer, and people come to the point early.
MOST_WORDS = 12
# Characters read of it.
MOST_READ = 2000
SHORTEST_WORD = 3
# Characters of a question that are searched; imports bring long ones, and PostgreSQL refuses a
# text of a megabyte.
MOST_INDEXED = 5000
# What every question is made of, and no question is about. (Folded, without apostrophes.)
_SAYS_NOTHING = """
    about after again all also always and any anyone are bad because been before being but can
    cant could did does doing don dont for from get getting good got had has have having help
    her him his how into its ive just know like long lot make many may might more most much
    must need never not now off one only other our out over really should since some still such
    than thank thanks that the their them then there these they thing this those time too try
    trying under until use very want was way well were what when where which while who why will
    with would yes yet you your
"""
SAYS_NOTHING = frozenset(_SAYS_NOTHING.split())

_SQLITE = """
    SELECT rowid FROM comments_answered_fts WHERE comments_answered_fts MATCH %s
    ORDER BY rank LIMIT %s
"""
_POSTGRESQL = """
    SELECT thread_id
    FROM (
        SELECT thread_id, words, query
        FROM comments_answeredquestion, to_tsquery('english', %s) AS query
        WHERE to_tsvector('english', words) @@ query
        ORDER BY thread_id DESC
        LIMIT %s
    ) AS found
    ORDER BY ts_rank(to_tsvector('english', words), query) DESC, thread_id DESC
    LIMIT %s
"""


def terms_of(text: str) -> list[str]:
    """The telling words of a question, folded; at most MOST_WORDS. One of "knee" and "knees"."""
    terms: list[str] = []
    for word in folded_words(text[:MOST_READ]):
        if len(word) < SHORTEST_WORD or word in SAYS_NOTHING:
            continue
        if not any(_are_one_word(word, term) for term in terms):
            terms.append(word[:40])
        if len(terms) == MOST_WORDS:
            break
    return terms


def similar_threads(text: str, *, most: int = MOST) -> list[Thread]:
    """Public threads with the coach's answer whose question shares at least two telling words
    with the text, likest first; `article` and `root` are loaded. 2 queries, none without two words.
    """
    terms = terms_of(text)
    if len(terms) < 2:
        return []
    likest = _likest(terms)
    # The index says as much, except of articles that went back to drafts; this is what is shown.
    threads = (
        Thread.objects.shown()
        .filter(
            pk__in=likest,
            answered_at__isnull=False,
            root__state=Comment.State.PUBLISHED,
            article__in=Article.objects.published(),
        )
        .select_related("article", "root", "answer_page")
    )
    # Those with a page of their own first: the coach has chosen them.
    return sorted(threads, key=lambda thread: (thread.open_page is None, likest.index(thread.pk)))[
        :most
    ]


def keep_in_step(thread: Thread, *, is_in_place: bool) -> None:
    """Have the index hold the thread's question, or no longer. In the caller's transaction.

    `is_in_place` says whether the question itself is published. At most 3 queries, one row written.
    """
    if not (thread.is_public and thread.answered_at and is_in_place):
        AnsweredQuestion.objects.filter(thread=thread).delete()
        return
    words = Comment.objects.values_list("comment", flat=True).get(pk=thread.pk)
    AnsweredQuestion.objects.update_or_create(
        thread=thread, defaults={"words": words[:MOST_INDEXED]}
    )


def _are_one_word(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return long.startswith(short) and len(long) - len(short) <= 2


def _likest(terms: list[str]) -> list[int]:
    """The keys of the threads whose questions hold two of the terms, likest first. 1 query."""
    # The terms are letters and digits (`terms_of`); quoted all the same.
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            query = _two_of([f"'{term}'" for term in terms], " & ", " | ")
            cursor.execute(_POSTGRESQL, [query, MOST_RANKED, CANDIDATES])
        else:
            query = _two_of([f'"{term}"' for term in terms], " AND ", " OR ")
            cursor.execute(_SQLITE, [query, CANDIDATES])
        return [key for (key,) in cursor.fetchall()]


def _two_of(terms: list[str], both: str, either: str) -> str:
    """At least two: (a and (b or c)) or (b and c)."""
    pairs = [f"({term}{both}({either.join(terms[i + 1 :])}))" for i, term in enumerate(terms[:-1])]
    return either.join(pairs)
