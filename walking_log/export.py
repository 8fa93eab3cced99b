"""A reader's log as CSV: one line a walk, one line a reading of a day without a walk."""

import csv
import io
from collections.abc import Iterator

from accounts.models import User

from .models import KneeReading, Walk

ROWS_AT_A_TIME = 500
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
    *(name for name, _, _ in COMFORT_COLUMNS),
    "notes",
]


def as_csv(reader: User) -> Iterator[str]:
    """Lines, oldest first, read ROWS_AT_A_TIME: bounded memory for any number of walks.

    Comfort is 0–10 with 10 no pain or discomfort at all. Deleted walks are not in it.
    """
    yield "\N{ZERO WIDTH NO-BREAK SPACE}" + _line(COLUMNS)  # so that Excel reads it as UTF-8
    walks = reader.walks.with_readings().order_by("local_date", "pk")
    for walk in walks.iterator(chunk_size=ROWS_AT_A_TIME):
        yield _line([*_cells_of(walk), *_comforts(walk.readings.all()), in_words_only(walk.notes)])
    rest_days = reader.knee_readings.filter(walk=None).order_by("local_date", "knee")
    for reading in rest_days.iterator(chunk_size=ROWS_AT_A_TIME):
        nothing = [""] * len(_WALK_COLUMNS)
        yield _line([reading.local_date, *nothing, *_comforts([reading]), ""])


def in_words_only(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(STARTS_A_FORMULA) else text


_WALK_COLUMNS = COLUMNS[1 : COLUMNS.index("limped") + 1]


def _cells_of(walk: Walk) -> list[object]:
    return [walk.local_date, *(getattr(walk, column) for column in _WALK_COLUMNS)]


def _comforts(readings) -> list[object]:
    known = {(reading.moment, reading.knee): reading.comfort for reading in readings}
    return [known.get((moment, knee), "") for _, moment, knee in COMFORT_COLUMNS]


def _line(cells: list) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(cells)
    return line.getvalue()
