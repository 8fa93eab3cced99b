"""How long questions usually wait: told from what was, and not at all from too little."""

import datetime

import pytest
import time_machine
from django.core.cache import caches

from articles.models import Article
from comments import conversation, waiting_time
from comments.models import Thread

NOW = datetime.datetime(2026, 3, 20, 12, tzinfo=datetime.UTC)
DAY = datetime.timedelta(days=1)


@pytest.fixture
def answer_after(say, coach):
    """Questions asked, each with its answer so many days later; None for one that waits."""

    def asked(*days):
        for place, wait in enumerate(days):
            begin = NOW - 20 * DAY + place * datetime.timedelta(minutes=5)
            with time_machine.travel(begin, tick=False):
                question = say(f"Question {place}?")
            if wait is not None:
                with time_machine.travel(begin + wait * DAY, tick=False):
                    say(f"Answer {place}.", coach, to=question)
        caches["pages"].clear()

    with time_machine.travel(NOW, tick=False):
        yield asked


def test_four_in_five_questions_decide(client, article, answer_after):
    answer_after(1, 1, 1, 1, 1, 1, 1, 2, 9, 9)
    Article.objects.update(published_at=NOW - 30 * DAY)
    with time_machine.travel(NOW, tick=False):
        assert waiting_time.in_words() == "Usually answered within 2 days."
        assert (
            "Usually answered within 2 days."
            in client.get(article.get_absolute_url()).content.decode()
        )
        assert "Usually answered within 2 days." in client.get("/comments/sent/").content.decode()


def test_nothing_is_said_from_a_handful(answer_after):
    answer_after(*[1] * (waiting_time.FEWEST_ANSWERS - 1))
    with time_machine.travel(NOW, tick=False):
        assert waiting_time.in_words() == ""


def test_an_answer_within_the_hour_is_told_as_a_day(answer_after):
    answer_after(*[0.01] * 10)
    with time_machine.travel(NOW, tick=False):
        assert waiting_time.in_words() == "Usually answered within a day."


def test_those_who_still_wait_count_with_what_they_have_waited(answer_after):
    answer_after(1, 1, 1, 1, 1, 1, 1, 1, None, None, None, None)
    with time_machine.travel(NOW, tick=False):
        # A third of them wait for twenty days now: more than is told at all.
        assert waiting_time.in_words() == ""


def test_what_needs_no_answer_makes_the_coach_no_slower(answer_after):
    answer_after(1, 1, 1, 1, 1, 1, 1, 1, None, None, None, None)
    for thread in Thread.objects.waiting():
        conversation.say_no_answer_needed(thread)
    caches["pages"].clear()
    with time_machine.travel(NOW, tick=False):
        assert waiting_time.in_words() == "Usually answered within a day."


def test_it_is_worked_out_once_an_hour(answer_after, django_assert_num_queries):
    answer_after(*[1] * 10)
    with time_machine.travel(NOW, tick=False):
        waiting_time.usual_days()
        with django_assert_num_queries(0):
            waiting_time.usual_days()
