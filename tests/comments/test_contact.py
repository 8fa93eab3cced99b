"""Writing to the coach by a form that shows nobody's address."""

import pytest
from django.test import Client
from django.urls import reverse

from articles.models import Page
from comments import limits

pytestmark = pytest.mark.django_db
TYPED = {"comment": "Would you speak to our group?", "name": "Rewa", "email": "rewa@example.org"}


@pytest.fixture
def page(coach):
    return Page.objects.create(
        title="Write to me", slug="contact", kind="contact", status="published"
    )


@pytest.fixture
def send(client, page):
    def send(by=client, **changes):
        return by.post(reverse("comments:contact", args=[page.pk]), {**TYPED, **changes})

    return send


def test_a_message_reaches_the_coach_and_an_answer_reaches_its_writer(send, client, page, outbox):
    assert "Send my message" in client.get("/contact/").text
    answer = send()
    assert "Your message is on its way" in client.get(answer.url).text
    (mail,) = outbox()
    assert mail.to == ["coach@example.com"]
    assert mail.extra_headers["Reply-To"] == "Rewa <rewa@example.org>"
    assert mail.subject == "A message from Rewa"
    assert "Would you speak to our group?" in mail.body


def test_the_page_shows_no_address_sets_no_cookie_and_is_everybodys(client, page):
    response = client.get("/contact/")
    assert "coach@example.com" not in response.text
    assert "csrfmiddlewaretoken" not in response.text and not response.cookies
    assert response.headers["Cache-Control"].startswith("public")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"comment": " "}, "Write your message first."),
        ({"comment": "x" * 5001}, "Keep it under 5000 characters; it has 5001 now."),
        ({"name": ""}, "Give your name."),
        ({"email": "rewa at home"}, "it should read like name@example.com"),
        ({"email": "a@example.org\nBcc: b@example.org"}, "it should read like name@example.com"),
    ],
)
def test_what_is_amiss_is_said_and_nothing_is_lost(send, outbox, changes, words):
    answer = send(**changes)
    assert answer.status_code == 422
    assert words in answer.text and "There is a problem" in answer.text
    if "comment" not in changes:
        assert "Would you speak to our group?" in answer.text
    assert not outbox()


def test_a_name_cannot_write_a_header(send, outbox):
    send(name="Rewa\r\nBcc: all@example.org")
    (mail,) = outbox()
    assert mail.to == ["coach@example.com"] and not mail.bcc and not mail.cc
    assert "\n" not in mail.subject and "\n" not in mail.extra_headers["Reply-To"]


def test_words_are_only_ever_words(send, outbox):
    send(comment="<script>alert(1)</script>")
    (mail,) = outbox()
    ((html, _),) = [(body, kind) for body, kind in mail.alternatives if kind == "text/html"]
    assert "<script>" not in html and "&lt;script&gt;" in html


def test_a_program_in_the_trap_is_told_nothing_and_sends_nothing(send, outbox):
    assert send(honeypot="https://pills.example").url == reverse("comments:contact_sent")
    assert not outbox()


def test_a_second_press_sends_nothing_more(send, outbox):
    assert send().url == send().url
    assert len(outbox()) == 1


def test_too_many_are_given_back_with_the_time_to_try_again(send, outbox):
    for number in range(limits.MESSAGES):
        assert send(comment=f"Message {number}").status_code == 303
    answer = send(comment="One more, if I may")
    assert answer.status_code == 429 and int(answer.headers["Retry-After"]) > 0
    assert "Nothing is lost: send it again in" in answer.text
    assert "One more, if I may" in answer.text
    assert len(outbox()) == limits.MESSAGES


def test_a_red_flag_is_shown_before_it_is_sent(send, outbox):
    first = send(comment="I have sudden chest pain")
    assert "call 999 now" in first.text and "Send it all the same" in first.text
    assert not outbox()
    assert send(comment="I have sudden chest pain", flags_seen="2026-11").status_code == 303
    assert len(outbox()) == 1


def test_another_site_cannot_send_it_for_a_visitor(client, page, outbox):
    address = reverse("comments:contact", args=[page.pk])
    answer = client.post(address, TYPED, headers={"Origin": "https://evil.test"})
    assert answer.status_code == 403 and "Would you speak" in answer.text
    assert not outbox()


def test_who_is_signed_in_finds_their_name_and_needs_their_token(as_ada, ada, page, outbox):
    assert 'value="ada@example.com"' in as_ada.get("/contact/").text
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    answer = strict.post(reverse("comments:contact", args=[page.pk]), TYPED)
    assert answer.status_code == 403 and "Would you speak" in answer.text
    assert "csrfmiddlewaretoken" in answer.text and not outbox()


def test_where_nobody_answers_the_words_come_back(client, page, coach, outbox):
    coach.coach_profile.delete()
    answer = client.post(reverse("comments:contact", args=[page.pk]), TYPED)
    assert answer.status_code == 503
    assert "Nobody can be reached" in answer.text and "Would you speak" in answer.text


def test_a_page_that_is_no_contact_page_takes_nothing(client, page, outbox):
    Page.objects.update(kind="text")
    assert client.post(reverse("comments:contact", args=[page.pk]), TYPED).status_code == 404
