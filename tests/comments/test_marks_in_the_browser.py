"""Marks and reports as readers press them, with and without JavaScript."""

import pytest
from playwright.sync_api import expect

from comments import limits
from comments.models import HelpfulMark, Report
from tests.browser import axe_faults

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("outbox")]


@pytest.fixture
def answered(say, coach):
    """The coach's answer to a question."""
    return say("A little, every other day.", coach, to=say("May I walk?"))


def test_a_visitor_marks_in_place_and_takes_it_back_after_a_reload(browser_page, article, answered):
    page = browser_page()
    page.goto(article.get_absolute_url())
    mine = page.get_by_role("article", name="Marit")
    mine.get_by_role("button", name="It helped me").click()
    expect(mine.get_by_text("1 found this helpful")).to_be_visible()
    expect(mine.get_by_role("button", pressed=True)).to_be_focused()
    assert page.url.endswith(article.get_absolute_url())

    page.reload()
    expect(mine.get_by_role("button", name="✓ It helped me", pressed=True)).to_be_visible()
    mine.get_by_role("button", pressed=True).click()
    expect(mine.get_by_role("button", pressed=False)).to_be_visible()
    expect(mine.get_by_text("found this helpful")).to_have_count(0)
    assert not HelpfulMark.objects.exists()


def test_without_javascript_a_press_comes_back_and_a_second_offers_to_undo(
    browser_page, article, answered
):
    page = browser_page(javascript=False)
    page.goto(article.get_absolute_url())
    button = page.get_by_role("article", name="Marit").get_by_role("button", name="It helped me")
    button.click()
    expect(page.get_by_text("1 found this helpful")).to_be_visible()
    assert page.url.endswith(f"#comment-{answered.pk}")

    button.click()
    expect(page.get_by_role("heading", name="Thank you for saying so")).to_be_visible()
    page.get_by_role("button", name="✓ It helped me").click()
    expect(page.get_by_role("article", name="Marit")).to_be_visible()
    expect(page.get_by_text("found this helpful")).to_have_count(0)
    assert not HelpfulMark.objects.exists()


def test_a_lost_connection_is_said_beside_the_button(browser_page, article, answered):
    page = browser_page()
    page.goto(article.get_absolute_url())
    page.route("**/comments/helpful/**", lambda route: route.abort())
    mine = page.get_by_role("article", name="Marit")
    mine.get_by_role("button", name="It helped me").click()
    expect(mine.get_by_role("alert")).to_contain_text("did not reach us")
    expect(mine.get_by_role("button", name="It helped me")).to_be_focused()


def test_a_reader_who_pressed_too_often_is_told_where_they_pressed(
    browser_page, article, answered, monkeypatch
):
    monkeypatch.setattr(limits, "MARKS_PER_NETWORK", 1)
    page = browser_page()
    page.goto(article.get_absolute_url())
    mine = page.get_by_role("article", name="Marit")
    mine.get_by_role("button", pressed=False).click()
    mine.get_by_role("button", pressed=True).click()
    mine.get_by_role("button", pressed=False).click()
    expect(mine.get_by_role("alert")).to_contain_text("Try again")
    assert not HelpfulMark.objects.exists()


def test_a_member_marks_in_place(browser_page, sign_in, article, ada, answered):
    page = browser_page()
    sign_in(page, ada)
    page.goto(article.get_absolute_url())
    page.get_by_role("article", name="Marit").get_by_role("button", name="It helped me").click()
    expect(page.get_by_text("1 found this helpful")).to_be_visible()
    assert HelpfulMark.objects.get().user == ada


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_visitor_reports_by_keyboard(browser_page, article, answered, javascript):
    page = browser_page(javascript=javascript)
    page.goto(article.get_absolute_url())
    page.get_by_role("article", name="Marit").get_by_role("link", name="Report").press("Enter")
    expect(page.get_by_role("heading", name="Is something wrong")).to_be_visible()
    page.get_by_label("Following it could harm somebody").press("Space")
    page.get_by_role("button", name="Tell the coach").press("Enter")
    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    assert Report.objects.get().reason == "unsafe"


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(browser_page, article, answered, color_scheme):
    page = browser_page(color_scheme=color_scheme)
    for address in (
        f"{article.get_absolute_url()}?sort=newest",
        f"/comments/helpful/{answered.pk}/",
        f"/comments/report/{answered.pk}/",
    ):
        page.goto(address)
        assert axe_faults(page) == [], address
