"""What the coach sees: counts, and nothing of who."""

import pytest
from django.urls import reverse

from articles.subscribing import sending, subscriptions
from articles.subscribing.models import Delivery, Subscriber

pytestmark = pytest.mark.django_db

NUMBERS = "/admin/subscribers/"


def test_the_coach_sees_counts_and_no_address(as_coach, subscriber, publish, knees):
    subscriber("a@example.org")
    subscriber("b@example.org", topics=[knees], rhythm="weekly")
    gone, left = subscriber("c@example.org"), subscriber("d@example.org")
    publish("Kneecaps", topics=[knees])
    sending.work()
    subscriptions.stop(gone, Subscriber.Because.BOUNCED)
    subscriptions.stop(left)

    page = as_coach.get(NUMBERS).content.decode()
    cells = "".join(page.split())
    assert "Kneecaps</a></th>" in page
    assert '<tdclass="number">3</td><tdclass="number">1</td><tdclass="number">1</td>' in cells
    assert '<tdclass="number">4</td><tdclass="number">1</td><tdclass="number">1</td>' in cells
    assert f'<thscope="row">{"".join(knees.name.split())}</th><tdclass="number">0</td>' in cells
    assert "@example.org" not in page
    assert NUMBERS in as_coach.get(reverse("admin:index")).content.decode()


def test_the_counts_outlive_those_who_are_forgotten(as_coach, subscriber, publish):
    subscriber("a@example.org")
    publish()
    sending.work()
    subscriptions.forget(["a@example.org"])
    assert Delivery.objects.get().subscriber is None
    assert '<td class="number">1</td>' in as_coach.get(NUMBERS).content.decode()


def test_it_costs_the_same_however_many_there_are(
    as_coach, subscriber, publish, connection_queries, knees
):
    def fill(number):
        subscriber(f"reader{number}@example.org", topics=[knees] if number % 2 else [])
        publish(f"Article {number}")
        sending.work()

    fill(0)
    fill(1)
    few = connection_queries(lambda: as_coach.get(NUMBERS))
    for number in range(2, 12):
        fill(number)
    assert connection_queries(lambda: as_coach.get(NUMBERS)) == few


def test_it_is_not_for_readers(as_ada, client):
    assert as_ada.get(NUMBERS).status_code == 403
    assert client.get(NUMBERS).status_code == 302


# --- In the writing room --------------------------------------------------------------------


def test_the_form_says_how_many_an_article_goes_to_and_when_it_went(
    as_coach, subscriber, publish, draft
):
    subscriber("a@example.org")
    subscriber("b@example.org", rhythm="weekly")
    page = as_coach.get(f"/admin/articles/article/{draft.pk}/change/").content.decode()
    assert "goes to 1 subscriber at once, and to 1 subscriber with the weekly mail" in page

    article = publish()
    sending.work()
    page = as_coach.get(f"/admin/articles/article/{article.pk}/change/").content.decode()
    assert "Mailed to 1 subscriber since" in page
