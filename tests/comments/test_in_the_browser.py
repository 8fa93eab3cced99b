"""The conversation as readers use it: a real Chromium, with and without JavaScript."""

import re

import pytest
from playwright.sync_api import expect

from comments import conversation, tokens
from comments.models import Comment
from tests.browser import axe_faults

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("outbox")]

State = Comment.State
WORDS = "How do I come down stairs?"


def mailed_link(mail, site_address) -> str:
    return re.search(rf"{site_address}/comments/confirm/\S+/", mail.body)[0]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_guest_asks_follows_the_mailed_link_presses_and_sees_it(
    browser_page, article, outbox, site_address, javascript
):
    page = browser_page(javascript=javascript)
    page.goto(article.get_absolute_url())
    page.get_by_label("Your question").fill(WORDS)
    page.get_by_label("Name to show").fill("Rewa")
    page.get_by_label("E-mail, never shown").fill("rewa@example.org")
    page.get_by_role("button", name="Send my question").click()
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()

    page.goto(mailed_link(outbox()[-1], site_address))
    expect(page.get_by_text(WORDS)).to_be_visible()
    page.get_by_role("button", name="Publish my question").click()

    comment = page.get_by_role("article", name="Rewa asked on")
    expect(comment).to_contain_text(WORDS)
    expect(page.get_by_role("heading", name="1 comment")).to_be_visible()
    assert page.url.endswith(f"#comment-{Comment.objects.get().pk}")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_member_replies(browser_page, sign_in, article, say, ada, javascript):
    question = say("May I walk?", "Rewa")
    page = browser_page(javascript=javascript)
    sign_in(page, ada)
    page.goto(article.get_absolute_url())
    page.get_by_role("link", name="Reply to Rewa").click()
    if javascript:
        assert page.url.endswith(article.get_absolute_url())
    else:
        assert page.url.endswith(f"/comments/reply/{question.pk}/")
    expect(page.get_by_role("form", name="Reply to Rewa")).to_contain_text("Posting as Ada")
    page.get_by_label("Your reply").fill("A little, every other day.")
    page.get_by_role("button", name="Send my reply").click()

    reply = page.get_by_role("article", name="Ada replied to Rewa")
    expect(reply).to_contain_text("A little, every other day.")
    expect(reply).to_be_focused()


def test_replying_in_place_moves_the_focus_and_cancelling_gives_it_back(browser_page, article, say):
    say("May I walk?", "Rewa")
    page = browser_page()
    page.goto(article.get_absolute_url())
    link = page.get_by_role("link", name="Reply to Rewa")

    for leave in (
        lambda: page.keyboard.press("Escape"),
        lambda: page.get_by_role("button", name="Cancel").click(),
    ):
        link.click()
        expect(page.get_by_label("Your reply")).to_be_focused()
        expect(page.get_by_role("heading", name="Reply to Rewa", level=3)).to_be_visible()
        leave()
        expect(page.get_by_label("Your reply")).to_have_count(0)
        expect(link).to_be_focused()


def test_only_one_reply_is_open_at_a_time(browser_page, article, say):
    say("May I walk?", "Rewa")
    say("May I swim?", "Ben")
    page = browser_page()
    page.goto(article.get_absolute_url())

    page.get_by_role("link", name="Reply to Rewa").click()
    expect(page.get_by_role("form", name="Reply to Rewa")).to_be_visible()
    page.get_by_role("link", name="Reply to Ben").click()

    expect(page.get_by_role("form", name="Reply to Ben")).to_be_visible()
    expect(page.get_by_role("form", name="Reply to Rewa")).to_have_count(0)


def test_a_draft_survives_a_reload_and_is_gone_once_posted(
    browser_page, sign_in, article, say, ada
):
    say("May I walk?", "Rewa")
    page = browser_page()
    sign_in(page, ada)
    page.goto(article.get_absolute_url())
    page.get_by_label("Your question").fill("A long question, half")
    page.get_by_role("link", name="Reply to Rewa").click()
    page.get_by_label("Your reply").fill("A reply, half")

    page.reload()
    expect(page.get_by_label("Your question")).to_have_value("A long question, half")
    page.get_by_role("link", name="Reply to Rewa").click()
    expect(page.get_by_label("Your reply")).to_have_value("A reply, half")
    page.get_by_label("Your reply").fill("A reply, whole.")
    page.get_by_role("button", name="Send my reply").click()
    expect(page.get_by_role("article", name="Ada replied to Rewa")).to_be_visible()

    page.get_by_role("link", name="Reply to Rewa").click()
    expect(page.get_by_label("Your reply")).to_have_value("")
    expect(page.get_by_label("Your question")).to_have_value("A long question, half")


