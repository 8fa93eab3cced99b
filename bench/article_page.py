"""How much an article's page costs: rendered, from the cache, as 304, and by its thread's length.

    .venv/bin/python -m bench.article_page

Everything happens in one process on a database in a temporary folder, so that the figures can be
compared with each other; read the ratios, not the milliseconds. Prints, for 17, 200 and 2,000
comments: queries and median milliseconds of a member's page (always rendered), of a visitor's
first and next page, and of a visitor whose browser has the page already; and the page's size.
"""

import os
import statistics
import tempfile
import time

ROUNDS = 15
SIZES = (17, 200, 2000)


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
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        measure()


def measure() -> None:
    from django.contrib.auth import get_user_model
    from django.test import Client

    from comments.models import Comment

    writer = get_user_model().objects.create_user(
        "coach@example.com", "x", display_name="Marit", is_staff=True
    )
    reader = get_user_model().objects.create_user("ada@example.com", "x", display_name="Ada")
    visitor, member = Client(), Client()
    member.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
    print(f"{'comments':>8}  {'page':<28}{'queries':>8}{'ms':>8}{'bytes':>9}")
    for size in SIZES:
        article = article_with(size, writer)
        assert Comment.objects.filter(object_pk=str(article.pk)).count() == size
        for name, get in pages_of(article.get_absolute_url(), visitor, member).items():
            queries, milliseconds, size_bytes = cost(get)
            print(f"{size:>8}  {name:<28}{queries:>8}{milliseconds:>8.1f}{size_bytes:>9}")


def pages_of(address: str, visitor, member) -> dict:
    """The ways to ask for the page, by what they are called in the table."""
    from django.core.cache import caches

    known = visitor.get(address).headers["ETag"]

    def first():
        caches["pages"].clear()
        return visitor.get(address)

    return {
        "a member's, rendered": lambda: member.get(address),
        "a visitor's first": first,
        "a visitor's, from the cache": lambda: visitor.get(address),
        "a visitor's, known: 304": lambda: visitor.get(address, headers={"if-none-match": known}),
    }


def cost(get) -> tuple[int, float, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        response = get()
    queries = len(captured)  # the next request empties the log it counts
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        get()
        times.append((time.perf_counter() - start) * 1000)
    return queries, statistics.median(times), len(response.content)


def article_with(size: int, writer):
    """An article with so many comments: a question, an answer, a thank-you, and again."""
    from django.utils import timezone

    from articles.models import Article
    from comments import conversation
    from comments.models import Comment

    article = Article.objects.create(
        title=f"An article with {size} comments",
        slug=f"with-{size}",
        body="<p>Walk to the sixth house and turn round.</p>" * 20,
        author=writer,
        status=Article.Status.PUBLISHED,
        published_at=timezone.now(),
    )
    written: list[Comment] = []
    for number in range(size):
        writer_of_it = conversation.Writer(
            f"Reader {number}", f"reader{number}@example.com", is_coach=number % 3 == 1
        )
        comment, _ = conversation.post(
            article,
            f"Comment {number}: my knee is calmer when I stop at the seventh house. " * 3,
            writer_of_it,
            state=Comment.State.PUBLISHED,
            reply_to=written[-1] if number % 3 else None,
        )
        written.append(comment)
    return article


if __name__ == "__main__":
    main()
