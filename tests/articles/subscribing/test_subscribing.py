"""An address alone subscribes: asked for on any page, confirmed by mail, changed by a link."""

import re
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from allauth.account.signals import email_changed
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.erasure import erase
from articles.subscribing import limits, subscriptions, tokens
from articles.subscribing.models import Subscriber, SubscriptionEvent

from .conftest import link_in

pytestmark = pytest.mark.django_db

ASK = "/subscribe/"
SENT = "/subscribe/sent/"


def ask(client, email="rewa@example.org", ip="198.51.100.7", **more):
    return client.post(ASK, {"email": email, **more}, REMOTE_ADDR=ip)


def the_subscriber():
    return Subscriber.objects.get()


# --- Asking ---------------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["/", "/articles/", "/articles/{}/", "/topics/sore-knees/"])
def test_every_page_of_articles_has_a_form_without_a_token_or_a_cookie(
    client, article, knees, where
):
    article.topics.add(knees)
    response = client.get(where.format(article.slug))
    form = re.search(r'<section class="subscribe.*?</section>', response.content.decode(), re.S)[0]

    assert 'name="email"' in form and "csrfmiddlewaretoken" not in form
    assert not response.cookies


def test_a_reader_subscribes_by_one_press_in_one_mail(client, mailoutbox, db):
    response = ask(client)
    assert response.status_code == 303 and response.url == SENT
    [mail] = mailoutbox
    assert mail.to == ["rewa@example.org"]
    assert not the_subscriber().is_active

    path = link_in(mail, "confirm")
    page = client.get(path)  # as a program that scans mail does, too
    assert "Yes, mail me new articles" in page.content.decode()
    assert not the_subscriber().is_active

    page = client.post(path, follow=True).content.decode()
    assert "Welcome. New articles come as soon as they are out." in page
    assert the_subscriber().is_active
    [consent] = the_subscriber().consents.all()
    assert "until I stop it" in consent.words and consent.version and consent.given_at


def test_a_topics_page_subscribes_to_that_topic(client, mailoutbox, knees):
    ask(client, topic=knees.slug)
    path = link_in(mailoutbox[0], "confirm")
    assert knees.name in client.get(path).content.decode()
    client.post(path)

    assert not the_subscriber().all_topics and [*the_subscriber().topics.all()] == [knees]


def test_the_mail_holds_nothing_that_a_stranger_typed(client, mailoutbox):
    client.post(ASK, {"email": "rewa@example.org", "name": "Buy my cream", "topic": ""})
    [mail] = mailoutbox
    assert "Buy my cream" not in mail.body + mail.subject + mail.alternatives[0].content


def test_the_answer_does_not_tell_who_is_subscribed(client, mailoutbox, subscriber):
    subscriber("known@example.org")
    stopped = subscriber("stopped@example.org")
    subscriptions.stop(stopped)
    answers = [
        ask(client, email, ip=f"198.51.{number}.7")
        for number, email in enumerate(
            ["new@example.org", "known@example.org", "stopped@example.org"]
        )
    ]

    assert len({(a.status_code, a.url, a.content) for a in answers}) == 1
    assert [mail.to[0] for mail in mailoutbox] == [
        "new@example.org",
        "known@example.org",
        "stopped@example.org",
    ]
    assert "You get them already" in mailoutbox[1].body
    assert client.get(link_in(mailoutbox[1], "preferences")).status_code == 200
    assert "was it you?" in mailoutbox[2].subject


def test_a_stranger_cannot_change_what_somebody_chose(client, subscriber, knees):
    theirs = subscriber(topics=[knees])
    subscriptions.stop(theirs)
    ask(client)
    assert [*the_subscriber().topics.all()] == [knees] and not the_subscriber().is_active


