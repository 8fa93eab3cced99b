"""Mornings, rest days, places, symptoms and the verdict, in a real browser."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from tests.browser import axe_faults
from walking_log import morning_link, verdicts
from walking_log.models import LogPreferences, Walk

from .conftest import log_walks

pytestmark = pytest.mark.browser

DAY = datetime.timedelta(days=1)
SMALLEST = (320, 640)


def choose(page, name, value):
    page.locator(f'input[name="{name}"][value="{value}"]').click()


@pytest.fixture
def yesterday(ada, today):
    return Walk.objects.create(owner=ada, local_date=today - DAY, duration_s=1200)


@pytest.fixture
def all_at_once(ada, coach, today):
    """A log in which everything is said: the coach's word, a morning and a week to ask of."""
    walks = log_walks(ada, 10, until=today - DAY, comfort=8)
    walks[0].readings.filter(moment="next_morning").delete()
    walks[0].spots.create(owner=ada, local_date=today - DAY, knee="L", spot="inner")
    verdict = verdicts.refresh(ada, today)
    verdicts.override(verdict, coach, "hold", "The hill can wait a week.")
    return walks[0]


@pytest.mark.parametrize("javascript", [True, False])
def test_minutes_two_taps_and_save_and_the_next_walk_is_said(
    browser_page, sign_in, ada, yesterday, javascript
):
    page = browser_page(javascript=javascript)
    sign_in(page, ada)
    page.goto("/log/walks/new/")
    expect(page.get_by_label("Minutes", exact=True)).to_have_value("20")
    choose(page, "after_left", 7)
    choose(page, "after_right", 8)
    page.get_by_label("It never hurt").click()
    page.get_by_role("button", name="Save the walk").click()
    expect(page.get_by_role("status")).to_contain_text("Saved: 20 min")
    expect(page.get_by_role("region", name="Your next walk")).to_contain_text("Hold at 20 minutes")
    walk = ada.walks.first()
    assert ada.walks.get(never_hurt=True).readings.count() == 2
    assert walk.verdicts.model.objects.filter(owner=ada).exists()


def test_a_part_of_the_picture_ticks_its_box_and_back(browser_page, sign_in, ada):
    page = browser_page(javascript=False)
    sign_in(page, ada)
    page.goto("/log/walks/new/")
    page.get_by_text("Where it hurt").click()
    left = page.get_by_role("group", name="Left knee").filter(has_text="Inner side")
    inner = left.get_by_label("Inner side")
    expect(inner).not_to_be_checked()
    left.locator(".part.inner").click()
    expect(inner).to_be_checked()
    left.locator(".part.behind").click()
    expect(left.get_by_label("Behind the kneecap")).to_be_checked()
    expect(left.get_by_label("Around the kneecap")).not_to_be_checked()
    left.locator(".part.inner").click()
    expect(inner).not_to_be_checked()
    page.get_by_label("Minutes", exact=True).fill("20")
    page.get_by_role("button", name="Save the walk").click()
    expect(page.get_by_role("status")).to_contain_text("Saved")
    assert list(ada.knee_spots.values_list("knee", "spot")) == [("L", "behind")]


@pytest.mark.parametrize("javascript", [True, False])
def test_the_mailed_link_is_one_tap_for_one_knee(browser_page, ada, yesterday, javascript):
    LogPreferences.objects.create(owner=ada, knees="R")
    page = browser_page(javascript=javascript)
    page.goto(reverse("walking_log:morning_link", args=[morning_link.token_for(yesterday)]))
    page.get_by_role("button", name="7, I could live with this").click()
    expect(page.get_by_role("status")).to_contain_text("Thank you.")
    assert yesterday.readings.get().comfort == 7


def test_symptoms_by_keyboard_alone(browser_page, sign_in, ada, yesterday):
    page = browser_page()
    sign_in(page, ada)
    page.goto("/log/symptoms/")
    page.get_by_label("It locks or gets stuck").focus()
    page.keyboard.press("Space")
    for _ in range(4):  # the three boxes that follow, then the button
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("See someone today")
    alert.get_by_role("button", name="I have read this").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("region", name="See someone today")).to_be_visible()
    expect(page.get_by_role("button", name="I have read this")).to_have_count(0)
    assert ada.symptom_reports.get().acknowledged_at <= timezone.now()


@pytest.mark.parametrize(
    "more",
    [{"color_scheme": "light", "viewport": SMALLEST}, {"color_scheme": "dark"}],
    ids=["light, 320px", "dark"],
)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(
    browser_page, sign_in, ada, today, all_at_once, more
):
    page = browser_page(**more)
    sign_in(page, ada)
    link = reverse("walking_log:morning_link", args=[morning_link.token_for(all_at_once)])

    def look(address):
        page.goto(address)
        for details in page.locator("details > summary").all():
            details.click()
        assert axe_faults(page) == [], address
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), address

    for address in (
        *("/log/", "/log/walks/new/?like=last", all_at_once.get_absolute_url(), link),
        *("/log/rest-day/", "/log/symptoms/", "/log/week/", "/log/preferences/"),
    ):
        look(address)
    # The questions that the rules ask, the scale read backwards, and where to go.
    ada.walks.all().delete()
    red = log_walks(ada, 2, until=today, comfort=1)
    verdicts.refresh(ada, today)
    look("/log/")
    expect(page.get_by_role("region", name="A few questions, to be safe")).to_be_visible()
    expect(page.get_by_role("region", name="Which way round?")).to_be_visible()
    ada.symptom_reports.create(local_date=today, chest=True, text_version="1")
    verdicts.refresh(ada, today)
    look("/log/")
    expect(page.get_by_role("alert")).to_contain_text("Ring the emergency number now")
    LogPreferences.objects.create(owner=ada, knees="L")
    look(reverse("walking_log:morning_link", args=[morning_link.token_for(red[1])]))


def test_targets_are_large(browser_page, sign_in, ada, all_at_once):
    page = browser_page(viewport=SMALLEST)
    sign_in(page, ada)
    for address in (
        *("/log/walks/new/", "/log/rest-day/", "/log/symptoms/", "/log/week/"),
        "/log/preferences/",
    ):
        page.goto(address)
        for details in page.locator("details > summary").all():
            details.click()
        small = page.evaluate(
            """() => [...document.querySelectorAll(
                '.scale-row label, .scale-row button, .choice, .check, main .button')]
                .map(target => [target.textContent.trim(), target.getBoundingClientRect()])
                .filter(([, box]) => box.width && (box.width < 47.9 || box.height < 47.9))
                .map(([words, box]) => [words, box.width, box.height])"""
        )
        assert small == [], address
