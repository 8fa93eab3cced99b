"""Walks to stand on, and the fewest words that log one."""

import datetime
import uuid

import pytest
from django.utils import timezone

from walking_log.models import KneeReading, Walk


def typed(today: datetime.date | None = None, **more) -> dict[str, str]:
    """What the quick form sends for half an hour today, with whatever else is said."""
    today = today or timezone.localdate(timezone=datetime.UTC)
    return {
        "day": today.isoformat(),
        "duration": "30",
        "submission_key": str(uuid.uuid4()),
        **{name: str(value) for name, value in more.items()},
    }


def log_walks(owner, number: int, *, until: datetime.date, comfort: int = 6) -> list[Walk]:
    """So many walks, one a day up to `until`, each with both knees just after and next morning."""
    walks = Walk.objects.bulk_create(
        Walk(
            owner=owner,
            local_date=until - datetime.timedelta(days=days_ago),
            duration_s=1800,
            distance_m=2000,
            unit_typed="km",
        )
        for days_ago in range(number)
    )
    KneeReading.objects.bulk_create(
        KneeReading(
            owner=owner,
            walk=walk,
            local_date=walk.local_date + datetime.timedelta(days=moment == "next_morning"),
            knee=knee,
            moment=moment,
            comfort=comfort,
        )
        for walk in walks
        for knee in KneeReading.Knee
        for moment in ("after", "next_morning")
    )
    return walks


@pytest.fixture
def today():
    return timezone.localdate(timezone=datetime.UTC)


@pytest.fixture
def walk(ada, today):
    """Ada's walk of today: half an hour, two kilometres, the left knee at 6."""
    walk = Walk.objects.create(
        owner=ada, local_date=today, duration_s=1800, distance_m=2000, unit_typed="km"
    )
    walk.readings.create(owner=ada, local_date=today, knee="L", moment="after", comfort=6)
    return walk
