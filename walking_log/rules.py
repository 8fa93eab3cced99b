"""What the next walk should be, when to see someone, and when a knee may be called better.

Pure: no database and no clock; whoever calls says which day it is. Comfort is 0–10 where 10 is no
pain or discomfort at all, so pain on the numeric rating scale is 10 minus it. Every number below
has its source; *(g)* marks a judgement of this project's, where the sources are silent or differ.
Combining the sources into one set of rules is itself such a judgement.

`judge` gives a `Judgement`: an outcome, and the `Reason`s that led to it. Whatever changes here
changes `RULES_VERSION`, which each stored verdict carries.
"""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from enum import IntEnum, StrEnum
from itertools import combinations
from math import sqrt
from statistics import NormalDist, fmean, median
from typing import Any

RULES_VERSION = "2026-11-28"

# --- Constants, each with its source ---------------------------------------------------------

# Traffic light. Patellofemoral advice: pain ideally below 2, never above 5, back to normal within
# the hour, not more the next morning (mykneecap.trekeducation.org). Contested: an NHS provider cuts
# at 4 and 6 (providephysiotherapy.org.uk), a clinic at 4 and 7 (peak-physio.com.au); the evidence
# is a pilot trial of 15 people with tendinopathy (s40814-021-00792-5).
GREEN_FROM = 8
AMBER_FROM = 5
# A knee that begins at or below this is judged by how far it falls (g).
SORE_AT_THE_START = 4

# The least change that is more than noise in one reading: 1.33 points (PMID 29731662), so on whole
# numbers one point is worth a pause and two are a change.
WORSE_A_LITTLE, WORSE_CLEARLY = 1, 2

# How many walks before the next step: a week's three sessions (NHLBI, via savvyconsumer.org).
WALKS_BEFORE_LENGTHENING = 3
# NHLBI's weeks grow by two minutes. The 10 % rule failed its trial (20.8 and 20.3 % injured,
# PMID 17940147), and the acute:chronic ratio its reviews (s40279-020-01378-6): neither is used.
LENGTHEN_BY_MIN = 2
# Walks of one length, give or take this (g).
SAME_LENGTH_WITHIN_MIN = 1
# Back off to the step before, or by a quarter (g); not below five minutes, where the gentlest
# programme begins (arthritistoday.org).
BACK_OFF_TO = 0.75
SHORTEST_STEP_MIN = 5
# What was walked longer ago than this says nothing of the next walk (g).
WALKS_COUNT_FOR_DAYS = 28
# A reading as old as this still tells how a knee was to begin with (g).
START_COUNTS_FOR_DAYS = 14

# A flare in knee osteoarthritis lasts 24 hours or more (doi 10.1016/j.joca.2021.04.007); the median
# is 5 days, three in four are over after 8, so a longer one is a reason to be seen (g).
FLARE_IS_LONG_AFTER_DAYS = 8
# So low that the questions are asked after one walk (g).
ASKS_AT_OR_BELOW = 2

# In a reader's first week, comfort this low with nothing else said may be the scale read backwards
# (g): the modern Oxford Knee Score was turned round because low-is-good confused people.
BACKWARDS_AT_OR_BELOW = 2
BACKWARDS_ASKED_FOR_DAYS = 7

# When a knee may be called better or worse (g, but for the rates that `python -m bench.trend_gate`
# measures). A fall in pain of one point is "slightly better" to patients, two "much better"
# (n = 825, 233 with knee osteoarthritis; PMID 15207508).
TREND_MIN_DAYS = 28
TREND_MIN_READINGS = 12
TREND_WINDOW_DAYS = 14
# Less in a window, and its mean says more about one bad day.
TREND_MIN_IN_WINDOW = 3
TREND_MIN_CHANGE = 1.0
TREND_P = 0.05
# The gate must have said the same so many days before (g).
TREND_STANDS_FOR_DAYS = 7
# Older readings are left out: it bounds the work, which grows with the square of the days.
TREND_MAX_DAYS = 366

# --- What goes in ----------------------------------------------------------------------------

Knee = str
KNEE_NAMES = {"L": "left", "R": "right"}
# Whoever can still speak in sentences walks at a moderate pace (CDC's talk test). Not said: not
# held against them, so that a walk stays ten seconds to write down (g).
TALK_TEST_PASSED = frozenset({"", "sing", "sentences"})