def test_a_guests_draft_is_gone_once_sent(browser_page, article):
    page = browser_page()
    page.goto(article.get_absolute_url())
    page.get_by_label("Your question").fill(WORDS)
    page.get_by_label("Name to show").fill("Rewa")
    page.get_by_label("E-mail, never shown").fill("rewa@example.org")
    page.get_by_role("button", name="Send my question").click()
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()

    page.goto(article.get_absolute_url())
    expect(page.get_by_label("Your question")).to_have_value("")


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_a_form_that_comes_back_is_filled_in_and_says_what_to_do(browser_page, article, javascript):
    page = browser_page(javascript=javascript)
    page.goto(article.get_absolute_url())
    page.get_by_label("Your question").fill(WORDS)
    page.get_by_label("Name to show").fill("Marit")
    page.get_by_label("E-mail, never shown").fill("rewa@example.org")
    page.get_by_role("button", name="Send my question").click()

    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("alert")).to_contain_text("There is a problem")
    expect(page.get_by_label("Your question")).to_have_value(WORDS)
    name = page.get_by_label("Name to show")
    expect(name).to_have_attribute("aria-invalid", "true")
    name.fill("Rewa")
    page.get_by_role("button", name="Send my question").click()
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()


def test_nobody_sees_the_honeypot(browser_page, article):
    page = browser_page()
    page.goto(article.get_absolute_url())

    expect(page.locator("[name=honeypot]")).not_to_be_in_viewport()
    expect(page.get_by_role("textbox", name="Leave this empty")).to_have_count(0)


def test_hostile_words_run_nowhere(browser_page, article, coach, say):
    attack = '"><img src=x onerror="window.hit=1"><script>window.hit=1</script><svg onload=hit()>'
    question = say(attack, attack[:50].replace("\n", " "))
    unconfirmed = say(attack + " again", "Quack", state=State.UNCONFIRMED)
    say(attack + " indeed", coach, to=question)
    page = browser_page()

    for address in (
        article.get_absolute_url(),
        f"/comments/reply/{question.pk}/",
        f"/comments/thread/{question.pk}/",
        f"/comments/confirm/{tokens.to_confirm(unconfirmed)}/",
    ):
        page.goto(address)
        expect(page.get_by_text("onerror").first).to_be_visible()
        assert page.evaluate("window.hit") is None


@pytest.mark.parametrize("color_scheme", ["light", "dark"])
def test_axe_finds_nothing_wrong(browser_page, article, coach, ada, say, color_scheme):
    question = say("May I walk?", "Rewa")
    answer = say("Yes. See https://example.org/knees.", coach, to=question)
    deeper = say("How far?", ada, to=answer)
    say("Three houses.", coach, to=deeper)
    rude = say("Rude", "Quack")
    say("Not so.", ada, to=rude)
    conversation.remove(rude)
    page = browser_page(color_scheme=color_scheme)
    unconfirmed = say("May I run?", "Lin", state=State.UNCONFIRMED)

    for address in (
        article.get_absolute_url(),
        f"/comments/reply/{question.pk}/",
        f"/comments/thread/{question.pk}/",
        "/comments/sent/",
        f"/comments/confirm/{tokens.to_confirm(unconfirmed)}/",
    ):
        page.goto(address)
        assert axe_faults(page) == [], address
    page.goto(article.get_absolute_url())
    page.get_by_role("link", name="Reply to Rewa").click()
    expect(page.get_by_label("Your reply")).to_be_focused()
    assert axe_faults(page) == []


@pytest.mark.parametrize("width", [320, 1600])
def test_nothing_scrolls_sideways(browser_page, article, coach, say, width):
    long = "Donaudampfschifffahrtsgesellschaftskapitän" * 4
    question = say(f"{long} https://example.org/{'a' * 200}", "W" * 50)
    answer = say(long, coach, to=question)
    say(long, "M" * 50, to=answer)
    page = browser_page(viewport=(width, 800))

    for address in (article.get_absolute_url(), f"/comments/reply/{question.pk}/"):
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= width
