"""The charts of walks, their minutes, their pace, their places, and the calendar."""

import datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walking_log.charts import axes, before_pain, minutes, month, pace, spots
from walking_log.charts.before_pain import Onset
from walking_log.charts.pace import Measured

DAY = datetime.timedelta(days=1)
# A Tuesday.
LAST = datetime.date(2026, 11, 24)
PLACES = {"inner": "Inner side", "back": "Back of the knee"}

days_ago = st.integers(0, 6000)


def span(days: int) -> axes.Span:
    return axes.span(LAST - days * DAY, LAST)


def onsets(*minutes_before_pain: float | str) -> list[Onset]:
    """One walk a day up to today: the minute it hurt, or "20+" for twenty in which it did not."""
    first = LAST - (len(minutes_before_pain) - 1) * DAY
    return [
        Onset(first + n * DAY, float(said.rstrip("+")), never_hurt=True)
        if isinstance(said, str)
        else Onset(first + n * DAY, said)
        for n, said in enumerate(minutes_before_pain)
    ]


# --- Minutes before pain ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("walks", "middle"),
    [
        ((9, 12, 14), "12"),
        ((9, 12, "20+"), "12"),  # wherever that one would have hurt, 12 is the middle
        ((9, "12+", "20+"), "at least 12"),
        (("5+", "5+", 14), "at least 5"),  # short walks prove little
        ((9, 10, 11, "30+"), "11"),  # 10.5, to the nearest minute
        ((0, 0, 0), "0"),
        (("8+", "9+", "10+"), "at least 9"),
    ],
)
def test_the_middle_counts_walks_that_never_hurt_as_at_least(walks, middle):
    assert str(before_pain.middle(onsets(*walks))) == middle


@given(st.lists(st.tuples(st.integers(0, 90), st.booleans()), min_size=1, max_size=40))
def test_a_walk_that_never_hurt_can_only_raise_the_middle(said):
    hurt = [Onset(LAST, float(at)) for at, _ in said]
    censored = [Onset(LAST, float(at), never) for at, never in said]
    plain, told = before_pain.middle(hurt), before_pain.middle(censored)
    assert told.minutes >= int(plain.minutes) - 1
    assert told.at_least or told.minutes == plain.minutes


def test_the_headline_needs_three_walks_and_six_to_compare():
    assert before_pain.headline(onsets(9, 9)) is None
    few = before_pain.headline(onsets(8, 9, 10, 11, 12))
    assert (few.now.minutes, few.now.walks, few.then) == (10, 5, None)
    six = before_pain.headline(onsets(8, 9, 10, 13, 14, 15))
    assert (six.then.minutes, six.now.minutes) == (9, 14)


@given(st.lists(st.integers(0, 60), min_size=3, max_size=60))
def test_no_walk_counts_in_both_groups_of_the_headline(said):
    told = before_pain.headline(onsets(*said))
    if told.then is not None:
        assert told.then.last < told.now.first
        assert told.then.walks == told.now.walks <= before_pain.WALKS_IN_MIDDLE
    assert told.now.last == LAST


def test_each_walk_is_a_dot_and_hollow_where_it_never_hurt():
    chart = before_pain.chart(onsets(9, "20+", 12), span(2))
    assert [mark.at_least for mark in chart.marks] == [False, True, False]
    assert [level.label for level in chart.levels] == ["20", "15", "10", "5", "0"]
    assert chart.marks[1].at.y == "0"
    assert chart.description == (
        "2 walks hurt after 9 to 12 minutes and one walk never hurt; "
        "the last, on 24 November 2026, hurt after 12 minutes."
    )
    assert chart.table.rows[1] == ("23 Nov 2026", "never hurt in 20", "1")


def test_a_log_that_never_hurt_says_so():
    chart = before_pain.chart(onsets("10+", "20+"), span(1))
    assert chart.description == (
        "2 walks, and none of them hurt; the last, on 24 November 2026, did not hurt in 20 minutes."
    )


def test_the_line_breaks_where_nothing_was_written_for_weeks():
    early = [onset._replace(day=onset.day - 60 * DAY) for onset in onsets(8, 9, 10, 11)]
    chart = before_pain.chart([*early, *onsets(12, 13, 14, 15)], span(70))
    assert len(chart.lines) == 2


# --- Minutes walked --------------------------------------------------------------------------


