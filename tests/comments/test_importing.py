import io
from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone
from post_office.models import Email

from accounts.models import User
from articles import wxr
from articles.importing import Report, import_article
from articles.models import Article, Topic
from comments import conversation
from comments.importing import import_comments
from comments.models import Comment, Follower, Thread
from comments.reading import conversations
from tests import wxr_samples as samples

pytestmark = pytest.mark.django_db
State = Comment.State


@pytest.fixture
def bring(coach):
    """Import one post with these comments: `bring(samples.comment(1), …)`; returns the report."""

    def bring(*comments: str, by=coach, **export) -> Report:
        return bring_items(samples.item(comments="".join(comments)), by=by, **export)

    def bring_items(*items: str, by=coach, **export) -> Report:
        file = io.BytesIO(samples.export(*items, **export).encode())
        report, blog = Report(), wxr.survey(file)
        for item in wxr.items(file):
            article = import_article(item, blog, coach, report)
            assert article is not None
            import_comments(item, article, blog, by, report)
        return report

    bring.items = bring_items
    return bring


def comment(wordpress_id: int | str) -> Comment:
    return Comment.objects.get(source_key=f"wordpress:blog.example:comment:{wordpress_id}")


def outline() -> list[tuple[int, str]]:
    """Every comment as a page nests it: how deep, and its words."""
    threads = list(Thread.objects.order_by("pk"))
    lines = conversations(threads)
    return [(line.depth, line.comment.comment) for thread in threads for line in lines[thread.pk]]


def parents() -> dict[str, str | None]:
    """Whom each comment answers, by WordPress's ids."""
    ids = {row.pk: row.source_key.rpartition(":")[2] for row in Comment.objects.all()}
    return {
        ids[row.pk]: None if row.is_question else ids[row.parent_id]
        for row in Comment.objects.all()
    }


def at(day: int, hour: int = 10) -> str:
    return f"2020-03-{day:02d} {hour:02d}:00:00"


def test_a_question_and_its_answer_are_a_thread_that_waits_for_nobody(bring, client, coach):
    report = bring(
        samples.comment(1, date=at(1), content="Is it harmful?\n\nI am 70."),
        samples.comment(2, parent=1, date=at(4), user_id=7, by="Marit", content="No."),
    )
    question, answer = comment(1), comment(2)
    assert (question.author_name, question.user_email) == ("Rewa", "rewa@example.org")
    assert question.comment == "Is it harmful?\n\nI am 70."
    assert (question.state, question.by_coach, question.user) == (State.PUBLISHED, False, None)
    assert question.submit_date == question.arrived_at == datetime(2020, 3, 1, 10, tzinfo=UTC)
    assert (answer.parent_id, answer.thread_id, answer.level) == (question.pk, question.pk, 1)
    assert (answer.by_coach, answer.user, answer.user_name) == (True, coach, "Marit")
    thread = Thread.objects.get()
    assert (thread.waiting_since, thread.answered_at) == (None, answer.submit_date)
    assert (thread.comment_count, thread.is_public) == (2, True)
    article = Article.objects.get()
    assert (article.comment_count, article.version) == (2, 2)
    assert (report.counts["comments"], report.counts["comments by coach"]) == (2, 1)
    page = client.get(article.get_absolute_url()).text
    assert page.index("I am 70.") < page.index("No.")
    assert "2 comments" in page


def test_what_was_brought_is_found_at_once(bring, client):
    bring(
        samples.comment(1, content="Do geese mind?"),
        samples.comment(2, content="Geese are held", approved="0"),
    )
    found = [one.row.pk for one in client.get("/search/?q=geese").context["page"]]
    assert found == [comment(1).pk]
    assert "<mark>Six</mark> houses" in client.get("/search/?q=six").text


def test_nobody_is_mailed_and_nobody_follows(bring):
    bring(
        samples.comment(1, date=at(1)),
        samples.comment(2, parent=1, user_id=7, date=at(2)),
        samples.comment(3, approved="0", date=at(3)),
    )
    assert not Follower.objects.exists()
    assert not mail.outbox and not Email.objects.exists()


def test_addresses_of_the_network_are_dropped(bring):
    bring(samples.comment(1))
    assert comment(1).ip_address is None
    assert "192.0.2.77" not in str(list(Comment.objects.values()))


def test_a_question_without_an_answer_waits_since_its_own_day(bring):
    report = bring(samples.comment(1, date=at(1)), samples.comment(2, date=at(2), user_id=7))
    assert Thread.objects.waiting().get().waiting_since == datetime(2020, 3, 1, 10, tzinfo=UTC)
    assert report.counts["threads waiting"] == 1