@dataclass(frozen=True)
class KneeSeen:
    """One knee and one walk, in comfort 0–10 or None where nothing was said.

    `start` is how it was to begin with: said before the walk, or else the last morning or rest day
    before it. `later` is the newest reading of a day without a walk since, `later_days` after it.
    """

    knee: Knee
    start: int | None = None
    worst: int | None = None
    after: int | None = None
    two_hours: int | None = None
    morning: int | None = None
    later: int | None = None
    later_days: int = 0

    @property
    def lowest(self) -> int | None:
        """At its worst on the walk or just after; None where neither was said."""
        said = [comfort for comfort in (self.worst, self.after) if comfort is not None]
        return min(said) if said else None

    def fell(self, to: int | None) -> int:
        """How many points below its start; 0 where it is not lower or one is unknown."""
        if self.start is None or to is None:
            return 0
        return max(0, self.start - to)


@dataclass(frozen=True)
class WalkSeen:
    """A walk as the rules see it."""

    day: datetime.date
    minutes: int
    knees: tuple[KneeSeen, ...] = ()
    talk_test: str = ""
    limped: bool | None = None
    stopped_by_pain: bool = False


@dataclass(frozen=True)
class Answers:
    """The newest answers to the red-flag questions: those that were ticked.

    `since_walk` is whether they were given after the last walk was written down.
    """

    day: datetime.date
    flags: tuple[str, ...] = ()
    since_walk: bool = True


@dataclass(frozen=True)
class Inputs:
    """All that `judge` is told. `walks` in the order they were walked; the last is the one judged.

    `back_of_knee` is the newest day on which a knee hurt at its back.
    """

    walks: tuple[WalkSeen, ...] = ()
    answers: Answers | None = None
    back_of_knee: datetime.date | None = None

    def as_json(self) -> dict[str, Any]:
        """For storing beside the verdict; `read` makes the same inputs of it again."""
        return _with_days_as_text(asdict(self))

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Inputs":
        answers = stored["answers"]
        return cls(
            walks=tuple(
                WalkSeen(
                    **{
                        **walk,
                        "day": datetime.date.fromisoformat(walk["day"]),
                        "knees": tuple(KneeSeen(**knee) for knee in walk["knees"]),
                    }
                )
                for walk in stored["walks"]
            ),
            answers=answers
            and Answers(
                datetime.date.fromisoformat(answers["day"]),
                tuple(answers["flags"]),
                answers["since_walk"],
            ),
            back_of_knee=stored["back_of_knee"]
            and datetime.date.fromisoformat(stored["back_of_knee"]),
        )


