"""A reader's walks and how their knees were. Health data: read only through its owner."""

import datetime
import uuid

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils import timezone

from . import rules

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

# Pain is recalled well for a week (r = 0.78 with the days' own notes) and less well later (0.67 for
# four weeks; PMID 21183373). What is said of a knee more than so many days late is remembered.
REMEMBERED_AFTER_DAYS = 7


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
    # That the mail about the morning after is queued at most once for each walk.
    morning_mail_queued_at = models.DateTimeField(null=True, blank=True, editable=False)

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
            models.Index(
                fields=["owner"],
                condition=Q(deleted_at__isnull=False),
                name="walk_of_owner_taken_out",
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


def _of_a_walk_taken_out() -> Exists:
    """For readings and places. It names the owner too, which is the same, so that the database
    looks at the few walks that this owner took out, and not at the walk of every row."""
    return Exists(
        Walk.with_deleted.filter(
            pk=OuterRef("walk_id"), owner=OuterRef("owner_id"), deleted_at__isnull=False
        )
    )


class KneeReadingQuerySet(models.QuerySet):
    def that_count(self):
        """Those of a walk that is in the log, and of days without one: never a deleted walk's."""
        return self.exclude(_of_a_walk_taken_out())

    def for_trend(self):
        """Those said of a knee as it was left: after a walk, later, or on a day without one.

        Before a walk and at its worst are other questions; a line through all of them would
        fall for whoever begins to answer more of them.
        """
        return self.filter(moment__in=KneeReading.TREND_MOMENTS)

    def for_claims(self):
        """Those said within a week of their day; what is only remembered proves nothing."""
        return self.filter(days_late__lte=REMEMBERED_AFTER_DAYS)


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
    days_late = models.PositiveIntegerField(
        default=0,
        help_text="Days from the day it is of to the day it was said, by the reader's calendar.",
    )

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

    @property
    def remembered(self) -> bool:
        """Whether it was said so late that it is a memory, kept out of claims."""
        return self.days_late > REMEMBERED_AFTER_DAYS


class KneeSpotQuerySet(models.QuerySet):
    def that_count(self):
        """Those of walks that are in the log and of days without a walk."""
        return self.exclude(_of_a_walk_taken_out())


class KneeSpot(models.Model):
    """Where a knee hurt on a walk, or on a day without one. A walk or a day may have several.

    The places are those of the Knee Pain Map (doi 10.1002/art.24543), which is a front view, with
    the back of the knee added; its agreement of 0.7 to 1.0 was reached by trained interviewers, so
    a reader's own word is shown as said, and diagnoses nothing.
    """

    class Spot(models.TextChoices):
        INNER = "inner", "Inner side"
        OUTER = "outer", "Outer side"
        AROUND_KNEECAP = "around", "Around the kneecap"
        BEHIND_KNEECAP = "behind", "Behind the kneecap"
        BELOW_KNEECAP = "below", "Just below the kneecap"
        BACK = "back", "Back of the knee"
        ALL_OVER = "all_over", "All over"
        MOVES = "moves", "It moves"

    class Spread(models.TextChoices):
        """Localised in 69 of 100 knees, regional in 14, diffuse in 10 (Knee Pain Map)."""

        FINGER = "finger", "I can put a finger on it"
        HAND = "hand", "About a hand"
        WHOLE = "whole", "The whole knee"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="knee_spots",
        db_index=False,  # the index below begins with it
    )
    walk = models.ForeignKey(
        Walk, on_delete=models.CASCADE, null=True, blank=True, related_name="spots"
    )
    reading = models.ForeignKey(
        KneeReading,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="spots",
        help_text="The reading of a day without a walk that it belongs to.",
    )
    local_date = models.DateField()
    knee = models.CharField(max_length=1, choices=KneeReading.Knee)
    spot = models.CharField(max_length=8, choices=Spot)
    spread = models.CharField(max_length=6, choices=Spread, blank=True)

    objects = KneeSpotQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(walk__isnull=False, reading__isnull=True)
                | Q(walk__isnull=True, reading__isnull=False),
                name="spot_of_a_walk_or_a_reading",
            ),
            models.CheckConstraint(
                condition=Q(
                    spot__in=[
                        *("inner", "outer", "around", "behind"),
                        *("below", "back", "all_over", "moves"),
                    ]
                ),
                name="spot_known",
            ),
            models.UniqueConstraint(
                fields=["walk", "knee", "spot"], name="spot_once_per_walk_and_knee"
            ),
            models.UniqueConstraint(fields=["reading", "spot"], name="spot_once_per_reading"),
        ]
        indexes = [models.Index(fields=["owner", "local_date"], name="spot_of_owner_by_day")]

    def __str__(self):
        return f"{self.get_knee_display()} knee, {self.local_date}: {self.get_spot_display()}"


