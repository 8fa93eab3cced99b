import pytest
from django.core import mail

from tests.browser import axe_faults

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

WAYS_IN = ("passkeys", "elsewhere/connected", "picture")

AAA = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag2aaa", "wcag21a", "wcag21aa", "wcag22aa"],
    }
}


def assert_for_everyone(page) -> None:
    """axe finds nothing in the way of anybody, by WCAG 2.2 up to AAA."""
    assert axe_faults(page, **AAA) == []


def fill_in(page):
    page.get_by_label("Name to show").fill("Kari")
    page.get_by_label("E-mail address").fill("kari@example.com")
    page.get_by_label("Password").fill("six-houses-a-day")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_reader_signs_up_and_is_in(browser_page, javascript, link_in):
    page = browser_page(javascript=javascript, timezone_id="Asia/Tokyo")
    page.goto("/accounts/login/")
    page.get_by_role("main").get_by_role("link", name="Start a walk log").click()
    fill_in(page)
    chosen = page.get_by_label("Time zone").input_value()
    assert chosen == ("Asia/Tokyo" if javascript else "UTC")
    page.get_by_role("button", name="Make my account").click()
    page.get_by_role("heading", name="Now look in your mail").wait_for()
    page.goto(link_in(mail.outbox[0], "confirm-email"))
    page.get_by_role("button", name="Yes, confirm my address").click()
    page.goto("/accounts/settings/")
    page.get_by_role("heading", name="Settings").wait_for()
    assert page.get_by_label("Time zone").input_value() == chosen


def test_the_guess_does_not_change_what_was_chosen(browser_page):
    page = browser_page(timezone_id="Asia/Tokyo")
    page.goto("/accounts/signup/")
    fill_in(page)
    page.get_by_label("E-mail address").fill("kari@")
    page.get_by_label("Time zone").select_option("Europe/Oslo")
    page.get_by_role("button", name="Make my account").click()
    page.get_by_role("heading", name="There is a problem").wait_for()
    assert page.get_by_label("Time zone").input_value() == "Europe/Oslo"


def test_the_time_in_another_place_is_said_as_it_is_chosen(browser_page):
    page = browser_page(timezone_id="Europe/Oslo")
    page.clock.set_fixed_time("2026-07-01T12:05:00Z")
    page.goto("/accounts/signup/")
    hint = page.locator("#id_time_zone_helptext")
    assert hint.inner_text() == "It is 14:05 on Wednesday 1 July there now."
    page.get_by_label("Time zone").select_option("Asia/Tokyo")
    assert hint.inner_text() == "It is 21:05 on Wednesday 1 July there now."


def test_a_reader_signs_in_and_out(browser_page, ada):
    page = browser_page(javascript=False)
    page.goto("/accounts/settings/")
    page.get_by_label("E-mail address").fill("ada@example.com")
    page.get_by_label("Password").fill("walk-with-me")
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    page.get_by_role("heading", name="Settings").wait_for()
    page.get_by_role("button", name="Sign out").click()
    page.goto("/accounts/settings/")
    page.get_by_role("heading", name="Sign in").wait_for()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_signing_in_and_up_hold_for_everyone(browser_page, scheme):
    page = browser_page(color_scheme=scheme)
    for address, button in (
        ("/accounts/login/", "Sign in"),
        ("/accounts/signup/", "Make my account"),
        ("/accounts/login/code/", "Mail me the code"),
    ):
        page.goto(address)
        assert_for_everyone(page)
        page.get_by_role("main").get_by_role("button", name=button).click()
        page.get_by_role("heading", name="There is a problem").wait_for()
        assert_for_everyone(page)


def test_the_settings_hold_for_everyone(browser_page, sign_in, coach):
    page = browser_page()
    sign_in(page, coach)
    for address in ("settings", "email", "password/change", "delete", "logout", *WAYS_IN):
        page.goto(f"/accounts/{address}/")
        assert_for_everyone(page)


def test_every_page_fits_a_narrow_telephone(browser_page, sign_in, coach):
    visitor = browser_page(viewport=(320, 640))
    member = browser_page(viewport=(320, 640))
    sign_in(member, coach)
    for page, addresses in (
        (visitor, ["login", "signup", "password/reset", "confirm-email", "confirm-email/x"]),
        (member, ["settings", "email", "password/change", "delete", "logout", *WAYS_IN]),
    ):
        for address in addresses:
            page.goto(f"/accounts/{address}/")
            wider = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wider <= 0, address
