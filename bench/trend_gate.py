"""How often the log would call knees better that did not change, and how often it sees a true gain.

    python -m bench.trend_gate [--walkers 400]

Walkers are simulated: comfort each day is a level, plus noise that remembers yesterday (AR(1)),
rounded to the whole numbers a reader taps, one reading on four of seven days. Nobody has measured
the noise of a knee diary day by day in print, so it is assumed: a standard deviation of 1 to 1.5
and an autocorrelation of 0.3 to 0.5. An unchanged walker's level stays; an improving one's rises by
two points, evenly, over the time looked at.

Compared are the last 7 days' mean against the first 7's, which is what most charts invite to; the
log's gate (`walking_log.rules.gate`) in one look on the day named; and what the log says
(`walking_log.rules.trend`), for which the gate must have said so a week before as well. Then the
two as someone sees them who looks every day up to the day named, and is told "better" if it is
ever said. No times are measured. The seed is fixed: every run prints the same table.
"""

import argparse
import datetime
import random
from collections.abc import Callable, Iterator
from statistics import fmean

from walking_log import rules

FIRST = datetime.date(2026, 1, 1)
NOISE = [(sd, rho) for sd in (1.0, 1.5) for rho in (0.3, 0.5)]
DAYS = (21, 28, 42, 84)
READING_ON = 4 / 7
STARTS_AT, GAIN = 6.0, 2.0

Readings = list[tuple[datetime.date, float]]
Look = Callable[[Readings], bool]


def walker(days: int, gain: float, sd: float, rho: float, chance: random.Random) -> Readings:
    """One knee over so many days after the first."""
    noise = chance.gauss(0, sd)
    readings = []
    for n in range(days + 1):
        if chance.random() < READING_ON or n in (0, days):
            comfort = round(STARTS_AT + gain * n / days + noise)
            readings.append((FIRST + datetime.timedelta(days=n), float(min(10, max(0, comfort)))))
        noise = rho * noise + chance.gauss(0, sd * (1 - rho**2) ** 0.5)
    return readings


def naive(readings: Readings) -> bool:
    """Last week against first, a point or more."""
    week = datetime.timedelta(days=7)
    first = fmean(c for day, c in readings if day < readings[0][0] + week)
    last = fmean(c for day, c in readings if day > readings[-1][0] - week)
    return last - first >= 1


def gate(readings: Readings) -> bool:
    return rules.gate(readings).direction is rules.Direction.BETTER


def gate_at_21(readings: Readings) -> bool:
    """What the gate would say if it did not wait for the 28th day."""
    wait, rules.TREND_MIN_DAYS = rules.TREND_MIN_DAYS, 21
    try:
        return gate(readings)
    finally:
        rules.TREND_MIN_DAYS = wait


def log(readings: Readings) -> bool:
    return rules.trend(readings).direction is rules.Direction.BETTER


def ever(look: Look) -> Look:
    """The same, looked at on every day from the first that could tell."""
    earliest = rules.TREND_MIN_READINGS
    return lambda readings: any(look(readings[:n]) for n in range(earliest, len(readings) + 1))


def rates(walkers: int, days: int, gain: float, look: Look) -> Iterator[float]:
    """The share told "better", for each kind of noise."""
    for sd, rho in NOISE:
        chance = random.Random(f"{days} {gain} {sd} {rho}")
        yield fmean(look(walker(days, gain, sd, rho, chance)) for _ in range(walkers))


def between(shares: Iterator[float]) -> str:
    low, *_, high = sorted(shares)
    return f"{low:.0%} to {high:.0%}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--walkers", type=int, default=400, help="for each kind of noise")
    walkers = parser.parse_args().walkers
    print(f"{walkers} walkers for each of {len(NOISE)} kinds of noise; lowest to highest share\n")
    print(f"{'':34}{'falsely better':>18}{'sees 2 points':>18}")
    looks = [(f"last 7 against first 7, day {days}", naive, days) for days in DAYS[:3]]
    looks += [("gate on day 21, did it not wait", gate_at_21, 21)]
    looks += [(f"gate on day {days}", gate, days) for days in DAYS[1:]]
    looks += [(f"log on day {days}", log, days) for days in DAYS[2:]]
    looks += [(f"gate, daily to day {days}", ever(gate), days) for days in DAYS[2:]]
    looks += [(f"log, daily to day {days}", ever(log), days) for days in DAYS[2:]]
    for name, look, days in looks:
        unchanged = between(rates(walkers, days, 0, look))
        improving = between(rates(walkers, days, GAIN, look))
        print(f"{name:34}{unchanged:>18}{improving:>18}", flush=True)


if __name__ == "__main__":
    main()
