"""Walks told in their reader's units: `{{ walk.distance_m|distance:user.units }}`."""

import datetime

from django import template

from walking_log import units
from walking_log.models import Verdict, Walk
from walking_log.rules import Reason

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


@register.simple_tag
def verdict_in_words(verdict: Verdict, today: datetime.date) -> str:
    """What the rules said, in one sentence with its reasons, as it is put on that day."""
    return verdict.in_words(today)


@register.filter
def all_reasons(verdict: Verdict, today: datetime.date) -> list[str]:
    """Every reason of it as a sentence; the one sentence has room for two."""
    clauses = [Reason.read(reason).in_words(today) for reason in verdict.reasons]
    return [f"{clause[0].upper()}{clause[1:]}." for clause in dict.fromkeys(clauses)]
