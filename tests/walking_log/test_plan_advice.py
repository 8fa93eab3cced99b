"""What a plan says next: never on after a bad verdict, never back to the beginning."""

import datetime

from hypothesis import given
from hypothesis import strategies as st

from walking_log.plans.advice import Move, Outcome, advise

DAY = datetime.date(2026, 3, 2)
WALKS = st.lists(st.dates(DAY, DAY + datetime.timedelta(days=60)), max_size=12).map(sorted)
OUTCOMES = st.sampled_from(["", *Outcome])


def said(outcome: str, walks: int = 3, days: int = 7, **more):
    walked = [DAY + datetime.timedelta(days=2 * n) for n in range(walks)]
    asked = {
        "walk_days": walked,
        "since": DAY,
        "today": DAY + datetime.timedelta(days=days),
        "wanted": 3,
        "takes_a_week": True,
        "outcome": outcome,
        "is_first": False,
        "is_last": False,
    }
    return advise(**{**asked, **more})


@given(
    walks=WALKS,
    outcome=OUTCOMES,
    wanted=st.integers(1, 7),
    week=st.booleans(),
    first=st.booleans(),
    last=st.booleans(),
    days=st.integers(0, 90),
)
def test_a_plan_goes_on_only_after_its_walks_and_the_verdict_lengthen(
    walks, outcome, wanted, week, first, last, days
):
    told = advise(
        walk_days=walks,
        since=DAY,
        today=DAY + datetime.timedelta(days=days),
        wanted=wanted,
        takes_a_week=week,
        outcome=outcome,
        is_first=first,
        is_last=last,
    )
    if told.move in (Move.ON, Move.DONE):
        assert outcome == Outcome.LENGTHEN
        assert len(walks) >= wanted
    assert told.words
    if first:
        assert told.move != Move.BACK
    if last:
        assert told.move != Move.ON


def test_three_calm_walks_in_a_week_lead_to_the_next_step():
    assert said("lengthen").move == Move.ON


def test_a_week_is_a_week_however_eager_the_walker():
    assert said("lengthen", days=5).move == Move.STAY
    assert said("lengthen", days=5, takes_a_week=False).move == Move.ON


def test_walks_to_come_are_counted_in_words():
    assert said("hold", walks=1).words == "Two walks more of this step, then we look again."
    assert said("hold", walks=1).told == "1 of 3 walks"


def test_knees_that_have_not_settled_walk_the_same_again():
    for outcome in ("", "hold"):
        assert said(outcome).move == Move.REPEAT


def test_worse_knees_come_before_any_number_of_walks():
    assert said("back_off", walks=9).move == Move.BACK
    assert said("back_off", walks=9, is_first=True).move == Move.REPEAT
    assert said("rest", walks=9).move == Move.REST
    assert said("see_someone", walks=9).move == Move.STOP


def test_a_step_back_is_advised_once_not_before_it_is_walked():
    assert said("back_off", walks=0).move == Move.STAY
