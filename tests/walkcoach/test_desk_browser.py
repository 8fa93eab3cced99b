"""The coach answers from the desk, in a real browser."""

import pytest
from playwright.sync_api import expect

from comments import conversation
from comments.models import Comment
from tests.browser import axe_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def question(article):
    comment, _ = conversation.post(
        article,
        "Why does it hurt behind my knee after ten minutes?",
        conversation.Writer("Kari", "kari@example.com"),
        state=Comment.State.PUBLISHED,
    )
    return comment


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_the_coach_answers_on_a_phone(browser_page, sign_in, coach, question, javascript):
    page = browser_page(javascript=javascript)
    sign_in(page, coach)
    page.goto("/admin/desk/")
    assert "1 thread waits" in page.inner_text("h1")
    page.get_by_label("Your answer").fill("Stop at nine minutes for a week, then tell me.")
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Nobody is waiting")
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("Kari has your answer.", exact=True)).to_be_visible()
    page.goto(question.get_absolute_url())
    assert "Stop at nine minutes for a week" in page.inner_text("#comments")


def test_the_desk_fits_a_small_phone_and_every_target_is_large(
    browser_page, sign_in, coach, question
):
    page = browser_page(viewport=(320, 640))
    sign_in(page, coach)
    page.goto("/admin/desk/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    heights = page.eval_on_selector_all(
        "main button, main textarea",
        "all => all.filter(one => one.offsetParent).map(one => one.offsetHeight)",
    )
    assert min(heights) >= 48


def test_the_desk_passes_axe(browser_page, sign_in, coach, question):
    page = browser_page()
    sign_in(page, coach)
    page.goto("/admin/desk/")
    assert axe_faults(page) == []
