"""A reader's walks and how their knees were. Health data: read only through its owner."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

# A walk is between a minute and twelve hours, ten metres and sixty kilometres, and never faster
# than a run: the plausible walk of the data model this log follows (FitTrackee's and Endurain's
# forms accept anything).
MIN_DURATION_S, MAX_DURATION_S = 60, 12 * 3600
MIN_DISTANCE_M, MAX_DISTANCE_M = 10, 60_000
MAX_SPEED_M_PER_S = 3.5
# Not wrong, but worth a question: slower than a slow beginner's half (0.45 m/s), faster than any
# brisk walk (1.56 m/s), longer than a long one.
UNUSUAL_BELOW_M_PER_S, UNUSUAL_ABOVE_M_PER_S = 0.2, 2.2
UNUSUAL_ABOVE_S = 3 * 3600
MAX_WALKED_A_DAY_S = 24 * 3600
# A year typed with a slip, rather than a memory.
EARLIEST_DAY = datetime.date(1990, 1, 1)


class WalkQuerySet(models.QuerySet):
    def since(self, day):
        return self.filter(local_date__gte=day)

    def newest_first(self):
        return self.order_by("-local_date", "-pk")

    def with_readings(self):
        """With the readings of each: one more query for all of them."""
        return self.prefetch_related("readings")


WalkManager = models.Manager.from_queryset(WalkQuerySet)


class NotDeleted(WalkManager):
    def get_queryset(self):
        return super().get_queryset().filter(deleted_at__isnull=True)


class Walk(models.Model):
    """One walk, on the day that the walker calls it (`local_date`, never recomputed)."""

    class StopReason(models.TextChoices):
        DONE = "done", "I had done what I set out to do"
        PAIN = "pain", "My knee hurt"
        TIRED = "tired", "I was tired"
        OTHER = "other", "Something else"

    class TalkTest(models.TextChoices):
        """Effort by what one can still say; full sentences are what a coach aims for."""

        SING = "sing", "I could have sung"
        SENTENCES = "sentences", "I could talk in sentences"
        FEW_WORDS = "few_words", "Only a few words at a time"
        CANNOT = "cannot", "I could not talk"

    class Aid(models.TextChoices):
        NONE = "none", "Nothing"
        STICK = "stick", "A stick"
        POLES = "poles", "Two poles"
        FRAME = "frame", "A frame"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="walks"
    )
    local_date = models.DateField("day")
    start_time = models.TimeField(null=True, blank=True)
    duration_s = models.PositiveIntegerField()
    distance_m = models.PositiveIntegerField(null=True, blank=True)
    unit_typed = models.CharField(
        max_length=2, blank=True, help_text="km, mi or m, as the distance was typed."
    )
    pain_onset_s = models.PositiveIntegerField(
        null=True,
        blank=True,
        help_text="Seconds walked before a knee hurt; empty with never_hurt unset: not said.",
    )
    never_hurt = models.BooleanField(default=False)
    stop_reason = models.CharField(max_length=5, choices=StopReason, blank=True)
    talk_test = models.CharField(max_length=9, choices=TalkTest, blank=True)
    aid = models.CharField(max_length=5, choices=Aid, blank=True)
    limped = models.BooleanField(null=True, blank=True)
    notes = models.TextField(max_length=2000, blank=True)
    # The step of a plan that it counts for; none for a walk outside one.
    step_span = models.ForeignKey(
        "walking_log.StepSpan",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="walks",
    )
    # What makes a second press of the button the same walk.
    submission_key = models.UUIDField(default=uuid.uuid4, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects = NotDeleted()
    with_deleted = WalkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "submission_key"], name="walk_once_per_submission"
            ),
            models.CheckConstraint(
                condition=Q(duration_s__gte=MIN_DURATION_S, duration_s__lte=MAX_DURATION_S),
                name="walk_duration_plausible",
            ),
            models.CheckConstraint(
                condition=Q(distance_m__isnull=True)
                | Q(distance_m__gte=MIN_DISTANCE_M, distance_m__lte=MAX_DISTANCE_M),
                name="walk_distance_plausible",
            ),
            models.CheckConstraint(
                condition=Q(unit_typed__in=["", "km", "mi", "m"]), name="walk_unit_typed_known"
            ),
            models.CheckConstraint(
                condition=Q(pain_onset_s__isnull=True)
                | Q(pain_onset_s__lte=F("duration_s"), never_hurt=False),
                name="walk_pain_onset_within_walk",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "-local_date", "-id"],
                condition=Q(deleted_at__isnull=True),
                name="walk_of_owner_newest",
            ),
        ]

    def __str__(self):
        return f"Walk on {self.local_date}"

    def get_absolute_url(self):
        return reverse("walking_log:walk", args=[self.pk])

    def delete_softly(self):
        """Take it out of the log; `restore` undoes it."""
        self.deleted_at = timezone.now()
        self.save(update_fields=["deleted_at", "updated_at"])

    def restore(self):
        self.deleted_at = None
        self.save(update_fields=["deleted_at", "updated_at"])


class KneeReadingQuerySet(models.QuerySet):
    def that_count(self):
        """Those of a walk that is in the log, and of days without one: never a deleted walk's."""
        return self.filter(Q(walk__isnull=True) | Q(walk__deleted_at__isnull=True))

    def for_trend(self):
        """Those said of a knee as it was left: after a walk, later, or on a day without one.

        Before a walk and at its worst are other questions; a line through all of them would
        fall for whoever begins to answer more of them.
        """
        return self.filter(moment__in=KneeReading.TREND_MOMENTS)


