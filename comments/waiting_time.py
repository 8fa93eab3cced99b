"""How long a question usually waits for the coach: what was, never a promise."""

from datetime import timedelta
from math import ceil

from django.core.cache import caches
from django.db.models import Min
from django.utils import timezone

from .models import Comment, Thread

# Of the questions of so long, as many as a coach answers in a season.
LOOKS_BACK = timedelta(days=90)
# Below so many answers, one holiday would make the number.
FEWEST_ANSWERS = 8
MOST_LOOKED_AT = 200
# "Usually" is four times in five. The mean would be pulled about by the one that waited a month.
USUALLY = 0.8
# Beyond a fortnight a number would only put people off, and says more of a holiday.
LONGEST_TOLD = timedelta(days=14)
KEPT_FOR = 3600  # seconds
_KEY = "comments.waiting_time"
_TOO_FEW = 0


def usual_days() -> int | None:
    """Whole days within which four in five questions had their first answer; None if too few have.

    Questions that wait still count with what they have waited so far, so that a coach who answers
    the easy ones at once does not seem quicker than they are. Private ones and those that need no
    answer do not count. Three queries an hour, else none.
    """
    cache = caches["pages"]
    days = cache.get(_KEY)
    if days is None:
        days = _usual_days()
        cache.set(_KEY, days, KEPT_FOR)
    return days or None


def in_words() -> str:
    """ "Usually answered within 2 days."; nothing while there is too little to tell from."""
    days = usual_days()
    if days is None:
        return ""
    return f"Usually answered within {'a day' if days == 1 else f'{days} days'}."


def _usual_days() -> int:
    now = timezone.now()
    asked = (
        Thread.objects.filter(
            root__arrived_at__gte=now - LOOKS_BACK,
            root__by_coach=False,
            root__state__in=[Comment.State.PUBLISHED, Comment.State.HELD],
            is_private=False,
        )
        .exclude(answered_at=None, waiting_since=None)
        .order_by("-pk")[:MOST_LOOKED_AT]
    )
    first_answers = dict(
        Comment.objects.published()
        .filter(by_coach=True, thread_id__in=[thread.pk for thread in asked])
        .values_list("thread_id")
        .annotate(at=Min("arrived_at"))
    )
    arrived = dict(
        Comment.objects.filter(pk__in=[thread.pk for thread in asked]).values_list(
            "pk", "arrived_at"
        )
    )
    waits = sorted(
        max(first_answers.get(thread.pk, now) - arrived[thread.pk], timedelta()) for thread in asked
    )
    if len(first_answers) < FEWEST_ANSWERS:
        return _TOO_FEW
    wait = waits[ceil(len(waits) * USUALLY) - 1]
    return max(1, ceil(wait / timedelta(days=1))) if wait <= LONGEST_TOLD else _TOO_FEW
