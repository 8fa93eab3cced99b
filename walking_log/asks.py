"""What the log has to say and to ask today, for `templates/walking_log/_next.html`."""

import datetime
from collections.abc import Sequence
from typing import Any

from accounts.models import User

from . import rules, verdicts
from .models import KneeReading, LogPreferences, SymptomReport, Verdict, Walk

DAY = datetime.timedelta(days=1)
# Asked about from the fifth day of the week on: a week should be lived first.
TICKS_ASKED_FROM_WEEKDAY = 4


def of(reader: User, today: datetime.date, last_walks: Sequence[Walk]) -> dict[str, Any]:
    """The context of the four cards that the dashboard begins with. 5 queries.

    - `verdict`: the `Verdict` that is advice for today, or None; put into words by
      `{% verdict_in_words verdict today %}`;
    - `symptoms`: the newest `SymptomReport` with something ticked, or None;
    - `advice`: where to go with it, in words; `urgency`: "now", "today" or "book";
    - `questions`: (name, words) of the red-flag questions to ask now, none as a rule;
    - `backwards`: the walk of which to ask whether the scale was read the wrong way round, or None;
    - `ticks_due`: the Monday of the week to ask about daily life, or None.

    `last_walks` newest first, `with_readings`.
    """
    verdict = verdicts.current(reader, today)
    report = reader.symptom_reports.order_by("-local_date").first()
    symptoms = report if report and report.flags else None
    urgency = rules.urgency_of(symptoms.flags) if symptoms else None
    return {
        "verdict": verdict,
        "symptoms": symptoms,
        "advice": rules.WHERE_TO_GO[urgency] if urgency is not None else "",
        "urgency": urgency.name.lower() if urgency is not None else "",
        "questions": _questions(verdict),
        "backwards": _read_backwards(reader, today, last_walks),
        "ticks_due": ticks_due(reader, today) if last_walks else None,
    }


def _questions(verdict: Verdict | None) -> list[tuple[str, str]]:
    asked = verdict.questions if verdict else []
    return [(flag.value, flag.label) for flag in SymptomReport.Flag if flag.value in asked]


def _read_backwards(reader: User, today: datetime.date, last_walks: Sequence[Walk]) -> Walk | None:
    """The last walk, if it looks so and the reader has not said. 2 queries, mostly none."""
    if not last_walks:
        return None
    walk = last_walks[0]
    comforts = [r.comfort for r in walk.readings.all() if r.moment == KneeReading.Moment.AFTER]
    if not any(comfort <= rules.BACKWARDS_AT_OR_BELOW for comfort in comforts):
        return None
    if LogPreferences.of(reader).scale_confirmed_at:
        return None
    first_day = reader.walks.order_by("local_date").values_list("local_date", flat=True)[0]
    said = bool(
        walk.pain_onset_s is not None
        or walk.limped
        or walk.stop_reason == Walk.StopReason.PAIN
        or walk.spots.exists()
    )
    asks = rules.may_have_read_backwards(first_day, today, comforts, said)
    return walk if asks else None


def ticks_due(reader: User, today: datetime.date) -> datetime.date | None:
    """The Monday of the week to ask about, where it was not answered yet. 1 query."""
    week = week_to_ask_of(today)
    return None if reader.life_ticks.filter(week=week).exists() else week


def week_to_ask_of(today: datetime.date) -> datetime.date:
    """Its Monday: from Friday on this week's; before, that of the week that has ended."""
    monday = today - today.weekday() * DAY
    return monday if today.weekday() >= TICKS_ASKED_FROM_WEEKDAY else monday - 7 * DAY
