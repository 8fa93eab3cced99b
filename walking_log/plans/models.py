"""Plans as data, and each reader's way through one. The way is health data, as the walks are."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.functional import cached_property

LONGEST_LANDMARK = 60  # characters, as on a signpost


class PlanQuerySet(models.QuerySet):
    def with_steps(self):
        """With the steps of each, in order: one more query for all of them."""
        return self.prefetch_related("steps")

    def offered_to(self, reader):
        """Those that everybody may choose, and those that a coach has offered to this reader."""
        return self.filter(Q(is_offered=True) | Q(pk__in=reader.plan_offers.values("plan")))


class Plan(models.Model):
    """A programme of steps, such as NHLBI's twelve weeks. Built in, or written by a coach."""

    class MovesOn(models.TextChoices):
        """What a step takes: a week with its walks, or so many walks in whatever time."""

        WEEK = "week", "After a week with its walks"
        WALKS = "walks", "After three walks, in whatever time"

    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(max_length=80)
    line = models.CharField(
        "in one line", max_length=160, help_text="Whom it is for, and where it leads."
    )
    about = models.TextField(
        blank=True, help_text="What a reader should know before choosing it. Plain text."
    )
    source = models.CharField(
        max_length=200, blank=True, help_text="Where the steps come from; shown to readers."
    )
    moves_on = models.CharField(
        max_length=5, choices=MovesOn, default=MovesOn.WEEK, verbose_name="a step is done"
    )
    place = models.PositiveSmallIntegerField(
        default=100, help_text="Among the plans; the gentlest stands first."
    )
    is_offered = models.BooleanField("readers may choose it", default=True)
    # Laid by the site itself (plans/built_in.py), and kept in step with it.
    is_built_in = models.BooleanField(default=False, editable=False)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )

    objects = PlanQuerySet.as_manager()

    class Meta:
        ordering = ["place", "pk"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("walking_log:plan", args=[self.slug])

    @cached_property
    def steps_in_order(self) -> list["PlanStep"]:
        """Its steps, first to last. No query after `with_steps`, else one."""
        return sorted(self.steps.all(), key=lambda step: step.order)


class PlanStep(models.Model):
    """One step: so many minutes, or to a landmark and back, so many times a week."""

    class Kind(models.TextChoices):
        MINUTES = "minutes", "So many minutes"
        LANDMARK = "landmark", "To a place and back"

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="steps")
    order = models.PositiveSmallIntegerField("step")
    label = models.CharField(
        max_length=80, help_text="For example “11 minutes brisk” or “The corner and back”."
    )
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.MINUTES)
    # Minutes of the walk itself, between warming up and cooling down; null for a landmark.
    target_min = models.PositiveSmallIntegerField("minutes", null=True, blank=True)
    warmup_s = models.PositiveSmallIntegerField("seconds to warm up", default=0)
    cooldown_s = models.PositiveSmallIntegerField("seconds to cool down", default=0)
    sessions_per_week = models.PositiveSmallIntegerField("walks a week", default=3)
    min_rest_days = models.PositiveSmallIntegerField(
        "days between walks", default=1, help_text="At least so many without one; 0 for daily."
    )

    class Meta:
        ordering = ["plan", "order"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "order"], name="plan_step_once_per_place"),
            models.CheckConstraint(
                condition=Q(kind="landmark", target_min__isnull=True)
                | Q(
                    kind="minutes",
                    target_min__isnull=False,
                    target_min__gte=1,
                    target_min__lte=180,
                ),
                name="plan_step_has_its_target",
                violation_error_message="A step of minutes needs 1 to 180 of them; a step to a "
                "place needs none.",
            ),
            models.CheckConstraint(
                condition=Q(order__gte=1, sessions_per_week__gte=1, sessions_per_week__lte=7),
                name="plan_step_plausible",
                violation_error_message="Steps count from 1, and a week has 1 to 7 walks.",
            ),
        ]

    def __str__(self):
        return f"{self.order}. {self.label}"

    @property
    def total_s(self) -> int | None:
        """Seconds from door to door, warming up and cooling down included; None for a landmark."""
        if self.target_min is None:
            return None
        return self.warmup_s + self.target_min * 60 + self.cooldown_s


class PlanOffer(models.Model):
    """A coach's plan laid before one reader, who takes it or does not. Nobody is put on one."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="offers")
    reader = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="plan_offers"
    )
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    note = models.CharField(max_length=300, blank=True)
    offered_at = models.DateTimeField(auto_now=True)
    # Taken or put aside; the coach is not told which.
    settled_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "reader"], name="plan_offered_once")]

    def __str__(self):
        return f"{self.plan} for {self.reader}"


class PlanRunQuerySet(models.QuerySet):
    def under_way(self):
        """Those neither left nor finished; a paused one is under way."""
        return self.filter(ended_on=None)


class PlanRun(models.Model):
    """One reader's way through one plan. Nothing in it is ever reset: steps are added."""

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="plan_runs"
    )
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="runs")
    started_on = models.DateField()
    paused_on = models.DateField(null=True, blank=True)
    ended_on = models.DateField(null=True, blank=True)

    objects = PlanRunQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner"], condition=Q(ended_on=None), name="plan_run_one_under_way"
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("started_on")),
                name="plan_run_ends_after_it_starts",
            ),
        ]

    def __str__(self):
        return f"{self.plan}, since {self.started_on}"

    @property
    def is_paused(self) -> bool:
        return self.paused_on is not None


class StepSpan(models.Model):
    """A stretch of a run on one step. The one without an end is where the reader is now."""

    run = models.ForeignKey(PlanRun, on_delete=models.CASCADE, related_name="spans")
    step = models.ForeignKey(PlanStep, on_delete=models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["run"], condition=Q(until=None), name="step_span_one_at_a_time"
            )
        ]

    def __str__(self):
        return f"{self.step} since {self.since}"


class Landmark(models.Model):
    """What a reader calls the place that a step leads to: "the post box"."""

    run = models.ForeignKey(PlanRun, on_delete=models.CASCADE, related_name="landmarks")
    step = models.ForeignKey(PlanStep, on_delete=models.CASCADE, related_name="+")
    words = models.CharField(max_length=LONGEST_LANDMARK)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["run", "step"], name="landmark_once_per_step")
        ]

    def __str__(self):
        return self.words
