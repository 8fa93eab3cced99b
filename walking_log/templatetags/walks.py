"""Walks told in their reader's units: `{{ walk.distance_m|distance:user.units }}`."""

from collections.abc import Iterable, Sequence

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from walking_log import units
from walking_log.models import Walk

register = template.Library()

register.filter("duration", units.format_duration)
register.filter("distance", units.format_distance)
register.filter("comfort_in_words", units.comfort_in_words)


@register.filter
def pace(walk: Walk, unit: str) -> str:
    """Minutes for one km or mi, or nothing where no distance was noted."""
    return units.format_pace(walk.duration_s, walk.distance_m, unit) if walk.distance_m else ""


@register.filter
def of_moment(walk: Walk, moment: str) -> list:
    """The walk's readings of one moment, left before right. Costs nothing `with_readings`."""
    found = [reading for reading in walk.readings.all() if reading.moment == moment]
    return sorted(found, key=lambda reading: reading.knee)


@register.filter
def anchor(comfort: str) -> str:
    """The scale's own words for a number that has some: 0, 5, 7 and 10; else nothing."""
    return units.COMFORT_ANCHORS.get(int(comfort), "") if comfort else ""


@register.filter
def as_rows(rows: Iterable[Sequence[str]]) -> SafeString:
    """Rows of a chart's table; the first cell of each is its name.

    Here and not in a template, because a page has hundreds of them.
    """
    return mark_safe(
        "".join(
            f'<tr><th scope="row">{escape(name)}</th>'
            + "".join(f"<td>{escape(value)}</td>" for value in values)
            + "</tr>"
            for name, *values in rows
        )
    )
