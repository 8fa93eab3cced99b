"""The coach writes plans in the writing room and offers them."""

import pytest

from walking_log.models import Plan, PlanOffer

ADMIN = "/admin/walking_log/plan/"


@pytest.fixture
def as_coach(client, coach):
    client.force_login(coach)
    return client


def steps(*labels: str) -> dict[str, str]:
    """What the writing room sends for a plan of such landmarks."""
    rows = {
        f"steps-{n}-{field}": value
        for n, label in enumerate(labels)
        for field, value in {
            "order": n + 1,
            "label": label,
            "kind": "landmark",
            "target_min": "",
            "warmup_s": 0,
            "cooldown_s": 0,
            "sessions_per_week": 3,
            "min_rest_days": 1,
        }.items()
    }
    return {
        "steps-TOTAL_FORMS": len(labels),
        "steps-INITIAL_FORMS": 0,
        "steps-MIN_NUM_FORMS": 1,
        "steps-MAX_NUM_FORMS": 1000,
        **rows,
    }


def test_a_coach_writes_a_plan_and_readers_may_choose_it(as_coach, client, ada):
    plan = {
        "name": "Round the pond",
        "slug": "round-the-pond",
        "line": "For those who like ducks.",
        "moves_on": "walks",
        "place": 9,
        "is_offered": "on",
    }
    page = as_coach.post(f"{ADMIN}add/", {**plan, **steps("The bench", "The ducks")}, follow=True)
    assert "was added successfully" in page.content.decode()
    client.force_login(ada)
    page = client.get("/log/plans/round-the-pond/").content.decode()
    assert "The bench" in page
    assert "The ducks" in page


def test_a_step_of_minutes_without_minutes_is_asked_about(as_coach):
    plan = {"name": "X", "slug": "x", "line": "X", "moves_on": "week", "place": 1}
    typed = {**plan, **steps("Fast"), "steps-0-kind": "minutes"}
    page = as_coach.post(f"{ADMIN}add/", typed).content.decode()
    assert "A step of minutes needs 1 to 180 of them" in page
    assert not Plan.objects.filter(slug="x").exists()


def test_built_in_plans_can_be_read_and_not_changed(as_coach):
    plan = Plan.objects.get(slug="six-houses")
    page = as_coach.get(f"{ADMIN}{plan.pk}/change/").content.decode()
    assert "Offer it to a reader" in page
    assert 'name="_save"' not in page
    assert as_coach.post(f"{ADMIN}{plan.pk}/change/", {"name": "Mine"}).status_code == 403
    assert as_coach.post(f"{ADMIN}{plan.pk}/delete/", {"post": "yes"}).status_code == 403


@pytest.mark.parametrize(("email", "offers"), [("Ada@Example.com", 1), ("nobody@example.com", 0)])
def test_an_offer_says_nothing_of_who_has_an_account(as_coach, ada, email, offers):
    plan = Plan.objects.get(slug="six-houses")
    typed = {"email": email, "note": "From the start."}
    page = as_coach.post(f"{ADMIN}{plan.pk}/offer/", typed, follow=True).content.decode()
    assert "If somebody signs in with this address" in page
    assert PlanOffer.objects.filter(reader=ada).count() == offers


def test_readers_offer_nothing(client, ada):
    client.force_login(ada)
    plan = Plan.objects.get(slug="six-houses")
    client.post(f"{ADMIN}{plan.pk}/offer/", {"email": "ada@example.com"})
    assert not PlanOffer.objects.exists()
