"""What the coach's desk costs with 10,000 threads and 100,000 comments: queries and milliseconds.

    .venv/bin/python -m bench.desk [--explain]
    DATABASE_URL=postgres://… .venv/bin/python -m bench.desk [--explain]

On SQLite in a temporary folder; on PostgreSQL in the database that is named, which must hold no
article, and is emptied again. Prints, for a desk with a tenth of it and for the whole, each page's
queries and the best of its server times (others may use the machine); a page should cost about the
same in both. With
--explain, also the database's plans for the statements of the longest page.
"""

import argparse
import os
import random
import tempfile
import time
from datetime import timedelta

ROUNDS = 9
SIZES = (1_000, 10_000)
COMMENTS_IN_A_THREAD = 10
ARTICLES = 40
WORDS_IN_A_COMMENT = 45
BOUND = 200  # milliseconds of server time


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--explain", action="store_true")
    arguments = parser.parse_args()
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
        from django.core.management import call_command

        from articles.models import Article

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        if Article.objects.exists():
            raise SystemExit("This database holds articles; the bench wants an empty one.")
        try:
            measure(arguments.explain)
        finally:
            call_command("flush", interactive=False, verbosity=0)


def measure(explain: bool) -> None:
    from django.contrib.auth import get_user_model
    from django.contrib.auth.models import Group
    from django.db import connection
    from django.test import Client

    from accounts.models import COACH_GROUP, CoachProfile

    coach = get_user_model().objects.create_user(
        "coach@example.com", "x", display_name="Marit", is_staff=True
    )
    coach.groups.add(Group.objects.get(name=COACH_GROUP))
    CoachProfile.objects.create(user=coach, name="Marit", line="Two knees.")
    client = Client()
    client.force_login(coach, backend="django.contrib.auth.backends.ModelBackend")
    there = 0
    slow = []
    print(connection.vendor)
    print(f"{'threads':>8} {'comments':>9}  {'page':<32}{'queries':>8}{'ms':>8}{'kB':>7}")
    for size in SIZES:
        plant(coach, size - there)
        there = size
        analyse()
        for name, address in pages().items():
            queries, milliseconds, size_kb = cost(client, address)
            print(
                f"{size:>8} {size * COMMENTS_IN_A_THREAD:>9}  {name:<32}"
                f"{queries:>8}{milliseconds:>8.1f}{size_kb:>7}"
            )
            if milliseconds > BOUND:
                slow.append(name)
            if explain and size == SIZES[-1] and name in ("waiting", "a common word", "numbers"):
                plans(client, name, address)
    print("Within the bound." if not slow else f"Over {BOUND} ms: {', '.join(slow)}")


def pages() -> dict[str, str]:
    from comments.models import Thread

    middle = Thread.objects.order_by("-pk")[Thread.objects.count() // 2]
    last = Thread.objects.count() // 10
    return {
        "waiting": "/admin/desk/",
        "waiting, a late page": "/admin/desk/?page=40",
        "answered by me": "/admin/desk/?show=mine",
        "held": "/admin/desk/?show=held",
        "private": "/admin/desk/?show=private",
        "all": "/admin/desk/?show=all",
        "all, the last page": f"/admin/desk/?show=all&page={last}",
        "a common word": "/admin/desk/?q=knee",
        "three words": "/admin/desk/?q=knee+word77+stairs",
        "a rare word": "/admin/desk/?q=quillfeather",
        "an e-mail": "/admin/desk/?q=reader4242@example.com",
        "one thread": f"/admin/desk/{middle.pk}/",
        "numbers": "/admin/desk/numbers/",
        "presence": f"/admin/desk/presence/?threads={middle.pk}",
    }


def cost(client, address: str) -> tuple[int, float, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200, (address, response.status_code)
    queries = len(captured)
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - start) * 1000)
    return queries, min(times), len(response.content) // 1024