def test_order_is_by_time_and_nesting_by_parent(bring):
    bring(
        samples.comment(5, date=at(5), content="second question"),
        samples.comment(4, parent=1, date=at(4), content="answer"),
        samples.comment(1, date=at(1), content="first question"),
        samples.comment(9, parent=4, date=at(9), content="thanks"),
        samples.comment(10, parent=4, date=at(9), content="thanks too"),
        samples.comment(3, parent=1, date=at(3), content="me too"),
    )
    assert outline() == [
        (0, "first question"),
        (1, "me too"),
        (1, "answer"),
        (2, "thanks"),
        (2, "thanks too"),
        (0, "second question"),
    ]
    assert list(Comment.objects.in_order().values_list("comment", flat=True)) == [
        "first question",
        "me too",
        "answer",
        "second question",
        "thanks",
        "thanks too",
    ]


def test_a_parent_with_a_higher_number_or_a_later_date_keeps_its_reply(bring):
    bring(
        samples.comment(1, parent=2, date=at(1), content="reply"),
        samples.comment(2, parent=3, date=at(2), content="parent"),
        samples.comment(3, date=at(3), content="question"),
    )
    assert parents() == {"3": None, "2": "3", "1": "2"}
    assert [words for _, words in outline()] == ["question", "parent", "reply"]


def test_a_reply_whose_parent_is_not_there_opens_a_thread_and_is_told_of(bring):
    text = samples.comment(4, parent=99, by="Kamini")
    report = bring(samples.comment(1), text)
    assert parents() == {"1": None, "4": None}
    assert report.counts["threads by orphans"] == 1
    line = samples.line_of(
        samples.export(samples.item(comments=samples.comment(1) + "<wp:comment>@")), "<wp:comment>@"
    )
    assert report.notes == [
        f"line {line}, comment by Kamini: what it answers is not here; it opens a thread"
    ]


def test_circles_are_opened(bring):
    report = bring(
        samples.comment(1, parent=1, date=at(1)),
        samples.comment(2, parent=4, date=at(2)),
        samples.comment(3, parent=2, date=at(3)),
        samples.comment(4, parent=3, date=at(4)),
        samples.comment(5, parent=4, date=at(5)),
        samples.comment(6, parent=8, date=at(1)),  # leads into a circle, stands in none
        samples.comment(7, parent=8, date=at(7)),
        samples.comment(8, parent=7, date=at(8)),
    )
    assert parents() == {
        "1": None,
        "2": None,
        "3": "2",
        "4": "3",
        "5": "4",
        "6": "8",
        "7": "8",
        "8": None,
    }
    assert report.counts["threads by orphans"] == 3
    assert all("it answers itself" in note for note in report.notes)


def test_threads_of_any_depth_are_kept(bring):
    deep = 1500
    bring(*(samples.comment(n, parent=n - 1, date=at(1)) for n in range(deep, 0, -1)))
    assert Thread.objects.get().comment_count == deep
    assert comment(deep).level == deep - 1
    assert comment(deep).parent_id == comment(deep - 1).pk


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"approved": "trash"}, "left out, in the bin"),
        ({"approved": "post-trashed"}, "left out, in the bin"),
        ({"approved": "spam"}, "left out, spam"),
        ({"type": "pingback"}, "left out, links from other sites (pingbacks, trackbacks)"),
        ({"type": "trackback"}, "left out, links from other sites (pingbacks, trackbacks)"),
        ({"type": "order_note"}, "left out, other kinds, from plugins"),
        ({"content": " <img src=x onerror=alert(1)> "}, "left out, without words"),
    ],
)
def test_what_no_reader_should_meet_is_left_out_and_counted(bring, given, why):
    report = bring(samples.comment(1, **given), samples.comment(2, parent=1))
    assert parents() == {"2": None}
    assert report.counts[why] == 1


def test_what_waited_for_approval_waits_here(bring, client, as_coach):
    report = bring(samples.comment(1, approved="0", content="May I ask?"))
    assert comment(1).state == State.HELD
    assert report.counts["comments held"] == report.counts["threads waiting"] == 1
    assert "May I ask?" not in client.get(Article.objects.get().get_absolute_url()).text
    assert "May I ask?" in as_coach.get("/admin/desk/").text


def test_the_coach_is_known_by_the_address_they_have_here_too(bring, coach):
    bring(
        samples.comment(1, email="Coach@Example.com", date=at(1)),
        samples.comment(2, email="ada@example.com", date=at(2)),
        authors="",
    )
    assert comment(1).by_coach and comment(1).user == coach
    assert not comment(2).by_coach


def test_without_a_coach_here_answers_are_still_the_coachs(bring):
    bring(samples.comment(1, user_id=7, by="Marit W."), by=None)
    assert (comment(1).by_coach, comment(1).user) == (True, None)
    assert comment(1).author_name == "Marit W."


