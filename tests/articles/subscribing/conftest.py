"""Subscribers, and the links in their mails."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from articles.subscribing import subscriptions
from articles.subscribing.models import Subscriber


@pytest.fixture
def subscriber(db):
    """Make one who has confirmed: `subscriber("rewa@example.org", rhythm="weekly")`."""

    def subscriber(email="rewa@example.org", *, topics=(), since_days=30, **fields):
        made = subscriptions.subscribe(email)
        wishes = {
            "all_topics": not topics,
            "topics": list(topics),
            "rhythm": Subscriber.Rhythm.AT_ONCE,
            "weekday": Subscriber.Weekday.SATURDAY,
            "hour": 8,
            **fields,
        }
        subscriptions.change(made, wishes)
        since = timezone.now() - timedelta(days=since_days)
        Subscriber.objects.filter(pk=made.pk).update(confirmed_at=since, new_since=since)
        made.refresh_from_db()
        return made

    return subscriber


@pytest.fixture
def publish(write):
    """Put an article before the public now: `publish("Shoes")`."""

    def publish(title="Shoes", **fields):
        fields = {"published_at": timezone.now(), **fields}
        return write(title, **fields)

    return publish


def link_in(mail, part: str) -> str:
    """The path of the link in a mail that leads to a page of that name."""
    return re.search(rf"http://[^/\s]+(/\S*{part}/\S+)", mail.body)[1]
