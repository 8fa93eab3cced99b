"""What "already answered?" costs, by how many comments there are.

    .venv/bin/python -m bench.similar

Plants 1,000, 10,000 and 100,000 comments, one in six a question that the coach answered, in a
database in a temporary folder, and looks for questions like one that is typed. Prints the median
milliseconds in one process, and how many times the first that is. Half of the made-up questions
hold each common word, so it is a search through much.
"""

import os
import random
import statistics
import tempfile
import time

ROUNDS = 25
SIZES = (1_000, 10_000, 100_000)
TYPED = "My left knee hurts when I walk down the stairs after football, what should I do?"
COMMON = ["knee", "hurts", "walk", "stairs"]
RARE = [f"{first}{last}" for first in "bcdfglmnprst" for last in ("olen", "amble", "ider", "umpy")]


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
        measure()


def measure() -> None:
    from comments.similar import similar_threads

    planted, first = 0, None
    print(f"{'comments':>9}{'ms':>9}{'times':>8}")
    for size in SIZES:
        plant(size - planted)
        planted = size
        times = []
        for _ in range(ROUNDS):
            start = time.perf_counter()
            assert similar_threads(TYPED)
            times.append((time.perf_counter() - start) * 1000)
        median = statistics.median(times)
        first = first or median
        print(f"{size:>9,}{median:>9.2f}{median / first:>8.1f}")


def plant(size: int) -> None:
    """So many comments under an article of their own, threads of six with two by the coach."""
    from django.contrib.auth import get_user_model
    from django.db import transaction
    from django.utils import timezone

    from articles.models import Article
    from comments.models import AnsweredQuestion
    from tests.comments import many

    chance = random.Random(size)
    coach, _ = get_user_model().objects.get_or_create(
        email="coach@example.com", defaults={"display_name": "Marit", "is_staff": True}
    )
    article = Article.objects.create(
        title=f"With {size}",
        slug=f"with-{size}",
        author=coach,
        status=Article.Status.PUBLISHED,
        published_at=timezone.now(),
    )
    with transaction.atomic():
        many.plant(article, many.conversation_like_ours(size), coach)
        questions = list(AnsweredQuestion.objects.filter(thread__article=article))
        assert len(questions) >= size // 6
        for question in questions:
            common = [word for word in COMMON if chance.random() < 0.5]
            question.words = " ".join([*common, *chance.choices(RARE, k=20)])
        AnsweredQuestion.objects.bulk_update(questions, ["words"], batch_size=200)


if __name__ == "__main__":
    main()