class KneeReading(models.Model):
    """How one knee felt at one moment: comfort 0–10, where 10 is no pain or discomfort at all.

    Comfort is the numeric rating scale turned round (pain = 10 − comfort), because "up is better"
    confuses fewer people: the Oxford Knee Score was turned round for that reason.
    """

    class Knee(models.TextChoices):
        LEFT = "L", "Left"
        RIGHT = "R", "Right"

    class Moment(models.TextChoices):
        BEFORE = "before", "Before the walk"
        WORST = "worst", "At its worst on the walk"
        AFTER = "after", "Just after the walk"
        TWO_HOURS = "two_hours", "Two hours later"
        NEXT_MORNING = "next_morning", "The next morning"
        REST_DAY = "rest_day", "A day without a walk"

    TREND_MOMENTS = (Moment.AFTER, Moment.TWO_HOURS, Moment.NEXT_MORNING, Moment.REST_DAY)

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="knee_readings"
    )
    walk = models.ForeignKey(
        Walk, on_delete=models.CASCADE, null=True, blank=True, related_name="readings"
    )
    local_date = models.DateField()
    knee = models.CharField(max_length=1, choices=Knee)
    moment = models.CharField(max_length=12, choices=Moment)
    comfort = models.PositiveSmallIntegerField()
    recorded_at = models.DateTimeField(default=timezone.now)

    objects = KneeReadingQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(comfort__gte=0, comfort__lte=10), name="reading_comfort_0_to_10"
            ),
            models.UniqueConstraint(
                fields=["walk", "knee", "moment"], name="reading_once_per_walk_knee_moment"
            ),
            models.UniqueConstraint(
                fields=["owner", "local_date", "knee"],
                condition=Q(moment="rest_day"),
                name="reading_once_per_rest_day_and_knee",
            ),
            models.CheckConstraint(
                condition=Q(moment="rest_day", walk__isnull=True)
                | (~Q(moment="rest_day") & Q(walk__isnull=False)),
                name="reading_of_a_walk_or_a_rest_day",
            ),
        ]
        indexes = [
            models.Index(fields=["owner", "local_date"], name="reading_of_owner_by_day"),
        ]

    def __str__(self):
        return f"{self.get_knee_display()} knee, {self.local_date}: comfort {self.comfort}"


# Here, because Django finds an app's models where it looks for them.
from .plans.models import (  # noqa: E402
    Landmark,
    Plan,
    PlanOffer,
    PlanRun,
    PlanStep,
    StepSpan,
)

__all__ = [
    "KneeReading",
    "Landmark",
    "Plan",
    "PlanOffer",
    "PlanRun",
    "PlanStep",
    "StepSpan",
    "Walk",
]
