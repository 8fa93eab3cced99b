"""The log's own pages: this week, the last walks, comfort over time, and all walks."""

import csv
import datetime
import html
import io
import re

import pytest
import time_machine
from django.urls import reverse

from walking_log.models import KneeReading, Walk

from .conftest import log_walks

DAY = datetime.timedelta(days=1)
# A Tuesday.
MORNING = datetime.datetime(2026, 11, 24, 8, 30, tzinfo=datetime.UTC)
TODAY = MORNING.date()


@pytest.fixture
def tuesday_morning():
    with time_machine.travel(MORNING, tick=False):
        yield


def page_of(client, address="/log/") -> str:
    """The page as a reader sees its words: any white space is one space."""
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(response.content.decode()))


def test_a_new_log_leads_to_the_first_walk(as_ada):
    page = page_of(as_ada)
    assert "nobody sees it but you" in page
    assert "Log your first walk" in page
    assert 'role="img"' not in page
    assert "No walks yet." in page_of(as_ada, "/log/walks/")


@pytest.mark.parametrize(
    ("hour", "zone", "greeting"),
    [
        (8, "UTC", "Good morning, Ada"),
        (13, "UTC", "Good afternoon, Ada"),
        (21, "UTC", "Good evening, Ada"),
        (21, "Pacific/Auckland", "Good morning, Ada"),
    ],
)
def test_the_greeting_follows_the_readers_own_clock(as_ada, ada, hour, zone, greeting):
    ada.time_zone = zone
    ada.save()
    with time_machine.travel(MORNING.replace(hour=hour)):
        assert greeting in page_of(as_ada)


def test_this_week_is_monday_to_sunday_with_its_minutes(as_ada, ada, tuesday_morning):
    for days_ago, minutes in ((0, 20), (0, 10), (1, 15), (2, 99)):
        Walk.objects.create(owner=ada, local_date=TODAY - days_ago * DAY, duration_s=minutes * 60)
    page = page_of(as_ada)
    assert "Three walks this week, 45 min in all." in page
    assert "Monday: 15 minutes" in page
    assert "Tuesday, today: 30 minutes" in page
    assert "Wednesday: no walk" in page
    assert page.count("no walk<") == 5


def test_a_week_without_a_walk_is_no_reproach(as_ada, ada, tuesday_morning):
    Walk.objects.create(owner=ada, local_date=TODAY - 8 * DAY, duration_s=600)
    assert "A quiet week so far. Rest counts too." in page_of(as_ada)


def test_the_week_turns_when_the_readers_monday_begins(as_ada, ada):
    # Sunday evening in London, Monday morning in Auckland.
    sunday = datetime.datetime(2026, 11, 22, 20, tzinfo=datetime.UTC)
    Walk.objects.create(owner=ada, local_date=sunday.date(), duration_s=1200)
    with time_machine.travel(sunday):
        assert "One walk this week" in page_of(as_ada)
        ada.time_zone = "Pacific/Auckland"
        ada.save()
        assert "A quiet week so far." in page_of(as_ada)


def test_a_day_once_written_stays_that_day(as_ada, ada, walk, today):
    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        ada.time_zone = zone
        ada.save()
        assert as_ada.get(walk.get_absolute_url()).context["walk"].local_date == today


def test_the_last_five_walks_are_told_in_the_readers_units(as_ada, ada, tuesday_morning):
    log_walks(ada, 7, until=TODAY, comfort=7)
    ada.units = "mi"
    ada.save()
    page = page_of(as_ada)
    assert page.count('class="walk"') == 5
    assert "1.24 mi" in page
    assert "24:08 min/mi" in page
    assert "Left <b>7</b>, could live with it" in page
    assert "Right <b>7</b>, could live with it" in page


def test_the_newest_walk_is_the_one_of_the_newest_day(as_ada, ada, today):
    late = Walk.objects.create(owner=ada, local_date=today, duration_s=600)
    back_dated = Walk.objects.create(owner=ada, local_date=today - 9 * DAY, duration_s=600)
    assert list(as_ada.get("/log/").context["walks"]) == [late, back_dated]


