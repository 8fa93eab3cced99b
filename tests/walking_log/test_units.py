"""What people write for a time or a distance, and how it is told back to them."""

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from walking_log import units
from walking_log.units import Distance, Unreadable, parse_distance, parse_duration

MINUTE, HOUR = 60, 3600


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("45", 45 * MINUTE),
        (" 45 ", 45 * MINUTE),
        ("45 min", 45 * MINUTE),
        ("45min.", 45 * MINUTE),
        ("45 Minutes", 45 * MINUTE),
        ("0:45", 45 * MINUTE),
        ("1:05", 65 * MINUTE),
        ("1:05:30", 65 * MINUTE + 30),
        ("1h 5", 65 * MINUTE),
        ("1h5", 65 * MINUTE),
        ("1 h 05 min", 65 * MINUTE),
        ("1 hour and 5 minutes", 65 * MINUTE),
        ("1 hour", HOUR),
        ("1.5 h", 90 * MINUTE),
        ("1,5 h", 90 * MINUTE),
        ("7.5 min", 450),
        ("7 min 30 s", 450),
        ("90s", 90),
        ("90 s", 90),
        ("25 hours", 25 * HOUR),
        ("45\N{NO-BREAK SPACE}min", 45 * MINUTE),
        ("\N{FULLWIDTH DIGIT FOUR}\N{FULLWIDTH DIGIT FIVE}", 45 * MINUTE),
        ("0", 0),
    ],
)
def test_a_time_is_read_as_a_walker_means_it(text, seconds):
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("   ", "empty"),
        ("-5", "negative"),
        ("\N{MINUS SIGN}5 min", "negative"),
        ("1.30", "ambiguous"),
        ("1,5", "ambiguous"),
        ("1:75", "unreadable"),
        ("a while", "unreadable"),
        ("5 min 1 h", "unreadable"),
        ("5 5", "unreadable"),
        ("5 5 min", "unreadable"),
        ("5 bananas", "unreadable"),
        ("1e3", "unreadable"),
        ("nan", "unreadable"),
        ("9" * 41, "unreadable"),
        ("4\x005", "unreadable"),
    ],
)
def test_a_time_that_cannot_be_read_is_answered_kindly(text, code):
    with pytest.raises(Unreadable) as caught:
        parse_duration(text)
    assert caught.value.code == code
    assert str(caught.value).endswith(".")


@pytest.mark.parametrize(
    ("text", "unit", "metres", "typed"),
    [
        ("3.2", "km", 3200, "km"),
        ("3,2", "km", 3200, "km"),
        ("3,2 km", "km", 3200, "km"),
        ("3,2 km", "mi", 3200, "km"),
        ("2", "mi", 3219, "mi"),
        ("2 mi", "km", 3219, "mi"),
        ("1.5 miles", "km", 2414, "mi"),
        ("1 mile", "km", 1609, "mi"),
        ("800 m", "km", 800, "m"),
        ("1,200 m", "km", 1200, "m"),
        ("1 200 metres", "km", 1200, "m"),
        ("1.234 km", "km", 1234, "km"),
        ("1.234 mi", "km", 1986, "mi"),
        (".5", "km", 500, "km"),
        ("5 Kilometers", "mi", 5000, "km"),
    ],
)
def test_a_distance_is_read_in_the_unit_that_was_typed(text, unit, metres, typed):
    assert parse_distance(text, unit) == Distance(metres, typed)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty"),
        ("-3", "negative"),
        ("far", "unreadable"),
        ("3 furlongs", "unreadable"),
        ("3 4 km", "unreadable"),
        ("1e3", "unreadable"),
        ("inf", "unreadable"),
        ("3.2.1", "unreadable"),
    ],
)
def test_a_distance_that_cannot_be_read_is_answered_kindly(text, code):
    with pytest.raises(Unreadable) as caught:
        parse_distance(text, "km")
    assert caught.value.code == code


