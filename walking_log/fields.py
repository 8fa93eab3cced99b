"""The fields that the forms of the log are made of."""

import unicodedata
from typing import Any

from django import forms

from . import units
from .models import KneeSpot

NOT_NOTED = ("", "Not noted")


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


def one_of(label: str, choices: list[tuple[str, Any]], **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=[NOT_NOTED, *choices],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": "Choose one of these."},
        **more,
    )


def scale(label: str) -> forms.TypedChoiceField:
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


def short_scale(label: str) -> forms.TypedChoiceField:
    """The same scale in one line, for what is asked more rarely."""
    field = scale(label)
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


def spots(label: str) -> forms.MultipleChoiceField:
    """Where a knee hurt: any of the places. Their order is the picture's too (`_spots.html`)."""
    return forms.MultipleChoiceField(
        label=label,
        choices=KneeSpot.Spot.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": "Choose from these places."},
    )


def spread(label: str) -> forms.ChoiceField:
    return one_of(label, KneeSpot.Spread.choices)