def test_the_chart_has_a_title_a_description_and_a_table_of_every_value(as_ada, ada, today):
    walks = log_walks(ada, 12, until=today - DAY)
    for number, walk in enumerate(walks):
        walk.readings.filter(moment="after", knee="L").update(comfort=number % 11)
    page = page_of(as_ada)
    assert '<svg role="img" aria-labelledby="comfort-title comfort-description"' in page
    assert '<title id="comfort-title">Comfort of your knees, ' in page
    assert "Left knee: 24 readings between 0 and 10, the last 6 on " in page
    table = page[page.index("comfort of your knees".capitalize()) :]
    table = table[table.index("<tbody>") : table.index("</tbody>")]
    for reading in KneeReading.objects.filter(owner=ada, moment="after", knee="L"):
        day = f"{reading.local_date.day} {reading.local_date:%b %Y}"
        assert (
            f'<th scope="row">{day}</th><td>Just after the walk</td>'
            f"<td>{reading.comfort}</td><td>6</td>"
        ) in table
    assert table.count("<tr>") == 24


def test_no_page_of_the_log_styles_or_scripts_inline(as_ada, ada, today):
    walk = log_walks(ada, 20, until=today - DAY)[0]
    for page in ("/log/", "/log/walks/new/", "/log/walks/", walk.get_absolute_url()):
        said = page_of(as_ada, page)
        assert " style=" not in said
        assert "<style" not in said
        assert not re.search(r"<script(?![^>]* src=)", said)
        assert not re.search(r" on[a-z]+=", said)


def test_before_and_worst_are_kept_out_of_the_line(as_ada, ada, walk, today):
    for moment in ("before", "worst"):
        walk.readings.create(owner=ada, local_date=today, knee="L", moment=moment, comfort=1)
    description = as_ada.get("/log/").context["over_time"].comfort.description
    assert description.startswith("Left knee: one reading, 6 on ")


def test_the_range_is_chosen_by_a_link(as_ada, ada, tuesday_morning):
    for days_ago in (3, 60, 300, 390):
        log_walks(ada, 1, until=TODAY - days_ago * DAY)
    rows = {
        span: len(as_ada.get(f"/log/?range={span}").context["over_time"].comfort.table.rows)
        for span in ("4w", "3m", "1y", "all", "", "nonsense")
    }
    assert rows == {"4w": 2, "3m": 4, "1y": 3, "all": 4, "": 4, "nonsense": 4}
    assert 'href="?range=4w#over-time" aria-current="true"' in page_of(as_ada, "/log/?range=4w")


def test_a_range_with_nothing_in_it_says_so(as_ada, ada, today):
    log_walks(ada, 1, until=today - 60 * DAY)
    assert "No number for a knee in this time." in page_of(as_ada, "/log/?range=4w")


@pytest.mark.parametrize(
    ("years", "period", "most"), [(1, "week", 54), (2, "week", 106), (10, "month", 122)]
)
def test_ten_years_are_bounded(as_ada, ada, today, years, period, most):
    walks = log_walks(ada, years * 365, until=today - DAY)
    for walk in walks:
        walk.pain_onset_s = 600
    Walk.objects.bulk_update(walks, ["pain_onset_s"], batch_size=500)
    response = as_ada.get("/log/?range=all")
    shown = response.context["over_time"]
    assert shown.comfort.period == shown.before_pain.period == shown.pace.period == period
    for chart in (shown.comfort, shown.before_pain, shown.minutes, shown.pace):
        assert len(chart.table.rows) <= most
    assert len(response.content) < 200_000


@pytest.mark.parametrize(
    ("address", "queries"),
    [
        ("/log/", 22),
        ("/log/?range=all", 22),
        ("/log/?range=4w&month=2026-01", 22),
        ("/log/walks/", 6),
    ],
)
def test_pages_ask_as_much_of_200_walks_as_of_5(
    as_ada, ada, today, address, queries, django_assert_num_queries
):
    log_walks(ada, 5, until=today - DAY)
    with django_assert_num_queries(queries):
        as_ada.get(address)
    log_walks(ada, 195, until=today - 6 * DAY)
    with django_assert_num_queries(queries):
        as_ada.get(address)


