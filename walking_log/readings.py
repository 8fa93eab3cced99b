"""Writing down what is said of the knees: readings of a walk or a day, and places that hurt."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from accounts.models import User

from .models import KneeReading, KneeSpot, Walk

Knee, Moment = KneeReading.Knee, KneeReading.Moment
# Which of a walk's readings: its moment and its knee.
Which = tuple[str, str]

DAY = datetime.timedelta(days=1)
DAYS_AFTER_THE_WALK = {Moment.NEXT_MORNING: DAY}
# A morning is remembered for a week; later it is no longer that morning's.
MORNING_ASKED_FOR_DAYS = 7


def days_late(day: datetime.date, recorded_at: datetime.datetime, owner: User) -> int:
    """Days from the day a reading is of to the day it was said, by its owner's calendar."""
    return max(0, (timezone.localdate(recorded_at, owner.zone) - day).days)


def save_of_walk(walk: Walk, typed: dict[Which, int | None]) -> None:
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
        if comfort is None:
            if reading is not None:
                reading.delete()
            continue
        if reading is None:
            reading = KneeReading(owner=walk.owner, walk=walk, moment=moment, knee=knee)
        elif (reading.comfort, reading.local_date) == (comfort, day):
            continue
        _write(reading, day, comfort)


def save_of_rest_day(owner: User, day: datetime.date, typed: dict[str, int | None]) -> None:
    """The same for a day without a walk, by knee. 1 query, and 1 for each that changed."""
    stored = {
        reading.knee: reading
        for reading in owner.knee_readings.filter(moment=Moment.REST_DAY, local_date=day)
    }
    for knee, comfort in typed.items():
        reading = stored.get(knee)
        if comfort is None:
            if reading is not None:
                reading.delete()
        elif reading is None or reading.comfort != comfort:
            _write(
                reading or KneeReading(owner=owner, moment=Moment.REST_DAY, knee=knee),
                day,
                comfort,
            )


def _write(reading: KneeReading, day: datetime.date, comfort: int) -> None:
    if reading.comfort != comfort:
        reading.recorded_at = timezone.now()
    reading.comfort, reading.local_date = comfort, day
    reading.days_late = days_late(day, reading.recorded_at, reading.owner)
    reading.save()


def of_walk(walk: Walk, fields: dict[str, Which]) -> dict[str, int]:
    """The walk's comforts by the names of their fields. Costs nothing `with_readings`."""
    stored = {(reading.moment, reading.knee): reading.comfort for reading in walk.readings.all()}
    return {name: stored[which] for name, which in fields.items() if which in stored}


def save_spots(
    owner: User,
    day: datetime.date,
    typed: dict[str, tuple[Iterable[str], str]],
    **of: Any,
) -> None:
    """Make the places of some knees say what was typed: of each, where and how far it spreads.

    `of` is `walk=` or `reading=`. 1 query, and at most 2 for each knee.
    """
    stored = {(spot.knee, spot.spot): spot for spot in KneeSpot.objects.filter(owner=owner, **of)}
    for knee, (places, spread) in typed.items():
        wanted = set(places)
        old = [spot.pk for (of_knee, _), spot in stored.items() if of_knee == knee]
        same = {name for of_knee, name in stored if of_knee == knee} == wanted and all(
            (spot.spread, spot.local_date) == (spread, day)
            for (of_knee, _), spot in stored.items()
            if of_knee == knee
        )
        if same:
            continue
        KneeSpot.objects.filter(pk__in=old).delete()
        KneeSpot.objects.bulk_create(
            KneeSpot(owner=owner, local_date=day, knee=knee, spot=name, spread=spread, **of)
            for name in KneeSpot.Spot.values
            if name in wanted
        )


def spots_of_walk(walk: Walk) -> dict[str, Any]:
    """The walk's places by the names of the form's fields. 1 query."""
    shown: dict[str, Any] = {}
    for spot in walk.spots.order_by("pk"):
        side = Knee(spot.knee).name.lower()
        shown.setdefault(f"spots_{side}", []).append(spot.spot)
        shown[f"spread_{side}"] = spot.spread
    return shown


def morning_is_asked_of(walk: Walk, today: datetime.date) -> bool:
    """Whether it makes sense, on that day, to say how the knees were the morning after the walk."""
    return DAY <= today - walk.local_date <= MORNING_ASKED_FOR_DAYS * DAY


def walk_to_ask_of(last_walks: Iterable[Walk], today: datetime.date) -> Walk | None:
    """Yesterday's last walk, where nothing is written yet of the morning after.

    `last_walks` newest first, `with_readings`.
    """
    walk = next((walk for walk in last_walks if walk.local_date == today - DAY), None)
    if walk is None or any(r.moment == Moment.NEXT_MORNING for r in walk.readings.all()):
        return None
    return walk
