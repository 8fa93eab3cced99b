"""Writing a walk down: what may be typed, and the kind words where it cannot be taken."""

import datetime
import unicodedata
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from django import forms
from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from . import units
from .models import (
    EARLIEST_DAY,
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

Knee, Moment = KneeReading.Knee, KneeReading.Moment
# Which of a walk's readings: its moment and its knee.
Which = tuple[str, str]

NOT_NOTED = ("", "Not noted")
ANOTHER_DAY = "other"
DAY = datetime.timedelta(days=1)
# A morning is remembered for a week; later it is no longer that morning's.
MORNING_ASKED_FOR_DAYS = 7
DAYS_AFTER_THE_WALK = {Moment.NEXT_MORNING: DAY}


class DurationField(forms.Field):
    """A time as people write it; cleans to whole seconds."""

    def to_python(self, value: str | None) -> int | None:
        if not (text := (value or "").strip()):
            return None
        try:
            return units.parse_duration(text)
        except units.Unreadable as unreadable:
            raise forms.ValidationError(str(unreadable), code=unreadable.code) from None

    def prepare_value(self, value: Any) -> Any:
        return units.duration_for_typing(value) if isinstance(value, int) else value


class DistanceField(forms.Field):
    """A distance as people write it; cleans to a `units.Distance`. `unit` is the reader's own."""

    unit = "km"

    def to_python(self, value: str | None) -> units.Distance | None:
        if not (text := (value or "").strip()):
            return None
        try:
            return units.parse_distance(text, self.unit)
        except units.Unreadable as unreadable:
            raise forms.ValidationError(str(unreadable), code=unreadable.code) from None

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, units.Distance):
            return units.distance_for_typing(value, self.unit)
        return value


class NotesField(forms.CharField):
    """Free text. Control characters, which nobody types, are left out rather than scolded."""

    widget = forms.Textarea(attrs={"rows": 4})

    def to_python(self, value: str | None) -> str:
        text = super().to_python(value) or ""
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) != "Cc")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Without maxlength, with which a browser cuts off a long paste and says nothing."""
        return {}


def _one_of(label: str, choices: list[tuple[str, Any]], **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[NOT_NOTED, *choices],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of these."},
        **more,
    )


def _scale(label: str) -> forms.TypedChoiceField:
    """The scale as eleven large targets and one for no answer."""
    return forms.TypedChoiceField(
        label=label,
        choices=[NOT_NOTED, *((str(comfort), str(comfort)) for comfort in range(11))],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose a number from 0 to 10."},
    )


def _short_scale(label: str) -> forms.TypedChoiceField:
    """The same scale in one line, for what is asked more rarely."""
    field = _scale(label)
    field.widget = forms.Select()
    field.choices = [
        NOT_NOTED,
        *(
            (
                str(comfort),
                f"{comfort}: {units.COMFORT_ANCHORS[comfort]}"
                if comfort in units.COMFORT_ANCHORS
                else str(comfort),
            )
            for comfort in range(11)
        ),
    ]
    return field


class _ReadingsForm(forms.Form):
    """What two forms share: fields that are readings of a walk's knees."""

    READINGS: dict[str, Which] = {}

    def readings_typed(self) -> dict[Which, int | None]:
        return {which: self.cleaned_data.get(name) for name, which in self.READINGS.items()}


def _save_readings(walk: Walk, typed: dict[Which, int | None]) -> None:
    """Make the walk's readings say what was typed, those not asked about left as they are.

    A reading that did not change keeps the time it was first recorded; all of them follow the
    day of the walk. 1 query, and 1 for each reading that changed.
    """
    stored = {(reading.moment, reading.knee): reading for reading in walk.readings.all()}
    for which in stored.keys() | typed.keys():
        moment, knee = which
        day = walk.local_date + DAYS_AFTER_THE_WALK.get(Moment(moment), 0 * DAY)
        reading = stored.get(which)
        comfort = typed.get(which, reading.comfort if reading else None)
        if reading is None:
            if comfort is not None:
                walk.readings.create(
                    owner=walk.owner, local_date=day, moment=moment, knee=knee, comfort=comfort
                )
        elif comfort is None:
            reading.delete()
        elif (reading.comfort, reading.local_date) != (comfort, day):
            if reading.comfort != comfort:
                reading.recorded_at = timezone.now()
            reading.comfort, reading.local_date = comfort, day
            reading.save(update_fields=["comfort", "local_date", "recorded_at"])


