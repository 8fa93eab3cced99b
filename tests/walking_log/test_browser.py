"""A reader logs a walk on a phone, in a real browser, with JavaScript and without."""

import datetime

import pytest
from playwright.sync_api import expect

from tests.browser import axe_faults
from walking_log.models import Walk

from .conftest import log_walks

pytestmark = pytest.mark.browser

SMALLEST = (320, 640)
DESKTOP = (1280, 900)


def choose(page, name, value):
    """Tap a large target: the radio lies, unseen, over the whole of it."""
    page.locator(f'input[name="{name}"][value="{value}"]').click()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_reader_logs_a_walk_in_a_few_taps(browser_page, sign_in, ada, javascript):
    page = browser_page(javascript=javascript)
    sign_in(page, ada)
    page.goto("/log/")
    page.get_by_role("link", name="Log your first walk").click()
    page.get_by_label("Minutes", exact=True).fill("1:05")
    page.get_by_label("Kilometres").fill("3,2 km")
    choose(page, "after_left", 6)
    choose(page, "after_right", 8)
    page.get_by_role("button", name="Save the walk").click()

    expect(page.get_by_role("status")).to_contain_text("Saved: 1 h 5 min")
    expect(page.get_by_role("heading", name="How your knees felt")).to_be_visible()
    comfort = page.get_by_role("region", name="How your knees felt")
    comfort.get_by_text("Every value as a table").click()
    expect(comfort.get_by_role("row", name="Just after the walk 6 8")).to_be_visible()
    walk = ada.walks.get()
    assert (walk.duration_s, walk.distance_m, walk.readings.count()) == (3900, 3200, 2)

    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("is out of your log")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("status")).to_contain_text("It is back in your log.")
    assert ada.walks.get() == walk


@pytest.mark.parametrize("javascript", [True, False])
def test_a_mistake_comes_back_filled_and_is_mended(browser_page, sign_in, ada, javascript):
    page = browser_page(javascript=javascript)
    sign_in(page, ada)
    page.goto("/log/walks/new/")
    page.get_by_label("Minutes", exact=True).fill("25 hours")
    choose(page, "after_left", 10)
    page.get_by_text("More about this walk").click()
    page.get_by_label("Notes").fill("By the river.")
    page.get_by_role("button", name="Save the walk").click()

    expect(page).to_have_title("Error: Log a walk · Walkcoach")
    expect(page.get_by_role("alert")).to_contain_text("a walk here is at most 12 hours")
    expect(page.get_by_label("Notes")).to_have_value("By the river.")
    expect(page.locator('input[name="after_left"][value="10"]')).to_be_checked()
    page.get_by_label("Minutes", exact=True).fill("25")
    page.get_by_role("button", name="Save the walk").click()
    expect(page.get_by_role("status")).to_contain_text("Saved: 25 min")
    assert ada.walks.get().notes == "By the river."


def test_an_unusual_walk_is_one_question(browser_page, sign_in, ada):
    page = browser_page()
    sign_in(page, ada)
    page.goto("/log/walks/new/")
    page.get_by_label("Minutes", exact=True).fill("4:10")
    page.get_by_role("button", name="Save the walk").click()
    question = page.get_by_role("alert")
    expect(question).to_contain_text("That is 4 h 10 min of walking, in one walk.")
    question.get_by_label("Yes, that is right").check()
    question.get_by_role("button", name="Save the walk").click()
    expect(page.get_by_role("status")).to_contain_text("Saved: 4 h 10 min")


def test_the_calendar_shows_when_another_day_is_meant(browser_page, sign_in, ada):
    page = browser_page(javascript=False)
    sign_in(page, ada)
    page.goto("/log/walks/new/")
    expect(page.get_by_label("The day")).to_be_hidden()
    choose(page, "day", "other")
    page.get_by_label("The day").fill("2019-11-24")
    page.get_by_label("Minutes", exact=True).fill("20")
    page.get_by_role("button", name="Save the walk").click()
    expect(page.get_by_role("status")).to_contain_text("24 November")
    assert ada.walks.get().local_date == datetime.date(2019, 11, 24)


def test_a_walk_can_be_logged_by_keyboard_alone(browser_page, sign_in, ada):
    page = browser_page(viewport=DESKTOP)
    sign_in(page, ada)
    page.goto("/log/walks/new/")
    page.locator('input[name="day"]').first.focus()
    for press in ("ArrowRight", "Tab"):  # yesterday, then the minutes
        page.keyboard.press(press)
    page.keyboard.type("20")
    page.keyboard.press("Tab")  # distance
    page.keyboard.press("Tab")  # the left knee: not noted
    for _ in range(7):
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Saved: 20 min")
    assert ada.walks.get().readings.get().comfort == 6


def test_typing_replaces_what_the_last_walk_filled_in(browser_page, sign_in, ada, walk):
    page = browser_page()
    sign_in(page, ada)
    page.goto("/log/walks/new/")
    minutes = page.get_by_label("Minutes", exact=True)
    expect(minutes).to_have_value("30")
    minutes.click()
    page.keyboard.type("25")
    expect(minutes).to_have_value("25")


@pytest.mark.parametrize("viewport", [SMALLEST, (390, 844), DESKTOP])
def test_targets_are_large_and_nothing_scrolls_sideways(
    browser_page, sign_in, ada, today, viewport
):
    log_walks(ada, 30, until=today - datetime.timedelta(days=1))
    page = browser_page(viewport=viewport)
    sign_in(page, ada)
    for address in (
        "/log/",
        "/log/walks/new/",
        "/log/walks/",
        f"/log/walks/{Walk.objects.first().pk}/",
    ):
        page.goto(address)
        for details in page.locator("details > summary").all():
            details.click()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address
    page.goto("/log/walks/new/")
    small = page.evaluate(
        """() => [...document.querySelectorAll('.scale-row label, .choice, main .button')]
            .map(target => [target.textContent, target.getBoundingClientRect()])
            .filter(([, box]) => box.width && (box.width < 48 || box.height < 48))
            .map(([words, box]) => [words, box.width, box.height])"""
    )
    assert small == []


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_to_mend(browser_page, sign_in, ada, today, color_scheme):
    walk = log_walks(ada, 30, until=today - datetime.timedelta(days=1))[0]
    walk.readings.filter(moment="next_morning").delete()
    page = browser_page(color_scheme=color_scheme)
    sign_in(page, ada)
    for address in (
        "/log/",
        "/log/?range=all",
        "/log/walks/new/",
        "/log/walks/",
        f"/log/walks/{walk.pk}/",
        f"/log/walks/{walk.pk}/edit/",
        f"/log/walks/{walk.pk}/morning/",
    ):
        page.goto(address)
        for details in page.locator("details > summary").all():
            details.click()
        assert axe_faults(page) == [], address
    page.goto("/log/walks/new/")
    page.get_by_label("Minutes", exact=True).fill("25 hours")
    page.get_by_label("Kilometres").fill("far")
    page.get_by_role("button", name="Save the walk").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert axe_faults(page) == []
