"""Asking and replying, as a guest and as a member; and that nothing typed is ever lost."""

import pytest
import time_machine
from django.db import OperationalError
from django.test import Client
from django.urls import reverse

from comments import conversation, limits
from comments.forms import LONGEST_COMMENT
from comments.models import Comment, Follower, Thread

from .forms_on_pages import fields_of

State = Comment.State
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]

WORDS = "How do I come down stairs without holding my breath?"


@pytest.fixture
def address(article):
    return reverse("comments:post", args=[article.pk])


def member_form(client, article, **values):
    page = client.get(article.get_absolute_url()).content.decode()
    return {**fields_of(page, "ask"), "comment": WORDS, **values}


def in_form(response, name="comment", form="ask"):
    return fields_of(response.content.decode(), form)[name]


# --- A guest --------------------------------------------------------------------------------


def test_a_guest_can_ask_without_an_account(client, address, article, ask_form, outbox):
    answer = client.post(address, ask_form(comment=WORDS))

    assert answer.status_code == 303
    page = client.get(answer.headers["Location"])
    assert "Look in your mail" in page.content.decode()
    comment = Comment.objects.get()
    assert (comment.comment, comment.user_name, comment.state) == (WORDS, "Rewa", "unconfirmed")
    assert comment.is_question
    assert [m.to for m in outbox()] == [["rewa@example.org"]]
    assert WORDS not in client.get(article.get_absolute_url()).content.decode()


def test_the_page_for_visitors_holds_no_token_and_sets_no_cookie(client, article):
    page = client.get(article.get_absolute_url())

    assert "csrfmiddlewaretoken" not in page.content.decode()
    assert not page.cookies


def test_the_form_of_one_visitor_works_for_another(client, address, ask_form):
    """Their page is the same bytes, perhaps out of a cache."""
    form = ask_form()

    assert Client(enforce_csrf_checks=True).post(address, form).status_code == 303


def test_the_page_after_asking_gives_no_address_away(client, address, ask_form):
    answer = client.post(address, ask_form(email="hidden@example.org"), follow=True)

    assert "hidden@example.org" not in answer.content.decode()
    assert "hidden" not in answer.request["QUERY_STRING"]


def test_a_guest_can_reply(client, address, ask_form, say):
    question = say("May I walk?")
    page = client.get(reverse("comments:reply", args=[question.pk])).content.decode()
    assert "May I walk?" in page
    form = {**fields_of(page, "reply"), "comment": WORDS, "name": "Ben", "email": "b@example.org"}

    assert client.post(address, form).status_code == 303

    reply = Comment.objects.get(comment=WORDS)
    assert (reply.parent_id, reply.thread_id, reply.level) == (question.pk, question.pk, 1)


def test_a_guest_is_nobodys_follower_before_they_confirm(client, address, ask_form):
    client.post(address, ask_form())

    assert not Follower.objects.exists()


def test_pressing_twice_asks_once(client, address, ask_form, outbox):
    form = ask_form()
    first, second = client.post(address, form), client.post(address, form)

    assert first.headers["Location"] == second.headers["Location"]
    assert Comment.objects.count() == Thread.objects.count() == 1
    assert len(outbox()) == 1


def test_asking_again_when_the_mail_did_not_come_sends_another(client, address, ask_form, outbox):
    with time_machine.travel("2030-11-03 10:00Z", tick=False) as clock:
        form = ask_form()
        client.post(address, form)
        clock.shift(15 * 60)
        client.post(address, form)

    assert Comment.objects.count() == 1
    assert len(outbox()) == 2


def test_a_program_in_the_honeypot_is_thanked_and_forgotten(client, address, ask_form, outbox):
    human = client.post(address, ask_form())
    program = client.post(address, ask_form(honeypot="http://casino.example", comment="Casino!"))

    assert (program.status_code, program.headers["Location"]) == (
        human.status_code,
        human.headers["Location"],
    )
    assert not Comment.objects.filter(comment="Casino!").exists()
    assert len(outbox()) == 1


