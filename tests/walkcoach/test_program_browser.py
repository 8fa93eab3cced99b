"""The whole loop in a real browser: a plan, walks, a question with them, an answer, the end of it.

The days before today are rows: a browser's clock and a server's cannot be turned together.
"""

import datetime
import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser import axe_faults
from tests.walking_log.conftest import log_walks
from walking_log import verdicts
from walking_log.models import Look, Plan
from walking_log.plans import runs

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("outbox")]

QUESTION = "Why does it say hold, when I feel fine?"
PARTS = ("Minutes, distance, minutes before pain", "How each knee felt", "Where it hurt")


@pytest.fixture
def outbox(db, settings):
    from post_office.models import Email

    settings.EMAIL_BACKEND = "walkcoach.outbox.OutboxBackend"
    return lambda: [row.email_message() for row in Email.objects.order_by("pk")]


def three_weeks_of_walks(ada) -> None:
    """Nine walks on the plan's first step; the left knee was one lower on the last morning."""
    today = timezone.localdate(timezone=ada.zone)
    run = runs.under_way(ada)
    began = today - datetime.timedelta(days=21)
    span = run.spans.get()
    type(span).objects.filter(pk=span.pk).update(since=began)
    for number in range(9):
        day = began + datetime.timedelta(days=2 * number + 3)
        [walk] = log_walks(ada, 1, until=day, comfort=8)
        ada.walks.filter(pk=walk.pk).update(
            step_span=span, duration_s=600, pain_onset_s=360 + 20 * number, talk_test="sentences"
        )
        walk.spots.create(owner=ada, local_date=day, knee="L", spot="back")
    ada.knee_readings.filter(walk=walk, moment="next_morning", knee="L").update(comfort=7)
    verdicts.refresh(ada, today)


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_plan_three_weeks_a_question_with_walks_an_answer_and_the_end_of_sharing(
    browser_page, sign_in, article, ada, coach, javascript
):
    reader, desk = browser_page(javascript=javascript), browser_page(javascript=javascript)
    sign_in(reader, ada)
    sign_in(desk, coach)

    reader.goto("/log/plans/")
    reader.get_by_role("link", name="Six houses").click()
    reader.get_by_role("button", name="Start this plan").click()
    expect(reader.get_by_role("heading", name="Your plan")).to_be_visible()
    three_weeks_of_walks(ada)
    reader.goto("/log/")
    verdict = reader.get_by_role("region", name="Your next walk")
    expect(verdict).to_contain_text(re.compile("^.*Hold.*left knee was 1 lower", re.S))
    expect(reader.get_by_role("region", name="Next on your plan")).to_contain_text(
        "The same again is right."
    )

    reader.goto(article.get_absolute_url())
    reader.get_by_label("Your question").fill(QUESTION)
    reader.get_by_role("button", name="Attach my walks").click()
    expect(reader.get_by_label("Your question")).to_have_value(QUESTION)
    for part in PARTS:
        reader.get_by_label(part).check()
    reader.get_by_role("button", name="Show me how it looks").click()
    expect(reader.get_by_role("region", name="What the coach will see")).to_contain_text(
        "Six houses, step 1"
    )
    reader.get_by_role("button", name="Send my question with these").click()
    expect(reader.get_by_role("article", name="Ada asked on")).to_contain_text(QUESTION)

    reader.goto("/log/sharing/")
    for part in PARTS:
        reader.get_by_label(part).check()
    reader.get_by_role("button", name="Share it").click()
    expect(reader.get_by_role("heading", name="Marit can see")).to_be_visible()

    desk.goto("/admin/desk/")
    desk.get_by_text("Their walks").click()
    walks = desk.locator("details.walks")
    expect(walks.get_by_role("heading", name="As they are now")).to_be_visible()
    expect(walks.get_by_role("img", name=re.compile("Comfort of your knees")).first).to_be_visible()
    expect(walks).to_contain_text("left, back of the knee 9×")
    expect(walks).to_contain_text("Six houses, step 1")
    desk.get_by_label("Your answer").fill("One lower is a pause, not a step back.")
    desk.get_by_role("button", name="Answer", exact=True).click()
    desk.get_by_role("button", name="Send now").click()
    expect(desk.get_by_role("heading", name="Nobody is waiting")).to_be_visible()
    expect(desk.get_by_role("button", name="Send now")).to_have_count(0)

    reader.goto("/log/sharing/")
    expect(reader.get_by_role("region", name="Who looked")).to_contain_text("beside your question")
    reader.get_by_role("button", name="Stop sharing now").click()
    reader.get_by_role("button", name="Take it back").click()
    looks = Look.objects.count()
    desk.goto("/admin/desk/?show=all")
    expect(desk.get_by_text(QUESTION)).to_be_visible()
    expect(desk.get_by_text("Their walks")).to_have_count(0)
    assert Look.objects.count() == looks


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong_and_nothing_scrolls_sideways(
    browser_page, sign_in, article, ada, coach, color_scheme
):
    runs.choose(ada, Plan.objects.get(slug="six-houses"), timezone.localdate())
    three_weeks_of_walks(ada)
    page = browser_page(color_scheme=color_scheme, viewport=(320, 800))
    sign_in(page, ada)
    for address in (
        "/log/plans/",
        "/log/plans/six-houses/",
        "/log/plans/nhlbi-12-weeks/",
        "/log/sharing/",
        "/log/doctor/?notes=1",
        f"/log/attach/{article.pk}/",
    ):
        page.goto(address)
        assert axe_faults(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
