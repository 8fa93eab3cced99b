"""Many at once, on the real database with a connection for each: all stored, none twice.

On SQLite the tests' database is a file with the locks of production, on PostgreSQL the pool's.
"""

import threading

import pytest
from django.db import connections
from django.test import Client
from django.urls import reverse
from django_comments_xtd.models import XtdComment

from comments import conversation
from comments.models import Comment, Thread

State = Comment.State
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("outbox"),
]

AT_ONCE = 50


def all_at_once(acts):
    """Run each act in a thread of its own, all let go together; what they returned or raised."""
    barrier = threading.Barrier(len(acts))
    results = [None] * len(acts)

    def run(i, act):
        barrier.wait()
        try:
            results[i] = act()
        except Exception as error:
            results[i] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(i, act)) for i, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def children_by_walking() -> dict[int, set[int]]:
    """Who replied to whom, from the bare rows, by another way than ours."""
    children: dict[int, set[int]] = {}
    for row in XtdComment.norel_objects.values("pk", "parent_id", "thread_id"):
        assert row["thread_id"], "a row without a thread: a phantom"
        if row["pk"] != row["parent_id"]:
            children.setdefault(row["parent_id"], set()).add(row["pk"])
    return children


def test_fifty_replies_at_once_are_all_stored_under_what_they_answer(say, article):
    question = say("May I walk?")
    other = say("And I?", "Ben", to=question)
    targets = [question, other]

    def reply(i):
        return lambda: say(f"Reply {i}", f"Reader{i}", to=targets[i % 2])

    results = all_at_once([reply(i) for i in range(AT_ONCE)])

    assert [r for r in results if isinstance(r, Exception)] == []
    children = children_by_walking()
    assert children[question.pk] == {r.pk for r in results[::2]} | {other.pk}
    assert children[other.pk] == {r.pk for r in results[1::2]}
    thread = Thread.objects.get()
    article.refresh_from_db()
    assert Comment.objects.count() == thread.comment_count == article.comment_count == 52
    assert thread.followers.count() == 52


def test_the_same_reply_sent_twenty_times_at_once_is_stored_once(say):
    question = say("May I walk?")

    results = all_at_once([lambda: say("Once is enough.", "Ada", to=question)] * 20)

    assert len({getattr(r, "pk", r) for r in results}) == 1
    assert Comment.objects.count() == 2


def test_replies_while_the_coach_answers_and_removes_leave_the_counts_right(say, coach, article):
    question = say("May I walk?")
    rude = say("Rude", "Quack", to=question)
    writer = conversation.Writer.of(coach)
    acts = [lambda i=i: say(f"Reply {i}", f"Reader{i}", to=question) for i in range(20)]
    acts += [lambda i=i: conversation.answer(question, f"Answer {i}", writer) for i in range(5)]
    acts += [lambda: conversation.remove(rude), lambda: conversation.remove(rude, as_spam=True)]
    acts += [lambda: conversation.pin(Thread.objects.get(pk=question.pk), pinned=True)]

    results = all_at_once(acts)

    assert [r for r in results if isinstance(r, Exception)] == []
    thread = Thread.objects.get()
    article.refresh_from_db()
    published = Comment.objects.published().count()
    assert published == thread.comment_count == article.comment_count == 26
    assert thread.is_pinned
    assert conversation.whose_turn(thread) == (thread.waiting_since, thread.answered_at)


def test_fifty_guests_asking_at_once_all_get_their_mail(article, ask_form, outbox):
    form = ask_form()
    address = reverse("comments:post", args=[article.pk])

    def ask(i):
        values = {"comment": f"Question {i}?", "name": f"R{i}", "email": f"r{i}@example.org"}
        return lambda: (
            Client().post(address, {**form, **values}, REMOTE_ADDR=f"198.51.{i}.1").status_code
        )

    assert all_at_once([ask(i) for i in range(AT_ONCE)]) == [303] * AT_ONCE
    assert Comment.objects.count() == Thread.objects.count() == AT_ONCE
    assert {m.to[0] for m in outbox()} == {f"r{i}@example.org" for i in range(AT_ONCE)}


def test_the_limit_holds_when_all_ask_at_once(article, ask_form, outbox):
    form = ask_form(email="victim@example.org")
    address = reverse("comments:post", args=[article.pk])

    def ask(i):
        return lambda: (
            Client()
            .post(address, {**form, "comment": f"Question {i}?"}, REMOTE_ADDR=f"198.51.{i}.1")
            .status_code
        )

    answers = all_at_once([ask(i) for i in range(20)])

    assert sorted(answers) == [303] * 5 + [429] * 15
    assert len(outbox()) == Comment.objects.count() == 5


def test_a_link_pressed_many_times_at_once_publishes_once(client, say, article):
    from comments import tokens

    comment = say("May I walk?", state=State.UNCONFIRMED)
    address = reverse("comments:confirm", args=[tokens.to_confirm(comment)])

    answers = all_at_once([lambda: Client().post(address).status_code] * 10)

    assert set(answers) <= {200, 303}
    article.refresh_from_db()
    assert article.comment_count == 1
    assert Thread.objects.get().followers.count() == 1