def test_a_bar_is_a_week_from_monday_and_the_last_is_open():
    chart = minutes.chart([(LAST - 2 * DAY, 15.0), (LAST - DAY, 10.0), (LAST, 20.0)], span(20))
    assert [bar.label for bar in chart.bars] == ["", "", "15", "30"]
    assert [bar.is_open for bar in chart.bars] == [False, False, False, True]
    assert chart.table.rows[0] == ("23 Nov 2026, so far", "30", "2")
    assert chart.description == (
        "Walks in 2 of 4 weeks; the most was 30 minutes in the week of 23 November 2026, "
        "this week so far 30."
    )


@given(st.lists(st.tuples(days_ago, st.integers(1, 600)), max_size=60), st.integers(14, 6000))
def test_bars_stand_side_by_side_inside_the_drawing(walks, days):
    of_span = span(days)
    first = axes.start_of(of_span.first, "week" if of_span.period == "day" else of_span.period)
    days_walked = sorted((LAST - ago * DAY, float(long)) for ago, long in walks)
    inside = [walk for walk in days_walked if walk[0] >= first]
    chart = minutes.chart(inside, of_span)
    assert len(chart.bars) <= 150
    for bar, after in pairwise(chart.bars):
        assert float(bar.x) + float(bar.width) <= float(after.x) + 0.01
    for bar in chart.bars:
        assert 0 <= float(bar.y) <= 100
        assert 0 <= float(bar.height) <= 100
    assert sum(int(row[2]) for row in chart.table.rows) == len(inside)


# --- Pace ------------------------------------------------------------------------------------


def measured(*metres_and_minutes: tuple[int, int]) -> list[Measured]:
    first = LAST - (len(metres_and_minutes) - 1) * DAY
    return [
        Measured(first + n * DAY, metres, lasted * 60)
        for n, (metres, lasted) in enumerate(metres_and_minutes)
    ]


def test_only_walks_of_about_the_same_distance_are_compared():
    walks = measured((1000, 15), (2000, 40), (1050, 15), (950, 14), (5000, 90), (1200, 15))
    assert [walk.distance_m for walk in pace.like_walks(walks)] == [1000, 1050, 950]
    chart = pace.chart(walks, span(10), "km")
    assert (chart.walks, chart.like) == (3, "0.95 to 1.05\N{NO-BREAK SPACE}km")


def test_two_like_walks_are_too_few_for_a_pace():
    assert pace.chart(measured((1000, 15), (1000, 16), (2000, 30)), span(10), "km") is None
    assert pace.like_walks([]) == ()


def test_faster_is_higher_and_told_in_the_readers_unit():
    walks = measured((1609, 16), (1609, 15), (1609, 14))
    chart = pace.chart(walks, span(10), "mi")
    heights = [float(dot.y) for dot in chart.dots]
    assert heights == sorted(heights, reverse=True)
    assert [row[1] for row in chart.table.rows] == ["14:00", "15:00", "16:00"]
    assert "each mi in 14:00 to 16:00 minutes; the last, on 24 November 2026, in 14:00." in (
        chart.description
    )


@given(
    st.lists(
        st.tuples(days_ago, st.integers(10, 60_000), st.integers(60, 40_000)),
        min_size=3,
        max_size=60,
    ),
    st.sampled_from(["km", "mi"]),
)
def test_any_paces_have_a_few_levels_around_all_dots(walks, unit):
    said = sorted(Measured(LAST - ago * DAY, far, long) for ago, far, long in walks)
    chart = pace.chart(said, span(6000), unit)
    if chart is not None:
        assert all(0 <= float(dot.y) <= 100 for dot in chart.dots)
        assert all(0 <= float(dot.x) <= 100 for dot in chart.dots)
        assert 2 <= len(chart.levels) <= pace.LEVELS + 2
    like = pace.like_walks(said)
    farthest, nearest = (f(walk.distance_m for walk in like) for f in (max, min))
    assert farthest <= nearest * 1.1 / 0.9 + 1


# --- Places ----------------------------------------------------------------------------------


