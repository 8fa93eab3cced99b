"""What becomes of a mail: posted as on the page, told about kindly, or left alone."""

import logging
from datetime import timedelta
from email.message import EmailMessage

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from comments import conversation, notices
from comments.inbound import address
from comments.inbound.receive import LONGEST_ANSWER, Outcome
from comments.models import Comment, Correspondent, Follower, MailedAnswer, Notice, ReceivedMail
from walkcoach.desk.forms import MAX_ANSWER

from .conftest import address_in, answer_to

State = Comment.State
pytestmark = pytest.mark.django_db


# --- The address ----------------------------------------------------------------------------


def test_a_mail_about_an_answer_can_be_answered(asked_and_answered):
    name, _, domain = address_in(asked_and_answered).partition("@")

    assert domain == "walk.example"
    assert len(name) <= 64
    assert name == name.lower()
    assert asked_and_answered.body.startswith(address.MARKER)
    assert "for everybody to read" in asked_and_answered.body
    assert "for everybody to read" in asked_and_answered.alternatives[0].content


def test_without_the_setting_no_mail_says_a_word_of_it(settings, say, coach, outbox):
    settings.REPLY_ADDRESS = ""
    question = say("May I walk?", "Rewa")
    conversation.answer(question, "Yes.", conversation.Writer.of(coach))

    [mail] = outbox()  # and none to the coach
    assert "Reply-To" not in mail.extra_headers
    for body in (mail.body, mail.alternatives[0].content):
        assert address.MARKER not in body
        assert "answer this mail" not in body


@pytest.mark.parametrize("pattern", ["TOKEN@reply.walk.example", "Token-TOKEN@Walk.example"])
def test_a_domain_of_its_own_does_as_well(settings, asked_and_answered, receive, newest, pattern):
    settings.REPLY_ADDRESS = pattern
    follower = Follower.objects.get()
    to = address.for_follower(Comment.objects.get(by_coach=True), follower)

    assert receive(answer_to(asked_and_answered, To=to)) == Outcome.LANDED
    assert newest().comment == "Thank you, I will."


def test_no_letter_of_the_address_can_be_changed(asked_and_answered):
    token = address.token_in(address_in(asked_and_answered))
    assert address.addressee(token)
    for at in range(len(token)):
        for letter in "a7":
            if token[at] != letter:
                assert address.addressee(token[:at] + letter + token[at + 1 :]) is None


def test_an_address_is_of_one_comment_and_one_reader(say, coach, outbox):
    question = say("May I walk?", "Rewa")
    say("And I?", "Ben", to=question)
    for words in ("Yes.", "And slowly."):
        conversation.answer(question, words, conversation.Writer.of(coach))

    addresses = [address_in(mail) for mail in outbox() if "Reply-To" in mail.extra_headers]
    assert len(addresses) == len(set(addresses)) == 6  # two of the coach's own


# --- Posting --------------------------------------------------------------------------------


def test_a_guests_answer_lands_in_the_thread_and_it_waits_again(
    asked_and_answered, receive, newest, thread_of
):
    assert thread_of(newest()).waiting_since is None

    assert receive(answer_to(asked_and_answered)) == Outcome.LANDED

    reply = newest()
    assert reply.comment == "Thank you, I will."
    assert (reply.author_name, reply.user_email) == ("Rewa", "rewa@example.org")
    assert reply.state == State.PUBLISHED
    assert Comment.objects.get(pk=reply.parent_id).comment == "Yes, three houses."
    assert thread_of(reply).waiting_since is not None
    assert Correspondent.objects.get(email="rewa@example.org").confirmed_at is not None


def test_a_members_answer_is_theirs(say, coach, ada, outbox, receive, newest):
    question = say("May I walk?", ada)
    conversation.answer(question, "Yes.", conversation.Writer.of(coach))

    assert receive(answer_to(outbox()[-1])) == Outcome.LANDED
    assert newest().user == ada


