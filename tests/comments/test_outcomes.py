""" "Did it help?": asked once, two weeks after the answer; said by a press, shown on a wish."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from comments import conversation, digests, notices, outcomes, tokens, waiting_time
from comments.models import Comment, Correspondent, Follower, Outcome

Delivery = Correspondent.Delivery
pytestmark = pytest.mark.django_db
SUBJECT = "Did the answer help? Your question under “Start with six houses”"


@pytest.fixture
def answered(say, coach):
    """Rewa's question, answered."""
    question = say("How do I come down stairs?", "Rewa")
    say("Bad leg first.", coach, to=question)
    return question


def after(days):
    return timezone.now() + timedelta(days=days)


def asked(outbox):
    return [mail for mail in outbox() if mail.subject == SUBJECT]


@pytest.fixture
def link(answered, thread_of):
    """What Rewa's mail leads to."""
    return f"/comments/did-it-help/{tokens.to_outcome(thread_of(answered))}/"


# --- Asking ---------------------------------------------------------------------------------


def test_the_asker_is_asked_once_fourteen_days_after_the_answer(answered, outbox):
    outcomes.ask_due(after(13.9))
    assert not asked(outbox)

    for days in (14.1, 15, 20):
        outcomes.ask_due(after(days))

    [mail] = asked(outbox)
    assert mail.to == ["rewa@example.org"]
    assert "List-Unsubscribe" in mail.extra_headers
    assert "stairs" not in mail.body


def test_nobody_is_asked_about_an_answer_of_long_ago(answered, outbox):
    outcomes.ask_due(after(45))
    assert not asked(outbox)


def test_other_readers_of_the_thread_are_not_asked(answered, say, coach, outbox):
    say("Me too.", "Mira", to=answered)
    say("You too, then.", coach, to=answered)
    outcomes.ask_due(after(15))
    assert [mail.to for mail in asked(outbox)] == [["rewa@example.org"]]


def test_a_reader_who_waits_again_is_answered_first(answered, say, outbox):
    say("And up again?", "Rewa", to=answered)
    assert outcomes.ask_due(after(15)) == 0


def test_who_stopped_the_thread_or_all_threads_is_not_asked(answered, outbox):
    follower = Follower.objects.get(email="rewa@example.org")
    notices.stop(follower)
    assert outcomes.ask_due(after(15)) == 0
    Follower.objects.update(stopped_at=None)
    notices.stop_all(Correspondent.objects.get(email="rewa@example.org"))
    assert outcomes.ask_due(after(15)) == 0
    assert not asked(outbox)


def test_a_removed_question_is_not_asked_about(answered):
    conversation.remove(answered)
    assert outcomes.ask_due(after(15)) == 0


def test_who_wants_one_mail_a_week_is_asked_in_it(answered, outbox):
    Correspondent.objects.filter(email="rewa@example.org").update(delivery=Delivery.WEEKLY)
    with time_machine.travel(after(15), tick=False):
        outcomes.ask_due(timezone.now())
    assert not asked(outbox)

    digests.send_due(after(23))

    body = outbox()[-1].body
    assert "Did it help?" in body
    assert "/comments/did-it-help/" in body


def test_a_crash_between_the_two_rows_leaves_neither(answered, outbox, monkeypatch):
    def crash(*args):
        raise OSError

    with monkeypatch.context() as broken:
        broken.setattr("comments.notices.get_connection", crash)
        with pytest.raises(OSError):
            outcomes.ask_due(after(15))
    assert outcomes.ask_due(after(15)) == 1
    assert len(asked(outbox)) == 1


# --- Saying ---------------------------------------------------------------------------------


def test_the_mails_link_leads_to_three_buttons_and_opening_it_says_nothing(
    client, answered, outbox
):
    outcomes.ask_due(after(15))
    address = re.search(r"http://testserver(/comments/did-it-help/\S+/)", asked(outbox)[0].body)[1]
    for _ in range(2):
        page = client.get(address).text
        assert client.head(address).status_code == 200
    assert all(words in page for words in ("It helped", "A little", "Not yet"))
    assert not Outcome.objects.exists()