def plans(client, name: str, address: str) -> None:
    """The plans of the page's slowest statements."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        client.get(address)
    explain = "EXPLAIN (ANALYZE, COSTS OFF)" if connection.vendor == "postgresql" else None
    asked = [one for one in captured.captured_queries if one["sql"].startswith("SELECT")]
    for one in sorted(asked, key=lambda one: -float(one["time"]))[:3]:
        print(f"\n-- {name}: {float(one['time']) * 1000:.0f} ms: {one['sql'][:1500]}")
        with connection.cursor() as cursor:
            cursor.execute(f"{explain or 'EXPLAIN QUERY PLAN'} {one['sql']}")
            for row in cursor.fetchall():
                print("   ", row[-1])
    print()


def analyse() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


# --- Many threads, quickly: rows table by table, since `bulk_create` knows no inheritance --------


def plant(coach, count: int) -> None:
    """So many threads of COMMENTS_IN_A_THREAD comments: one in twelve waits, one in forty is held,
    one in fifty private; every third comment is the coach's."""
    from django.contrib.contenttypes.models import ContentType
    from django.db import connection, transaction
    from django.utils import timezone
    from django_comments.models import Comment as PackageComment

    from articles.models import Article
    from comments.models import Thread
    from comments.words import folded

    dice = random.Random(count)
    articles = [
        Article.objects.create(
            title=f"Article {number} of {count}",
            slug=f"article-{number}-{count}",
            body="<p>Walk to the sixth house and turn round.</p>",
            author=coach,
            status=Article.Status.PUBLISHED,
            published_at=timezone.now(),
        )
        for number in range(ARTICLES)
    ]
    common = ["knee", "stairs", "walk", "morning", "left", "right", "pain", "better", "week", "and"]
    vocabulary = common * 40 + [f"word{number}" for number in range(3000)]
    now = timezone.now()
    content_type = ContentType.objects.get_for_model(Article)
    to_database = connection.ops.adapt_datetimefield_value
    rows, states = [], []
    for number in range(count):
        article = articles[number % ARTICLES]
        asked = now - timedelta(hours=2 * (count - number))
        for place in range(COMMENTS_IN_A_THREAD):
            by_coach = place % 3 == 1
            waits = number % 12 == 0 and place == COMMENTS_IN_A_THREAD - 1
            words = " ".join(dice.choices(vocabulary, k=WORDS_IN_A_COMMENT))
            rare = " Quillfeather" if number % 2500 == 7 and place == 0 else ""
            reader = dice.randrange(count)
            rows.append(
                PackageComment(
                    content_type=content_type,
                    object_pk=str(article.pk),
                    site_id=1,
                    user=coach if by_coach else None,
                    user_name="Marit" if by_coach else f"Reader {reader}",
                    user_email="coach@example.com" if by_coach else f"reader{reader}@example.com",
                    comment=words + rare,
                    submit_date=asked + timedelta(minutes=20 * place),
                    is_public=True,
                )
            )
            states.append((by_coach, "held" if number % 40 == 0 and waits else "published"))
    threads = []
    with transaction.atomic():
        PackageComment.objects.bulk_create(rows, batch_size=2000)
        xtd, ours = [], []
        for start in range(0, len(rows), COMMENTS_IN_A_THREAD):
            keys = [row.pk for row in rows[start : start + COMMENTS_IN_A_THREAD]]
            for place, key in enumerate(keys):
                by_coach, state = states[start + place]
                row = rows[start + place]
                parent = keys[max(0, place - 1)]
                xtd.append((key, keys[0], parent, place, False))
                ours.append(
                    (
                        key,
                        state,
                        by_coach,
                        to_database(row.submit_date),
                        False,
                        folded(row.comment),
                        folded(f"{row.user_name} {row.user_email}"),
                    )
                )
            number = start // COMMENTS_IN_A_THREAD
            last_answer = rows[start + 7].submit_date
            waits = number % 12 == 0
            threads.append(
                Thread(
                    root_id=keys[0],
                    article=articles[number % ARTICLES],
                    is_public=True,
                    is_private=number % 50 == 3,
                    answered_at=last_answer,
                    answered_by=coach,
                    no_answer_needed_at=None if waits else rows[start + 9].submit_date,
                    waiting_since=rows[start + 8].submit_date if waits else None,
                    comment_count=COMMENTS_IN_A_THREAD,
                )
            )
        with connection.cursor() as cursor:
            cursor.executemany(
                "INSERT INTO django_comments_xtd_xtdcomment (comment_ptr_id, thread_id, parent_id,"
                ' level, "order", followup, nested_count) VALUES (%s, %s, %s, %s, 1, %s, 0)',
                xtd,
            )
            cursor.executemany(
                "INSERT INTO comments_comment (xtdcomment_ptr_id, state, by_coach, arrived_at,"
                " held_because, held_detail, initials_only, search_words, search_writer)"
                " VALUES (%s, %s, %s, %s, '', '', %s, %s, %s)",
                ours,
            )
        Thread.objects.bulk_create(threads, batch_size=2000)


if __name__ == "__main__":
    main()
