"""The demo: what a newcomer finds on the first start, and that it is found only once."""

import itertools
import os
import re
from datetime import timedelta
from html.parser import HTMLParser
from io import StringIO
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from PIL import Image
from post_office.models import Email

from accounts.models import CoachProfile, User
from articles.fields import sanitise
from articles.models import Article, Topic
from comments.models import Comment, Follower, Thread
from walkcoach.demo import articles, conversations, people
from walking_log.models import MAX_SPEED_M_PER_S, KneeReading, Walk

PUBLISHED = [article for article in articles.ARTICLES if (article.days_ago or -1) > 0]
FINISHED = [article for article in articles.ARTICLES if article.days_ago is not None]
by_slug = pytest.mark.parametrize("article", articles.ARTICLES, ids=lambda article: article.slug)


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker):
    """The words of one load, which all tests here look at: each undoes what it does to it."""
    said = StringIO()
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(EMAIL_BACKEND="walkcoach.outbox.OutboxBackend"):
            call_command("load_demo", stdout=said)
        yield said.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def demo(loaded, db):
    return loaded


def in_words(html):
    """The text of some HTML."""
    text = []
    parser = HTMLParser()
    parser.handle_data = text.append
    parser.feed(html)
    return " ".join(text)


def size_of(picture):
    with Image.open(picture) as image:
        return image.size


def everything():
    """Every row that the demo wrote, as it stands."""
    models = (User, CoachProfile, Topic, Article, Thread, Comment, Follower, Walk, KneeReading)
    return {
        model.__name__: list(model._base_manager.order_by("pk").values()) for model in models
    } | {"topics": list(Article.topics.through.objects.order_by("pk").values())}


# --- Loading --------------------------------------------------------------------------------


def test_loading_says_what_there_is_now(demo):
    assert "8 articles, 1 scheduled, 1 draft" in demo
    assert "112 comments in 26 threads, 10 of them waiting for the coach" in demo
    assert "33 walks" in demo
    assert "walk-with-me" in demo
    assert "ada@example.com (Ada)" in demo


def test_loading_it_again_changes_nothing(demo):
    before, said = everything(), StringIO()
    call_command("load_demo", stdout=said)
    assert said.getvalue() == "The demo is here already. Nothing was changed.\n"
    assert everything() == before


def test_what_somebody_changed_or_deleted_is_not_put_back(demo):
    Article.objects.get(status="draft").delete()
    Article.objects.filter(slug="the-next-morning-rule").update(title="The breakfast rule")
    User.objects.get(email="ada@example.com").walks.first().delete()
    Thread.objects.filter(is_pinned=True).update(is_pinned=False)
    before = everything()
    call_command("load_demo", verbosity=0)
    assert everything() == before


def test_nobody_is_mailed_about_what_was_said_long_ago(demo):
    assert not Email.objects.exists()
    assert Follower.objects.exists()
    assert not Follower.objects.exclude(email__endswith="@example.com").exists()


# --- People ---------------------------------------------------------------------------------


@pytest.mark.parametrize("person", people.PEOPLE, ids=lambda person: person.name)
def test_everyone_in_the_demo_can_sign_in(demo, person):
    client = Client()
    answer = client.post(
        reverse("account_login"), {"login": person.email, "password": people.PASSWORD}
    )
    assert answer.status_code == 302
    assert client.get(reverse("walking_log:dashboard")).status_code == 200


def test_the_coach_has_a_face_a_line_and_the_desk(demo):
    marit = User.objects.get(email="coach@example.com")
    assert marit.is_coach
    assert not marit.is_superuser
    assert marit.coach_profile.line == people.COACH_LINE
    assert size_of(marit.coach_profile.portrait.path) == (800, 800)
    client = Client()
    client.force_login(marit, backend="django.contrib.auth.backends.ModelBackend")
    assert "10 threads wait" in client.get(reverse("desk")).content.decode()


def test_readers_have_their_own_units_and_time_zones(demo):
    ada, ben = (User.objects.get(email=f"{name}@example.com") for name in ("ada", "ben"))
    assert (ada.units, ada.time_zone) == ("km", "Europe/London")
    assert (ben.units, ben.time_zone) == ("mi", "America/New_York")
    assert not ada.is_staff
    assert not ben.is_staff


# --- Articles -------------------------------------------------------------------------------


@by_slug
def test_a_body_passes_the_sanitiser_unchanged(article):
    # It says of every link that its target learns nothing of this page.
    assert sanitise(article.body).replace(' rel="noopener noreferrer"', "") == article.body


@pytest.mark.parametrize("article", FINISHED, ids=lambda article: article.slug)
def test_a_finished_article_has_all_its_parts(article):
    body = article.body
    assert 500 <= len(in_words(body).split()) <= 900
    assert body.count("<h2>") >= 3
    assert "<li>" in body
    assert body.count("<blockquote>") == 1
    assert body.count('<section class="see-someone"><h2>When to see someone</h2>') == 1


