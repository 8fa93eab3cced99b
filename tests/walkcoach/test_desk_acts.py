"""What the coach does on the desk besides answering: each act, its undoing, and its history."""

from datetime import timedelta

import pytest
from django.utils import timezone

from articles.models import Article
from comments import conversation
from comments.models import Act, Comment, ListEntry, Snippet, Thread

from .test_desk import DESK, answer, ask, reply_box

State = Comment.State


@pytest.fixture
def shoes(coach):
    return Article.objects.create(
        title="Shoes, sticks and hills",
        slug="shoes",
        body="<p>Flat shoes.</p>",
        author=coach,
        status=Article.Status.PUBLISHED,
        published_at=timezone.now(),
    )


def undo(client):
    return client.post(f"{DESK}acts/{Act.objects.first().pk}/undo/", follow=True)


def test_spam_that_was_held_is_held_again_when_undone(as_coach, article, client):
    spam = ask(article, "Buy my miracle cream.", state=State.HELD)
    as_coach.post(f"{DESK}comments/{spam.pk}/spam/")
    undo(as_coach)
    assert Comment.objects.get().state == State.HELD
    assert "miracle" not in client.get(article.get_absolute_url()).text


def test_an_act_is_undone_once(as_coach, article):
    thanks = ask(article, "Thank you.")
    as_coach.post(f"{DESK}{thanks.pk}/no-answer-needed/")
    assert "Undone" in undo(as_coach).text
    as_coach.post(f"{DESK}{thanks.pk}/no-answer-needed/")
    first = Act.objects.last()
    as_coach.post(f"{DESK}acts/{first.pk}/undo/")
    assert Thread.objects.get().waiting_since is None


def test_what_cannot_be_undone_any_more_says_so_and_changes_nothing(as_coach, article):
    spam = ask(article, "Buy my miracle cream.")
    as_coach.post(f"{DESK}comments/{spam.pk}/spam/")
    act = Act.objects.get()
    conversation.put_back(spam)
    response = as_coach.post(f"{DESK}acts/{act.pk}/undo/", follow=True)
    assert "Too much has changed" in response.text
    act.refresh_from_db()
    assert act.undone_at is None


def test_a_thread_is_pinned_from_its_page_and_unpinned_by_undoing(as_coach, article):
    question = ask(article)
    as_coach.post(f"{DESK}{question.pk}/pin/", {"pinned": "1"})
    assert Thread.objects.get().is_pinned
    undo(as_coach)
    assert not Thread.objects.get().is_pinned


def test_answered_by_mail_leaves_the_desk_and_keeps_the_note(as_coach, article):
    question = ask(article)
    as_coach.post(f"{DESK}{question.pk}/answered-by-mail/", {"note": "Rang her, all is well."})
    assert "Nobody is waiting" in as_coach.get(DESK).text
    page = as_coach.get(f"{DESK}{question.pk}/").text
    assert "Answered by mail" in page
    assert "Rang her, all is well." in page


def test_the_history_says_who_did_what_from_what_to_what(as_coach, article):
    question = ask(article, state=State.HELD)
    as_coach.post(f"{DESK}comments/{question.pk}/approve/")
    answer(as_coach, question, "Yes, gently.")
    page = as_coach.get(f"{DESK}{question.pk}/").text
    assert "from “Waiting for the coach” to “Published”" in page
    assert "Answered" in page
    assert "Marit," in page


def test_a_reply_is_split_off_and_put_back_under_what_it_answered(as_coach, article):
    question = ask(article)
    aside = ask(article, "And which shoes?", reply_to=question)
    page = as_coach.get(f"{DESK}comments/{aside.pk}/move/").text
    assert "Make it a thread of its own" in page
    response = as_coach.post(f"{DESK}comments/{aside.pk}/move/", {"to": "alone"})
    assert response.url.startswith(f"{DESK}{aside.pk}/?undo=")
    assert Thread.objects.count() == 2
    undo(as_coach)
    assert Thread.objects.get().pk == question.pk
    assert Comment.objects.get(pk=aside.pk).parent_id == question.pk


