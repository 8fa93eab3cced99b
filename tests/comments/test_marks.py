"""Readers say that a comment helped, or that the coach should look at it."""

import pytest
from django.test import Client
from django.urls import reverse

from comments import conversation
from comments.marks import marking
from comments.marks.whose import COOKIE, Marker
from comments.models import Comment, HelpfulMark, Report, Thread

from .test_storm import all_at_once

State = Comment.State


def helpful(client, comment, act="mark", **more):
    return client.post(
        reverse("comments:helpful", args=[comment.pk]), {"act": act}, follow=True, **more
    )


def report(client, comment, reason="unsafe", detail="", **more):
    return client.post(
        reverse("comments:report", args=[comment.pk]),
        {"reason": reason, "detail": detail},
        follow=True,
        **more,
    )


def page_of(client, article) -> str:
    return client.get(article.get_absolute_url()).content.decode()


@pytest.fixture
def answered(say, coach):
    """A question, and the coach's answer to it."""
    question = say("May I walk?")
    return say("You may.", coach, to=question)


# --- It helped ------------------------------------------------------------------------------


def test_nothing_is_said_of_a_comment_that_nobody_marked(client, article, answered):
    page = page_of(client, article)
    assert "It helped me" in page
    assert "found this helpful" not in page


def test_a_visitor_says_that_it_helped_and_everybody_sees_how_many(client, article, answered):
    page = helpful(client, answered).content.decode()
    assert "Thank you for saying so" in page
    assert "1 found this helpful" in page_of(Client(), article)


def test_one_person_is_counted_once_however_often_they_press(client, ada, answered):
    for _ in range(3):
        helpful(client, answered)
    client.force_login(ada)
    for _ in range(3):
        helpful(client, answered)
    answered.refresh_from_db()
    assert answered.helpful_count == HelpfulMark.objects.count() == 2


def test_it_can_be_taken_back(client, article, answered):
    helpful(client, answered)
    page = helpful(client, answered, "take_back").content.decode()
    assert "Did this help you?" in page
    helpful(client, answered, "take_back")
    assert "found this helpful" not in page_of(Client(), article)
    answered.refresh_from_db()
    assert answered.helpful_count == 0


def test_a_member_sees_what_they_have_marked(client, article, ada, answered):
    client.force_login(ada)
    helpful(client, answered)
    assert "✓ It helped me" in page_of(client, article)
    assert (
        "✓ It helped me" in client.get(f"/comments/thread/{answered.thread_id}/").content.decode()
    )


def test_nobody_marks_their_own(client, article, ada, say):
    own = say("Mine.", ada)
    client.force_login(ada)
    assert "This one is yours" in helpful(client, own).content.decode()
    assert "It helped me" not in page_of(client, article)
    assert not HelpfulMark.objects.exists()


def test_the_article_sets_no_cookie_and_the_marks_cookie_stays_with_the_conversation(
    client, article, answered
):
    helpful(client, answered)
    cookie = client.cookies[COOKIE]
    assert cookie["path"] == "/comments/"
    assert cookie["httponly"]
    assert not Client().get(article.get_absolute_url()).cookies


@pytest.mark.parametrize("state", [State.HELD, State.REMOVED, State.SPAM, State.UNCONFIRMED])
def test_what_is_not_to_be_seen_takes_no_marks_and_no_reports(client, say, state):
    comment = say("Hidden", state=state)
    assert helpful(client, comment).status_code == 404
    assert report(client, comment).status_code == 404


@pytest.mark.parametrize("kind", ["helpful", "report"])
def test_numbers_that_nothing_has_are_not_found(client, db, kind):
    for key in ("0", "999999999", "9" * 30, "-1", "x"):
        assert client.post(f"/comments/{kind}/{key}/").status_code == 404


@pytest.mark.parametrize("kind", ["helpful", "report"])
def test_get_marks_nothing(client, answered, kind):
    assert client.get(reverse(f"comments:{kind}", args=[answered.pk])).status_code == 200
    assert not HelpfulMark.objects.exists()
    assert not Report.objects.exists()


@pytest.mark.parametrize("send", [helpful, report])
def test_another_site_cannot_press_for_a_visitor(client, answered, send):
    for headers in ({"HTTP_ORIGIN": "https://evil.example"}, {"HTTP_SEC_FETCH_SITE": "cross-site"}):
        assert send(client, answered, **headers).status_code == 403
    assert not HelpfulMark.objects.exists()
    assert not Report.objects.exists()


