"""What the rules say of a reader's log: gathered, judged, stored; and the coach's own word.

`refresh` is called after whatever changes a log, in the same transaction.
"""

import datetime
from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from accounts.models import User

from . import rules
from .models import KneeReading, KneeSpot, SymptomReport, Verdict, Walk

DAY = datetime.timedelta(days=1)
# A verdict on a walk that was longer ago is no advice for today (g).
SHOWN_FOR_DAYS = 14

Moment = KneeReading.Moment
# How a knee is on an ordinary morning or day: what a walk starts from.
ORDINARY = (Moment.NEXT_MORNING, Moment.REST_DAY)


class CannotOverride(Exception):
    """By nobody but a coach, with a note, and never where the advice is to see someone."""


@transaction.atomic
def refresh(reader: User, today: datetime.date) -> Verdict | None:
    """Judge the reader's log as it stands on that day, and store the verdict where it is a new one.

    The one that it replaces is superseded; a coach's override is carried over unless the rules have
    become more cautious since. None where there is nothing to go by. At most 10 queries.
    """
    User.objects.select_for_update().only("pk").get(pk=reader.pk)
    walk, inputs = gather(reader, today)
    now = timezone.now()
    gone = reader.verdicts.current().filter(walk__deleted_at__isnull=False)
    gone.update(superseded_at=now)
    if not inputs.walks and not (inputs.answers and inputs.answers.flags):
        return None
    of_this = {"walk": walk} if walk else {"walk": None, "local_date": today}
    known = reader.verdicts.current().filter(**of_this).first()
    stored = inputs.as_json()
    if known and (known.inputs, known.rules_version) == (stored, rules.RULES_VERSION):
        return known
    judgement = rules.judge(inputs)
    verdict = Verdict(
        owner=reader,
        walk=walk,
        local_date=walk.local_date if walk else today,
        outcome=judgement.outcome.value,
        minutes=judgement.minutes,
        light=judgement.light,
        rules_version=rules.RULES_VERSION,
        inputs=stored,
        reasons=[reason.as_json() for reason in judgement.reasons],
        questions=list(judgement.ask),
        suggest_clinician=judgement.suggest_clinician,
    )
    if known:
        if judgement.outcome.caution <= rules.Outcome(known.outcome).caution:
            verdict.override_outcome = known.override_outcome
            verdict.override_note = known.override_note
            verdict.overridden_by_id = known.overridden_by_id
            verdict.overridden_at = known.overridden_at
        known.superseded_at = now
        known.save(update_fields=["superseded_at"])
    verdict.save()
    return verdict


def current(reader: User, today: datetime.date) -> Verdict | None:
    """The verdict that is advice for today, if there is one. 1 query."""
    since = today - SHOWN_FOR_DAYS * DAY
    fresh = reader.verdicts.current().filter(local_date__gte=since)
    return fresh.select_related("overridden_by__coach_profile").newest_first().first()


@transaction.atomic
def override(verdict: Verdict, by: User, outcome: str, note: str) -> Verdict:
    """Put the coach's word in place of the rules'; the reader sees both, and the note.

    Whether this coach may see this reader's log at all is for the caller to know. Raises
    `CannotOverride`; 2 queries.
    """
    verdict = Verdict.objects.select_for_update().get(pk=verdict.pk)
    allowed = (
        by.is_coach
        and note.strip()
        and outcome in Verdict.OVERRIDABLE
        and verdict.outcome in Verdict.OVERRIDABLE
        and verdict.superseded_at is None
    )
    if not allowed:
        raise CannotOverride
    verdict.override_outcome, verdict.override_note = outcome, note.strip()
    verdict.overridden_by, verdict.overridden_at = by, timezone.now()
    verdict.save(
        update_fields=["override_outcome", "override_note", "overridden_by", "overridden_at"]
    )
    return verdict


# --- What the rules are told -----------------------------------------------------------------


def gather(reader: User, today: datetime.date) -> tuple[Walk | None, rules.Inputs]:
    """The last walk and the inputs of its verdict. 5 queries, whatever the log's length."""
    since = today - rules.WALKS_COUNT_FOR_DAYS * DAY
    recent = reader.walks.filter(local_date__range=(since, today)).newest_first().with_readings()
    walks = list(recent[: rules.WALKS_BEFORE_LENGTHENING])[::-1]
    ordinary = list(
        reader.knee_readings.that_count()
        .filter(
            moment__in=ORDINARY,
            local_date__gte=since - rules.START_COUNTS_FOR_DAYS * DAY,
            local_date__lte=today,
        )
        .order_by("local_date", "pk")
    )
    seen = [_seen(walk, ordinary) for walk in walks]
    last = walks[-1] if walks else None
    if last:
        seen[-1] = _with_later(seen[-1], ordinary)
    back = reader.knee_spots.that_count().filter(
        spot=KneeSpot.Spot.BACK, local_date__range=(since, today)
    )
    return last, rules.Inputs(
        walks=tuple(seen),
        answers=_answers(reader, last, today),
        back_of_knee=back.order_by("-local_date").values_list("local_date", flat=True).first(),
    )


def _answers(reader: User, last: Walk | None, today: datetime.date) -> rules.Answers | None:
    known = reader.symptom_reports.filter(local_date__lte=today)
    report: SymptomReport | None = known.order_by("-local_date").first()
    if report is None:
        return None
    since_walk = last is None or report.recorded_at >= last.created_at
    return rules.Answers(report.local_date, report.flags, since_walk)


def _seen(walk: Walk, ordinary: list[KneeReading]) -> rules.WalkSeen:
    said = {(reading.knee, reading.moment): reading.comfort for reading in walk.readings.all()}
    return rules.WalkSeen(
        day=walk.local_date,
        minutes=max(1, round(walk.duration_s / 60)),
        knees=tuple(
            rules.KneeSeen(
                knee=knee,
                start=said.get((knee, Moment.BEFORE), _ordinary_before(walk, knee, ordinary)),
                worst=said.get((knee, Moment.WORST)),
                after=said.get((knee, Moment.AFTER)),
                two_hours=said.get((knee, Moment.TWO_HOURS)),
                morning=said.get((knee, Moment.NEXT_MORNING)),
            )
            for knee in KneeReading.Knee.values
            if any(of == knee for of, _ in said)
        ),
        talk_test=walk.talk_test,
        limped=walk.limped,
        stopped_by_pain=walk.stop_reason == Walk.StopReason.PAIN,
    )


def _ordinary_before(walk: Walk, knee: str, ordinary: list[KneeReading]) -> int | None:
    """The knee's comfort on the last morning or rest day up to the walk's own day."""
    earliest = walk.local_date - rules.START_COUNTS_FOR_DAYS * DAY
    before = [
        reading.comfort
        for reading in ordinary
        if reading.knee == knee
        and reading.walk_id != walk.pk
        and earliest <= reading.local_date <= walk.local_date
    ]
    return before[-1] if before else None


def _with_later(seen: rules.WalkSeen, ordinary: list[KneeReading]) -> rules.WalkSeen:
    """The last walk with what was said of its knees on days without a walk since."""

    def with_later(knee: rules.KneeSeen) -> rules.KneeSeen:
        since = [
            reading
            for reading in ordinary
            if reading.knee == knee.knee
            and reading.moment == Moment.REST_DAY
            and reading.local_date > seen.day
        ]
        if not since:
            return knee
        return replace(
            knee, later=since[-1].comfort, later_days=(since[-1].local_date - seen.day).days
        )

    return replace(seen, knees=tuple(with_later(knee) for knee in seen.knees))