def test_minutes_before_pain_stand_in_large_figures(as_ada, ada, tuesday_morning):
    walks = log_walks(ada, 2, until=TODAY)
    assert "Three walks within 3 months that say" in page_of(as_ada)
    walks += log_walks(ada, 10, until=TODAY - 2 * DAY)
    for number, walk in enumerate(sorted(walks, key=lambda walk: walk.local_date)):
        walk.pain_onset_s = 540 if number < 6 else 840
        walk.save()
    page = page_of(as_ada)
    assert '<span class="then">9</span>' in page
    assert "then, and now" in page
    assert "<b>14</b>" in page
    assert "The middle of your six walks from 13 Nov to 18 Nov, and of your last six." in page


def test_the_calendar_turns_to_any_month_of_the_log(as_ada, ada, tuesday_morning):
    november = log_walks(ada, 1, until=TODAY, comfort=4)[0]
    log_walks(ada, 1, until=TODAY - 40 * DAY)
    page = page_of(as_ada)
    assert '<strong aria-current="true">November 2026</strong>' in page
    assert f'href="{november.get_absolute_url()}"' in page
    assert "24 November 2026: 30 minutes, lowest comfort 4" in page
    assert 'href="?range=3m&month=2026-10#calendar" rel="prev"' in page
    october = page_of(as_ada, "/log/?range=1y&month=2026-10")
    assert "15 October 2026: 30 minutes, lowest comfort 6" in october
    assert 'href="?range=1y&month=2026-11#calendar" rel="next"' in october
    assert 'rel="prev"' not in october
    for nonsense in ("2026-13", "0000-00", "x", "1999-01", "2999-01", "9" * 3000, "-", "2026-1-1"):
        assert "2026</strong>" in page_of(as_ada, f"/log/?month={nonsense}")


def test_a_log_of_rest_days_only_shows_them(as_ada, ada, tuesday_morning):
    for days_ago in range(3):
        ada.knee_readings.create(
            local_date=TODAY - days_ago * DAY, knee="L", moment="rest_day", comfort=7
        )
    page = page_of(as_ada)
    assert "A quiet week so far. Rest counts too." in page
    assert "You wrote down how your knees were on 3 days without a walk." in page
    assert "Left knee: 3 readings between 7 and 7" in page
    assert "Right knee" not in page
    assert "No walk in this time. Rest counts too." in page


def test_places_are_shown_for_the_knee_they_were_named_of(as_ada, ada, walk, today):
    walk.spots.create(owner=ada, local_date=today, knee="L", spot="inner")
    page = page_of(as_ada)
    assert 'id="spots-left-title"' in page
    assert 'id="spots-right-title"' not in page
    assert "Left knee: inner side one time" in page
    walk.delete_softly()
    assert 'id="spots-left-title"' not in page_of(as_ada)


def test_what_goes_together_waits_for_mornings_and_tells_its_counts(as_ada, ada, tuesday_morning):
    walks = log_walks(ada, 4, until=TODAY - DAY)
    assert re.search(r"Not enough yet. About \d+ more mornings after a walk", page_of(as_ada))
    walks += log_walks(ada, 40, until=TODAY - 5 * DAY)
    assert "Your walks are too alike to compare." in page_of(as_ada)
    for walk in walks[::3]:
        Walk.objects.filter(pk=walk.pk).update(duration_s=45 * 60)
    assert "Nothing stands out in 44 mornings." in page_of(as_ada)
    for walk in walks[::3]:
        walk.readings.filter(moment="next_morning", knee="L").update(comfort=3)
    assert (
        "After walks over 30 minutes, your left knee was lower than usual the next morning "
        "15 of 15 times; after shorter ones, 0 of 29."
    ) in page_of(as_ada)


def test_a_strangers_log_is_in_no_chart_of_mine(as_ada, ada, ben, walk, today):
    theirs = log_walks(ben, 30, until=today, comfort=2)
    theirs[-1].spots.create(owner=ben, local_date=today, knee="R", spot="outer")
    shown = as_ada.get("/log/?range=all").context
    assert len(shown["over_time"].comfort.table.rows) == 1
    assert shown["over_time"].spots == ()
    assert shown["over_time"].minutes.table.rows[0][2] == "1"
    assert shown["findings"].mornings == 0
    assert shown["calendar"].description.startswith("You walked on one day, 30 minutes")


