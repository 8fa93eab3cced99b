"""Choosing a plan and walking it: the only door through which a reader's way is written."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from accounts.models import User

from ..models import Verdict, Walk
from . import advice, trail
from .models import Landmark, Plan, PlanOffer, PlanRun, PlanStep, StepSpan


@dataclass(frozen=True)
class Standing:
    """Where a reader is on their plan today, for the dashboard and the plan's page."""

    run: PlanRun
    step: PlanStep
    steps: list[PlanStep]
    names: dict[int, str]
    advice: advice.Advice
    next_step: PlanStep | None
    previous_step: PlanStep | None

    @property
    def plan(self) -> Plan:
        return self.run.plan

    @property
    def step_name(self) -> str:
        return self.names[self.step.pk]

    @property
    def next_name(self) -> str:
        return self.names[self.next_step.pk] if self.next_step else ""

    @property
    def trail(self) -> trail.Trail:
        return trail.draw([self.names[step.pk] for step in self.steps], self.step.order)


def under_way(reader: User) -> PlanRun | None:
    """The run that a reader is on, with its plan. 1 query."""
    return reader.plan_runs.under_way().select_related("plan").first()


def standing(reader: User, today: datetime.date, verdict: Verdict | None) -> Standing | None:
    """Where they are, or None without a plan. `verdict` is the one that holds today, if one does.

    5 queries, whatever the length of plan and log; 1 without a plan.
    """
    outcome = verdict.says if verdict else ""
    run = under_way(reader)
    if run is None:
        return None
    steps = list(run.plan.steps.order_by("order"))
    span = run.spans.get(until=None)
    days = sorted(span.walks.values_list("local_date", flat=True))
    own = dict(run.landmarks.values_list("step_id", "words"))
    place = next(at for at, step in enumerate(steps) if step.pk == span.step_id)
    step = steps[place]
    takes_a_week = run.plan.moves_on == Plan.MovesOn.WEEK
    return Standing(
        run=run,
        step=step,
        steps=steps,
        names={step.pk: own.get(step.pk) or step.label for step in steps},
        advice=advice.advise(
            walk_days=days,
            since=span.since,
            today=today,
            wanted=step.sessions_per_week if takes_a_week else advice.WALKS_OF_A_STEP,
            takes_a_week=takes_a_week,
            outcome=outcome,
            is_first=place == 0,
            is_last=place == len(steps) - 1,
        ),
        next_step=steps[place + 1] if place + 1 < len(steps) else None,
        previous_step=steps[place - 1] if place else None,
    )


def step_to_walk(reader: User) -> PlanStep | None:
    """The step to start the form with; None without a plan, and while it is paused. 1 query."""
    span = (
        StepSpan.objects.filter(
            run__owner=reader, run__ended_on=None, run__paused_on=None, until=None
        )
        .select_related("step")
        .first()
    )
    return span.step if span else None


def count(walk: Walk) -> None:
    """Have a walk count for the step that its walker is on, unless it was before that, or the
    plan is paused. 1 query, and 1 row where it counts. Harmless twice."""
    if walk.step_span_id is not None:
        return
    span = StepSpan.objects.filter(
        run__owner_id=walk.owner_id,
        run__ended_on=None,
        run__paused_on=None,
        until=None,
        since__lte=walk.local_date,
    ).first()
    if span is not None:
        walk.step_span = span
        walk.save(update_fields=["step_span"])


def choose(
    reader: User,
    plan: Plan,
    today: datetime.date,
    *,
    order: int | None = None,
) -> PlanRun:
    """Begin a plan, at its first step or the one of that order. One under way is left.

    Choosing again the plan that one is on changes nothing but the step, if one is named.
    """
    with transaction.atomic():
        # The reader's row, so that two presses at once do not begin two.
        User.objects.select_for_update().get(pk=reader.pk)
        run = under_way(reader)
        if run is not None and run.plan_id == plan.pk:
            if order is not None:
                _step_to(run, order, today)
            return run
        if run is not None:
            _end(run, today)
        step = _step(plan, order or 1)
        run = PlanRun.objects.create(owner=reader, plan=plan, started_on=today)
        settle_offer(reader, plan)
        StepSpan.objects.create(run=run, step=step, since=today)
    return run


def step_to(run: PlanRun, order: int, today: datetime.date) -> None:
    """Go to a step, before or after; the same one begins anew, as a week walked again."""
    with transaction.atomic():
        _step_to(_lock(run), order, today)


def pause(run: PlanRun, today: datetime.date) -> None:
    """Walks do not count for it until `resume`. Harmless twice."""
    with transaction.atomic():
        run = _lock(run)
        if run.paused_on is None:
            run.paused_on = today
            run.save(update_fields=["paused_on"])


def resume(run: PlanRun, today: datetime.date) -> None:
    """Go on where it was left: the step begins anew, since a rest may have changed the knees."""
    with transaction.atomic():
        run = _lock(run)
        if run.paused_on is not None:
            run.paused_on = None
            run.save(update_fields=["paused_on"])
            _step_to(run, run.spans.select_related("step").get(until=None).step.order, today)


def leave(run: PlanRun, today: datetime.date) -> None:
    """Leave the plan; its walks stay, and the step is remembered. Harmless twice."""
    with transaction.atomic():
        run = _lock(run)
        if run.ended_on is None:
            _end(run, today)


def last_step_of(reader: User, plan: Plan) -> PlanStep | None:
    """The step on which they last left this plan, if they did. 1 query."""
    span = (
        StepSpan.objects.filter(run__owner=reader, run__plan=plan)
        .exclude(run__ended_on=None)
        .select_related("step")
        .order_by("-pk")
        .first()
    )
    return span.step if span else None


def offer(plan: Plan, reader: User, coach: User, note: str = "") -> PlanOffer:
    """Lay a plan before a reader, who finds it on their log; again, where they put it aside."""
    offered, _ = PlanOffer.objects.update_or_create(
        plan=plan, reader=reader, defaults={"coach": coach, "note": note, "settled_at": None}
    )
    return offered


def open_offer(reader: User) -> PlanOffer | None:
    """The newest offer that they have neither taken nor put aside. 1 query."""
    return (
        reader.plan_offers.filter(settled_at=None)
        .select_related("plan", "coach__coach_profile")
        .order_by("-offered_at")
        .first()
    )


def settle_offer(reader: User, plan: Plan) -> None:
    """They have taken it or put it aside. Harmless without one."""
    reader.plan_offers.filter(plan=plan, settled_at=None).update(settled_at=timezone.now())


def name_landmark(run: PlanRun, step: PlanStep, words: str) -> None:
    """Call the place of a step what the reader calls it; with no words, by its usual name."""
    if words:
        Landmark.objects.update_or_create(run=run, step=step, defaults={"words": words})
    else:
        run.landmarks.filter(step=step).delete()


def _lock(run: PlanRun) -> PlanRun:
    return PlanRun.objects.select_for_update().get(pk=run.pk)


def _end(run: PlanRun, today: datetime.date) -> None:
    run.ended_on = max(today, run.started_on)
    run.save(update_fields=["ended_on"])
    run.spans.filter(until=None).update(until=today)


def _step_to(run: PlanRun, order: int, today: datetime.date) -> None:
    step = _step(run.plan, order)
    run.spans.filter(until=None).update(until=today)
    StepSpan.objects.create(run=run, step=step, since=today)


def _step(plan: Plan, order: int) -> PlanStep:
    """Raises `PlanStep.DoesNotExist`."""
    return plan.steps.get(order=order)
