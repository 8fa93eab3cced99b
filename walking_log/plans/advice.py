"""What the plan says next, and why. Pure: no rows, no clock.

A plan never moves a reader by itself, and never back to the beginning. It says what it would do,
from the walks of this step and the verdict on the last one; the reader presses, or walks the same
again. Turning back early is a walk, so what was walked counts, not how far.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

# "Six houses": one step takes three walks, and goes on only where the rules say "lengthen".
WALKS_OF_A_STEP = 3
WEEK = timedelta(days=7)


class Outcome(StrEnum):
    """What the rules said of the last walk, by the names they store it under."""

    LENGTHEN = "lengthen"
    HOLD = "hold"
    BACK_OFF = "back_off"
    REST = "rest"
    SEE_SOMEONE = "see_someone"


class Move(StrEnum):
    """Where the plan would have the reader go."""

    STAY = "stay"  # there are walks of this step still to come
    ON = "on"  # the next step
    REPEAT = "repeat"  # this step again
    BACK = "back"  # the step before
    REST = "rest"  # a day or two without a walk
    STOP = "stop"  # see someone first
    DONE = "done"  # the last step is walked


@dataclass(frozen=True)
class Advice:
    """A move with its reason in the reader's words, and how far this step has come."""

    move: Move
    words: str
    walked: int
    wanted: int

    @property
    def told(self) -> str:
        """ "2 of 3 walks"."""
        return f"{min(self.walked, self.wanted)} of {self.wanted} walks"


def advise(
    *,
    walk_days: list[date],
    since: date,
    today: date,
    wanted: int,
    takes_a_week: bool,
    outcome: str,
    is_first: bool,
    is_last: bool,
) -> Advice:
    """What to do after the walks of this step, on the days `walk_days`, since that day.

    `wanted` is the number of walks that the step asks for (of a week, where `takes_a_week`);
    `outcome` the verdict on the last walk, "" where there is none yet. Worse knees come first: no
    number of walks outweighs them.
    """
    walked = len(walk_days)

    def say(move: Move, words: str) -> Advice:
        return Advice(move, words, walked, wanted)

    if outcome == Outcome.SEE_SOMEONE:
        return say(Move.STOP, "See someone about your knee first. Your place here is kept.")
    if outcome == Outcome.REST:
        return say(Move.REST, "A day or two of rest come first. They belong to the plan.")
    if outcome == Outcome.BACK_OFF and walked:
        if is_first:
            return say(Move.REPEAT, "Walk this one shorter or slower for now.")
        return say(Move.BACK, "Your knees ask for a little less: the step before, for a while.")
    if walked < wanted:
        left = wanted - walked
        if not walked:
            return say(Move.STAY, f"{_walks(left)} of this step, then we look again.")
        return say(Move.STAY, f"{_walks(left)} more of this step, then we look again.")
    if outcome != Outcome.LENGTHEN:
        return say(
            Move.REPEAT, "Your knees have not settled enough to go on. The same again is right."
        )
    if takes_a_week and today < since + WEEK:
        return say(
            Move.STAY, "This week’s walks are done. Rest, or walk this one again if you like."
        )
    if is_last:
        return say(Move.DONE, "That was the last step. Stay here as long as you like it.")
    return say(Move.ON, "Your knees took this well. The next step is a little more.")


def _walks(number: int) -> str:
    words = {1: "One walk", 2: "Two walks", 3: "Three walks", 4: "Four walks", 5: "Five walks"}
    return words.get(number, f"{number} walks")
