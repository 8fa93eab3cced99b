"""What django-comments-xtd 2.10 does to a site as it comes, and ours does not.

Where the package's own code can be called, it is, so that each test shows the fault it is about.
The rest of the list is held by the tests of asking, confirming, reading, mails and the storm.
"""

import json
from base64 import urlsafe_b64decode
from pathlib import Path

import pytest
from django.conf import settings as site_settings
from django.contrib.auth.hashers import make_password
from django.core.management import call_command
from django.db.models.signals import pre_save
from django.template import Context, Template
from django.urls import reverse
from django_comments_xtd import signed
from django_comments_xtd.models import (
    MaxThreadLevelExceededException,
    XtdComment,
    publish_or_unpublish_on_pre_save,
)
from django_comments_xtd.utils import get_app_model_options

from articles.models import Article
from comments import conversation, tokens, waiting_time
from comments.models import Comment, Correspondent, Follower, Thread

from .many import chain, conversation_like_ours, plant

State = Comment.State
pytestmark = pytest.mark.django_db


def stock(article, words, *, parent=0) -> XtdComment:
    """A comment as the package stores it."""
    comment = XtdComment(
        content_type_id=Comment.objects.values_list("content_type_id", flat=True).first(),
        object_pk=str(article.pk),
        site_id=1,
        user_name="Rewa",
        user_email="rewa@example.org",
        comment=words,
        parent_id=parent,
    )
    comment.save()
    return comment


# --- Rows -----------------------------------------------------------------------------------


def test_saving_publishes_the_hidden_replies_in_the_package_and_not_here(say, article):
    question = say("May I walk?")
    hidden = say("Rude", "Ben", to=question)
    conversation.remove(hidden)

    pre_save.disconnect(sender=XtdComment)
    theirs = XtdComment.objects.get(pk=question.pk)
    before = XtdComment.objects.get(pk=hidden.pk).is_public
    publish_or_unpublish_on_pre_save(XtdComment, theirs, raw=False, using="default")
    assert (before, XtdComment.objects.get(pk=hidden.pk).is_public) == (False, True)

    XtdComment.objects.filter(pk=hidden.pk).update(is_public=False)
    ours = Comment.objects.get(pk=question.pk)
    ours.comment = "May I walk today?"
    ours.save()
    assert not XtdComment.objects.get(pk=hidden.pk).is_public


def test_the_packages_own_upkeep_publishes_nothing(say):
    question = say("May I walk?")
    for state in (State.HELD, State.UNCONFIRMED):
        say(f"Not to be seen: {state}", "Ben", to=question, state=state)
    call_command("initialize_nested_count", verbosity=0)

    public = XtdComment.norel_objects.filter(is_public=True)
    assert list(public.values_list("pk", flat=True)) == [question.pk]


def test_a_refused_reply_leaves_a_phantom_in_the_package_and_nothing_here(say, article):
    say("The tables know the articles from here on.")
    theirs = stock(article, "Theirs")
    with pytest.raises(MaxThreadLevelExceededException):
        stock(article, "Too deep", parent=theirs.pk)
    assert XtdComment.objects.get(comment="Too deep").thread_id == 0

    gone = say("Soon gone")
    conversation.remove(gone)
    with pytest.raises(conversation.CannotReply):
        say("A reply to nothing", "Ben", to=gone)
    assert not XtdComment.objects.filter(comment="A reply to nothing").exists()


def test_a_reply_rewrites_its_neighbours_in_the_package_and_not_here(say, article, monkeypatch):
    monkeypatch.setattr("django_comments_xtd.models.max_thread_level_for_content_type", lambda _: 5)
    say("The tables know the articles from here on.")
    theirs = stock(article, "Theirs")
    later = stock(article, "Later", parent=theirs.pk)
    stock(article, "Between", parent=theirs.pk)
    nested = stock(article, "Under the first", parent=later.pk)
    assert nested.order < XtdComment.objects.get(comment="Between").order  # it was shifted

    ours = say("Ours")
    first = say("First", "Ben", to=ours)
    say("Second", "Ada", to=ours)
    rows = XtdComment.norel_objects.exclude(comment="Under ours")
    before = list(rows.order_by("pk").values())
    say("Under ours", "Kari", to=first)
    assert list(rows.order_by("pk").values()) == before


def test_deleting_the_first_question_takes_no_other_off_the_page(say, client, article):
    first, others = say("The very first"), [say(f"Another, {i}", f"Reader{i}") for i in range(3)]
    Comment.objects.get(pk=first.pk).delete()
    article.threads.all()
    Article.objects.touch()

    page = client.get(article.get_absolute_url()).content.decode()
    assert all(f'id="comment-{other.pk}"' in page for other in others)
    assert "The very first" not in page


# --- What leaves the site -------------------------------------------------------------------


def every_token(comment, thread) -> dict[str, str]:
    follower = Follower.objects.filter(thread=thread).first()
    correspondent = Correspondent.objects.get(email=comment.user_email)
    return {
        "confirm": tokens.to_confirm(comment),
        "manage": tokens.to_manage(comment),
        "undo": tokens.to_undo(comment, comment),
        "private": tokens.to_private(thread),
        "unsubscribe": tokens.to_unsubscribe(follower),
        "preferences": tokens.to_preferences(correspondent),
        "browser": tokens.of_browser(comment.user_email),
    }


