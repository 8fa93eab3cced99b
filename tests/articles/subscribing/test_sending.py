"""A new article reaches each subscriber once, whatever happens on the way."""

import threading
from collections import Counter
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core.mail import get_connection
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from post_office.mail import get_queued
from post_office.models import PRIORITY, Email

from articles.models import Article
from articles.subscribing import sending, subscriptions
from articles.subscribing.models import Delivery, Mailing, Subscriber

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def rows(settings):
    """Mails are rows, as they are on a site that is served."""
    settings.EMAIL_BACKEND = "walkcoach.outbox.OutboxBackend"


def mailed() -> Counter:
    """How many mails wait for each address."""
    return Counter(email.to[0] for email in Email.objects.all())


def the_mail() -> Email:
    return Email.objects.get()


# --- What is mailed -------------------------------------------------------------------------


def test_an_article_is_mailed_when_it_is_published(publish, subscriber):
    theirs = subscriber()
    publish("Shoes that bend")
    sending.work()

    email = the_mail()
    assert email.to == [theirs.email] and email.subject == "Shoes that bend"
    for body in (email.message, email.html_message):
        assert "About Shoes that bend." in body
        assert "http://testserver/articles/article-0/" in body
        assert "You get this because you asked for new articles by mail" in body
        assert "/subscribe/stop/" in body
    assert "<img" not in email.html_message and "?" not in email.message.partition("Stop")[0]


def test_a_scheduled_article_is_mailed_when_its_time_has_come(subscriber, scheduled):
    subscriber()
    sending.work()
    assert not mailed()
    with time_machine.travel(scheduled.published_at + timedelta(seconds=10), tick=False):
        sending.work()
    assert the_mail().subject == scheduled.title


def test_what_is_no_news_is_not_mailed(publish, subscriber):
    subscriber()
    publish("From long ago", published_at=timezone.now() - timedelta(days=2))
    publish("Not for the post", mail_subscribers=False)
    sending.work()
    assert not mailed()
    Article.objects.update(mail_subscribers=True, published_at=timezone.now())
    sending.work()
    assert not mailed()  # decided once


def test_what_is_edited_or_published_again_is_not_mailed_again(publish, subscriber):
    subscriber()
    article = publish()
    sending.work()
    article.title = "Shoes, once more"
    article.save()
    Article.objects.all().unpublish()
    Article.objects.update(published_at=None)
    Article.objects.all().publish()
    sending.work()
    assert sum(mailed().values()) == 1


def test_only_those_who_want_its_topic_get_it(publish, subscriber, knees):
    subscriber("everything@example.org")
    subscriber("knees@example.org", topics=[knees])
    publish("Shoes")
    sending.work()
    assert mailed() == {"everything@example.org": 1}
    publish("Kneecaps", topics=[knees])
    sending.work()
    assert mailed() == {"everything@example.org": 2, "knees@example.org": 1}


def test_those_who_stopped_or_came_later_or_never_confirmed_get_nothing(publish, subscriber):
    subscriptions.stop(subscriber("stopped@example.org"))
    subscriptions.ask("asked@example.org", None)
    Email.objects.all().delete()
    publish()
    sending.open_mailings(timezone.now() - timedelta(minutes=1))
    subscriber("later@example.org", since_days=0)
    sending.work()
    assert not mailed()


def test_who_stops_gets_none_that_waits_in_the_outbox(publish, subscriber):
    theirs = subscriber()
    publish()
    sending.work()
    subscriptions.ask("rewa@example.org", None)  # this one they asked for
    subscriptions.stop(theirs)
    assert [email.priority for email in Email.objects.all()] == [PRIORITY.medium]


def test_an_article_taken_back_on_its_way_goes_no_further(publish, subscriber, monkeypatch):
    monkeypatch.setattr(sending, "OUTBOX_HOLDS", 2)
    for number in range(4):
        subscriber(f"reader{number}@example.org")
    publish()
    sending.work()
    Article.objects.all().unpublish()
    Email.objects.all().delete()  # they were sent
    sending.work()
    assert not mailed() and Mailing.objects.get().finished_at