def test_reading_back_is_in_the_readers_units():
    assert units.format_duration(45 * MINUTE) == "45\N{NO-BREAK SPACE}min"
    assert (
        units.format_duration(65 * MINUTE)
        == "1\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}5\N{NO-BREAK SPACE}min"
    )
    assert units.format_duration(HOUR) == "1\N{NO-BREAK SPACE}h"
    assert units.format_duration(0) == "0\N{NO-BREAK SPACE}min"
    assert units.format_distance(3200, "km") == "3.2\N{NO-BREAK SPACE}km"
    assert units.format_distance(3219, "mi") == "2\N{NO-BREAK SPACE}mi"
    assert units.format_distance(100_000, "km") == "100\N{NO-BREAK SPACE}km"
    assert units.format_pace(45 * MINUTE, 3200, "km") == "14:04\N{NO-BREAK SPACE}min/km"
    assert units.format_pace(45 * MINUTE, 3200, "mi") == "22:38\N{NO-BREAK SPACE}min/mi"
    assert units.format_pace(2 * HOUR, 1000, "km") == "120:00\N{NO-BREAK SPACE}min/km"


def test_two_miles_come_back_as_two_miles():
    typed = parse_distance("2 mi", "km")
    assert units.distance_for_typing(typed, "km") == "2 mi"
    assert units.distance_for_typing(typed, "mi") == "2"
    assert units.distance_for_typing(parse_distance("800 m", "km"), "km") == "800 m"


@given(st.integers(0, 24 * HOUR))
def test_any_duration_put_back_in_its_field_is_read_as_itself(seconds):
    assert parse_duration(units.duration_for_typing(seconds)) == seconds


@given(st.integers(0, 24 * HOUR))
def test_any_duration_told_to_a_reader_is_right_to_the_minute(seconds):
    assert abs(parse_duration(units.format_duration(seconds)) - seconds) <= 30


@given(st.integers(0, 1_000_000), st.sampled_from(["km", "mi", "m"]), st.sampled_from(["km", "mi"]))
def test_any_distance_put_back_in_its_field_is_read_as_itself(metres, typed, unit):
    distance = Distance(metres, typed)
    assert parse_distance(units.distance_for_typing(distance, unit), unit) == distance


@given(st.integers(0, 1_000_000), st.sampled_from(["km", "mi"]))
def test_any_distance_told_to_a_reader_is_right_to_a_hundredth(metres, unit):
    told = parse_distance(units.format_distance(metres, unit), unit).metres
    assert abs(told - metres) <= float(units.METRES_PER[unit]) * 0.005 + 1


@given(st.integers(60, 12 * HOUR), st.integers(10, 60_000), st.sampled_from(["km", "mi"]))
def test_pace_is_minutes_and_seconds_below_sixty(seconds, metres, unit):
    minutes, rest = (
        units.format_pace(seconds, metres, unit).split("\N{NO-BREAK SPACE}")[0].split(":")
    )
    assert 0 <= int(rest) < 60
    exact = seconds * float(units.METRES_PER[unit]) / metres
    assert abs(int(minutes) * 60 + int(rest) - exact) <= 0.5001


# Weighted towards what nearly reads, where a parser slips.
NEARLY = st.text(
    "0123456789.,:- hminskf\N{NO-BREAK SPACE}\N{VULGAR FRACTION ONE HALF}²٣", max_size=45
)


@given(st.one_of(st.text(), NEARLY))
def test_no_text_whatever_raises_anything_but_its_own_word(text):
    for read in (parse_duration, lambda text: parse_distance(text, "mi").metres):
        try:
            assert read(text) >= 0
        except Unreadable as refused:
            assert str(refused)


def test_naughty_strings_are_read_or_kindly_refused():
    folder = os.environ.get("WALKCOACH_TEST_DATA")
    if not folder:
        pytest.skip("WALKCOACH_TEST_DATA names no folder of real input")
    naughty = Path(folder) / "hostile" / "naughty"
    strings = json.loads((naughty / "blns.json").read_text())
    strings += json.loads((naughty / "redos-strings.json").read_text())
    strings += (naughty / "ids.txt").read_text().splitlines()
    for text in strings:
        test_no_text_whatever_raises_anything_but_its_own_word.hypothesis.inner_test(str(text))


def test_comfort_has_a_word_for_every_number():
    words = [units.comfort_in_words(comfort) for comfort in range(11)]
    assert all(words)
    assert words[0] == "worst pain"
    assert words[7] == "could live with it"
    assert words[10] == "no pain at all"
