"""The desk as a coach uses it: a phone in one hand, a keyboard, two at once, a lost connection."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from comments import answering, conversation
from comments.models import Comment, ListEntry, ScheduledAnswer, Snippet, Thread
from tests.browser import DESKTOP, PHONE, axe_faults

from .conftest import make_second_coach

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

State = Comment.State
TEN = ["Ada", "Bo", "Cy", "Di", "Ed", "Flo", "Gus", "Hal", "Ivy", "Jo"]


@pytest.fixture
def ask(article):
    def post(name, words="", state=State.PUBLISHED):
        writer = conversation.Writer(name, f"{name.lower()}@example.com")
        words = words or f"{name} asks: how do I come down stairs with a sore knee? " * 3
        return conversation.post(article, words, writer, state=state)[0]

    return post


@pytest.fixture
def ten(ask):
    """Ten threads that wait; the fourth is held, the seventh is spam that nobody noticed."""
    return [
        ask(
            name,
            "Buy my miracle cream" if name == "Gus" else "",
            State.HELD if name == "Di" else State.PUBLISHED,
        )
        for name in TEN
    ]


@pytest.fixture
def open_desk(browser_page, sign_in, coach):
    def open_page(who=None, address="/admin/desk/", **options):
        page = browser_page(**options)
        sign_in(page, who or coach)
        page.goto(address)
        return page

    return open_page


def waiting_words(left):
    if not left:
        return "Nobody is waiting"
    return f"{left} thread{'s' if left > 1 else ''} wait{'s' if left == 1 else ''}"


def expect_waiting(page, left):
    expect(page.get_by_role("heading", level=1)).to_have_text(waiting_words(left))


def focused_thread(page):
    return page.evaluate("document.activeElement.closest('[data-thread]')?.dataset.thread")


def let_all_leave():
    answering.publish_due(timezone.now() + answering.UNDO_WITHIN)


def test_ten_waiting_threads_are_cleared_on_a_phone_by_touch(open_desk, ten):
    page = open_desk(viewport=PHONE, has_touch=True, is_mobile=True)
    for left, question in zip(range(9, -1, -1), ten, strict=True):
        card = page.locator(f"#thread-{question.pk}")
        answer = card.get_by_role("button", name="Answer", exact=True)
        expect(answer).to_be_in_viewport()  # the bar is under the thumb while the thread is read
        if question.user_name == "Gus":
            card.get_by_role("button", name="Spam").tap()
        elif question.user_name == "Hal":
            card.get_by_role("button", name="No answer needed").tap()
        else:
            answer.tap()  # an empty box: it comes into view
            box = card.get_by_label("Your answer")
            expect(box).to_be_focused()
            box.fill(f"Dear {question.user_name}, one step at a time.")
            answer.tap()
        expect_waiting(page, left)
        if left:
            assert focused_thread(page) == str(ten[10 - left].pk)
    expect(page.get_by_role("button", name="Undo").first).to_be_in_viewport()

    let_all_leave()
    assert Comment.objects.filter(by_coach=True).count() == 8
    assert Comment.objects.get(pk=ten[3].pk).state == State.PUBLISHED  # Di's was held
    assert Comment.objects.get(pk=ten[6].pk).state == State.SPAM


def test_every_target_on_the_phone_is_large_and_the_bar_covers_no_words(open_desk, ask):
    for name in ("Ada", "Bo"):
        ask(name, "A long question. " * 60)
    page = open_desk(viewport=PHONE, has_touch=True, is_mobile=True)
    sizes = page.eval_on_selector_all(
        "main button, main summary, main .tools a, main .heaps a, main .more a",
        "all => all.filter(e => e.offsetParent).map(e => [e.innerText, e.offsetHeight])",
    )
    assert [size for size in sizes if size[1] < 48] == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]


def test_ten_waiting_threads_are_cleared_by_the_keyboard_alone(open_desk, ten, coach):
    Snippet.objects.create(coach=coach, title="Stairs", body="Good leg up first, sore leg down.")
    page = open_desk(viewport=DESKTOP)
    keys = page.keyboard
    keys.press("j")
    for left, question in zip(range(9, -1, -1), ten, strict=True):
        assert focused_thread(page) == str(question.pk)
        if question.user_name == "Di":
            keys.press("a")
            expect(page.get_by_text("Di’s comment is published.", exact=True)).to_be_visible()
            expect(page.locator(f"#thread-{question.pk}")).to_be_focused()
            keys.press("n")
        elif question.user_name == "Gus":
            keys.press("s")
        elif question.user_name == "Hal":
            keys.press("n")
        elif question.user_name == "Bo":
            keys.press("i")
            keys.type("stairs")
            expect(page.get_by_role("button", name="Stairs Phrase")).to_be_visible()
            keys.press("ArrowDown")
            keys.press("Enter")
            box = page.locator(f"#thread-{question.pk}").get_by_label("Your answer")
            expect(box).to_have_value("Good leg up first, sore leg down.")
            keys.press("Control+Enter")
        else:
            keys.press("r")
            keys.type(f"Dear {question.user_name}, jump over the n and the s.")
            keys.press("Control+Enter")
        expect_waiting(page, left)
        page.wait_for_function("!document.querySelector('[aria-busy]')")
    keys.press("u")
    expect_waiting(page, 1)  # the last answer is back in its box
    let_all_leave()
    assert Comment.objects.filter(by_coach=True).count() + ScheduledAnswer.objects.count() == 6


def test_an_answer_is_called_back_and_the_words_are_in_the_box(open_desk, ten):
    page = open_desk(viewport=PHONE, has_touch=True)
    card = page.locator(f"#thread-{ten[0].pk}")
    card.get_by_label("Your answer").fill("A litle slip.")
    card.get_by_role("button", name="Answer", exact=True).tap()
    expect_waiting(page, 9)
    page.get_by_role("button", name="Undo").tap()
    expect_waiting(page, 10)
    expect(card.get_by_label("Your answer")).to_have_value("A litle slip.")
    let_all_leave()
    assert not Comment.objects.filter(by_coach=True).exists()


def test_the_notice_goes_when_the_answer_has_left(open_desk, ask):
    ask("Ada")
    page = open_desk()
    page.get_by_label("Your answer").fill("Yes.")
    page.clock.install()
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    ScheduledAnswer.objects.update(leaves_at=timezone.now())
    page.clock.run_for(21_000)
    expect(page.get_by_role("button", name="Undo")).to_have_count(0)
    assert Comment.objects.get(by_coach=True).comment == "Yes."


def test_other_boxes_keep_their_words_when_one_is_sent(open_desk, ten):
    page = open_desk(viewport=DESKTOP)
    other = page.locator(f"#thread-{ten[4].pk}").get_by_label("Your answer")
    other.fill("Half a thought")
    first = page.locator(f"#thread-{ten[0].pk}")
    first.get_by_label("Your answer").fill("Yes.")
    first.get_by_role("button", name="Answer", exact=True).click()
    expect_waiting(page, 9)
    expect(other).to_have_value("Half a thought")


def test_a_lost_connection_in_mid_answer_loses_nothing(open_desk, ask):
    question = ask("Ada")
    page = open_desk()
    box = page.get_by_label("Your answer")
    box.fill("Begin with the good leg")
    expect(page.get_by_text(re.compile(r"^Saved \d\d:\d\d\.$"))).to_be_visible()

    page.context.set_offline(True)
    box.press("End")
    box.type(", and hold the rail.")
    expect(page.get_by_text("No connection. Kept on this device")).to_be_visible()
    page.get_by_role("button", name="Answer", exact=True).click()
    expect(page.get_by_text("Nothing is lost: press again", exact=False).last).to_be_visible()
    page.close()  # and the phone goes flat

    page = page.context.new_page()
    page.context.set_offline(False)
    page.goto("/admin/desk/")
    box = page.get_by_label("Your answer")
    expect(box).to_have_value("Begin with the good leg, and hold the rail.")
    expect(page.get_by_text(re.compile(r"^Saved \d\d:\d\d\.$"))).to_be_visible()
    assert Thread.objects.get().drafts.get().body == "Begin with the good leg, and hold the rail."
    page.get_by_role("button", name="Answer", exact=True).click()
    expect_waiting(page, 0)
    let_all_leave()
    assert question.scheduled_answers.count() == 0
    assert Comment.objects.get(by_coach=True).comment.endswith("hold the rail.")


def test_the_draft_is_there_on_another_device(open_desk, ask):
    ask("Ada")
    laptop = open_desk(viewport=DESKTOP)
    laptop.get_by_label("Your answer").fill("Begun on the laptop")
    expect(laptop.get_by_text(re.compile(r"^Saved"))).to_be_visible()
    phone = open_desk(viewport=PHONE)
    box = phone.get_by_label("Your answer")
    expect(box).to_have_value("Begun on the laptop")
    box.fill("Begun on the laptop, ended on the phone")
    box.blur()
    expect(phone.get_by_text(re.compile(r"^Saved"))).to_be_visible()

    laptop.get_by_label("Your answer").fill("Begun on the laptop, and")
    laptop.get_by_label("Your answer").blur()
    expect(laptop.get_by_text("You wrote this on another device")).to_be_visible()
    laptop.get_by_role("button", name="Keep what is in the box").click()
    expect(laptop.get_by_text(re.compile(r"^Saved"))).to_be_visible()
    laptop.wait_for_function("!document.querySelector('[data-conflict] p')")


def test_two_coaches_see_each_other_and_the_second_is_asked(open_desk, ask, coach):
    ask("Ada")
    solveig = open_desk(make_second_coach(coach))
    marit = open_desk()
    solveig.get_by_label("Your answer").fill("From Solveig.")
    expect(solveig.get_by_text(re.compile(r"^Saved"))).to_be_visible()
    marit.evaluate("dispatchEvent(new Event('desk:look'))")
    expect(marit.get_by_text("Solveig is answering this, since")).to_be_visible()

    marit.get_by_label("Your answer").fill("From Marit, more slowly.")
    solveig.get_by_role("button", name="Answer", exact=True).click()
    expect_waiting(solveig, 0)
    solveig.get_by_role("button", name="Send now").click()
    expect(solveig.get_by_text("Ada has your answer.", exact=True)).to_be_visible()

    marit.get_by_role("button", name="Answer", exact=True).click()
    asked = marit.get_by_role("alert")
    expect(asked).to_contain_text("Solveig answered this meanwhile.")
    expect(asked).to_be_focused()
    expect(marit.get_by_label("Your answer")).to_have_value("From Marit, more slowly.")
    marit.get_by_role("button", name="Send it as well").click()
    expect(marit.get_by_role("button", name="Undo")).to_be_visible()
    let_all_leave()
    assert Comment.objects.filter(by_coach=True).count() == 2


def test_the_keys_are_listed_and_switched_off(open_desk, ten):
    page = open_desk(viewport=DESKTOP)
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keyboard")
    expect(dialog).to_be_visible()
    dialog.get_by_label("Keys on, in this browser").uncheck()
    dialog.get_by_role("button", name="Close").click()
    page.keyboard.press("j")
    assert focused_thread(page) is None
    page.reload()
    page.keyboard.press("n")
    expect_waiting(page, 10)


def test_no_key_acts_while_a_field_has_the_focus(open_desk, ten):
    page = open_desk(viewport=DESKTOP)
    page.keyboard.press("/")
    expect(page.get_by_label("Search the desk")).to_be_focused()
    page.keyboard.type("nsa")
    expect_waiting(page, 10)
    assert Comment.objects.filter(state=State.SPAM).count() == 0


def test_a_preview_comes_in_place_and_keeps_the_words(open_desk, ask):
    ask("Ada")
    page = open_desk()
    page.get_by_label("Your answer").fill("See https://example.com/ first.")
    page.get_by_role("button", name="Preview").click()
    preview = page.get_by_role("region", name="How readers will see it")
    expect(preview.get_by_role("link", name="https://example.com/")).to_be_visible()
    expect(page.get_by_label("Your answer")).to_have_value("See https://example.com/ first.")


def test_every_page_of_the_desk_passes_axe(open_desk, ask, coach, article):
    question = ask("Ada", state=State.HELD)
    aside = conversation.post(
        article,
        "And shoes?",
        conversation.Writer("Bo", "bo@example.com"),
        state=State.PUBLISHED,
        reply_to=ask("Cy"),
    )[0]
    Snippet.objects.create(coach=coach, title="Stairs", body="Good leg up.")
    page = open_desk(viewport=DESKTOP)
    page.get_by_label("Your answer").first.fill("Words")
    page.get_by_role("button", name="Preview").first.click()
    expect(page.get_by_text("How readers will see it")).to_be_visible()
    faults = {"preview": axe_faults(page)}
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Keyboard").click()
    faults["keys"] = axe_faults(page)
    for address in (
        "?show=all",
        "?show=held",
        "?q=shoes",
        "?q=nothing-like-it",
        f"{question.pk}/",
        f"comments/{aside.pk}/move/",
        f"comments/{aside.pk}/ban/",
        "phrases/",
        "phrases/new/",
        "numbers/",
    ):
        page.goto(f"/admin/desk/{address}")
        faults[address] = axe_faults(page)
    assert {where: found for where, found in faults.items() if found} == {}


def test_every_act_works_without_scripts(open_desk, ask, coach, article):
    ada, bo, cy, di = (ask(name) for name in TEN[:4])
    Snippet.objects.create(coach=coach, title="Stairs", body="Good leg up.")
    page = open_desk(javascript=False)

    def card(question):
        return page.locator(f"#thread-{question.pk}")

    card(ada).get_by_text("Insert a phrase or a link").click()
    card(ada).get_by_role("button", name="Insert", exact=True).click()
    expect(card(ada).get_by_label("Your answer")).to_have_value("Good leg up.")
    card(ada).get_by_text("Insert a phrase or a link").click()
    card(ada).get_by_label("Words of an article").fill("houses")
    card(ada).get_by_role("button", name="Find").click()
    card(ada).get_by_role("button", name=article.title).click()
    expect(card(ada).get_by_label("Your answer")).to_have_value(re.compile("/articles/"))
    card(ada).get_by_role("button", name="Preview").click()
    expect(page.get_by_text("How readers will see it")).to_be_visible()
    card(ada).get_by_role("button", name="Save for later").click()
    expect(page.get_by_text("You find it under Drafts.")).to_be_visible()
    card(ada).get_by_role("button", name="Answer", exact=True).click()
    expect_waiting(page, 3)
    page.get_by_role("button", name="Undo").click()
    expect_waiting(page, 4)
    card(ada).get_by_role("button", name="Answer", exact=True).click()
    page.get_by_role("button", name="Send now").click()
    expect(page.get_by_text("Ada has your answer.")).to_be_visible()

    card(bo).get_by_role("button", name="Spam").click()
    expect_waiting(page, 2)
    page.get_by_role("button", name="Undo").click()
    expect_waiting(page, 3)
    card(bo).get_by_role("button", name="No answer needed").click()
    expect_waiting(page, 2)

    card(di).get_by_role("link", name="Move Di’s comment").click()
    page.get_by_role("button", name=re.compile("^Cy, ")).click()
    expect(page.get_by_text("It stands under Cy’s question now.")).to_be_visible()
    assert not Thread.objects.filter(pk=di.pk).exists()
    page.get_by_role("button", name="Undo").first.click()
    assert Thread.objects.filter(pk=di.pk).exists()

    page.goto(f"/admin/desk/{cy.pk}/")
    page.get_by_role("button", name="Pin to the top").click()
    expect(page.get_by_role("button", name="Unpin")).to_be_visible()
    page.get_by_label("Answered by mail").fill("Rang her.")
    page.get_by_role("button", name="Answered by mail").click()
    expect(page.get_by_text("Rang her.")).to_be_visible()
    page.get_by_role("link", name="Ban Cy").click()
    page.get_by_role("button", name="Put on the list").click()
    assert ListEntry.objects.get().text == "cy@example.com"