# --- The weekly mail ------------------------------------------------------------------------

SATURDAY = datetime(2026, 11, 28, 8, 0, 5, tzinfo=timezone.get_default_timezone())


def test_a_weekly_mail_holds_what_is_new_and_none_comes_for_nothing(publish, subscriber):
    with time_machine.travel(SATURDAY - timedelta(days=3)) as clock:
        subscriber(rhythm="weekly", since_days=0)
        clock.shift(60)
        publish("Shoes")
        sending.work()
        clock.shift(60)
        publish("Sticks")
        sending.work()
        assert not mailed()

        clock.move_to(SATURDAY)
        sending.work()
        email = the_mail()
        assert email.subject == "Sticks, and 1 more"
        assert email.message.index("Sticks") < email.message.index("Shoes")
        assert "once a week" in email.message

        clock.move_to(SATURDAY + timedelta(days=7))
        sending.work()
        assert mailed() == {"rewa@example.org": 1}
        assert Subscriber.objects.get().issue_due_at > timezone.now() + timedelta(days=6)


def test_who_changes_rhythm_on_the_way_gets_each_article_once(publish, subscriber):
    def change(person, rhythm):
        wishes = {"all_topics": True, "topics": [], "rhythm": rhythm, "weekday": 5, "hour": 8}
        subscriptions.change(person, wishes)

    with time_machine.travel(SATURDAY - timedelta(days=3)) as clock:
        to_weekly, to_once = (
            subscriber("a@example.org"),
            subscriber("b@example.org", rhythm="weekly"),
        )
        late = subscriber("c@example.org")
        publish("Shoes")
        sending.open_mailings(timezone.now())
        change(late, "weekly")  # before their mail was made
        sending.work()
        assert mailed() == {"a@example.org": 1}

        clock.shift(60)
        change(to_weekly, "weekly")
        change(to_once, "at_once")  # what waited for Saturday comes now
        sending.work()
        assert mailed() == {"a@example.org": 1, "b@example.org": 1}

        clock.move_to(SATURDAY)
        sending.work()
        assert mailed() == {"a@example.org": 1, "b@example.org": 1, "c@example.org": 1}

        publish("Sticks")
        sending.work()
        assert mailed()["b@example.org"] == 2 and mailed()["a@example.org"] == 1


def test_summer_time_moves_no_weekly_mail(settings, ada, subscriber):
    ada.time_zone = "Europe/Oslo"
    ada.save()
    theirs = subscriber(ada.email, rhythm="weekly", weekday=6, hour=8)
    before = datetime(2027, 3, 27, 12, tzinfo=ada.zone)  # the clocks change that night
    assert theirs.next_issue_after(before).isoformat() == "2027-03-28T08:00:00+02:00"
    assert theirs.next_issue_after(theirs.next_issue_after(before)).day == 4


# --- Once, and no less ----------------------------------------------------------------------


def test_a_crash_at_any_batch_loses_and_doubles_nothing(publish, subscriber, monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 2)
    everybody = {subscriber(f"reader{number}@example.org").email for number in range(7)}
    publish()
    sent = []

    class Falls:
        """Queues the mails of a batch, and then the lights go out, every other time."""

        def send_messages(self, mails):
            get_connection().send_messages(mails)
            sent.append(mails)
            if len(sent) % 2 == 0:
                raise KeyboardInterrupt

    monkeypatch.setattr(sending, "get_connection", Falls)
    crashes = 0
    while not (Mailing.objects.exists() and Mailing.objects.get().finished_at):
        try:
            sending.work()
        except KeyboardInterrupt:
            crashes += 1
        assert Delivery.objects.count() == Email.objects.count()

    assert crashes == 3
    assert mailed() == dict.fromkeys(everybody, 1)


def test_the_database_itself_refuses_a_second_delivery(publish, subscriber):
    theirs, article = subscriber(), publish()
    Delivery.objects.create(article=article, subscriber=theirs)
    with pytest.raises(IntegrityError), transaction.atomic():
        Delivery.objects.create(article=article, subscriber=theirs)


