"""Saying whether it helped, in a real browser."""

import pytest

from comments import conversation, outcomes, tokens
from comments.models import Outcome, Thread
from tests.browser import axe_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def thread(say, coach):
    question = say("How do I come down stairs?", "Rewa")
    conversation.answer(question, "Bad leg first.", conversation.Writer.of(coach))
    return Thread.objects.get(pk=question.pk)


@pytest.fixture
def link(thread):
    return f"/comments/did-it-help/{tokens.to_outcome(thread)}/"


@pytest.mark.parametrize("javascript", [True, False], ids=["with scripts", "without scripts"])
def test_a_guest_says_it_on_a_small_phone_and_it_stands_on_the_page(
    browser_page, thread, link, javascript
):
    page = browser_page(viewport=(320, 640), javascript=javascript)
    page.goto(link)
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    heights = page.eval_on_selector_all(
        "main button:not([aria-hidden])",
        "all => all.map(one => one.getBoundingClientRect().height)",
    )
    assert min(heights) >= 48
    page.get_by_label("Show it under the article").check()
    page.get_by_role("button", name="A little").click()
    assert page.inner_text("h1") == "Thank you"
    page.get_by_role("link", name="Read the answer again").click()
    assert "Rewa says this helped a little." in page.inner_text("#comments")


def test_enter_in_the_line_to_the_coach_says_nothing_yet(browser_page, link):
    page = browser_page()
    page.goto(link)
    page.get_by_label("A line to the coach").fill("Hm.")
    page.get_by_label("A line to the coach").press("Enter")
    page.get_by_role("alert").get_by_text("Press one of the three.").wait_for()
    assert page.get_by_label("A line to the coach").input_value() == "Hm."
    page.get_by_role("button", name="Not yet").click()
    assert Outcome.objects.get().helped == "not_yet"


def test_the_pages_pass_axe(browser_page, sign_in, coach, thread, link):
    page = browser_page()
    page.goto(link)
    assert axe_faults(page) == []
    page.get_by_role("button", name="Not yet").click()
    page.get_by_role("link", name="Ask a follow-up").wait_for()
    assert axe_faults(page) == []
    outcomes.say(thread, Outcome.Helped.YES, words="No pain.", is_shown=True)
    page.goto(thread.article.get_absolute_url())
    assert axe_faults(page) == []
    sign_in(page, coach)
    page.goto("/admin/desk/outcomes/")
    assert "No pain." in page.inner_text("main")
    assert axe_faults(page) == []