def test_an_address_is_mailed_a_few_times_a_day_at_most(client, mailoutbox, db):
    for number in range(limits.MAILS_PER_ADDRESS):
        # Ada's mailbox, however it is written, and from whichever network.
        ask(client, f"Ada+{number}@example.org", ip=f"198.51.{number}.7")
    response = ask(client, "ada@example.org", ip="203.0.113.9")

    assert response.status_code == 429 and "Ask again in" in response.content.decode()
    assert 'value="ada@example.org"' in response.content.decode()
    assert int(response.headers["Retry-After"]) > 0
    assert len(mailoutbox) == limits.MAILS_PER_ADDRESS


def test_a_network_cannot_feed_us_a_list(client, mailoutbox, db):
    statuses = [ask(client, f"victim{n}@example.org").status_code for n in range(12)]
    assert statuses.count(303) == len(mailoutbox) == limits.MAILS_PER_NETWORK
    assert Subscriber.objects.count() == limits.MAILS_PER_NETWORK  # what was refused left nothing


def test_programs_and_other_sites_send_no_mail(client, mailoutbox, db):
    assert ask(client, website="http://spam.example").url == SENT
    elsewhere = client.post(ASK, {"email": "a@b.example"}, HTTP_ORIGIN="https://evil.example")
    assert elsewhere.status_code == 403
    assert not mailoutbox and not Subscriber.objects.exists()


def test_a_slip_in_the_address_comes_back_with_what_was_typed(client, mailoutbox, db):
    page = ask(client, "rewa@example")
    assert page.status_code == 422 and 'value="rewa@example"' in page.content.decode()
    assert "Look at the address once more" in page.content.decode()
    assert not mailoutbox


# --- Links ----------------------------------------------------------------------------------


def test_an_old_link_is_worth_a_new_one(client, mailoutbox, db):
    ask(client)
    path = link_in(mailoutbox[0], "confirm")
    with time_machine.travel(timezone.now() + tokens.CONFIRM_WITHIN + timedelta(minutes=1)):
        page = client.get(path)
        assert page.status_code == 410 and "a week old" in page.content.decode()
        assert client.post(path).url == SENT
    assert len(mailoutbox) == 2 and not the_subscriber().is_active


@pytest.mark.parametrize("name", ["confirm", "preferences", "stop", "export", "report_by_link"])
def test_a_forged_link_leads_nowhere(client, subscriber, name):
    token = tokens.to_preferences(subscriber()) + "0"
    assert client.get(reverse(f"subscribing:{name}", args=[token])).status_code == 404


def test_no_link_works_in_anothers_place(client, subscriber):
    theirs = subscriber()
    for name, token in [
        ("stop", tokens.to_preferences(theirs)),
        ("preferences", tokens.to_stop(theirs)),
    ]:
        assert client.post(reverse(f"subscribing:{name}", args=[token])).status_code == 404
    assert the_subscriber().is_active


def test_pages_by_link_are_kept_nowhere(client, subscriber):
    response = client.get(
        reverse("subscribing:preferences", args=[tokens.to_preferences(subscriber())])
    )
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["X-Robots-Tag"] == "noindex"
    assert not response.cookies


# --- Choosing and stopping ------------------------------------------------------------------


def wishes(**changed):
    return {
        "act": "wishes",
        "all_topics": "yes",
        "rhythm": "at_once",
        "weekday": "5",
        "hour": "8",
        **changed,
    }


def test_a_subscriber_chooses_topics_and_a_time_of_the_week(client, subscriber, knees):
    path = reverse("subscribing:preferences", args=[tokens.to_preferences(subscriber())])
    page = client.post(
        path,
        wishes(all_topics="no", topics=[knees.pk], rhythm="weekly", weekday="2", hour="18"),
    ).content.decode()

    assert f"New articles about {knees.name} come on Wednesdays at 18:00." in page
    due = the_subscriber().issue_due_at
    assert due > timezone.now() and (due.weekday(), due.hour) == (2, 18)


