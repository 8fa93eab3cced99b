"""Writing a walk down: what may be typed, and the kind words where it cannot be taken."""

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Sum

from accounts.models import User

from . import readings, units
from .days import OnADay
from .fields import (
    NOT_NOTED,
    DistanceField,
    DurationField,
    NotesField,
    one_of,
    scale,
    short_scale,
    spots,
    spread,
)
from .models import (
    MAX_DISTANCE_M,
    MAX_DURATION_S,
    MAX_SPEED_M_PER_S,
    MAX_WALKED_A_DAY_S,
    MIN_DISTANCE_M,
    MIN_DURATION_S,
    UNUSUAL_ABOVE_M_PER_S,
    UNUSUAL_ABOVE_S,
    UNUSUAL_BELOW_M_PER_S,
    KneeReading,
    Walk,
)
from .readings import Which

Knee, Moment = KneeReading.Knee, KneeReading.Moment

# How many walks, and how many days, back the last one on the same day of the week is looked for.
# Further back, a walk that grows was another walk.
WALKS_TO_START_FROM = 30
WEEKDAY_COUNTS_FOR_DAYS = 14
SIDES = {"left": Knee.LEFT, "right": Knee.RIGHT}


class WalkForm(OnADay, forms.ModelForm):
    """One walk of one reader: minutes, and whatever else they care to say.

    `today` is the reader's own, in their time zone; `knees` which of them they wish to be asked of
    ("both", "L" or "R"), beside those that the walk has something of. `self.questions` holds what
    is possible but unusual; it is taken once the reader has ticked that it is right, for exactly
    those numbers.
    """

    READINGS: dict[str, Which] = {
        "after_left": (Moment.AFTER, Knee.LEFT),
        "after_right": (Moment.AFTER, Knee.RIGHT),
        "before_left": (Moment.BEFORE, Knee.LEFT),
        "before_right": (Moment.BEFORE, Knee.RIGHT),
        "worst_left": (Moment.WORST, Knee.LEFT),
        "worst_right": (Moment.WORST, Knee.RIGHT),
        "two_hours_left": (Moment.TWO_HOURS, Knee.LEFT),
        "two_hours_right": (Moment.TWO_HOURS, Knee.RIGHT),
    }
    still_to_come = "That day is still to come. Log it once you have walked."
    # What the form folds away until somebody wants it.
    FOLDED = (
        *("stop_reason", "talk_test", "limped", "aid"),
        *("before_left", "before_right", "worst_left", "worst_right"),
        *("two_hours_left", "two_hours_right", "notes"),
    )
    PLACES = ("spots_left", "spread_left", "spots_right", "spread_right")

    duration = DurationField(
        label="Minutes",
        help_text="45, or 1:05",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        error_messages={"required": "Say how long you walked, for example 45 or 1:05."},
    )
    distance = DistanceField(
        required=False,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    after_left = scale("Left knee")
    after_right = scale("Right knee")
    before_left = short_scale("Left knee, before")
    before_right = short_scale("Right knee, before")
    worst_left = short_scale("Left knee, at its worst")
    worst_right = short_scale("Right knee, at its worst")
    two_hours_left = short_scale("Left knee, two hours later")
    two_hours_right = short_scale("Right knee, two hours later")
    spots_left = spots("Left knee")
    spots_right = spots("Right knee")
    spread_left = spread("How far does it spread?")
    spread_right = spread("How far does it spread?")
    pain_onset = DurationField(
        label="Minutes before a knee hurt",
        required=False,
        help_text="10 if it began after ten minutes, 0 if it hurt from the first step.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    never_hurt = forms.BooleanField(label="It never hurt", required=False)
    stop_reason = one_of("Why did you stop?", Walk.StopReason.choices)
    talk_test = one_of("While walking", Walk.TalkTest.choices)
    aid = one_of("What did you lean on?", Walk.Aid.choices)
    limped = forms.TypedChoiceField(
        label="Did you limp?",
        choices=[NOT_NOTED, ("no", "No"), ("yes", "Yes")],
        coerce=lambda answer: answer == "yes",
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of these."},
    )
    notes = NotesField(
        required=False,
        max_length=2000,
        error_messages={
            "max_length": "Please keep this under %(limit_value)d characters. "
            "It has %(show_value)d now; nothing is cut off until you do.",
        },
    )
    confirmed = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Walk
        fields = ["never_hurt", "stop_reason", "talk_test", "aid", "limped", "notes"]

    field_order = [
        "day",
        "other_day",
        "duration",
        "distance",
        "after_left",
        "after_right",
        "pain_onset",
        "never_hurt",
        *PLACES,
        *FOLDED,
        "confirmed",
    ]

    def __init__(
        self, *args: Any, today: datetime.date, knees: str = "both", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.questions: list[str] = []
        unit = self.instance.owner.units
        distance = self.fields["distance"]
        assert isinstance(distance, DistanceField)
        distance.unit = unit
        distance.label = "Miles" if unit == "mi" else "Kilometres"
        distance.help_text = f"optional; {'4 km' if unit == 'mi' else '2 mi'} works"
        if self.instance.pk:
            self.initial = {**self.initial, **values_of(self.instance)}
        self.initial = {"day": today, **self.initial, **(kwargs.get("initial") or {})}
        self.sides = list(self._ask_of(knees))
        self.offer_days(today)

    def _ask_of(self, knees: str) -> Iterator[str]:
        """Leave out the fields of a knee that is not asked of; yield "left", "right" or both."""
        for side, knee in SIDES.items():
            names = [name for name in self.fields if name.endswith(f"_{side}")]
            if knees in ("both", knee) or any(
                self.initial.get(name) not in (None, "") for name in names
            ):
                yield side
                continue
            for name in names:
                del self.fields[name]

    @property
    def knees_now(self) -> list[forms.BoundField]:
        return [self[f"after_{side}"] for side in self.sides]

    @property
    def places(self) -> list[dict[str, Any]]:
        """Of each knee that is asked of: its side, its places, and how far it spreads."""
        return [
            {"side": side, "spots": self[f"spots_{side}"], "spread": self[f"spread_{side}"]}
            for side in self.sides
        ]

    @property
    def other_moments(self) -> list[forms.BoundField]:
        return [
            self[f"{moment}_{side}"]
            for moment in ("before", "worst", "two_hours")
            for side in self.sides
        ]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day = self.chosen_day()
        duration, distance = cleaned.get("duration"), cleaned.get("distance")
        if duration is not None:
            self._clean_duration(duration, day)
        if distance is not None:
            self._clean_distance(distance, duration)
        self._clean_pain_onset(duration)
        if not self.errors and duration is not None:
            self.questions = list(_questions(duration, distance))
            self.confirmation = f"{duration} {distance.metres if distance else 0}"
            if self.questions and cleaned.get("confirmed") != self.confirmation:
                self.add_error("confirmed", forms.ValidationError("Is that right?", "unusual"))
        return cleaned

    def _clean_duration(self, duration: int, day: datetime.date | None) -> None:
        if duration < MIN_DURATION_S:
            words, code = "A walk here is at least a minute long.", "too_short"
        elif duration > MAX_DURATION_S:
            words = (
                f"That reads as {units.format_duration(duration)}, and a walk here is at most "
                "12 hours. For three quarters of an hour, write 45."
            )
            code = "too_long"
        elif day and duration + self._walked_on(day) > MAX_WALKED_A_DAY_S:
            words = "With your other walks, that makes more than 24 hours in one day."
            code = "day_too_long"
        else:
            return
        self.add_error("duration", forms.ValidationError(words, code))

    def _walked_on(self, day: datetime.date) -> int:
        """Seconds of the reader's other walks on that day. 1 query."""
        others = self.instance.owner.walks.filter(local_date=day).exclude(pk=self.instance.pk)
        return others.aggregate(seconds=Sum("duration_s"))["seconds"] or 0

    def _clean_distance(self, distance: units.Distance, duration: int | None) -> None:
        told = units.format_distance(*distance)
        if distance.metres < MIN_DISTANCE_M:
            words = "That is less than ten metres. Leave it empty if you do not know."
            code = "too_short"
        elif distance.metres > MAX_DISTANCE_M:
            words = (
                f"That reads as {told}, and a walk here is at most 60 km. For metres write 800 m."
            )
            code = "too_far"
        elif (
            duration
            and "duration" not in self.errors
            and (distance.metres / duration > MAX_SPEED_M_PER_S)
        ):
            words = (
                f"{told} in {units.format_duration(duration)} is faster than running. "
                "Was it a bike, or another unit?"
            )
            code = "too_fast"
        else:
            return
        self.add_error("distance", forms.ValidationError(words, code))

    def _clean_pain_onset(self, duration: int | None) -> None:
        onset = self.cleaned_data.get("pain_onset")
        if onset is None:
            return
        if self.cleaned_data.get("never_hurt"):
            words = "You also ticked “It never hurt”. Keep the one that is right."
            code = "hurt_or_not"
        elif duration and onset > duration:
            words = "That is longer than the walk. How many minutes had you walked by then?"
            code = "beyond_the_walk"
        else:
            return
        self.add_error("pain_onset", forms.ValidationError(words, code))

    @property
    def is_only_asking(self) -> bool:
        """Whether nothing is the matter but that the numbers are unusual."""
        return bool(self.questions) and set(self.errors) == {"confirmed"}

    @property
    def shows_more(self) -> bool:
        """Whether the folded part holds something, so that it must not stay folded."""
        return self._holds(self.FOLDED)

    @property
    def shows_places(self) -> bool:
        return self._holds(self.PLACES)

    def _holds(self, names: Iterable[str]) -> bool:
        asked = [name for name in names if name in self.fields]
        if any(name in self.errors for name in asked):
            return True
        return any(self[name].value() not in (None, "", False, []) for name in asked)

    def save(self, commit: bool = True) -> Walk:
        """The walk with its readings, in one transaction; brings back one that had been deleted.

        Raises `IntegrityError` where the same form is being saved by another press just now.
        """
        walk, cleaned = self.instance, self.cleaned_data
        walk.local_date = cleaned["local_date"]
        walk.duration_s = cleaned["duration"]
        walk.distance_m, walk.unit_typed = cleaned["distance"] or (None, "")
        walk.pain_onset_s = cleaned["pain_onset"]
        walk.deleted_at = None
        typed = {
            which: cleaned[name] for name, which in self.READINGS.items() if name in self.fields
        }
        places = {
            SIDES[side].value: (cleaned[f"spots_{side}"], cleaned[f"spread_{side}"])
            for side in self.sides
        }
        with transaction.atomic():
            walk.save()
            readings.save_of_walk(walk, typed)
            readings.save_spots(walk.owner, walk.local_date, places, walk=walk)
        return walk


def values_of(walk: Walk) -> dict[str, Any]:
    """What the form shows of a walk, beside what is named as in the model. 2 queries."""
    return {
        "day": walk.local_date,
        "limped": {True: "yes", False: "no", None: ""}[walk.limped],
        "pain_onset": walk.pain_onset_s,
        **values_to_start_from(walk),
        **readings.of_walk(walk, WalkForm.READINGS),
        **readings.spots_of_walk(walk),
    }


def walks_to_start_from(owner: User, today: datetime.date) -> list[Walk]:
    """The last walk on the same day of the week, lately, and the very last. 1 query.

    Habits have their days: Tuesday's walk is more like last Tuesday's than like Sunday's. None, one
    or two walks, the likelier first.
    """
    lately = list(owner.walks.newest_first()[:WALKS_TO_START_FROM])
    of_weekday = (
        walk
        for walk in lately
        if walk.local_date.weekday() == today.weekday()
        and (today - walk.local_date).days <= WEEKDAY_COUNTS_FOR_DAYS
    )
    return list(dict.fromkeys([*(walk for walk in (next(of_weekday, None),) if walk), *lately[:1]]))


def values_to_start_from(last: Walk) -> dict[str, Any]:
    """What the form for a new walk shows already: as long and as far as an earlier one.

    Not its comfort, which must be asked and never suggested.
    """
    typed_in = last.unit_typed or last.owner.units
    return {
        "duration": last.duration_s,
        "distance": units.Distance(last.distance_m, typed_in) if last.distance_m else None,
    }


def values_of_the_same(last: Walk) -> dict[str, Any]:
    """The same, with how it was walked: for "same as last time"."""
    return {
        **values_to_start_from(last),
        "talk_test": last.talk_test,
        "aid": last.aid,
        "stop_reason": last.stop_reason,
    }


def _questions(duration: int, distance: units.Distance | None) -> Iterator[str]:
    """What is possible but unusual about a walk, put as the reader would see it."""
    if duration > UNUSUAL_ABOVE_S:
        yield f"That is {units.format_duration(duration)} of walking, in one walk."
    if distance is None:
        return
    walk = f"{units.format_distance(*distance)} in {units.format_duration(duration)}"
    if distance.metres / duration < UNUSUAL_BELOW_M_PER_S:
        yield f"{walk} is slower than most people stroll."
    if distance.metres / duration > UNUSUAL_ABOVE_M_PER_S:
        yield f"{walk} is almost a run."
