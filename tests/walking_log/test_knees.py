"""Knees beside walks: which are asked of, where they hurt, rest days, daily life, the scale."""

import csv
import datetime
import html
import io
import json
import re

import pytest
import time_machine
from django.apps import apps
from django.urls import reverse

from walking_log.models import LifeTick, LogPreferences, Plan, PlanStep, Walk
from walking_log.sharing import grants

from .conftest import log_walks, typed

NEW = "/log/walks/new/"
DAY = datetime.timedelta(days=1)


def words_of(response) -> str:
    return re.sub(r"\s+", " ", html.unescape(response.content.decode()))


# --- The quick form --------------------------------------------------------------------------


def test_one_knee_is_asked_of_where_one_is_wished(as_ada, ada):
    as_ada.post("/log/preferences/", {"knees": "R", "morning_hour": "8"})
    page = words_of(as_ada.get(NEW))
    assert "How is your knee now?" in page
    assert "Left knee" not in page
    as_ada.post(NEW, typed(after_left="3", after_right="8", spots_right="inner"))
    walk = ada.walks.get()
    assert [(r.knee, r.comfort) for r in walk.readings.all()] == [("R", 8)]


def test_a_knee_that_a_walk_speaks_of_stays_with_it(as_ada, ada, walk):
    LogPreferences.objects.create(owner=ada, knees="R")
    edit = reverse("walking_log:walk_edit", args=[walk.pk])
    assert as_ada.get(edit).context["form"]["after_left"].value() == 6
    as_ada.post(edit, typed(after_left="6", after_right="9"))
    assert set(walk.readings.values_list("knee", "comfort")) == {("L", 6), ("R", 9)}


def test_the_form_starts_from_the_same_weekday_else_from_the_last(as_ada, ada, today):
    for days_ago, minutes in ((1, 40), (7, 25), (14, 10), (21, 5)):
        Walk.objects.create(
            owner=ada, local_date=today - days_ago * DAY, duration_s=minutes * 60, talk_test="sing"
        )
    form = as_ada.get(NEW).context["form"]
    assert (form["duration"].value(), form["talk_test"].value()) == ("25", "")
    ada.walks.filter(local_date__in=[today - 7 * DAY, today - 14 * DAY]).delete()
    assert as_ada.get(NEW).context["form"]["duration"].value() == "40"


def test_same_as_last_time_is_one_tap(as_ada, ada, today):
    Walk.objects.create(owner=ada, local_date=today - 7 * DAY, duration_s=600)
    Walk.objects.create(
        owner=ada,
        local_date=today - DAY,
        duration_s=1200,
        talk_test="sentences",
        aid="poles",
        pain_onset_s=300,
    )
    assert "Same as last time: 20\N{NO-BREAK SPACE}min" in html.unescape(
        as_ada.get(NEW).content.decode()
    )
    form = as_ada.get(f"{NEW}?like=last").context["form"]
    shown = [form[name].value() for name in ("duration", "talk_test", "aid", "pain_onset")]
    # How it felt is asked and never suggested.
    assert shown == ["20", "sentences", "poles", None]
    assert form["after_left"].value() is None


def test_places_are_kept_with_the_walk_and_told_back(as_ada, ada):
    as_ada.post(
        NEW,
        {
            **typed(after_left="6"),
            "spots_left": ["inner", "back"],
            "spread_left": "finger",
            "spots_right": ["moves"],
        },
    )
    walk = ada.walks.get()
    assert set(walk.spots.values_list("knee", "spot", "spread", "local_date")) == {
        ("L", "inner", "finger", walk.local_date),
        ("L", "back", "finger", walk.local_date),
        ("R", "moves", "", walk.local_date),
    }
    page = words_of(as_ada.get(walk.get_absolute_url()))
    assert (
        "Left knee, where it hurt: inner side, back of the knee (I can put a finger on it)." in page
    )
    edit = reverse("walking_log:walk_edit", args=[walk.pk])
    form = as_ada.get(edit).context["form"]
    assert form["spots_left"].value() == ["inner", "back"]
    as_ada.post(
        edit, {**typed(), "spots_left": ["outer"], "day": "other", "other_day": "2020-02-28"}
    )
    assert list(walk.spots.values_list("spot", "local_date")) == [
        ("outer", datetime.date(2020, 2, 28))
    ]


def test_a_place_that_is_none_is_not_taken(as_ada, ada):
    response = as_ada.post(NEW, {**typed(), "spots_left": ["elbow"]})
    assert response.status_code == 422
    assert "Choose from these places." in words_of(response)
    assert not ada.walks.exists()


def test_every_part_of_the_picture_is_a_label_of_a_box_in_the_list(as_ada):
    page = words_of(as_ada.get(NEW))
    parts = re.findall(r'<label class="part (\w+)" for="([^"]+)">', page)
    assert len(parts) == 2 * 6
    for place, box in parts:
        assert re.search(f'<input [^>]*value="{place}" [^>]*id="{box}"', page)


# --- The scale -------------------------------------------------------------------------------