@by_slug
def test_a_picture_is_small_and_told_in_words(article):
    assert article.picture.stat().st_size <= 90_000
    assert size_of(article.picture) == (1600, 900)
    assert article.picture.with_suffix(".svg").exists()
    assert 40 <= len(article.picture_alt) <= 200


def test_the_pictures_of_the_site_itself_are_small():
    images = Path(django_settings.BASE_DIR) / "static" / "img"
    assert (images / "home-hero.webp").stat().st_size <= 100_000
    assert size_of(images / "home-hero.webp") == (1600, 1000)
    assert (images / "og.png").stat().st_size <= 150_000
    assert size_of(images / "og.png") == (1200, 630)


@by_slug
def test_an_article_is_what_the_editor_would_take(demo, article):
    Article.objects.get(slug=article.slug).full_clean()


def test_the_public_reads_what_is_published_and_nothing_else(demo, client):
    for article in articles.ARTICLES:
        answer = client.get(reverse("articles:article", args=[article.slug]))
        assert answer.status_code == (200 if article in PUBLISHED else 404), article.slug


def test_every_link_in_an_article_leads_somewhere(demo, client):
    links = {
        link for article in articles.ARTICLES for link in re.findall('href="([^"]+)"', article.body)
    }
    assert len(links) >= 7
    for link in links:
        assert client.get(link).status_code in (200, 302), link


def test_articles_link_to_one_another(demo):
    for article in FINISHED:
        assert '<a href="/articles/' in article.body, article.slug


