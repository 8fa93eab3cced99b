"""Which day a form of the log is about: today, yesterday, or another."""

import datetime
from collections.abc import Iterator
from itertools import zip_longest
from typing import Any

from django import forms

from .models import EARLIEST_DAY

ANOTHER_DAY = "other"
DAY = datetime.timedelta(days=1)


class OnADay(forms.Form):
    """The day, as the reader calls it. Whoever mixes it in calls `offer_days` when it is made, with
    the reader's own today, and `chosen_day` when it is cleaned.
    """

    today: datetime.date
    still_to_come = "That day is still to come."

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

    def offer_days(self, today: datetime.date) -> None:
        """Today, yesterday, another; and the day that a page open past midnight had offered."""
        self.today = today
        self.fields["other_day"].widget.attrs["max"] = today.isoformat()
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

    def chosen_day(self) -> datetime.date | None:
        """Set `cleaned_data["local_date"]`, or say what is the matter with the day."""
        if "day" in self.errors or "other_day" in self.errors:
            return None
        named = self.cleaned_data["day"]
        field = "other_day" if named == ANOTHER_DAY else "day"
        day = self.cleaned_data.get("other_day") if named == ANOTHER_DAY else _day_from(named)
        if day is None:
            words, code = "Choose the day you walked.", "required"
        elif day > self.today:
            words, code = self.still_to_come, "future"
        elif day < EARLIEST_DAY:
            words, code = "That is very long ago. Is the year right?", "long_ago"
        else:
            self.cleaned_data["local_date"] = day
            return day
        self.add_error(field, forms.ValidationError(words, code))
        return None


def _day_from(text: Any) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(str(text))
    except ValueError:
        return None