def test_all_walks_come_fifty_to_the_page_under_their_months(as_ada, ada, tuesday_morning):
    log_walks(ada, 60, until=TODAY)
    page = page_of(as_ada, "/log/walks/")
    assert page.count('class="walk"') == 50
    assert "60 walks, the newest first." in page
    assert page.index("November 2026") < page.index("October 2026")
    assert page_of(as_ada, "/log/walks/?page=2").count('class="walk"') == 10
    for nonsense in ("0", "-1", "x", "9" * 30, "9" * 6000):
        page_of(as_ada, f"/log/walks/?page={nonsense}")


def test_a_walk_has_all_that_was_said_of_it(as_ada, ada, walk, today):
    Walk.objects.filter(pk=walk.pk).update(
        pain_onset_s=0, stop_reason="tired", talk_test="sing", aid="stick", limped=False
    )
    walk.readings.create(owner=ada, local_date=today, knee="R", moment="worst", comfort=0)
    page = page_of(as_ada, walk.get_absolute_url())
    for words in (
        "It hurt from the first step",
        "I was tired",
        "I could have sung",
        "A stick",
        "<dt>Limped</dt><dd>No</dd>",
        "At its worst on the walk",
        "Right <b>0</b>, worst pain",
        "15:00 min/km",
    ):
        assert words in page


def test_the_morning_after_is_asked_once(as_ada, ada, today):
    walk = Walk.objects.create(owner=ada, local_date=today - DAY, duration_s=600)
    address = reverse("walking_log:morning", args=[walk.pk])
    assert address in page_of(as_ada)
    assert "How are they this morning?" in page_of(as_ada, address)

    assert as_ada.post(address, {}).status_code == 422
    assert as_ada.post(address, {"morning_left": "12"}).status_code == 422
    response = as_ada.post(address, {"morning_left": "0", "morning_right": "7"}, follow=True)
    page = html.unescape(response.content.decode())
    assert "Noted." in page
    assert address not in page
    assert set(walk.readings.values_list("moment", "knee", "comfort", "local_date")) == {
        ("next_morning", "L", 0, today),
        ("next_morning", "R", 7, today),
    }
    # It can be corrected, also taken back for one knee, and nothing else of the walk is touched.
    walk.readings.create(owner=ada, local_date=today - DAY, knee="L", moment="after", comfort=5)
    as_ada.post(address, {"morning_left": "", "morning_right": "8"})
    assert set(walk.readings.values_list("moment", "comfort")) == {
        ("next_morning", 8),
        ("after", 5),
    }


@pytest.mark.parametrize(("days_ago", "asked"), [(0, False), (1, True), (7, True), (8, False)])
def test_a_morning_is_asked_about_for_a_week(as_ada, ada, today, days_ago, asked):
    walk = Walk.objects.create(owner=ada, local_date=today - days_ago * DAY, duration_s=600)
    address = reverse("walking_log:morning", args=[walk.pk])
    assert (as_ada.get(address).status_code == 200) is asked
    as_ada.post(address, {"morning_left": "6"})
    assert walk.readings.exists() is asked
    assert (address in page_of(as_ada, walk.get_absolute_url())) is asked


def test_the_log_can_be_taken_along_as_a_file(as_ada, ada, walk, today):
    Walk.objects.filter(pk=walk.pk).update(notes='=HYPERLINK("http://evil.test","x")\n"quoted", ø')
    KneeReading.objects.create(
        owner=ada, local_date=today + DAY, knee="R", moment="rest_day", comfort=9
    )
    response = as_ada.get("/log/export/")
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response["Content-Disposition"] == 'attachment; filename="walks.csv"'
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    of_walk, of_rest_day = csv.DictReader(io.StringIO(text, newline=""))
    assert of_walk["day"] == today.isoformat()
    assert (of_walk["duration_s"], of_walk["distance_m"]) == ("1800", "2000")
    assert of_walk["comfort_after_left"] == "6"
    assert of_walk["notes"] == '\'=HYPERLINK("http://evil.test","x")\n"quoted", ø'
    assert of_rest_day["comfort_rest_day_right"] == "9"
    assert of_rest_day["duration_s"] == ""


@pytest.mark.parametrize(
    "notes", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "  =1", "\N{FULLWIDTH EQUALS SIGN}1"]
)
def test_no_note_is_a_formula_in_a_spreadsheet(notes):
    from walking_log.export import in_words_only

    assert in_words_only(notes) == f"'{notes}"
    assert in_words_only("Slow = lovely") == "Slow = lovely"