def test_a_thread_moves_to_an_article_that_is_found_by_its_words(as_coach, article, shoes):
    question = ask(article)
    assert (
        "Shoes, sticks and hills"
        in as_coach.get(f"{DESK}comments/{question.pk}/move/?q=sticks").text
    )
    as_coach.post(f"{DESK}comments/{question.pk}/move/", {"to": f"article:{shoes.pk}"})
    assert Thread.objects.get().article == shoes
    page = as_coach.get(f"{DESK}{question.pk}/").text
    assert "from “Start with six houses” to “Shoes, sticks and hills”" in page
    undo(as_coach)
    assert Thread.objects.get().article == article


def test_two_threads_are_merged_and_taken_apart_again(as_coach, article):
    first = ask(article, "Stairs hurt me.")
    second = ask(article, "Stairs hurt me, too.")
    assert "Stairs hurt me." in as_coach.get(f"{DESK}comments/{second.pk}/move/").text
    as_coach.post(f"{DESK}comments/{second.pk}/move/", {"to": f"thread:{first.pk}"})
    assert Thread.objects.get().comment_count == 2
    assert as_coach.get(f"{DESK}{second.pk}/").status_code == 200  # its old address still leads
    undo(as_coach)
    assert Thread.objects.count() == 2


def test_a_move_that_cannot_be_says_why(as_coach, article):
    first = ask(article, "Stairs hurt me.")
    second = ask(article, "Stairs hurt me, too.")
    response = as_coach.post(f"{DESK}comments/{first.pk}/move/", {"to": f"thread:{second.pk}"})
    assert response.status_code == 422
    assert "written before that question" in response.text


@pytest.mark.parametrize("to", ["", "thread:", "thread:999999999", "article:x", "thread:²", "moon"])
def test_a_place_that_does_not_exist_is_refused_kindly(as_coach, article, to):
    question = ask(article)
    response = as_coach.post(f"{DESK}comments/{question.pk}/move/", {"to": to})
    assert response.status_code == 422
    assert "no longer there" in response.text


def test_a_sender_is_put_on_the_list_after_a_question_and_taken_off_by_undoing(as_coach, article):
    spam = ask(article, "Buy my miracle cream.")
    assert "rewa@example.com" in as_coach.get(f"{DESK}comments/{spam.pk}/ban/").text
    as_coach.post(
        f"{DESK}comments/{spam.pk}/ban/", {"who": "sender", "act": "refuse", "also_spam": "on"}
    )
    assert ListEntry.objects.get().text == "rewa@example.com"
    assert Comment.objects.get().state == State.SPAM
    banned = Act.objects.get(kind=Act.Kind.BANNED)
    as_coach.post(f"{DESK}acts/{banned.pk}/undo/")
    assert not ListEntry.objects.exists()


def test_an_answer_is_called_back_into_the_box(as_coach, article):
    question = ask(article)
    as_coach.post(f"{DESK}{question.pk}/answer/", reply_box(question, "Yes, a litle."))
    page = as_coach.get(DESK).text
    assert "Nobody is waiting" in page
    assert "Send now" in page
    [leaving] = question.scheduled_answers.all()
    page = as_coach.post(f"{DESK}answers/{leaving.pk}/call-back/", follow=True).text
    assert "Yes, a litle." in page
    assert "1 thread waits" in page


def test_another_coach_cannot_call_my_answer_back(as_coach, article, django_user_model, coach):
    from .conftest import second_coach

    question = ask(article)
    as_coach.post(f"{DESK}{question.pk}/answer/", reply_box(question, "Yes."))
    [leaving] = question.scheduled_answers.all()
    second_coach(coach).post(f"{DESK}answers/{leaving.pk}/call-back/")
    assert question.scheduled_answers.exists()


