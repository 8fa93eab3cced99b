"""The sum that a guest’s device may be asked for: done as they write, good once, never needed."""

import base64
import json
from datetime import timedelta

import altcha
import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from comments import limits, proof_of_work, tokens
from comments.models import Comment

State = Comment.State
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def asked_for(settings, monkeypatch):
    """Switched on, and quick: one hash a try."""
    settings.PROOF_OF_WORK = True
    settings.BUILD_ID = "with-proof"  # as the setting would have named the pages
    monkeypatch.setattr(proof_of_work, "ITERATIONS", 1)


@pytest.fixture
def solved(client):
    """What a browser sends after its sum."""

    def solve(challenge=None) -> str:
        given = challenge or client.get(reverse("comments:proof")).json()
        challenge = altcha.Challenge.from_dict(given)
        return altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()

    return solve


@pytest.fixture
def ask(client, article, ask_form, outbox):
    """Ask as a guest and confirm by the mailed link; the comment as it stands then."""

    def send(**values) -> Comment:
        address = reverse("comments:post", args=[article.pk])
        assert client.post(address, ask_form(**values)).status_code == 303
        comment = Comment.objects.latest("pk")
        client.cookies.clear()  # no address is known here
        client.post(reverse("comments:confirm", args=[tokens.to_confirm(comment)]))
        client.cookies.clear()
        comment.refresh_from_db()
        return comment

    return send


def test_with_the_sum_a_guests_comment_appears(ask, solved):
    assert ask(proof=solved()).is_published


@pytest.mark.parametrize("proof", ["", "x", "A" * 5000, "bnVsbA==", "e30=", "[]", "\udcff", "☃"])
def test_without_it_nothing_is_refused_and_the_coach_reads_first(ask, as_coach, proof):
    comment = ask(proof=proof.encode("utf-8", "replace").decode())

    assert comment.state == State.HELD
    assert comment.comment == "How do I come down stairs?"
    page = as_coach.get(reverse("desk")).content.decode()
    assert "Came without the sum that its writer’s device should do" in page
    assert ("none came with it" in page) == (not proof)


def test_whoever_sends_without_it_is_told_that_the_coach_reads_first(client, ask_form, article):
    client.post(reverse("comments:post", args=[article.pk]), ask_form())
    link = reverse("comments:confirm", args=[tokens.to_confirm(Comment.objects.get())])

    assert "The coach reads it first, then it appears." in client.get(link).content.decode()


def test_a_solution_is_good_for_one_comment(ask, solved):
    proof = solved()

    assert ask(proof=proof, comment="The first question.").is_published
    second = ask(proof=proof, comment="Another question.")
    assert second.state == State.HELD
    assert second.held_detail == "used before"


def test_a_second_press_of_the_button_is_the_same_comment(client, ask_form, article, solved):
    form = ask_form(proof=solved())
    for _ in range(2):
        client.post(reverse("comments:post", args=[article.pk]), form)

    assert Comment.objects.get().held_because == ""


def test_what_is_given_back_spends_nothing(ask, client, ask_form, article, solved, monkeypatch):
    proof, address = solved(), reverse("comments:post", args=[article.pk])
    assert client.post(address, ask_form(proof=proof, email="")).status_code == 422
    with monkeypatch.context() as patch:
        patch.setattr(limits, "GUEST_MAILS_PER_ADDRESS", 0)
        patch.setattr(limits, "GUEST_MAILS_PER_NETWORK", 0)
        patch.setattr(
            limits, "spend_guest_mail", lambda *_: (_ for _ in ()).throw(limits.OverLimit(60))
        )
        assert client.post(address, ask_form(proof=proof)).status_code == 429

    assert ask(proof=proof).is_published


def test_an_old_solution_is_no_longer_one(ask, solved, time_machine):
    proof = solved()
    time_machine.move_to(timezone.now() + proof_of_work.VALID_FOR + timedelta(seconds=1))

    assert ask(proof=proof).held_detail == "too old"


def test_a_solution_for_another_site_or_without_its_signature_is_none(ask, solved, settings):
    with_another = settings.BASE_URL
    settings.BASE_URL = "https://another.example"
    foreign = proof_of_work.challenge()
    settings.BASE_URL = with_another
    easier = proof_of_work.challenge()
    easier["parameters"]["keyPrefix"] = "0"
    eternal = proof_of_work.challenge()
    del eternal["parameters"]["expiresAt"]
    unsigned = {**proof_of_work.challenge(), "signature": ""}

    for number, challenge in enumerate((foreign, easier, eternal, unsigned)):
        comment = ask(proof=solved(challenge), comment=f"Question {number} is like no other.")
        assert comment.held_detail == "not one of ours"


