"""What goes together: told with its counts when they carry it, and otherwise not."""

import datetime
import random
from fractions import Fraction
from itertools import combinations
from math import comb

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walking_log import insights
from walking_log.insights import RestDay, WalkSeen, find

DAY = datetime.timedelta(days=1)
FIRST = datetime.date(2026, 6, 1)


def every_other_day(*walks: tuple[int, int | None], **more) -> list[WalkSeen]:
    """Walks of (minutes, comfort of the left knee next morning), each after a day's rest."""
    return [
        WalkSeen(
            FIRST + 2 * n * DAY,
            lasted,
            mornings={} if morning is None else {"L": morning},
            **more,
        )
        for n, (lasted, morning) in enumerate(walks)
    ]


LONG_HURTS = [(30, 4), (15, 7), (20, 7)] * 8


def test_long_walks_before_low_mornings_are_told_with_their_counts():
    (insight,) = find(every_other_day(*LONG_HURTS)).insights
    assert str(insight) == (
        "After walks over 20 minutes, your left knee was lower than usual the next morning "
        "8 of 8 times; after shorter ones, 0 of 16."
    )


@pytest.mark.parametrize(
    ("minutes", "length"), [((), 0), ((7, 9, 12), 9), ((18, 19, 30), 19), ((20, 28, 31), 25)]
)
def test_walks_are_told_apart_at_their_middle_length(minutes, length):
    walks = every_other_day(*[(lasted, None) for lasted in minutes])
    assert insights.usual_length(walks) == length


def test_the_kind_that_was_lower_more_often_stands_first():
    rested = [(20, 7, 4)[n % 3] for n in range(24)]
    walks = every_other_day(*[(15 if n % 3 else 30, morning) for n, morning in enumerate(rested)])
    for insight in find(walks).insights:
        assert insight.lower * insight.times_otherwise > insight.lower_otherwise * insight.times


def test_a_stick_and_short_breath_are_asked_of_where_they_were_said():
    walks = [
        walk
        for n, walk in enumerate(
            every_other_day(*[(20, 4 if n % 3 == 0 else 7) for n in range(24)])
        )
        for walk in [
            WalkSeen(
                walk.day,
                20,
                talk_test="few_words" if n % 3 == 0 else "sentences",
                aid="none" if n % 3 == 0 else "poles",
                mornings=walk.mornings,
            )
        ]
    ]
    told = {insight.question: insight for insight in find(walks).insights}
    assert set(told) == {"breath", "aid"}
    assert told["breath"].after == "walks that left you short of words"
    assert told["aid"].after == "walks without"


def test_a_few_mornings_are_not_enough_and_it_says_how_many_more():
    assert find([]) == insights.Findings((), 0, 0, 12)
    four = find(every_other_day(*LONG_HURTS[:6]))
    assert four.insights == ()
    assert four.asked == 0
    assert 0 < four.more <= 12


def test_walks_of_one_kind_are_too_alike_however_many():
    found = find(every_other_day(*[(20, 6 + n % 2) for n in range(30)]))
    assert (found.asked, found.too_alike) == (0, True)
    assert not find(every_other_day(*LONG_HURTS[:6])).too_alike


def test_enough_mornings_that_do_not_differ_are_asked_and_nothing_is_told():
    found = find(every_other_day(*[(15 + 5 * (n % 4), 6 + n % 2) for n in range(40)]))
    assert found.asked > 0
    assert found.more == 0
    assert found.insights == ()


def test_a_knee_that_gets_better_while_walks_grow_is_no_finding():
    walks = every_other_day(*[(10 + n // 2, 3 + n // 10) for n in range(60)])
    assert find(walks).insights == ()


def test_a_rest_day_helps_to_know_what_is_usual():
    alone = every_other_day((20, 6), (20, 6))
    assert find(alone).mornings == 0
    rest = [RestDay(FIRST + n * DAY, {"L": 7}) for n in (4, 5, 6)]
    assert find(alone, rest).mornings == 2


def test_two_walks_of_a_day_share_one_morning():
    once = every_other_day(*LONG_HURTS)
    twice = once + [WalkSeen(walk.day, 5, mornings={}) for walk in once]
    assert find(twice).mornings == find(once).mornings


walks_of_any_kind = st.lists(
    st.builds(
        WalkSeen,
        st.integers(0, 181).map(lambda n: FIRST + n * DAY),
        st.integers(1, 300),
        st.sampled_from(["", "sing", "sentences", "few_words", "cannot"]),
        st.sampled_from(["", "none", "stick", "poles", "frame"]),
        st.dictionaries(st.sampled_from("LR"), st.integers(0, 10)),
    ),
    max_size=60,
)


@given(walks_of_any_kind)
def test_any_log_has_findings_and_none_below_the_bounds(walks):
    found = find(walks)
    assert 0 <= found.mornings <= len(walks)
    assert (found.more == 0) == (found.asked > 0)
    for told in found.insights:
        assert min(told.times, told.times_otherwise) >= insights.MIN_OF_EACH_KIND
        assert told.lower <= told.times
        difference = told.lower / told.times - told.lower_otherwise / told.times_otherwise
        assert difference >= insights.MIN_DIFFERENCE
        assert "because" not in str(told)


@given(walks_of_any_kind, st.randoms(use_true_random=False))
def test_the_order_of_the_walks_does_not_matter(walks, chance):
    days = {walk.day: walk for walk in walks}
    shuffled = list(days.values())
    chance.shuffle(shuffled)
    assert find(shuffled) == find(list(days.values()))


@given(st.integers(1, 7), st.integers(1, 7), st.data())
def test_fisher_counts_every_way_to_deal_the_hits(times, second, data):
    hits, hits_second = (
        data.draw(st.integers(0, times)),
        data.draw(st.integers(0, second)),
    )
    total, all_hits = times + second, hits + hits_second
    dealt = [
        sum(place < times for place in places) for places in combinations(range(total), all_hits)
    ]
    likely = {n: dealt.count(n) for n in set(dealt)}
    expected = Fraction(
        sum(many for many in likely.values() if many <= likely[hits]), comb(total, all_hits)
    )
    assert insights.fisher_exact(hits, times, hits_second, second) == pytest.approx(float(expected))


def test_noise_is_told_an_insight_in_few_of_many_logs():
    """The full table is `bench.insights_in_noise`; this holds that nobody loosens the bounds."""
    chance = random.Random(5)
    told = 0
    for _ in range(200):
        walks = [
            WalkSeen(
                FIRST + n * DAY,
                chance.randint(10, 40),
                chance.choice(["sentences", "few_words"]),
                chance.choice(["none", "stick"]),
                {"L": chance.randint(3, 9), "R": chance.randint(3, 9)},
            )
            for n in range(182)
            if chance.random() < 0.5
        ]
        told += bool(find(walks).insights)
    assert told <= 6
