"""What readers see of a conversation: nested, paged, as cheap at two thousand as at seventeen."""

import re
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from comments import conversation, reading, waiting_time
from comments.models import Comment

from .many import chain, conversation_like_ours, plant

State = Comment.State
pytestmark = pytest.mark.django_db


class Outline(HTMLParser):
    """The comments of a page with how many lists each stands in, by an independent walk."""

    def __init__(self, page):
        super().__init__()
        self.open, self.comments, self.deepest_element = [], [], 0
        self.feed(page)
        assert not self.open

    def handle_starttag(self, tag, attrs):
        if tag in ("ol", "li", "article", "section"):
            self.open.append(tag)
        if tag == "article":
            found = dict(attrs).get("id", "")
            if found.startswith("comment-"):
                depth = self.open.count("ol")
                self.comments.append((int(found.removeprefix("comment-")), depth))

    def handle_endtag(self, tag):
        if tag in ("ol", "li", "article", "section"):
            assert self.open.pop() == tag


def section_of(page) -> str:
    html = page.content.decode()
    return html[html.index('<section class="comments"') :]


def comments_on(client, address) -> list[tuple[int, int]]:
    """Keys and depths, in order; the lists around them are checked to be closed rightly."""
    page = client.get(address)
    assert page.status_code == 200
    html = section_of(page)
    return Outline(html[: html.index("</section>") + len("</section>")]).comments


def test_replies_stand_under_what_they_answer(client, article, say, coach):
    question = say("May I walk?")
    answer = say("Yes.", coach, to=question)
    other = say("And I?", "Ben", to=question)
    thanks = say("Thank you.", to=answer)
    late = say("A new question", "Lin")

    assert comments_on(client, article.get_absolute_url()) == [
        (question.pk, 1),
        (answer.pk, 2),
        (thanks.pk, 3),
        (other.pk, 2),
        (late.pk, 1),
    ]


def test_indentation_stops_at_three_and_the_heading_says_whom_it_answers(client, article, say):
    question = say("One", "Ada")
    second = say("Two", "Ben", to=question)
    third = say("Three", "Lin", to=second)
    fourth = say("Four", "Jo", to=third)
    fifth = say("Five", "Kim", to=fourth)

    assert [depth for _, depth in comments_on(client, article.get_absolute_url())] == [
        1,
        2,
        3,
        3,
        3,
    ]
    page = client.get(article.get_absolute_url()).content.decode()
    heading = page[page.index(f'id="comment-{fifth.pk}-by"') :]
    heading = " ".join(re.sub("<[^>]+>", "", heading[: heading.index("</h3>")]).split())
    assert "Kim replied to Jo on" in heading
    assert f'<a href="#comment-{fourth.pk}"><bdi>Jo</bdi></a>' in page


def test_every_comment_has_a_heading_of_its_own(client, article, say, coach):
    question = say("One?")
    say("Yes.", coach, to=question)
    say("Two?", "Ben")

    page = section_of(client.get(article.get_absolute_url()))

    names = re.findall(r'aria-labelledby="(comment-\d+-by)"', page)
    assert len(names) == len(set(names)) == 3
    assert all(f'<h3 id="{name}">' in page for name in names)


def test_the_coach_stands_out_by_a_word(client, article, say, coach):
    question = say("Did the coach write this?", "Ada")
    say("I did.", coach, to=question)

    page = section_of(client.get(article.get_absolute_url()))

    assert page.count('<span class="badge">Coach</span>') == 1
    assert page.count('class="comment coach"') == 1


def test_a_reply_link_names_whom_it_answers(client, article, say):
    question = say("Why?", "Rewa")

    page = section_of(client.get(article.get_absolute_url()))

    assert f'href="/comments/reply/{question.pk}/"' in page
    assert "Reply to <bdi>Rewa</bdi>" in page


def test_pinned_threads_come_first(client, article, say, thread_of):
    first, second, third = say("One?"), say("Two?"), say("Three?")
    conversation.pin(thread_of(third), pinned=True)

    assert [pk for pk, _ in comments_on(client, article.get_absolute_url())] == [
        third.pk,
        first.pk,
        second.pk,
    ]
    assert "Pinned by the coach" in client.get(article.get_absolute_url()).content.decode()


def test_an_article_without_questions_invites_one(client, article):
    page = client.get(article.get_absolute_url()).content.decode()

    assert "No comments yet" in page
    assert "Be the first" in page
    assert 'id="ask"' in page


def test_closed_questions_can_be_read_and_not_answered(client, article, say):
    say("An old one?")
    article.comments_open = False
    article.save()

    page = section_of(client.get(article.get_absolute_url()))

    assert "An old one?" in page
    assert "are closed" in page
    assert "<textarea" not in page
    assert "Reply to" not in page


# --- What is hidden -------------------------------------------------------------------------


