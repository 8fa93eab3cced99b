"""One's own words: changed, taken back, shown by initials, asked privately, found again."""

import json
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from comments import conversation, tokens
from comments.models import EDIT_WITHIN, Comment, Thread

State = Comment.State
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("outbox")]


def text(answer) -> str:
    return answer.content.decode()


def ask_privately(article, writer, words="Is it my weight?", state=State.PUBLISHED):
    return conversation.post(article, words, writer, state=state, is_private=True)[0]


@pytest.fixture
def secret(article, ada):
    return ask_privately(article, conversation.Writer.of(ada))


def test_a_member_changes_their_words_and_the_page_is_fresh(as_ada, article, say, ada):
    comment = say("Teh knee", ada)
    article.refresh_from_db()
    version = article.version
    address = reverse("comments:change", args=[comment.pk])
    assert address in text(as_ada.get(article.get_absolute_url()))
    as_ada.get(address)

    as_ada.post(address, {"comment": "The knee"})

    comment.refresh_from_db()
    article.refresh_from_db()
    assert comment.comment == "The knee" and comment.edited_at and article.version > version


def test_strangers_and_visitors_change_nothing(as_ben, client, say, ada):
    comment = say("My words", ada)
    for act in ("change", "withdraw"):
        address = reverse(f"comments:{act}", args=[comment.pk])
        assert as_ben.get(address).status_code == as_ben.post(address).status_code == 404
        assert client.post(address, {"comment": "Long words"}).status_code == 403
    comment.refresh_from_db()
    assert comment.is_published and comment.comment == "My words"


def test_after_a_quarter_of_an_hour_or_an_answer_the_words_stay(as_ada, say, ada, coach):
    late, answered = say("Late", ada), say("Answered", ada)
    say("Yes.", coach, to=answered)
    page = text(
        as_ada.post(reverse("comments:change", args=[answered.pk]), {"comment": "My new words"})
    )
    assert "Somebody has answered already" in page and "My new words" in page
    with time_machine.travel(timezone.now() + EDIT_WITHIN * 1.1):
        assert conversation.why_not_changeable(late) == "late"


def test_what_is_taken_back_leaves_no_trace_and_can_be_put_back(as_ada, client, article, say, ada):
    comment = say("Never mind my knee", ada)
    undo = as_ada.post(reverse("comments:withdraw", args=[comment.pk]))["Location"]
    page = text(client.get(article.get_absolute_url()))
    assert "Never mind" not in page and "No questions yet" in page
    assert "Undo" in text(as_ada.get(undo))
    as_ada.post(undo)
    assert "Never mind" in text(client.get(article.get_absolute_url()))


def test_a_guest_changes_and_deletes_by_a_link_that_expires(client, say):
    comment = say("Teh knee", "Rewa")
    token = tokens.to_manage(comment)
    address = reverse("comments:change_by_link", args=[token])
    answer = client.get(address)
    assert "no-store" in answer["Cache-Control"] and answer["Referrer-Policy"] == "no-referrer"
    client.post(address, {"comment": "The knee"})
    comment.refresh_from_db()
    assert comment.comment == "The knee"
    assert client.get(address.replace(token, token + "x")).status_code == 404
    with time_machine.travel(timezone.now() + tokens.MANAGE_WITHIN * 1.1):
        assert client.get(address).status_code == 410
    client.post(reverse("comments:withdraw_by_link", args=[token]))
    comment.refresh_from_db()
    assert comment.state == State.WITHDRAWN


def test_initials_are_all_that_readers_get(client, as_coach, article):
    writer = conversation.Writer("Rewa Quillfeather", "rewa@example.org", initials_only=True)
    comment, _ = conversation.post(article, "May I walk?", writer, state=State.PUBLISHED)
    for address in (
        "/",
        article.get_absolute_url(),
        reverse("comments:reply", args=[comment.pk]),
        reverse("comments:thread", args=[comment.pk]),
    ):
        assert "Quillfeather" not in text(client.get(address))
    assert "Rewa Quillfeather (shows initials)" in text(as_coach.get(reverse("desk")))


