"""What moderation holds and what it lets by; that the coach learns why, and nobody else."""

import os
import time
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone

from comments import conversation, moderation, spam_filter, tokens
from comments.models import Comment, Follower, ListEntry, Thread
from comments.words import tidy

State = Comment.State
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]

LONG = "My left knee hurts on the second day of the plan, should I rest or walk less?"


def judge(body, email="rewa@example.org", ip_address=None, **writer):
    return moderation.judge(
        body, conversation.Writer("Rewa", email, ip_address=ip_address, **writer)
    )


def test_an_ordinary_question_appears():
    assert judge("Is it normal that my knee clicks? See https://example.org/study").publishes


def test_two_links_pass_and_three_are_held():
    assert judge("https://a.example www.b.example").publishes
    held = judge("https://a.example www.b.example and c.com")
    assert (held.state, held.because, held.detail) == (State.HELD, "links", "3 links")


def test_a_word_on_the_list_is_found_without_case_accents_or_hidden_signs():
    ListEntry.objects.create(kind="word", text="miracle cure")
    for words in ("A MIRÁCLE\nCure!", "mira\u200bcle  cure"):
        held = judge(words)
        assert (held.state, held.because, held.detail) == (State.HELD, "word", "miracle cure")
    assert judge("a miracle: cured").publishes


def test_a_part_of_a_word_is_not_the_word():
    ListEntry.objects.create(kind="word", text="cialis")
    assert judge("Ask a specialist.").publishes


def test_a_sender_is_found_by_address_or_domain():
    ListEntry.objects.create(kind="sender", text="seller@shop.example")
    ListEntry.objects.create(kind="sender", text="spam.example")
    assert judge("Hello there", "Seller@shop.example").because == "sender"
    assert judge("Hello there", "x@mail.spam.example").because == "sender"
    assert judge("Hello there", "other@shop.example").publishes
    assert judge("Hello there", "x@notspam.example").publishes


def test_a_network_is_found_and_its_neighbour_is_not():
    ListEntry.objects.create(kind="network", text="203.0.113.0/24")
    assert judge("Hello there", ip_address="203.0.113.9").because == "sender"
    assert judge("Hello there", ip_address="::ffff:203.0.113.9").because == "sender"
    assert judge("Hello there", ip_address="203.0.114.9").publishes
    assert judge("Hello there").publishes


def test_spam_at_once_goes_before_hold():
    ListEntry.objects.create(kind="word", text="pills")
    ListEntry.objects.create(kind="word", text="buy pills", act="refuse")
    assert judge("buy pills").state == State.SPAM


def test_the_list_refuses_what_could_match_nothing():
    for kind, text in (("word", "…"), ("sender", "somebody"), ("network", "here")):
        with pytest.raises(ValidationError):
            ListEntry(kind=kind, text=text).full_clean()


def test_the_same_words_from_another_address_are_held_for_a_month(say):
    say(LONG, "Ada")
    assert judge(LONG.upper().replace(",", " —")).because == "repeated"
    assert judge(LONG, "ada@example.org").publishes
    assert judge("Something else altogether, about stairs and the banister.").publishes
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        assert judge(LONG).publishes


def test_thanks_may_be_said_by_many(say):
    say("Thank you so much!", "Ada")
    assert judge("Thank you so much!").publishes


def test_many_from_one_network_within_the_hour_are_held(say):
    for i in range(moderation.MOST_OF_A_NETWORK):
        assert judge("Hello there", ip_address="203.0.113.9").publishes
        comment = say(f"Question {i}", f"R{i}")
        Comment.objects.filter(pk=comment.pk).update(ip_address=f"203.0.113.{i}")
    assert judge("Hello there", ip_address="203.0.113.99").because == "flood"
    assert judge("Hello there", ip_address="203.0.115.99").publishes
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert judge("Hello there", ip_address="203.0.113.99").publishes


def test_first_comments_are_held_where_the_site_says_so(say, settings, ada):
    assert judge("My first").publishes
    settings.HOLD_FIRST_COMMENTS = True
    assert judge("My first").because == "first"
    assert judge("My first", ada.email, user_id=ada.pk).because == "first"
    say("An approved one")
    say("An approved one too", ada)
    assert judge("My second").publishes
    assert judge("My second", "new@example.com", user_id=ada.pk).publishes


