"""The mail on Mondays: once a week, by the reader's own clock, kind on weeks with nothing."""

import datetime
import re

import pytest
from django.urls import reverse

from walking_log import weekly_mail
from walking_log.models import LogPreferences, Plan
from walking_log.plans import runs

from .conftest import log_walks

MONDAY = datetime.datetime(2026, 3, 30, tzinfo=datetime.UTC)
LAST_WEEK = datetime.date(2026, 3, 23)


def at(hour: int, *, day: int = 30, month: int = 3) -> datetime.datetime:
    return datetime.datetime(2026, month, day, hour, 5, tzinfo=datetime.UTC)


@pytest.fixture
def outbox(db, settings):
    from post_office.models import Email

    settings.EMAIL_BACKEND = "walkcoach.outbox.OutboxBackend"
    return lambda: [row.email_message() for row in Email.objects.order_by("pk")]


@pytest.fixture
def wishes(ada):
    """Ada wishes for the mail."""
    return LogPreferences.objects.create(owner=ada, weekly_mail=True)


def test_it_tells_of_the_week_that_was_and_of_the_next_step(ada, wishes, outbox):
    walks = log_walks(ada, 3, until=LAST_WEEK + datetime.timedelta(days=4), comfort=7)
    ada.walks.filter(pk=walks[0].pk).update(pain_onset_s=540)
    ada.walks.filter(pk=walks[1].pk).update(never_hurt=True)
    runs.choose(ada, Plan.objects.get(slug="six-houses"), LAST_WEEK)
    assert weekly_mail.queue_due(at(9)) == 1
    mail = outbox()[0]
    for body in (mail.body, mail.alternatives[0][0]):
        assert "23 March to 29 March" in body
        assert "3 times" in body
        assert "1 h 30 min" in body.replace("\xa0", " ").replace("&nbsp;", " ")
        assert "9" in body
        assert "One walk never hurt." in body
        assert "Left knee: comfort 7" in body
        assert "Six houses and back" in body
    assert mail.to == ["ada@example.com"]


def test_a_week_with_nothing_is_told_kindly(ada, wishes, outbox):
    weekly_mail.queue_due(at(9))
    body = outbox()[0].body
    assert "Weeks like that belong to it, and nothing starts over." in body
    assert "0" not in re.sub(r"http\S+|10 is a knee", "", body)


def test_nobody_is_mailed_who_did_not_ask(ada, ben, outbox):
    LogPreferences.objects.create(owner=ben)
    assert weekly_mail.queue_due(at(9)) == 0
    assert outbox() == []


def test_it_is_mailed_once_however_often_the_worker_looks(ada, wishes, outbox):
    for hour in (8, 9, 10, 23):
        weekly_mail.queue_due(at(hour))
    weekly_mail.queue_due(at(9, day=31))
    assert len(outbox()) == 1
    weekly_mail.queue_due(at(9, day=6, month=4))
    assert len(outbox()) == 2


def test_a_worker_that_was_away_catches_up_until_tuesday(ada, wishes, outbox):
    assert weekly_mail.queue_due(at(9, day=1, month=4)) == 0
    assert weekly_mail.queue_due(at(20, day=31)) == 1


@pytest.mark.parametrize(
    ("zone", "too_early", "time"),
    [
        # On Sunday 29 March 2026 the clocks go forward in London and Oslo; not in Los Angeles,
        # which is then seven hours behind UTC, and not in Auckland, 13 hours ahead until April.
        ("Europe/London", at(6), at(7)),
        ("Europe/Oslo", at(5), at(6)),
        ("America/Los_Angeles", at(14), at(15)),
        ("Pacific/Auckland", at(18, day=29), at(19, day=29)),
    ],
)
def test_it_comes_at_eight_of_the_readers_own_clock_also_across_a_clock_change(
    ada, wishes, outbox, zone, too_early, time
):
    ada.time_zone = zone
    ada.save()
    assert weekly_mail.queue_due(too_early) == 0
    assert weekly_mail.queue_due(time) == 1
    assert "23 March to 29 March" in outbox()[0].body or "no walk in your log" in outbox()[0].body
    assert LogPreferences.objects.get(owner=ada).weekly_mailed_of == LAST_WEEK


def test_one_click_stops_them_and_a_look_does_not(client, ada, wishes, outbox):
    weekly_mail.queue_due(at(9))
    stop = re.search(r"/log/weekly/stop/[^/\s>]+/", outbox()[0].extra_headers["List-Unsubscribe"])[
        0
    ]
    assert "Stop the mails on Mondays?" in client.get(stop).content.decode()
    assert LogPreferences.objects.get(owner=ada).weekly_mail
    assert "No more mails on Mondays" in client.post(stop).content.decode()
    assert not LogPreferences.objects.get(owner=ada).weekly_mail


def test_a_forged_stop_link_is_not_found(client, db):
    for token in ("x", "1:2:3", "MQ:1abc:def"):
        assert client.post(reverse("walking_log:weekly_stop", args=[token])).status_code == 404


def test_a_reader_opts_in_on_the_page_of_preferences(client, ada):
    client.force_login(ada)
    page = client.get("/log/preferences/").content.decode()
    assert "This one does speak of your knees." in page
    typed = {"knees": "both", "morning_hour": "8", "weekly_mail": "on"}
    client.post("/log/preferences/", typed)
    assert LogPreferences.objects.get(owner=ada).weekly_mail


def test_a_hundred_readers_cost_one_query_when_none_is_due(
    django_user_model, db, django_assert_num_queries
):
    for number in range(100):
        user = django_user_model.objects.create_user(
            email=f"r{number}@example.org", display_name="R"
        )
        LogPreferences.objects.create(owner=user, weekly_mail=True)
    with django_assert_num_queries(1):
        assert weekly_mail.queue_due(at(9, day=2, month=4)) == 0