def test_a_private_question_leaks_nowhere(client, as_ben, as_ada, as_coach, article, secret, coach):
    conversation.answer(secret, "No, it is not.", conversation.Writer.of(coach))
    for reader in (client, as_ben):
        for address in ("/", article.get_absolute_url()):
            page = text(reader.get(address))
            assert "my weight" not in page and "it is not." not in page
        for name in ("permalink", "reply", "thread"):
            assert reader.get(reverse(f"comments:{name}", args=[secret.pk])).status_code == 404
    address = reverse("comments:private", args=[secret.pk])
    assert as_ben.get(address).status_code == 404 and client.get(address).status_code == 302
    assert "No, it is not." in text(as_ada.get(address))
    as_ada.post(address, {"act": "reply", "comment": "Thank you"})
    assert "Private" in text(as_coach.get(reverse("desk")))
    article.refresh_from_db()
    assert article.comment_count == 0


def test_it_becomes_public_only_when_both_agree_and_either_takes_it_back(
    client, as_coach, as_ada, article, secret, outbox
):
    address = reverse("comments:private", args=[secret.pk])
    as_ada.post(address, {"act": "agree"})
    assert Thread.objects.get().is_hidden
    as_coach.post(reverse("desk_privacy", args=[secret.pk]), {"act": "suggest"})
    assert "my weight" not in outbox()[-1].body and address in outbox()[-1].body
    as_ada.get(address)
    assert not Thread.objects.get().is_public
    as_ada.post(address, {"act": "agree"})
    assert "my weight" in text(client.get(article.get_absolute_url()))
    as_ada.post(address, {"act": "take_back"})
    assert "my weight" not in text(client.get(article.get_absolute_url()))


def test_a_guest_reads_their_private_question_by_a_link(client, article):
    asked = ask_privately(article, conversation.Writer("Rewa", "rewa@example.org"))
    token = tokens.to_private(Thread.objects.get(pk=asked.pk))
    assert "my weight" in text(client.get(reverse("comments:private_by_link", args=[token])))
    with time_machine.travel(timezone.now() + tokens.PRIVATE_WITHIN * 1.1):
        assert client.get(reverse("comments:private_by_link", args=[token])).status_code == 410


def test_my_questions_costs_the_same_whatever_its_length(as_ada, say, ada, connection_queries):
    say("First", ada)
    address = reverse("comments:mine")
    few = connection_queries(lambda: as_ada.get(address))
    for number in range(6):
        say(f"Question {number}", ada)
    assert connection_queries(lambda: as_ada.get(address)) == few
    exported = json.loads(as_ada.get(reverse("comments:export")).content)
    assert len(exported["comments"]) == 7


def test_nobody_learns_whether_an_address_wrote_here(client, say, outbox):
    say("May I walk?", "Rewa")
    address = reverse("comments:mine")
    stranger = text(client.post(address, {"email": "nobody@example.org"}))
    assert not outbox()
    assert text(client.post(address, {"email": "rewa@example.org"})) == stranger
    link = re.search(r"http://testserver(/comments/mine/\S+/)", outbox()[-1].body)[1]
    assert "May I walk?" in text(client.get(link)) and "May I walk?" not in outbox()[-1].body
    client.get(f"{link}forget/")
    assert Comment.objects.get().user_email
    client.post(f"{link}forget/")
    assert not Comment.objects.get().user_email
    with time_machine.travel(timezone.now() + tokens.OWN_WITHIN * 1.1):
        assert client.get(link).status_code == 410


def test_the_confirm_page_of_a_private_question_promises_no_publishing(
    client, article, ask_form, outbox
):
    form = ask_form(comment="Is it my weight?", is_private="on")
    client.post(reverse("comments:post", args=[article.pk]), form)
    link = re.search(r"http://testserver(/comments/confirm/\S+/)", outbox()[-1].body)[1]
    page = text(client.get(link))
    assert "Send your question?" in page and "Publish" not in page and "Delete it" in page
    page = text(client.post(link, follow=True))
    assert "Your private question" in page or "The coach reads it first" in page
    assert "my weight" not in text(client.get(article.get_absolute_url()))
