"""Choosing a plan, walking it, resting, repeating: at the reader's pace, and nobody else's."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from walking_log.models import Plan, PlanRun, PlanStep, StepSpan, Walk
from walking_log.plans import built_in, runs

from .conftest import typed

LOG = "/log/"
PLANS = "/log/plans/"


def choose(client, slug="six-houses", **more):
    return client.post(f"{PLANS}{slug}/choose/", more, follow=True)


def log(client, **more):
    return client.post("/log/walks/new/", typed(**more), follow=True)


@pytest.fixture
def as_ada(client, ada):
    client.force_login(ada)
    return client


def test_the_site_begins_with_four_plans_gentlest_first(db):
    assert list(Plan.objects.values_list("slug", flat=True)) == [
        "six-houses",
        "very-gentle",
        "six-weeks-gently",
        "nhlbi-12-weeks",
    ]


def test_nhlbi_is_as_its_source_says(db):
    steps = Plan.objects.get(slug="nhlbi-12-weeks").steps_in_order
    brisk = [step.target_min for step in steps]
    assert brisk == [5, 7, 9, 11, 13, 15, 18, 20, 23, 26, 28, 30]
    assert steps[0].total_s == 15 * 60
    assert steps[-1].total_s == 40 * 60


def test_laying_the_plans_again_keeps_the_rows_that_readers_are_on(ada, today):
    run = runs.choose(ada, Plan.objects.get(slug="six-houses"), today)
    before = list(PlanStep.objects.values_list("pk", "label"))
    built_in.lay()
    assert list(PlanStep.objects.values_list("pk", "label")) == before
    assert run.spans.get(until=None).step.order == 1


def test_a_reader_chooses_a_plan_and_finds_its_first_step_on_the_dashboard(as_ada, walk):
    page = as_ada.get(PLANS).content.decode()
    assert "Choose a plan" in page
    page = choose(as_ada).content.decode()
    assert "Six houses and back" in page
    page = as_ada.get(LOG).content.decode()
    assert "Six houses and back" in page
    assert "Three walks of this step, then we look again." in page


def test_the_step_fills_in_the_form(as_ada):
    choose(as_ada, "six-weeks-gently")
    page = as_ada.get("/log/walks/new/")
    assert page.context["form"]["duration"].value() in (600, "10")
    assert "Your plan’s step: 10 minutes" in page.content.decode()


def test_a_walk_counts_for_its_step_however_short(as_ada, ada):
    choose(as_ada)
    log(as_ada, duration="3")
    assert Walk.objects.get(owner=ada).step_span.step.order == 1
    assert "1 of 3 walks." in as_ada.get(LOG).content.decode()


def test_a_walk_of_before_the_plan_does_not_count(as_ada, ada, today):
    choose(as_ada)
    yesterday = today - datetime.timedelta(days=1)
    log(as_ada, day=yesterday.isoformat())
    assert Walk.objects.get(owner=ada).step_span is None


def test_repeating_a_step_starts_its_count_anew_and_keeps_its_walks(as_ada, ada):
    choose(as_ada)
    for _ in range(3):
        log(as_ada)
    choose(as_ada, step="1")
    assert "1 of 3" not in as_ada.get(LOG).content.decode()
    assert ada.walks.exclude(step_span=None).count() == 3
    assert PlanRun.objects.get(owner=ada).spans.count() == 2


def test_a_paused_plan_counts_nothing_and_resumes_where_it_was(as_ada, ada):
    choose(as_ada, step="4")
    as_ada.post(f"{PLANS}pause/", {"act": "pause"})
    page = as_ada.get(LOG).content.decode()
    assert "Your plan is resting" in page
    log(as_ada)
    assert ada.walks.get().step_span is None
    as_ada.post(f"{PLANS}pause/", {"act": "resume"})
    assert "To the corner and back" in as_ada.get(LOG).content.decode()


def test_switching_leaves_the_other_plan_and_offers_its_step_again(as_ada, ada):
    choose(as_ada, step="3")
    choose(as_ada, "very-gentle")
    assert PlanRun.objects.filter(owner=ada, ended_on=None).get().plan.slug == "very-gentle"
    page = as_ada.get(f"{PLANS}six-houses/").content.decode()
    assert "Go on at step 3" in page


def test_choosing_twice_at_once_makes_one_run(as_ada, ada):
    choose(as_ada)
    choose(as_ada)
    assert PlanRun.objects.filter(owner=ada).count() == 1


def test_the_database_knows_of_one_plan_under_way_and_one_step(ada, today):
    plan = Plan.objects.get(slug="six-houses")
    run = runs.choose(ada, plan, today)
    with pytest.raises(IntegrityError), transaction.atomic():
        PlanRun.objects.create(owner=ada, plan=plan, started_on=today)
    with pytest.raises(IntegrityError), transaction.atomic():
        StepSpan.objects.create(run=run, step=plan.steps.first(), since=today)


def test_landmarks_have_the_readers_own_names(as_ada):
    choose(as_ada)
    page = as_ada.post(
        f"{PLANS}six-houses/", {"landmark_1": "  the post\n box ", "landmark_2": ""}, follow=True
    ).content.decode()
    assert "the post box" in page
    assert "the post box" in as_ada.get(LOG).content.decode()
    page = as_ada.post(f"{PLANS}six-houses/", {"landmark_1": ""}, follow=True).content.decode()
    assert "the post box" not in page


def test_a_name_that_is_too_long_comes_back(as_ada):
    choose(as_ada)
    page = as_ada.post(f"{PLANS}six-houses/", {"landmark_1": "gate " * 20})
    assert page.status_code == 422
    assert "Keep it under 60 characters" in page.content.decode()
    assert "gate gate" in page.content.decode()


@pytest.mark.parametrize("step", ["0", "11", "99999", "-1", "x", "1e3"])
def test_a_step_that_is_not_there_is_a_404(as_ada, step):
    assert as_ada.post(f"{PLANS}six-houses/choose/", {"step": step}).status_code == 404


def test_a_coachs_plan_is_seen_by_the_reader_it_was_offered_to(as_ada, ada, ben, coach, today):
    plan = Plan.objects.create(
        slug="for-ada", name="Ada’s own", line="Just so.", is_offered=False, written_by=coach
    )
    PlanStep.objects.create(plan=plan, order=1, label="To the geese", kind="landmark")
    assert as_ada.get(f"{PLANS}for-ada/").status_code == 404
    runs.offer(plan, ada, coach, "Geese first.")
    page = as_ada.get(PLANS).content.decode()
    assert "Marit suggests a plan" in page
    assert "Geese first." in page
    assert "To the geese" in as_ada.get(f"{PLANS}for-ada/").content.decode()
    as_ada.force_login(ben)
    assert as_ada.get(f"{PLANS}for-ada/").status_code == 404
    assert as_ada.post(f"{PLANS}for-ada/choose/").status_code == 404


def test_an_offer_put_aside_is_not_shown_again(as_ada, ada, coach):
    runs.offer(Plan.objects.get(slug="very-gentle"), ada, coach)
    as_ada.post(f"{PLANS}very-gentle/not-now/")
    assert "suggests a plan" not in as_ada.get(PLANS).content.decode()


def test_a_stranger_finds_nothing_of_anothers_plan(as_ada, client, ben):
    choose(as_ada)
    client.force_login(ben)
    assert "Choose a plan" in client.get(PLANS).content.decode()


def test_plans_ask_for_a_sign_in(client, db):
    for address in (PLANS, f"{PLANS}six-houses/"):
        assert client.get(address).headers["Location"].startswith("/accounts/login/")


def test_get_moves_nobody(as_ada, ada):
    choose(as_ada)
    for address in ("six-houses/choose/", "pause/", "leave/", "six-houses/not-now/"):
        assert as_ada.get(PLANS + address).status_code in (404, 405)
    assert PlanRun.objects.get(owner=ada).ended_on is None


def test_a_plan_of_many_walks_costs_as_many_queries_as_one(
    as_ada, ada, today, django_assert_max_num_queries
):
    run = runs.choose(ada, Plan.objects.get(slug="six-houses"), today)
    span = run.spans.get()
    Walk.objects.bulk_create(
        Walk(owner=ada, local_date=today, duration_s=600, step_span=span) for _ in range(200)
    )
    with django_assert_max_num_queries(12):
        assert as_ada.get(PLANS).status_code == 200
