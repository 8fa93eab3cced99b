"""A guest's whole way in a real Chromium, with and without JavaScript; and by keyboard alone."""

import re

import pytest
from playwright.sync_api import expect

from comments.models import Comment, Follower, Thread

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("outbox")]

QUESTION = "My left knee hurts on the stairs down. May I walk?"
ANSWER = "Yes: lead with the sore one, and hold the rail for a week."
FOLLOW_UP = "A week later it is calmer. May I let go of the rail?"


def link_in(mail, path: str) -> str:
    """The mailed link to one of our pages, as a reader finds it in the text."""
    return re.search(rf"http://\S+/comments/{path}/\S+/", mail.body)[0]


@pytest.mark.parametrize("javascript", [True, False], ids=["with JavaScript", "without"])
def test_asked_confirmed_answered_followed_up_and_stopped(
    browser_page, sign_in, article, coach, outbox, javascript
):
    guest, desk = browser_page(javascript=javascript), browser_page(javascript=javascript)
    sign_in(desk, coach)

    guest.goto(article.get_absolute_url())
    guest.get_by_label("Your question").fill(QUESTION)
    guest.get_by_label("Name to show").fill("Rewa")
    guest.get_by_label("E-mail, never shown").fill("rewa@example.org")
    guest.get_by_role("button", name="Send my question").click()
    expect(guest.get_by_role("heading", name="Look in your mail")).to_be_visible()
    desk.goto("/admin/desk/")
    expect(desk.get_by_role("heading", name="Nobody is waiting")).to_be_visible()

    [asked] = outbox()
    assert QUESTION not in asked.body
    guest.goto(link_in(asked, "confirm"))
    guest.get_by_role("button", name="Publish my question").click()
    expect(guest.get_by_role("article", name="Rewa asked on")).to_contain_text(QUESTION)

    desk.reload()
    expect(desk.get_by_role("heading", name="1 thread waits")).to_be_visible()
    desk.get_by_label("Your answer").fill(ANSWER)
    desk.get_by_role("button", name="Answer", exact=True).click()
    desk.get_by_role("button", name="Send now").click()
    expect(desk.get_by_role("button", name="Send now")).to_have_count(0)
    expect(desk.get_by_role("heading", name="Nobody is waiting")).to_be_visible()

    _, answered = outbox()
    assert answered.to == ["rewa@example.org"]
    assert ANSWER in answered.body
    guest.goto(re.search(r"http://\S+/comments/\d+/", answered.body)[0])
    expect(guest.get_by_role("article", name="Marit Coach replied to Rewa")).to_contain_text(ANSWER)
    guest.get_by_role("link", name="Reply to Marit").click()
    reply = guest.get_by_role("form", name="Reply to Marit")
    reply.get_by_label("Your reply").fill(FOLLOW_UP)
    reply.get_by_label("Name to show").fill("Rewa")
    reply.get_by_label("E-mail, never shown").fill("rewa@example.org")
    guest.get_by_role("button", name="Send my reply").click()
    # The browser has confirmed the address, so no mail asks again.
    expect(guest.get_by_role("article", name="Rewa replied to Marit")).to_contain_text(FOLLOW_UP)

    desk.reload()
    expect(desk.get_by_role("heading", name="1 thread waits")).to_be_visible()
    expect(desk.locator("main")).to_contain_text(FOLLOW_UP)

    guest.goto(link_in(answered, "unsubscribe"))
    assert Follower.objects.active().exists()
    guest.get_by_role("button", name="Stop these mails").click()
    expect(guest.get_by_role("heading", name="No more mails about this")).to_be_visible()
    desk.get_by_label("Your answer").fill("Try it on the last three stairs.")
    desk.get_by_role("button", name="Answer", exact=True).click()
    desk.get_by_role("button", name="Send now").click()
    expect(desk.get_by_role("button", name="Send now")).to_have_count(0)
    expect(desk.get_by_role("heading", name="Nobody is waiting")).to_be_visible()
    assert len(outbox()) == 2
    assert Thread.objects.get().comment_count == 4


def tab_to(page, target, most: int = 60) -> None:
    """Press Tab until the target has the focus, as someone without a mouse does."""
    for _ in range(most):
        if target.evaluate("one => one === document.activeElement"):
            outline = target.evaluate("one => parseFloat(getComputedStyle(one).outlineWidth) || 0")
            assert outline >= 3, "the focus cannot be seen"
            return
        page.keyboard.press("Tab")
    raise AssertionError("Tab does not lead there.")


def test_a_guest_replies_by_keyboard_alone(browser_page, article, say, coach):
    say("Yes, a little.", coach, to=say("May I walk?", "Lin"))
    page = browser_page(viewport=(1280, 900))
    page.goto("/articles/")
    tab_to(page, page.get_by_role("main").get_by_role("link", name=article.title))
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=article.title, level=1)).to_be_visible()

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the page")).to_be_focused()
    page.keyboard.press("Enter")
    tab_to(page, page.get_by_role("link", name="Reply to Lin"))
    page.keyboard.press("Enter")
    reply = page.get_by_role("form", name="Reply to Lin")
    expect(reply.get_by_label("Your reply")).to_be_focused()
    page.keyboard.type("Is a kilometre a little?")
    tab_to(page, reply.get_by_label("Name to show"))
    page.keyboard.type("Marit")
    tab_to(page, reply.get_by_label("E-mail, never shown"))
    page.keyboard.type("rewa@example.org")
    tab_to(page, reply.get_by_role("button", name="Send my reply"))
    page.keyboard.press("Enter")

    # The coach's name is taken: the summary has the focus, and leads to the field.
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("There is a problem")
    tab_to(page, summary.get_by_role("link", name="Name to show"))
    page.keyboard.press("Enter")
    expect(page.get_by_label("Name to show")).to_be_focused()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("Rewa")
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    assert Comment.objects.get(user_name="Rewa").comment == "Is a kilometre a little?"