@pytest.mark.parametrize("send", [helpful, report])
def test_a_member_needs_the_pages_own_token(ada, answered, send):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada)
    assert send(client, answered).status_code == 403
    assert not HelpfulMark.objects.exists()
    assert not Report.objects.exists()


def test_a_forged_cookie_is_a_new_visitor(client, answered):
    client.cookies[COOKIE] = "0123456789abcdef:forged"
    helpful(client, answered)
    assert HelpfulMark.objects.get().visitor != "0123456789abcdef"


def test_one_network_cannot_press_for_ever(answered, settings):
    from comments import limits

    for _ in range(limits.MARKS_PER_NETWORK):
        assert helpful(Client(), answered).status_code == 200
    page = helpful(Client(), answered)
    assert page.status_code == 429
    assert "A little later, please" in page.content.decode()
    answered.refresh_from_db()
    assert answered.helpful_count == limits.MARKS_PER_NETWORK


def test_marks_survive_the_comment_being_removed_and_put_back(client, article, answered, thread_of):
    helpful(client, answered)
    conversation.remove(answered)
    assert thread_of(answered).helpful_count == 0
    conversation.put_back(answered)
    assert thread_of(answered).helpful_count == 1
    assert "1 found this helpful" in page_of(client, article)


@pytest.mark.django_db(transaction=True)
def test_fifty_marks_at_once_are_counted_exactly(say, coach, article, outbox):
    answer = say("You may.", coach, to=say("May I walk?"))
    acts = [
        lambda i=i: marking.mark_helpful(answer, Marker(visitor=f"v{i % 25}")) for i in range(50)
    ]

    results = all_at_once(acts)

    assert sorted(results) == [False] * 25 + [True] * 25
    answer.refresh_from_db()
    assert answer.helpful_count == HelpfulMark.objects.count() == 25
    assert Thread.objects.get().helpful_count == 25


# --- Reports --------------------------------------------------------------------------------


def test_a_visitor_reports_with_a_reason_and_is_thanked(client, say, outbox):
    comment = say("Cut off your leg.")
    page = report(client, comment, "unsafe", "He means it?").content.decode()
    assert "Thank you" in page
    assert Report.objects.get().reason == "unsafe"
    assert outbox() == []


def test_a_report_needs_a_reason_and_keeps_what_was_typed(client, say):
    comment = say("Cut off your leg.")
    page = report(client, comment, "", "Please look.")
    assert page.status_code == 422
    assert "Choose what is the matter." in page.content.decode()
    assert "Please look." in page.content.decode()


def test_reporting_again_makes_no_more_work(client, say):
    comment = say("Buy pills.")
    report(client, comment, "spam")
    report(client, comment, "unkind")
    assert Report.objects.get().reason == "unkind"


def test_the_coach_sees_reports_and_why_but_not_who(client, coach, ada, say):
    question = say("May I walk?")
    say("You may.", coach, to=question)
    client.force_login(ada)
    report(client, question, "private", "It names my mother.")
    client.force_login(coach)
    page = client.get("/admin/desk/?show=reported").content.decode()
    assert "It tells something private about somebody" in page
    assert "It names my mother." in page
    assert "ada@example.com" not in page


def test_the_coach_settles_a_report_and_the_thread_leaves_the_desk(client, coach, say):
    question = say("May I walk?")
    say("You may.", coach, to=question)
    report(client, question)
    assert list(Thread.objects.reported()) == [Thread.objects.get(pk=question.pk)]
    client.force_login(coach)
    page = client.post(f"/admin/desk/comments/{question.pk}/fine/", follow=True).content.decode()
    assert "Nobody is waiting" in page
    assert not Thread.objects.reported().exists()
    assert Report.objects.get().outcome == Report.Outcome.FINE


@pytest.mark.parametrize("as_spam", [True, False])
def test_taking_the_comment_down_settles_its_reports(client, say, as_spam):
    comment = say("Buy pills.")
    report(client, comment, "spam")
    conversation.remove(comment, as_spam=as_spam)
    assert Report.objects.get().outcome == Report.Outcome.TAKEN_DOWN


def test_many_reports_of_one_network_are_asked_to_wait(say):
    from comments import limits

    comments = [say(f"Comment {n}") for n in range(limits.REPORTS_PER_NETWORK + 1)]
    answers = [report(Client(), comment).status_code for comment in comments]
    assert answers == [200] * limits.REPORTS_PER_NETWORK + [429]


def test_readers_settle_nothing(client, ada, say):
    comment = say("Buy pills.")
    report(client, comment)
    client.force_login(ada)
    assert client.post(f"/admin/desk/comments/{comment.pk}/fine/").status_code == 403
    assert Report.objects.get().settled_at is None