@pytest.mark.parametrize(
    ("by", "shown"),
    [
        ("Tom &amp; Ann", "Tom & Ann"),
        ('"><script>alert(1)</script>', '"><script>alert(1)</script>'),
        ("\u202eeraH\u202c", "eraH"),
        ("Ann\tLee \n", "Ann Lee"),
        ("A" * 400, "A" * 50),
        ("", "Someone"),
        ("رِوا 🙂", "رِوا 🙂"),
    ],
)
def test_names_are_kept_as_words(bring, client, by, shown):
    bring(samples.comment(1, by=by))
    assert comment(1).author_name == shown
    page = client.get(Article.objects.get().get_absolute_url()).text
    assert "<script>alert" not in page


@pytest.mark.parametrize("email", ["", "nobody", "a@b", "x" * 400 + "@example.org"])
def test_an_address_that_is_none_is_left_out(bring, email):
    bring(samples.comment(1, email=email))
    assert comment(1).user_email == ""


def test_words_come_with_their_lines_links_and_signs(bring, client):
    bring(
        samples.comment(
            1,
            content="It&#8217;s <b>sore</b> 🙂<br />\nSee "
            '<a href="https://x.example/knees" onclick="alert(1)">this</a>.\x85\u202eend',
        )
    )
    assert comment(1).comment == "It’s sore 🙂\nSee this (https://x.example/knees).\nend"
    page = client.get(Article.objects.get().get_absolute_url()).text
    assert 'href="https://x.example/knees"' in page and "onclick" not in page


def test_a_time_to_come_is_now(bring):
    bring(samples.comment(1, date=f"{timezone.now() + timedelta(days=400):%Y-%m-%d %H:%M:%S}"))
    assert abs(timezone.now() - comment(1).arrived_at) < timedelta(minutes=5)


def test_a_comment_without_a_date_is_as_old_as_its_article(bring):
    bring(samples.comment(1, date=samples.EMPTY_DATE))
    assert comment(1).submit_date == Article.objects.get().published_at


def test_a_time_without_gmt_is_the_sites_own(bring, settings):
    settings.TIME_ZONE = "Europe/Oslo"
    bring(samples.comment(1, date=samples.EMPTY_DATE, local="2020-07-01 10:00:00"))
    assert comment(1).submit_date == datetime(2020, 7, 1, 8, tzinfo=UTC)


# Again.


def rows() -> list:
    """Everything that an import writes, as it lies in the database."""
    tables = [Article, Article.topics.through, Topic, Comment, Thread, Follower, User]
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


CONVERSATION = (
    samples.comment(1, date=at(1)),
    samples.comment(2, parent=1, date=at(2), user_id=7),
    samples.comment(3, parent=2, date=at(3), approved="0"),
)


def test_a_second_import_changes_nothing(bring):
    bring(*CONVERSATION)
    before = rows()
    report = bring(*CONVERSATION)
    assert rows() == before
    assert (report.counts["comments"], report.counts["comments here"]) == (0, 3)


def test_what_the_coach_has_done_since_is_not_undone(bring):
    bring(*CONVERSATION)
    conversation.remove(comment(1))
    conversation.approve(comment(3))
    before = rows()
    bring(*(text.replace("harmful", "harmless") for text in CONVERSATION))
    assert rows() == before


def test_what_is_new_in_a_later_export_finds_its_place(bring):
    bring(*CONVERSATION[:2])
    report = bring(
        *CONVERSATION[:2],
        samples.comment(4, parent=2, date=at(8), content="Thanks, and the stairs?"),
        samples.comment(5, date=at(9), content="Another question"),
    )
    assert (report.counts["comments"], report.counts["comments here"]) == (2, 2)
    assert parents() == {"1": None, "2": "1", "4": "2", "5": None}
    assert comment(4).thread_id == comment(1).pk and comment(4).level == 2
    thread = Thread.objects.get(pk=comment(1).pk)
    assert (thread.comment_count, thread.waiting_since) == (3, comment(4).submit_date)
    assert Article.objects.get().comment_count == 4


def test_a_reply_to_a_comment_under_another_article_opens_a_thread(bring):
    bring.items(
        samples.item(1, slug="a", comments=samples.comment(1)),
        samples.item(2, slug="b", comments=samples.comment(2, parent=1)),
    )
    assert parents() == {"1": None, "2": None}
    assert {thread.article.slug for thread in Thread.objects.all()} == {"a", "b"}


def test_a_copy_of_a_comment_is_brought_once(bring):
    bring.items(
        samples.item(1, slug="a", comments=samples.comment(1, content="one") * 2),
        samples.item(2, slug="b", comments=samples.comment(1, content="two")),
    )
    assert [row.comment for row in Comment.objects.all()] == ["one"]


def test_more_comments_in_a_thread_cost_no_more_queries_each(bring, connection_queries):
    def queries(count: int, start: int) -> int:
        comments = [
            samples.comment(start + n, parent=0 if n == 0 else start, date=at(1))
            for n in range(count)
        ]
        return connection_queries(lambda: bring(*comments))

    bring(samples.comment(9))
    few, many = queries(5, 1000), queries(25, 2000)
    each = (many - few) / 20
    assert each == 3