@pytest.mark.parametrize(("answer", "comforts"), [({"turn": "1"}, [9, 10]), ({}, [1, 0])])
def test_a_low_first_number_is_asked_about_once(as_ada, ada, answer, comforts):
    page = words_of(as_ada.post(NEW, typed(after_left="1", after_right="0"), follow=True))
    assert "You chose 1 for your left knee and 0 for your right knee." in page
    walk = ada.walks.get()
    as_ada.post(reverse("walking_log:scale", args=[walk.pk]), answer)
    assert list(walk.readings.order_by("knee").values_list("comfort", flat=True)) == comforts
    # Pressed again, or asked again: no more.
    as_ada.post(reverse("walking_log:scale", args=[walk.pk]), {"turn": "1"})
    assert list(walk.readings.order_by("knee").values_list("comfort", flat=True)) == comforts
    assert "Which way round?" not in words_of(as_ada.get("/log/"))


def test_pain_that_was_told_of_is_believed(as_ada, ada, today):
    page = words_of(as_ada.post(NEW, typed(after_left="1", pain_onset="5"), follow=True))
    assert "Which way round?" not in page


def test_after_the_first_week_nobody_is_asked(as_ada, ada, today):
    log_walks(ada, 1, until=today - 8 * DAY)
    page = words_of(as_ada.post(NEW, typed(after_left="1"), follow=True))
    assert "Which way round?" not in page


# --- Days without a walk ---------------------------------------------------------------------


def test_a_rest_day_is_written_down_and_corrected(as_ada, ada, today):
    said = {"day": today.isoformat(), "rest_left": "6", "rest_right": "8", "spots_left": "below"}
    page = words_of(as_ada.post("/log/rest-day/", said, follow=True))
    assert "Rest days belong to the truth." in page
    as_ada.post("/log/rest-day/", {**said, "rest_left": "7", "spots_left": "inner"})
    readings = ada.knee_readings.order_by("knee")
    assert list(readings.values_list("moment", "knee", "comfort", "local_date")) == [
        ("rest_day", "L", 7, today),
        ("rest_day", "R", 8, today),
    ]
    assert list(ada.knee_spots.values_list("spot", flat=True)) == ["inner"]


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Choose a number for at least one knee."),
        ({"rest_left": "11"}, "Choose a number from 0 to 10."),
        ({"rest_right": "8", "spots_left": "inner"}, "Choose a number too: how is it there?"),
        ({"rest_left": "6", "day": "9999-12-31"}, "That day is still to come."),
        ({"rest_left": "6", "day": "x"}, "Choose the day"),
    ],
)
def test_what_cannot_be_a_rest_day_comes_back(as_ada, ada, today, said, words):
    response = as_ada.post("/log/rest-day/", {"day": today.isoformat(), **said})
    assert response.status_code == 422
    assert words in words_of(response)
    assert not ada.knee_readings.exists()


def test_what_is_written_a_week_late_is_remembered_and_no_proof(as_ada, ada, today):
    for days_ago in (7, 8):
        day = today - days_ago * DAY
        said = {"day": "other", "other_day": day.isoformat(), "rest_left": "6"}
        page = words_of(as_ada.post("/log/rest-day/", said, follow=True))
        assert ("Noted as remembered." in page) is (days_ago == 8)
    claims = ada.knee_readings.for_claims()
    assert list(claims.values_list("local_date", flat=True)) == [today - 7 * DAY]
    as_ada.post(NEW, typed(day="other", other_day="2020-02-28", after_left="6"))
    late = ada.walks.get(local_date="2020-02-28")
    assert late.readings.get().remembered
    assert "bothersome (remembered)" in words_of(as_ada.get(late.get_absolute_url()))


# --- Daily life ------------------------------------------------------------------------------


def test_a_week_is_five_taps_once(as_ada, ada):
    with time_machine.travel(datetime.datetime(2026, 11, 27, 9, tzinfo=datetime.UTC)):  # a Friday
        log_walks(ada, 1, until=datetime.date(2026, 11, 26))
        assert "Five taps about the week of 23 November" in words_of(as_ada.get("/log/"))
        assert as_ada.post("/log/week/", {}).status_code == 422
        as_ada.post("/log/week/", {"chair": "2", "energy": "0"})
        as_ada.post("/log/week/", {"chair": "3", "energy": "0"})
        tick = ada.life_ticks.get()
        assert (tick.week, tick.chair, tick.energy, tick.floor) == (
            datetime.date(2026, 11, 23),
            3,
            0,
            None,
        )
        assert "Five taps" not in words_of(as_ada.get("/log/"))
    with time_machine.travel(datetime.datetime(2026, 12, 1, 9, tzinfo=datetime.UTC)):
        assert "Five taps" not in words_of(as_ada.get("/log/"))
    with time_machine.travel(datetime.datetime(2026, 12, 4, 9, tzinfo=datetime.UTC)):
        assert "Five taps about the week of 30 November" in words_of(as_ada.get("/log/"))


