"""A question with one's last weeks beside it; the coach's looks; the article that fits."""

import datetime

import pytest
from django.test import Client

from comments import conversation
from comments.models import Comment, Thread
from tests.comments.forms_on_pages import fields_of
from tests.walking_log.conftest import log_walks
from walkcoach.models import ArticleAction, ArticleForKnee, AttachedLog
from walking_log.models import Look, Plan
from walking_log.plans import runs
from walking_log.sharing import grants

QUESTION = "Why does it hurt behind the knee after ten minutes?"


@pytest.fixture
def today():
    from django.utils import timezone

    return timezone.localdate(timezone=datetime.UTC)


@pytest.fixture
def walks(ada, today):
    """Ada's six walks, with numbers, places and notes to be found or not."""
    walks = log_walks(ada, 6, until=today, comfort=6)
    ada.walks.update(pain_onset_s=420, notes="Passed the geese.")
    for walk in walks:
        walk.spots.create(owner=ada, local_date=walk.local_date, knee="L", spot="back")
    return walks


@pytest.fixture
def as_ada(client, ada, walks):
    client.force_login(ada)
    return client


def form_on(client, article, **typed):
    page = client.get(f"/log/attach/{article.pk}/").content.decode()
    return {**fields_of(page), "chosen": "1", "comment": QUESTION, **typed}


def send(client, article, *parts, **more):
    typed = form_on(client, article, parts=list(parts), send="1", **more)
    for box in ("is_public", "all_replies", "initials_only", "is_private", "look"):
        if box not in more:
            typed.pop(box, None)
    return client.post(f"/log/attach/{article.pk}/", typed, follow=True)


def desk(coach) -> str:
    client = Client()
    client.force_login(coach)
    return client.get("/admin/desk/").content.decode()


# --- Attaching ------------------------------------------------------------------------------


def test_a_reader_sees_what_the_coach_will_see_before_it_is_sent(as_ada, article):
    typed = form_on(as_ada, article, parts=["walks"], look="1")
    page = as_ada.post(f"/log/attach/{article.pk}/", typed).content.decode()
    assert "What the coach will see" in page
    assert "7, 7, 7, 7, 7, 7" in page
    assert "Passed the geese." not in page
    assert QUESTION in page
    assert not Comment.objects.exists()


def test_the_words_come_along_from_the_article(as_ada, article):
    typed = {"comment": QUESTION}
    page = as_ada.post(f"/log/attach/{article.pk}/", typed).content.decode()
    assert QUESTION in page
    assert not Comment.objects.exists()


def test_the_coach_finds_the_chosen_parts_beside_the_question_and_no_others(as_ada, article, coach):
    page = send(as_ada, article, "walks", "spots").content.decode()
    assert QUESTION in page
    page = desk(coach)
    assert "As they attached them" in page
    assert "7, 7, 7, 7, 7, 7" in page
    assert "left, back of the knee 6×" in page
    assert "Passed the geese." not in page
    assert "Comfort of your knees" not in page


def test_it_stays_as_it_was_when_the_log_goes_on(as_ada, article, coach, ada):
    send(as_ada, article, "walks")
    ada.walks.update(pain_onset_s=1800)
    assert "7, 7, 7, 7, 7, 7" in desk(coach)


def test_nothing_of_it_is_public_unless_that_was_ticked(as_ada, article):
    send(as_ada, article, "walks", "comfort")
    thread = Thread.objects.get()
    assert (
        "put beside this question" not in Client().get(article.get_absolute_url()).content.decode()
    )
    assert Client().get(f"/log/attached/{thread.pk}/").status_code == 404


def test_the_public_picture_shows_minutes_and_comfort_only(as_ada, article):
    send(as_ada, article, "walks", "comfort", "spots", "notes", is_public="on")
    thread = Thread.objects.get()
    page = Client().get(article.get_absolute_url()).content.decode()
    assert "The walks Ada put beside this question" in page
    page = Client().get(f"/log/attached/{thread.pk}/").content.decode()
    assert "7, 7, 7, 7, 7, 7" in page
    assert "Comfort of your knees" in page
    assert "Passed the geese." not in page
    assert "back of the knee" not in page


