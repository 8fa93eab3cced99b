"""Composing in a real Chromium: nothing typed is lost, and help comes without being in the way."""

import re

import pytest
from playwright.sync_api import expect

from comments.forms import LONGEST_COMMENT
from comments.models import Comment
from tests.browser import axe_faults

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("outbox")]

WORDS = "My left knee hurts on the stairs down. What can I do?"
KEPT = "Your draft is kept in this browser for 3 days."


@pytest.fixture
def asking(browser_page, article):
    """An open article, with a question typed in by a guest."""
    page = browser_page()
    page.goto(article.get_absolute_url())
    page.get_by_label("Your question").fill(WORDS)
    page.get_by_label("Name to show").fill("Rewa")
    page.get_by_label("E-mail, never shown").fill("rewa@example.org")
    return page


def expect_the_draft(page):
    expect(page.get_by_label("Your question")).to_have_value(WORDS)
    expect(page.get_by_label("Name to show")).to_have_value("Rewa")
    expect(page.get_by_label("E-mail, never shown")).to_have_value("rewa@example.org")
    expect(page.get_by_text(KEPT)).to_be_visible()


def send(page):
    page.get_by_role("button", name="Send my question").click()


# --- Drafts ---------------------------------------------------------------------------------


def test_a_draft_outlives_its_tab(asking, article):
    context = asking.context
    asking.close()
    page = context.new_page()
    page.goto(article.get_absolute_url())

    expect_the_draft(page)


def test_a_draft_is_gone_after_three_days(asking):
    asking.clock.install()
    asking.clock.set_fixed_time("2099-01-01T00:00:00Z")
    asking.reload()

    expect(asking.get_by_label("Your question")).to_have_value("")
    assert asking.evaluate("localStorage.length") == 0


def test_a_draft_is_gone_once_sent(asking, article):
    send(asking)
    expect(asking.get_by_role("heading", name="Look in your mail")).to_be_visible()
    asking.goto(article.get_absolute_url())

    expect(asking.get_by_label("Your question")).to_have_value("")
    expect(asking.get_by_text(KEPT)).to_be_hidden()
    assert asking.evaluate("localStorage.length") == 0


def test_a_draft_can_be_deleted_and_put_back(asking):
    asking.get_by_role("button", name="Delete it").click()
    expect(asking.get_by_label("Your question")).to_have_value("")
    assert asking.evaluate("localStorage.length") == 0

    back = asking.get_by_role("button", name="Put it back")
    expect(back).to_be_focused()
    back.click()
    expect_the_draft(asking)
    asking.reload()
    expect_the_draft(asking)


def test_signing_out_takes_the_drafts_along(browser_page, sign_in, article, ada):
    page = browser_page()
    sign_in(page, ada)
    page.goto(article.get_absolute_url())
    page.get_by_label("Your question").fill(WORDS)
    page.goto("/accounts/logout/")
    page.locator("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in", exact=True)).to_be_visible()

    assert page.evaluate("localStorage.length") == 0


def test_nobody_is_shown_a_members_draft_but_the_member(browser_page, sign_in, article, ada):
    page = browser_page()
    sign_in(page, ada)
    page.goto(article.get_absolute_url())
    page.get_by_label("Your question").fill(WORDS)
    page.context.clear_cookies()
    page.reload()
    expect(page.get_by_label("Your question")).to_have_value("")

    sign_in(page, ada)
    page.reload()
    expect(page.get_by_label("Your question")).to_have_value(WORDS)


def test_each_reply_has_a_draft_of_its_own(browser_page, article, say):
    say("May I walk?", "Rewa")
    say("May I swim?", "Lin")
    page = browser_page()
    page.goto(article.get_absolute_url())
    page.get_by_role("link", name="Reply to Rewa").click()
    page.get_by_label("Your reply").fill("A little.")
    page.get_by_role("link", name="Reply to Lin").click()
    expect(page.get_by_role("form", name="Reply to Lin")).to_be_visible()
    expect(page.get_by_label("Your reply")).to_have_value("")
    expect(page.get_by_label("Your question")).to_have_value("")

    page.get_by_role("link", name="Reply to Rewa").click()
    expect(page.get_by_role("form", name="Reply to Rewa")).to_be_visible()
    expect(page.get_by_label("Your reply")).to_have_value("A little.")


def test_an_expired_form_gives_the_words_back_and_the_draft_stays(asking, monkeypatch):
    monkeypatch.setattr("django_comments.forms.DEFAULT_COMMENTS_TIMEOUT", -3600)
    send(asking)
    expect(asking.get_by_role("alert")).to_contain_text("it needs one more press")
    expect_the_draft(asking)

    monkeypatch.undo()
    send(asking)
    expect(asking.get_by_role("heading", name="Look in your mail")).to_be_visible()
    assert Comment.objects.get().comment == WORDS


