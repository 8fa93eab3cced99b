"""Many at once on the desk: an answer leaves once, and moving spoils nothing."""

import random
from contextlib import suppress

import pytest
from django.utils import timezone

from articles.models import Article
from comments import answering, conversation
from comments.models import Comment, ScheduledAnswer, Thread

from .test_moving import check_invariants
from .test_storm import all_at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("outbox"),
]


def test_a_due_answer_is_published_once_though_twenty_find_it(say, coach, outbox):
    question = say("May I walk?")
    answering.schedule(question, "Yes.", coach)
    ScheduledAnswer.objects.update(leaves_at=timezone.now())

    published = all_at_once([answering.publish_due] * 20)

    assert sorted(published) == [0] * 19 + [1]
    assert Comment.objects.filter(by_coach=True).count() == 1
    assert len(outbox()) == 1


def test_an_answer_leaves_or_is_called_back_and_never_both(say, coach):
    questions = [say(f"Question {i}?", f"Reader{i}") for i in range(6)]
    answers = [answering.schedule(one, f"Answer {i}", coach) for i, one in enumerate(questions)]

    acts = [lambda a=a: answering.publish(a) for a in answers]
    acts += [lambda a=a: answering.call_back(a) for a in answers]
    results = all_at_once(acts)

    assert [r for r in results if isinstance(r, Exception)] == []
    for i, question in enumerate(questions):
        thread = Thread.objects.get(pk=question.pk)
        left = thread.comments.filter(by_coach=True).exists()
        kept = thread.drafts.filter(body=f"Answer {i}").exists()
        still = ScheduledAnswer.objects.filter(reply_to=question).exists()
        assert [left, kept, still].count(True) == 1


def test_threads_are_split_merged_and_moved_while_people_write(say, coach, article):
    shoes = Article.objects.create(
        title="Shoes",
        slug="shoes",
        body="<p>Flat.</p>",
        author=coach,
        status=Article.Status.PUBLISHED,
        published_at=timezone.now(),
    )
    articles = [article, shoes]
    questions = [say(f"Question {i}?", f"Reader{i}", under=articles[i % 2]) for i in range(4)]
    replies = [
        say(f"Reply {i}", f"R{i}", to=q, under=articles[j % 2])
        for j, q in enumerate(questions)
        for i in range(3)
    ]
    writer = conversation.Writer.of(coach)
    dice = random.Random(7)

    def move():
        comment = dice.choice(replies + questions[1:])
        try:
            what = dice.randrange(4)
            if what == 0:
                conversation.split(comment, dice.choice(articles))
            elif what == 1:
                thread = Thread.objects.holding(comment.pk).first()
                conversation.move_to_article(thread, dice.choice(articles))
            else:
                target = Thread.objects.holding(dice.choice(questions).pk).first()
                conversation.move_into(comment, target)
        except (conversation.CannotMove, AttributeError):
            pass  # it has moved on meanwhile; a thread may be gone

    def write(i):
        comment = dice.choice(questions + replies)
        try:
            where = conversation.reply_to_article(Comment.objects.get(pk=comment.pk))
            say(f"Meanwhile {i}", f"M{i}", to=comment, under=where)
        except (conversation.CannotReply, Article.DoesNotExist):
            pass  # it went to the other article in this very moment

    def answer(i):
        comment = dice.choice(questions + replies)
        with suppress(conversation.CannotReply, Article.DoesNotExist):
            conversation.answer(comment, f"Answer {i}", writer)

    acts = [move] * 24 + [lambda i=i: write(i) for i in range(12)]
    acts += [lambda i=i: answer(i) for i in range(4)]
    dice.shuffle(acts)
    results = all_at_once(acts)

    assert [r for r in results if isinstance(r, Exception)] == []
    check_invariants()