def test_a_removed_comment_keeps_the_place_of_its_replies(client, article, say):
    question = say("Buy my pills", "Quack")
    reply = say("I would not.", "Ada", to=question)
    conversation.remove(question)

    page = section_of(client.get(article.get_absolute_url()))

    assert "Removed by the coach." in page
    assert "pills" not in page
    assert "Quack" not in page
    assert "replied to a removed comment" in page
    assert f'id="comment-{reply.pk}"' in page


def test_a_removed_comment_without_replies_leaves_nothing(client, article, say):
    question = say("Fine?")
    rude = say("You fool", "Rude", to=question)
    ruder = say("Yes, a fool", "Rude", to=rude)
    conversation.remove(rude)
    conversation.remove(ruder)

    assert comments_on(client, article.get_absolute_url()) == [(question.pk, 1)]


def test_replies_to_spam_move_under_the_question(client, article, say):
    question = say("Fine?")
    spam = say("Casino", "Spammer", to=question)
    reply = say("What is this?", "Ada", to=spam)
    conversation.remove(spam, as_spam=True)

    assert comments_on(client, article.get_absolute_url()) == [(question.pk, 1), (reply.pk, 2)]
    page = client.get(article.get_absolute_url()).content.decode()
    assert "Casino" not in page
    assert "Spammer" not in page


def test_a_thread_that_opened_with_spam_is_gone_and_not_counted(client, article, say):
    spam = say("Casino", "Spammer")
    say("What is this?", "Ada", to=spam)
    conversation.remove(spam, as_spam=True)

    page = client.get(article.get_absolute_url()).content.decode()

    assert "No comments yet" in page
    assert "What is this?" not in page
    conversation.put_back(spam)
    assert "2 comments" in client.get(article.get_absolute_url()).content.decode()


@pytest.mark.parametrize("state", [State.UNCONFIRMED, State.HELD])
def test_what_is_not_published_shows_nowhere(client, article, say, state):
    hidden = say("My secret question", state=state)

    assert "secret" not in client.get(article.get_absolute_url()).content.decode()
    for name in ("permalink", "reply", "thread"):
        answer = client.get(reverse(f"comments:{name}", args=[hidden.pk]))
        assert answer.status_code == 404
        assert "secret" not in answer.content.decode()


@pytest.mark.parametrize("as_spam", [True, False])
def test_what_was_hidden_cannot_be_read_at_its_reply_address(client, say, as_spam):
    question = say("My secret question")
    say("A reply", to=question)
    conversation.remove(question, as_spam=as_spam)

    for name in ("permalink", "reply"):
        answer = client.get(reverse(f"comments:{name}", args=[question.pk]))
        assert answer.status_code == 404
        assert "secret" not in answer.content.decode()


def test_nothing_under_an_unpublished_article_can_be_read(client, article, say):
    question = say("My question?")
    article.status = article.Status.DRAFT
    article.save()

    for name in ("permalink", "reply", "thread"):
        assert client.get(reverse(f"comments:{name}", args=[question.pk])).status_code == 404


@pytest.mark.parametrize("key", ["0", "999999999", "9" * 10, "9" * 30, "1" * 5000])
@pytest.mark.parametrize("page", ["", "reply/", "thread/", "post/"])
def test_keys_that_nothing_has_are_not_found(client, key, page):
    assert client.get(f"/comments/{page}{key}/").status_code == 404
    assert client.post(f"/comments/{page}{key}/").status_code in (404, 405)


def test_no_address_and_no_number_of_a_writer_is_in_the_page(client, article, ada, say):
    say("One?", "Rewa")
    say("Two?", ada)

    page = client.get(article.get_absolute_url()).content.decode()

    assert "rewa@example.org" not in page
    assert ada.email not in page


# --- Many -----------------------------------------------------------------------------------


def queries_of_section(client, article) -> int:
    from django.template import Context, Template

    template = Template("{% load conversation %}{% threads article %}")
    with CaptureQueriesContext(
        connection,
    ) as captured:
        html = template.render(Context({"article": article}))
    assert 'id="comment-' in html
    return len(captured)


def test_the_same_number_of_queries_whatever_the_size(client, article, coach):
    waiting_time.usual_days()  # worked out once an hour
    counts = []
    for more in (17, 183, 1800):
        plant(article, conversation_like_ours(more), coach)
        counts.append(queries_of_section(client, article))

    assert article.comment_count == 2000
    assert counts == [5, 5, 5]


def test_a_page_has_twenty_threads_and_any_number_leads_to_the_nearest(client, article):
    keys = plant(article, [None] * 45)
    address = article.get_absolute_url()

    def shown(number):
        return [pk for pk, _ in comments_on(client, f"{address}?page={number}")]

    assert shown("1") == keys[:20]
    assert shown("2") == keys[20:40]
    assert shown("3") == keys[40:]
    for too_far in ("4", "9" * 30):
        assert shown(too_far) == keys[40:]
    for junk in ("0", "-3", "", "two", "1.5", "%00", "9" * 5000 + "x"):
        assert shown(junk) == keys[:20]


