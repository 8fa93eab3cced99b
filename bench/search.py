"""What a search costs, with 10,000 and 100,000 comments under 100 and 1,000 articles.

    .venv/bin/python -m bench.search

Plants them in a database of its own, on SQLite or where DATABASE_URL says, and asks the search's
page for words that are in every second text, in few, in none, and with a slip. Prints the median
milliseconds of the page in one process, how often "/articles/" that is, and how many times what it
was with a tenth of them; then what it takes to make the index, to count its words, to find what is
like an article, and to post one reply. On PostgreSQL it shows the plans for a word that is
everywhere and for one that is in few.
"""

import os
import random
import statistics
import tempfile
import time
from functools import partial

ROUNDS = 15
SIZES = ((100, 10_000), (1_000, 100_000))
WORDS_IN_AN_ARTICLE, WORDS_IN_A_COMMENT = 600, 45
DIFFERENT_WORDS = 12_000
QUERIES = {
    "in every second": "knee",
    "two of them": "knees walking",
    "filtered": "knee&kind=comment&topic=t-1",
    "in few": "patellofemoral",
    "a beginning": "patello",
    "a slip": "patelofemoral",
    "some of the words": "patellofemoral zymurgy stairs",
    "in none": "xqzzyx",
}


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        os.environ.update(
            DJANGO_SETTINGS_MODULE="walkcoach.settings",
            WALKCOACH_DATA=folder,
            SECRET_KEY="only for the bench",
            BASE_URL="http://testserver",
            ALLOWED_HOSTS="testserver",
        )
        import django

        django.setup()
        from django.conf import settings
        from django.db import connection

        settings.STORAGES["staticfiles"]["BACKEND"] = (
            "django.contrib.staticfiles.storage.StaticFilesStorage"
        )
        database = settings.DATABASES["default"]
        database["TEST"]["NAME"] = (
            f"{folder}/bench.sqlite3" if connection.vendor == "sqlite" else "bench_search"
        )
        connection.creation.create_test_db(verbosity=0, autoclobber=True)
        try:
            measure(connection)
        finally:
            connection.creation.destroy_test_db("", verbosity=0)


def measure(connection) -> None:
    from django.test import Client

    from articles.models import Article
    from articles.search import vocabulary

    client = Client()
    words = made_up_words()
    planted_articles = planted = 0
    before: dict[str, float] = {}
    for articles, comments in SIZES:
        plant(articles - planted_articles, comments - planted, words, planted_articles)
        planted_articles, planted = articles, comments
        start = time.perf_counter()
        made = vocabulary.index.rebuild()
        indexed = time.perf_counter() - start
        start = time.perf_counter()
        vocabulary.count()
        counted = time.perf_counter() - start
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("ANALYZE")
        print(f"\n{connection.vendor}: {articles:,} articles, {comments:,} comments")
        print(f"  {made:,} documents made in {indexed:.1f} s, words counted in {counted:.2f} s")
        listed = median(lambda: client.get("/articles/"))
        print(f"{'':<22}{'ms':>8}{'x list':>9}{'x a tenth':>11}")
        for name, query in QUERIES.items():
            took = median(partial(client.get, f"/search/?q={query}"))
            times = f"{took / before[name]:>11.1f}" if name in before else ""
            print(f"  {name:<20}{took:>8.1f}{took / listed:>9.1f}{times}")
            before[name] = took
        one = Article.objects.first()
        print(f"  {'like an article':<20}{median(one.related):>8.1f}")
        print(f"  {'post a reply':<20}{median(replying(one)):>8.1f}")
        if connection.vendor == "postgresql":
            explain(connection)


def median(act) -> float:
    """Milliseconds."""
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def replying(article):
    from comments import conversation
    from comments.models import Comment

    thread = article.threads.first()
    writer = conversation.Writer("Ada", "ada@example.com")
    number = iter(range(ROUNDS))
    return lambda: conversation.post(
        article,
        f"Reply {next(number)}: my knee.",
        writer,
        state=Comment.State.PUBLISHED,
        reply_to=thread.root,
    )


def explain(connection) -> None:
    from django.test.utils import CaptureQueriesContext

    from articles.search import engines
    from articles.search.models import SearchDocument
    from articles.search.query import parse

    everything = SearchDocument.objects.findable()
    for typed in ("knee", "patellofemoral"):
        with CaptureQueriesContext(connection) as captured:
            engines.ranked(everything, parse(typed), kinds=["article", "comment"], most=600)
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, TIMING OFF) {captured[0]['sql']}")
            print("\n".join([f"  {typed}:", *(f"    {line}" for (line,) in cursor.fetchall())]))


def made_up_words() -> list[str]:
    """The most frequent first, as in any language: the second half as often as the first."""
    parts = ["ka", "lo", "mi", "ten", "ru", "sa", "vel", "dor", "pi", "nu", "gra", "sto", "fe"]
    chance = random.Random(1)
    made = {"knee", "walk", "stairs"}
    while len(made) < DIFFERENT_WORDS:
        made.add("".join(chance.choices(parts, k=chance.randint(2, 4))))
    rest = sorted(made - {"knee", "walk", "stairs"}, key=lambda word: chance.random())
    return ["knee", "walk", *rest[:60], "stairs", *rest[60:]]


def plant(articles: int, comments: int, words: list[str], number: int) -> None:
    from django.contrib.auth import get_user_model
    from django.db import transaction
    from django.utils import timezone
    from django_comments.models import Comment as PackageComment

    from articles.models import Article, Topic
    from comments import conversation
    from comments.models import Thread
    from tests.comments import many

    chance = random.Random(number)
    weights = [1 / (place + 10) for place in range(len(words))]

    def text(length: int) -> str:
        said = chance.choices(words, weights, k=length)
        if chance.random() < 0.5:
            said.insert(chance.randrange(length), "knees")
        if chance.random() < 0.0005:
            said.insert(chance.randrange(length), "patellofemoral")
        return " ".join(said)

    coach, _ = get_user_model().objects.get_or_create(
        email="coach@example.com", defaults={"display_name": "Marit", "is_staff": True}
    )
    topics = [
        Topic.objects.get_or_create(slug=f"t-{one}", defaults={"name": f"Topic {one}"})[0]
        for one in range(8)
    ]
    per_article = comments // articles
    refresh, conversation.refresh = conversation.refresh, lambda thread: None
    try:
        for each in range(number, number + articles):
            with transaction.atomic():
                article = Article.objects.create(
                    title=text(6),
                    slug=f"article-{each}",
                    body=f"<p>{text(WORDS_IN_AN_ARTICLE)}</p>",
                    author=coach,
                    status=Article.Status.PUBLISHED,
                    published_at=timezone.now(),
                )
                article.topics.add(*chance.sample(topics, 2))
                shape = many.conversation_like_ours(per_article)
                rows = [
                    PackageComment(pk=key, comment=text(WORDS_IN_A_COMMENT))
                    for key in many.plant(article, shape, coach)
                ]
                PackageComment.objects.bulk_update(rows, ["comment"], batch_size=200)
                article.threads.update(is_public=True, comment_count=6, answered_at=timezone.now())
    finally:
        conversation.refresh = refresh
    assert Thread.objects.filter(is_public=True).count() >= (number * 100 + comments) // 6


if __name__ == "__main__":
    main()
