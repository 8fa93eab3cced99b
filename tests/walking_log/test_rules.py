"""The rules, as a reader meets them; then what must hold of every log there could ever be."""

import datetime
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from walking_log import rules
from walking_log.rules import (
    Answers,
    Direction,
    Inputs,
    KneeSeen,
    Light,
    Outcome,
    WalkSeen,
    in_words,
    judge,
)

DAY = datetime.timedelta(days=1)
# A Tuesday.
TODAY = datetime.date(2026, 11, 24)
FELT = ("worst", "after", "two_hours", "morning", "later")


def walk(days_ago=1, minutes=20, **more) -> WalkSeen:
    """A walk that went well, but for what is said of the right knee or of the walk."""
    of_knee = {"start": 8, "after": 8, "morning": 8}
    of_knee |= {name: more.pop(name) for name in (*FELT, "later_days", "start") if name in more}
    left = KneeSeen("L", start=8, after=8, morning=8)
    return WalkSeen(TODAY - days_ago * DAY, minutes, (left, KneeSeen("R", **of_knee)), **more)


def three(**last) -> Inputs:
    return Inputs((walk(5), walk(3), walk(**last)))


def told(inputs: Inputs) -> str:
    verdict = judge(inputs)
    return in_words(verdict.outcome, verdict.minutes, verdict.reasons, TODAY)


@pytest.mark.parametrize(
    ("inputs", "words"),
    [
        (
            three(),
            "Lengthen to 22 minutes: your last three walks went well and the mornings after were "
            "no worse.",
        ),
        (three(morning=7), "Hold at 20 minutes: your right knee was 1 lower this morning."),
        (
            three(morning=6),
            "Back off to 15 minutes, flatter and slower: your right knee was 2 lower this morning.",
        ),
        (
            three(two_hours=7),
            "Back off to 15 minutes, flatter and slower: your right knee was 1 lower two hours "
            "after the walk yesterday.",
        ),
        (
            three(worst=4),
            "Back off to 15 minutes, flatter and slower: your right knee went down to 4 yesterday.",
        ),
        (
            Inputs((walk(5), walk(3, after=3), walk(after=4))),
            "Rest for a day or two: two walks running took a knee into the red.",
        ),
        (
            three(days_ago=2, later=6, later_days=2),
            "Rest for a day or two: your right knee was still 2 lower today.",
        ),
        (
            three(days_ago=9, later=6, later_days=9),
            "See someone before you walk further: your right knee has been well below its usual "
            "for 9 days.",
        ),
        (
            replace(three(), answers=Answers(TODAY, ("locked",))),
            "See someone before you walk further: you ticked something that a walk cannot mend.",
        ),
        (
            three(days_ago=0, morning=None),
            "Hold at 20 minutes: how your knees are tomorrow morning decides.",
        ),
        (three(morning=None), "Hold at 20 minutes: how your knees are this morning decides."),
        (
            three(days_ago=2, morning=None),
            "Hold at 20 minutes: there is no number for the morning after the walk on Sunday.",
        ),
        (three(limped=True), "Hold at 20 minutes: you limped yesterday."),
        (
            three(talk_test="few_words"),
            "Hold at 20 minutes: you were short of words yesterday; slower comes before longer.",
        ),
        (three(stopped_by_pain=True), "Hold at 20 minutes: a knee made you stop yesterday."),
        (
            Inputs((walk(5), walk(3), walk(1, minutes=22))),
            "Hold at 22 minutes: this is your first walk of this length, and three come before a "
            "longer one.",
        ),
        (
            Inputs((walk(5), walk(3, after=3), walk())),
            "Hold at 20 minutes: a knee was in the red on Saturday.",
        ),
        (Inputs(), "Hold: there is no walk of the last four weeks to go by."),
    ],
)
def test_a_verdict_says_what_to_do_and_why(inputs, words):
    assert told(inputs) == words


@pytest.mark.parametrize(
    ("comfort", "light"),
    [(10, Light.GREEN), (8, Light.GREEN), (7, Light.AMBER), (5, Light.AMBER), (4, Light.RED)],
)
def test_the_light_is_the_worse_knees_at_its_worst(comfort, light):
    assert rules.light_of(walk(worst=comfort)) is light
    assert rules.light_of(WalkSeen(TODAY, 20)) is None


def test_a_knee_that_was_sore_to_begin_with_is_judged_by_how_far_it_fell():
    assert judge(three(start=4, after=4, morning=4)).outcome is Outcome.LENGTHEN
    assert judge(three(start=4, after=4, morning=4)).suggest_clinician
    assert judge(three(start=4, after=3, morning=4)).light is Light.AMBER
    assert judge(three(start=4, after=2, morning=4)).outcome is Outcome.BACK_OFF


