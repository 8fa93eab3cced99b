"""How often the log tells an insight of pure noise, and how often it finds what is there.

    .venv/bin/python -m bench.insights_in_noise

Simulates walkers for half a year: three to four walks a week with a number for both knees nine
mornings in ten. Comfort is 6.5 on average with a daily SD of 1 to 1.5, carries over from day to
day (autocorrelation 0.3 to 0.5), is the same in both knees by half, and is rounded as people type
it. In the walkers of noise nothing of a walk touches the next morning; they differ in what else
goes on: nothing, walks that grow longer, a knee that gets better or worse meanwhile, a stick that
is taken in bad weeks only.

"one look" is at the end; "ever" is on any of the weekly looks, which is what a reader lives
through. With an effect, "found" is that the length question is answered on that look, or ever.
"""

import datetime
import random
from dataclasses import replace

from walking_log import insights

WALKERS = 1500
WEEKS = 26
FIRST = datetime.date(2026, 1, 5)


def main() -> None:
    print(f"{WALKERS} walkers each, {WEEKS} weeks; alpha {insights.FAMILY_ALPHA}")
    print(f"{'noise':<46}{'one look':>10}{'ever':>8}")
    for name, options in NOISE.items():
        one, ever = rates(options, lambda found: bool(found.insights))
        print(f"{name:<46}{one:>9.1%}{ever:>8.1%}")
    print(f"{'after long walks the next morning is lower by':<46}{'found':>10}{'ever':>8}")
    for effect in (0.5, 1.0, 1.5, 2.0):
        one, ever = rates(
            {"effect": effect},
            lambda found: any(insight.question == "length" for insight in found.insights),
        )
        print(f"{effect:<46}{one:>9.1%}{ever:>8.1%}")


NOISE: dict[str, dict] = {
    "nothing else": {},
    "walks grow from 10 to 35 minutes": {"growing": True},
    "and the knee gets better by 2": {"growing": True, "better": 2.0},
    "and the knee gets worse by 2": {"growing": True, "better": -2.0},
    "a stick in the worse weeks only": {"stick_when_low": True},
}


def rates(options: dict, holds) -> tuple[float, float]:
    one = ever = 0
    chance = random.Random(20261128)
    for _ in range(WALKERS):
        walks = walker(chance, **options)
        told = [holds(look(walks, week)) for week in range(4, WEEKS + 1)]
        one += told[-1]
        ever += any(told)
    return one / WALKERS, ever / WALKERS


def look(walks: list[insights.WalkSeen], week: int) -> insights.Findings:
    """What the reader is told at the end of that week."""
    today = FIRST + datetime.timedelta(weeks=week)
    since = today - datetime.timedelta(days=insights.WINDOW_DAYS)
    seen = [walk for walk in walks if since < walk.day < today]
    return insights.find(seen)


def walker(
    chance: random.Random,
    growing: bool = False,
    better: float = 0.0,
    effect: float = 0.0,
    stick_when_low: bool = False,
) -> list[insights.WalkSeen]:
    days = WEEKS * 7
    sd, carried = chance.uniform(1, 1.5), chance.uniform(0.3, 0.5)
    shared = _carried_over(chance, days + 1, carried)
    knees = {knee: _carried_over(chance, days + 1, carried) for knee in insights.KNEES}
    a_week = chance.choice((3, 4))
    walks = []
    for day in range(days):
        if chance.random() > a_week / 7:
            continue
        minutes = chance.gauss(10 + 25 * day / days, 3) if growing else chance.gauss(22, 6)
        walk = insights.WalkSeen(
            day=FIRST + datetime.timedelta(days=day),
            minutes=max(5, round(minutes)),
            talk_test=chance.choices(("sentences", "few_words", ""), (70, 20, 10))[0],
            aid="stick" if chance.random() < 0.3 else "none",
        )
        if stick_when_low:
            low = sum(shared[max(0, day - 6) : day + 1]) < -1
            walk = replace(walk, aid="stick" if low else "none")
        mornings = {
            knee: round(
                min(
                    10,
                    max(
                        0,
                        6.5
                        + sd * (shared[day + 1] + own[day + 1]) / 2**0.5
                        + better * day / days
                        - (effect if walk.minutes > 20 else 0),
                    ),
                )
            )
            for knee, own in knees.items()
        }
        walks.append(replace(walk, mornings=mornings if chance.random() < 0.9 else {}))
    return walks


def _carried_over(chance: random.Random, days: int, carried: float) -> list[float]:
    """Noise of variance 1 that carries over from day to day."""
    values = [chance.gauss(0, 1)]
    for _ in range(days - 1):
        values.append(carried * values[-1] + chance.gauss(0, (1 - carried**2) ** 0.5))
    return values


if __name__ == "__main__":
    main()
