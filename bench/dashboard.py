"""What a reader's dashboard costs: ten years of daily walks, among very many other readers.

    DATABASE_URL=postgres://… .venv/bin/python -m bench.dashboard [--readers 100000] [--walks 300]

Fills an **empty** PostgreSQL database of yours: one reader with ten years of daily walks and both
knees' numbers after each and on each next morning, and so many others with so many walks each, a
tenth of them with numbers and a verdict. 100,000 × 300 takes about ten minutes and 10 GB. Run again
on the same database, it only measures.

Prints for each page its queries and the median milliseconds of server time in one process, for the
reader with ten years and for one of the others; then the plan of every query of the dashboard, and
a warning for each that reads a whole table of the log.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time

ROUNDS = 15
PAGES = ("/log/", "/log/?range=1y", "/log/?range=all", "/log/walks/", "/log/walks/new/")
YEARS = 10

CROWD = [
    "SET session_replication_role = replica",  # no foreign key checked row by row
    "SET synchronous_commit = off",
    "SET maintenance_work_mem = '512MB'",
    """INSERT INTO accounts_user (password, is_superuser, is_staff, is_active, date_joined, email,
           display_name, units, time_zone, portrait)
       SELECT '', false, false, true, now(), 'reader' || n || '@example.org', 'Reader ' || n,
           'km', 'UTC', '' FROM generate_series(1, %(readers)s) AS n""",
    """INSERT INTO walking_log_walk (owner_id, local_date, duration_s, distance_m, unit_typed,
           never_hurt, stop_reason, talk_test, aid, notes, submission_key, created_at, updated_at)
       SELECT owner.id, current_date - n, 1200 + n %% 600, 1100, 'km', false, '', '', '', '',
           gen_random_uuid(), now(), now()
       FROM accounts_user AS owner, generate_series(1, %(walks)s) AS n
       WHERE owner.email LIKE 'reader%%' ORDER BY owner.id, n DESC""",
    """INSERT INTO walking_log_kneereading (owner_id, walk_id, local_date, knee, moment, comfort,
           recorded_at, days_late)
       SELECT walk.owner_id, walk.id, walk.local_date, knee, 'after', 5 + walk.id %% 5, now(), 0
       FROM walking_log_walk AS walk, unnest(ARRAY['L', 'R']) AS knee
       WHERE walk.owner_id %% 10 = 0 AND walk.owner_id <> %(ada)s""",
    """INSERT INTO walking_log_verdict (owner_id, walk_id, local_date, outcome, rules_version,
           inputs, reasons, questions, suggest_clinician, created_at, override_outcome,
           override_note)
       SELECT walk.owner_id, walk.id, walk.local_date, 'hold', '1', '{"walks": []}', '[]', '[]',
           false, now(), '', ''
       FROM walking_log_walk AS walk
       WHERE walk.owner_id %% 10 = 0 AND walk.owner_id <> %(ada)s""",
    "SET session_replication_role = DEFAULT",
]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--readers", type=int, default=100_000)
    parser.add_argument("--walks", type=int, default=300)
    wanted = parser.parse_args()
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        sys.exit("Give an empty PostgreSQL database of yours in DATABASE_URL.")
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
        call_command("createcachetable", verbosity=0)
        call_command("collectstatic", interactive=False, verbosity=0)
        fill(wanted.readers, wanted.walks)
        measure()


def fill(readers: int, walks: int) -> None:
    from django.db import connection

    from accounts.models import User

    if User.objects.exists():
        return
    ada = ten_years()
    started = time.perf_counter()
    with connection.cursor() as cursor:
        for statement in CROWD:
            fills = statement.startswith("INSERT")
            values = {"readers": readers, "walks": walks, "ada": ada.pk} if fills else None
            cursor.execute(statement, values)
            if fills:
                rows, seconds = cursor.rowcount, time.perf_counter() - started
                print(f"{statement.split()[2]:<26}{rows:>12,} rows{seconds:>7.0f} s", flush=True)
        cursor.execute("VACUUM ANALYZE")
        print(f"{'vacuumed, analysed':<43}{time.perf_counter() - started:>7.0f} s\n", flush=True)


def ten_years():
    """Ada, with a walk a day for ten years, and the verdict that follows."""
    import datetime
    import random

    from accounts.models import User
    from walking_log import verdicts
    from walking_log.models import KneeReading, Walk

    ada = User.objects.create_user("ada@example.com", "x", display_name="Ada")
    today, chance = datetime.date.today(), random.Random(1)
    day = datetime.timedelta(days=1)
    walks = Walk.objects.bulk_create(
        Walk(
            owner=ada,
            local_date=today - n * day,
            duration_s=1200 + n % 600,
            distance_m=1100,
            unit_typed="km",
            pain_onset_s=600,
        )
        for n in range(YEARS * 365, 0, -1)
    )
    KneeReading.objects.bulk_create(
        (
            KneeReading(
                owner=ada,
                walk=walk,
                local_date=walk.local_date + (day if moment == "next_morning" else 0 * day),
                knee=knee,
                moment=moment,
                comfort=chance.choice((5, 6, 6, 7, 8)),
            )
            for walk in walks
            for moment in ("after", "next_morning")
            for knee in "LR"
        ),
        batch_size=5000,
    )
    verdicts.refresh(ada, today)
    return ada


def measure() -> None:
    from django.test import Client

    from accounts.models import User

    ada = User.objects.get(email="ada@example.com")
    other = User.objects.filter(email__startswith="reader", pk__endswith="0").order_by("-pk")[0]
    print(f"{'page':<22}{'whose':<16}{'queries':>8}{'ms':>8}{'bytes':>9}")
    for whose, reader in (("ten years", ada), ("one of many", other)):
        client = Client()
        client.force_login(reader, backend="django.contrib.auth.backends.ModelBackend")
        for page in PAGES:
            queries, milliseconds, size = cost(lambda c=client, p=page: c.get(p))
            print(f"{page:<22}{whose:<16}{len(queries):>8}{milliseconds:>8.1f}{size:>9}")
    client = Client()
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    explain(cost(lambda: client.get("/log/?range=all"))[0])


def cost(get) -> tuple[list[str], float, int]:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    response = get()
    assert response.status_code == 200
    with CaptureQueriesContext(connection) as captured:
        get()
    queries = [query["sql"] for query in captured.captured_queries]
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        get()
        times.append((time.perf_counter() - start) * 1000)
    return queries, statistics.median(times), len(response.content)


def explain(queries: list[str]) -> None:
    from django.db import connection

    for query in queries:
        if "walking_log" not in query:
            continue
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF, SUMMARY ON) {query}")
            plan = [line for (line,) in cursor.fetchall()]
        table = query.split(" FROM ")[1].split()[0].strip('"')
        where = query.split(" WHERE ")[-1]
        print(f"\n{table}: {where[:150]}")
        print("\n".join(f"    {line}" for line in plan if "Planning" not in line))
        if any("Seq Scan on walking_log_walk" in line for line in plan):
            print("    WARNING: reads a whole table")


if __name__ == "__main__":
    main()
