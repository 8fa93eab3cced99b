"""Who is told of what by mail, once."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from post_office.models import Email

from comments import conversation, digests, notices
from comments.models import Comment, Correspondent, Follower, Notice

State = Comment.State
Delivery = Correspondent.Delivery
pytestmark = pytest.mark.django_db


@pytest.fixture
def follow(say):
    """Somebody who wrote in a thread and ticked the box for replies."""

    def followed(comment, by="Rewa"):
        email = f"{by.lower()}@example.org"
        Follower.objects.filter(thread_id=comment.thread_id, email=email).update(all_replies=True)

    return followed


def prefers(email, delivery):
    Correspondent.objects.update_or_create(email=email, defaults={"delivery": delivery})


def subjects(mails):
    return [mail.subject for mail in mails]


# --- Published ------------------------------------------------------------------------------


def test_whose_question_was_held_is_told_that_it_is_published(say, outbox):
    held = say("May I walk?", "Rewa", state=State.HELD)

    conversation.approve(held)

    [mail] = outbox()
    assert mail.to == ["rewa@example.org"]
    assert mail.subject == "Your question under “Start with six houses” is published"
    assert f"http://testserver/comments/{held.pk}/" in mail.body


def test_approving_twice_tells_once(say, outbox):
    held = say("May I walk?", "Rewa", state=State.HELD)

    for _ in range(3):
        conversation.approve(held)

    assert len(outbox()) == 1


def test_an_answer_that_approves_sends_one_mail_and_not_two(say, coach, outbox):
    held = say("May I walk?", "Rewa", state=State.HELD)

    for _ in range(2):
        conversation.answer(held, "Yes.", conversation.Writer.of(coach))

    assert subjects(outbox()) == ["Marit answered under “Start with six houses”"]


def test_what_needs_no_answer_is_published_and_its_writer_told(say, thread_of, outbox):
    held = say("Thank you!", "Rewa", state=State.HELD)

    conversation.say_no_answer_needed(thread_of(held))

    assert subjects(outbox()) == ["Your question under “Start with six houses” is published"]


def test_taking_away_and_putting_back_tells_nobody_twice(say, coach, follow, outbox):
    question = say("May I walk?", "Rewa")
    follow(question)
    answer = say("Yes.", coach, to=question)
    reply = say("Me too.", "Mira", to=question)
    before = len(outbox())

    for comment in (question, answer, reply):
        conversation.remove(comment)
        conversation.put_back(comment)

    assert len(outbox()) == before == 2


def test_what_was_called_spam_before_it_ever_stood_there_is_told_of_when_put_back(
    say, follow, outbox
):
    held = say("May I walk?", "Rewa", state=State.HELD)
    Comment.objects.filter(pk=held.pk).update(held_because=Comment.HeldBecause.LINKS)
    conversation.remove(held, as_spam=True)

    for _ in range(2):
        conversation.put_back(held)

    assert subjects(outbox()) == ["Your question under “Start with six houses” is published"]


# --- Replies --------------------------------------------------------------------------------


def test_replies_are_mailed_to_those_who_asked_for_that(say, follow, outbox):
    question = say("May I walk?", "Rewa")
    say("Me too.", "Mira", to=question)
    assert outbox() == []
    follow(question)

    say("I did.", "Ben", to=question)

    [mail] = outbox()
    assert mail.to == ["rewa@example.org"]
    assert mail.subject == "Ben replied under “Start with six houses”"


def test_my_own_reply_is_not_mailed_to_me(say, follow, outbox):
    question = say("May I walk?", "Rewa")
    follow(question)

    say("I mean, with a stick?", "Rewa", to=question)

    assert outbox() == []


def test_a_held_reply_is_mailed_when_it_is_approved_and_not_before(say, follow, outbox):
    question = say("May I walk?", "Rewa")
    follow(question)
    reply = say("I did.", "Ben", to=question, state=State.HELD)
    assert outbox() == []

    for _ in range(2):
        conversation.approve(reply)

    assert sorted(mail.to[0] for mail in outbox()) == ["ben@example.org", "rewa@example.org"]


def test_a_readers_words_are_not_mailed_on(say, follow, outbox):
    """They are read on the page, where the coach can take them away."""
    question = say("May I walk?", "Rewa")
    follow(question)

    say("BUY PILLS at casino.example", "Quack", to=question)

    [mail] = outbox()
    assert "PILLS" not in mail.body + mail.alternatives[0].content + mail.subject


def test_whoever_shows_initials_is_named_by_initials_in_mails(say, article, follow, outbox):
    question = say("May I walk?", "Rewa")
    follow(question)
    writer = conversation.Writer("Mira Stone", "mira@example.org", initials_only=True)
    conversation.post(article, "I did.", writer, state=State.PUBLISHED, reply_to=question)

    [mail] = outbox()
    assert mail.subject == "M. S. replied under “Start with six houses”"
    assert "Stone" not in mail.body + mail.alternatives[0].content


def test_the_box_on_the_form_asks_for_replies_and_starts_them_again(
    client, article, ask_form, say, outbox
):
    client.post(
        reverse("comments:post", args=[article.pk]), ask_form(comment="Why?", all_replies="on")
    )
    question = Comment.objects.get()
    assert not Follower.objects.exists()

    conversation.confirm(question)

    follower = Follower.objects.get()
    assert follower.all_replies
    notices.stop(follower)
    writer = conversation.Writer("Rewa", "rewa@example.org", all_replies=True)
    conversation.post(article, "And how?", writer, state=State.PUBLISHED, reply_to=question)
    assert Follower.objects.active().get().all_replies


# --- Together -------------------------------------------------------------------------------


def test_whoever_prefers_a_daily_mail_gets_one_with_everything(say, coach, follow, outbox):
    question = say("May I walk?", "Rewa")
    follow(question)
    prefers("rewa@example.org", Delivery.DAILY)
    say("Yes, **three** houses.", coach, to=question)
    say("I did.", "Ben", to=question)
    assert outbox() == []
    now = timezone.now()

    assert digests.send_due(now + timedelta(hours=23)) == 0
    assert digests.send_due(now + timedelta(hours=25)) == 1
    assert digests.send_due(now + timedelta(hours=50)) == 0

    [mail] = outbox()
    assert mail.to == ["rewa@example.org"]
    assert "2 new in your threads" in mail.subject
    for body in (mail.body, mail.alternatives[0].content):
        assert "Yes, **three** houses." in body
        assert "Ben" in body
        assert "I did." not in body
    assert not Notice.objects.filter(queued_at__isnull=True).exists()


def test_the_worker_sees_to_it_each_hour(say, coach, outbox):
    from walkcoach.management.commands import worker

    question = say("May I walk?", "Rewa")
    prefers("rewa@example.org", Delivery.DAILY)
    say("Yes.", coach, to=question)
    worker.keep_house()
    assert outbox() == []

    with time_machine.travel(timezone.now() + timedelta(days=1, minutes=1)):
        worker.keep_house()

    assert [mail.to for mail in outbox()] == [["rewa@example.org"]]


def test_a_weekly_mail_waits_a_week(say, coach, outbox):
    question = say("May I walk?", "Rewa")
    prefers("rewa@example.org", Delivery.WEEKLY)
    say("Yes.", coach, to=question)
    now = timezone.now()

    assert digests.send_due(now + timedelta(days=6)) == 0
    assert digests.send_due(now + timedelta(days=8)) == 1


def test_back_to_at_once_sends_what_has_waited(say, coach, outbox):
    question = say("May I walk?", "Rewa")
    prefers("rewa@example.org", Delivery.WEEKLY)
    say("Yes.", coach, to=question)
    prefers("rewa@example.org", Delivery.AT_ONCE)

    assert digests.send_due(timezone.now() + timedelta(minutes=1)) == 1


def test_a_crash_in_a_digest_leaves_neither_the_mail_nor_the_mark(say, coach, outbox, monkeypatch):
    question = say("May I walk?", "Rewa")
    prefers("rewa@example.org", Delivery.DAILY)
    say("Yes.", coach, to=question)
    tomorrow = timezone.now() + timedelta(days=2)

    def power_goes(*args, **kwargs):
        raise RuntimeError("the power goes")

    with monkeypatch.context() as broken, pytest.raises(RuntimeError):
        broken.setattr(Correspondent, "save", power_goes)  # after the mail was queued
        digests.send_due(tomorrow)
    assert outbox() == []
    assert Notice.objects.get().queued_at is None

    assert digests.send_due(tomorrow) == 1
    assert len(outbox()) == 1


def test_what_was_taken_away_or_stopped_meanwhile_is_not_in_the_digest(say, coach, outbox):
    one, two, three = (say(words, "Rewa") for words in ("One?", "Two?", "Three?"))
    prefers("rewa@example.org", Delivery.DAILY)
    removed = say("Answer one.", coach, to=one)
    say("Answer two.", coach, to=two)
    say("Answer three.", coach, to=three)
    conversation.remove(removed)
    notices.stop(Follower.objects.get(thread_id=two.pk))

    digests.send_due(timezone.now() + timedelta(days=2))

    [mail] = outbox()
    assert "Answer three." in mail.body
    assert "Answer one." not in mail.body
    assert "Answer two." not in mail.body


def test_a_very_long_digest_is_cut_and_says_so(say, coach, follow, outbox, monkeypatch):
    monkeypatch.setattr(digests, "HOLDS_AT_MOST", 3)
    question = say("May I walk?", "Rewa")
    prefers("rewa@example.org", Delivery.DAILY)
    for number in range(5):
        say(f"Answer {number}.", coach, to=question)

    digests.send_due(timezone.now() + timedelta(days=2))

    [mail] = outbox()
    assert "5 new" in mail.subject
    assert "Answer 4." in mail.body
    assert "Answer 1." not in mail.body
    assert "And 2 before these" in mail.body


def test_a_digest_costs_the_same_however_much_is_in_it(say, coach, connection_queries):
    def cost(answers):
        question = say(f"Why {answers}?", f"Reader{answers}")
        prefers(f"reader{answers}@example.org", Delivery.DAILY)
        for number in range(answers):
            say(f"Answer {number}.", coach, to=question)
        return connection_queries(lambda: digests.send_due(timezone.now() + timedelta(days=2)))

    assert cost(2) == cost(12)


# --- Once, whatever happens -----------------------------------------------------------------


def test_the_database_itself_refuses_a_second_notice(say):
    from django.db import IntegrityError

    question = say("May I walk?", "Rewa")
    row = {"kind": Notice.Kind.ANSWER, "comment": question, "email": "rewa@example.org"}
    Notice.objects.create(**row)

    with pytest.raises(IntegrityError), transaction.atomic():
        Notice.objects.create(**row)


def test_no_notice_is_left_of_an_answer_that_was_rolled_back(say, coach, outbox):
    question = say("May I walk?", "Rewa")
    with pytest.raises(RuntimeError), transaction.atomic():
        say("Yes.", coach, to=question)
        raise RuntimeError("the power goes")

    assert not Notice.objects.exists()
    assert outbox() == []


def test_answering_a_thread_of_many_costs_the_same_but_for_the_mails(
    say, coach, outbox, connection_queries
):
    def cost(readers):
        question = say(f"Why {readers}?", "Rewa")
        for number in range(readers):
            say("Me too.", f"Reader{number}", to=question)
        before = len(outbox())
        queries = connection_queries(lambda: say("Because.", coach, to=question))
        return queries - (len(outbox()) - before)

    cost(1)
    assert cost(2) == cost(20)


def test_whoever_leaves_leaves_no_address_behind(say, coach, ada, outbox):
    question = say("May I walk?", ada)
    say("Yes.", coach, to=question)
    assert Notice.objects.filter(email=ada.email).exists()

    conversation.forget(ada)

    assert not Notice.objects.filter(email=ada.email).exists()
    assert not Correspondent.objects.filter(email=ada.email).exists()


# --- A stranger's hand ----------------------------------------------------------------------


def test_a_hundred_posts_to_one_victim_send_a_handful_of_mails_without_a_word_of_theirs(
    client, article, ask_form, outbox
):
    form = ask_form()
    address = reverse("comments:post", args=[article.pk])
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(100):  # each from another network, through a day
            client.post(
                address,
                {**form, "comment": f"BUY PILLS {number}", "name": f"Quack {number}"},
                REMOTE_ADDR=f"10.{number}.0.1",
            )
            clock.shift(timedelta(minutes=14))

    mails = outbox()
    assert 0 < len(mails) <= 8
    for mail in mails:
        for text in (mail.subject, mail.body, mail.alternatives[0].content):
            assert not re.search("PILLS|Quack", text)
    assert Comment.objects.count() == len(mails)


def test_one_network_cannot_mail_a_list_of_strangers(client, article, ask_form, outbox):
    form = ask_form()
    address = reverse("comments:post", args=[article.pk])
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(100):
            client.post(
                address,
                {**form, "comment": f"Look {number}", "email": f"victim{number}@example.org"},
                REMOTE_ADDR=f"10.0.0.{number}",
            )
            clock.shift(timedelta(minutes=14))

    assert 0 < Email.objects.count() <= 30


def test_whoever_is_over_the_days_limit_hears_when_there_is_room(client, article, ask_form, outbox):
    form = ask_form()
    address = reverse("comments:post", args=[article.pk])
    with time_machine.travel(timezone.now(), tick=False) as clock:
        for number in range(9):
            answer = client.post(address, {**form, "comment": f"Question {number}"})
            clock.shift(timedelta(minutes=30))

    assert answer.status_code == 429
    assert "send it again in 20 hours" in answer.content.decode()
    assert "Question 8" in answer.content.decode()
