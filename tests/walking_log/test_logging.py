"""Logging a walk: what the quick form takes, what it asks about, and what it gives back."""

import datetime
import html
import threading
import uuid

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.urls import reverse

from walking_log.models import KneeReading, Walk

from .conftest import typed

NEW = "/log/walks/new/"


def words_of(response) -> str:
    return html.unescape(response.content.decode())


def test_minutes_alone_are_a_walk(as_ada, ada, today):
    response = as_ada.post(NEW, typed(duration="45"), follow=True)
    walk = ada.walks.get()
    assert (walk.local_date, walk.duration_s, walk.distance_m) == (today, 2700, None)
    assert not walk.readings.exists()
    assert "Saved:" in words_of(response)
    assert "45\N{NO-BREAK SPACE}min" in words_of(response)


def test_everything_that_can_be_said_is_kept(as_ada, ada, today):
    as_ada.post(
        NEW,
        typed(
            duration="1:05",
            distance="3,2 km",
            after_left="6",
            after_right="8",
            before_left="5",
            worst_right="0",
            pain_onset="14",
            stop_reason="pain",
            talk_test="sentences",
            aid="poles",
            limped="yes",
            notes="Round the pond.\r\nTwice.",
        ),
    )
    walk = ada.walks.get()
    assert (walk.duration_s, walk.distance_m, walk.unit_typed) == (3900, 3200, "km")
    assert (walk.pain_onset_s, walk.never_hurt, walk.limped) == (840, False, True)
    assert (walk.stop_reason, walk.talk_test, walk.aid) == ("pain", "sentences", "poles")
    assert walk.notes == "Round the pond.\nTwice."
    assert {(r.moment, r.knee, r.comfort, r.local_date) for r in walk.readings.all()} == {
        ("after", "L", 6, today),
        ("after", "R", 8, today),
        ("before", "L", 5, today),
        ("worst", "R", 0, today),
    }


def test_it_never_hurt_is_one_tick(as_ada, ada):
    as_ada.post(NEW, typed(never_hurt="on"))
    assert ada.walks.get().never_hurt
    assert ada.walks.get().pain_onset_s is None


def test_a_comfort_of_zero_is_an_answer(as_ada, ada):
    as_ada.post(NEW, typed(after_left="0"))
    assert ada.walks.get().readings.get().comfort == 0


@pytest.mark.parametrize(
    ("said", "field", "code"),
    [
        ({"duration": ""}, "duration", "required"),
        ({"duration": "a while"}, "duration", "unreadable"),
        ({"duration": "0"}, "duration", "too_short"),
        ({"duration": "-30"}, "duration", "negative"),
        ({"duration": "25 hours"}, "duration", "too_long"),
        ({"duration": "45:00"}, "duration", "too_long"),
        ({"duration": "1.30"}, "duration", "ambiguous"),
        ({"duration": "9" * 100_000}, "duration", "unreadable"),
        ({"duration": "4\x005"}, "duration", "unreadable"),
        ({"distance": "-3 km"}, "distance", "negative"),
        ({"distance": "0"}, "distance", "too_short"),
        ({"distance": "far"}, "distance", "unreadable"),
        ({"distance": "800"}, "distance", "too_far"),
        ({"distance": "12"}, "distance", "too_fast"),
        ({"distance": "<script>alert(1)</script>"}, "distance", "unreadable"),
        ({"day": "2026-02-31"}, "day", "required"),
        ({"day": "nonsense"}, "day", "required"),
        ({"day": ""}, "day", "required"),
        ({"day": "9999-12-31"}, "day", "future"),
        ({"day": "other"}, "other_day", "required"),
        ({"day": "other", "other_day": "31/02/2026"}, "other_day", "invalid"),
        ({"day": "other", "other_day": "9999-12-31"}, "other_day", "future"),
        ({"day": "other", "other_day": "0026-11-24"}, "other_day", "long_ago"),
        ({"pain_onset": "31"}, "pain_onset", "beyond_the_walk"),
        ({"pain_onset": "10", "never_hurt": "on"}, "pain_onset", "hurt_or_not"),
        ({"pain_onset": "later"}, "pain_onset", "unreadable"),
        ({"after_left": "11"}, "after_left", "invalid_choice"),
        ({"after_right": "-1"}, "after_right", "invalid_choice"),
        ({"before_left": "six"}, "before_left", "invalid_choice"),
        ({"stop_reason": "bored"}, "stop_reason", "invalid_choice"),
        ({"limped": "maybe"}, "limped", "invalid_choice"),
        ({"notes": "n" * 100_000}, "notes", "max_length"),
    ],
)
def test_what_cannot_be_a_walk_comes_back_filled_with_kind_words(as_ada, ada, said, field, code):
    response = as_ada.post(NEW, typed(**{"after_right": "8", **said}))
    assert response.status_code == 422
    errors = response.context["form"].errors.as_data()
    assert [error.code for error in errors[field]] == [code]
    page = words_of(response)
    assert "<title>Error: Log a walk" in page
    said_of_it = " ".join(errors[field][0].messages)
    assert said_of_it in page
    for unkind in ("nvalid", "ailed", "a valid", "rror", "not allowed"):
        assert unkind not in said_of_it
    assert not ada.walks.exists()
    if "after_right" not in said:
        assert response.context["form"]["after_right"].value() == "8"


