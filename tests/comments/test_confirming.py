"""A guest's way from the mail to the page: the link shows, a press publishes."""

import re

import pytest
import time_machine
from django.core import signing
from django.test import Client
from django.urls import reverse

from comments import conversation, tokens
from comments.models import Comment, Follower, Thread

State = Comment.State
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]

WORDS = "How do I come down stairs?"


@pytest.fixture
def link(client, article, ask_form, outbox):
    """Ask as a guest; the link in the mail."""

    def asked(**values) -> str:
        client.post(reverse("comments:post", args=[article.pk]), ask_form(comment=WORDS, **values))
        return mailed_link(outbox()[-1])

    return asked


def mailed_link(mail) -> str:
    return re.search(r"http://testserver(/comments/confirm/\S+/)", mail.body)[1]


def test_following_the_link_shows_the_words_and_publishes_nothing(client, link, article):
    """Programs that scan mail follow every link in it."""
    address = link()

    for _ in range(3):
        page = client.get(address)
        assert page.status_code == 200
        assert WORDS in page.content.decode()
        assert "Publish my question" in page.content.decode()
        assert client.head(address).status_code == 200

    assert Comment.objects.get().state == State.UNCONFIRMED
    assert WORDS not in client.get(article.get_absolute_url()).content.decode()


def test_a_press_publishes_and_leads_to_the_question(client, link):
    answer = client.post(link())

    comment = Comment.objects.get()
    assert answer.status_code == 303
    assert answer.headers["Location"] == comment.get_absolute_url()
    page = client.get(answer.headers["Location"], follow=True)
    assert WORDS in page.content.decode()
    assert "1 comment" in page.content.decode()


def test_it_works_from_the_mail_programs_own_browser_that_keeps_no_cookies(link):
    assert Client(enforce_csrf_checks=True).post(link()).status_code == 303


def test_from_then_on_they_follow_the_thread_and_it_waits(client, link):
    client.post(link())

    thread = Thread.objects.get()
    assert thread.waiting_since is not None
    assert [f.email for f in thread.followers.active()] == ["rewa@example.org"]


def test_where_questions_are_held_the_coach_reads_it_first(client, link, settings, article):
    settings.HOLD_GUEST_COMMENTS = True
    address = link()

    page = client.post(address, follow=True).content.decode()

    assert "The coach reads it first" in page
    assert Comment.objects.get().state == State.HELD
    assert Thread.objects.waiting().count() == 1
    assert WORDS not in client.get(article.get_absolute_url()).content.decode()


def test_a_used_link_does_nothing_twice(client, link):
    address = link()
    client.post(address)
    arrived_at = Comment.objects.get().arrived_at

    assert client.post(address).status_code == 200
    page = client.get(address).content.decode()

    assert "is published" in page
    assert WORDS not in page
    assert Comment.objects.get().arrived_at == arrived_at
    assert Comment.objects.count() == 1


def test_an_old_link_brings_nothing_back_that_was_removed(client, link):
    address = link()
    client.post(address)
    conversation.remove(Comment.objects.get())

    assert client.post(address).status_code == 200
    page = client.get(address).content.decode()

    assert "This link has done its work" in page
    assert WORDS not in page
    assert Comment.objects.get().state == State.REMOVED


def test_an_old_link_does_not_subscribe_again(client, link):
    address = link()
    client.post(address)
    client.post(
        reverse("comments:unsubscribe", args=[tokens.to_unsubscribe(Follower.objects.get())])
    )

    client.post(address)

    assert not Follower.objects.active().exists()


def test_a_forgotten_question_is_not_made_again_by_its_link(client, link):
    address = link()
    Comment.objects.all().delete()

    assert client.get(address).status_code == 410
    assert client.post(address).status_code == 410
    assert not Comment.objects.exists()


def test_after_a_week_the_link_is_worth_a_new_one(client, link, outbox, article):
    with time_machine.travel("2030-11-03 10:00Z", tick=False) as clock:
        address = link()
        clock.shift(8 * 86400)
        page = client.get(address)
        assert page.status_code == 410
        assert "Mail me a new link" in page.content.decode()
        assert Comment.objects.get().state == State.UNCONFIRMED

        answer = client.post(address)
        assert answer.status_code == 303
        assert Comment.objects.get().state == State.UNCONFIRMED
        assert client.post(mailed_link(outbox()[-1])).status_code == 303
        assert Comment.objects.get().state == State.PUBLISHED


