"""What a mailing to 10,000 subscribers costs, and whether a mail that somebody waits for waits.

    python -m bench.mailing [subscribers]

In a database of its own (SQLite; PostgreSQL by DATABASE_URL, whose database it fills): one article
goes to all of them, in batches, while the outbox is emptied as the worker would. Counts rows a
second, the longest transaction, and the place that a confirmation takes in the queue in the middle
of it. Then a look into an outbox as full as it gets, and one into an outbox with everything in it
at once, which is what the bound on it saves.
"""

import logging
import os
import statistics
import sys
import tempfile
import time


def main(subscribers: int) -> None:
    with tempfile.TemporaryDirectory() as data:
        os.environ |= {
            "WALKCOACH_DATA": data,
            "SECRET_KEY": "x" * 50,
            "DJANGO_SETTINGS_MODULE": "walkcoach.settings",
        }
        import django

        django.setup()
        logging.disable(logging.INFO)
        from django.core.management import call_command

        call_command("migrate", verbosity=0)
        measure(subscribers)


def measure(subscribers: int) -> None:
    from django.db import connection, transaction
    from django.utils import timezone
    from post_office.mail import get_queued
    from post_office.models import STATUS, Email

    from accounts.models import User
    from articles.models import Article
    from articles.subscribing import sending, subscriptions
    from articles.subscribing.models import Delivery, Mailing, Subscriber

    fill(subscribers, User, Article, Subscriber, timezone.now())

    held: list[float] = []

    class Timed(transaction.Atomic):
        """Tells how long each outermost transaction was open."""

        def __enter__(self):
            super().__enter__()
            self.began = time.perf_counter()

        def __exit__(self, *error):
            super().__exit__(*error)
            if not connection.in_atomic_block:
                held.append(time.perf_counter() - self.began)

    plain = transaction.Atomic
    transaction.Atomic = Timed  # type: ignore[misc]
    began, making, place = time.perf_counter(), 0.0, None
    while not (mailing := Mailing.objects.first()) or mailing.finished_at is None:
        start = time.perf_counter()
        sending.work()
        making += time.perf_counter() - start
        if place is None and Delivery.objects.count() >= subscribers // 2:
            subscriptions.ask("waits@example.org", None)
            place = [email.to[0] for email in get_queued()].index("waits@example.org") + 1
        Email.objects.filter(status=STATUS.queued).update(status=STATUS.sent)
    transaction.Atomic = plain  # type: ignore[misc]
    total = time.perf_counter() - began
    rows, mails = Delivery.objects.count(), Email.objects.filter(priority=0).count()
    addresses = Email.objects.filter(priority=0).values("to").distinct().count()
    print(f"{connection.vendor}: {rows} deliveries, {mails} mails to {addresses} addresses")
    print(f"  made in {making:.1f} s ({rows / making:.0f} a second), {total:.1f} s with the rest")
    print(
        f"  {len(held)} transactions; the longest {max(held) * 1000:.0f} ms, "
        f"half of them under {statistics.median(held) * 1000:.0f} ms"
    )
    print(f"  a confirmation asked for in the middle is number {place} in the queue")

    bulk = Email.objects.filter(priority=0)
    few = list(bulk.values_list("pk", flat=True)[: sending.OUTBOX_HOLDS])
    Email.objects.filter(pk__in=few).update(status=STATUS.queued)
    bounded = look(get_queued)
    bulk.update(status=STATUS.queued)
    unbounded = look(get_queued)
    print(
        f"  a look into the outbox: {bounded * 1000:.1f} ms with {len(few)} of them waiting, "
        f"{unbounded * 1000:.1f} ms with all ({unbounded / bounded:.0f} times)"
    )


def look(get_queued) -> float:
    """Seconds of the worker's search for the next mail, the best of some."""
    times = []
    for _ in range(7):
        start = time.perf_counter()
        list(get_queued())
        times.append(time.perf_counter() - start)
    return min(times)


def fill(subscribers: int, User, Article, Subscriber, now) -> None:
    coach = User.objects.create_user("coach@example.com", "x", display_name="Marit")
    Article.objects.create(
        title="Shoes, sticks and hills",
        slug="shoes",
        standfirst="No shoe mends a knee. But a stick in the right hand can change a walk.",
        body="<p>Walk.</p>" * 200,
        author=coach,
        status=Article.Status.PUBLISHED,
        published_at=now,
    )
    Subscriber.objects.bulk_create(
        Subscriber(email=f"reader{n}@example.org", confirmed_at=now, new_since=now)
        for n in range(subscribers)
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
