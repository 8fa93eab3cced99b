"""Earlier versions of an article: kept, compared, taken up again, thinned out."""

import datetime

import pytest
import time_machine
from django.utils import timezone

from articles.lifecycle import differences, working_copies
from articles.models import Revision

from .test_writing import LIST, words_of, written


def change(client, article, **fields):
    fields = {"slug": article.slug, "status": article.status, **fields}
    return client.post(f"{LIST}{article.pk}/change/", written(**fields))


def versions(article):
    return [(one.what, one.title) for one in article.revisions.newest_first()]


def test_each_save_of_new_words_keeps_a_version_and_says_what_and_who(as_coach, coach, write):
    draft = write("Pushchairs", status="draft", published_at=None)
    change(as_coach, draft, title="Prams")
    change(as_coach, draft, title="Prams", body="<p>Both hands.</p>", standfirst="On wheels.")
    assert versions(draft) == [
        ("Standfirst and text", "Prams"),
        ("Title, standfirst and text", "Prams"),
        ("First words", "Pushchairs"),
    ]
    assert draft.revisions.newest_first().first().by == coach


def test_the_same_words_make_no_version(as_coach, draft):
    change(as_coach, draft)
    before = draft.revisions.count()
    change(as_coach, draft)
    change(as_coach, draft, reviewed_on="2026-11-01")
    assert draft.revisions.count() == before


def test_the_editor_that_writes_a_text_anew_makes_no_version(article):
    article.body = "<ul><li>One</li> <li>Two <ul><li>Three</li></ul></li></ul><p>A\xa0b</p>"
    article.save()
    before = article.revisions.count()
    article.body = (
        "<ul><li><p>One</p></li><li><p>Two</p><ul><li><p>Three</p></li></ul></li></ul><p>A b</p>"
    )
    article.save()
    assert article.revisions.count() == before
    article.body = article.body.replace("One", "<strong>One</strong>")
    article.save()
    assert article.revisions.count() == before + 1


def test_topics_and_words_of_one_save_are_one_version(as_coach, draft, knees):
    draft.topics.clear()
    change(as_coach, draft)
    before = draft.revisions.count()
    change(as_coach, draft, title="Prams", topics=[knees.pk])
    newest = draft.revisions.newest_first().first()
    assert draft.revisions.count() == before + 1
    assert newest.topics == ["Sore knees"] and newest.what == "Title and topics"


def test_a_new_article_has_one_version_with_its_topics(as_coach, knees):
    as_coach.post(f"{LIST}add/", written(topics=[knees.pk]))
    (only,) = Revision.objects.all()
    assert (only.what, only.topics) == ("First words", ["Sore knees"])


def test_whatever_door_it_is_saved_by(article):
    draft = article
    draft.body = "<p>By a program.</p>"
    draft.save()
    newest = draft.revisions.newest_first().first()
    assert newest.what == "Text" and newest.by is None


def test_the_list_is_paged_and_costs_the_same_whatever_its_length(
    as_coach, draft, connection_queries
):
    address = f"/admin/articles/article/{draft.pk}/revisions/"
    draft.title = "Number 0"
    draft.save()
    as_coach.get(address)
    few = connection_queries(lambda: as_coach.get(address))
    for number in range(1, 25):
        draft.title = f"Number {number}"
        draft.save()
    assert connection_queries(lambda: as_coach.get(address)) == few
    page = words_of(as_coach.get(address))
    assert "Page 1 of 2" in page and "as it stands now" in page


def test_a_difference_is_told_by_more_than_colour(as_coach, draft):
    draft.body = "<p>All of the prams that there are.</p>"
    draft.save()
    draft.body = "<p>All of the prams that roll.</p>"
    draft.save()
    newest = draft.revisions.newest_first().first()
    page = words_of(as_coach.get(f"/admin/articles/article/revisions/{newest.pk}/"))
    assert '<ins><span class="visually-hidden">added: </span>roll.</ins>' in page
    assert '<del><span class="visually-hidden">removed: </span>there are.</del>' in page


def test_nothing_in_a_difference_can_run():
    old = {
        **dict.fromkeys(["title", "slug", "standfirst", "body", "picture_alt"], ""),
        "topics": [],
    }
    evil = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    new = {**old, "title": evil, "body": evil, "topics": [evil]}
    (title, body, topics) = [change.html for change in differences.between(old, new)]
    for words in (title, topics):
        assert "&lt;script&gt;alert(1)" in words and "<script" not in words and "<img" not in words
    assert "<script" not in body and "onerror" not in body


def test_a_version_is_taken_up_again_as_a_new_one(client, as_coach, article, knees):
    article.topics.add(knees)
    article.save()  # with its topic
    was = article.revisions.newest_first().first()
    change(
        as_coach, article, title="Downstairs", published_at_0="2026-01-01", published_at_1="9:00"
    )
    address = f"/admin/articles/article/revisions/{was.pk}/"
    assert "Take these words up again" in words_of(as_coach.get(address))
    before = article.revisions.count()
    page = words_of(as_coach.post(address, follow=True))
    assert "are back. What stood before is a version, too." in page
    article.refresh_from_db()
    assert article.title == "Start with six houses" and article.slug == "start-with-six-houses"
    assert list(article.topics.all()) == [knees]
    newest = article.revisions.newest_first().first()
    assert article.revisions.count() == before + 1 and newest.what.startswith("Restored from ")
    assert "Walk to the sixth house" in words_of(client.get(article.get_absolute_url()))
    assert "has these words already" in words_of(as_coach.post(address, follow=True))


def test_versions_are_the_coachs_alone(as_ada, client, article):
    version = article.revisions.get()
    for address in [
        f"/admin/articles/article/{article.pk}/revisions/",
        f"/admin/articles/article/revisions/{version.pk}/",
    ]:
        assert client.get(address).status_code == 302
        assert as_ada.get(address).status_code in (302, 403)
        assert as_ada.post(address).status_code in (302, 403)


def test_after_a_month_the_last_of_each_day_is_kept(article, draft):
    now = timezone.now().replace(hour=12)
    for days, hour in [(50, 8), (50, 9), (50, 10), (40, 8), (40, 9), (2, 8), (2, 9)]:
        with time_machine.travel((now - datetime.timedelta(days=days)).replace(hour=hour)):
            article.title = f"{days} days ago, at {hour}"
            article.save()
    Revision.objects.filter(article=article, what="First words").update(
        made_at=now - datetime.timedelta(days=50)
    )
    working_copies.prune()
    assert [title for _, title in versions(article)] == [
        "2 days ago, at 9",
        "2 days ago, at 8",
        "40 days ago, at 9",
        "50 days ago, at 10",
        "Start with six houses",
    ]
    assert draft.revisions.count() == 1


@pytest.mark.parametrize("number", ["0", "9" * 30])
def test_a_version_that_is_not_there_is_no_error(as_coach, db, number):
    assert as_coach.get(f"/admin/articles/article/revisions/{number}/").status_code == 404
    assert as_coach.get(f"/admin/articles/article/{number}/revisions/").status_code == 404