def test_all_guests_are_held_where_the_site_says_so_and_members_are_not(settings, ada):
    settings.HOLD_GUEST_COMMENTS = True
    assert judge("Hello").because == "all"
    assert judge("Hello", ada.email, user_id=ada.pk).publishes


def test_the_coachs_own_words_always_appear(coach, settings):
    settings.HOLD_FIRST_COMMENTS = True
    writer = conversation.Writer.of(coach)
    assert moderation.judge("https://a.example " * 9, writer).publishes


def test_a_held_guest_is_thanked_and_the_coach_sees_why(client, as_coach, say):
    comment = say("Look: www.a.com www.b.com www.c.com", state=State.UNCONFIRMED)
    page = client.post(
        reverse("comments:confirm", args=[tokens.to_confirm(comment)]), follow=True
    ).content.decode()
    assert "The coach reads it first" in page
    assert "Holds links" not in page and "3 links" not in page
    desk = as_coach.get(reverse("desk")).content.decode()
    assert "Why: Holds links (3 links)." in desk
    assert "3 links" in as_coach.get(f"/admin/comments/comment/{comment.pk}/change/").text

    as_coach.post(reverse("desk_moderate", args=[comment.pk, "approve"]))

    comment.refresh_from_db()
    assert (comment.state, comment.held_because, comment.held_detail) == (State.PUBLISHED, "", "")


def test_a_held_member_is_thanked_and_learns_no_reason(as_ada, article):
    from .forms_on_pages import fields_of

    page = as_ada.get(article.get_absolute_url()).content.decode()
    form = {**fields_of(page, "ask"), "comment": "www.a.com www.b.com www.c.com"}
    answer = as_ada.post(reverse("comments:post", args=[article.pk]), form, follow=True)

    comment = Comment.objects.get()
    assert (comment.state, comment.held_because) == (State.HELD, "links")
    assert Thread.objects.waiting().count() == 1
    assert "The coach reads it first" in answer.text
    assert "links" not in answer.text.partition("<main")[2].partition("</main>")[0]


def test_spam_at_once_looks_held_to_its_sender_and_can_be_put_back(client, as_coach, say, outbox):
    ListEntry.objects.create(kind="word", text="casino", act="refuse")
    comment = say("The best casino", state=State.UNCONFIRMED)
    mails = len(outbox())
    page = client.post(
        reverse("comments:confirm", args=[tokens.to_confirm(comment)]), follow=True
    ).content.decode()
    assert "The coach reads it first" in page
    comment.refresh_from_db()
    assert comment.state == State.SPAM
    assert Thread.objects.waiting().count() == Follower.objects.count() == 0
    assert len(outbox()) == mails

    as_coach.post(
        "/admin/comments/comment/", {"action": "put_back", "_selected_action": [comment.pk]}
    )

    comment.refresh_from_db()
    assert comment.is_published
    assert Follower.objects.count() == 1


def test_the_coach_keeps_the_list_and_readers_cannot(as_coach, as_ada):
    form = {"kind": "network", "text": " 203.0.113.7/24", "act": "hold"}
    assert as_ada.post("/admin/comments/listentry/add/", form).status_code in (302, 403)
    assert ListEntry.objects.count() == 0
    as_coach.post("/admin/comments/listentry/add/", form)
    assert ListEntry.objects.get().text == "203.0.113.0/24"


BUSYWORK = [part * (5000 // len(part)) for part in ("a", "www.", "://", ".", ".com", "a ", "a.")]
BUSYWORK += ["\u0301\u0316" * 2500, "\ufdfa" * 5000, "İ" * 5000]


@pytest.mark.parametrize("words", BUSYWORK)
def test_words_made_to_keep_it_busy_do_not(words):
    for i in range(200):
        ListEntry.objects.create(kind="word", text=f"a {i} a")
    began = time.process_time()
    judge(words)
    assert time.process_time() - began < 1


def test_no_hostile_string_stops_it():
    from .test_hostile import xss_strings

    folder = os.environ.get("WALKCOACH_TEST_DATA")
    if not folder:
        pytest.skip("WALKCOACH_TEST_DATA names no folder of hostile strings.")
    strings = xss_strings(Path(folder) / "hostile")
    for string in strings[::5]:
        assert judge(tidy(string)).state in Comment.State
        assert all(spam_filter.words_of(tidy(string)))