def test_what_was_typed_is_in_the_page_that_comes_back(as_ada):
    notes = "My knees & I <walked>\nto the pond. " + "x" * 3000
    response = as_ada.post(NEW, typed(duration="25 hours", distance="2 mi", notes=notes))
    page = words_of(response)
    assert 'value="25 hours"' in page
    assert 'value="2 mi"' in page
    assert notes in page
    assert '<details class="more" open>' in page


def test_the_words_say_what_was_understood(as_ada):
    page = words_of(as_ada.post(NEW, typed(duration="25 hours")))
    assert "That reads as 25\N{NO-BREAK SPACE}h, and a walk here is at most 12 hours." in page
    page = words_of(as_ada.post(NEW, typed(duration="30", distance="12")))
    assert "is faster than running. Was it a bike, or another unit?" in page


def test_control_characters_are_left_out_of_notes_and_the_rest_is_kept(as_ada, ada):
    notes = "Calm\x00 \x07day 🦵 \N{RIGHT-TO-LEFT OVERRIDE}<script>alert(1)</script>\ttab"
    as_ada.post(NEW, typed(notes=notes))
    walk = ada.walks.get()
    assert walk.notes == "Calm day 🦵 \N{RIGHT-TO-LEFT OVERRIDE}<script>alert(1)</script>\ttab"
    page = as_ada.get(walk.get_absolute_url()).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


@pytest.mark.parametrize(
    ("duration", "distance", "question"),
    [
        (
            "3:30",
            "",
            "That is 3\N{NO-BREAK SPACE}h\N{NO-BREAK SPACE}30\N{NO-BREAK SPACE}min of walking",
        ),
        (
            "60",
            "0.5",
            "0.5\N{NO-BREAK SPACE}km in 1\N{NO-BREAK SPACE}h is slower than most people stroll.",
        ),
        ("20", "3", "3\N{NO-BREAK SPACE}km in 20\N{NO-BREAK SPACE}min is almost a run."),
    ],
)
def test_an_unusual_walk_is_asked_about_and_taken_when_it_is_right(
    as_ada, ada, duration, distance, question
):
    said = typed(duration=duration, distance=distance, notes="Slow and lovely.")
    response = as_ada.post(NEW, said)
    page = words_of(response)
    assert response.status_code == 422
    assert "Is that right?" in page
    assert question in page
    assert "There is a problem" not in page
    assert "Slow and lovely." in page
    assert not ada.walks.exists()

    confirmation = response.context["form"].confirmation
    assert f'value="{confirmation}"' in page
    as_ada.post(NEW, {**said, "confirmed": confirmation})
    assert ada.walks.count() == 1


def test_that_is_right_is_said_of_the_numbers_that_were_asked_about(as_ada, ada):
    asked = as_ada.post(NEW, typed(duration="3:30")).context["form"].confirmation
    response = as_ada.post(NEW, typed(duration="11:30", confirmed=asked))
    assert "Is that right?" in words_of(response)
    assert not ada.walks.exists()


def test_a_day_has_24_hours(as_ada, ada, today):
    for _ in range(2):
        Walk.objects.create(owner=ada, local_date=today, duration_s=12 * 3600 - 600)
    assert as_ada.post(NEW, typed(duration="15")).status_code == 302
    response = as_ada.post(NEW, typed(duration="15"))
    assert "more than 24 hours in one day" in words_of(response)
    assert ada.walks.count() == 3


def test_a_walk_can_be_logged_for_a_day_long_past(as_ada, ada):
    as_ada.post(NEW, typed(day="other", other_day="1990-01-01"))
    as_ada.post(NEW, typed(day="other", other_day="24/11/2019"))
    days = set(ada.walks.values_list("local_date", flat=True))
    assert days == {datetime.date(1990, 1, 1), datetime.date(2019, 11, 24)}


