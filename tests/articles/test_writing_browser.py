"""Writing on a phone that dies, and seeing what readers will see."""

import pytest
from django.contrib.sessions.models import Session

from articles.models import Article, WorkingCopy

pytestmark = pytest.mark.browser

ADD = "/admin/articles/article/add/"


def write_on(page, words):
    page.locator(".prose-editor .tiptap").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def says(page, words):
    page.locator("[data-autosave-says]").first.get_by_text(words).wait_for()


def body_of(page):
    return page.locator("#id_body").input_value()


def test_a_phone_that_dies_in_mid_writing_loses_nothing(browser_page, sign_in, coach):
    page = browser_page()
    sign_in(page, coach)
    page.goto(ADD)
    page.get_by_label("Title:").fill("Downstairs")
    write_on(page, "Hold the rail.")
    says(page, "Saved")
    page.context.close()  # the page is not asked whether it wants to go

    page = browser_page()
    sign_in(page, coach)
    page.goto(ADD)
    assert page.get_by_text("You began “Downstairs” and did not save it").is_visible()
    page.get_by_role("link", name="Go on with it").click()
    assert page.get_by_label("Title:").input_value() == "Downstairs"
    assert body_of(page) == "<p>Hold the rail.</p>"

    # The session ends meanwhile: what is typed then stays on the device, and comes in later.
    Session.objects.all().delete()
    write_on(page, " Never hurry.")
    says(page, "Kept on this device")
    page.goto("about:blank")
    sign_in(page, coach)
    page.goto(ADD)
    came_in = page.locator("[data-offer] ins").filter(has_text="Never hurry.").first
    came_in.wait_for(state="attached")
    page.locator("[data-offer]").first.get_by_text("See the difference").click()
    assert came_in.is_visible()
    page.get_by_role("link", name="Go on with it").first.click()
    assert body_of(page) == "<p>Hold the rail. Never hurry.</p>"
    write_on(page, " Rest.")
    says(page, "Saved")
    page.get_by_label("The picture, in words:").fill("A rail.")  # not saved yet
    page.get_by_role("button", name="Publish now").first.click()
    page.get_by_text("Published: readers see it now.").wait_for()
    assert Article.objects.published().get().body == "<p>Hold the rail. Never hurry. Rest.</p>"
    assert not WorkingCopy.objects.exists()

    # Whoever signs out leaves nothing of an article to the next person.
    page.evaluate("localStorage.setItem('walkcoach-article:1:x', 'words')")
    page.goto("/accounts/logout/")
    page.get_by_role("main").get_by_role("button", name="Sign out").click()
    page.wait_for_url("/")
    assert page.evaluate("Object.keys(localStorage).filter(k => k.includes('article'))") == []


def test_the_preview_follows_what_is_typed_and_stays_where_it_was(
    browser_page, sign_in, coach, article
):
    article.body = "".join(f"<p>Step {number}.</p>" for number in range(60))
    article.save()
    page = browser_page(viewport=(1280, 900))
    sign_in(page, coach)
    page.goto(f"/admin/articles/article/{article.pk}/change/")
    page.locator("#live-preview").scroll_into_view_if_needed()
    frame = page.frame_locator("#live-preview iframe")
    frame.get_by_role("heading", name="Start with six houses").wait_for()
    scrolled = "document.querySelector('#live-preview iframe').contentWindow"
    page.evaluate(f"{scrolled}.scrollTo(0, 700)")

    page.get_by_label("Title:").fill("Start with seven houses")
    frame.get_by_role("heading", name="Start with seven houses").wait_for()
    assert page.evaluate(f"{scrolled}.scrollY") == 700
    assert page.evaluate(f"{scrolled}.innerWidth") == 390
    page.get_by_role("button", name="Desktop").click()
    page.wait_for_function(f"() => {scrolled}.innerWidth === 1280")
    article.refresh_from_db()
    assert article.title == "Start with six houses"