def test_places_are_counted_for_each_week_and_told_without_a_diagnosis():
    counts = [
        spots.SpotCount(LAST - 15 * DAY, "L", "back", 2),
        spots.SpotCount(LAST - 14 * DAY, "L", "back"),
        spots.SpotCount(LAST, "L", "inner"),
    ]
    (left,) = spots.charts(counts, span(20), PLACES)
    assert [(row.name, row.times) for row in left.rows] == [
        ("Inner side", 1),
        ("Back of the knee", 3),
    ]
    assert left.table.rows[0] == ("23 Nov 2026", "1", "")
    assert left.description == (
        "Left knee: back of the knee 3 times, in the week of 9 November 2026; "
        "inner side one time, in the week of 23 November 2026."
    )


def test_twice_as_often_is_twice_the_area_on_one_scale_for_both_knees():
    counts = [spots.SpotCount(LAST, "L", "back", 8), spots.SpotCount(LAST, "R", "back", 4)]
    left, right = spots.charts(counts, span(20), PLACES)
    (large,), (small,) = left.rows[0].cells, right.rows[0].cells
    assert float(large.radius) ** 2 == pytest.approx(2 * float(small.radius) ** 2, rel=0.01)


@pytest.mark.parametrize(
    ("days", "period", "most"), [(28, "week", 6), (91, "week", 15), (365, "month", 14)]
)
def test_places_stand_in_as_few_columns_as_a_phone_has_room_for(days, period, most):
    (chart,) = spots.charts([spots.SpotCount(LAST, "R", "inner")], span(days), PLACES)
    assert chart.period == period
    assert len(chart.table.rows) <= most


# --- The calendar ----------------------------------------------------------------------------

NOVEMBER = datetime.date(2026, 11, 1)


def calendar(written=None, first=NOVEMBER, began=NOVEMBER):
    return month.calendar(first, written or {}, LAST, began)


def test_a_month_is_whole_weeks_from_monday():
    weeks = calendar().weeks
    assert all(len(week) == 7 for week in weeks)
    assert weeks[0][0].day == datetime.date(2026, 10, 26)
    assert weeks[-1][-1].day == datetime.date(2026, 12, 6)
    assert sum(day.in_month for week in weeks for day in week) == 30
    assert [day.day for week in weeks for day in week if day.is_today] == [LAST]


@pytest.mark.parametrize(
    ("lowest", "light"),
    [(10, "green"), (8, "green"), (7, "amber"), (5, "amber"), (4, "red"), (0, "red"), (None, "")],
)
def test_the_light_of_a_day_is_its_lowest_comfort(lowest, light):
    assert month.light_of(lowest) == light


def test_a_day_says_all_of_itself_in_words():
    written = {
        LAST: month.Written(seconds=1500, walks=2, lowest=6, walk=7),
        LAST - DAY: month.Written(lowest=8),
    }
    told = {day.day: day.words for week in calendar(written).weeks for day in week}
    assert told[LAST] == "24 November 2026: 25 minutes, 2 walks, lowest comfort 6"
    assert told[LAST - DAY] == "23 November 2026: lowest comfort 8"
    assert told[LAST - 2 * DAY] == "22 November 2026: nothing written down"
    assert calendar(written).description == (
        "You walked on one day, 25 minutes in all and wrote down how your knees were on "
        "one day without a walk."
    )
    assert calendar().description == "Nothing was written down in this month."


def test_months_go_back_to_the_logs_first_and_on_to_this_one():
    october = datetime.date(2026, 10, 1)
    assert calendar().previous is None
    assert calendar().following is None
    assert calendar(began=datetime.date(2026, 10, 30)).previous == october
    earlier = calendar(first=october, began=datetime.date(2026, 10, 30))
    assert (earlier.previous, earlier.following) == (None, NOVEMBER)


# --- Periods ---------------------------------------------------------------------------------


@given(st.dates(datetime.date(1990, 1, 1), datetime.date(2100, 1, 1)))
def test_every_day_lies_in_one_week_month_and_year(day):
    for period in ("week", "month", "year"):
        start = axes.start_of(day, period)
        assert start <= day < axes.next_start(start, period)
        assert axes.start_of(start, period) == start
        assert axes.start_of(axes.next_start(start, period), period) == axes.next_start(
            start, period
        )


@given(st.floats(0, 20_000, allow_nan=False))
def test_levels_of_minutes_are_few_and_hold_the_most(most):
    top, levels = axes.minute_levels(most)
    assert most <= top
    assert levels[0] == 0
    assert 2 <= len(levels) <= axes.LEVELS + 1