class SymptomReport(models.Model):
    """What a reader answered to the red-flag questions on a day; all unticked says none of them.

    The newest report stands until the reader answers again. `text_version` is the version of the
    words they read (`rules.FLAGS_TEXT_VERSION`); `acknowledged_at` when they said that they had
    read where to go.
    """

    class Flag(models.TextChoices):
        """In the order of how soon help is needed; each is a column of the same name."""

        CHEST = "chest", "Sudden chest pain or breathlessness"
        CALF = "calf", "One calf throbs, is swollen or warm"
        NO_WEIGHT = "no_weight", "It will not take my weight, or hardly moves"
        HOT_RED = "hot_red", "It is hot or red"
        FEVER = "fever", "I have a fever or feel ill"
        SWELLING = "swelling", "It is badly swollen"
        LOCKED = "locked", "It locks or gets stuck"
        GAVE_WAY = "gave_way", "It gave way"
        FALL = "fall", "I fell or twisted it"
        NIGHT_PAIN = "night_pain", "It hurts at night or at rest, and does not ease"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="symptom_reports",
        db_index=False,  # the index below begins with it
    )
    local_date = models.DateField()
    chest = models.BooleanField(default=False)
    calf = models.BooleanField(default=False)
    no_weight = models.BooleanField(default=False)
    hot_red = models.BooleanField(default=False)
    fever = models.BooleanField(default=False)
    swelling = models.BooleanField(default=False)
    locked = models.BooleanField(default=False)
    gave_way = models.BooleanField(default=False)
    fall = models.BooleanField(default=False)
    night_pain = models.BooleanField(default=False)
    text_version = models.CharField(max_length=20)
    recorded_at = models.DateTimeField(default=timezone.now)
    acknowledged_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "local_date"], name="symptoms_once_a_day"),
            models.CheckConstraint(
                condition=~Q(text_version=""), name="symptoms_say_which_words_were_read"
            ),
        ]

    def __str__(self):
        return f"Symptoms on {self.local_date}: {', '.join(self.flags) or 'none'}"

    @property
    def flags(self) -> tuple[str, ...]:
        """The names of those that were ticked, in the order of `Flag`."""
        return tuple(flag.value for flag in self.Flag if getattr(self, flag.value))

    @property
    def in_words(self) -> list[str]:
        return [self.Flag(flag).label for flag in self.flags]


class VerdictQuerySet(models.QuerySet):
    def current(self):
        """Those that no later one has replaced: at most one of each walk."""
        return self.filter(superseded_at__isnull=True)

    def newest_first(self):
        return self.order_by("-local_date", "-pk")