def test_taking_it_back_shows_it_to_nobody(as_ada, article, coach):
    send(as_ada, article, "walks", is_public="on")
    thread = Thread.objects.get()
    assert "Beside your questions" in as_ada.get("/log/sharing/").content.decode()
    as_ada.post(f"/log/attached/{thread.pk}/take-back/")
    assert "As they attached them" not in desk(coach)
    assert Client().get(f"/log/attached/{thread.pk}/").status_code == 404
    assert "beside this question" not in Client().get(article.get_absolute_url()).content.decode()
    assert AttachedLog.objects.get().frozen == {}
    assert QUESTION in Client().get(article.get_absolute_url()).content.decode()


def test_a_stranger_takes_nothing_back(as_ada, article, ben):
    send(as_ada, article, "walks")
    other = Client()
    other.force_login(ben)
    assert other.post(f"/log/attached/{Thread.objects.get().pk}/take-back/").status_code == 404
    assert AttachedLog.objects.get().taken_back_at is None


def test_sending_needs_something_ticked_and_keeps_the_words(as_ada, article):
    response = send(as_ada, article)
    assert response.status_code == 422
    assert "Tick what the coach shall see" in response.content.decode()
    assert QUESTION in response.content.decode()
    assert not Comment.objects.exists()


def test_sent_twice_it_is_one_question_with_one_log(as_ada, article):
    typed = form_on(as_ada, article, parts=["walks"], send="1")
    for box in ("is_public", "all_replies", "initials_only", "is_private"):
        typed.pop(box, None)
    for _ in range(2):
        as_ada.post(f"/log/attach/{article.pk}/", typed)
    assert Comment.objects.count() == AttachedLog.objects.count() == 1


def test_visitors_sign_in_first(client, article):
    assert client.get(f"/log/attach/{article.pk}/").status_code == 302


def test_an_erased_account_takes_its_attached_walks_along(as_ada, article, ada, coach):
    from accounts.erasure import erase

    send(as_ada, article, "walks", is_public="on")
    erase(ada)
    assert not AttachedLog.objects.exists()
    assert "As they attached them" not in desk(coach)


# --- With the coach -------------------------------------------------------------------------


def test_the_coach_sees_a_shared_log_beside_the_question_within_the_grant(
    as_ada, ada, article, coach, today
):
    conversation.post(article, QUESTION, conversation.Writer.of(ada), state="published")
    assert "Their walks" not in desk(coach)
    runs.choose(ada, Plan.objects.get(slug="six-houses"), today)
    grants.give(ada, coach, ["walks", "comfort"], 14)
    page = desk(coach)
    assert "As they are now" in page
    assert "7, 7, 7, 7, 7, 7" in page
    assert "Six houses, step 1" in page
    assert "Comfort of your knees" in page
    assert "back of the knee" not in page
    assert "Passed the geese." not in page
    assert Look.objects.get().where == Look.Where.DESK
    assert "Marit, beside your question" in as_ada.get("/log/sharing/").content.decode()


@pytest.mark.parametrize("end", ["revoked", "expired"])
def test_after_the_end_the_coach_sees_nothing(as_ada, ada, article, coach, end, time_machine):
    from django.utils import timezone

    conversation.post(article, QUESTION, conversation.Writer.of(ada), state="published")
    grant = grants.give(ada, coach, ["walks", "comfort", "spots", "notes"], 14)
    if end == "revoked":
        grants.take_back(grant)
    else:
        time_machine.move_to(timezone.now() + datetime.timedelta(days=15))
    page = desk(coach)
    assert QUESTION in page
    assert "Their walks" not in page
    assert not Look.objects.exists()


def test_a_grant_to_one_coach_is_none_to_another(as_ada, ada, article, coach, django_user_model):
    from django.contrib.auth.models import Group

    from accounts.models import COACH_GROUP, CoachProfile

    other = django_user_model.objects.create_user(
        email="other@example.com", display_name="Other", is_staff=True
    )
    other.groups.add(Group.objects.get(name=COACH_GROUP))
    CoachProfile.objects.create(user=other, name="Otto")
    conversation.post(article, QUESTION, conversation.Writer.of(ada), state="published")
    grants.give(ada, coach, ["walks"], 14)
    assert "As they are now" not in desk(other)
    assert "As they are now" in desk(coach)


