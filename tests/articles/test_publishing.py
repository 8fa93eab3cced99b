"""From a draft to readers and back: by buttons, with the time zone said."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from articles.lifecycle import publishing
from articles.models import Article

from .html import elements
from .test_writing import LIST, words_of, written

NOON = datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)


@pytest.fixture
def in_oslo(coach):
    coach.time_zone = "Europe/Oslo"
    coach.save()


def press(client, button, article=None, **fields):
    """Press a button of the form; gives the page that comes."""
    data = written(**({"slug": article.slug} if article else {}), **fields)
    del data["status"]
    address = f"{LIST}{article.pk}/change/" if article else f"{LIST}add/"
    return words_of(client.post(address, {**data, "stand": button}, follow=True))


def on(day, clock):
    return {"published_at_0": day, "published_at_1": clock}


# The buttons


def test_a_draft_is_saved_and_nobody_sees_it(client, as_coach):
    page = press(as_coach, "draft")
    assert "Saved as a draft. Nobody sees it but you." in page
    assert 'value="Downstairs"' in page  # the form is still there
    assert client.get("/articles/downstairs/").status_code == 404


def test_publish_now_puts_it_before_readers_and_links_to_it(client, as_coach, draft):
    page = press(as_coach, "publish", draft)
    assert "Published: readers see it now." in page
    assert '<a href="/articles/draft/">See it</a>' in page
    assert client.get("/articles/draft/").status_code == 200
    for address in ["/", "/articles/", "/feed/", "/sitemap.xml"]:
        assert "/articles/draft/" in words_of(client.get(address)), address


def test_publish_now_of_what_was_scheduled_does_not_wait(client, as_coach, scheduled):
    at = timezone.localtime(scheduled.published_at)
    page = press(as_coach, "publish", scheduled, **on(f"{at:%Y-%m-%d}", f"{at:%H:%M}"))
    assert "Published: readers see it now." in page
    assert client.get("/articles/scheduled/").status_code == 200


def test_a_save_of_what_readers_have_leaves_its_date_to_the_second(as_coach, article):
    before = article.published_at
    at = timezone.localtime(before)
    page = press(as_coach, "", article, **on(f"{at:%Y-%m-%d}", f"{at:%H:%M}"))
    assert "Saved. Readers see the change now." in page
    article.refresh_from_db()
    assert article.published_at == before and article.title == "Downstairs"
    press(as_coach, "", article)  # the day emptied by mistake
    article.refresh_from_db()
    assert article.published_at == before and article.is_live


def test_take_back_hides_it_and_a_second_publish_keeps_its_day(client, as_coach, article):
    at = timezone.localtime(article.published_at)
    same_day = on(f"{at:%Y-%m-%d}", f"{at:%H:%M}")
    assert "Taken back" in press(as_coach, "draft", article, **same_day)
    assert client.get(article.get_absolute_url()).status_code == 404
    press(as_coach, "publish", article, **same_day)
    article.refresh_from_db()
    assert article.is_live and timezone.localtime(article.published_at) == at


def test_schedule_asks_for_a_day_to_come(as_coach, draft):
    with time_machine.travel(NOON, tick=False):
        page = press(as_coach, "schedule", draft)
        assert "Say a day and a time to come. It is 24 November 2026, 12:00 UTC now." in page
        page = press(as_coach, "schedule", draft, **on("2026-11-24", "11:59"))
        assert "Say a day and a time to come." in page
        assert "Say at what time, too." in press(
            as_coach, "schedule", draft, **on("2026-12-01", "")
        )
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_no_plain_save_publishes_or_hides_anything(as_coach, article, scheduled):
    assert "Say when it shall appear" in press(as_coach, "", scheduled)
    page = press(as_coach, "", article, **on("2031-01-01", "10:00"))
    assert "readers have the article already" in page
    article.refresh_from_db()
    scheduled.refresh_from_db()
    assert article.is_live and scheduled.is_scheduled


def test_a_scheduled_article_appears_at_its_minute_everywhere(client, as_coach, draft, in_oslo):
    with time_machine.travel(NOON, tick=False) as clock:
        page = press(as_coach, "schedule", draft, **on("2026-11-24", "14:30"))
        said = "Scheduled for 24 November 2026, 14:30 in Europe/Oslo (13:30 UTC)."
        assert said in page
        everywhere = ["/", "/articles/", "/feed/", "/sitemap.xml"]
        clock.move_to(NOON.replace(hour=13, minute=29, second=59))
        assert client.get("/articles/draft/").status_code == 404
        assert not any("/articles/draft/" in words_of(client.get(one)) for one in everywhere)
        clock.move_to(NOON.replace(hour=13, minute=30))
        assert client.get("/articles/draft/").status_code == 200
        assert all("/articles/draft/" in words_of(client.get(one)) for one in everywhere)


# The time zone


def test_the_zone_is_said_wherever_a_time_is_typed_or_shown(as_coach, in_oslo, draft, scheduled):
    form = words_of(as_coach.get(f"{LIST}{draft.pk}/change/"))
    assert "The time in Europe/Oslo: there it is" in form
    assert "Readers without an account see dates in UTC." in form
    for address in [LIST, f"{LIST}{scheduled.pk}/change/"]:
        page = words_of(as_coach.get(address))
        assert "in Europe/Oslo (" in page and " UTC)" in page
    assert " in Europe/Oslo:</strong>" in words_of(as_coach.get("/articles/scheduled/"))


def test_an_hour_that_clocks_skip_is_explained(as_coach, in_oslo, draft):
    with time_machine.travel(NOON):
        page = press(as_coach, "schedule", draft, **on("2027-03-28", "02:30"))
    assert "they never show 02:30 on that day. 02:30 would be 03:30." in page


def test_of_an_hour_that_comes_twice_the_coach_says_which(as_coach, in_oslo, draft):
    twice = on("2027-10-31", "02:30")
    with time_machine.travel(NOON):
        page = press(as_coach, "schedule", draft, **twice)
        assert "Clocks are put back then, and show this time twice." in page
        assert "The first time, 00:30 UTC" in page
        assert "The second time, an hour later, 01:30 UTC" in page
        press(as_coach, "schedule", draft, **twice, published_fold="1")
        draft.refresh_from_db()
        assert draft.published_at == datetime.datetime(2027, 10, 31, 1, 30, tzinfo=datetime.UTC)
        # It is shown as it was chosen, and stays so.
        form = words_of(as_coach.get(f"{LIST}{draft.pk}/change/"))
        (second,) = [a for _, a in elements(form) if a.get("id") == "id_published_fold_1"]
        assert "checked" in second
        press(as_coach, "", draft, **twice, published_fold="1")
        draft.refresh_from_db()
        assert draft.published_at == datetime.datetime(2027, 10, 31, 1, 30, tzinfo=datetime.UTC)


# What follows from it


def test_that_an_article_became_public_is_noticed_once(article, draft, scheduled):
    assert publishing.notice_due() == 1
    Article.objects.filter(pk=article.pk).unpublish()
    Article.objects.filter(pk=article.pk).publish()
    assert publishing.notice_due() == 0
    with time_machine.travel(scheduled.published_at):
        assert publishing.notice_due() == 1
    assert not Article.objects.filter(pk=draft.pk, became_public_at__isnull=False).exists()


def test_the_neighbours_of_what_appeared_by_itself_are_new_pages(client, article, scheduled):
    before = client.get(article.get_absolute_url()).headers["ETag"]
    with time_machine.travel(scheduled.published_at):
        publishing.notice_due()
    assert client.get(article.get_absolute_url()).headers["ETag"] != before


def test_to_find_nothing_new_costs_one_query(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert publishing.notice_due() == 0