class Verdict(models.Model):
    """What the rules said of the next walk, after a walk or after a day without any, and why.

    A verdict is never rewritten by the rules: when the log changes, it is superseded by a new one.
    Its `inputs` are all that the rules were given, so that anyone can judge again. A coach may
    override it, but not where the advice is to see someone.
    """

    class Outcome(models.TextChoices):
        """From the boldest to the most cautious."""

        LENGTHEN = "lengthen", "Lengthen"
        HOLD = "hold", "Hold"
        BACK_OFF = "back_off", "Back off"
        REST = "rest", "Rest"
        SEE_SOMEONE = "see_someone", "See someone"

    OVERRIDABLE = (Outcome.LENGTHEN, Outcome.HOLD, Outcome.BACK_OFF, Outcome.REST)

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="verdicts"
    )
    local_date = models.DateField(help_text="The day of the walk, or the day it was asked for.")
    walk = models.ForeignKey(
        Walk, on_delete=models.CASCADE, null=True, blank=True, related_name="verdicts"
    )
    outcome = models.CharField(max_length=11, choices=Outcome)
    minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How long the next walk may be, in minutes."
    )
    light = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="`rules.Light` of the walk; empty: no comfort was said."
    )
    rules_version = models.CharField(max_length=20)
    inputs = models.JSONField()
    reasons = models.JSONField(help_text="As `rules.Reason.as_json`; put into words when shown.")
    questions = models.JSONField(
        default=list, help_text="Red-flag questions that the rules asked for."
    )
    suggest_clinician = models.BooleanField(default=False)
    created_at = models.DateTimeField(default=timezone.now)
    superseded_at = models.DateTimeField(null=True, blank=True)

    override_outcome = models.CharField(max_length=11, choices=Outcome, blank=True)
    override_note = models.TextField(max_length=500, blank=True)
    overridden_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
    )
    overridden_at = models.DateTimeField(null=True, blank=True)

    objects = VerdictQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["walk"],
                condition=Q(superseded_at__isnull=True),
                name="verdict_current_once_per_walk",
            ),
            models.UniqueConstraint(
                fields=["owner", "local_date"],
                condition=Q(superseded_at__isnull=True, walk__isnull=True),
                name="verdict_current_once_per_day_without_walk",
            ),
            models.CheckConstraint(
                condition=Q(
                    outcome__in=["lengthen", "hold", "back_off", "rest", "see_someone"],
                    override_outcome__in=["", "lengthen", "hold", "back_off", "rest"],
                ),
                name="verdict_outcome_known",
            ),
            models.CheckConstraint(
                condition=Q(override_outcome="", overridden_at__isnull=True)
                | (
                    ~Q(override_outcome="")
                    & ~Q(override_note="")
                    & ~Q(outcome="see_someone")
                    & Q(overridden_at__isnull=False)
                ),
                name="verdict_override_whole_and_never_of_see_someone",
            ),
        ]
        indexes = [
            models.Index(
                fields=["owner", "-local_date", "-id"],
                condition=Q(superseded_at__isnull=True),
                name="verdict_of_owner_newest",
            ),
        ]

    def __str__(self):
        return f"{self.local_date}: {self.get_outcome_display()}"

    @property
    def says(self) -> str:
        """The outcome that holds: the coach's where there is one, else the rules'."""
        return self.override_outcome or self.outcome

    def in_words(self, today: datetime.date) -> str:
        """What the rules said, in one sentence with its reasons, as of that day."""
        reasons = [rules.Reason.read(reason) for reason in self.reasons]
        return rules.in_words(self.outcome, self.minutes, reasons, today)

    @property
    def coach_says(self) -> str:
        """What the coach advises instead, in one sentence; empty where they did not."""
        if not self.override_outcome:
            return ""
        walks = self.inputs["walks"]
        minutes = rules.minutes_for(self.override_outcome, walks[-1]["minutes"]) if walks else None
        return rules.in_words(self.override_outcome, minutes, (), self.local_date)


