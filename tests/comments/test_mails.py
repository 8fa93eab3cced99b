"""The conversation's mails: to whom, with what, and how they stop."""

import re

import pytest
from django.test import Client

from comments import conversation
from comments.models import Comment, Follower

State = Comment.State
pytestmark = pytest.mark.django_db


def test_the_asker_is_told_of_the_answer(say, coach, outbox):
    question = say("May I walk?", "Rewa")
    say("Yes, three houses.", coach, to=question)

    [mail] = outbox()

    assert mail.to == ["rewa@example.org"]
    assert mail.subject == "Marit answered under “Start with six houses”"
    html = mail.alternatives[0].content
    for body in (mail.body, html):
        assert "Yes, three houses." in body
        assert f"http://testserver/comments/{Comment.objects.last().pk}/" in body
        assert "http://testserver/comments/unsubscribe/" in body


def test_everyone_who_wrote_in_the_thread_is_told_once_and_the_coach_not(say, coach, ada, outbox):
    question = say("May I walk?", "Rewa")
    say("I wonder too.", ada, to=question)
    say("And I.", ada, to=question)
    say("In another thread", "Ben")
    say("Yes.", coach, to=question)

    assert sorted(mail.to[0] for mail in outbox()) == ["ada@example.com", "rewa@example.org"]


def test_whoever_never_confirmed_is_not_told(say, coach, outbox):
    question = say("May I walk?", "Rewa")
    say("I never asked for this", "Victim", to=question, state=State.UNCONFIRMED)
    before = len(outbox())
    say("Yes.", coach, to=question)

    assert [mail.to for mail in outbox()[before:]] == [["rewa@example.org"]]


def test_answering_what_is_held_publishes_it_and_tells_its_writer(say, coach, outbox):
    held = say("May I walk?", "Rewa", state=State.HELD)

    conversation.answer(held, "Yes.", conversation.Writer.of(coach))

    assert [mail.to for mail in outbox()] == [["rewa@example.org"]]
    assert Comment.objects.get(pk=held.pk).state == State.PUBLISHED


def test_a_mail_client_can_thread_sort_and_stop_them(say, coach, outbox):
    question = say("May I walk?", "Rewa")
    say("Yes.", coach, to=question)
    say("And slowly.", coach, to=question)

    first, second = [mail.message() for mail in outbox()]

    assert first["References"] == second["References"] == f"<thread-{question.pk}@testserver>"
    assert first["In-Reply-To"] == first["References"]
    assert first["List-Id"] == f"<thread-{question.pk}.testserver>"
    assert first["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert re.fullmatch(r"<http://testserver/comments/unsubscribe/\S+/>", first["List-Unsubscribe"])
    assert first["Auto-Submitted"] == "auto-generated"
    assert first["Message-ID"] != second["Message-ID"]


def stop_link(mail) -> str:
    return mail.extra_headers["List-Unsubscribe"].strip("<>").removeprefix("http://testserver")


def test_the_link_asks_and_a_press_stops_the_mails(client, say, coach, outbox):
    question = say("May I walk?", "Rewa")
    say("Yes.", coach, to=question)
    address = stop_link(outbox()[-1])

    assert "Stop these mails?" in client.get(address).content.decode()
    assert Follower.objects.active().count() == 1
    for _ in range(2):
        assert "No more mails about this" in client.post(address).content.decode()
    say("And slowly.", coach, to=question)

    assert len(outbox()) == 1


def test_one_click_in_the_mail_program_stops_them(say, coach, outbox):
    """RFC 8058: no cookies, no token of ours, no page."""
    question = say("May I walk?", "Rewa")
    say("Yes.", coach, to=question)

    answer = Client(enforce_csrf_checks=True).post(
        stop_link(outbox()[-1]),
        "List-Unsubscribe=One-Click",
        content_type="application/x-www-form-urlencoded",
    )

    assert answer.status_code == 200
    assert not Follower.objects.active().exists()


def test_stopping_one_thread_leaves_the_others(client, say, coach, outbox):
    question, other = say("May I walk?", "Rewa"), say("And swim?", "Rewa")
    say("Yes.", coach, to=question)
    client.post(stop_link(outbox()[-1]))
    say("Also.", coach, to=other)

    assert len(outbox()) == 2


def test_whoever_stopped_stays_stopped_when_they_write_again(client, say, coach, outbox):
    question = say("May I walk?", "Rewa")
    say("Yes.", coach, to=question)
    client.post(stop_link(outbox()[-1]))
    say("Thank you.", "Rewa", to=question)
    say("Welcome.", coach, to=question)

    assert len(outbox()) == 1


def test_the_mail_that_asks_to_confirm_holds_nothing_that_was_typed(say, outbox):
    say("BUY PILLS at casino.example", "Quack", state=State.UNCONFIRMED)

    [mail] = outbox()

    for text in (mail.subject, mail.body, mail.alternatives[0].content):
        assert "PILLS" not in text
        assert "casino" not in text
        assert "Quack" not in text
    assert "If it was not you, do nothing" in mail.body


def test_no_mail_leaves_when_what_it_tells_of_is_rolled_back(say, coach, outbox):
    from django.db import transaction

    question = say("May I walk?", "Rewa")
    with pytest.raises(RuntimeError), transaction.atomic():
        say("Yes.", coach, to=question)
        raise RuntimeError("the power goes")

    assert outbox() == []
    assert Comment.objects.count() == 1


def test_no_title_and_no_name_breaks_out_of_a_header(article, say, coach, outbox):
    article.title = "Knees\r\nBcc: victim@example.org\r\n\r\nBody"
    article.save()
    coach.coach_profile.name = "Marit\nBcc: victim@example.org"
    coach.coach_profile.save()
    question = say("May I walk?", "Rewa")
    say("Yes.", coach, to=question)

    [mail] = outbox()
    message = mail.message()

    assert "\n" not in mail.subject
    assert message["Bcc"] is None
    assert mail.recipients() == ["rewa@example.org"]


def test_words_that_look_like_a_template_are_mailed_as_words(say, coach, outbox):
    """The outbox package would run them."""
    question = say("May I walk?", "Rewa")
    words = "{% now 'Y' %} {{ 7|add:7 }} {# gone #} {% include 'base.html' %} {% broken"
    say(words, coach, to=question)

    [mail] = outbox()

    assert words in mail.body
    assert "{% include &#x27;base.html&#x27; %}" in mail.alternatives[0].content.replace(
        "'", "&#x27;"
    )


def test_markup_in_an_answer_is_shown_and_not_run_in_the_mail(say, coach, outbox):
    question = say("May I walk?", "Rewa")
    say("<img src=x onerror=alert(1)> is text", coach, to=question)

    html = outbox()[0].alternatives[0].content

    assert "<img" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_an_address_no_mail_can_go_to_does_not_stand_in_an_answers_way(article, say, coach, outbox):
    question, _ = conversation.post(
        article,
        "From an old blog",
        conversation.Writer("Old", "not an address"),
        state=State.PUBLISHED,
    )
    say("Still true.", coach, to=question)

    assert outbox() == []