def _with_days_as_text(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_days_as_text(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_with_days_as_text(part) for part in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


# --- What comes out --------------------------------------------------------------------------


class Outcome(StrEnum):
    """What to do next, from the boldest to the most cautious."""

    LENGTHEN = "lengthen"
    HOLD = "hold"
    BACK_OFF = "back_off"
    REST = "rest"
    SEE_SOMEONE = "see_someone"

    @property
    def caution(self) -> int:
        return list(Outcome).index(self)


class Light(IntEnum):
    """The traffic light of one walk, by its worse knee."""

    GREEN = 0
    AMBER = 1
    RED = 2


@dataclass(frozen=True)
class Reason:
    """Why: a `code` of REASONS, the knee and the points it is about, and the day it is of."""

    code: str
    day: datetime.date
    knee: Knee = ""
    points: int = 0

    @property
    def outcome(self) -> Outcome:
        return REASONS[self.code][0]

    def as_json(self) -> dict[str, Any]:
        return _with_days_as_text(asdict(self))

    @classmethod
    def read(cls, stored: dict[str, Any]) -> "Reason":
        return cls(**{**stored, "day": datetime.date.fromisoformat(stored["day"])})

    def in_words(self, today: datetime.date) -> str:
        """A clause in the second person: "your right knee was 1 lower this morning"."""
        return REASONS[self.code][1].format(
            knee=f"your {KNEE_NAMES[self.knee]} knee" if self.knee else "a knee",
            n=self.points,
            nth={1: "first", 2: "second"}.get(self.points, ""),
            on=_on(self.day, today),
            morning=_morning(self.day, today),
            next_morning=_next_morning(self.day, today),
        )


# Each reason: what it asks for, and its words. In the order in which they are told.
REASONS: dict[str, tuple[Outcome, str]] = {
    "flag": (Outcome.SEE_SOMEONE, "you ticked something that a walk cannot mend"),
    "flare_long": (Outcome.SEE_SOMEONE, "{knee} has been well below its usual for {n} days"),
    "two_reds": (Outcome.REST, "two walks running took a knee into the red"),
    "flare": (Outcome.REST, "{knee} was still {n} lower {on}"),
    "red": (Outcome.BACK_OFF, "{knee} went down to {n} {on}"),
    "red_by_change": (
        Outcome.BACK_OFF,
        "{knee} was sore to begin with and went down {n} more {on}",
    ),
    "two_hours": (Outcome.BACK_OFF, "{knee} was {n} lower two hours after the walk {on}"),
    "morning_much_worse": (Outcome.BACK_OFF, "{knee} was {n} lower {morning}"),
    "morning_worse": (Outcome.HOLD, "{knee} was {n} lower {morning}"),
    "red_lately": (Outcome.HOLD, "a knee was in the red {on}"),
    "could_not_talk": (Outcome.HOLD, "you were short of words {on}; slower comes before longer"),
    "limped": (Outcome.HOLD, "you limped {on}"),
    "stopped_by_pain": (Outcome.HOLD, "a knee made you stop {on}"),
    "nothing_noted": (Outcome.HOLD, "there is no number for your knees from the walk {on}"),
    "start_unknown": (Outcome.HOLD, "there is no morning before the walk {on} to compare with yet"),
    "few_walks": (
        Outcome.HOLD,
        "this is your {nth} walk of this length, and three come before a longer one",
    ),
    # Last of what holds: it is said to decide only where nothing else does.
    "morning_unknown": (Outcome.HOLD, "{next_morning}"),
    "no_walks": (Outcome.HOLD, "there is no walk of the last four weeks to go by"),
    "all_well": (
        Outcome.LENGTHEN,
        "your last three walks went well and the mornings after were no worse",
    ),
}


def _on(day: datetime.date, today: datetime.date) -> str:
    if day == today:
        return "today"
    if (today - day).days == 1:
        return "yesterday"
    if 0 < (today - day).days < 7:
        return f"on {day:%A}"
    return f"on {day.day} {day:%B}"


def _morning(day: datetime.date, today: datetime.date) -> str:
    if day == today:
        return "this morning"
    if (today - day).days == 1:
        return "yesterday morning"
    return f"the next morning, {_on(day, today)}"


def _next_morning(day: datetime.date, today: datetime.date) -> str:
    """Of a walk whose next morning is not known: still to come, or not written down."""
    if day >= today:
        return "how your knees are tomorrow morning decides"
    if (today - day).days == 1:
        return "how your knees are this morning decides"
    return f"there is no number for the morning after the walk {_on(day, today)}"


@dataclass(frozen=True)
class Judgement:
    """The verdict on the next walk. `minutes` is how long it may be; None where nobody should say.

    `light` is the last walk's, None where no comfort was said of it. `ask` names the red-flag
    questions that should be asked now. `suggest_clinician`: a knee was sore before it set out.
    """

    outcome: Outcome
    reasons: tuple[Reason, ...]
    minutes: int | None = None
    light: Light | None = None
    ask: tuple[str, ...] = ()
    suggest_clinician: bool = False


# --- The rules -------------------------------------------------------------------------------


def judge(inputs: Inputs) -> Judgement:
    """The verdict for the next walk: the most cautious outcome that anything asks for.

    Total: every input has a verdict. Less comfort on or after a walk never makes it bolder.
    """
    found = sorted(
        dict.fromkeys(_findings(inputs)),
        key=lambda reason: (list(REASONS).index(reason.code), -reason.day.toordinal()),
    )
    outcome = max((reason.outcome for reason in found), key=lambda asked: asked.caution)
    last = inputs.walks[-1] if inputs.walks else None
    return Judgement(
        outcome=outcome,
        reasons=tuple(reason for reason in found if reason.outcome is outcome),
        minutes=minutes_for(outcome, last.minutes) if last else None,
        light=light_of(last) if last else None,
        ask=_questions_due(inputs, found),
        suggest_clinician=last is not None
        and any(knee.start is not None and knee.start <= SORE_AT_THE_START for knee in last.knees),
    )


def light_of(walk: WalkSeen) -> Light | None:
    """Green 8–10, amber 5–7, red 0–4 of the worse knee, at its worst; None where nothing was said.

    A knee that was at 4 or below to begin with is red only where it fell by two points or more.
    """
    lights = [light for knee in walk.knees if (light := _light_of_knee(knee)) is not None]
    return max(lights) if lights else None


def _light_of_knee(knee: KneeSeen) -> Light | None:
    lowest = knee.lowest
    if lowest is None:
        return None
    if knee.start is not None and knee.start <= SORE_AT_THE_START:
        red = knee.fell(lowest) >= WORSE_CLEARLY
        return Light.RED if red else Light.AMBER
    if lowest >= GREEN_FROM:
        return Light.GREEN
    return Light.AMBER if lowest >= AMBER_FROM else Light.RED


def _findings(inputs: Inputs) -> Iterator[Reason]:
    """Everything that asks for an outcome; at least one."""
    if inputs.answers and inputs.answers.flags:
        yield Reason("flag", inputs.answers.day)
    if not inputs.walks:
        yield Reason("no_walks", datetime.date.min)
        return
    last, recent = inputs.walks[-1], inputs.walks[-WALKS_BEFORE_LENGTHENING:]
    yield from _of_the_last(last)
    lights = [light_of(walk) for walk in recent]
    if lights[-2:] == [Light.RED, Light.RED]:
        yield Reason("two_reds", last.day)
    for walk, light in zip(recent, lights, strict=True):
        if light is Light.RED and walk is not last:
            yield Reason("red_lately", walk.day)
        yield from _against_lengthening(walk)
    of_this_length = [
        walk for walk in recent if walk.minutes >= last.minutes - SAME_LENGTH_WITHIN_MIN
    ]
    if len(of_this_length) < WALKS_BEFORE_LENGTHENING:
        yield Reason("few_walks", last.day, points=len(of_this_length))
    yield Reason("all_well", last.day)


def _of_the_last(walk: WalkSeen) -> Iterator[Reason]:
    """What the last walk alone asks for."""
    for knee in walk.knees:
        lowest = knee.lowest
        if _light_of_knee(knee) is Light.RED and lowest is not None:
            if knee.start is not None and knee.start <= SORE_AT_THE_START:
                yield Reason("red_by_change", walk.day, knee.knee, knee.fell(lowest))
            else:
                yield Reason("red", walk.day, knee.knee, lowest)
        # The two-hour rule of Walk With Ease (wellnessworksisu.org; svhap.org).
        if (fell := knee.fell(knee.two_hours)) > 0:
            yield Reason("two_hours", walk.day, knee.knee, fell)
        if (fell := knee.fell(knee.morning)) >= WORSE_CLEARLY:
            yield Reason("morning_much_worse", _next(walk.day), knee.knee, fell)
        if (fell := knee.fell(knee.later)) >= WORSE_CLEARLY:
            on = _next(walk.day, knee.later_days)
            yield Reason("flare", on, knee.knee, fell)
            if knee.later_days > FLARE_IS_LONG_AFTER_DAYS:
                yield Reason("flare_long", on, knee.knee, knee.later_days)


def _against_lengthening(walk: WalkSeen) -> Iterator[Reason]:
    """What keeps the next walk from being longer, of any of the last three."""
    said = [knee for knee in walk.knees if knee.lowest is not None]
    if not said:
        yield Reason("nothing_noted", walk.day)
    if walk.limped:
        yield Reason("limped", walk.day)
    if walk.talk_test not in TALK_TEST_PASSED:
        yield Reason("could_not_talk", walk.day)
    if walk.stopped_by_pain:
        yield Reason("stopped_by_pain", walk.day)
    for knee in walk.knees:
        if (fell := knee.fell(knee.morning)) >= WORSE_A_LITTLE:
            yield Reason("morning_worse", _next(walk.day), knee.knee, fell)
    if any(knee.morning is None for knee in said):
        yield Reason("morning_unknown", walk.day)
    elif any(knee.start is None for knee in said):
        yield Reason("start_unknown", walk.day)


def _next(day: datetime.date, days: int = 1) -> datetime.date:
    try:
        return day + datetime.timedelta(days=days)
    except OverflowError:
        return day


def minutes_for(outcome: str, last: int) -> int | None:
    """How long the next walk may be, after one of `last` minutes; None before one is seen."""
    if outcome == Outcome.SEE_SOMEONE:
        return None
    if outcome == Outcome.LENGTHEN:
        return last + LENGTHEN_BY_MIN
    if outcome == Outcome.HOLD:
        return last
    return max(min(last, SHORTEST_STEP_MIN), int(last * BACK_OFF_TO))


def in_words(
    outcome: str, minutes: int | None, reasons: Sequence[Reason], today: datetime.date
) -> str:
    """One sentence: what to do, and why. "Hold at 20 minutes: your left knee was 1 lower …"."""
    said = f" {minutes} minute{'' if minutes == 1 else 's'}" if minutes else ""
    do = {
        Outcome.LENGTHEN: f"Lengthen to{said}" if said else "Lengthen",
        Outcome.HOLD: f"Hold at{said}" if said else "Hold",
        Outcome.BACK_OFF: f"Back off to{said}, flatter and slower" if said else "Back off",
        Outcome.REST: "Rest for a day or two",
        Outcome.SEE_SOMEONE: "See someone before you walk further",
    }[Outcome(outcome)]
    told = [reason for reason in reasons if reason.code != "morning_unknown"] or reasons
    clauses = list(dict.fromkeys(reason.in_words(today) for reason in told))
    # Two reasons are enough to understand it; all of them stand below.
    return f"{do}: {'; '.join(clauses[:2])}." if clauses else f"{do}."


# --- Red flags -------------------------------------------------------------------------------

# Which words the reader saw; stored with every answer. Before launch they need a clinician's eye.
FLAGS_TEXT_VERSION = "2026-11-28"


class Urgency(IntEnum):
    BOOK = 0
    TODAY = 1
    NOW = 2


# Sources: chest and calf, NHS by way of britbrief.co.uk and clincalcpro.com; same day, NHS by way
# of lincolnshireknee.co.uk; to be booked, orthonowcare.com and NICE NG226. Hot or red without a
# fever, and a fever alone, count for the same day here (g): it is the safer reading.
FLAGS: dict[str, Urgency] = {
    "chest": Urgency.NOW,
    "calf": Urgency.TODAY,
    "no_weight": Urgency.TODAY,
    "hot_red": Urgency.TODAY,
    "fever": Urgency.TODAY,
    "swelling": Urgency.TODAY,
    "locked": Urgency.TODAY,
    "gave_way": Urgency.TODAY,
    "fall": Urgency.BOOK,
    "night_pain": Urgency.BOOK,
}

WHERE_TO_GO = {
    Urgency.NOW: (
        "Ring the emergency number now: 999 in the UK, 112 in Europe, 911 in America. "
        "Sudden chest pain or breathlessness cannot wait, and a clot can begin in a calf."
    ),
    Urgency.TODAY: (
        "Have it looked at today. In the UK ring 111 or your surgery; elsewhere your doctor or an "
        "urgent-care clinic. Say what you ticked here. No walk until then."
    ),
    Urgency.BOOK: (
        "Book a time with your doctor or a physiotherapist this week, and say what you ticked "
        "here. Until then, walk only what is comfortable."
    ),
}

# Asked whenever a knee hurts at its back, where a clot in the calf is felt too (g).
CALF_QUESTIONS = ("chest", "calf")
RAISES_QUESTIONS = frozenset({"two_reds", "flare", "flare_long"})


def _questions_due(inputs: Inputs, reasons: Sequence[Reason]) -> tuple[str, ...]:
    """The red-flag questions to ask now; none where they were answered since what raises them."""
    raised = [reason.day for reason in reasons if reason.code in RAISES_QUESTIONS]
    last = inputs.walks[-1] if inputs.walks else None
    if last and any(
        (k.lowest or 0) <= ASKS_AT_OR_BELOW for k in last.knees if k.lowest is not None
    ):
        raised.append(last.day)
    if raised and _not_answered_since(inputs.answers, max(raised)):
        return tuple(FLAGS)
    if inputs.back_of_knee and _not_answered_since(inputs.answers, inputs.back_of_knee):
        return CALF_QUESTIONS
    return ()


def _not_answered_since(answers: Answers | None, day: datetime.date) -> bool:
    if answers is None or answers.day < day:
        return True
    return answers.day == day and not answers.since_walk


def urgency_of(flags: Sequence[str]) -> Urgency | None:
    """The most urgent of what was ticked; None where nothing was."""
    return max((FLAGS[flag] for flag in flags), default=None)


def may_have_read_backwards(
    first_day: datetime.date, day: datetime.date, comforts: Sequence[int], symptoms_said: bool
) -> bool:
    """Whether to ask if 0 was taken for "no pain": in the first week, low, and nothing else said.

    `first_day` is the reader's first in the log; `symptoms_said` is whether they said anything that
    goes with pain: a place, minutes before it, a limp, that it made them stop.
    """
    in_first_week = (day - first_day).days < BACKWARDS_ASKED_FOR_DAYS
    low = any(comfort <= BACKWARDS_AT_OR_BELOW for comfort in comforts)
    return in_first_week and low and not symptoms_said


# --- The trend gate --------------------------------------------------------------------------


class Direction(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    NO_CLEAR_CHANGE = "no_clear_change"
    NOT_ENOUGH = "not_enough"


@dataclass(frozen=True)
class Trend:
    """What may be said of one knee. `change` is last window's mean less the first's, in points.

    `readings` counts days with one; `more` is about how many days with a reading are still
    missing where the direction is NOT_ENOUGH, else 0.
    """

    direction: Direction
    readings: int
    change: float | None = None
    more: int = 0


def trend(readings: Sequence[tuple[datetime.date, float]]) -> Trend:
    """Whether one knee is better: "no clear change" unless the gate says so now and a week ago.

    `readings` are (day, comfort) of one knee at one kind of moment, in any order; several of a day
    count as their mean, because they are not independent. A log is looked at daily, and chance
    opens any gate some day: that it must have stood open for a week halves the false claims of a
    reader who looks every day (`python -m bench.trend_gate`).

    A claim of direction, never of cause: people begin when they are sore (regression to the mean).
    Cost: the square of the days, at most TREND_MAX_DAYS.
    """
    days = _daily_means(readings)
    now = gate(days)
    if now.direction not in (Direction.BETTER, Direction.WORSE):
        return now
    a_week_ago = days[-1][0] - datetime.timedelta(days=TREND_STANDS_FOR_DAYS)
    before = gate([(day, comfort) for day, comfort in days if day <= a_week_ago])
    if before.direction is now.direction:
        return now
    return replace(now, direction=Direction.NO_CLEAR_CHANGE)


def gate(days: Sequence[tuple[datetime.date, float]]) -> Trend:
    """One look. `days` are in order, each with its mean comfort.

    28 days, 12 days with a reading, the mean of the last 14 days at least 1 from that of the first
    14, Theil and Sen's slope times the span at least 1, and Mann and Kendall's p below .05, all the
    same way.
    """
    if days:
        since = days[-1][0] - datetime.timedelta(days=TREND_MAX_DAYS)
        days = [(day, comfort) for day, comfort in days if day > since]
    span = (days[-1][0] - days[0][0]).days if days else 0
    window = datetime.timedelta(days=TREND_WINDOW_DAYS)
    first = [comfort for day, comfort in days if day < days[0][0] + window]
    last = [comfort for day, comfort in days if day > days[-1][0] - window]
    missing = max(
        TREND_MIN_READINGS - len(days),
        TREND_MIN_IN_WINDOW - min(len(first), len(last)),
        # At three readings a week, which is what three walks a week bring.
        -(-3 * (TREND_MIN_DAYS - span) // 7),
        0,
    )
    if missing:
        return Trend(Direction.NOT_ENOUGH, len(days), more=missing)
    change = fmean(last) - fmean(first)
    direction = Direction.NO_CLEAR_CHANGE
    if abs(change) >= TREND_MIN_CHANGE:
        total = theil_sen_slope(days) * span
        score, p = mann_kendall([comfort for _, comfort in days])
        agree = change * total > 0 and change * score > 0
        if agree and abs(total) >= TREND_MIN_CHANGE and p < TREND_P:
            direction = Direction.BETTER if change > 0 else Direction.WORSE
    return Trend(direction, len(days), change)


def _daily_means(
    readings: Sequence[tuple[datetime.date, float]],
) -> list[tuple[datetime.date, float]]:
    of_day: dict[datetime.date, list[float]] = {}
    for day, comfort in readings:
        of_day.setdefault(day, []).append(comfort)
    return [(day, fmean(comforts)) for day, comforts in sorted(of_day.items())]


def theil_sen_slope(days: Sequence[tuple[datetime.date, float]]) -> float:
    """The median slope between any two days, in points a day (Sen 1968). Days in order, no two
    the same; 0 for fewer than two."""
    slopes = [
        (later - earlier) / (second - first).days
        for (first, earlier), (second, later) in combinations(days, 2)
    ]
    return median(slopes) if slopes else 0.0


def mann_kendall(values: Sequence[float]) -> tuple[int, float]:
    """Kendall's score S of values against time, and its two-sided p by the normal approximation
    with the corrections for ties and continuity (Kendall 1975)."""
    score = sum((later > earlier) - (later < earlier) for earlier, later in combinations(values, 2))
    n = len(values)
    ties = [values.count(value) for value in set(values)]
    variance = (n * (n - 1) * (2 * n + 5) - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    if variance <= 0 or score == 0:
        return score, 1.0
    z = (abs(score) - 1) / sqrt(variance)
    return score, 2 * (1 - NormalDist().cdf(z))