def test_a_guest_says_that_it_helped_and_readers_see_it_only_if_they_may(client, link, article):
    client.get(article.get_absolute_url())  # kept by the cache of pages
    client.post(link, {"helped": "yes", "words": "Stairs at my sister’s, no pain."})
    assert "says this helped" not in client.get(article.get_absolute_url()).text

    page = client.post(link, {"helped": "yes", "is_shown": "on"}, follow=True).text

    assert "Thank you" in page
    page = client.get(article.get_absolute_url()).text
    assert "<bdi>Rewa</bdi> says this helped." in page
    assert "my sister" not in page


def test_initials_stay_initials(client, link, article, answered):
    Comment.objects.filter(pk=answered.pk).update(initials_only=True)
    client.post(link, {"helped": "a_little", "is_shown": "on"})
    page = client.get(article.get_absolute_url()).text
    assert "<bdi>R.</bdi> says this helped a little." in page


def test_not_yet_leads_to_a_follow_up_that_opens_the_thread_again(
    client, link, answered, say, thread_of
):
    page = client.post(link, {"helped": "not_yet"}, follow=True).text
    assert f'href="/comments/reply/{answered.pk}/"' in page
    say("It still hurts.", "Rewa", to=answered)
    assert thread_of(answered).waiting_since


def test_the_last_word_counts(client, link):
    client.post(link, {"helped": "not_yet"})
    client.post(link, {"helped": "yes"})
    assert Outcome.objects.get().helped == "yes"


def test_a_line_that_is_too_long_comes_back_whole(client, link):
    response = client.post(link, {"helped": "yes", "words": "step " * 100})
    assert response.status_code == 422
    assert "step " * 99 in response.text
    assert "Keep it under 300 characters." in response.text
    assert not Outcome.objects.exists()


def test_a_press_without_an_answer_is_asked_for_one(client, link):
    response = client.post(link, {"words": "Hm."})
    assert response.status_code == 422
    assert "Press one of the three." in response.text


def test_the_asker_of_a_private_question_is_not_offered_to_show_it(
    client, link, thread_of, answered
):
    thread = thread_of(answered)
    thread.is_private = True
    thread.save()
    assert "Show it under the article" not in client.get(link).text
    client.post(link, {"helped": "yes", "is_shown": "on"})
    assert not Outcome.objects.get().is_shown


def test_an_old_link_says_so_and_a_forged_one_is_nothing(client, link):
    with time_machine.travel(after(91)):
        assert client.get(link).status_code == 410
    assert client.get("/comments/did-it-help/forged/").status_code == 404


def test_with_the_question_goes_what_was_said_of_it(client, link, article, answered):
    client.post(link, {"helped": "yes", "is_shown": "on"})
    conversation.remove(answered)
    assert "says this helped" not in client.get(article.get_absolute_url()).text


def test_who_is_forgotten_leaves_no_outcome_behind(client, link):
    client.post(link, {"helped": "yes", "is_shown": "on"})
    conversation.forget_guest("rewa@example.org")
    assert not Outcome.objects.exists()
    assert client.get(link).status_code == 404


def test_a_page_with_many_outcomes_costs_no_more_queries(
    client, article, say, coach, thread_of, connection_queries
):
    def one_more(number):
        question = say(f"Question {number}?", "Rewa")
        say("Yes.", coach, to=question)
        outcomes.say(thread_of(question), Outcome.Helped.YES, words="", is_shown=True)

    def read():
        return client.get(article.get_absolute_url())

    one_more(0)
    waiting_time.usual_days()  # worked out once an hour
    few = connection_queries(read)
    for number in range(1, 6):
        one_more(number)
    assert read().text.count("says this helped") == 6
    one_more(7)
    assert connection_queries(read) == few