def test_nobody_can_ask_under_a_draft(client, article, ask_form, address):
    form = ask_form()
    article.status = article.Status.DRAFT
    article.save()

    assert client.post(address, form).status_code == 404
    assert not Comment.objects.exists()


def test_words_sent_after_questions_closed_are_given_back(client, article, ask_form, address):
    form = ask_form(comment=WORDS)
    article.comments_open = False
    article.save()

    answer = client.post(address, form)

    assert answer.status_code == 403
    assert WORDS in answer.content.decode()
    assert not Comment.objects.exists()


def test_following_the_forms_address_leads_to_the_form(client, article, address):
    answer = client.get(address)

    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{article.get_absolute_url()}#ask"


# --- A member -------------------------------------------------------------------------------


def test_a_member_asks_and_it_is_there_at_once(as_ada, ada, article, address):
    page = as_ada.get(article.get_absolute_url()).content.decode()
    assert "Posting as Ada" in page
    form = member_form(as_ada, article)
    assert not {"name", "email", "honeypot"} & form.keys()

    answer = as_ada.post(address, form)

    comment = Comment.objects.get()
    assert answer.status_code == 303
    assert answer.headers["Location"] == comment.get_absolute_url()
    assert (comment.state, comment.user, comment.user_name) == ("published", ada, "Ada")
    assert WORDS in as_ada.get(answer.headers["Location"], follow=True).content.decode()


def test_a_member_cannot_write_under_another_name_or_address(as_ada, ada, article, address):
    form = member_form(as_ada, article, name="Marit", email="victim@example.org", user="1")

    as_ada.post(address, form)

    comment = Comment.objects.get()
    assert (comment.user_name, comment.user_email) == ("Ada", ada.email)
    assert [f.email for f in Follower.objects.all()] == [ada.email]


def test_a_member_pressing_twice_posts_once(as_ada, article, address):
    form = member_form(as_ada, article)

    first, second = as_ada.post(address, form), as_ada.post(address, form)

    assert first.headers["Location"] == second.headers["Location"]
    assert Comment.objects.count() == 1


def test_the_coach_answering_on_the_page_is_marked_as_the_coach(as_coach, article, address, say):
    question = say("May I walk?")
    page = as_coach.get(reverse("comments:reply", args=[question.pk])).content.decode()

    as_coach.post(address, {**fields_of(page, "reply"), "comment": "Yes."})

    answer = Comment.objects.get(comment="Yes.")
    assert answer.by_coach
    assert answer.user_name == "Marit"
    assert Thread.objects.get().waiting_since is None