def test_a_guest_with_the_same_address_gets_no_ones_walks_shown(as_ada, ada, article, coach):
    writer = conversation.Writer("Ada", "ada@example.com")
    conversation.post(article, QUESTION, writer, state="published")
    grants.give(ada, coach, ["walks"], 14)
    assert "Their walks" not in desk(coach)


@pytest.mark.parametrize(
    "address",
    [
        "/admin/walking_log/walk/",
        "/admin/walking_log/verdict/",
        "/admin/walking_log/sharegrant/",
        "/admin/walking_log/planrun/",
        "/admin/walkcoach/attachedlog/",
        "/admin/autocomplete/?app_label=walking_log&model_name=walk&field_name=owner",
        "/admin/autocomplete/?app_label=walking_log&model_name=sharegrant&field_name=owner",
        "/admin/jsi18n/walks/",
    ],
)
def test_there_is_no_way_round_a_grant_through_the_writing_room(coach, as_ada, address):
    client = Client()
    client.force_login(coach)
    assert client.get(address).status_code in (403, 404)


def test_the_coach_finds_none_of_it_by_search_filter_or_history(as_ada, ada, article, coach):
    send(as_ada, article, "notes")
    client = Client()
    client.force_login(coach)
    for address in (
        "/admin/desk/?q=geese",
        "/admin/comments/comment/?q=geese",
        "/admin/walking_log/plan/?q=geese",
        "/admin/walking_log/plan/?runs__owner__email=ada@example.com",
        "/search/?q=geese",
    ):
        page = client.get(address, follow=True)
        assert "Passed the geese." not in page.content.decode().split("<details", 1)[0]


def test_many_askers_cost_as_many_queries_as_one(
    article, coach, django_user_model, today, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(coach)
    counts = []
    for more in (1, 6):
        for number in range(more):
            user = django_user_model.objects.create_user(
                email=f"r{more}{number}@example.org", display_name=f"R{number}"
            )
            log_walks(user, 5, until=today)
            grants.give(user, coach, ["walks", "comfort", "spots", "notes"], 14)
            writer = conversation.Writer.of(user)
            conversation.post(article, f"{QUESTION} {more} {number}", writer, state="published")
        client.get("/admin/desk/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/admin/desk/")
        counts.append(len(captured))
    assert counts[0] == counts[1]


# --- Articles meet the log ------------------------------------------------------------------


def test_an_article_calls_to_begin_its_plan(client, article):
    assert "Log a walk" in client.get(article.get_absolute_url()).content.decode()
    plan = Plan.objects.get(slug="six-houses")
    ArticleAction.objects.create(article=article, plan=plan, label="Start Six houses")
    article.save()
    page = client.get(article.get_absolute_url()).content.decode()
    assert f'href="{plan.get_absolute_url()}">Start Six houses' in page


def test_the_log_suggests_the_one_article_that_fits(as_ada, ada, article):
    assert "To read" not in as_ada.get("/log/").content.decode()
    ArticleForKnee.objects.create(article=article, verdict="hold", why="For a week of holding.")
    ArticleForKnee.objects.create(article=article, spot="back", why="For the back of the knee.")
    ArticleForKnee.objects.create(article=article, spot="inner", why="For the inner side.")
    page = as_ada.get("/log/").content.decode()
    assert "For the back of the knee." in page
    assert page.count('id="suggested"') == 1


def test_a_draft_is_suggested_to_nobody(as_ada, ada, article):
    ArticleForKnee.objects.create(article=article, spot="back")
    article.status = "draft"
    article.save()
    assert "To read" not in as_ada.get("/log/").content.decode()


def test_the_coach_maps_verdicts_and_places_in_the_writing_room(client, coach, article):
    client.force_login(coach)
    typed = {"article": article.pk, "verdict": "rest", "spot": "", "why": "Rest well."}
    page = client.post("/admin/walkcoach/articleforknee/add/", typed, follow=True).content.decode()
    assert "was added successfully" in page
    page = client.post("/admin/walkcoach/articleforknee/add/", {**typed, "verdict": ""})
    assert "Choose a verdict, or where it hurts, or both." in page.content.decode()