def test_what_is_no_answer_is_not_taken(as_ada, ada):
    assert as_ada.post("/log/week/", {"chair": "4"}).status_code == 422
    assert as_ada.post("/log/preferences/", {"knees": "none"}).status_code == 422
    assert as_ada.post("/log/symptoms/", {"flags": "hunger"}).status_code == 422
    assert not LifeTick.objects.exists()
    assert not ada.symptom_reports.exists()


# --- Whose it is -----------------------------------------------------------------------------

PAGES = ["rest_day", "symptoms", "week", "preferences"]


@pytest.mark.parametrize("name", [*PAGES, "export_everything"])
def test_a_visitor_is_asked_to_sign_in(client, db, name):
    address = reverse(f"walking_log:{name}")
    assert client.get(address).url == f"/accounts/login/?next={address}"


@pytest.mark.parametrize("who", ["as_ben", "as_coach"])
def test_nobody_acts_on_anothers_answers(request, ada, walk, today, who):
    client = request.getfixturevalue(who)
    report = ada.symptom_reports.create(local_date=today, fever=True, text_version="1")
    for address in (
        reverse("walking_log:symptoms_read", args=[report.pk]),
        reverse("walking_log:scale", args=[walk.pk]),
    ):
        assert client.post(address, {"turn": "1"}).status_code == 404
        assert client.get(address).status_code == 405
    report.refresh_from_db()
    assert report.acknowledged_at is None
    assert walk.readings.get().comfort == 6
    page = words_of(client.get("/log/symptoms/"))
    assert "checked" not in page


def test_a_guessed_number_is_not_found(as_ada):
    for name in ("symptoms_read", "scale"):
        for number in (0, 9, 10**18):
            assert as_ada.post(reverse(f"walking_log:{name}", args=[number])).status_code == 404


@pytest.fixture
def whole_log(as_ada, ada, coach, today):
    """Something of everything."""
    as_ada.post("/log/plans/six-houses/choose/")
    as_ada.post("/log/plans/six-houses/", {"landmark_1": "the post box"})
    shared = {"coach": coach.coach_profile.pk, "scopes": ["walks"], "days": "14"}
    as_ada.post("/log/sharing/", shared)
    grants.note_looks(ada.share_grants.all(), "desk")
    as_ada.post(NEW, {**typed(after_left="2"), "spots_left": ["back", "inner"]})
    as_ada.post(
        "/log/rest-day/", {"day": str(today - DAY), "rest_right": "7", "spots_right": "moves"}
    )
    as_ada.post("/log/symptoms/", {"flags": ["calf"]})
    as_ada.post("/log/week/", {"back": "1"})
    as_ada.post("/log/preferences/", {"knees": "L", "morning_hour": "7"})


def test_everything_can_be_taken_along(as_ada, ada, whole_log):
    gone = log_walks(ada, 1, until=datetime.date(2020, 1, 1))[0]
    gone.delete_softly()
    response = as_ada.get("/log/export/everything/")
    assert response["Content-Type"] == "application/json"
    held = json.loads(b"".join(response.streaming_content))
    assert {name: len(rows) for name, rows in held.items()} == {
        "walks": 1,
        "knee_readings": 2,
        "knee_spots": 3,
        "symptom_reports": 1,
        "verdicts": ada.verdicts.count(),
        "life_ticks": 1,
        "log_preferences": 1,
        "plan_runs": 1,
        "plan_steps_walked": 1,
        "landmarks": 1,
        "share_grants": 1,
        "looks": 1,
    }
    assert held["symptom_reports"][0]["calf"] is True
    assert held["verdicts"][-1]["outcome"] == "see_someone"
    text = b"".join(as_ada.get("/log/export/").streaming_content).decode("utf-8-sig")
    of_walk, of_rest_day = csv.DictReader(io.StringIO(text, newline=""))
    assert of_walk["spots_left"] == "inner;back"
    assert (of_rest_day["spots_right"], of_rest_day["comfort_rest_day_right"]) == ("moves", "7")


def test_an_empty_log_is_a_whole_file_too(as_ada):
    held = json.loads(b"".join(as_ada.get("/log/export/everything/").streaming_content))
    assert set(map(len, held.values())) == {0}


def test_erasing_an_account_erases_all_of_it(ada, whole_log):
    from accounts.erasure import erase

    erase(ada)
    everybodys = {Plan, PlanStep}
    for model in {*apps.get_app_config("walking_log").get_models()} - everybodys:
        assert not model._base_manager.exists(), model


def test_a_rest_day_sent_after_the_session_ended_is_there_after_sign_in(as_ada, ada, today):
    from tests.conftest import PASSWORD

    reader = as_ada.get("/log/rest-day/").context["reader"]
    said = {"day": today.isoformat(), "rest_left": "6", "reader": reader}
    as_ada.logout()
    at_login = as_ada.post("/log/rest-day/", {**said, "spots_left": ["inner", "below"]}).url
    as_ada.post(at_login, {"login": ada.email, "password": PASSWORD})
    form = as_ada.get("/log/rest-day/").context["form"]
    assert form["rest_left"].value() == "6"
    assert form["spots_left"].value() == ["inner", "below"]