@pytest.mark.django_db(transaction=True)
def test_two_workers_send_one_mail_each(publish, subscriber, monkeypatch):
    monkeypatch.setattr(sending, "BATCH", 3)
    everybody = {subscriber(f"reader{number}@example.org").email for number in range(20)}
    weekly = {
        subscriber(f"weekly{number}@example.org", rhythm="weekly").email for number in range(6)
    }
    publish()
    sending.open_mailings(timezone.now())
    Subscriber.objects.filter(rhythm="weekly").update(issue_due_at=timezone.now())
    troubles = []

    def work():
        try:
            sending.work()
        except Exception as error:
            troubles.append(error)
        finally:
            connection.close()

    workers = [threading.Thread(target=work) for _ in range(3)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    assert not troubles
    assert mailed() == dict.fromkeys(everybody | weekly, 1)
    assert Delivery.objects.count() == len(everybody | weekly)


# --- In the outbox --------------------------------------------------------------------------


def test_a_mail_that_somebody_waits_for_goes_before_a_thousand_articles(publish, subscriber):
    for number in range(3):
        subscriber(f"reader{number}@example.org")
    publish()
    sending.work()
    subscriptions.ask("new@example.org", None)

    assert {email.priority for email in Email.objects.exclude(to="new@example.org")} == {
        PRIORITY.low
    }
    assert get_queued()[0].to == ["new@example.org"]


def test_the_outbox_never_holds_more_than_a_few_of_them(publish, subscriber, monkeypatch):
    monkeypatch.setattr(sending, "OUTBOX_HOLDS", 5)
    for number in range(8):
        subscriber(f"reader{number}@example.org")
    publish()
    for _round in range(2):
        sending.work()
    assert len(mailed()) == 5
    subscriptions.stop(Subscriber.objects.get(email="reader7@example.org"))
    Email.objects.all().delete()  # they were sent
    sending.work()
    assert set(mailed()) == {"reader5@example.org", "reader6@example.org"}


def test_a_batch_costs_the_same_however_large(publish, subscriber, connection_queries):
    def cost(readers):
        Subscriber.objects.all().delete()
        for number in range(readers):
            subscriber(f"reader{number}@example.org")
        publish()
        sending.open_mailings(timezone.now())
        mailing = Mailing.objects.latest("pk")
        return connection_queries(lambda: sending.send_batch(mailing.pk, timezone.now()))

    assert cost(2) == cost(12)


def test_a_round_with_nothing_to_do_costs_little(publish, subscriber, django_assert_num_queries):
    subscriber()
    publish()
    sending.work()
    with django_assert_num_queries(4):
        sending.work()


# --- Its headers ----------------------------------------------------------------------------


def test_its_headers_are_those_of_a_list_that_can_be_left(publish, subscriber, client):
    subscriber()
    publish("{% load x %} & <b>")
    sending.work()
    message = the_mail().email_message().message()

    assert message["Subject"] == "{% load x %} & <b>"
    assert message["List-Id"] == "<new-articles.testserver>"
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert message["Precedence"] == "bulk" and message["Auto-Submitted"] == "auto-generated"
    [way_out] = message["List-Unsubscribe"].split(", ")
    client.post(way_out.strip("<>").removeprefix("http://testserver"))
    assert not Subscriber.objects.get().is_active


def test_with_a_reply_address_it_comes_back_to_an_address_of_their_own(
    publish, subscriber, settings
):
    settings.REPLY_ADDRESS = "reply+TOKEN@walk.example"
    settings.DEFAULT_FROM_EMAIL = "Walkcoach <coach@walk.example>"
    subscriber()
    publish()
    sending.work()
    message = the_mail().email_message()

    assert message.from_email.startswith("reply+") and message.from_email.endswith("@walk.example")
    assert message.message()["From"] == "Walkcoach <coach@walk.example>"
    https, mailto = message.message()["List-Unsubscribe"].split(", ")
    assert https.startswith("<http") and mailto.startswith("<mailto:reply+")
    assert message.from_email not in mailto
