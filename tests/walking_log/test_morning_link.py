"""The mail on the morning after a walk, and its link: who gets it, when, and what it gives away."""

import datetime
import html
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from walking_log import morning_link
from walking_log.models import LogPreferences, Walk

DAY = datetime.timedelta(days=1)
# A Tuesday, eight o'clock in London.
MORNING = datetime.datetime(2026, 11, 24, 8, 5, tzinfo=datetime.UTC)
YESTERDAY = MORNING.date() - DAY


@pytest.fixture
def outbox(db, settings):
    """The mails that wait to be sent."""
    from post_office.models import Email

    settings.EMAIL_BACKEND = "walkcoach.outbox.OutboxBackend"
    return lambda: [row.email_message() for row in Email.objects.order_by("pk")]


@pytest.fixture
def tuesday():
    with time_machine.travel(MORNING, tick=False):
        yield


@pytest.fixture
def wishes(ada):
    """Ada wishes for the mail, from eight."""
    return LogPreferences.objects.create(owner=ada, morning_mail=True, morning_hour=8)


@pytest.fixture
def yesterday(ada):
    return Walk.objects.create(
        owner=ada, local_date=YESTERDAY, duration_s=1380, notes="Behind the mill."
    )


def words_of(response) -> str:
    return re.sub(r"\s+", " ", html.unescape(response.content.decode()))


def link_of(walk) -> str:
    return reverse("walking_log:morning_link", args=[morning_link.token_for(walk)])


def test_the_mail_carries_a_link_and_not_a_word_of_knees(wishes, yesterday, tuesday, outbox):
    assert morning_link.queue_due(MORNING) == 1
    [mail] = outbox()
    assert mail.to == ["ada@example.com"]
    for words in (mail.subject, mail.body, mail.alternatives[0].content):
        assert not re.search("knee|pain|comfort|sore|mill|min", words, re.I)
    [link] = re.findall(r"http://testserver(/log/morning/[^/]+/)\s", mail.body)
    response = Client().get(link)
    assert response.status_code == 200
    assert "How are they this morning?" in words_of(response)
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_it_is_queued_once_for_each_walk(wishes, yesterday, tuesday, outbox):
    for hours in range(4):
        morning_link.queue_due(MORNING + hours * datetime.timedelta(hours=1))
    assert len(outbox()) == 1


def test_of_two_walks_on_a_day_the_last_is_asked_about(wishes, ada, yesterday, tuesday, outbox):
    evening = Walk.objects.create(owner=ada, local_date=YESTERDAY, duration_s=600)
    morning_link.queue_due(MORNING)
    morning_link.queue_due(MORNING + datetime.timedelta(hours=1))
    [mail] = outbox()
    assert morning_link.token_for(evening) in mail.body


@pytest.mark.parametrize(
    ("zone", "hour_there", "queued"),
    [
        ("Europe/London", 8, 1),
        ("America/New_York", 3, 0),
        ("Europe/Oslo", 9, 1),
        ("Asia/Kolkata", 13, 0),
        # There it is already tomorrow, and the walk was the day before yesterday.
        ("Pacific/Kiritimati", 22, 0),
    ],
)
def test_morning_is_the_readers_own(
    wishes, ada, yesterday, tuesday, outbox, zone, hour_there, queued
):
    ada.time_zone = zone
    ada.save()
    assert MORNING.astimezone(ada.zone).hour == hour_there
    assert morning_link.queue_due(MORNING) == queued


@pytest.mark.parametrize("why", ["not wished", "said already", "taken out", "inactive", "before 9"])
def test_nothing_is_asked_of_whoever(wishes, ada, yesterday, tuesday, outbox, why):
    if why == "not wished":
        LogPreferences.objects.update(morning_mail=False)
    elif why == "said already":
        yesterday.readings.create(
            owner=ada, local_date=MORNING.date(), knee="R", moment="next_morning", comfort=7
        )
    elif why == "taken out":
        yesterday.delete_softly()
    elif why == "inactive":
        ada.is_active = False
        ada.save()
    else:
        LogPreferences.objects.update(morning_hour=9)
    assert morning_link.queue_due(MORNING) == 0
    assert outbox() == []


def test_the_cost_does_not_grow_with_the_readers(
    django_user_model, tuesday, outbox, connection_queries
):
    def some(number):
        for n in range(number):
            reader = django_user_model.objects.create(email=f"r{n}-{number}@example.com")
            LogPreferences.objects.create(owner=reader, morning_mail=True)

    some(2)
    few = connection_queries(lambda: morning_link.queue_due(MORNING))
    some(40)
    assert connection_queries(lambda: morning_link.queue_due(MORNING)) == few == 2


def test_the_worker_queues_it_when_it_keeps_house(wishes, yesterday, tuesday, outbox):
    from walkcoach.management.commands.worker import keep_house

    keep_house()
    assert [mail.to for mail in outbox()] == [["ada@example.com"]]


