"""The coach's desk: who waits, longest first, answered in place."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.core import mail
from django.urls import reverse
from django.utils import timezone

from comments import answering, conversation
from comments.models import Comment, MailedAnswer, Thread

DESK = "/admin/desk/"


def ask(article, words="Is walking harmful with osteoporosis?", by=None, **kwargs):
    """A question by a guest (or by `by`), as it stands once confirmed."""
    writer = conversation.Writer.of(by) if by else conversation.Writer("Rewa", "rewa@example.com")
    kwargs.setdefault("state", Comment.State.PUBLISHED)
    comment, _ = conversation.post(article, words, writer, **kwargs)
    return comment


def reply_box(comment, body, **fields):
    return {
        f"{comment.thread_id}-reply_to": comment.pk,
        f"{comment.thread_id}-body": body,
        **fields,
    }


def answer(client, comment, body):
    """Send an answer, and let the time pass in which it could be called back."""
    response = client.post(f"{DESK}{comment.thread_id}/answer/", reply_box(comment, body))
    answering.publish_due(timezone.now() + answering.UNDO_WITHIN)
    return response


def test_a_visitor_is_asked_to_sign_in_first(client):
    response = client.get(DESK)
    assert response.status_code == 302
    assert response.url.startswith(reverse("account_login"))


def test_a_reader_is_told_kindly_that_the_desk_is_the_coachs(as_ada):
    response = as_ada.get(DESK)
    assert response.status_code == 403
    assert "This door is the coach’s" in response.text


def test_an_empty_desk_says_that_nobody_waits(as_coach):
    assert "Nobody is waiting" in as_coach.get(DESK).text


def test_the_thread_that_waits_longest_stands_first_with_its_wait_in_days(as_coach, article):
    ask(article, "Asked today, about my left knee.")
    early = ask(article, "Asked last week, about stairs.")
    Comment.objects.filter(pk=early.pk).update(submit_date=timezone.now() - timedelta(days=6))
    conversation.refresh(Thread.objects.get(pk=early.pk))
    page = as_coach.get(DESK).text
    assert page.index("about stairs") < page.index("about my left knee")
    assert "Waits 6 days" in page
    assert "Asked today" in page
    assert article.title in page


def test_the_coach_answers_in_place_and_the_asker_is_told_by_mail(as_coach, article, client):
    question = ask(article)
    response = answer(as_coach, question, "Ask the doctor who found it, and begin small.")
    assert response.status_code == 302
    assert "Nobody is waiting" in as_coach.get(DESK).text
    page = client.get(article.get_absolute_url()).text
    assert "begin small" in page
    assert "Coach" in page
    [told] = [m for m in mail.outbox if m.to == ["rewa@example.com"]]
    assert "begin small" in told.body
    assert "List-Unsubscribe" in told.extra_headers


def test_answering_a_held_question_also_approves_it(as_coach, article, client):
    question = ask(article, state=Comment.State.HELD)
    assert "osteoporosis" not in client.get(article.get_absolute_url()).text
    assert "osteoporosis" in as_coach.get(DESK).text
    answer(as_coach, question, "A fair question. Yes, gently.")
    page = client.get(article.get_absolute_url()).text
    assert "osteoporosis" in page
    assert "Yes, gently." in page


def test_an_empty_answer_comes_back_with_a_kind_word(as_coach, article):
    question = ask(article)
    response = answer(as_coach, question, "   ")
    assert response.status_code == 422
    assert "Write your answer first." in response.text


def test_an_answer_that_is_too_long_comes_back_whole(as_coach, article):
    question = ask(article)
    response = answer(as_coach, question, "step " * 2000)
    assert response.status_code == 422
    assert "step " * 1999 in response.text
    assert Comment.objects.count() == 1


def test_two_presses_of_the_button_make_one_answer(as_coach, article):
    question = ask(article)
    answer(as_coach, question, "Three houses, then rest.")
    answer(as_coach, question, "Three houses, then rest.")
    assert Comment.objects.filter(by_coach=True).count() == 1


def test_an_answer_to_a_comment_removed_meanwhile_is_given_back(as_coach, article):
    question = ask(article)
    conversation.remove(question)
    response = answer(as_coach, question, "A long and careful answer.")
    assert response.status_code == 422
    assert "A long and careful answer." in response.text


def test_a_thread_that_needs_no_answer_leaves_the_desk_and_can_come_back(as_coach, article):
    thanks = ask(article, "Thank you, this helped me.")
    response = as_coach.post(f"{DESK}{thanks.thread_id}/no-answer-needed/", follow=True)
    assert "Marked as needing no answer" in response.text
    assert "this helped me" not in response.text
    as_coach.post(f"{DESK}{thanks.thread_id}/answer-needed/")
    assert "this helped me" in as_coach.get(DESK).text


def test_a_follow_up_by_the_reader_opens_the_thread_again(as_coach, article, ada):
    question = ask(article)
    answer(as_coach, question, "Begin with three houses.")
    assert "Nobody is waiting" in as_coach.get(DESK).text
    ask(article, "Three houses went well. What next?", by=ada, reply_to=question)
    assert "What next?" in as_coach.get(DESK).text


def test_spam_leaves_the_desk_and_the_page_and_can_be_undone(as_coach, article, client):
    spam = ask(article, "Buy my miracle cream.")
    response = as_coach.post(f"{DESK}comments/{spam.pk}/spam/", follow=True)
    assert "Undo" in response.text
    assert "miracle" not in response.text
    assert "miracle" not in client.get(article.get_absolute_url()).text
    as_coach.post(f"{DESK}comments/{spam.pk}/put-back/")
    assert "miracle" in client.get(article.get_absolute_url()).text


def test_a_held_comment_can_be_approved_without_an_answer(as_coach, article, client):
    held = ask(article, "Poles helped me downhill.", state=Comment.State.HELD)
    as_coach.post(f"{DESK}comments/{held.pk}/approve/")
    assert "Poles helped me" in client.get(article.get_absolute_url()).text


def test_a_comment_that_its_writer_has_not_confirmed_is_nowhere_on_the_desk(as_coach, article):
    ghost = ask(article, "Not confirmed yet.", state=Comment.State.UNCONFIRMED)
    assert "Not confirmed yet." not in as_coach.get(DESK).text
    assert as_coach.post(f"{DESK}comments/{ghost.pk}/approve/").status_code == 404


@pytest.mark.parametrize("act", ["answer", "no-answer-needed", "answer-needed"])
def test_nothing_on_the_desk_changes_by_a_get(as_coach, article, act):
    question = ask(article)
    assert as_coach.get(f"{DESK}{question.thread_id}/{act}/").status_code == 405
    assert Thread.objects.get().waiting_since is not None


@pytest.mark.parametrize("act", ["answer", "no-answer-needed", "answer-needed"])
def test_a_reader_cannot_act_on_the_desk(as_ada, article, act):
    question = ask(article)
    response = as_ada.post(f"{DESK}{question.thread_id}/{act}/", reply_box(question, "Mine"))
    assert response.status_code == 403
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("number", ["999999", "9" * 30])
def test_a_thread_that_does_not_exist_is_not_found(as_coach, number):
    assert as_coach.post(f"{DESK}{number}/no-answer-needed/").status_code == 404
    assert as_coach.post(f"{DESK}comments/{number}/spam/").status_code == 404


def test_the_desk_asks_the_database_the_same_number_of_times_whatever_waits(
    as_coach, article, connection_queries
):
    for number in range(2):
        ask(article, f"Question {number} about stairs.")
    few = connection_queries(lambda: as_coach.get(DESK))
    for number in range(2, 9):
        question = ask(article, f"Question {number} about stairs.")
        ask(article, "And one thing more.", reply_to=question)
    assert connection_queries(lambda: as_coach.get(DESK)) == few


def test_the_desk_leads_to_the_coachs_answers_that_came_by_mail(
    as_coach, coach, article, connection_queries
):
    question = ask(article)
    MailedAnswer.objects.create(reply_to=question, coach=coach, body="Short <b>walks</b>, often.")
    page = as_coach.get(DESK).text
    assert "Your answers by mail wait for a press" in page
    assert "To <bdi>Rewa</bdi>: Short &lt;b&gt;walks&lt;/b&gt;, often." in page
    one = connection_queries(lambda: as_coach.get(DESK))
    MailedAnswer.objects.create(reply_to=question, coach=coach, body="And sit in between.")
    assert connection_queries(lambda: as_coach.get(DESK)) == one

    link = "/comments/mailed-answer/" + page.partition("/comments/mailed-answer/")[2].split('"')[0]
    as_coach.post(link, {"act": "publish"})
    assert "Short" in Comment.objects.get(parent_id=question.pk, user=coach).comment
    assert "often." not in as_coach.get(DESK).text.partition('<ol class="desk">')[0]


def test_an_answer_mailed_in_another_coachs_name_is_not_on_the_desk(as_coach, ada, article):
    MailedAnswer.objects.create(reply_to=ask(article), coach=ada, body="Not yours to publish.")
    page = as_coach.get(DESK).text
    assert "Not yours to publish." not in page
    assert "wait for a press" not in page


def test_the_writing_room_says_how_many_wait(as_coach, article):
    ask(article)
    ask(article, "Another one, about hills.")
    page = as_coach.get("/admin/").text
    assert "2 threads wait for your answer." in page


def test_the_writing_room_is_entered_by_the_sites_own_sign_in(client, db):
    response = client.get("/admin/", follow=True)
    assert response.redirect_chain[-1][0].startswith(reverse("account_login"))


def test_the_coach_sees_nothing_of_a_readers_log_in_the_writing_room(as_coach):
    """Of the log's application the plans alone are there: the coach writes them."""
    page = as_coach.get("/admin/").text
    app = as_coach.get("/admin/walking_log/").text
    assert "/admin/walking_log/plan/" in page
    for model in apps.get_app_config("walking_log").get_models():
        if model._meta.model_name not in {"plan", "planstep"}:
            address = f"/admin/walking_log/{model._meta.model_name}/"
            assert address not in page + app
            assert as_coach.get(address).status_code in {403, 404}
    assert "Users" not in page