def test_who_shows_initials_shows_them_by_mail_too(say, coach, outbox, receive, newest):
    question = say("May I walk?", "Rewa")
    Comment.objects.filter(pk=question.pk).update(initials_only=True, user_name="Rewa Ngata")
    conversation.answer(question, "Yes.", conversation.Writer.of(coach))

    assert receive(answer_to(outbox()[-1])) == Outcome.LANDED
    assert newest().author_name == "R. N."


@pytest.mark.parametrize(
    "change",
    [
        lambda to: to.upper(),
        lambda to: to.partition("<")[2].strip(">"),
        lambda to: f"someone@example.org, {to}",
    ],
)
def test_however_the_address_is_written(asked_and_answered, receive, change):
    to = change(asked_and_answered.extra_headers["Reply-To"])
    assert receive(answer_to(asked_and_answered, To=to)) == Outcome.LANDED


def test_the_envelope_says_it_where_the_headers_do_not(asked_and_answered, receive):
    to = address_in(asked_and_answered)
    raw = answer_to(asked_and_answered, To="undisclosed-recipients:;")
    assert receive(raw) == Outcome.LEFT_ALONE
    assert receive(raw, envelope_sender="x@example.org", envelope_recipient=to) == Outcome.LANDED


def test_the_coachs_lists_are_asked_as_on_the_page(asked_and_answered, receive, newest):
    from comments.models import ListEntry

    ListEntry.objects.create(kind="word", text="casino", act="refuse")
    ListEntry.objects.create(kind="word", text="lottery", act="hold")

    receive(answer_to(asked_and_answered, "Come to the lottery"))
    assert (newest().state, newest().held_detail) == (State.HELD, "lottery")
    receive(answer_to(asked_and_answered, "Come to the casino", Message_ID="<2@example.org>"))
    assert newest().state == State.SPAM


def test_a_private_thread_stays_private(article, coach, outbox, receive, newest, thread_of):
    writer = conversation.Writer("Rewa", "rewa@example.org", is_known=True)
    question, _ = conversation.post(
        article, "Between us?", writer, state=State.UNCONFIRMED, is_private=True
    )
    conversation.confirm(question)
    conversation.answer(question, "Of course.", conversation.Writer.of(coach))
    told = outbox()[-1]
    assert "for you and the coach alone" in told.body

    assert receive(answer_to(told, "Then: it hurts.")) == Outcome.LANDED

    assert newest().comment == "Then: it hurts."
    assert thread_of(newest()).is_hidden
    assert not thread_of(newest()).is_public


def test_words_go_where_the_comment_stands_now(asked_and_answered, say, receive, newest, thread_of):
    """The coach may have moved it to another thread meanwhile."""
    other = say("Another question", "Ben")
    moved = Comment.objects.get(by_coach=True)
    Comment.objects.filter(pk=moved.pk).update(thread_id=other.pk, parent_id=other.pk)

    assert receive(answer_to(asked_and_answered)) == Outcome.LANDED
    assert thread_of(newest()).pk == other.pk
    assert newest().author_name == "Rewa"


def test_nothing_of_a_strangers_mail_is_looked_at_but_its_headers(
    asked_and_answered, receive, monkeypatch
):
    from comments.inbound import parse

    monkeypatch.setattr(parse, "read_content", lambda raw: pytest.fail("it was read"))
    assert receive(answer_to(asked_and_answered, From="x@example.org")) == Outcome.LEFT_ALONE


# --- The coach ------------------------------------------------------------------------------


PROOF = "mx.walk.example; dmarc=pass (p=none) header.from=example.com"


@pytest.fixture
def bell(say, coach, outbox):
    """The mail that tells Marit of Rewa's question."""
    say("May I walk?", "Rewa")
    [mail] = outbox()
    return mail


def test_the_coach_is_mailed_what_a_reader_asks(bell, coach):
    assert bell.to == [coach.email]
    assert bell.subject == "Rewa asks under “Start with six houses”"
    assert "May I walk?" in bell.body
    assert "http://testserver/admin/desk/" in bell.body