class WalkForm(_ReadingsForm, forms.ModelForm):
    """One walk of one reader: minutes, and whatever else they care to say.

    `today` is the reader's own, in their time zone. `self.questions` holds what is possible but
    unusual; it is taken once the reader has ticked that it is right, for exactly those numbers.
    """

    READINGS = {
        "after_left": (Moment.AFTER, Knee.LEFT),
        "after_right": (Moment.AFTER, Knee.RIGHT),
        "before_left": (Moment.BEFORE, Knee.LEFT),
        "before_right": (Moment.BEFORE, Knee.RIGHT),
        "worst_left": (Moment.WORST, Knee.LEFT),
        "worst_right": (Moment.WORST, Knee.RIGHT),
    }
    # What the form folds away until somebody wants it.
    FOLDED = (
        *("before_left", "before_right", "worst_left", "worst_right"),
        *("pain_onset", "never_hurt", "stop_reason", "talk_test", "aid", "limped", "notes"),
    )

    day = forms.CharField(
        label="Which day?",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the day you walked."},
    )
    other_day = forms.DateField(
        label="The day",
        required=False,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "invalid": "That day is not in the calendar. Write it like 24/11/2026.",
        },
    )
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
    after_left = _scale("Left knee")
    after_right = _scale("Right knee")
    before_left = _short_scale("Left knee, before")
    before_right = _short_scale("Right knee, before")
    worst_left = _short_scale("Left knee, at its worst")
    worst_right = _short_scale("Right knee, at its worst")
    pain_onset = DurationField(
        label="Minutes before a knee hurt",
        required=False,
        help_text="10 if it began after ten minutes, 0 if it hurt from the first step.",
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    never_hurt = forms.BooleanField(label="It never hurt", required=False)
    stop_reason = _one_of("Why did you stop?", Walk.StopReason.choices)
    talk_test = _one_of("While walking", Walk.TalkTest.choices)
    aid = _one_of("What did you lean on?", Walk.Aid.choices)
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
        *FOLDED,
        "confirmed",
    ]

    def __init__(self, *args: Any, today: datetime.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.questions: list[str] = []
        unit = self.instance.owner.units
        distance = self.fields["distance"]
        assert isinstance(distance, DistanceField)
        distance.unit = unit
        distance.label = "Miles" if unit == "mi" else "Kilometres"
        distance.help_text = f"optional; {'4 km' if unit == 'mi' else '2 mi'} works"
        self.fields["other_day"].widget.attrs["max"] = today.isoformat()
        if self.instance.pk:
            self.initial = {**self.initial, **values_of(self.instance)}
        self.initial = {"day": today, **self.initial, **(kwargs.get("initial") or {})}
        self._offer_days()

    def _offer_days(self) -> None:
        """Today, yesterday, another; and the day that a page open past midnight had offered."""
        offered = {self.today: "Today", self.today - DAY: "Yesterday"}
        meant = self.data.get("day") if self.is_bound else self.initial["day"]
        if isinstance(meant, datetime.date):
            if meant not in offered:
                self.initial = {**self.initial, "day": ANOTHER_DAY, "other_day": meant}
        elif (day := _day_from(meant)) and EARLIEST_DAY <= day < self.today - DAY:
            offered[day] = "That day"
        self.offered_days = list(offered)
        self.fields["day"].widget.choices = [
            *((day.isoformat(), word) for day, word in offered.items()),
            (ANOTHER_DAY, "Another day"),
        ]

    def days(self) -> Iterator[tuple[forms.boundfield.BoundWidget, datetime.date | None]]:
        """The choices of `day`, each with the day it means, for the template."""
        return zip_longest(self["day"], self.offered_days)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        day = self._clean_day()
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

    def _clean_day(self) -> datetime.date | None:
        """Set `cleaned_data["local_date"]`, or say what is the matter with the day."""
        if "day" in self.errors or "other_day" in self.errors:
            return None
        named = self.cleaned_data["day"]
        field = "other_day" if named == ANOTHER_DAY else "day"
        day = self.cleaned_data.get("other_day") if named == ANOTHER_DAY else _day_from(named)
        if day is None:
            words, code = "Choose the day you walked.", "required"
        elif day > self.today:
            words, code = "That day is still to come. Log it once you have walked.", "future"
        elif day < EARLIEST_DAY:
            words, code = "That is very long ago. Is the year right?", "long_ago"
        else:
            self.cleaned_data["local_date"] = day
            return day
        self.add_error(field, forms.ValidationError(words, code))
        return None

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
        if any(name in self.errors for name in self.FOLDED):
            return True
        return any(self[name].value() not in (None, "", False) for name in self.FOLDED)

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
        with transaction.atomic():
            walk.save()
            _save_readings(walk, self.readings_typed())
        return walk


class MorningForm(_ReadingsForm):
    """How the knees are on the morning after a walk."""

    READINGS = {
        "morning_left": (Moment.NEXT_MORNING, Knee.LEFT),
        "morning_right": (Moment.NEXT_MORNING, Knee.RIGHT),
    }

    morning_left = _scale("Left knee")
    morning_right = _scale("Right knee")

    def __init__(self, *args: Any, walk: Walk, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.walk = walk
        self.initial = {**_readings_of(walk, self.READINGS), **self.initial}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and all(comfort is None for comfort in cleaned.values()):
            raise forms.ValidationError("Choose a number for at least one knee.", "required")
        return cleaned

    def save(self) -> None:
        with transaction.atomic():
            _save_readings(self.walk, self.readings_typed())


def values_of(walk: Walk) -> dict[str, Any]:
    """What the form shows of a walk, beside what is named as in the model. 1 query."""
    return {
        "day": walk.local_date,
        "limped": {True: "yes", False: "no", None: ""}[walk.limped],
        "pain_onset": walk.pain_onset_s,
        **values_to_start_from(walk),
        **_readings_of(walk, WalkForm.READINGS),
    }


def values_to_start_from(last: Walk) -> dict[str, Any]:
    """What the form for a new walk shows already: as long and as far as the last one.

    Not its comfort, which must be asked and never suggested.
    """
    typed_in = last.unit_typed or last.owner.units
    return {
        "duration": last.duration_s,
        "distance": units.Distance(last.distance_m, typed_in) if last.distance_m else None,
    }


def _readings_of(walk: Walk, fields: dict[str, Which]) -> dict[str, int]:
    stored = {(reading.moment, reading.knee): reading.comfort for reading in walk.readings.all()}
    return {name: stored[which] for name, which in fields.items() if which in stored}


def _day_from(text: Any) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(text))
    except ValueError:
        return None


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


def morning_is_asked_of(walk: Walk, today: datetime.date) -> bool:
    """Whether it makes sense, on that day, to say how the knees were the morning after the walk."""
    return DAY <= today - walk.local_date <= MORNING_ASKED_FOR_DAYS * DAY
