"""Threads by age or by how many they helped; the pinned ones first; links that stay right."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from comments import conversation
from comments.marks import marking
from comments.marks.whose import Marker
from comments.models import Thread

from .many import plant


@pytest.fixture
def three(say):
    """Three questions; the second helped two, the third one."""
    first, second, third = (say(words) for words in ("First?", "Second?", "Third?"))
    for visitor in "ab":
        marking.mark_helpful(second, Marker(visitor=visitor))
    marking.mark_helpful(third, Marker(visitor="a"))
    return first, second, third


def order_on(client, article, sort="") -> list[str]:
    page = client.get(article.get_absolute_url(), {"sort": sort} if sort else {}).content.decode()
    places = {word: page.index(f"{word}?") for word in ("First", "Second", "Third")}
    return sorted(places, key=places.__getitem__)


def test_the_oldest_come_first_unless_asked(client, article, three):
    assert order_on(client, article) == ["First", "Second", "Third"]
    assert order_on(client, article, "nonsense") == ["First", "Second", "Third"]


def test_newest_and_most_helpful_first(client, article, three):
    assert order_on(client, article, "newest") == ["Third", "Second", "First"]
    assert order_on(client, article, "helpful") == ["Second", "Third", "First"]


def test_each_order_says_which_it_is_and_is_kept_by_itself(client, article, three):
    for _ in range(2):  # made, then from the cache
        page = client.get(article.get_absolute_url(), {"sort": "newest"}).content.decode()
        assert 'sort=newest#comments" aria-current="true">Newest' in page
        page = client.get(article.get_absolute_url()).content.decode()
        assert 'aria-current="true">Oldest' in page


def test_the_pinned_thread_stays_on_top_in_every_order(client, article, three):
    conversation.pin(Thread.objects.get(pk=three[0].pk), pinned=True)
    for sort in ("", "newest", "helpful"):
        assert order_on(client, article, sort)[0] == "First"


def test_a_permalink_leads_to_the_page_that_shows_the_comment(client, article):
    keys = plant(article, [None] * 45)
    address = client.get(f"/comments/{keys[44]}/").headers["Location"]
    assert address == f"{article.get_absolute_url()}?page=3#comment-{keys[44]}"
    assert f'id="comment-{keys[44]}"' in client.get(address).content.decode()


def test_paging_keeps_the_order(client, article):
    plant(article, [None] * 45)
    page = client.get(article.get_absolute_url(), {"sort": "newest"}).content.decode()
    assert "?sort=newest&amp;page=2#comments" in page


def test_every_order_costs_the_same_queries_whatever_the_size(client, article):
    counts = []
    for more in (3, 200):
        plant(article, [None] * more)
        for sort in ("oldest", "newest", "helpful"):
            Client().get(article.get_absolute_url())  # what is worked out once an hour
            with CaptureQueriesContext(connection) as captured:
                client.get(article.get_absolute_url(), {"sort": sort, "page": "1"})
            counts.append(len(captured))
    assert counts[0::3] == [counts[0]] * 2
    assert counts[1::3] == [counts[1]] * 2
    assert counts[2::3] == [counts[2]] * 2
