"""Durations, distances, paces and comfort as people write and read them.

Inside, everything is whole seconds and whole metres; these functions stand at the edges. Pure:
no database, no clock, no request. Whatever text comes in, only `Unreadable` comes out.
"""

import re
import unicodedata
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

# The international mile, exact by definition.
METRES_PER_MILE = Decimal("1609.344")
METRES_PER = {"km": Decimal(1000), "mi": METRES_PER_MILE, "m": Decimal(1)}

# Longer than anything that is a duration or a distance.
LONGEST_TEXT = 40

NO_BREAK = "\N{NO-BREAK SPACE}"

# The words of the scale, as its readings are stored. What lies between has none of its own.
COMFORT_ANCHORS = {
    0: "worst pain I can imagine",
    5: "it bothers me",
    7: "I could live with this",
    10: "no pain or discomfort at all",
}
# How a reading is told back in a line of a list. Ours, for reading only: nothing is decided by it.
COMFORT_WORDS = (
    "worst pain",
    "very sore",
    "very sore",
    "sore",
    "sore",
    "bothersome",
    "bothersome",
    "could live with it",
    "nearly comfortable",
    "nearly comfortable",
    "no pain at all",
)

_SECONDS_PER = {"h": 3600, "min": 60, "s": 1}
_TIME_UNITS = {
    **dict.fromkeys(("h", "hr", "hrs", "hour", "hours"), "h"),
    **dict.fromkeys(("m", "min", "mins", "minute", "minutes"), "min"),
    **dict.fromkeys(("s", "sec", "secs", "second", "seconds"), "s"),
}
_LENGTH_UNITS = {
    **dict.fromkeys(("km", "kms", "kilometre", "kilometres", "kilometer", "kilometers"), "km"),
    **dict.fromkeys(("mi", "mile", "miles"), "mi"),
    **dict.fromkeys(("m", "metre", "metres", "meter", "meters"), "m"),
}
_CLOCK = re.compile(r"([0-9]{1,3}):([0-5][0-9])(?::([0-5][0-9]))?")
_TIME_PART = re.compile(r"\s*(?:and\s+)?([0-9]+(?:[.,][0-9]+)?)\s*(?:([a-z]+)\.?)?")
_LENGTH = re.compile(r"([0-9]+(?:[.,][0-9]+)?|[.,][0-9]+)\s*(?:([a-z]+)\.?)?")
_METRES_IN_THOUSANDS = re.compile(r"^([0-9]{1,3})[.,\s]([0-9]{3})(?=\s*m(?:et(?:re|er)s?)?\.?$)")


class Unreadable(ValueError):
    """Text that is no duration or distance; `str()` of it is a kind word to whoever typed it.

    `code` is one of "empty", "negative", "ambiguous", "unreadable".
    """

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class Distance(NamedTuple):
    """How far, in whole metres, and the unit it was typed in: km, mi or m."""

    metres: int
    unit: str


def parse_duration(text: str) -> int:
    """Whole seconds from what someone wrote, zero or more.

    A bare number is minutes. A colon is a walker's clock, hours and minutes: "1:05" is an hour
    and five minutes and "0:45" three quarters of an hour; "1:05:30" adds seconds. A bare
    fraction such as "1.30" could be either, so it is asked about rather than guessed.
    Raises `Unreadable`.
    """
    text = _tidied(text, "Say how long you walked, for example 45 or 1:05.")
    if clock := _CLOCK.fullmatch(text):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return hours * 3600 + minutes * 60 + seconds

    total, at, before = Decimal(0), 0, ""
    while at < len(text):
        part = _TIME_PART.match(text, at)
        if part is None:
            raise _unreadable_duration()
        number, unit = Decimal(part[1].replace(",", ".")), _TIME_UNITS.get(part[2] or "min")
        alone_or_last = part.end() == len(text) and before in ("", "h")
        if unit is None or (part[2] is None and not alone_or_last):
            raise _unreadable_duration()
        if before and _SECONDS_PER[unit] >= _SECONDS_PER[before]:
            raise _unreadable_duration()
        if part[2] is None and number != number.to_integral_value():
            raise Unreadable(
                "Are those hours or minutes? Write 45 for minutes, or 1:05 for an hour and five.",
                "ambiguous",
            )
        total += number * _SECONDS_PER[unit]
        at, before = part.end(), unit
    return _whole(total)