def test_a_members_post_without_a_token_is_given_back(ada, article, address):
    """Another site could have sent it in her name."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")
    form = member_form(client, article)
    del form["csrfmiddlewaretoken"]

    answer = client.post(address, form)

    assert answer.status_code == 403
    assert not Comment.objects.exists()
    again = fields_of(answer.content.decode(), "ask")
    assert again["comment"] == WORDS
    assert client.post(address, again).status_code == 303
    assert Comment.objects.get().comment == WORDS


def test_a_members_post_from_another_site_is_not_taken(ada, article, address):
    client = Client(enforce_csrf_checks=True)
    client.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")

    answer = client.post(
        address, member_form(client, article), headers={"origin": "https://evil.example"}
    )

    assert answer.status_code == 403
    assert not Comment.objects.exists()


def test_a_visitors_post_from_another_site_is_not_taken(client, address, ask_form, outbox):
    for headers in (
        {"origin": "https://evil.example"},
        {"sec-fetch-site": "cross-site"},
        {"origin": "null", "sec-fetch-site": "cross-site"},
    ):
        answer = client.post(address, ask_form(comment=WORDS), headers=headers)
        assert answer.status_code == 403
        assert WORDS not in answer.content.decode()
    assert not Comment.objects.exists()
    assert not outbox()


def test_whoever_signed_in_meanwhile_gets_their_words_back_to_send_as_themselves(
    client, ada, address, ask_form
):
    form = ask_form(comment=WORDS)
    signed_in = Client(enforce_csrf_checks=True)
    signed_in.force_login(ada, backend="django.contrib.auth.backends.ModelBackend")

    answer = signed_in.post(address, form)

    assert answer.status_code == 403
    assert "Posting as Ada" in answer.content.decode()
    assert in_form(answer) == WORDS


def test_whoever_was_signed_out_meanwhile_gets_their_words_back(as_ada, article, address):
    form = member_form(as_ada, article)
    as_ada.logout()

    answer = as_ada.post(address, form)

    assert answer.status_code == 422
    page = answer.content.decode()
    assert "You have been signed out meanwhile" in page
    assert "Name to show" in page
    again = {**fields_of(page, "ask"), "name": "Ada", "email": "ada@example.com"}
    assert again["comment"] == WORDS
    assert as_ada.post(address, again).status_code == 303


# --- What is given back ---------------------------------------------------------------------


def test_a_stale_form_loses_nothing(client, address, ask_form):
    with time_machine.travel("2030-01-05 10:00Z", tick=False):
        form = ask_form(comment=WORDS)
    with time_machine.travel("2030-06-05 10:00Z", tick=False):
        answer = client.post(address, form)
        page = answer.content.decode()
        assert answer.status_code == 422
        assert "Nothing is lost" in page
        assert "<title>Error: " in page
        again = fields_of(page, "ask")
        assert (again["comment"], again["name"], again["email"]) == (
            WORDS,
            "Rewa",
            "rewa@example.org",
        )
        assert client.post(address, again).status_code == 303


@pytest.mark.parametrize(
    "tampering",
    [
        {"security_hash": "x" * 40},
        {"security_hash": ""},
        {"timestamp": "tomorrow"},
        {"timestamp": "9" * 5000},
        {"timestamp": ""},
        {"object_pk": "31337"},
        {"content_type": "accounts.user"},
    ],
)
def test_a_tampered_form_loses_nothing(client, address, ask_form, tampering):
    answer = client.post(address, ask_form(comment=WORDS, **tampering))

    assert answer.status_code == 422
    assert not Comment.objects.exists()
    again = fields_of(answer.content.decode(), "ask")
    assert again["comment"] == WORDS
    assert client.post(address, again).status_code == 303


def test_a_form_signed_for_another_article_does_not_pass(client, article, ask_form, address, coach):
    other = type(article).objects.create(
        title="Shoes",
        slug="shoes",
        body="<p>x</p>",
        author=coach,
        status="published",
        published_at=article.published_at,
    )
    elsewhere = reverse("comments:post", args=[other.pk])

    assert client.post(elsewhere, ask_form(comment=WORDS)).status_code == 422
    assert not Comment.objects.exists()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"comment": ""}, "Write your question first."),
        ({"comment": "   \n \x00 "}, "Write your question first."),
        ({"comment": "x"}, "Say a little more"),
        ({"comment": "x" * (LONGEST_COMMENT + 1)}, "under 5000 characters; it has 5001 now"),
        ({"name": ""}, "Give a name to show."),
        ({"name": "\u202e\u2066"}, "Give a name to show."),
        ({"name": "!!!"}, "at least one letter"),
        ({"name": "x" * 51}, "under 50 characters"),
        ({"name": "http://casino.example"}, "leave addresses out of it"),
        ({"name": "www.casino.example"}, "leave addresses out of it"),
        ({"name": "rewa@example.org"}, "leave addresses out of it"),
        ({"name": "Marit"}, "Readers would take this name for the coach’s"),
        ({"name": " m A r i T "}, "Readers would take this name for the coach’s"),
        ({"name": "Coach Anna"}, "Readers would take this name for the coach’s"),
        ({"email": ""}, "Give your e-mail"),
        ({"email": "rewa"}, "Look at the e-mail once more"),
        ({"email": "rewa@example.org\nBcc: victim@example.org"}, "Look at the e-mail once more"),
        ({"email": "rewa@example.org, victim@example.org"}, "Look at the e-mail once more"),
        ({"email": "x" * 250 + "@example.org"}, "longer than an address can be"),
    ],
)
def test_bad_input_comes_back_with_kind_words(client, address, ask_form, values, words, outbox):
    answer = client.post(address, ask_form(**values))
    page = answer.content.decode()

    assert answer.status_code == 422
    assert words in page.replace("&#x27;", "'")
    assert "There is a problem" in page
    assert "<title>Error: " in page
    assert not Comment.objects.exists()
    assert not outbox()


def test_a_hundred_thousand_characters_are_all_given_back(client, address, ask_form):
    long = "Every word counts. " * 5263

    answer = client.post(address, ask_form(comment=long))

    assert answer.status_code == 422
    assert in_form(answer) == long


@pytest.mark.parametrize(
    ("typed", "stored"),
    [
        ("a\r\nb\rc", "a\nb\nc"),
        ("one\n\n\n\n\n\ntwo", "one\n\ntwo"),
        ("nul\x00bell\x07esc\x1b[31m", "nulbellesc[31m"),
        ("evil \u202egnp.exe\u202c \u2066x\u2069", "evil gnp.exe x"),
        ("مرحبا، هل المشي مفيد؟", "مرحبا، هل المشي مفيد؟"),
        ("👩‍👩‍👧 👟 1️⃣", "👩‍👩‍👧 👟 1️⃣"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("{{ 7 }} {% now 'Y' %}", "{{ 7 }} {% now 'Y' %}"),
    ],
)
def test_text_is_tidied_and_every_script_kept(client, address, ask_form, typed, stored):
    assert client.post(address, ask_form(comment=typed)).status_code == 303
    assert Comment.objects.get().comment == stored


def test_a_name_with_line_breaks_becomes_one_line(client, address, ask_form):
    client.post(address, ask_form(name="Rewa\r\nBcc: victim"))

    assert Comment.objects.get().user_name == "Rewa Bcc: victim"


# --- Replies to what is not there -----------------------------------------------------------


def test_a_reply_cannot_cross_to_another_article(client, article, address, ask_form, say, coach):
    other = type(article).objects.create(
        title="Shoes",
        slug="shoes",
        body="<p>x</p>",
        author=coach,
        status="published",
        published_at=article.published_at,
    )
    elsewhere = say("Which shoes?", under=other)

    answer = client.post(address, ask_form(comment=WORDS, reply_to=elsewhere.pk))

    assert answer.status_code == 422
    assert Comment.objects.count() == 1
    page = answer.content.decode()
    assert "is no longer here" in page
    assert "Which shoes?" not in page
    again = fields_of(page, "ask")
    assert (again["comment"], again["reply_to"]) == (WORDS, "")
    assert client.post(address, again).status_code == 303
    assert Comment.objects.get(comment=WORDS).is_question


@pytest.mark.parametrize("reply_to", ["0", "-1", "999999", "9" * 30, "9" * 5000, "abc", "1\x00"])
def test_a_reply_to_nothing_is_given_back(client, address, ask_form, reply_to):
    answer = client.post(address, ask_form(comment=WORDS, reply_to=reply_to))

    assert answer.status_code == 422
    assert in_form(answer) == WORDS
    assert not Comment.objects.exists()


@pytest.mark.parametrize("state", [State.HELD, State.UNCONFIRMED])
def test_a_reply_to_what_is_hidden_is_given_back_and_tells_nothing(
    client, address, ask_form, say, state
):
    hidden = say("My secret question", state=state)

    answer = client.post(address, ask_form(comment=WORDS, reply_to=hidden.pk))

    assert answer.status_code == 422
    assert "secret" not in answer.content.decode()


def test_a_comment_that_is_removed_while_one_replies_loses_no_words(client, address, say, article):
    question = say("May I walk?")
    page = client.get(reverse("comments:reply", args=[question.pk])).content.decode()
    conversation.remove(question)
    form = {**fields_of(page, "reply"), "comment": WORDS, "name": "Ben", "email": "b@example.org"}

    answer = client.post(address, form)

    assert answer.status_code == 422
    assert in_form(answer) == WORDS
    assert "May I walk?" not in answer.content.decode()


def test_a_database_that_is_too_busy_loses_no_words(client, address, ask_form, monkeypatch):
    def locked(*args, **kwargs):
        raise OperationalError("database is locked")

    form = ask_form(comment=WORDS)
    monkeypatch.setattr("comments.views.conversation.post", locked)

    answer = client.post(address, form)

    assert answer.status_code == 503
    assert "send it again in a minute" in answer.content.decode()
    assert in_form(answer) == WORDS


# --- Limits ---------------------------------------------------------------------------------


def test_no_address_gets_more_than_five_mails_an_hour(client, address, ask_form, outbox):
    with time_machine.travel("2030-11-03 10:00Z", tick=False) as clock:
        form = ask_form(email="victim@example.org")
        for i in range(12):
            answer = client.post(
                address,
                {**form, "comment": f"Question {i}?", "email": "VICTIM@example.org"[i % 2 :]},
                REMOTE_ADDR=f"203.0.{i}.7",
            )
        assert len([m for m in outbox() if m.to[0].lower() == "victim@example.org"]) == 5
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) == 3600
        assert "Nothing is lost" in answer.content.decode()
        assert in_form(answer) == "Question 11?"

        clock.shift(3601)
        again = {**form, **fields_of(answer.content.decode(), "ask")}
        assert client.post(address, again, REMOTE_ADDR="203.0.99.7").status_code == 303


@pytest.mark.parametrize(
    "one_network",
    [
        [f"203.0.113.{i}" for i in range(12)],
        [f"2001:db8:7:{i}::1" for i in range(12)],
        [f"::ffff:203.0.113.{i}" for i in range(12)],
        [""] * 12,
        ["not an address"] * 12,
    ],
)
def test_no_network_sends_more_than_ten_mails_an_hour(
    client, address, ask_form, one_network, outbox
):
    form = ask_form()
    answers = [
        client.post(
            address,
            {**form, "comment": f"Question {i}?", "email": f"reader{i}@example.org"},
            REMOTE_ADDR=ip,
        ).status_code
        for i, ip in enumerate(one_network)
    ]

    assert answers == [303] * 10 + [429] * 2
    assert len(outbox()) == Comment.objects.count() == 10


def test_a_member_writes_at_most_twenty_comments_an_hour(as_ada, article, address):
    form = member_form(as_ada, article)
    answers = [
        as_ada.post(address, {**form, "comment": f"Question {i}?"}).status_code for i in range(22)
    ]

    assert answers == [303] * 20 + [429] * 2
    assert Comment.objects.count() == 20


def test_the_coach_may_answer_all_evening(as_coach, article, address):
    form = member_form(as_coach, article)

    answers = [
        as_coach.post(address, {**form, "comment": f"Word {i}."}).status_code for i in range(25)
    ]
    assert answers == [303] * 25


def test_pressing_twice_costs_one_of_the_limit(client, address, ask_form):
    form = ask_form()
    for _ in range(8):
        client.post(address, form)

    assert client.post(address, ask_form(comment="Something else?")).status_code == 303


def test_counters_tell_nobody_who_asked_and_are_forgotten(client, address, ask_form):
    with time_machine.travel("2030-11-03 10:00Z", tick=False) as clock:
        client.post(address, ask_form())
        from comments.models import Allowance

        assert Allowance.objects.count() == 2
        assert not [a for a in Allowance.objects.all() if "rewa" in a.key or "127" in a.key]
        clock.shift(2 * 86400)
        limits.prune()
        assert not Allowance.objects.exists()


def test_the_longest_name_and_address_are_taken(client, address, ask_form):
    longest = "x" * (254 - len("@example.org"))
    answer = client.post(
        address, ask_form(name="R" * 50, email=f"{longest[:64]}@{'d' * 60}.{'e' * 60}.org")
    )

    assert answer.status_code == 303
