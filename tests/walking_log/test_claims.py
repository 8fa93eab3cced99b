"""What the dashboard says of knees over time, and what it leaves out."""

import datetime
import re

import pytest

from walking_log import claims
from walking_log.models import Walk

from .conftest import log_walks

DAY = datetime.timedelta(days=1)


@pytest.fixture
def say_rest_days(ada, today):
    """Readings of rest days up to today, oldest first, every other day."""

    def say(comforts, knee="L", every=2, **more):
        first = today - (len(comforts) - 1) * every * DAY
        for n, comfort in enumerate(comforts):
            ada.knee_readings.create(
                local_date=first + n * every * DAY,
                knee=knee,
                moment="rest_day",
                comfort=comfort,
                **more,
            )

    return say


RISE = [4, 4, 5, 4, 5, 5, 5, 4, 5, 6, 5, 6, 6, 5, 6, 7, 6, 7, 7, 6, 7, 8, 7, 8]


def test_a_clear_rise_is_said_with_its_numbers_and_no_cause(ada, today, say_rest_days, as_ada):
    say_rest_days(RISE)
    [claim] = claims.of(ada, today)
    assert claim.in_words == (
        "Your left knee is better, by its mornings and rest days: 2.6 points higher in the last "
        "two weeks than in the first two, 46 days in all. There is a number on 24 of them."
    )
    Walk.objects.create(owner=ada, local_date=today, duration_s=600)
    page = re.sub(r"\s+", " ", as_ada.get("/log/").content.decode())
    assert claim.in_words in page


def test_the_same_rise_remembered_proves_nothing(ada, today, say_rest_days):
    say_rest_days(RISE, days_late=8)
    assert claims.of(ada, today) == []


def test_a_level_knee_has_no_clear_change(ada, today, say_rest_days):
    say_rest_days([6, 7, 5, 6] * 6)
    assert claims.of(ada, today)[0].in_words == (
        "No clear change yet in your left knee, by its mornings and rest days."
    )


def test_too_little_says_how_much_more(ada, today, say_rest_days):
    say_rest_days([6, 7, 8], knee="R")
    said = claims.of(ada, today)[0].in_words
    assert said == "Not enough yet to say anything of your right knee: about 11 more readings."


def test_numbers_after_walks_do_not_mix_with_mornings(ada, today, say_rest_days):
    """A knee level in both, but sorer after walks, which stopped a month ago, is not better."""
    for walk in log_walks(ada, 30, until=today - 31 * DAY, comfort=4):
        walk.readings.filter(moment="next_morning").delete()
    say_rest_days([8] * 15)
    assert [c.trend.direction for c in claims.of(ada, today) if c.knee == "L"] == [
        "no_clear_change"
    ]


def test_walks_taken_out_prove_nothing(ada, today):
    for walk in log_walks(ada, 40, until=today):
        walk.delete_softly()
    assert claims.of(ada, today) == []