def test_a_made_up_answer_is_none(ask, solved):
    payload = json.loads(base64.b64decode(solved()))
    payload["solution"]["derivedKey"] = payload["challenge"]["parameters"]["keyPrefix"] + "0" * 32
    payload["solution"]["counter"] += 1

    wrong = base64.b64encode(json.dumps(payload).encode()).decode()
    assert ask(proof=wrong).held_detail == "not one of ours"


def test_no_two_challenges_are_alike_and_none_is_kept(client, connection_queries):
    answers = []
    assert connection_queries(lambda: answers.append(client.get(reverse("comments:proof")))) == 0
    assert answers[0].headers["Cache-Control"] == "no-store"
    assert not answers[0].cookies
    assert answers[0].json() != client.get(reverse("comments:proof")).json()


def test_members_are_asked_for_nothing(as_ada, article):
    page = as_ada.get(article.get_absolute_url()).content.decode()

    assert "Ask the coach" in page
    assert "data-proof" not in page


def test_switched_off_there_is_no_trace_of_it(client, article, settings, ask):
    settings.PROOF_OF_WORK = False
    settings.BUILD_ID = "without-proof"

    assert "data-proof" not in client.get(article.get_absolute_url()).content.decode()
    assert client.get(reverse("comments:proof")).status_code == 404
    assert ask().is_published


# --- In a real browser ----------------------------------------------------------------------


def fill_in(page, words="How do I come down stairs?"):
    page.get_by_label("Your question").fill(words)
    page.get_by_label("Name to show").fill("Rewa")
    page.get_by_label("E-mail, never shown").fill("rewa@example.org")


@pytest.mark.browser
def test_a_guest_notices_hardly_anything(browser_page, article, outbox):
    page = browser_page()
    page.goto(article.get_absolute_url())
    assert not page.context.cookies()
    fill_in(page)
    page.get_by_role("button", name="Send my question").click()

    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    comment = Comment.objects.get()
    assert comment.held_because == ""
    assert len(outbox()) == 1


@pytest.mark.browser
def test_a_press_that_comes_before_the_sum_is_done_waits_and_says_so(browser_page, article, outbox):
    page = browser_page()
    page.goto(article.get_absolute_url())
    held = []
    page.route("**/comments/proof/", lambda route: held.append(route))
    fill_in(page)
    page.get_by_role("button", name="Send my question").click()
    said = page.get_by_text("your device is finishing its sum")
    expect(said).to_be_visible()
    expect(said).to_have_attribute("role", "status")
    held[0].continue_()

    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    assert Comment.objects.get().held_because == ""


@pytest.mark.browser
def test_where_the_sum_cannot_be_done_the_words_are_sent_all_the_same(
    browser_page, article, outbox
):
    page = browser_page()
    page.add_init_script("delete window.Worker")
    page.goto(article.get_absolute_url())
    fill_in(page)
    page.get_by_role("button", name="Send my question").click()

    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    assert Comment.objects.get().held_because == Comment.HeldBecause.NO_PROOF


@pytest.mark.browser
def test_without_javascript_a_guest_is_told_and_can_send(browser_page, article, outbox):
    page = browser_page(javascript=False)
    page.goto(article.get_absolute_url())
    expect(page.get_by_text("Where it cannot, the coach reads your words")).to_be_visible()
    fill_in(page)
    page.get_by_role("button", name="Send my question").click()

    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    assert Comment.objects.get().held_because == Comment.HeldBecause.NO_PROOF


@pytest.mark.browser
def test_a_second_question_from_the_page_one_comes_back_to_has_a_sum_of_its_own(
    browser_page, article, outbox
):
    page = browser_page()
    for words in ("How do I come down stairs?", "And how do I climb a hill?"):
        page.goto(article.get_absolute_url())
        fill_in(page, words)
        page.get_by_role("button", name="Send my question").click()
        expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    page.go_back()
    fill_in(page, "May I swim instead of that?")
    page.get_by_role("button", name="Send my question").click()
    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()

    assert [c.held_because for c in Comment.objects.all()] == ["", "", ""]


@pytest.mark.browser
def test_a_reply_in_place_does_it_too_and_the_preview_keeps_the_words(
    browser_page, article, say, outbox
):
    say("May I walk?", "Ada")
    page = browser_page()
    page.goto(article.get_absolute_url())
    page.get_by_role("link", name="Reply to Ada").click()
    reply = page.get_by_role("form", name="Reply to Ada")
    reply.get_by_label("Your reply").fill("A little, every other day.")
    reply.get_by_label("Name to show").fill("Rewa")
    reply.get_by_label("E-mail, never shown").fill("rewa@example.org")
    reply.get_by_role("button", name="Preview").click()
    expect(page.get_by_label("Your reply")).to_have_value("A little, every other day.")
    page.get_by_role("button", name="Send my reply").click()

    expect(page.get_by_role("heading", name="Look in your mail")).to_be_visible()
    assert Comment.objects.latest("pk").held_because == ""