def test_a_proven_answer_of_the_coach_is_published_at_once(
    settings, bell, receive, newest, outbox, thread_of
):
    settings.INBOUND_AUTHSERV_ID = "mx.walk.example"

    raw = answer_to(bell, "Yes, three houses.", Authentication_Results=PROOF)
    assert receive(raw) == Outcome.LANDED

    assert newest().by_coach
    assert newest().state == State.PUBLISHED
    assert thread_of(newest()).waiting_since is None
    assert outbox()[-1].to == ["rewa@example.org"]


@pytest.mark.parametrize(
    "result",
    [
        None,
        "mx.other.example; dmarc=pass header.from=example.com",
        "mx.walk.example; dmarc=fail header.from=example.com; spf=pass smtp.mailfrom=example.com",
        "mx.walk.example; dmarc=pass header.from=evil.example",
        "mx.walk.example; dkim=pass header.d=evil.example",
        "mx.walk.example; dkim=fail header.d=example.com",
        "mx.walk.example; none",
        'mx.walk.example; spf=pass smtp.mailfrom="x; dmarc=pass header.from=example.com"@evil',
        "mx.walk.example; spf=none (dmarc=pass header.from=example.com) smtp.mailfrom=a@b",
        "mx.walk.example; dmarc=pass (header.from=example.com",
        "",
    ],
)
def test_an_unproven_one_waits_for_one_press(
    settings, bell, receive, newest, outbox, client, result
):
    """Whoever has the coach's address in hand must still not speak as the coach."""
    settings.INBOUND_AUTHSERV_ID = "mx.walk.example"

    raw = answer_to(bell, "Yes, three houses.", Authentication_Results=result)
    assert receive(raw) == Outcome.KEPT

    assert not newest().by_coach
    mail = outbox()[-1]
    assert mail.to == ["coach@example.com"]
    link = "/comments" + mail.body.partition("http://testserver/comments")[2].split()[0]
    page = client.get(link).content.decode()
    assert "Yes, three houses." in page
    assert "May I walk?" in page
    assert not newest().by_coach
    for _ in range(2):
        answer = client.post(link, {"act": "publish"}, follow=True)
    assert "Your answer is published" in answer.content.decode()
    assert Comment.objects.filter(by_coach=True).count() == 1
    assert newest().comment == "Yes, three houses."


def test_only_the_topmost_result_counts(settings, bell, receive):
    settings.INBOUND_AUTHSERV_ID = "mx.walk.example"
    raw = b"Authentication-Results: mx.walk.example; dmarc=none\r\n" + answer_to(
        bell, Authentication_Results=PROOF
    )
    assert receive(raw) == Outcome.KEPT


@pytest.mark.parametrize(
    "result",
    [
        "mx.walk.example 1; dkim=pass header.d=example.com header.s=a",
        "MX.walk.example; spf=pass (sender (a) ok) smtp.mailfrom=coach@example.com",
        "mx.walk.example; dkim=fail header.d=x.example; dmarc = pass header.from = example.com",
    ],
)
def test_what_proves_a_sender(settings, bell, receive, result):
    settings.INBOUND_AUTHSERV_ID = "mx.walk.example"
    assert receive(answer_to(bell, Authentication_Results=result)) == Outcome.LANDED


def test_ten_answers_before_breakfast_each_wait_and_lead_to_the_next(
    say, coach, outbox, receive, client
):
    for number in range(10):
        say(f"Question {number}?", f"Reader{number}")
    for number, bell in enumerate(outbox()):
        raw = answer_to(bell, f"Answer {number}.", Message_ID=f"<{number}@example.com>")
        assert receive(raw) == Outcome.KEPT

    links = [m.body for m in outbox() if m.subject.startswith("One press")]
    assert len(links) == 10
    link = "/comments" + links[0].partition("http://testserver/comments")[2].split()[0]
    page = client.post(link, {"act": "publish"}, follow=True).content.decode()
    assert "9 more answers wait for a press" in page
    assert page.count("/comments/mailed-answer/") == 9


def test_a_thrown_away_answer_is_gone(bell, receive, outbox, client):
    receive(answer_to(bell))
    link = "/comments" + outbox()[-1].body.partition("http://testserver/comments")[2].split()[0]

    page = client.post(link, {"act": "discard"}, follow=True)

    assert "Nothing waits here" in page.content.decode()
    assert not MailedAnswer.objects.exists()


