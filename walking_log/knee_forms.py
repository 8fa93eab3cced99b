"""What is asked of knees and days beside walks: mornings, rest days, symptoms, weeks."""

import datetime
from typing import Any

from django import forms
from django.db import transaction
from django.utils import timezone

from accounts.models import User

from . import readings, rules
from .days import OnADay
from .fields import NOT_NOTED, scale, spots
from .models import KneeReading, LifeTick, LogPreferences, SymptomReport, Walk

Knee, Moment = KneeReading.Knee, KneeReading.Moment
SIDES = {"left": Knee.LEFT, "right": Knee.RIGHT}
ONE_KNEE_AT_LEAST = "Choose a number for at least one knee."


class _Knees(forms.Form):
    """A scale for each knee that is asked of."""

    prefix_of_scale = ""

    def ask_of(self, knees: str) -> None:
        """`knees` is "both", "L" or "R"; a knee of which something is known is asked of too."""
        self.sides = [
            side
            for side, knee in SIDES.items()
            if knees in ("both", knee)
            or self.initial.get(f"{self.prefix_of_scale}_{side}") is not None
        ]
        for side in SIDES:
            if side not in self.sides:
                for name in [name for name in self.fields if name.endswith(f"_{side}")]:
                    del self.fields[name]

    @property
    def scales(self) -> list[forms.BoundField]:
        return [self[f"{self.prefix_of_scale}_{side}"] for side in self.sides]

    def comforts(self) -> dict[str, int | None]:
        """What was chosen, by knee."""
        return {
            SIDES[side].value: self.cleaned_data.get(f"{self.prefix_of_scale}_{side}")
            for side in self.sides
        }

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and all(comfort is None for comfort in self.comforts().values()):
            raise forms.ValidationError(ONE_KNEE_AT_LEAST, "required")
        return cleaned


