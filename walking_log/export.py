"""A reader's log as files: walks as CSV for a spreadsheet, and all there is as JSON."""

import csv
import io
import json
from collections.abc import Iterator
from operator import attrgetter

from django.core.serializers.json import DjangoJSONEncoder

from accounts.models import User

from .models import KneeReading, Landmark, LogPreferences, Look, StepSpan, Walk

ROWS_AT_A_TIME = 500
# What is the site's own: whose it is, and the other person in it.
NOT_THEIRS = frozenset(
    {
        "owner",
        "overridden_by",
        "coach",
        "submission_key",
        "morning_mail_queued_at",
        "weekly_mailed_of",
    }
)
# A cell that begins with one of these is run as a formula by some spreadsheets
# (OWASP, "CSV Injection"); an apostrophe before it makes it words.
STARTS_A_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

COMFORT_COLUMNS = [
    (f"comfort_{moment}_{knee.label.lower()}", moment, knee)
    for moment in KneeReading.Moment
    for knee in KneeReading.Knee
]
COLUMNS = [
    "day",
    "duration_s",
    "distance_m",
    "unit_typed",
    "pain_onset_s",
    "never_hurt",
    "stop_reason",
    "talk_test",
    "aid",
    "limped",
    "spots_left",
    "spots_right",
    *(name for name, _, _ in COMFORT_COLUMNS),
    "notes",
]


def as_csv(reader: User) -> Iterator[str]:
    """Lines, oldest first, read ROWS_AT_A_TIME: bounded memory for any number of walks.

    Comfort is 0–10 with 10 no pain or discomfort at all. Deleted walks are not in it.
    """
    yield "\N{ZERO WIDTH NO-BREAK SPACE}" + _line(COLUMNS)  # so that Excel reads it as UTF-8
    walks = reader.walks.with_readings().prefetch_related("spots").order_by("local_date", "pk")
    for walk in walks.iterator(chunk_size=ROWS_AT_A_TIME):
        yield _line(
            [
                *_cells_of(walk),
                *_places(walk.spots.all()),
                *_comforts(walk.readings.all()),
                in_words_only(walk.notes),
            ]
        )
    rest_days = reader.knee_readings.filter(walk=None).order_by("local_date", "knee")
    rest_days = rest_days.prefetch_related("spots")
    for reading in rest_days.iterator(chunk_size=ROWS_AT_A_TIME):
        nothing = [""] * len(_WALK_COLUMNS)
        places = _places(reading.spots.all())
        yield _line([reading.local_date, *nothing, *places, *_comforts([reading]), ""])


def as_json(reader: User) -> Iterator[str]:
    """Everything the log holds of its reader, as one JSON object, read ROWS_AT_A_TIME.

    Rows as the database holds them, deleted walks left out; `knee_readings` and `knee_spots` name
    their walk by its id.
    """
    parts = {
        "walks": reader.walks.all(),
        "knee_readings": reader.knee_readings.that_count(),
        "knee_spots": reader.knee_spots.that_count(),
        "symptom_reports": reader.symptom_reports.all(),
        "verdicts": reader.verdicts.all(),
        "life_ticks": reader.life_ticks.all(),
        "log_preferences": LogPreferences.objects.filter(owner=reader),
        "plan_runs": reader.plan_runs.all(),
        "plan_steps_walked": StepSpan.objects.filter(run__owner=reader),
        "landmarks": Landmark.objects.filter(run__owner=reader),
        "share_grants": reader.share_grants.all(),
        "looks": Look.objects.filter(grant__owner=reader),
    }
    opening = "{"
    for name, rows in parts.items():
        yield f'{opening}"{name}":['
        kept = [field.attname for field in rows.model._meta.fields if field.name not in NOT_THEIRS]
        between = ""
        for row in rows.order_by("pk").values(*kept).iterator(chunk_size=ROWS_AT_A_TIME):
            yield between + json.dumps(row, cls=DjangoJSONEncoder, ensure_ascii=False)
            between = ",\n"
        opening = "],"
    yield "]}"


def in_words_only(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(STARTS_A_FORMULA) else text


_WALK_COLUMNS = COLUMNS[1 : COLUMNS.index("limped") + 1]


def _cells_of(walk: Walk) -> list[object]:
    return [walk.local_date, *(getattr(walk, column) for column in _WALK_COLUMNS)]


def _places(spots) -> list[str]:
    """The left knee's, then the right's, as in the model, by semicolons."""
    return [
        ";".join(spot.spot for spot in sorted(spots, key=attrgetter("pk")) if spot.knee == knee)
        for knee in KneeReading.Knee.values
    ]


def _comforts(readings) -> list[object]:
    known = {(reading.moment, reading.knee): reading.comfort for reading in readings}
    return [known.get((moment, knee), "") for _, moment, knee in COMFORT_COLUMNS]


def _line(cells: list) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
