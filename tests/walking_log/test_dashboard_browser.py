"""The whole dashboard in a real browser: axe, a small screen, large letters, keys alone."""

import datetime

import pytest
from playwright.sync_api import expect

from tests.browser import axe_faults
from walking_log.models import Walk

from .conftest import log_walks

pytestmark = pytest.mark.browser

DAY = datetime.timedelta(days=1)
SMALLEST = (320, 640)
DESKTOP = (1280, 900)


@pytest.fixture
def full_log(ada, today):
    """Three months in which everything is said that a chart can show."""
    walks = log_walks(ada, 90, until=today - DAY)
    for number, walk in enumerate(walks):
        Walk.objects.filter(pk=walk.pk).update(
            never_hurt=number % 3 == 0,
            pain_onset_s=None if number % 3 == 0 else 600,
            duration_s=1200 + 600 * (number % 2),
        )
        walk.spots.create(
            owner=ada, local_date=walk.local_date, knee="LR"[number % 2], spot="inner"
        )
    walks[0].readings.filter(moment="next_morning").delete()
    return walks


@pytest.mark.parametrize(
    ("more", "viewport"),
    [
        ({"color_scheme": "light"}, DESKTOP),
        ({"color_scheme": "dark"}, SMALLEST),
        ({"forced_colors": "active"}, SMALLEST),
    ],
)
def test_axe_finds_nothing_to_mend_in_a_full_log(
    browser_page, sign_in, ada, full_log, more, viewport
):
    page = browser_page(viewport=viewport, **more)
    sign_in(page, ada)
    page.goto("/log/?range=all")
    expect(page.locator('svg[role="img"]')).to_have_count(6)
    for details in page.locator("details > summary").all():
        details.click()
    assert axe_faults(page) == []


@pytest.mark.parametrize("letters", ["100%", "200%"])
def test_nothing_sticks_out_of_the_smallest_screen(browser_page, sign_in, ada, full_log, letters):
    page = browser_page(viewport=SMALLEST if letters == "100%" else (640, 900))
    sign_in(page, ada)
    page.goto("/log/")
    page.evaluate("size => { document.documentElement.style.fontSize = size }", letters)
    for details in page.locator("details > summary").all():
        details.click()
    wide = page.evaluate(
        """() => [...document.querySelectorAll('body *')]
            .filter(part => part.getBoundingClientRect().right > innerWidth + 1)
            .filter(part => !part.closest('.scroll')).map(part => part.outerHTML.slice(0, 120))"""
    )
    assert wide == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.jump a, .ranges a, .months a, summary')]
            .map(target => [target.textContent, target.getBoundingClientRect()])
            .filter(([, box]) => box.height < 44)
            .map(([words, box]) => [words, box.width, box.height])"""
    )
    assert small == []


def test_range_and_month_are_turned_by_keys_alone(browser_page, sign_in, ada, full_log):
    page = browser_page(javascript=False)
    sign_in(page, ada)
    page.goto("/log/")
    page.get_by_role("link", name="1 year").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/log/?range=1y#over-time")
    expect(page.locator(".ranges [aria-current]")).to_have_text("1 year")
    page.locator(".months [rel=prev]").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/log/?range=1y&month=*#calendar")
    expect(page.locator(".months [rel=next]")).to_be_visible()
    expect(page.locator(".ranges [aria-current]")).to_have_text("1 year")