def test_sending_after_another_coach_asks_first_and_then_sends(as_coach, article, coach):
    from .conftest import second_coach

    question = ask(article)
    box = reply_box(question, "Mine as well.", **{f"{question.pk}-seen": "0"})
    answer(second_coach(coach), question, "From Solveig.")
    response = as_coach.post(f"{DESK}{question.pk}/answer/", box)
    assert response.status_code == 409
    assert "Solveig answered this meanwhile." in response.text
    assert "Mine as well." in response.text
    as_coach.post(f"{DESK}{question.pk}/answer/", box | {f"{question.pk}-anyway": "on"})
    assert question.scheduled_answers.get().body == "Mine as well."


def test_the_preview_shows_the_words_as_readers_will_see_them(as_coach, article):
    question = ask(article)
    response = as_coach.post(
        f"{DESK}{question.pk}/preview/", reply_box(question, "See https://example.com/ <b>")
    )
    assert 'href="https://example.com/"' in response.text
    assert "How readers will see it" in response.text
    assert not question.scheduled_answers.exists()


def test_a_phrase_and_a_link_are_put_into_the_words(as_coach, article, coach):
    question = ask(article)
    phrase = Snippet.objects.create(coach=coach, title="Doctor", body="Have it seen.")
    response = as_coach.post(
        f"{DESK}{question.pk}/insert/", reply_box(question, "Dear Rewa", snippet=phrase.pk)
    )
    assert "Dear Rewa\n\nHave it seen.</textarea>" in response.text
    response = as_coach.post(
        f"{DESK}{question.pk}/insert/",
        reply_box(question, "Dear Rewa", find="1", article_words="houses"),
    )
    assert f'name="article" value="{article.pk}"' in response.text
    response = as_coach.post(
        f"{DESK}{question.pk}/insert/", reply_box(question, "Dear Rewa", article=article.pk)
    )
    assert f"houses: http://testserver{article.get_absolute_url()}</textarea>" in response.text


def test_phrases_are_written_changed_deleted_and_nobody_elses(as_coach, coach):
    from .conftest import second_coach

    as_coach.post(f"{DESK}phrases/new/", {"title": "Doctor", "body": "Have it seen."})
    phrase = Snippet.objects.get()
    again = as_coach.post(f"{DESK}phrases/new/", {"title": "Doctor", "body": "Twice"})
    assert "Choose another name." in again.text
    assert "Twice" in again.text
    assert second_coach(coach).get(f"{DESK}phrases/{phrase.pk}/").status_code == 404
    as_coach.post(f"{DESK}phrases/{phrase.pk}/", {"title": "Doctor", "body": "Soon."})
    assert "Soon." in as_coach.get(f"{DESK}phrases/").text
    as_coach.post(f"{DESK}phrases/{phrase.pk}/delete/")
    assert not Snippet.objects.exists()


def test_a_draft_saved_without_scripts_is_in_the_box_and_among_the_drafts(as_coach, article):
    question = ask(article)
    as_coach.post(f"{DESK}{question.pk}/draft/", reply_box(question, "Dear Rewa, I"))
    assert "Dear Rewa, I" in as_coach.get(DESK).text
    assert "Drafts: 1 thread" in as_coach.get(f"{DESK}?show=drafts").text


def test_each_heap_holds_its_threads_and_says_how_many(as_coach, article, ada):
    ask(article, "Waits")
    held = ask(article, "Is held", state=State.HELD)
    mine = ask(article, "Is answered")
    answer(as_coach, mine, "Yes.")
    ask(article, "A secret", by=ada, is_private=True)
    shown = {
        heap: as_coach.get(f"{DESK}?show={heap}").text
        for heap in ("waiting", "mine", "held", "private", "all")
    }
    assert "Is answered" in shown["mine"]
    assert "Waits" not in shown["mine"].split('<ol class="desk">')[1]
    assert "Is held" in shown["held"]
    assert "A secret" in shown["private"]
    assert "All: 4 threads" in shown["all"]
    assert "Is answered" not in shown["waiting"]
    conversation.remove(held, as_spam=True)
    assert "All: 3 threads" in as_coach.get(f"{DESK}?show=all").text


