"""The plans that every site begins with, each with its source. A coach can write others."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction

from .models import Plan, PlanStep

# Minutes of brisk walking in each of twelve weeks, with five to warm up before and five to cool
# down after: "Sample walking program", US National Heart, Lung, and Blood Institute.
NHLBI_BRISK_MIN = (5, 7, 9, 11, 13, 15, 18, 20, 23, 26, 28, 30)
NHLBI_WARMUP_S = NHLBI_COOLDOWN_S = 5 * 60
# From 10 to 35 minutes in six weeks, three walks each, five more a week "as you are able", with
# three to five minutes of warming up: the shape of the Arthritis Foundation's Walk With Ease.
# The steps are our reading of it.
GENTLE_MIN = (10, 15, 20, 25, 30, 35)
GENTLE_WARMUP_S = 3 * 60
# Five minutes two or three days a week to begin with (Arthritis Today), two minutes more at a time
# (NHLBI's smallest step).
VERY_GENTLE = ((5, 2), (5, 3), (7, 3), (9, 3), (10, 3))
# A week of it takes no two days running: a rest day between walks, as in Walk With Ease.
REST_DAYS = 1

SIX_HOUSES = (
    "Six houses and back",
    "Nine houses and back",
    "Twelve houses and back",
    "To the corner and back",
    "Half the block and back",
    "Once round the block",
    "Round the block and six houses more",
    "Twice round the block, with a rest between",
    "Twice round the block",
)
SIX_HOUSES_LAST_MIN = 15


@dataclass(frozen=True)
class Step:
    """A step before it is a row; see `PlanStep`."""

    label: str
    target_min: int | None = None
    warmup_s: int = 0
    cooldown_s: int = 0
    sessions_per_week: int = 3
    min_rest_days: int = REST_DAYS

    @property
    def kind(self) -> PlanStep.Kind:
        kinds = PlanStep.Kind
        return kinds.LANDMARK if self.target_min is None else kinds.MINUTES


@dataclass(frozen=True)
class BuiltIn:
    """A plan before it is a row; see `Plan`."""

    slug: str
    name: str
    line: str
    about: str
    source: str
    moves_on: Plan.MovesOn
    steps: tuple[Step, ...] = field(repr=False)


PLANS = (
    BuiltIn(
        slug="six-houses",
        name="Six houses",
        line="For knees that hurt after a few minutes: landmarks instead of a clock.",
        about="You walk to a place you know and back. Turning back early counts as done. After "
        "three calm walks there is a place a little further on; name each as you like.",
        source="Landmarks are our own; a step takes three walks, and only goes on when your knees "
        "do.",
        moves_on=Plan.MovesOn.WALKS,
        steps=(
            *(Step(label) for label in SIX_HOUSES),
            Step(f"{SIX_HOUSES_LAST_MIN} minutes, any way you like", SIX_HOUSES_LAST_MIN),
        ),
    ),
    BuiltIn(
        slug="very-gentle",
        name="Very gentle start",
        line="For a long time without walking: five minutes, two days a week.",
        about="Slow is right: half your usual pace is fine. First come more days, then more "
        "minutes, never both at once.",
        source="After Arthritis Today’s advice for a very gentle start.",
        moves_on=Plan.MovesOn.WEEK,
        steps=tuple(
            Step(f"{minutes} minutes, {days} days", minutes, sessions_per_week=days)
            for minutes, days in VERY_GENTLE
        ),
    ),
    BuiltIn(
        slug="six-weeks-gently",
        name="Six weeks, gently",
        line="If ten minutes on your feet are fine: from 10 to 35 minutes.",
        about="Three walks a week with a rest day between. Begin each with three slow minutes. "
        "Stretch for a few minutes after. A week may be walked as often as you like.",
        source="Inspired by the shape of Walk With Ease; not the programme itself.",
        moves_on=Plan.MovesOn.WEEK,
        steps=tuple(
            Step(f"{minutes} minutes", minutes - GENTLE_WARMUP_S // 60, warmup_s=GENTLE_WARMUP_S)
            for minutes in GENTLE_MIN
        ),
    ),
    BuiltIn(
        slug="nhlbi-12-weeks",
        name="Twelve weeks to thirty minutes",
        line="If fifteen minutes are fine: brisk walking from 5 to 30 minutes.",
        about="Five slow minutes, then brisk ones in which you can still talk, then five slow "
        "ones. At least three walks a week. You need not finish in twelve weeks.",
        source="Sample walking program, US National Heart, Lung, and Blood Institute (NHLBI).",
        moves_on=Plan.MovesOn.WEEK,
        steps=tuple(
            Step(
                f"{minutes} minutes brisk",
                minutes,
                warmup_s=NHLBI_WARMUP_S,
                cooldown_s=NHLBI_COOLDOWN_S,
                min_rest_days=0,
            )
            for minutes in NHLBI_BRISK_MIN
        ),
    ),
)


def lay(using: str = "default") -> None:
    """Make the rows say what PLANS does, after each migrate. Harmless twice.

    A step that readers are on keeps its row, so that nobody loses their place.
    """
    with transaction.atomic(using=using):
        for place, built_in in enumerate(PLANS, 1):
            plan, _ = Plan.objects.using(using).update_or_create(
                slug=built_in.slug,
                defaults={
                    "name": built_in.name,
                    "line": built_in.line,
                    "about": built_in.about,
                    "source": built_in.source,
                    "moves_on": built_in.moves_on,
                    "place": place,
                    "is_built_in": True,
                },
            )
            for order, values in enumerate(_rows(built_in), 1):
                PlanStep.objects.using(using).update_or_create(
                    plan=plan, order=order, defaults=values
                )


def _rows(built_in: BuiltIn) -> Iterator[dict]:
    for step in built_in.steps:
        yield {
            "label": step.label,
            "kind": step.kind,
            "target_min": step.target_min,
            "warmup_s": step.warmup_s,
            "cooldown_s": step.cooldown_s,
            "sessions_per_week": step.sessions_per_week,
            "min_rest_days": step.min_rest_days,
        }