def test_an_answer_to_what_was_taken_down_meanwhile_gives_the_words_back(
    bell, receive, outbox, client
):
    receive(answer_to(bell, "Yes, three houses."))
    link = "/comments" + outbox()[-1].body.partition("http://testserver/comments")[2].split()[0]
    conversation.remove(Comment.objects.get(by_coach=False))

    page = client.post(link, {"act": "publish"})

    assert page.status_code == 409
    assert "Yes, three houses." in page.content.decode()
    assert not Comment.objects.filter(by_coach=True).exists()


def test_a_coach_who_follows_as_a_reader_still_does_not_speak_as_coach_unproven(
    say, ada, coach, outbox, receive
):
    from accounts.models import CoachProfile, User

    question = say("May I walk?", ada)
    conversation.answer(question, "Yes.", conversation.Writer.of(coach))
    told = outbox()[-1]
    User.objects.filter(pk=ada.pk).update(is_staff=True, is_superuser=True)
    CoachProfile.objects.create(user=ada, name="Ada the coach", line="New.")

    assert receive(answer_to(told)) == Outcome.KEPT


def test_who_no_longer_coaches_speaks_no_more(bell, coach, receive):
    coach.coach_profile.delete()
    assert receive(answer_to(bell)) == Outcome.LEFT_ALONE


def test_what_looks_like_spam_rings_no_bell(say, coach, outbox, article):
    from comments.moderation import Judgement

    judgement = Judgement(State.HELD, Comment.HeldBecause.FLOOD)
    conversation.post(
        article,
        "Pills",
        conversation.Writer("Quack", "q@example.org"),
        state=State.HELD,
        judgement=judgement,
    )
    assert outbox() == []


def test_after_thirty_in_an_hour_the_rest_come_in_one_mail(say, coach, outbox, monkeypatch):
    from comments import digests

    monkeypatch.setattr(notices, "QUESTIONS_AN_HOUR", 2)
    for number in range(5):
        say(f"Question {number}?", f"Reader{number}")
    assert len(outbox()) == 2

    digests.send_due(timezone.now())

    [*_, together] = outbox()
    assert together.subject == "Walkcoach: 3 readers’ comments wait"
    assert "Reader4 asks under “Start with six houses”." in together.body
    assert len(outbox()) == 3
    assert not Notice.objects.filter(queued_at=None).exists()


def test_a_digest_tells_the_coach_of_nothing_that_was_answered_meanwhile(say, coach, outbox):
    from comments import digests

    notices.correspondents([coach.email])
    Correspondent.objects.update(delivery=Correspondent.Delivery.DAILY)
    conversation.answer(say("One?", "Rewa"), "Yes.", conversation.Writer.of(coach))
    say("Two?", "Ben")

    digests.send_due(timezone.now() + timedelta(days=2))

    [mail] = [mail for mail in outbox() if mail.to == [coach.email]]
    assert "Ben asks" in mail.body
    assert "Rewa" not in mail.body


def test_an_answer_by_mail_may_be_as_long_as_on_the_desk():
    assert LONGEST_ANSWER == MAX_ANSWER


# --- What is left alone ---------------------------------------------------------------------


@pytest.fixture
def quiet(caplog, outbox, asked_and_answered):
    """Checks that a mail did nothing but one line in the log, which names nobody."""
    before = len(outbox()), Comment.objects.count()
    caplog.set_level(logging.INFO)

    def check():
        assert (len(outbox()), Comment.objects.count()) == before
        assert not ReceivedMail.objects.exists()
        [line] = [r.getMessage() for r in caplog.records if r.name == "walkcoach.inbound"]
        assert "example" not in line
        assert "Thank you" not in line

    return check