def test_the_taps_are_saved_by_a_press_and_never_by_opening(yesterday, ada, tuesday):
    visitor = Client()
    link = link_of(yesterday)
    visitor.get(f"{link}?morning_left=3")
    assert not yesterday.readings.exists()
    assert visitor.post(link, {}).status_code == 422
    response = visitor.post(link, {"morning_left": "7", "morning_right": "8"})
    assert "Noted" in words_of(response)
    assert set(yesterday.readings.values_list("moment", "knee", "comfort", "days_late")) == {
        ("next_morning", "L", 7, 0),
        ("next_morning", "R", 8, 0),
    }
    assert ada.verdicts.current().get().walk == yesterday
    # A slip is put right by the same link; the knee not said again keeps its number.
    visitor.post(link, {"morning_left": "6"})
    assert set(yesterday.readings.values_list("knee", "comfort")) == {("L", 6), ("R", 8)}


def test_for_one_knee_a_number_is_the_whole_form(yesterday, ada, tuesday):
    LogPreferences.objects.create(owner=ada, knees="R")
    page = words_of(Client().get(link_of(yesterday)))
    assert '<button class="n7" name="morning_right" value="7"' in page
    assert "One tap is all." in page
    assert "morning_left" not in page


def test_the_link_shows_nothing_of_the_log(yesterday, ada, tuesday):
    yesterday.readings.create(
        owner=ada, local_date=MORNING.date(), knee="L", moment="next_morning", comfort=2
    )
    response = Client().get(link_of(yesterday))
    page = words_of(response)
    for word in ("Ada", "ada@", "mill", "23"):
        assert word not in page
    assert 'value="2" checked' not in page
    assert "no-store" in response["Cache-Control"]
    assert "noindex" in page


def test_a_tampered_link_is_not_found(yesterday, tuesday):
    token = morning_link.token_for(yesterday)
    other = morning_link.token_to_stop(LogPreferences(owner_id=yesterday.owner_id))
    body, _, signature = token.partition(":")
    for wrong in ("x", "x:y:z", token[:-1], f"{token}x", f"{body}x:{signature}", other):
        for act in (Client().get, Client().post):
            response = act(reverse("walking_log:morning_link", args=[wrong]))
            assert response.status_code == 404
            assert "morning" not in words_of(response).lower().replace(wrong.lower(), "")
    assert not yesterday.readings.exists()


def test_an_old_link_and_one_of_a_walk_that_is_gone_open_nothing(yesterday, ada, tuesday):
    link = link_of(yesterday)
    said = {"morning_left": "7"}
    with time_machine.travel(MORNING + morning_link.GOOD_FOR + datetime.timedelta(minutes=1)):
        for response in (Client().get(link), Client().post(link, said)):
            assert response.status_code == 410
            assert "This link has had its day" in words_of(response)
            assert "Ada" not in words_of(response)
    yesterday.delete_softly()
    assert Client().get(link).status_code == 410
    yesterday.restore()
    ada.is_active = False
    ada.save()
    assert Client().post(link, said).status_code == 410
    assert not yesterday.readings.exists()


def test_a_walk_that_got_an_old_number_is_not_the_links(yesterday, ada, tuesday):
    link = link_of(yesterday)
    pk = yesterday.pk
    Walk.with_deleted.filter(pk=pk).delete()
    Walk.objects.create(pk=pk, owner=ada, local_date=YESTERDAY, duration_s=600)
    assert Client().get(link).status_code == 410


def test_a_stranger_with_the_link_in_hand_stays_a_stranger(yesterday, as_ben, as_coach, tuesday):
    for client in (as_ben, as_coach):
        client.post(link_of(yesterday), {"morning_left": "7"})
        assert client.get(yesterday.get_absolute_url()).status_code == 404
    assert {reading.owner for reading in yesterday.readings.all()} == {yesterday.owner}


def test_the_link_without_a_token_of_the_page_is_refused(yesterday, tuesday):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(link_of(yesterday), {"morning_left": "7"}).status_code == 403
    assert not yesterday.readings.exists()


def test_the_mails_stop_by_the_link_at_their_foot(wishes, tuesday):
    stop = reverse("walking_log:morning_stop", args=[morning_link.token_to_stop(wishes)])
    visitor = Client(enforce_csrf_checks=True)
    assert "Stop the mails on mornings?" in words_of(visitor.get(stop))
    wishes.refresh_from_db()
    assert wishes.morning_mail
    # As a mail client's own button does it (RFC 8058).
    response = visitor.post(stop, {"List-Unsubscribe": "One-Click"})
    assert "No more mails on mornings" in words_of(response)
    wishes.refresh_from_db()
    assert not wishes.morning_mail
    assert visitor.get(reverse("walking_log:morning_stop", args=["x:y"])).status_code == 404
