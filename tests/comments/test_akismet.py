"""Akismet as an option, played by a server of the tests' own on this machine."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from comments import akismet, conversation, tokens
from comments.models import AkismetCheck, Comment
from walkcoach.management.commands.worker import Chore

State = Comment.State
pytestmark = pytest.mark.django_db


class Akismet(ThreadingHTTPServer):
    """Takes for spam what holds the word "casino"; keeps what it was asked and told."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answers)
        self.heard: list[tuple[str, dict[str, str]]] = []
        self.answer: tuple[int, str] | None = None  # instead of what it thinks

    def acts(self):
        return [act for act, _ in self.heard]


class Answers(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        values = dict(parse_qsl(body))
        act = self.path.rpartition("/")[2]
        self.server.heard.append((act, values))
        says = "Thanks for making the web a better place."
        if act == "comment-check":
            says = "true" if "casino" in values["comment_content"].lower() else "false"
        status, words = self.server.answer or (200, says)
        self.send_response(status)
        self.end_headers()
        self.wfile.write(words.encode())

    def log_message(self, *args):
        pass


@pytest.fixture
def service(monkeypatch, settings):
    settings.AKISMET_KEY = "key-of-the-tests"
    settings.BUILD_ID = "with-akismet"  # as the setting would have named the pages
    with Akismet() as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        monkeypatch.setattr(akismet, "ADDRESS", f"http://127.0.0.1:{server.server_port}/1.1/")
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def nobody_listens(monkeypatch, settings):
    settings.AKISMET_KEY = "key-of-the-tests"
    monkeypatch.setattr(akismet, "ADDRESS", "http://127.0.0.1:9/1.1/")  # discard: closed


def state_of(comment) -> str:
    return Comment.objects.values_list("state", flat=True).get(pk=comment.pk)


def test_without_a_key_nobody_is_asked_and_no_row_is_kept(say, monkeypatch, client, article):
    monkeypatch.setattr(akismet.requests, "post", None)
    say("Win at my casino!")
    akismet.work()

    assert not AkismetCheck.objects.exists()
    assert "Akismet" not in client.get(article.get_absolute_url()).content.decode()


def test_whoever_writes_is_told_before(service, client, as_ada, as_coach, article):
    for reader in (client, as_ada):
        page = reader.get(article.get_absolute_url()).content.decode()
        assert "Akismet, a service in the USA, is shown your words" in page
    assert "Akismet" not in as_coach.get(article.get_absolute_url()).content.decode()


def test_it_is_shown_the_words_and_neither_an_address_nor_more_of_a_name(service, article):
    writer = conversation.Writer(
        "Rewa Smith", "rewa@example.org", ip_address="198.51.100.7", initials_only=True
    )
    conversation.post(article, "May I walk?", writer, state=State.PUBLISHED)
    akismet.work()

    [(act, shown)] = service.heard
    assert act == "comment-check"
    assert shown == {
        "api_key": "key-of-the-tests",
        "blog": "http://testserver",
        "user_ip": "198.51.100.7",
        "comment_type": "comment",
        "comment_author": "R. S.",
        "comment_content": "May I walk?",
        "comment_date_gmt": Comment.objects.get().submit_date.isoformat(),
        "permalink": "http://testserver/articles/start-with-six-houses/",
        "blog_charset": "UTF-8",
    }


def test_nothing_private_and_nothing_of_the_coach_leaves_the_site(service, article, coach, ada):
    writer = conversation.Writer.of(ada)
    conversation.post(article, "My knee, privately.", writer, state=State.HELD, is_private=True)
    conversation.post(
        article, "Welcome to the walk.", conversation.Writer.of(coach), state=State.PUBLISHED
    )
    akismet.work()

    assert service.heard == []


def test_a_guests_spam_is_known_before_they_confirm_it(service, say, client, as_coach):
    comment = say("Win at my casino!", state=State.UNCONFIRMED)
    akismet.work()
    assert state_of(comment) == State.UNCONFIRMED

    client.post(reverse("comments:confirm", args=[tokens.to_confirm(comment)]))
    assert state_of(comment) == State.HELD
    assert "Akismet takes it for spam" in as_coach.get(reverse("desk")).content.decode()


def test_what_is_published_is_held_after_all_and_its_reply_stays(service, say, article):
    question = say("Win at my casino!")
    say("Really?", "Ada", to=question)
    akismet.work()

    assert state_of(question) == State.HELD
    assert Comment.objects.published().count() == 1
    article.refresh_from_db()
    assert article.comment_count == 0  # the thread opens with what is held


def test_what_the_coach_has_judged_or_answered_stays(service, say, coach):
    answered = say("Is a casino a good place to walk?")
    conversation.answer(answered, "Why not?", conversation.Writer.of(coach))
    approved = say("My casino has stairs.", "Ada", state=State.HELD)
    conversation.approve(approved)
    akismet.work()

    assert state_of(answered) == state_of(approved) == State.PUBLISHED


def test_the_coachs_judgement_is_reported_where_it_differs(service, say):
    wrongly_held = say("Is a casino a good place to walk?")
    missed = say("Buy my cream", "Quack")
    agreed = say("casino casino", "Spammer")
    akismet.work()
    conversation.approve(wrongly_held)
    conversation.remove(missed, as_spam=True)
    conversation.remove(agreed, as_spam=True)
    service.heard.clear()
    akismet.work()
    akismet.work()

    told = {values["comment_content"]: act for act, values in service.heard}
    assert told == {
        "Is a casino a good place to walk?": "submit-ham",
        "Buy my cream": "submit-spam",
    }
    assert len(service.heard) == 2
    assert state_of(wrongly_held) == State.PUBLISHED

    conversation.put_back(missed)
    akismet.work()
    assert service.heard[-1][0] == "submit-ham"


def test_what_the_coach_judges_first_is_told_and_not_asked(service, say):
    conversation.remove(say("Buy my cream"), as_spam=True)
    akismet.work()

    assert service.acts() == ["submit-spam"]


def test_changed_words_are_asked_about_again(service, say):
    comment = say("May I walk?")
    akismet.work()
    conversation.edit(comment, "Win at my casino!", initials_only=False)
    akismet.work()

    assert service.acts() == ["comment-check"] * 2
    assert state_of(comment) == State.HELD


def test_each_comment_is_asked_about_once(service, say):
    say("May I walk?")
    akismet.work()
    akismet.work()

    assert service.acts() == ["comment-check"]


# --- While it is away -----------------------------------------------------------------------


def test_an_outage_keeps_nobody_waiting_and_loses_nothing(
    nobody_listens, client, article, ask_form, outbox
):
    client.post(reverse("comments:post", args=[article.pk]), ask_form())
    comment = Comment.objects.get()
    with pytest.raises(akismet.Unreachable):
        akismet.work()
    client.post(reverse("comments:confirm", args=[tokens.to_confirm(comment)]))

    assert state_of(comment) == State.PUBLISHED
    assert AkismetCheck.objects.get().verdict == ""


def test_no_request_of_a_readers_talks_to_it(service, client, article, ask_form, say, outbox):
    client.post(reverse("comments:post", args=[article.pk]), ask_form())
    client.post(reverse("comments:confirm", args=[tokens.to_confirm(Comment.objects.get())]))
    conversation.remove(say("Buy my cream"), as_spam=True)

    assert service.heard == []


@pytest.mark.parametrize(
    "answer", [(500, ""), (200, "invalid"), (200, ""), (302, ""), (403, "no"), (200, "<html>")]
)
def test_a_strange_answer_is_none_and_is_asked_again(service, say, answer):
    comment = say("Win at my casino!")
    service.answer = answer
    with pytest.raises(akismet.Unreachable):
        akismet.work()
    assert state_of(comment) == State.PUBLISHED

    service.answer = None
    akismet.work()
    assert state_of(comment) == State.HELD


@pytest.mark.django_db(transaction=True)  # a chore lets go of its connection first
def test_the_worker_does_it_and_an_outage_does_not_stop_the_mail(service, say, outbox):
    comment = say("Win at my casino!")
    service.answer = (500, "")
    chore = Chore("asking Akismet", akismet.work)
    assert chore.do() > 0  # waits before it tries again
    service.answer = None
    assert chore.do() == 0
    assert state_of(comment) == State.HELD

    later = say("Another casino!", "Ada")
    call_command("worker", once=True)
    assert state_of(later) == State.HELD


def test_after_a_day_it_is_not_asked_any_more_and_after_a_month_forgotten(service, say):
    say("Win at my casino!")
    AkismetCheck.objects.update(
        asked_for_at=timezone.now() - akismet.GIVE_UP_AFTER - timedelta(minutes=1)
    )
    akismet.work()
    assert service.heard == []

    AkismetCheck.objects.update(asked_for_at=timezone.now() - timedelta(days=31))
    conversation.prune()
    assert not AkismetCheck.objects.exists()


def test_whoever_leaves_is_asked_about_no_more(service, say):
    say("May I walk?", "Rewa")
    conversation.forget_guest("rewa@example.org")
    akismet.work()

    assert service.heard == []