@pytest.mark.parametrize(
    "headers",
    [
        {"From": "stranger@example.org"},
        {"From": None},
        {"From": "rewa@example.org, ben@example.org"},
        {"From": '"rewa@example.org" <stranger@example.org>'},
        {"To": "reply+" + "a" * 40 + "@walk.example"},
        {"To": "coach@walk.example"},
        {"To": "reply+@walk.example"},
        {"Return_Path": "<>"},
        {"Return_Path": "<MAILER-DAEMON>"},
        {"Content_Type": "multipart/report; report-type=delivery-status; boundary=b"},
        {"X_Failed_Recipients": "rewa@example.org"},
        {"Auto_Submitted": "auto-replied"},
        {"Auto_Submitted": "auto-generated; type=x"},
        {"X_Autoreply": "yes"},
        {"X_Autorespond": "Re: yours"},
        {"Precedence": "bulk"},
        {"Precedence": "auto_reply"},
        {"List_Id": "<thread-1.testserver>"},
        {"List_Id": "<walkers.lists.example>"},
        {"Subject": "Automatic reply: Marit answered"},
        {"Subject": "Out of Office Re: Marit answered"},
        {"Subject": "Abwesenheitsnotiz: Marit answered"},
        {"Subject": "=?utf-8?q?R=C3=A9ponse_automatique_=3A_Marit?="},
        {"Subject": "Respuesta automática: Marit answered"},
        {"Subject": "Fraværsmelding"},
    ],
    ids=lambda headers: next(f"{k} {v}" for k, v in headers.items())[:60],
)
def test_a_stranger_a_bounce_or_a_program_does_nothing(asked_and_answered, receive, quiet, headers):
    raw = answer_to(asked_and_answered, **{k: v for k, v in headers.items() if k != "Content_Type"})
    if "Content_Type" in headers:
        raw = raw.replace(b"text/plain", headers["Content_Type"].encode(), 1)

    assert receive(raw) == Outcome.LEFT_ALONE
    quiet()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "no"},
        {"Return_Path": "<rewa@example.org>"},
        {"X_Auto_Response_Suppress": "DR, OOF"},
        {"Precedence": "normal"},
        {"Subject": "Re: Automatic reply is what my knee gave"},
        {"Message_ID": "<abc@testserver>"},
        {"X_Mailer": "Microsoft Outlook 16.0"},
    ],
    ids=str,
)
def test_what_a_persons_program_adds_makes_no_program_of_them(asked_and_answered, receive, headers):
    assert receive(answer_to(asked_and_answered, **headers)) == Outcome.LANDED


def test_a_mail_of_our_own_that_comes_back_does_nothing(asked_and_answered, receive, quiet):
    from post_office.models import Email

    Email.objects.update(message_id="<7.abc@testserver>")
    raw = answer_to(asked_and_answered, Message_ID="<7.abc@testserver>")
    assert receive(raw) == Outcome.LEFT_ALONE
    quiet()


@pytest.mark.parametrize("sender", ["", "<>", "MAILER-DAEMON"])
def test_a_bounces_envelope_is_enough(asked_and_answered, receive, quiet, sender):
    raw = answer_to(asked_and_answered)
    assert receive(raw, envelope_sender=sender) == Outcome.LEFT_ALONE
    quiet()


def test_who_has_been_forgotten_is_a_stranger(asked_and_answered, receive):
    conversation.forget_guest("rewa@example.org")
    assert receive(answer_to(asked_and_answered)) == Outcome.LEFT_ALONE


def test_who_has_another_address_now_does_not_write_from_the_old_one(
    say, coach, ada, outbox, receive
):
    conversation.answer(say("May I?", ada), "Yes.", conversation.Writer.of(coach))
    told = outbox()[-1]
    ada.email = "ada@new.example"
    ada.save()
    assert receive(answer_to(told)) == Outcome.LEFT_ALONE


# --- What is told ---------------------------------------------------------------------------


@pytest.fixture
def mailed_back(outbox, receive):
    """Brings a mail that cannot be posted; returns the one that tells of it."""

    def bring(raw):
        before = len(outbox())
        assert receive(raw) == Outcome.MAILED_BACK
        [mail] = outbox()[before:]
        assert mail.extra_headers["Auto-Submitted"] == "auto-replied"
        assert mail.extra_headers["In-Reply-To"] == "<1@example.org>"
        return mail

    return bring