def test_offline_the_words_stay_and_are_sent_by_a_second_press(asking):
    asking.context.set_offline(True)
    send(asking)
    expect(asking.get_by_text("You are offline just now. Nothing is lost")).to_be_visible()
    expect_the_draft(asking)
    assert not Comment.objects.exists()

    asking.context.set_offline(False)
    expect(asking.get_by_text("You are online again.")).to_be_visible()
    assert not Comment.objects.exists()
    send(asking)
    expect(asking.get_by_role("heading", name="Look in your mail")).to_be_visible()


def test_a_connection_lost_on_the_way_loses_no_words(asking, article):
    asking.route("**/comments/post/**", lambda route: route.abort())
    with asking.expect_event("requestfailed"):
        asking.get_by_role("button", name="Send my question").click(no_wait_after=True)
    asking.unroute_all()
    asking.goto(article.get_absolute_url())

    expect_the_draft(asking)


def test_without_storage_all_but_the_draft_works(browser_page, article):
    page = browser_page()
    page.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage'])"
        " Object.defineProperty(window, name, {get() { throw new DOMException('no'); }});"
    )
    page.goto(article.get_absolute_url())
    page.get_by_label("Your question").fill(WORDS)
    page.get_by_label("Name to show").fill("Rewa")
    page.get_by_label("E-mail, never shown").fill("rewa@example.org")
    expect(page.get_by_text(KEPT)).to_be_hidden()
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_text("keep this page open")).to_be_visible()

    page.context.set_offline(False)
    send(page)
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()


# --- The count ------------------------------------------------------------------------------


def test_the_count_speaks_up_near_the_end(browser_page, article):
    page = browser_page()
    page.goto(article.get_absolute_url())
    field = page.get_by_label("Your question")
    expect(field).to_have_accessible_description("Up to 5,000 characters.")

    field.fill("🦵" * (LONGEST_COMMENT - 500))
    expect(field).to_have_accessible_description("Up to 5,000 characters. 500 characters left")
    expect(page.get_by_role("status").filter(has_text="500 characters left")).to_have_count(1)
    field.press_sequentially("a")
    expect(field).to_have_accessible_description(re.compile("499 characters left"))
    expect(page.get_by_role("status").filter(has_text="500 characters left")).to_have_count(1)
    field.fill("a" * (LONGEST_COMMENT + 1))
    expect(page.get_by_role("status").filter(has_text="1 character too many")).to_have_count(1)


# --- Already answered? ----------------------------------------------------------------------


def test_similar_questions_are_counted_while_typing_and_shown_on_a_press(
    browser_page, article, say, coach
):
    question = say("Both knees hurt when I go down stairs", "Lin")
    say("Lead with the sore one.", coach, to=question)
    page = browser_page()
    page.goto(article.get_absolute_url())
    field = page.get_by_label("Your question")
    field.press_sequentially(WORDS)
    before = page.get_by_label("Name to show").bounding_box()

    show = page.get_by_role("button", name="1 similar question is answered")
    expect(show).to_be_visible()
    expect(field).to_be_focused()
    assert page.get_by_label("Name to show").bounding_box() == before
    show.click()
    page.get_by_role("link", name="Both knees hurt").click()
    expect(page.get_by_role("article", name="Lin asked on")).to_be_focused()
    expect(field).to_have_value(WORDS)


def test_without_javascript_similar_questions_stand_by_the_form_with_the_words(
    browser_page, article, say, coach
):
    question = say("Both knees hurt when I go down stairs", "Lin")
    say("Lead with the sore one.", coach, to=question)
    page = browser_page(javascript=False)
    page.goto(article.get_absolute_url())
    page.get_by_label("Your question").fill(WORDS)
    page.get_by_label("Name to show").fill("Rewa")
    page.get_by_role("button", name="See similar questions").click()

    expect(page.get_by_role("link", name="Both knees hurt")).to_be_visible()
    expect(page.get_by_label("Your question")).to_have_value(WORDS)
    expect(page.get_by_label("Name to show")).to_have_value("Rewa")
    page.get_by_label("E-mail, never shown").fill("rewa@example.org")
    send(page)
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_enter_in_a_field_sends_the_question(browser_page, article, javascript):
    page = browser_page(javascript=javascript)
    page.goto(article.get_absolute_url())
    page.get_by_label("Your question").fill(WORDS)
    page.get_by_label("Name to show").fill("Rewa")
    page.get_by_label("E-mail, never shown").fill("rewa@example.org")
    page.get_by_label("E-mail, never shown").press("Enter")

    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()


def test_axe_finds_nothing_wrong_with_all_of_it_open(browser_page, article, say, coach):
    say("Lead with the sore one.", coach, to=say("Both knees hurt on stairs", "Lin"))
    page = browser_page()
    page.goto(article.get_absolute_url())
    page.get_by_label("Your question").fill(WORDS + " " * 3 + "a" * LONGEST_COMMENT)
    page.get_by_role("button", name="similar question").click()
    expect(page.get_by_role("link", name="Both knees hurt")).to_be_visible()
    page.get_by_label("Name to show").fill("Rewa")
    page.get_by_label("E-mail, never shown").fill("rewa@example.org")
    page.context.set_offline(True)
    send(page)
    expect(page.get_by_text("You are offline")).to_be_visible()

    assert axe_faults(page) == []
