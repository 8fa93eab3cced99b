"""How much the dashboard costs: by the length of the log and by the range, on either database.

    .venv/bin/python -m bench.dashboard
    DATABASE_URL=postgres://… .venv/bin/python -m bench.dashboard   # a database to throw away

Everything happens in one process, so that the figures can be compared with each other; read the
ratios, not the milliseconds. Prints queries, median milliseconds of the whole request and the
page's size for logs of ten weeks, one year and ten years of daily walks, both knees after each
walk and on the next morning, a place named after every other.
"""

import datetime
import os
import random
import statistics
import tempfile
import time

ROUNDS = 11
DAYS = (70, 365, 3653)
RANGES = ("4w", "3m", "1y", "all")


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
        from django.db import connection

        call_command("migrate", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        print(connection.vendor)
        measure()


def measure() -> None:
    from django.test import Client

    print(f"{'days':>6}  {'range':<8}{'queries':>8}{'ms':>8}{'bytes':>9}")
    for days in DAYS:
        client = Client()
        client.force_login(reader_with(days), backend="django.contrib.auth.backends.ModelBackend")
        for word in RANGES:
            queries, milliseconds, size = cost(client, f"/log/?range={word}")
            print(f"{days:>6}  {word:<8}{queries:>8}{milliseconds:>8.1f}{size:>9}")


def cost(client, address: str) -> tuple[int, float, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as captured:
        response = client.get(address)
    assert response.status_code == 200
    queries = len(captured)
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        client.get(address)
        times.append((time.perf_counter() - start) * 1000)
    return queries, statistics.median(times), len(response.content)


def reader_with(days: int):
    """A reader with a walk on each of so many days, who grows a little better."""
    from django.contrib.auth import get_user_model
    from django.utils import timezone

    from walking_log.models import KneeReading, KneeSpot, Walk

    User = get_user_model()
    User.objects.filter(email=f"days{days}@example.com").delete()
    reader = User.objects.create_user(f"days{days}@example.com", "x", display_name="Ada")
    today = timezone.localdate(timezone=reader.zone)
    chance = random.Random(days)
    walks = Walk.objects.bulk_create(
        (
            Walk(
                owner=reader,
                local_date=today - datetime.timedelta(days=ago),
                duration_s=chance.randint(10, 40) * 60,
                distance_m=chance.randint(800, 3000),
                unit_typed="km",
                pain_onset_s=chance.randint(3, 10) * 60,
                talk_test="sentences",
            )
            for ago in range(days, 0, -1)
        ),
        batch_size=1000,
    )
    KneeReading.objects.bulk_create(
        (
            KneeReading(
                owner=reader,
                walk=walk,
                local_date=walk.local_date + datetime.timedelta(days=moment == "next_morning"),
                knee=knee,
                moment=moment,
                comfort=min(10, max(0, round(chance.gauss(5 + 3 * number / days, 1.2)))),
            )
            for number, walk in enumerate(walks)
            for knee in KneeReading.Knee
            for moment in ("after", "next_morning")
        ),
        batch_size=1000,
    )
    KneeSpot.objects.bulk_create(
        (
            KneeSpot(
                owner=reader,
                walk=walk,
                local_date=walk.local_date,
                knee=chance.choice("LR"),
                spot=chance.choice(KneeSpot.Spot.values),
            )
            for walk in walks[::2]
        ),
        batch_size=1000,
    )
    return reader


if __name__ == "__main__":
    main()