def test_a_mail_without_words_is_asked_for_some(asked_and_answered, mailed_back):
    mail = mailed_back(answer_to(asked_and_answered, ""))
    assert mail.to == ["rewa@example.org"]
    assert mail.subject == "We found no words in your reply under “Start with six houses”"


def test_who_sends_what_cannot_be_read_is_told(asked_and_answered, mailed_back, caplog):
    deep = b"".join(
        b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
        for n in range(5000)
    )
    head, _, _ = answer_to(asked_and_answered).partition(b"\r\n\r\n")
    kept = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-")]
    mail = mailed_back(b"\r\n".join(kept) + b"\r\n" + deep)
    assert "no words" in mail.subject
    assert "RecursionError" in caplog.text


def test_a_closed_article_gives_the_words_back(asked_and_answered, mailed_back, article):
    article.comments_open = False
    article.save()
    mail = mailed_back(answer_to(asked_and_answered, "All my {{ words }} <b>."))
    assert "All my {{ words }} <b>." in mail.body
    assert "All my {{ words }} &lt;b&gt;." in mail.alternatives[0].content
    assert "closed now" in mail.body


def test_a_removed_comment_gives_the_words_back(asked_and_answered, mailed_back):
    conversation.remove(Comment.objects.get(by_coach=True))
    mail = mailed_back(answer_to(asked_and_answered))
    assert "no longer there" in mail.body
    assert "> Thank you, I will." not in mail.body
    assert "Thank you, I will." in mail.body


def test_too_many_words_come_back_whole(asked_and_answered, mailed_back):
    words = "word " * 1500 + "end"
    mail = mailed_back(answer_to(asked_and_answered, words))
    assert "It has 7503 characters, and a reply may have 5000." in mail.body
    assert "word end" in mail.body


def test_an_old_mail_leads_to_the_page(asked_and_answered, mailed_back):
    with time_machine.travel(timezone.now() + timedelta(days=366)):
        assert "more than a year old" in mailed_back(answer_to(asked_and_answered)).body


def test_who_writes_too_much_is_told_when_to_go_on(
    asked_and_answered, mailed_back, receive, monkeypatch
):
    monkeypatch.setattr("comments.limits.KNOWN_GUEST_COMMENTS", 1)
    receive(answer_to(asked_and_answered, "One", Message_ID="<0@example.org>"))
    mail = mailed_back(answer_to(asked_and_answered, "Two"))
    assert "Send it again in 5" in mail.body or "Send it again in 60" in mail.body
    assert Comment.objects.filter(comment="Two").count() == 0


def test_mails_back_have_an_end(asked_and_answered, receive, outbox):
    before = len(outbox())
    for number in range(12):
        receive(answer_to(asked_and_answered, "", Message_ID=f"<{number}@example.org>"))
    assert len(outbox()) - before == 5


def with_file(raw: bytes, **kwargs) -> bytes:
    from email import message_from_bytes
    from email.policy import SMTP

    mail = message_from_bytes(raw, policy=SMTP)
    assert isinstance(mail, EmailMessage)
    mail.add_attachment(b"x" * 30_000, maintype="image", subtype="jpeg", **kwargs)
    return mail.as_bytes()


def test_files_are_left_out_and_their_sender_is_told_once(
    asked_and_answered, receive, newest, outbox
):
    before = len(outbox())
    raw = with_file(answer_to(asked_and_answered), filename="knee.jpg")

    assert receive(raw) == Outcome.LANDED
    assert receive(raw) == Outcome.LANDED_BEFORE

    assert newest().comment == "Thank you, I will."
    mails = [m for m in outbox()[before:] if m.to == ["rewa@example.org"]]
    assert [m.subject for m in mails] == ["Your reply under “Start with six houses” has arrived"]
    assert "left out" in mails[0].body


def test_a_mail_of_any_size_lands_by_its_words(asked_and_answered, receive, newest, monkeypatch):
    from comments.inbound import parse

    monkeypatch.setattr(parse, "MOST_READ", 20_000)
    raw = with_file(answer_to(asked_and_answered), filename="knee.jpg")
    assert receive(raw[:20_001]) == Outcome.LANDED
    assert newest().comment == "Thank you, I will."


