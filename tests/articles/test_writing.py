"""The coach's writing room, as its forms and lists."""

import datetime
import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image

from articles.models import Article, Topic

from .html import elements

LIST = "/admin/articles/article/"


def written(**fields) -> dict[str, object]:
    """What the coach's form sends for a draft."""
    return {
        "title": "Downstairs",
        "slug": "downstairs",
        "standfirst": "One foot, then the other.",
        "body": "<p>Hold the rail.</p>",
        "picture_alt": "",
        "status": "draft",
        "published_at_0": "",
        "published_at_1": "",
        "reviewed_on": "",
        "comments_open": "on",
        # The button under the article: none.
        "action-TOTAL_FORMS": "0",
        "action-INITIAL_FORMS": "0",
        **fields,
    }


def photo(size=(2400, 1500), format="JPEG", name="holiday at home.jpg") -> SimpleUploadedFile:
    file = io.BytesIO()
    exif = Image.Exif()
    exif[0x010E] = "gps-canary"
    Image.new("RGB", size, "olive").save(file, format, exif=exif)
    return SimpleUploadedFile(name, file.getvalue(), f"image/{format.lower()}")


def words_of(response) -> str:
    return response.content.decode()


# The list


def test_the_list_says_in_words_where_each_article_stands(as_coach, article, draft, scheduled):
    page = words_of(as_coach.get(LIST))
    assert "<td" in page and ">Draft</td>" in page
    assert f">Published {timezone.localtime(article.published_at):%-d %B %Y}</td>" in page
    assert f">Scheduled for {timezone.localtime(scheduled.published_at):%-d %B %Y, %H:%M}" in page


@pytest.mark.parametrize(
    ("stands", "title"),
    [("draft", "Pushchairs"), ("scheduled", "Ice and grips"), ("published", "Start with six")],
)
def test_the_list_can_be_narrowed_to_one_standing(
    as_coach, article, draft, scheduled, stands, title
):
    page = words_of(as_coach.get(LIST, {"stands": stands}))
    assert "1 article" in page and title in page


def test_the_list_is_searched_as_readers_search(as_coach, write):
    write("Élan", body="<p>Hold the rail.</p>")
    write("Shoes")
    page = words_of(as_coach.get(LIST, {"q": "elan RAIL"}))
    assert "Élan" in page and "Shoes" not in page


def test_the_list_costs_the_same_whatever_its_length(as_coach, connection_queries, write, knees):
    write("One", topics=[knees])
    as_coach.get(LIST)
    few = connection_queries(lambda: as_coach.get(LIST))
    for number in range(15):
        write(f"More {number}", topics=[knees])
    assert connection_queries(lambda: as_coach.get(LIST)) == few


def act(client, action, *articles):
    keys = [article.pk for article in articles]
    data = {"action": action, "_selected_action": keys}
    return words_of(client.post(LIST, data, follow=True))


def test_several_articles_are_published_by_one_press(client, as_coach, draft, scheduled):
    assert "2 articles published." in act(as_coach, "publish", draft, scheduled)
    for article in [draft, scheduled]:
        assert client.get(article.get_absolute_url()).status_code == 200


def test_a_published_article_can_be_a_draft_again(client, as_coach, article):
    assert "1 article taken back to the writing room." in act(as_coach, "unpublish", article)
    assert client.get(article.get_absolute_url()).status_code == 404
    assert "Nothing to do" in act(as_coach, "unpublish", article)


def test_a_look_at_the_list_publishes_nothing(as_coach, draft):
    as_coach.get(LIST, {"action": "publish", "_selected_action": draft.pk})
    draft.refresh_from_db()
    assert draft.status == "draft"


def test_readers_have_no_writing_room(as_ada, client, article):
    for path in [LIST, f"{LIST}add/", f"{LIST}{article.pk}/change/"]:
        assert as_ada.get(path).status_code in (302, 403)
        assert client.get(path).status_code == 302


# Writing


def test_what_the_coach_writes_is_signed_with_their_name(as_coach, coach):
    response = as_coach.post(f"{LIST}add/", written())
    assert response.status_code == 302
    article = Article.objects.get()
    assert article.author == coach and not article.is_live
    assert article.body == "<p>Hold the rail.</p>"


def test_published_without_a_date_means_now(client, as_coach, coach):
    as_coach.post(f"{LIST}add/", written(status="published"))
    assert client.get("/articles/downstairs/").status_code == 200


def test_a_date_to_come_schedules_in_the_coachs_own_time(client, as_coach, coach):
    coach.time_zone = "Asia/Tokyo"
    coach.save()
    with time_machine.travel(datetime.datetime(2026, 11, 24, 12, tzinfo=datetime.UTC)):
        as_coach.post(
            f"{LIST}add/",
            written(status="published", published_at_0="25/11/2026", published_at_1="07:00"),
        )
        article = Article.objects.get()
        assert article.is_scheduled
    assert article.published_at == datetime.datetime(2026, 11, 24, 22, tzinfo=datetime.UTC)