def test_today_is_the_readers_own(as_ada, ada):
    ada.time_zone = "Pacific/Auckland"
    ada.save()
    # It is already the 25th in Auckland while the server says the 24th.
    with time_machine.travel(datetime.datetime(2026, 11, 24, 12, 30, tzinfo=datetime.UTC)):
        page = words_of(as_ada.get(NEW))
        assert "Wed 25 Nov" in page
        assert as_ada.post(NEW, typed(day="2026-11-25")).status_code == 302
        assert as_ada.post(NEW, typed(day="2026-11-26")).status_code == 422
    ada.time_zone = "UTC"
    ada.save()
    with time_machine.travel(datetime.datetime(2026, 11, 24, 12, 30, tzinfo=datetime.UTC)):
        assert as_ada.post(NEW, typed(day="2026-11-25")).status_code == 422
    assert ada.walks.get().local_date == datetime.date(2026, 11, 25)


def test_a_page_left_open_past_midnight_still_means_the_day_it_showed(as_ada, ada):
    with time_machine.travel(datetime.datetime(2026, 11, 26, 8, tzinfo=datetime.UTC)):
        response = as_ada.post(NEW, typed(day="2026-11-24", duration=""))
        page = words_of(response)
        assert "Tue 24 Nov" in page
        assert response.context["form"]["day"].value() == "2026-11-24"
        as_ada.post(NEW, typed(day="2026-11-24"))
    assert ada.walks.get().local_date == datetime.date(2026, 11, 24)


def test_pressing_save_twice_is_one_walk(as_ada, ada):
    said = typed(after_left="6")
    first, second = (as_ada.post(NEW, said) for _ in range(2))
    assert first.url == second.url
    assert ada.walks.count() == 1
    assert KneeReading.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_pressing_save_ten_times_at_once_is_one_walk(ada):
    said = typed(after_left="6")
    statuses = []

    def press():
        client = Client()
        client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
        statuses.append(client.post(NEW, said).status_code)
        connection.close()

    presses = [threading.Thread(target=press) for _ in range(10)]
    for thread in presses:
        thread.start()
    for thread in presses:
        thread.join()
    assert statuses == [302] * 10
    assert ada.walks.count() == 1
    assert KneeReading.objects.count() == 1


def test_going_back_to_correct_a_number_corrects_the_walk(as_ada, ada):
    said = typed(duration="54", after_left="6")
    as_ada.post(NEW, said)
    as_ada.post(NEW, {**said, "duration": "45", "after_left": "7"})
    assert ada.walks.get().duration_s == 2700
    assert ada.walks.get().readings.get().comfort == 7


def test_saving_again_after_undo_brings_the_walk_back(as_ada, ada):
    said = typed()
    as_ada.post(NEW, said)
    as_ada.post(reverse("walking_log:walk_delete", args=[ada.walks.get().pk]))
    assert not ada.walks.exists()
    as_ada.post(NEW, said)
    assert ada.walks.count() == 1


def test_a_submission_key_that_is_nonsense_is_no_matter(as_ada, ada):
    for key in ("", "x", "0" * 5000, "\x00"):
        assert as_ada.post(NEW, typed(submission_key=key)).status_code == 302
    assert ada.walks.count() == 4


def test_the_key_of_anothers_form_touches_nothing_of_theirs(as_ada, as_ben, ada, ben):
    key = uuid.uuid4()
    as_ada.post(NEW, typed(duration="20", submission_key=key))
    as_ben.post(NEW, typed(duration="50", submission_key=key))
    assert ada.walks.get().duration_s == 1200
    assert ben.walks.get().duration_s == 3000


def test_the_form_starts_from_the_last_walk_but_never_from_its_comfort(as_ada, walk):
    form = as_ada.get(NEW).context["form"]
    assert form["duration"].value() == "30"
    assert form["distance"].value() == "2"
    assert form["after_left"].value() in (None, "")


def test_the_first_form_of_all_is_empty(as_ada):
    form = as_ada.get(NEW).context["form"]
    assert form["duration"].value() is None
    assert form["distance"].value() is None


def test_a_bare_number_is_in_the_readers_own_units(as_ada, ada):
    ada.units = "mi"
    ada.save()
    assert "Miles" in words_of(as_ada.get(NEW))
    as_ada.post(NEW, typed(duration="45", distance="2"))
    walk = ada.walks.get()
    assert (walk.distance_m, walk.unit_typed) == (3219, "mi")
    page = words_of(as_ada.get(walk.get_absolute_url()))
    assert "2\N{NO-BREAK SPACE}mi" in page
    assert "22:30\N{NO-BREAK SPACE}min/mi" in page


