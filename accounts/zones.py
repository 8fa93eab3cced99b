"""Time zones as a reader finds them in a list, and the time in them in words."""

from datetime import datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateformat import format as format_date

from .models import time_zones

# The parts of the IANA database whose names are places; the rest are old names and offsets.
REGIONS = (
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Europe",
    "Indian",
    "Pacific",
)


@cache
def grouped() -> list[tuple[str, list[tuple[str, str]]]]:
    """Choices for a `<select>`: regions from A to Z, the places of each from A to Z, then UTC."""
    groups: dict[str, list[tuple[str, str]]] = {region: [] for region in REGIONS}
    for name in time_zones():
        region, _, place = name.partition("/")
        if place and region in groups:
            groups[region].append((name, _label(place)))
    listed = [
        (region, sorted(places, key=lambda place: place[1])) for region, places in groups.items()
    ]
    return [*listed, ("Everywhere the same", [("UTC", "UTC")])]


@cache
def listed() -> frozenset[str]:
    """The names that `grouped` offers."""
    return frozenset(name for _, places in grouped() for name, _ in places)


def _label(place: str) -> str:
    """ "Argentina/Buenos_Aires" is found under B, as "Buenos Aires, Argentina"."""
    return ", ".join(reversed(place.replace("_", " ").split("/")))


def time_in_words(name: str, now: datetime | None = None) -> str:
    """ "It is 14:05 on Tuesday 24 November there now." `name` must be one of `time_zones()`."""
    local = (now or timezone.now()).astimezone(ZoneInfo(name))
    return f"It is {format_date(local, 'H:i')} on {format_date(local, 'l j F')} there now."