def test_no_topic_at_all_is_asked_about(client, subscriber):
    path = reverse("subscribing:preferences", args=[tokens.to_preferences(subscriber())])
    page = client.post(path, wishes(all_topics="no"))
    assert page.status_code == 422
    assert "Choose at least one topic, or all articles." in page.content.decode()
    assert the_subscriber().all_topics


def test_a_mail_program_stops_the_mails_with_one_click(subscriber):
    path = reverse("subscribing:stop", args=[tokens.to_stop(subscriber())])
    program = Client(enforce_csrf_checks=True)
    assert "Stop these mails?" in program.get(path).content.decode()
    assert the_subscriber().is_active

    for _twice in range(2):
        response = program.post(path, {"List-Unsubscribe": "One-Click"})
        assert response.status_code == 200 and not response.cookies
    assert the_subscriber().stopped_because == "asked"
    assert SubscriptionEvent.objects.filter(kind="stopped").count() == 1


def test_who_stopped_starts_again_by_the_link(client, subscriber):
    theirs = subscriber()
    subscriptions.stop(theirs)
    path = reverse("subscribing:preferences", args=[tokens.to_preferences(theirs)])
    assert "Start again" in client.get(path).content.decode()
    client.post(path, {"act": "start"})

    assert the_subscriber().is_active
    assert the_subscriber().consents.count() == 2
    assert the_subscriber().new_since > timezone.now() - timedelta(minutes=1)


def test_whoever_has_the_link_takes_what_is_kept_along_and_is_forgotten(client, subscriber):
    token = tokens.to_preferences(subscriber())
    kept = client.get(reverse("subscribing:export", args=[token]))
    assert kept.json()["email"] == "rewa@example.org" and kept.json()["agreed_to"]
    assert "attachment" in kept.headers["Content-Disposition"]

    path = reverse("subscribing:preferences", args=[token])
    assert "forgotten" in client.post(path, {"act": "forget"}).content.decode()
    assert not Subscriber.objects.exists()
    assert client.get(path).status_code == 410


# --- Members --------------------------------------------------------------------------------


def test_a_member_subscribes_in_the_settings_without_a_mail(as_ada, mailoutbox):
    mine = reverse("subscribing:my_preferences")
    assert mine in as_ada.get(reverse("accounts:settings")).content.decode()
    assert "ada@example.com" in as_ada.get(mine).content.decode()
    assert not Subscriber.objects.exists()  # a look leaves nothing

    assert "Welcome." in as_ada.post(mine, {"act": "start"}).content.decode()
    assert the_subscriber().is_active and not mailoutbox
    as_ada.post(mine, {"act": "stop"})
    assert not the_subscriber().is_active


def test_a_members_week_is_by_their_own_clock(as_ada, ada, subscriber):
    ada.time_zone = "America/New_York"
    ada.save()
    subscriber(ada.email, rhythm="weekly", weekday=0, hour=8)
    local = the_subscriber().issue_due_at.astimezone(ada.zone)
    assert (local.weekday(), local.hour) == (0, 8)
    page = as_ada.get(reverse("subscribing:my_preferences")).content.decode()
    assert "America/New York" in page


def test_an_erased_account_takes_its_subscription_along(ada, subscriber):
    subscriber(ada.email)
    erase(ada)
    assert not Subscriber.objects.exists()


def test_a_subscription_follows_an_account_to_its_new_address(ada, subscriber):
    subscriber(ada.email)
    new = EmailAddress(user=ada, email="New@example.org")
    email_changed.send(
        sender=EmailAddress,
        request=None,
        user=ada,
        from_email_address=EmailAddress.objects.get(user=ada),
        to_email_address=new,
    )
    assert the_subscriber().email == "new@example.org"


def test_an_address_that_never_confirmed_is_forgotten(client, subscriber):
    subscriber("stays@example.org")
    ask(client, "goes@example.org")
    with time_machine.travel(timezone.now() + timedelta(days=31)):
        subscriptions.prune()
    assert the_subscriber().email == "stays@example.org"