def test_two_miles_show_again_as_two_miles_when_the_walk_is_changed(as_ada, ada):
    as_ada.post(NEW, typed(duration="45", distance="2 mi"))
    walk = ada.walks.get()
    edit = reverse("walking_log:walk_edit", args=[walk.pk])
    assert as_ada.get(edit).context["form"]["distance"].value() == "2 mi"
    assert "3.22\N{NO-BREAK SPACE}km" in words_of(as_ada.get(walk.get_absolute_url()))


def test_changing_nothing_changes_nothing(as_ada, ada, today):
    as_ada.post(
        NEW,
        typed(
            duration="7 min 30 s",
            distance="0.333 mi",
            after_left="3",
            worst_right="1",
            pain_onset="0",
            limped="no",
            talk_test="sing",
            notes="  two\n\nparagraphs ",
        ),
    )
    walk = ada.walks.get()
    before = Walk.objects.filter(pk=walk.pk).values().get()
    readings = list(walk.readings.order_by("pk").values())
    edit = reverse("walking_log:walk_edit", args=[walk.pk])
    form = as_ada.get(edit).context["form"]
    shown = {
        field.name: field.value()
        for field in form
        if field.value() not in (None, False) and field.name != "confirmed"
    }
    response = as_ada.post(edit, {**shown, "day": today.isoformat()})
    assert response.url == walk.get_absolute_url()
    after = Walk.objects.filter(pk=walk.pk).values().get()
    assert {**after, "updated_at": None} == {**before, "updated_at": None}
    assert list(walk.readings.order_by("pk").values()) == readings


def test_a_changed_day_takes_its_readings_with_it(as_ada, ada, walk, today):
    walk.readings.create(
        owner=ada,
        local_date=today + datetime.timedelta(days=1),
        knee="L",
        moment="next_morning",
        comfort=5,
    )
    edit = reverse("walking_log:walk_edit", args=[walk.pk])
    as_ada.post(edit, typed(day="other", other_day="2020-02-28", after_left="6"))
    assert set(walk.readings.values_list("moment", "local_date")) == {
        ("after", datetime.date(2020, 2, 28)),
        ("next_morning", datetime.date(2020, 2, 29)),
    }


def test_a_reading_can_be_taken_back(as_ada, walk):
    as_ada.post(reverse("walking_log:walk_edit", args=[walk.pk]), typed(after_left=""))
    assert not walk.readings.exists()


def test_an_older_walk_is_changed_with_its_day_filled_in(as_ada, ada):
    walk = Walk.objects.create(owner=ada, local_date=datetime.date(2020, 2, 29), duration_s=600)
    page = words_of(as_ada.get(reverse("walking_log:walk_edit", args=[walk.pk])))
    assert 'value="2020-02-29"' in page
    form = as_ada.get(reverse("walking_log:walk_edit", args=[walk.pk])).context["form"]
    assert form["day"].value() == "other"


def test_a_walk_that_was_imported_without_a_unit_starts_the_next_one(as_ada, ada, today):
    Walk.objects.create(owner=ada, local_date=today, duration_s=600, distance_m=500)
    assert as_ada.get(NEW).context["form"]["distance"].value() == "0.5"


def test_taking_a_walk_out_can_be_undone(as_ada, ada, walk):
    response = as_ada.post(reverse("walking_log:walk_delete", args=[walk.pk]), follow=True)
    page = words_of(response)
    assert "is out of your log." in page
    assert "Undo" in page
    assert not ada.walks.exists()
    response = as_ada.post(reverse("walking_log:walk_restore", args=[walk.pk]), follow=True)
    assert "It is back in your log." in words_of(response)
    assert ada.walks.get() == walk


def test_undo_is_offered_for_an_hour_and_never_for_nonsense(as_ada, ada, walk):
    saved, deleted = f"/log/?saved={walk.pk}", f"/log/?deleted={walk.pk}"
    assert "Undo" in words_of(as_ada.get(saved))
    assert "Undo" not in words_of(as_ada.get(deleted))
    for word in ("saved", "deleted"):
        for nonsense in ("", "x", "-1", "9" * 30, "²", "\x00"):
            page = words_of(as_ada.get("/log/", {word: nonsense}))
            assert "Undo" not in page
    with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=2)):
        assert "Undo" not in words_of(as_ada.get(saved))


def test_the_database_refuses_what_the_form_would(ada, today):
    from django.db import IntegrityError, transaction

    for impossible in (
        {"duration_s": 59},
        {"duration_s": 12 * 3600 + 1},
        {"duration_s": 600, "distance_m": 9},
        {"duration_s": 600, "distance_m": 60_001},
        {"duration_s": 600, "unit_typed": "ly"},
        {"duration_s": 600, "pain_onset_s": 601},
        {"duration_s": 600, "pain_onset_s": 60, "never_hurt": True},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Walk.objects.create(owner=ada, local_date=today, **impossible)
