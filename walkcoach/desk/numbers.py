"""How many wait, and how long answers take: by weeks, as a drawing and as a table."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from statistics import median

from django.conf import settings
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from comments.models import Comment

from . import lists
from .guards import for_coaches

# A season: long enough to see a change, short enough for a phone.
WEEKS = 12
# The drawing, in its own units; each week has a column of equal width.
WIDTH, HEIGHT = 600, 160


@dataclass(frozen=True)
class Week:
    """The answers of one week. `median_hours` is None in a week without any.

    `x`, `y`, `width` and `height` are of its bar in the drawing.
    """

    monday: date
    answered: int
    median_hours: float | None
    x: float = 0
    y: float = 0
    width: float = 0
    height: float = 0

    @property
    def in_words(self) -> str:
        return hours_in_words(self.median_hours)


def waits(since: datetime) -> list[tuple[datetime, timedelta]]:
    """When each comment was first answered since then, and how long its writer had waited.

    One query: over the coach's answers, each with what it answers.
    """
    asked = Comment.objects.filter(pk=OuterRef("parent_id"), by_coach=False).order_by()
    answers = (
        Comment.objects.published()
        .filter(by_coach=True, arrived_at__gte=since)
        .annotate(asked_at=Subquery(asked.values("submit_date")[:1]))
        .order_by("arrived_at")
        .values_list("parent_id", "arrived_at", "asked_at")
    )
    first: dict[int, tuple[datetime, timedelta]] = {}
    for parent_id, answered_at, asked_at in answers:
        if asked_at is None:
            continue  # the coach's own words, gone on with
        first.setdefault(parent_id, (answered_at, max(answered_at - asked_at, timedelta())))
    return list(first.values())


def by_weeks(found: list[tuple[datetime, timedelta]], today: date) -> list[Week]:
    """The last WEEKS weeks, the oldest first, each with its median and its bar. No queries."""
    this_monday = today - timedelta(days=today.weekday())
    of_week: dict[date, list[float]] = defaultdict(list)
    for answered_at, wait in found:
        day = timezone.localdate(answered_at)
        of_week[day - timedelta(days=day.weekday())].append(wait / timedelta(hours=1))
    mondays = [this_monday - timedelta(weeks=back) for back in reversed(range(WEEKS))]
    medians = {monday: median(of_week[monday]) for monday in mondays if of_week[monday]}
    highest = max([*medians.values(), settings.PROMISED_DAYS * 24])
    column = WIDTH / WEEKS
    weeks = []
    for place, monday in enumerate(mondays):
        hours = medians.get(monday)
        # A bar that can be seen, also for an answer within the hour.
        height = max(4, HEIGHT * hours / highest) if hours is not None else 0
        weeks.append(
            Week(
                monday,
                len(of_week[monday]),
                hours,
                x=round(place * column + column * 0.15, 1),
                y=round(HEIGHT - height, 1),
                width=round(column * 0.7, 1),
                height=round(height, 1),
            )
        )
    return weeks


def hours_in_words(hours: float | None) -> str:
    """ "20 minutes", "5 hours", "3 days": as exact as it helps."""
    if hours is None:
        return "none"
    if hours < 1:
        number, unit = max(1, round(hours * 60)), "minute"
    elif hours < 48:
        number, unit = round(hours), "hour"
    else:
        number, unit = round(hours / 24), "day"
    return f"{number} {unit}{'s'[: number != 1]}"


@for_coaches
@require_safe
def numbers(request: HttpRequest) -> HttpResponse:
    """What the desk's numbers are. 2 queries for them, whatever was answered."""
    today = timezone.localdate()
    first_monday = today - timedelta(days=today.weekday(), weeks=WEEKS - 1)
    since = datetime.combine(first_monday, time(), timezone.get_current_timezone())
    found = waits(since)
    weeks = by_weeks(found, today)
    hours = [wait / timedelta(hours=1) for _, wait in found]
    highest = max([week.median_hours or 0 for week in weeks] + [settings.PROMISED_DAYS * 24])
    return render(
        request,
        "desk/numbers.html",
        {
            "section": "desk",
            "waiting": lists.waiting().count(),
            "answered": len(hours),
            "median": hours_in_words(median(hours)) if hours else "",
            "weeks": weeks,
            "width": WIDTH,
            "height": HEIGHT,
            "promise_y": round(HEIGHT - HEIGHT * settings.PROMISED_DAYS * 24 / highest, 1),
            "promised_days": settings.PROMISED_DAYS,
            "most_weeks": WEEKS,
        },
    )