def test_new_links_are_limited_as_questions_are(client, link, outbox):
    with time_machine.travel("2030-11-03 10:00Z", tick=False) as clock:
        address = link()
        clock.shift(8 * 86400)
        answers = [client.post(address).status_code for _ in range(7)]

    assert answers == [303] * 5 + [429] * 2
    assert len(outbox()) == 6


FORGERIES = {
    "last letter changed": lambda token: token[:-1] + ("A" if token[-1] != "A" else "B"),
    "first letter added": lambda token: "x" + token,
    "no signature": lambda token: token.split(":")[0],
    "junk": lambda token: "x",
    "long junk": lambda token: "9" * 3000,
    "signed for something else": lambda token: signing.dumps([1, "key"], salt="another"),
}


@pytest.mark.parametrize("forge", FORGERIES.values(), ids=FORGERIES)
def test_a_forged_link_is_not_found(client, link, forge, say):
    confirming = link().split("/")[-2]
    stopping = tokens.to_unsubscribe(Follower.objects.get(thread_id=say("Mine?", "Ben").pk))

    for name, token in (("confirm", confirming), ("unsubscribe", stopping)):
        address = reverse(f"comments:{name}", args=[forge(token)])
        assert client.get(address).status_code == 404
        assert client.post(address).status_code == 404
    assert Comment.objects.filter(state=State.UNCONFIRMED).count() == 1
    assert Follower.objects.active().count() == 1


def test_one_links_signature_does_not_open_the_other(client, link):
    token = link().split("/")[-2]

    assert client.post(reverse("comments:unsubscribe", args=[token])).status_code == 404


def test_a_link_names_the_words_it_confirms(client, link):
    """After a restored backup the same number may be another comment's."""
    address = link()
    Comment.objects.update(submission_key="of-other-words")

    assert client.post(address).status_code == 410
    assert Comment.objects.get().state == State.UNCONFIRMED


def test_pages_behind_a_mailed_link_are_kept_nowhere_and_told_to_nobody(client, link, say):
    follower_token = tokens.to_unsubscribe(
        Follower.objects.get(thread_id=say("Another?", "Ben").pk)
    )
    for address in (link(), reverse("comments:unsubscribe", args=[follower_token])):
        page = client.get(address)
        assert page.headers["Cache-Control"] == "private, no-store"
        assert page.headers["Referrer-Policy"] == "no-referrer"
        assert page.headers["X-Robots-Tag"] == "noindex"


def test_the_link_is_short_enough_for_every_mail_program(link):
    assert len("http://testserver" + link(email="x" * 60 + "@example.org")) < 200


def test_the_link_holds_nothing_of_the_question(link):
    import base64

    token = link().split("/")[-2].split(":")[0]

    assert "stairs" not in base64.urlsafe_b64decode(token + "==").decode()
    assert "rewa" not in base64.urlsafe_b64decode(token + "==").decode()


def test_what_was_never_confirmed_is_forgotten_after_a_month(client, link, say, capsys):
    from django.core.management import call_command

    with time_machine.travel("2030-11-03 10:00Z", tick=False) as clock:
        link()
        kept = say("A published one", "Ben")
        clock.shift(29 * 86400)
        assert conversation.prune() == 0
        clock.shift(2 * 86400)
        call_command("prune_comments")

    assert "1 unconfirmed comment forgotten." in capsys.readouterr().out
    assert list(Comment.objects.all()) == [kept]
    assert Thread.objects.count() == 1


def test_network_addresses_are_forgotten_after_a_month(client, link):
    with time_machine.travel("2030-11-03 10:00Z", tick=False) as clock:
        client.post(link())
        assert Comment.objects.get().ip_address == "127.0.0.1"
        clock.shift(31 * 86400)
        conversation.prune()

    assert Comment.objects.get().ip_address is None