def test_amber_three_times_with_good_mornings_may_grow():
    ambers = tuple(walk(days, after=6) for days in (5, 3, 1))
    assert judge(Inputs(ambers)).outcome is Outcome.LENGTHEN


@pytest.mark.parametrize(("minutes", "next_one"), [(40, 30), (7, 5), (5, 5), (3, 3)])
def test_backing_off_is_a_quarter_and_not_below_the_gentlest_step(minutes, next_one):
    assert judge(three(minutes=minutes, morning=5)).minutes == next_one


def test_the_questions_are_asked_when_a_rule_asks_for_them_and_once():
    assert judge(three()).ask == ()
    assert judge(three(after=4)).ask == ()
    assert judge(three(after=2)).ask == tuple(rules.FLAGS)
    two_reds = Inputs((walk(3, after=3), walk(after=3)))
    assert judge(two_reds).ask == tuple(rules.FLAGS)
    assert judge(replace(two_reds, answers=Answers(TODAY))).ask == ()
    before_it = Answers(TODAY - DAY, since_walk=False)
    assert judge(replace(two_reds, answers=before_it)).ask == tuple(rules.FLAGS)


def test_the_back_of_a_knee_asks_of_the_calf():
    ticked = replace(three(), back_of_knee=TODAY)
    assert judge(ticked).ask == ("chest", "calf")
    assert judge(replace(ticked, answers=Answers(TODAY - 2 * DAY))).ask == ("chest", "calf")
    assert judge(replace(ticked, answers=Answers(TODAY))).ask == ()


def test_the_most_urgent_flag_says_where_to_go():
    assert rules.urgency_of(["fall", "chest"]) is rules.Urgency.NOW
    assert rules.urgency_of(["night_pain"]) is rules.Urgency.BOOK
    assert rules.urgency_of([]) is None
    assert set(rules.WHERE_TO_GO) == set(rules.Urgency)


def test_a_low_first_number_with_nothing_said_may_be_the_scale_read_backwards():
    ask = rules.may_have_read_backwards
    assert ask(TODAY - 3 * DAY, TODAY, [1, 8], False)
    assert not ask(TODAY - 7 * DAY, TODAY, [1], False)
    assert not ask(TODAY, TODAY, [3], False)
    assert not ask(TODAY, TODAY, [1], True)
    assert not ask(TODAY, TODAY, [], False)


# --- Of every log ----------------------------------------------------------------------------

days = st.dates(min_value=datetime.date.min, max_value=datetime.date.max)
maybe = st.none() | st.integers(0, 10)
a_knee = st.builds(
    KneeSeen,
    knee=st.sampled_from("LR"),
    start=maybe,
    worst=maybe,
    after=maybe,
    two_hours=maybe,
    morning=maybe,
    later=maybe,
    later_days=st.integers(0, 60),
)
a_walk = st.builds(
    WalkSeen,
    day=days,
    minutes=st.integers(1, 720),
    knees=st.lists(a_knee, max_size=2).map(tuple),
    talk_test=st.sampled_from(["", "sing", "sentences", "few_words", "cannot"]),
    limped=st.sampled_from([None, True, False]),
    stopped_by_pain=st.booleans(),
)
answers = st.builds(
    Answers,
    day=days,
    flags=st.lists(st.sampled_from(list(rules.FLAGS)), max_size=2).map(tuple),
    since_walk=st.booleans(),
)
everything = st.builds(
    Inputs,
    walks=st.lists(a_walk, max_size=5).map(tuple),
    answers=st.none() | answers,
    back_of_knee=st.none() | days,
)
# Logs that are well but for a little, so that the bold outcomes are met too.
well = st.builds(
    lambda marks, sore: Inputs(
        tuple(walk(9 - 2 * n, **more) for n, more in enumerate(marks + sore))
    ),
    st.lists(st.just({}), min_size=2, max_size=2),
    st.lists(st.fixed_dictionaries({}, optional={name: st.integers(3, 10) for name in FELT})),
)
logs = everything | well


@given(logs, days)
def test_every_log_has_a_verdict_in_words(inputs, today):
    verdict = judge(inputs)
    said = in_words(verdict.outcome, verdict.minutes, verdict.reasons, today)
    assert said.endswith(".")
    assert "{" not in said
    assert verdict.reasons
    assert all(reason.outcome is verdict.outcome for reason in verdict.reasons)


@given(logs)
def test_nothing_grows_after_a_red(inputs):
    lights = [rules.light_of(walk) for walk in inputs.walks[-3:]]
    if Light.RED in lights:
        assert judge(inputs).outcome is not Outcome.LENGTHEN


@given(logs)
def test_nothing_grows_without_three_walks_whose_mornings_are_known(inputs):
    if judge(inputs).outcome is Outcome.LENGTHEN:
        recent = inputs.walks[-3:]
        assert len(recent) == 3
        assert all(k.morning is not None for w in recent for k in w.knees if k.lowest is not None)
        assert all(any(k.lowest is not None for k in w.knees) for w in recent)