def parse_distance(text: str, unit: str) -> Distance:
    """How far, from what someone wrote; a bare number is in `unit` ("km" or "mi").

    A comma is a decimal point, except that "1,200 m" is one kilometre and a bit: nobody measures
    a walk in millimetres. Raises `Unreadable`.
    """
    text = _tidied(text, "Say how far you walked, for example 3.2 or 2 mi.")
    text = _METRES_IN_THOUSANDS.sub(r"\1\2", text)
    found = _LENGTH.fullmatch(text)
    typed = _LENGTH_UNITS.get((found[2] or unit) if found else "")
    if found is None or typed is None:
        raise Unreadable(
            "We could not read that distance. Write it like 3.2 km, 2 mi or 800 m.", "unreadable"
        )
    return Distance(_whole(Decimal(found[1].replace(",", ".")) * METRES_PER[typed]), typed)


def format_duration(seconds: int) -> str:
    """To the nearest minute, for reading: "45 min", "1 h", "1 h 5 min"."""
    hours, minutes = divmod(_whole(Decimal(seconds) / 60), 60)
    parts = [f"{hours}{NO_BREAK}h"] if hours else []
    if minutes or not hours:
        parts.append(f"{minutes}{NO_BREAK}min")
    return NO_BREAK.join(parts)


def format_distance(metres: int, unit: str) -> str:
    """To a hundredth of the unit, for reading: "3.2 km", "2 mi"."""
    return f"{_trimmed(metres / METRES_PER[unit], 2)}{NO_BREAK}{unit}"


def format_pace(seconds: int, metres: int, unit: str) -> str:
    """Minutes and seconds for one km or mi: "14:03 min/km". `metres` is more than zero."""
    minutes, rest = divmod(_whole(Decimal(seconds) * METRES_PER[unit] / metres), 60)
    return f"{minutes}:{rest:02}{NO_BREAK}min/{unit}"


def duration_for_typing(seconds: int) -> str:
    """What to put back in a field: `parse_duration` reads exactly `seconds` from it."""
    minutes, rest = divmod(seconds, 60)
    if rest:
        return f"{minutes} min {rest} s"
    return f"{minutes}" if minutes < 60 else f"{minutes // 60}:{minutes % 60:02}"


def distance_for_typing(distance: Distance, unit: str) -> str:
    """What to put back in a field of someone whose own unit is `unit`, in the unit it was typed.

    As short as it can be while `parse_distance` still reads exactly the same metres from it.
    """
    amount = distance.metres / METRES_PER[distance.unit]
    written = next(
        text
        for text in (_trimmed(amount, places) for places in range(5))
        if _whole(Decimal(text) * METRES_PER[distance.unit]) == distance.metres
    )
    return written if distance.unit == unit else f"{written} {distance.unit}"


def comfort_in_words(comfort: int) -> str:
    """A few words for a comfort of 0–10, for reading."""
    return COMFORT_WORDS[comfort]


def _tidied(text: str, when_empty: str) -> str:
    """Lower case, one kind of digit, space and minus; raises for nothing, and for less than it."""
    if len(text) > LONGEST_TEXT:
        raise Unreadable(
            "That is a lot of text for a number. A few characters are enough.", "unreadable"
        )
    tidy = unicodedata.normalize("NFKC", text).casefold().strip()
    if not tidy:
        raise Unreadable(when_empty, "empty")
    if tidy[0] in "-\N{MINUS SIGN}\N{EN DASH}":
        raise Unreadable("That is less than nothing. Write it without the minus.", "negative")
    return tidy


def _unreadable_duration() -> Unreadable:
    return Unreadable(
        "We could not read that time. Write minutes like 45, or 1:05 for an hour and five.",
        "unreadable",
    )


def _whole(number: Decimal) -> int:
    return int(number.to_integral_value(ROUND_HALF_UP))


def _trimmed(number: Decimal, places: int) -> str:
    text = f"{number:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