class MorningForm(_Knees):
    """How the knees are on the morning after a walk.

    From a mailed link (`shows_stored` off) it shows nothing that was written before: a link may be
    passed on.
    """

    prefix_of_scale = "morning"
    READINGS: dict[str, readings.Which] = {
        "morning_left": (Moment.NEXT_MORNING, Knee.LEFT),
        "morning_right": (Moment.NEXT_MORNING, Knee.RIGHT),
    }

    morning_left = scale("Left knee")
    morning_right = scale("Right knee")

    def __init__(
        self,
        *args: Any,
        walk: Walk,
        knees: str = "both",
        shows_stored: bool = True,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.walk, self.shows_stored = walk, shows_stored
        if shows_stored:
            self.initial = {**readings.of_walk(walk, self.READINGS), **self.initial}
        self.ask_of(knees)

    def save(self) -> None:
        """A knee left unsaid is taken back, but not from a link, which did not show what was."""
        typed: dict[readings.Which, int | None] = {
            (Moment.NEXT_MORNING.value, knee): comfort
            for knee, comfort in self.comforts().items()
            if self.shows_stored or comfort is not None
        }
        with transaction.atomic():
            readings.save_of_walk(self.walk, typed)


class RestDayForm(_Knees, OnADay):
    """How the knees are on a day without a walk, and where they hurt."""

    prefix_of_scale = "rest"
    still_to_come = "That day is still to come. How are they today?"

    rest_left = scale("Left knee")
    rest_right = scale("Right knee")
    spots_left = spots("Where, on the left?")
    spots_right = spots("Where, on the right?")

    field_order = ["day", "other_day"]

    def __init__(
        self, *args: Any, owner: User, today: datetime.date, knees: str = "both", **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.owner = owner
        self.initial = {"day": today, **self.initial}
        self.fields["day"].error_messages["required"] = "Choose the day."
        self.ask_of(knees)
        self.offer_days(today)

    @property
    def places(self) -> list[dict[str, Any]]:
        return [{"side": side, "spots": self[f"spots_{side}"]} for side in self.sides]

    @property
    def shows_places(self) -> bool:
        return any(self[f"spots_{side}"].value() for side in self.sides)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        self.chosen_day()
        for side in self.sides:
            if cleaned.get(f"spots_{side}") and cleaned.get(f"rest_{side}") is None:
                self.add_error(
                    f"rest_{side}",
                    forms.ValidationError("Choose a number too: how is it there?", "required"),
                )
        return cleaned

    def save(self) -> None:
        """The readings of that day with their places; a knee left unsaid keeps what it had."""
        day = self.cleaned_data["local_date"]
        said: dict[str, int | None] = {
            knee: comfort for knee, comfort in self.comforts().items() if comfort is not None
        }
        with transaction.atomic():
            readings.save_of_rest_day(self.owner, day, said)
            stored = self.owner.knee_readings.filter(moment=Moment.REST_DAY, local_date=day)
            for reading in stored.filter(knee__in=said):
                side = Knee(reading.knee).name.lower()
                places = {reading.knee: (self.cleaned_data[f"spots_{side}"], "")}
                readings.save_spots(self.owner, day, places, reading=reading)


class SymptomsForm(forms.Form):
    """The red-flag questions; nothing ticked says "none of these"."""

    flags = forms.MultipleChoiceField(
        label="Is any of this so?",
        choices=SymptomReport.Flag.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from these."},
    )

    def __init__(self, *args: Any, asked: tuple[str, ...] = (), **kwargs: Any) -> None:
        """`asked` names the only questions that are asked; none named: all of them."""
        super().__init__(*args, **kwargs)
        self.asked = asked or tuple(SymptomReport.Flag.values)
        if asked:
            self.fields["flags"].choices = [  # type: ignore[attr-defined]
                choice for choice in SymptomReport.Flag.choices if choice[0] in asked
            ]

    def save(self, owner: User, today: datetime.date) -> SymptomReport:
        """Today's answers, in place of earlier ones of today.

        Of what was not asked, the last answer stands. 3 queries.
        """
        last: SymptomReport | None = owner.symptom_reports.order_by("-local_date").first()
        standing = [flag for flag in (last.flags if last else ()) if flag not in self.asked]
        ticked = {*self.cleaned_data["flags"], *standing}
        report, _ = SymptomReport.objects.update_or_create(
            owner=owner,
            local_date=today,
            defaults={
                **{flag: flag in ticked for flag in SymptomReport.Flag.values},
                "text_version": rules.FLAGS_TEXT_VERSION,
                "recorded_at": timezone.now(),
                "acknowledged_at": None,
            },
        )
        return report


def _one_word(area: str) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=LifeTick.Area(area).label,
        choices=[
            NOT_NOTED,
            *((str(value), words) for value, words in LifeTick.ANSWERS[area].choices),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of these."},
    )


class LifeTicksForm(forms.ModelForm):
    """Five plain questions about a week; any may be left out, but not all."""

    chair, stairs, floor, back, energy = map(_one_word, LifeTick.Area.values)

    class Meta:
        model = LifeTick
        fields = ["chair", "stairs", "floor", "back", "energy"]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and all(cleaned.get(area) is None for area in LifeTick.Area.values):
            raise forms.ValidationError(
                "Answer one of them at least, or leave it for now.", "required"
            )
        return cleaned


class PreferencesForm(forms.ModelForm):
    """Which knees are asked of, and what is mailed: the morning after, the week that was."""

    knees = forms.ChoiceField(
        label="Which knees shall we ask about?",
        choices=LogPreferences.Knees.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose one.", "invalid_choice": "Choose one of these."},
    )
    morning_mail = forms.BooleanField(
        label="Mail me the morning after a walk, with a link that takes one tap", required=False
    )
    morning_hour = forms.TypedChoiceField(
        label="From",
        choices=[(hour, f"{hour} o’clock") for hour in range(5, 12)],
        coerce=int,
        error_messages={"required": "Choose an hour.", "invalid_choice": "Choose an hour."},
    )

    weekly_mail = forms.BooleanField(
        label="Mail me on Mondays about the week that was", required=False
    )

    class Meta:
        model = LogPreferences
        fields = ["knees", "morning_mail", "morning_hour", "weekly_mail"]
