"""The coach's one press, on a phone: by hand, without JavaScript, by whoever cannot see it."""

import re

import pytest
from playwright.sync_api import expect

from comments.inbound.receive import receive
from tests.browser import axe_faults

from .conftest import answer_to

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_the_coach_publishes_a_mailed_answer_with_one_press(
    browser_page, say, coach, outbox, color_scheme
):
    say("May I walk? " + "W" * 90, "Rewa")
    say("And I?", "Ben")
    for number, bell in enumerate(outbox()):
        words = f"Yes, {number}. https://example.org/{'a' * 200}"
        receive(answer_to(bell, words, Message_ID=f"<{number}@example.com>"))
    link = re.search(r"/comments/mailed-answer/\S+", outbox()[2].body)[0]
    page = browser_page(javascript=True, color_scheme=color_scheme, viewport=(320, 700))

    page.goto(link)
    expect(page.get_by_text("Yes, 0.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
    assert axe_faults(page) == []

    page.get_by_role("button", name="Publish my answer").click()
    expect(page.get_by_role("heading", name="Your answer is published")).to_be_visible()
    assert axe_faults(page) == []
    page.get_by_role("link").filter(has_text="To Ben: And I?").click()
    expect(page.get_by_text("Yes, 1.")).to_be_visible()


def test_the_press_needs_no_javascript(browser_page, say, coach, outbox):
    say("May I walk?", "Rewa")
    receive(answer_to(outbox()[0], "Yes."))
    page = browser_page(javascript=False)
    page.goto(re.search(r"/comments/mailed-answer/\S+", outbox()[1].body)[0])
    page.get_by_role("button", name="Throw it away").click()
    expect(page.get_by_role("heading", name="Nothing waits here")).to_be_visible()