class LifeTick(models.Model):
    """A week's answers to five plain questions of daily life, in our own words.

    Not KOOS nor the Oxford Knee Score, which are their owners': five things that people with sore
    knees say they notice first. 3 is the easiest answer, 0 the hardest, empty not answered.
    """

    class Area(models.TextChoices):
        CHAIR = "chair", "Getting up from a chair"
        STAIRS = "stairs", "Stairs"
        FLOOR = "floor", "Getting up from the floor"
        BACK = "back", "Your back"
        ENERGY = "energy", "Energy"

    class Chair(models.IntegerChoices):
        EASY = 3, "Up without thinking"
        PUSH = 2, "With a push of my hands"
        SLOWLY = 1, "Slowly, in two or three goes"
        HELP = 0, "I needed help"

    class Stairs(models.IntegerChoices):
        EASY = 3, "Foot over foot, no rail"
        RAIL = 2, "Foot over foot, with the rail"
        ONE_BY_ONE = 1, "One step at a time"
        AVOIDED = 0, "I kept away from them"

    class Floor(models.IntegerChoices):
        EASY = 3, "Up without holding on"
        HOLDING = 2, "Up, holding on to something"
        HARD = 1, "Up, but it was a job"
        AVOIDED = 0, "I would not try"

    class Back(models.IntegerChoices):
        EASY = 3, "I forgot I had one"
        NOTICED = 2, "I noticed it now and then"
        SORE = 1, "Sore on most days"
        STOPPED_ME = 0, "It stopped me doing things"

    class Energy(models.IntegerChoices):
        PLENTY = 3, "Plenty"
        ENOUGH = 2, "Enough for the day"
        LOW = 1, "It ran out early"
        NONE = 0, "Hardly any"

    ANSWERS = {"chair": Chair, "stairs": Stairs, "floor": Floor, "back": Back, "energy": Energy}

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="life_ticks",
        db_index=False,  # the index below begins with it
    )
    week = models.DateField(help_text="Its Monday.")
    chair = models.PositiveSmallIntegerField(null=True, blank=True, choices=Chair)
    stairs = models.PositiveSmallIntegerField(null=True, blank=True, choices=Stairs)
    floor = models.PositiveSmallIntegerField(null=True, blank=True, choices=Floor)
    back = models.PositiveSmallIntegerField(null=True, blank=True, choices=Back)
    energy = models.PositiveSmallIntegerField(null=True, blank=True, choices=Energy)
    recorded_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "week"], name="life_tick_once_a_week"),
            *(
                models.CheckConstraint(
                    condition=Q(**{f"{area}__isnull": True}) | Q(**{f"{area}__lte": 3}),
                    name=f"life_tick_{area}_0_to_3",
                )
                for area in ("chair", "stairs", "floor", "back", "energy")
            ),
        ]

    def __str__(self):
        return f"Week of {self.week}"


class LogPreferences(models.Model):
    """How a reader wishes to be asked. Without a row, everything is as the defaults say.

    Here and not on the account, because which knee is sore is health data: it is read, exported
    and erased with the log. Units and the time zone are the account's.
    """

    class Knees(models.TextChoices):
        BOTH = "both", "Both knees"
        LEFT = "L", "Only the left"
        RIGHT = "R", "Only the right"

    owner = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="log_preferences"
    )
    knees = models.CharField(max_length=4, choices=Knees, default=Knees.BOTH)
    morning_mail = models.BooleanField(default=False)
    morning_hour = models.PositiveSmallIntegerField(
        default=8, help_text="From this hour of the reader's own clock."
    )
    weekly_mail = models.BooleanField(default=False)
    weekly_mailed_of = models.DateField(
        null=True, blank=True, help_text="The Monday of the last week that was mailed."
    )
    scale_confirmed_at = models.DateTimeField(
        null=True,
        blank=True,
        help_text="When they said which way round they read the scale.",
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(knees__in=["both", "L", "R"]), name="log_preferences_knees_known"
            ),
            models.CheckConstraint(
                condition=Q(morning_hour__gte=5, morning_hour__lte=11),
                name="log_preferences_morning_hour_is_one",
            ),
        ]
        indexes = [
            # Few of the many readers wish for the mail.
            models.Index(
                fields=["owner"], condition=Q(morning_mail=True), name="log_preferences_mailed"
            ),
            models.Index(
                fields=["owner"], condition=Q(weekly_mail=True), name="log_preferences_weekly"
            ),
        ]

    def __str__(self):
        return f"Preferences of {self.owner_id}"

    @classmethod
    def of(cls, owner) -> "LogPreferences":
        """The owner's, or the defaults, unsaved. 1 query."""
        return cls.objects.filter(owner=owner).first() or cls(owner=owner)


# Here, because Django finds an app's models where it looks for them.
from .plans.models import Landmark, Plan, PlanOffer, PlanRun, PlanStep, StepSpan  # noqa: E402, F401
from .sharing.models import Look, ShareGrant  # noqa: E402, F401