def test_a_long_thread_is_cut_and_continued_on_its_own_page(client, article):
    keys = plant(article, [None, *[0] * 199])

    assert len(comments_on(client, article.get_absolute_url())) == 30
    page = client.get(article.get_absolute_url()).content.decode()
    assert "Show the other 170 replies" in page
    assert f'href="/comments/thread/{keys[0]}/"' in page

    address = reverse("comments:thread", args=[keys[0]])
    assert [pk for pk, _ in comments_on(client, address)] == keys[:100]
    second = comments_on(client, f"{address}?page=2")
    assert [pk for pk, _ in second] == keys[100:]
    assert (
        f'<a href="/comments/{keys[0]}/"><bdi>Reader 0</bdi></a>'
        in client.get(f"{address}?page=2").content.decode()
    )
    assert "Reader 150 replied to Reader 0" in " ".join(
        re.sub("<[^>]+>", "", client.get(f"{address}?page=2").content.decode()).split()
    )


def test_a_thread_page_takes_as_many_queries_at_two_hundred_as_at_two_thousand(
    client, article, coach, django_assert_num_queries
):
    for size in (200, 2000):
        keys = plant(article, [None, *(i // 3 for i in range(size - 1))], coach)
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("comments:thread", args=[keys[0]]), {"page": "2"})
        assert len(captured) == 6


def test_a_thread_a_thousand_deep_is_shown(client, article):
    keys = plant(article, chain(1000))

    assert len(comments_on(client, article.get_absolute_url())) == 30
    shown = [
        found
        for page in range(1, 11)
        for found in comments_on(
            client, reverse("comments:thread", args=[keys[0]]) + f"?page={page}"
        )
    ]
    assert [pk for pk, _ in shown] == keys
    assert max(depth for _, depth in shown) == 3


def test_the_page_of_an_article_with_thousands_of_comments_stays_small(client, article, coach):
    plant(article, [None, *(i // 2 for i in range(2999))], coach)
    plant(article, conversation_like_ours(1000), coach)

    assert len(client.get(article.get_absolute_url()).content) < 600_000


def test_a_permalink_finds_the_page_that_shows_the_comment(client, article, coach, thread_of):
    keys = plant(article, [None] * 25)
    long = plant(article, [None, *[0] * 149])

    def leads_to(pk):
        return client.get(reverse("comments:permalink", args=[pk])).headers["Location"]

    address = article.get_absolute_url()
    assert leads_to(keys[0]) == f"{address}#comment-{keys[0]}"
    assert leads_to(keys[24]) == f"{address}?page=2#comment-{keys[24]}"
    assert leads_to(long[29]) == f"{address}?page=2#comment-{long[29]}"
    assert leads_to(long[30]) == f"/comments/thread/{long[0]}/#comment-{long[30]}"
    assert leads_to(long[100]) == f"/comments/thread/{long[0]}/?page=2#comment-{long[100]}"
    for pk in (keys[0], keys[24], long[29], long[30], long[100]):
        page = client.get(reverse("comments:permalink", args=[pk]), follow=True)
        assert f'id="comment-{pk}"' in page.content.decode()

    conversation.pin(thread_of(Comment.objects.get(pk=keys[24])), pinned=True)
    assert leads_to(keys[24]) == f"{address}#comment-{keys[24]}"
    assert leads_to(keys[19]) == f"{address}?page=2#comment-{keys[19]}"


def test_rows_that_go_in_a_circle_are_shown_and_not_followed_for_ever(client, article):
    """A broken import may bring them; our own rows cannot."""
    keys = plant(article, [None, 0, 1, 2])
    Comment.objects.filter(pk=keys[1]).update(parent_id=keys[3])

    assert {pk for pk, _ in comments_on(client, article.get_absolute_url())} == set(keys)


def test_the_coach_sees_what_is_held_and_who_waits(article, say, coach, thread_of):
    question = say("May I walk?")
    say("Yes.", coach, to=question)
    held = say("And now?", "Ben", to=question, state=State.HELD)
    unconfirmed = say("Hidden", "Nobody", to=question, state=State.UNCONFIRMED)
    conversation.remove(say("Casino", "Spammer", to=question), as_spam=True)

    lines = reading.conversations([thread_of(question)], for_coach=True)[question.pk]

    assert [line.comment.comment for line in lines] == ["May I walk?", "Yes.", "And now?"]
    assert [line.waits for line in lines] == [False, False, True]
    assert lines[1].profile == coach.coach_profile
    assert held.pk and unconfirmed.pk


def test_the_coach_sees_the_newest_of_a_very_long_thread_and_all_that_is_held(article, thread_of):
    keys = plant(article, [None, *[0] * 499])
    Comment.objects.filter(pk=keys[3]).update(state=State.HELD)

    thread = thread_of(Comment.objects.get(pk=keys[0]))
    shown = {line.comment.pk for line in reading.conversations([thread], for_coach=True)[keys[0]]}

    assert {keys[0], keys[3], keys[499], keys[400]} <= shown
    assert keys[4] not in shown
    assert len(shown) == reading.COACH_PREVIEW + 1
