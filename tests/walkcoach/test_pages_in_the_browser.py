"""Menus, pages and the order of things, on a phone and in the writing room."""

import pytest

from articles.models import Book, Page, Part, Series
from tests.browser import axe_faults
from walkcoach.menus.models import Menu, MenuEntry

pytestmark = pytest.mark.browser


@pytest.fixture
def site(coach, article):
    """One of each kind of page, a series, and a menu too long for a phone."""
    header = Menu.objects.get(place="header")
    for number, kind in enumerate(["about", "books", "contact", "disclaimer"]):
        page = Page.objects.create(
            title=f"The page of {kind}",
            slug=kind,
            kind=kind,
            body="<p>Words.</p>",
            status="published",
        )
        MenuEntry.objects.create(menu=header, page=page, order=100 + number)
    for number, title in enumerate(["Long " + "W" * 60, "Short"]):
        Book.objects.create(
            page=Page.objects.get(kind="books"),
            title=title,
            author="A. Walker",
            why="It is short.",
            order=number,
        )
    series = Series.objects.create(title="Start walking", slug="start", description="For you.")
    Part.objects.create(series=series, article=article)
    return series


def fits(page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_on_a_phone_without_scripts_the_menu_opens_and_a_message_is_sent(
    browser_page, site, mailoutbox
):
    page = browser_page(javascript=False, viewport=(320, 700))
    page.goto("/")
    assert page.get_by_role("link", name="Articles", exact=True).is_visible()
    entry = page.get_by_role("navigation", name="Main").get_by_role("link", name="of contact")
    assert not entry.is_visible()
    page.get_by_text("More", exact=True).click()
    entry.click()
    assert fits(page)
    page.get_by_label("Your message").fill("Would you speak to our group?")
    page.get_by_label("Your name").fill("Rewa")
    page.get_by_role("button", name="Send my message").click()
    # The browser itself asks for the address.
    assert page.get_by_label("Your message").input_value() == "Would you speak to our group?"
    page.get_by_label("Your e-mail, for the answer").fill("rewa@example.org")
    page.get_by_role("button", name="Send my message").click()
    page.get_by_role("heading", name="Your message is on its way").wait_for()
    assert mailoutbox[0].extra_headers["Reply-To"] == "Rewa <rewa@example.org>"


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_to_mend_on_pages(browser_page, site, article, color_scheme):
    page = browser_page(viewport=(390, 844), color_scheme=color_scheme)
    addresses = ["/about/", "/books/", "/contact/", "/disclaimer/", "/feeds/", "/series/start/"]
    for address in [*addresses, article.get_absolute_url()]:
        page.goto(address)
        assert axe_faults(page) == [], address
        assert fits(page), address


def test_the_coach_moves_an_entry_up_with_a_press(browser_page, sign_in, coach, site):
    page = browser_page(viewport=(390, 844))
    sign_in(page, coach)
    header = Menu.objects.get(place="header")
    page.goto(f"/admin/walkcoach/menu/{header.pk}/change/")
    page.get_by_role("button", name="Move up").nth(2).press("Enter")
    assert page.get_by_text("Now number 2 of 8.").is_visible()
    assert fits(page)
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("was changed successfully").wait_for()
    assert [entry.words for entry in header.entries.all()][:3] == ["Articles", "My log", "Ask"]
    assert header.entries.count() == 7