def test_links_are_pickles_with_the_password_in_the_package_and_numbers_here(say, ada):
    ada.password = make_password("walk-with-me")
    ada.save()
    comment = say("May I walk?", ada)
    theirs = signed.dumps(Comment.objects.select_related("user").get(pk=comment.pk))
    assert ada.password in str(signed.loads(theirs).user.__dict__)  # loads runs what it is given

    for kind, token in every_token(comment, Thread.objects.get()).items():
        payload = token.split(":")[0].removeprefix(".")
        text = urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        if token.startswith("."):
            import zlib

            text = zlib.decompress(text)
        said = json.loads(text)  # and no pickle
        for secret in (ada.password, ada.email, "May I walk?", "Ada"):
            assert secret not in str(said), kind


def test_nobody_follows_a_whole_article(say, coach, outbox):
    mine, another = say("May I walk?", "Rewa"), say("May I swim?", "Ben")
    conversation.answer(another, "Do.", conversation.Writer.of(coach))
    assert [mail.to for mail in outbox()] == [["ben@example.org"]]
    assert mine.pk


def test_what_reads_comments_reads_no_password_of_their_writers(client, article, say, ada):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    question = say("May I walk?", ada)
    waiting_time.usual_days()  # worked out once an hour
    with CaptureQueriesContext(connection) as captured:
        client.get(article.get_absolute_url())
        client.get(reverse("comments:thread", args=[question.pk]))
        client.get(reverse("comments_feed", args=[article.slug]))
    of_comments = [query["sql"] for query in captured if "comments_comment" in query["sql"]]
    assert len(of_comments) == 5
    assert not any('"password"' in sql for sql in of_comments)


# --- What is open ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "address",
    [
        "comments/api/comment/",
        "comments/api/comments/articles-article/1/",
        "comments/api/articles-article/1/",
        "comments/api/articles-article/1/count/",
        "comments/api/accounts-user/1/count/",
        "comments/api/preview/",
        "comments/api/feedback/",
        "comments/api/flag/1/",
        "comments/like/1/",
        "comments/liked/",
        "comments/dislike/1/",
        "comments/flag/1/",
        "comments/flagged/",
        "comments/delete/1/",
        "comments/approve/1/",
        "comments/mute/x/",
        "comments/posted/?c=1",
        "comments/cr/8/1/",
        "comments/post/",
    ],
)
def test_the_packages_own_addresses_lead_nowhere(client, as_ada, say, address):
    say("May I walk?")
    for who in (client, as_ada):
        assert who.get(f"/{address}").status_code == 404
        assert who.post(f"/{address}", {"comment": "1", "flag": "report"}).status_code == 404


def test_no_template_of_ours_uses_the_packages_tags():
    templates = list((site_settings.BASE_DIR / "templates").rglob("*.*"))
    assert len(templates) > 50
    for path in templates:
        text = Path(path).read_text()
        assert "comments_xtd" not in text and "load comments" not in text, path
        assert "gravatar" not in text.lower(), path
    assert get_app_model_options()["allow_feedback"] is False


def test_no_view_holds_the_write_lock_while_it_only_reads():
    assert not site_settings.DATABASES["default"].get("ATOMIC_REQUESTS")
    options = site_settings.DATABASES["default"].get("OPTIONS", {})
    assert options.get("transaction_mode", "IMMEDIATE") == "IMMEDIATE"


@pytest.mark.parametrize("number", ["9" * 30, "-1", "0", "9" * 5000, "１２", "1e9", "%00", "🦵"])
def test_numbers_that_no_row_has_are_never_an_error(client, number, article, say):
    say("May I walk?")
    for query in ("article", "page", "c", "undo"):
        for path in ("/comments/sent/", article.get_absolute_url(), "/comments/thread/1/"):
            assert client.get(path, {query: number}).status_code in (200, 404)


# --- Links ----------------------------------------------------------------------------------

PAGES = {
    "confirm": ["confirm"],
    "manage": ["change_by_link", "withdraw_by_link"],
    "undo": ["put_back"],
    "own": ["mine_by_link", "export_by_link", "forget_by_link"],
    "private": ["private_by_link"],
    "unsubscribe": ["unsubscribe"],
    "preferences": ["preferences", "unsubscribe_all"],
}


@pytest.fixture
def kinds(say, thread_of, article):
    """A good link of every kind; to make the rows that they speak of takes both kinds of state."""
    comment = say("May I walk?", "Rewa")
    guest = conversation.Writer("Rewa", "rewa@example.org")
    private, _ = conversation.post(
        article, "My secret knee", guest, state=State.HELD, is_private=True
    )
    return {
        **every_token(comment, thread_of(comment)),
        "private": tokens.to_private(thread_of(private)),
        "own": tokens.to_own("rewa@example.org"),
    }


def everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Comment, Thread, Follower, Correspondent)
    ]