def test_an_edit_by_another_coach_keeps_the_author(as_coach, ada, draft):
    Article.objects.update(author=ada)
    as_coach.post(f"{LIST}{draft.pk}/change/", written(slug="draft"))
    draft.refresh_from_db()
    assert draft.author == ada and draft.title == "Downstairs"


def test_what_is_missing_is_said_kindly(as_coach, article):
    page = words_of(as_coach.post(f"{LIST}add/", written(title="", body="", slug=article.slug)))
    assert "Give the article a title." in page
    assert "Write at least one sentence." in page
    assert "Another article has this address already." in page
    assert "One foot, then the other." in page


def test_a_script_in_the_text_is_gone_before_it_is_kept(as_coach):
    as_coach.post(f"{LIST}add/", written(body="<p>x</p><script>alert(1)</script>"))
    assert Article.objects.get().body == "<p>x</p>"


def test_an_edit_makes_the_neighbours_pages_new(
    client, as_coach, article, draft, django_capture_on_commit_callbacks
):
    before = client.get(article.get_absolute_url()).headers["ETag"]
    with django_capture_on_commit_callbacks(execute=True):
        as_coach.post(f"{LIST}{draft.pk}/change/", written(slug="draft", status="published"))
    assert client.get(article.get_absolute_url()).headers["ETag"] != before


def test_an_article_that_was_asked_under_is_not_thrown_away(as_coach, article):
    Article.objects.update(comment_count=1)
    assert as_coach.post(f"{LIST}{article.pk}/delete/", {"post": "yes"}).status_code == 403
    act(as_coach, "delete_selected", article)
    assert Article.objects.exists()


def test_an_article_nobody_asked_under_can_go(as_coach, draft):
    as_coach.post(f"{LIST}{draft.pk}/delete/", {"post": "yes"})
    assert not Article.objects.exists()


@pytest.mark.parametrize("path", ["abc", "9" * 30, "-1"])
def test_an_article_that_is_not_there_is_no_error(as_coach, path):
    assert as_coach.get(f"{LIST}{path}/change/").status_code in (302, 404)


# The picture


def test_a_picture_is_written_anew_and_says_nothing_of_where_it_was_taken(client, as_coach):
    data = written(status="published", picture=photo(), picture_alt="A green hill.")
    as_coach.post(f"{LIST}add/", data)
    article = Article.objects.get()
    assert (article.picture_width, article.picture_height) == (1600, 1000)
    assert "holiday" not in article.picture.name
    assert b"gps-canary" not in article.picture.read()
    page = words_of(client.get(article.get_absolute_url()))
    (hero,) = [a for tag, a in elements(page) if tag == "img" and a.get("fetchpriority") == "high"]
    assert hero["alt"] == "A green hill." and (hero["width"], hero["height"]) == ("1600", "1000")
    assert f'content="http://testserver{article.picture.url}"' in page
    article.picture.delete()


def test_a_picture_without_words_is_asked_for_them(as_coach):
    """And saved all the same: nothing on the list of advice stands in the coach's way."""
    data = written(picture=photo(size=(20, 20)))
    as_coach.post(f"{LIST}add/", data)
    article = Article.objects.get()
    form = words_of(as_coach.get(f"{LIST}{article.pk}/change/"))
    assert "Its picture has no words." in form
    article.picture.delete()


def test_what_is_no_picture_is_refused_kindly(as_coach):
    script = SimpleUploadedFile("x.jpg", b"<script>alert(1)</script>", "image/jpeg")
    page = words_of(as_coach.post(f"{LIST}add/", written(picture=script)))
    assert "Choose a picture saved as JPEG, PNG or WebP." in page
    assert not Article.objects.exists()


def test_a_picture_stays_when_the_words_change_and_goes_when_asked(as_coach):
    as_coach.post(f"{LIST}add/", written(picture=photo(size=(20, 20)), picture_alt="Olive."))
    article = Article.objects.get()
    name = article.picture.name
    change = f"{LIST}{article.pk}/change/"
    as_coach.post(change, written(picture_alt="Green."))
    article.refresh_from_db()
    assert article.picture.name == name and article.picture_alt == "Green."
    as_coach.post(change, {**written(), "picture-clear": "on"})
    article.refresh_from_db()
    assert not article.picture


# Topics


def test_topics_are_kept_and_counted(as_coach, write, knees):
    write("One", topics=[knees])
    page = words_of(as_coach.get(reverse("admin:articles_topic_changelist")))
    assert "Sore knees" in page and '<td class="field-article_count">1</td>' in page


def test_topics_thrown_away_are_gone_from_the_pages(client, as_coach, article, knees):
    article.topics.add(knees)
    assert "Sore knees" in words_of(client.get(article.get_absolute_url()))
    as_coach.post(
        reverse("admin:articles_topic_changelist"),
        {"action": "delete_selected", "_selected_action": [knees.pk], "post": "yes"},
    )
    assert not Topic.objects.exists()
    assert "Sore knees" not in words_of(client.get(article.get_absolute_url()))
