"""Moments that a coach types or reads, with the time zone said, and the hours that clocks play
with: one in spring that no clock shows, one in autumn that they show twice."""

from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.formats import date_format

if TYPE_CHECKING:
    from articles.models import Article


def zone_name() -> str:
    """The time zone that times are shown in now, such as Europe/Oslo."""
    return timezone.get_current_timezone_name()


def in_words(moment: datetime) -> str:
    """ "3 December 2026, 14:30 in Europe/Oslo (13:30 UTC)", in the time zone that is shown now."""
    local = timezone.localtime(moment)
    there = date_format(local, "j F Y, H:i")
    if zone_name() == "UTC":
        return f"{there} UTC"
    utc = moment.astimezone(UTC)
    return f"{there} in {zone_name()} ({utc_in_words(local, utc)})"


def of(article: "Article") -> str:
    """When it was, or will be, published; "" for a draft that has no date."""
    return in_words(article.published_at) if article.published_at else ""


def utc_in_words(local: datetime, utc: datetime) -> str:
    shown = "H:i" if local.date() == utc.date() else "j F, H:i"
    return f"{date_format(utc, shown)} UTC"


def happens(local: datetime) -> bool:
    """Whether clocks show this time at all; False in the hour that they skip."""
    back = local.astimezone(UTC).astimezone(local.tzinfo)
    return back.replace(tzinfo=None) == local.replace(tzinfo=None)


def happens_twice(local: datetime) -> bool:
    """Whether clocks show this time twice, since they are put back."""
    return happens(local) and local.utcoffset() != local.replace(fold=1 - local.fold).utcoffset()


def both(local: datetime) -> list[tuple[str, str]]:
    """Choices between the two moments at which clocks show this time: "0", the earlier, and "1"."""
    return [
        (
            str(fold),
            f"{words}, {utc_in_words(local, local.replace(fold=fold).astimezone(UTC))}",
        )
        for fold, words in enumerate(("The first time", "The second time, an hour later"))
    ]


class MomentField(forms.SplitDateTimeField):
    """A day and a time in the time zone that is shown now. Of two moments it gives the earlier."""

    default_error_messages = {
        "invalid_date": "Write the day like 24/12/2026.",
        "invalid_time": "Write the time like 14:30.",
        "day_missing": "Say on which day, too.",
        "time_missing": "Say at what time, too.",
    }

    def __init__(self, **kwargs):
        widget = forms.SplitDateTimeWidget(
            date_format="%Y-%m-%d",
            time_format="%H:%M",
            date_attrs={"type": "date", "aria-label": "Day"},
            time_attrs={"type": "time", "aria-label": "Time"},
        )
        super().__init__(require_all_fields=False, **{"widget": widget, **kwargs})
        for part in self.fields:
            part.required = False

    def compress(self, data_list) -> datetime | None:
        day, clock = data_list or (None, None)
        if day is None and clock is None:
            return None
        if day is None:
            raise ValidationError(self.error_messages["day_missing"], code="day_missing")
        if clock is None:
            raise ValidationError(self.error_messages["time_missing"], code="time_missing")
        zone: tzinfo = timezone.get_current_timezone()
        local = datetime.combine(day, clock, zone)
        if not happens(local):
            first = local.astimezone(UTC).astimezone(zone)
            raise ValidationError(
                "Clocks in %(zone)s are put forward then: they never show %(typed)s on that day. "
                "%(typed)s would be %(first)s.",
                code="skipped",
                params={
                    "zone": zone_name(),
                    "typed": date_format(local, "H:i"),
                    "first": date_format(first, "H:i"),
                },
            )
        return local