def test_a_red_flag_is_answered_at_once(asked_and_answered, receive, outbox):
    receive(answer_to(asked_and_answered, "I have chest pain since this morning."))
    [mail] = [m for m in outbox() if "999" in m.body]
    assert mail.to == ["rewa@example.org"]


# --- Once -----------------------------------------------------------------------------------


def test_a_mail_lands_once_however_often_it_is_delivered(asked_and_answered, receive):
    raw = answer_to(asked_and_answered)
    assert receive(raw) == Outcome.LANDED
    for _ in range(3):
        assert receive(b"Received: by a.example\r\n" + raw) == Outcome.LANDED_BEFORE
    assert Comment.objects.filter(comment="Thank you, I will.").count() == 1


def test_without_a_message_id_the_words_tell(asked_and_answered, receive):
    raw = answer_to(asked_and_answered, Message_ID=None)
    other = answer_to(asked_and_answered, "Another thing.", Message_ID=None)
    assert [receive(m) for m in (raw, raw, other)] == [
        Outcome.LANDED,
        Outcome.LANDED_BEFORE,
        Outcome.LANDED,
    ]


def test_what_went_wrong_in_posting_leaves_no_trace_and_can_come_again(
    asked_and_answered, receive, monkeypatch
):
    raw = answer_to(asked_and_answered)
    with monkeypatch.context() as patch:
        patch.setattr("comments.notices.tell_coaches", lambda *a: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            receive(raw)
    assert not ReceivedMail.objects.exists()
    assert receive(raw) == Outcome.LANDED


def test_an_answer_costs_the_same_however_long_the_thread(
    say, coach, outbox, receive, connection_queries
):
    question = say("May I walk?", "Rewa")
    conversation.answer(question, "Yes.", conversation.Writer.of(coach))
    told = outbox()[-1]

    def queries(number):
        raw = answer_to(told, f"Thanks {number}", Message_ID=f"<{number}@example.org>")
        return connection_queries(lambda: receive(raw))

    queries(0)
    few = queries(1)
    for number in range(20):
        say(f"And I {number}?", "Ben", to=question)
    assert queries(2) == few


# --- Whatever comes -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "spoil",
    [
        lambda raw: raw.replace(b"\n", b"\r\n\0"),
        lambda raw: raw.replace(b"utf-8", b"\xff\0zlib"),
        lambda raw: raw.replace(b"utf-8", b"idna"),
        lambda raw: raw.replace(b"7bit", b"base64"),
        lambda raw: raw.replace(b"7bit", b"x-uuencode"),
        lambda raw: raw.replace(b"Message-ID: <", b"Message-ID: <\0\xff"),
        lambda raw: raw.replace(b"Subject: ", b"Subject: =?x?q?=00=ff?= \0\xfe"),
        lambda raw: raw.replace(b"From: ", b"From: " + b"(" * 50_000),
        lambda raw: raw.replace(b"Content-Type: text/plain", b"Content-Type: multipart/mixed"),
        lambda raw: (
            b"Content-Type: multipart/mixed; boundary=b\r\n" + raw + b"\r\n--b\r\n\r\nx" * 9000
        ),
        lambda raw: raw[: len(raw) // 2],
        lambda raw: raw + b"\0" * 100_000,
        lambda raw: b"X: " + b"a" * 200_000 + b"\r\n" + raw,
        lambda raw: b"",
        lambda raw: b"\0\xff" * 5000,
        lambda raw: (
            b"".join(
                b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n)
                for n in range(5000)
            )
            + raw
        ),
    ],
)
def test_a_spoilt_mail_is_dealt_with_all_the_same(asked_and_answered, receive, spoil):
    assert isinstance(receive(spoil(answer_to(asked_and_answered))), Outcome)


def test_the_page_of_a_mailed_answer_knows_only_its_own_links(client):
    assert client.get(reverse("comments:mailed_answer", args=["made-up"])).status_code == 404
