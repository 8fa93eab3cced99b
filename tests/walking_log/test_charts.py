"""The geometry of comfort over time: what is drawn, what is not, and what is said of it."""

import datetime
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from walking_log.charts import axes, comfort
from walking_log.charts.comfort import Reading

LAST = datetime.date(2026, 11, 24)


def on(days_ago: int, comfort: float, knee: str = "L", count: int = 1, when: str = "") -> Reading:
    day = LAST - datetime.timedelta(days=days_ago)
    return Reading(day, knee, comfort, when or "Just after the walk", count)


def drawn(readings: list[Reading], days: int) -> comfort.ComfortChart:
    """Over so many days, or as few as a drawing has."""
    return comfort.chart(
        sorted(readings, key=lambda reading: reading.day),
        axes.span(LAST - datetime.timedelta(days=days), LAST),
    )


def daily(*readings: Reading) -> comfort.ComfortChart:
    """Over the days from the first of them."""
    return drawn(list(readings), max((LAST - reading.day).days for reading in readings))


def test_ten_is_at_the_top_and_today_at_the_right():
    left = daily(on(20, 10), on(0, 0)).series[0]
    assert [(dot.x, dot.y) for dot in left.dots] == [("0", "0"), ("100", "100")]


def test_three_days_are_not_stretched_over_the_whole_width():
    (left,) = daily(on(2, 5), on(1, 5), on(0, 5)).series
    assert float(left.dots[0].x) > 80


def test_a_line_needs_three_readings_in_seven_days():
    assert daily(on(6, 5), on(0, 5)).series[0].lines == ()
    assert len(daily(on(6, 5), on(3, 5), on(1, 5), on(0, 5)).series[0].lines) == 1


def test_the_line_is_the_mean_of_the_last_seven_days():
    (left,) = daily(on(14, 0), on(8, 0), on(2, 4), on(1, 5), on(0, 9)).series
    assert left.lines == ()  # one day alone has a mean, and one point is no line
    (left,) = daily(on(14, 0), on(3, 2), on(2, 4), on(1, 6), on(0, 8)).series
    assert left.lines == ("92.86,60 100,50",)


def test_a_gap_stays_a_gap():
    before = [on(days_ago, 5) for days_ago in range(40, 30, -1)]
    after = [on(days_ago, 7) for days_ago in range(9, -1, -1)]
    (left,) = daily(*before, *after).series
    assert len(left.lines) == 2
    gap = range(30, 9, -1)
    xs = [float(pair.split(",")[0]) for line in left.lines for pair in line.split()]
    assert not [x for x in xs if 100 - 100 * gap[0] / 40 <= x <= 100 - 100 * gap[-1] / 40]


def test_a_month_with_too_few_readings_breaks_the_line():
    months = [datetime.date(2025, month, 1) for month in range(1, 7)]
    means = [Reading(day, "L", 6.25, count=1 if day.month == 4 else 9) for day in months]
    chart = drawn(means, 900)
    (left,) = chart.series
    assert [len(line.split()) for line in left.lines] == [3, 2]
    assert len(left.dots) == 6
    assert chart.table.rows[0] == ("June 2025", "6.2 (9)")
    assert chart.period == "month"


def test_the_description_says_what_is_there_and_claims_nothing():
    description = daily(on(20, 3), on(10, 8), on(1, 7), on(0, 6, "R")).description
    assert description == (
        "Left knee: 3 readings between 3 and 8, the last 7 on 23 November 2026. "
        "Right knee: one reading, 6 on 24 November 2026."
    )
    assert "Right knee" not in daily(on(0, 5)).description
    weeks = drawn([on(8, 5.5, count=4), on(1, 6, count=3)], 300)
    assert weeks.description.startswith(
        "Left knee: means of 2 weeks between 5.5 and 6, the last 6 in the week of 23 November 2026."
    )


def test_the_table_holds_every_value_newest_first():
    chart = daily(
        on(1, 5), on(1, 6, "R"), on(1, 7), on(0, 4, "R", when="The next morning"), on(9, 0)
    )
    assert [column.name for column in chart.table.columns] == ["Day", "When", "Left", "Right"]
    assert chart.table.rows == (
        ("24 Nov 2026", "The next morning", "", "4"),
        ("23 Nov 2026", "Just after the walk", "5, 7", "6"),
        ("15 Nov 2026", "Just after the walk", "0", ""),
    )


def test_one_knee_has_one_series_and_one_column():
    chart = daily(on(3, 5, "R"), on(0, 6, "R"))
    assert [series.knee for series in chart.series] == ["right"]
    assert [column.name for column in chart.table.columns] == ["Day", "When", "Right"]


def test_what_is_remembered_is_drawn_hollow_and_kept_out_of_the_line():
    readings = [on(days_ago, 5) for days_ago in range(6, 0, -1)]
    late = replace(on(0, 0), remembered=True)
    (left,) = daily(*readings, late).series
    assert len(left.dots) == 6
    assert [(dot.x, dot.y) for dot in left.remembered] == [("100", "100")]
    assert all(",50" in pair for line in left.lines for pair in line.split())
    assert daily(*readings, late).table.rows[0][1] == "Just after the walk, remembered"


def test_days_are_named_for_months_and_months_for_years():
    assert [tick.label for tick in daily(on(20, 5)).ticks] == [
        "4 Nov",
        "9 Nov",
        "14 Nov",
        "19 Nov",
        "24 Nov",
    ]
    assert drawn([on(365, 5)], 365).ticks[0].label == "Nov 2025"


@given(
    st.lists(
        st.builds(
            on, st.integers(0, 5000), st.integers(0, 10), st.sampled_from("LR"), st.integers(1, 9)
        ),
        min_size=1,
        max_size=60,
    ),
    st.integers(14, 6000),
)
def test_everything_drawn_is_inside_the_drawing(readings, days):
    readings = [on((LAST - r.day).days % days, r.comfort, r.knee, r.count) for r in readings]
    chart = drawn(readings, days)
    places = [(dot.x, dot.y) for series in chart.series for dot in series.dots]
    places += [
        tuple(pair.split(","))
        for series in chart.series
        for line in series.lines
        for pair in line.split()
    ]
    assert all(0 <= float(place) <= 100 for pair in places for place in pair)
    assert sum(len(series.dots) for series in chart.series) == len(readings)
    first = 2 if chart.period == "day" else 1
    values = [v for row in chart.table.rows for cell in row[first:] for v in cell.split(", ") if v]
    assert len(values) == len(readings)