@pytest.mark.parametrize("page", [page for pages in PAGES.values() for page in pages])
def test_no_link_opens_what_another_is_for_and_a_forged_one_nothing(client, kinds, page):
    own_kind = next(kind for kind, pages in PAGES.items() if page in pages)
    good = kinds[own_kind]
    payload, _, signature = good.rpartition(":")
    forged = [token for kind, token in kinds.items() if kind != own_kind]
    forged += [good[:-1], good + "x", payload, f":{signature}", good.swapcase(), "x" * 3000]
    forged += [f"{'x' + payload}:{signature}", good.replace(":", "::", 1), "gASVAAAA.", "\x00", "☃"]
    before = everything()

    for token in forged:
        address = reverse(f"comments:{page}", args=[token])
        for answer in (client.get(address), client.post(address, {"comment": "Changed words"})):
            assert answer.status_code == 404, token
            assert "May I walk?" not in answer.content.decode()
            assert "My secret knee" not in answer.content.decode()
    assert everything() == before
    assert client.get(reverse(f"comments:{page}", args=[good])).status_code in (200, 405, 410)


@pytest.mark.parametrize(
    ("page", "within"),
    [
        ("change_by_link", tokens.MANAGE_WITHIN),
        ("withdraw_by_link", tokens.MANAGE_WITHIN),
        ("put_back", tokens.UNDO_WITHIN),
        ("mine_by_link", tokens.OWN_WITHIN),
        ("export_by_link", tokens.OWN_WITHIN),
        ("forget_by_link", tokens.OWN_WITHIN),
        ("private_by_link", tokens.PRIVATE_WITHIN),
        ("confirm", tokens.CONFIRM_WITHIN),
    ],
)
def test_an_expired_link_shows_and_changes_nothing(client, kinds, page, within, time_machine):
    from django.utils import timezone

    own_kind = next(kind for kind, pages in PAGES.items() if page in pages)
    address = reverse(f"comments:{page}", args=[kinds[own_kind]])
    time_machine.move_to(timezone.now() + within * 1.01)
    before = everything()

    for answer in (client.get(address), client.post(address, {"comment": "Changed words"})):
        assert answer.status_code in (404, 405, 410) or page == "confirm"
        assert "May I walk?" not in answer.content.decode()
        assert "My secret knee" not in answer.content.decode()
    assert everything() == before


# --- Sizes ----------------------------------------------------------------------------------


def in_a_row(thread: list[int | None], size: int) -> list[int | None]:
    """Threads of one shape, one after another, until there are so many comments."""
    shape: list[int | None] = []
    while len(shape) < size:
        first = len(shape)
        shape += [None if parent is None else parent + first for parent in thread]
    return shape[:size]


def test_ten_thousand_comments_cost_what_seventeen_do(client, article, coach, connection_queries):
    section = Template("{% load conversation %}{% threads article %}")
    waiting_time.usual_days()  # worked out once an hour

    def counts():
        pages = []
        rendered = connection_queries(
            lambda: pages.append(section.render(Context({"article": article})))
        )
        article.refresh_from_db()
        whole = client.get(article.get_absolute_url()).content
        return rendered, len(pages[0].encode()), len(whole)

    plant(article, conversation_like_ours(17), coach)
    small = counts()
    thread_of_hundreds = [None, *(i // 2 for i in range(332))]
    plant(article, in_a_row(thread_of_hundreds, 9_983), coach)
    large = counts()

    assert article.comment_count == 10_000
    assert small[0] == large[0] == 5
    assert large[1] < 600_000 and large[2] < 600_000  # six hundred comments stand on it


def test_one_thread_of_ten_thousand_is_shown_a_page_at_a_time(
    client, article, coach, connection_queries
):
    keys = plant(article, [None, *(i // 2 for i in range(9_999))], coach)
    address = reverse("comments:thread", args=[keys[0]])
    pages = []
    for number in (1, 50, 100):
        count = connection_queries(lambda n=number: pages.append(client.get(address, {"page": n})))
        assert count <= 6
    for page in pages:
        assert page.status_code == 200
        assert page.content.decode().count('<div class="body"') == 100
        assert len(page.content) < 200_000
    reply = client.get(reverse("comments:reply", args=[keys[-1]]))
    assert reply.status_code == 200


def test_a_thousand_deep_is_no_deeper_than_three_and_costs_the_same(
    client, article, as_coach, connection_queries
):
    shallow = plant(article, chain(100))
    deep = plant(article, chain(1_000))
    costs = []
    for keys in (shallow, deep):
        address = reverse("comments:thread", args=[keys[0]])
        costs.append(connection_queries(lambda at=address: client.get(at)))
        assert client.get(reverse("comments:permalink", args=[keys[-1]])).status_code == 302
        assert client.get(reverse("comments:thread_feed", args=[keys[0]])).status_code == 200
    assert costs[0] == costs[1]
    page = client.get(reverse("comments:thread", args=[deep[0]]), {"page": 10}).content.decode()
    assert f'id="comment-{deep[-1]}"' in page
    assert as_coach.get(reverse("desk")).status_code == 200