@pytest.mark.parametrize(
    "address", ["/", "/articles/", "/feed/", "/sitemap.xml", "/search/?q=diary"]
)
def test_the_pages_made_of_articles_show_them(demo, client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert "keeping-a-knee-diary" in answer.content.decode()


# --- Conversations --------------------------------------------------------------------------


def thread_of(demo_name):
    """The thread that the guest of this name asked."""
    return Thread.objects.get(root__user_name=demo_name)


def test_there_are_many_comments_in_many_threads(demo):
    assert Comment.objects.count() >= 45
    assert Thread.objects.count() >= 12


def test_replies_come_after_what_they_answer():
    said = conversations.everything_said()
    places = {one: place for place, one in enumerate(said)}
    for one in said:
        assert one.reply_to is None or places[one.reply_to] < places[one]
        assert one.days_ago >= 1


def test_questions_come_after_the_article_was_published(demo):
    for thread in Thread.objects.select_related("root", "article"):
        assert thread.root.submit_date > thread.article.published_at, thread.root


def test_threads_wait_from_one_to_nine_days_and_the_others_are_answered(demo):
    today = timezone.localdate()
    waits = {
        thread.comments.filter(by_coach=False).last().user_name: (
            today - timezone.localdate(thread.waiting_since)
        ).days
        for thread in Thread.objects.waiting()
    }
    assert waits == {
        "Desmond": 9,
        "Bettina": 7,
        "Wilf": 5,
        "Ingrid": 4,
        "Karin": 4,
        "Terry": 3,
        "Gwen": 2,
        "Roddy": 2,
        "Rosalind": 1,
        "Ada": 1,
    }
    answered = Thread.objects.filter(waiting_since=None, answered_at__isnull=False)
    assert answered.count() >= 12


def test_a_thread_that_ends_in_thanks_waits_for_nobody(demo):
    thread = thread_of("Lorna")
    assert thread.no_answer_needed_at is not None
    assert thread.waiting_since is None
    assert thread.answered_at is None


def test_one_thread_is_pinned_one_is_deep_and_one_is_very_long(demo):
    assert Thread.objects.get(is_pinned=True) == thread_of("Glenys")
    assert max(Comment.objects.values_list("level", flat=True)) >= 6
    assert thread_of("Nora").comments.count() >= 35


def test_readers_see_neither_the_held_nor_the_unconfirmed_nor_the_advertisement(demo, client):
    assert Comment.objects.get(user_name="Terry").state == Comment.State.HELD
    assert Comment.objects.get(user_name="Piet").state == Comment.State.UNCONFIRMED
    removed = Comment.objects.get(state=Comment.State.REMOVED)
    assert Comment.objects.published().filter(parent_id=removed.pk).count() == 2
    pages = "".join(
        client.get(reverse("articles:article", args=[article.slug])).content.decode()
        for article in PUBLISHED
    )
    assert "bones.example.com" not in pages
    assert "few-words pace" not in pages
    assert "golden knee balm" not in pages
    assert "My tomatoes take longer than that" in pages


def test_every_count_of_comments_is_right(demo):
    for article in Article.objects.all():
        shown = Comment.objects.published().filter(
            object_pk=str(article.pk), thread_id__in=Thread.objects.shown().values("pk")
        )
        assert article.comment_count == shown.count(), article.slug


# --- Walks ----------------------------------------------------------------------------------


@pytest.fixture
def adas_walks(demo):
    return list(
        User.objects.get(email="ada@example.com").walks.with_readings().order_by("local_date")
    )


def comfort(walks, moment, knee):
    marks = [
        reading.comfort
        for walk in walks
        for reading in walk.readings.all()
        if (reading.moment, reading.knee) == (moment, knee)
    ]
    return sum(marks) / len(marks)


def test_a_walk_of_the_demo_is_one_that_the_log_would_take(demo):
    for walk in Walk.objects.prefetch_related("readings"):
        walk.full_clean()
        assert walk.distance_m / walk.duration_s < MAX_SPEED_M_PER_S
        for reading in walk.readings.all():
            reading.full_clean()
            later = timedelta(days=reading.moment == KneeReading.Moment.NEXT_MORNING)
            assert reading.local_date == walk.local_date + later
            assert reading.recorded_at < timezone.now()


def test_adas_log_is_ten_weeks_long_and_ends_yesterday(adas_walks):
    today = timezone.localdate()
    assert adas_walks[0].local_date == today - timedelta(days=69)
    assert adas_walks[-1].local_date == today - timedelta(days=1)
    assert 3 * 9 <= len(adas_walks) <= 4 * 9 + 3
    assert (adas_walks[0].duration_s, adas_walks[-1].duration_s) == (8 * 60, 20 * 60)
    assert (adas_walks[0].pain_onset_s, adas_walks[-1].pain_onset_s) == (6 * 60, 14 * 60)


def test_every_walk_of_ada_has_the_verdict_of_its_day(demo, adas_walks):
    ada = User.objects.get(email="ada@example.com")
    current = ada.verdicts.current()
    assert current.count() == len(adas_walks)
    said = set(current.values_list("outcome", flat=True))
    assert {"lengthen", "hold", "back_off", "rest"} <= said
    assert "see_someone" not in said


def test_ada_said_where_it_hurt_and_how_daily_life_was(demo, adas_walks):
    ada = User.objects.get(email="ada@example.com")
    early, late = (
        set(ada.knee_spots.filter(knee="L", walk__in=walks).values_list("spot", flat=True))
        for walks in (adas_walks[:4], adas_walks[-4:])
    )
    assert early == {"back", "inner"}
    assert late == {"inner"}
    assert ada.life_ticks.count() == 8
    assert all(report.flags == () for report in ada.symptom_reports.all())


def test_adas_rest_week_has_marks_and_no_walks(demo, adas_walks):
    rest = KneeReading.objects.filter(moment=KneeReading.Moment.REST_DAY)
    days = sorted(set(rest.values_list("local_date", flat=True)))
    assert len(days) == 3
    assert not [walk for walk in adas_walks if days[0] <= walk.local_date <= days[-1]]


def test_adas_knees_do_a_little_better_with_setbacks_on_the_way(adas_walks):
    moment = KneeReading.Moment.AFTER
    for knee in KneeReading.Knee:
        better = comfort(adas_walks[-6:], moment, knee) - comfort(adas_walks[:6], moment, knee)
        assert 0.5 <= better <= 2.5
    onsets = [walk.pain_onset_s for walk in adas_walks]
    setbacks = [later for sooner, later in itertools.pairwise(onsets) if later < sooner]
    assert len(setbacks) >= 3


def test_yesterdays_walk_still_waits_for_this_mornings_mark(adas_walks):
    moments = {reading.moment for reading in adas_walks[-1].readings.all()}
    assert KneeReading.Moment.NEXT_MORNING not in moments
    assert {reading.knee for reading in adas_walks[-1].readings.all()} == {"L", "R"}


def test_ben_has_three_walks_in_miles(demo):
    walks = User.objects.get(email="ben@example.com").walks.order_by("local_date")
    assert [(walk.distance_m, walk.unit_typed) for walk in walks] == [
        (644, "mi"),
        (805, "mi"),
        (805, "mi"),
    ]


# --- In our own words -----------------------------------------------------------------------

RUN_OF_WORDS = 8


def runs(text):
    """Every eight words in a row."""
    words = re.findall(r"[a-z0-9]+", text.lower().replace("’", "").replace("'", ""))
    return {tuple(words[i : i + RUN_OF_WORDS]) for i in range(len(words) - RUN_OF_WORDS + 1)}


def test_nothing_is_copied_from_the_page_whose_readers_we_learned_from():
    if not (folder := os.environ.get("WALKCOACH_TEST_DATA")):
        pytest.skip("WALKCOACH_TEST_DATA names no folder with the page to compare with")
    theirs = runs((Path(folder) / "knee-pain-walking-page.txt").read_text(encoding="utf-8"))
    ours = [in_words(article.body) for article in articles.ARTICLES]
    ours += [article.standfirst for article in articles.ARTICLES]
    ours += [one.words for one in conversations.everything_said()]
    for text in ours:
        assert not runs(text) & theirs
