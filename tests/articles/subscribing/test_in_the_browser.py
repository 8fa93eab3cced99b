"""From an article to a mail and back, on a phone without JavaScript."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from articles.subscribing.models import Subscriber

pytestmark = pytest.mark.browser


def test_a_reader_subscribes_chooses_and_stops_without_javascript(
    browser_page, article, knees, mailoutbox, site_address
):
    page = browser_page(javascript=False)
    page.goto(article.get_absolute_url())
    form = page.get_by_role("region", name="New articles by mail")
    form.get_by_label("Your e-mail").fill("rewa@example.org")
    form.get_by_role("button", name="Mail me new articles").click()
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()

    page.goto(re.search(rf"{site_address}/subscribe/confirm/\S+", mailoutbox[-1].body)[0])
    page.get_by_role("button", name="Yes, mail me new articles").click()
    expect(page.get_by_role("status")).to_contain_text("New articles come as soon as they are out")

    page.get_by_label("Only those about").check()
    page.get_by_label(knees.name).check()
    page.get_by_label("Once a week, together").check()
    page.get_by_label("On", exact=True).select_option("Sunday")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text(
        f"New articles about {knees.name} come on Sundays at 08:00."
    )

    page.get_by_role("button", name="Stop these mails").click()
    expect(page.get_by_role("heading", name="Start again")).to_be_visible()
    assert not Subscriber.objects.get().is_active


def test_the_pages_can_be_read_and_used_by_everybody(
    browser_page, article, mailoutbox, site_address
):
    page = browser_page(viewport=(320, 640), color_scheme="dark")
    page.goto("/subscribe/")
    page.get_by_label("Your e-mail").fill("rewa@example.org")
    page.get_by_role("button", name="Mail me new articles").click()
    page.goto(re.search(rf"{site_address}/subscribe/confirm/\S+", mailoutbox[-1].body)[0])
    page.get_by_role("button", name="Yes, mail me new articles").click()
    expect(page.get_by_role("heading", name="What you get, and when")).to_be_visible()
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