@given(logs, st.data())
def test_more_comfort_never_makes_a_verdict_more_cautious(inputs, data):
    """Whatever was felt on a walk or after it; how a knee was to begin with stays as it was."""

    def eased(knee: KneeSeen) -> KneeSeen:
        said = {name: getattr(knee, name) for name in FELT if getattr(knee, name) is not None}
        return replace(
            knee, **{name: data.draw(st.integers(value, 10)) for name, value in said.items()}
        )

    easier = replace(
        inputs,
        walks=tuple(
            replace(walk, knees=tuple(eased(knee) for knee in walk.knees)) for walk in inputs.walks
        ),
    )
    assert judge(easier).outcome.caution <= judge(inputs).outcome.caution


@given(logs, st.sampled_from(list(rules.FLAGS)), days)
def test_any_flag_stops_everything(inputs, flag, day):
    verdict = judge(replace(inputs, answers=Answers(day, (flag,))))
    assert verdict.outcome is Outcome.SEE_SOMEONE
    assert verdict.minutes is None


@given(logs)
def test_what_is_stored_is_judged_alike(inputs):
    import json

    again = Inputs.read(json.loads(json.dumps(inputs.as_json())))
    assert again == inputs
    verdict = judge(inputs)
    stored = json.loads(json.dumps([reason.as_json() for reason in verdict.reasons]))
    assert tuple(rules.Reason.read(reason) for reason in stored) == judge(again).reasons


# --- The trend gate --------------------------------------------------------------------------


def comforts(*values, every=1):
    return [(TODAY + n * every * DAY, value) for n, value in enumerate(values)]


def test_a_steady_rise_of_two_points_in_six_weeks_is_better():
    said = rules.trend(comforts(*(5 + 2 * n / 42 for n in range(43))))
    assert said.direction is Direction.BETTER
    assert said.readings == 43
    said = rules.trend(comforts(*(7 - 2 * n / 42 for n in range(43))))
    assert said.direction is Direction.WORSE


@pytest.mark.parametrize(
    "readings",
    [
        comforts(*([5] * 40)),
        comforts(*([5, 7] * 20)),
        # One good fortnight at the end of a long level stretch that began lower by chance.
        comforts(*([4, 8, 3, 9] * 10)),
        comforts(*([5] * 14 + [5.9] * 28)),
    ],
)
def test_the_default_is_no_clear_change(readings):
    assert rules.trend(readings).direction is Direction.NO_CLEAR_CHANGE


def test_too_little_says_about_how_much_is_missing():
    assert rules.trend([]).more == 12
    assert rules.trend(comforts(*range(9))).direction is Direction.NOT_ENOUGH
    # Twelve readings in eleven days: the days are missing.
    assert rules.trend(comforts(*([5] * 12))).more == 8
    assert rules.trend(comforts(*([5] * 12), every=3)).more == 0


# Any days and comforts, steep ones among them.
a_series = st.lists(
    st.tuples(st.integers(0, 80).map(lambda n: TODAY + n * DAY), st.integers(0, 10)), max_size=60
)


@settings(max_examples=200)
@given(a_series, st.integers(-3, 3))
def test_no_claim_below_the_gate(readings, slope):
    tilted = [
        (day, min(10, max(0, comfort + slope * (day - TODAY).days // 10)))
        for day, comfort in readings
    ]
    said = rules.trend(tilted)
    means = rules._daily_means(tilted)
    if said.direction in (Direction.BETTER, Direction.WORSE):
        assert (means[-1][0] - means[0][0]).days >= 28
        assert len(means) >= 12
        assert abs(said.change) >= 1
        assert rules.mann_kendall([comfort for _, comfort in means])[1] < 0.05
        assert (said.direction is Direction.BETTER) == (said.change > 0)
    assert (said.more > 0) == (said.direction is Direction.NOT_ENOUGH)


@given(a_series)
def test_the_gate_is_even_handed(readings):
    """Turned upside down, better is worse and nothing else changes."""
    said = rules.trend(readings)
    turned = rules.trend([(day, 10 - comfort) for day, comfort in readings])
    opposite = {Direction.BETTER: Direction.WORSE, Direction.WORSE: Direction.BETTER}
    assert turned.direction is opposite.get(said.direction, said.direction)


def test_mann_kendall_of_ten_values_that_only_rise():
    """By hand: S = 45, variance 10 · 9 · 25 / 18 = 125, Z = 44 / √125 = 3.94."""
    score, p = rules.mann_kendall(range(10))
    assert score == 45
    assert p == pytest.approx(0.000083, abs=2e-6)
    # Ties make the score less certain, never more.
    assert rules.mann_kendall([1] * 8) == (0, 1.0)