@pytest.mark.parametrize("query", ["MIRACLE crêam", "Rewa", "rewa@example.com", "cream rewa"])
def test_the_search_finds_words_names_and_addresses_however_written(as_coach, article, query):
    ask(article, "Is a miracle Cream any good?")
    ask(article, "About stairs", by=None, reply_to=None)
    page = as_coach.get(DESK, {"q": query}).text
    assert "miracle Cream" in page


def test_the_search_finds_nothing_of_whom_it_has_forgotten(as_coach, article):
    ask(article, "About stairs")
    conversation.forget_guest("rewa@example.com")
    assert "0 threads with" in as_coach.get(DESK, {"q": "rewa"}).text
    assert "1 thread with" in as_coach.get(DESK, {"q": "stairs"}).text


def test_the_search_is_for_coaches_and_takes_whatever_is_typed(as_coach, as_ada, article):
    ask(article, "100% better")
    assert as_ada.get(DESK, {"q": "better"}).status_code == 403
    for query in ("%", "_", "'", "\\", "x" * 500, "\0", "📏"):
        assert as_coach.get(DESK, {"q": query}).status_code == 200
    assert "1 thread with" in as_coach.get(DESK, {"q": "100%"}).text


def test_the_red_line_stands_where_the_promise_ends(as_coach, article, settings):
    settings.PROMISED_DAYS = 2
    for days in (5, 1):
        question = ask(article, f"Asked {days} days ago")
        Comment.objects.filter(pk=question.pk).update(
            submit_date=timezone.now() - timedelta(days=days)
        )
        conversation.refresh(Thread.objects.get(pk=question.pk))
    page = as_coach.get(DESK).text
    assert "Waits 5 days, 3 more than you promise" in page
    line = page.index("longer than the 2 days you promise")
    assert page.index("Asked 5 days ago") < line < page.index("Asked 1 days ago")


def test_the_numbers_say_how_long_answers_took(as_coach, article):
    question = ask(article)
    Comment.objects.filter(pk=question.pk).update(submit_date=timezone.now() - timedelta(hours=5))
    answer(as_coach, question, "Yes.")
    ask(article, "And this?")
    page = as_coach.get(f"{DESK}numbers/").text
    assert "1 thread" in page
    assert "5 hours" in page
    assert '<svg class="weeks" role="img"' in page


def test_the_numbers_of_an_empty_desk_promise_nothing(as_coach):
    assert "Nothing was answered" in as_coach.get(f"{DESK}numbers/").text


ADDRESSES = ["numbers/", "phrases/", "phrases/new/", "presence/", "insertable/"]


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_page_of_the_desk_is_a_readers(as_ada, address):
    assert as_ada.get(DESK + address).status_code == 403


@pytest.mark.parametrize(
    "act", ["draft", "preview", "insert", "pin", "answered-by-mail", "privacy", "answer"]
)
def test_no_act_on_a_thread_is_a_readers_nor_a_gets(as_ada, as_coach, article, act):
    question = ask(article)
    assert as_ada.post(f"{DESK}{question.pk}/{act}/").status_code == 403
    assert as_coach.get(f"{DESK}{question.pk}/{act}/").status_code == 405


def test_where_a_form_leads_back_to_is_the_desk_and_nowhere_else(as_coach, article):
    question = ask(article)
    for back in ("https://evil.example/", "//evil.example/admin/desk/", "/log/", "x" * 900):
        response = as_coach.post(f"{DESK}{question.pk}/pin/", {"back": back})
        assert response.url.startswith(DESK)


def test_the_threads_own_page_costs_the_same_whatever_happened(
    as_coach, article, connection_queries
):
    question = ask(article)
    as_coach.post(f"{DESK}{question.pk}/pin/", {"pinned": "1"})
    few = connection_queries(lambda: as_coach.get(f"{DESK}{question.pk}/"))
    for number in range(4):
        reply = ask(article, f"More {number}", reply_to=question)
        as_coach.post(f"{DESK}comments/{reply.pk}/remove/")
    assert connection_queries(lambda: as_coach.get(f"{DESK}{question.pk}/")) == few
