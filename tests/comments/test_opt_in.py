"""A guest confirms an address once in a browser; after that, no mail is needed from there."""

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from comments import conversation, notices, opt_in
from comments.models import Comment, Correspondent

from .test_confirming import mailed_link

State = Comment.State
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]


@pytest.fixture
def ask(article, ask_form):
    def asked(browser, words, **values):
        return browser.post(
            reverse("comments:post", args=[article.pk]), ask_form(comment=words, **values)
        )

    return asked


@pytest.fixture
def confirmed(client, ask, outbox):
    """A browser that has confirmed rewa@example.org."""
    ask(client, "My first?")
    client.post(mailed_link(outbox()[-1]))
    return client


def test_a_later_question_from_the_same_browser_is_there_at_once(confirmed, ask, outbox):
    before = len(outbox())

    answer = ask(confirmed, "My second?")

    second = Comment.objects.latest("pk")
    assert second.state == State.PUBLISHED
    assert answer.headers["Location"] == second.get_absolute_url()
    assert len(outbox()) == before


def test_upper_and_lower_case_are_one_address(confirmed, ask):
    ask(confirmed, "My second?", email="Rewa@Example.org")

    assert Comment.objects.latest("pk").state == State.PUBLISHED


def test_from_another_browser_the_mail_is_sent_again(confirmed, ask, outbox):
    """An address that a stranger types proves nothing."""
    before = len(outbox())

    ask(Client(), "It is me, honestly")

    assert Comment.objects.latest("pk").state == State.UNCONFIRMED
    assert len(outbox()) == before + 1


def test_the_browser_of_one_address_says_nothing_for_another(confirmed, ask):
    ask(confirmed, "As somebody else", email="mira@example.org")

    assert Comment.objects.latest("pk").state == State.UNCONFIRMED


def test_looking_at_the_link_has_nothing_remembered(client, ask, outbox):
    ask(client, "My first?")
    client.get(mailed_link(outbox()[-1]))

    assert opt_in.COOKIE not in client.cookies
    assert not Correspondent.objects.filter(confirmed_at__isnull=False).exists()


def test_scripts_and_other_sites_cannot_use_what_is_remembered(confirmed, settings):
    cookie = confirmed.cookies[opt_in.COOKIE]

    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["path"] == "/comments/"  # an article's page is never asked with it
    assert int(cookie["max-age"]) == 365 * 24 * 3600
    assert "rewa" not in cookie.value


def test_the_articles_page_is_the_same_for_it(confirmed, article):
    theirs = confirmed.get(article.get_absolute_url())

    assert theirs.content == Client().get(article.get_absolute_url()).content
    assert not theirs.cookies


@pytest.mark.parametrize(
    "forged",
    ["", "x", "a:b:c", signing.dumps("rewa@example.org", salt="comments.browser")],
    ids=["empty", "a letter", "three parts", "signed for something else"],
)
def test_a_forged_or_empty_cookie_is_worth_nothing(forged, confirmed, ask):
    browser = Client()
    browser.cookies[opt_in.COOKIE] = forged

    ask(browser, "Let me in")

    assert Comment.objects.latest("pk").state == State.UNCONFIRMED


def test_a_cookie_older_than_a_year_is_worth_nothing(confirmed, ask, time_machine_year):
    with time_machine_year:
        ask(confirmed, "After a long time")

    assert Comment.objects.latest("pk").state == State.UNCONFIRMED


@pytest.fixture
def time_machine_year():
    from datetime import timedelta

    import time_machine
    from django.utils import timezone

    return time_machine.travel(timezone.now() + timedelta(days=366), tick=False)


def test_once_the_address_is_forgotten_the_browser_is_too(confirmed, ask):
    conversation.forget_guest("rewa@example.org")

    ask(confirmed, "Again")

    assert Comment.objects.latest("pk").state == State.UNCONFIRMED


def test_what_is_held_is_held_for_a_known_browser_as_well(confirmed, ask, settings):
    settings.HOLD_GUEST_COMMENTS = True

    answer = ask(confirmed, "My second?")

    assert Comment.objects.latest("pk").state == State.HELD
    page = confirmed.get(answer.headers["Location"]).content.decode()
    assert "The coach reads it first" in page


def test_a_second_press_is_the_same_comment(confirmed, ask):
    places = {ask(confirmed, "My second?").headers["Location"] for _ in range(3)}

    assert len(places) == 1
    assert Comment.objects.count() == 2


def test_a_known_browser_has_a_limit_too(confirmed, ask, monkeypatch):
    monkeypatch.setattr("comments.limits.KNOWN_GUEST_COMMENTS", 2)
    answers = [ask(confirmed, f"Question {number}").status_code for number in range(3)]

    assert answers == [303, 303, 429]
    assert Comment.objects.count() == 3


def test_another_site_cannot_post_with_it(confirmed, article, ask_form):
    answer = confirmed.post(
        reverse("comments:post", args=[article.pk]),
        ask_form(comment="From elsewhere"),
        headers={"Sec-Fetch-Site": "cross-site"},
    )

    assert answer.status_code == 403
    assert Comment.objects.count() == 1


def test_a_browser_that_others_use_can_be_forgotten(confirmed, ask):
    from comments import tokens

    page = reverse(
        "comments:preferences",
        args=[
            tokens.to_preferences(notices.correspondents(["rewa@example.org"])["rewa@example.org"])
        ],
    )
    assert "Forget this browser" in confirmed.get(page).content.decode()

    confirmed.post(page, {"act": "forget_browser"})
    ask(confirmed, "My second?")

    assert Comment.objects.latest("pk").state == State.UNCONFIRMED
