"""The list, an article's page, a topic, and what the public never sees."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from articles.models import Article, Topic

from .html import attribute, elements, json_ld

NASTY = "</title></script><script>alert(1)</script>\"'&"


def text_of(response) -> str:
    return response.content.decode()


# The list


def test_the_list_tells_of_each_article_what_a_reader_chooses_by(client, write, knees):
    write("Downstairs", topics=[knees], body="<p>" + "step " * 401 + "</p>", comment_count=9)
    page = text_of(client.get("/articles/"))
    for words in ["Downstairs", "About Downstairs.", "Sore knees", "3 min read", "9 comments"]:
        assert words in page


def test_the_newest_article_stands_first(client, write):
    write("Older", published_at=timezone.now() - datetime.timedelta(days=30))
    write("Newer", published_at=timezone.now() - datetime.timedelta(days=2))
    page = text_of(client.get("/articles/"))
    assert page.index("Newer") < page.index("Older")


def test_the_list_goes_on_after_twelve_articles(client, write):
    for number in range(13):
        write(f"Piece {number:02}")
    first, second = text_of(client.get("/articles/")), text_of(client.get("/articles/?page=2"))
    assert "Page 1 of 2" in first and "Piece 00" in first and "Piece 12" not in first
    assert "Piece 12" in second and "<title>Articles, page 2" in second


@pytest.mark.parametrize("page", ["0", "-1", "99", "9" * 30, "9" * 5000, "x", "", "1.5", "%00"])
def test_any_page_number_leads_to_a_page(client, write, page):
    write("Shoes")
    response = client.get(f"/articles/?page={page}")
    assert response.status_code == 200 and "Shoes" in text_of(response)


def test_a_list_without_articles_says_what_to_do(client, db):
    page = text_of(client.get("/articles/"))
    assert "The first article is still being written" in page
    assert attribute(page, "link", "href", rel="canonical") == "http://testserver/articles/"


def test_topics_without_a_published_article_are_not_offered(client, write, draft, knees):
    write("Shoes", topics=[Topic.objects.create(name="Gear", slug="gear")])
    page = text_of(client.get("/articles/"))
    assert "Gear" in page and "Sore knees" not in page


# A topic


def test_a_topic_gathers_its_articles(client, write, knees):
    write("Downstairs", topics=[knees])
    write("Shoes")
    page = text_of(client.get("/topics/sore-knees/"))
    assert "Downstairs" in page and "Shoes" not in page
    assert "What hurts, and why." in page


def test_an_empty_topic_leads_on(client, knees):
    page = text_of(client.get("/topics/sore-knees/"))
    assert "Nothing stands on this shelf yet" in page and "See all articles" in page


@pytest.mark.parametrize(
    "path", ["/topics/none/", "/articles/none/", "/articles/" + "9" * 30 + "/"]
)
def test_what_was_never_written_is_not_found(client, db, path):
    assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    "path", ["/articles/", "/search/", "/topics/sore-knees/", "/articles/start-with-six-houses/"]
)
def test_pages_are_only_read(client, article, knees, path):
    assert client.post(path).status_code == 405
    assert client.head(path).status_code == 200


# What the public never sees


@pytest.mark.parametrize("hidden", ["draft", "scheduled"])
@pytest.mark.parametrize(
    "path", ["/", "/articles/", "/topics/sore-knees/", "/search/?q=all", "/feed/", "/sitemap.xml"]
)
def test_nothing_tells_of_an_article_that_is_not_out(client, request, article, hidden, path):
    hidden = request.getfixturevalue(hidden)
    page = text_of(client.get(path))
    assert hidden.title not in page and hidden.get_absolute_url() not in page


@pytest.mark.parametrize("hidden", ["draft", "scheduled"])
def test_an_article_that_is_not_out_is_not_found(client, as_ada, request, hidden):
    address = request.getfixturevalue(hidden).get_absolute_url()
    assert client.get(address).status_code == 404
    assert as_ada.get(address).status_code == 404


def test_an_article_that_is_not_out_is_nobodys_next_read(client, article, draft, knees):
    article.topics.add(knees)
    assert "Pushchairs" not in text_of(client.get(article.get_absolute_url()))


def test_the_coach_sees_a_draft_at_its_address(as_coach, draft):
    response = as_coach.get(draft.get_absolute_url())
    page = text_of(response)
    assert "Draft:</strong> only you can see this" in page and "All of Pushchairs." in page
    assert attribute(page, "meta", "content", name="robots") == "noindex"
    assert response.headers["Cache-Control"] == "private, no-store"


def test_the_coach_sees_when_a_scheduled_article_comes_out(as_coach, scheduled):
    page = text_of(as_coach.get(scheduled.get_absolute_url()))
    assert "Scheduled for " in page and "until then only you can see this" in page


def test_staff_without_the_permission_see_no_draft(as_ada, ada, draft):
    ada.is_staff = True
    ada.save()
    assert as_ada.get(draft.get_absolute_url()).status_code == 404


def test_a_scheduled_article_comes_out_when_its_time_has_come(client, scheduled):
    with time_machine.travel(timezone.now() + datetime.timedelta(days=10)):
        assert client.get(scheduled.get_absolute_url()).status_code == 200
        assert "Ice and grips" in text_of(client.get("/articles/"))


def test_an_article_taken_back_is_gone_at_once(client, article):
    assert client.get(article.get_absolute_url()).status_code == 200
    Article.objects.filter(pk=article.pk).unpublish()
    assert client.get(article.get_absolute_url()).status_code == 404


# An article


def test_an_article_shows_what_it_is_and_when_it_was_checked(client, article, knees):
    article.reviewed_on = datetime.date(2026, 11, 2)
    article.published_at = datetime.datetime(2026, 3, 4, 12, tzinfo=datetime.UTC)
    article.body = "<p>Walk to the <strong>sixth</strong> house.</p>"
    article.save()
    article.topics.add(knees)
    page = text_of(client.get(article.get_absolute_url()))
    for words in [
        "Start with six houses",
        "A front door, and a turning point you can see.",
        "Walk to the <strong>sixth</strong> house.",
        "Sore knees",
        "1 min read",
        "4 March 2026",
        "Reviewed November 2026",
        "When to see someone",
        "Walking coach, two knees of my own.",
    ]:
        assert words in page
    assert ("a", {"href": "#comments"}) in elements(page)


def test_the_contents_lead_to_the_headings(client, article):
    article.body = "<h2>How to hold <em>yourself</em></h2><p>x</p><h2>Shoes &amp; sticks</h2>"
    article.save()
    page = text_of(client.get(article.get_absolute_url()))
    anchors = [attrs["id"] for tag, attrs in elements(page) if tag == "h2" and "id" in attrs]
    assert anchors[:2] == ["part-how-to-hold-yourself", "part-shoes-sticks"]
    assert "On this page" in page
    assert '<a href="#part-shoes-sticks">Shoes &amp; sticks</a>' in page


def test_one_heading_alone_needs_no_contents(client, article):
    article.body = "<h2>Shoes</h2>"
    article.save()
    assert "On this page" not in text_of(client.get(article.get_absolute_url()))


def test_three_neighbours_are_offered_those_that_share_most_first(client, write, knees, article):
    gear = Topic.objects.create(name="Gear", slug="gear")
    article.topics.set([knees, gear])
    for number in range(3):
        write(f"Knees {number}", topics=[knees])
    write(
        "Knees and gear",
        topics=[knees, gear],
        published_at=datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC),
    )
    write("Neither")
    assert [other.title for other in article.related()] == ["Knees and gear", "Knees 0", "Knees 1"]
    page = text_of(client.get(article.get_absolute_url()))
    assert "Read next" in page and "Neither" not in page


def test_an_author_without_a_profile_is_signed_by_name_and_never_by_address(client, ada, article):
    article.author = ada
    article.save()
    page = text_of(client.get(article.get_absolute_url()))
    assert json_ld(page)["author"]["name"] == "Ada"
    assert "ada@example.com" not in page


def test_a_page_says_to_machines_what_it_says_to_readers(client, article):
    page = text_of(client.get(article.get_absolute_url(), HTTP_HOST="127.0.0.1"))
    address = "http://testserver/articles/start-with-six-houses/"
    assert attribute(page, "link", "href", rel="canonical") == address
    assert attribute(page, "meta", "content", property="og:url") == address
    assert attribute(page, "meta", "content", property="og:title") == article.title
    assert attribute(page, "meta", "content", name="description") == article.standfirst
    data = json_ld(page)
    assert data["@type"] == "BlogPosting"
    assert data["headline"] == article.title and data["url"] == address
    assert data["author"] == {"@type": "Person", "name": "Marit"}


def test_a_page_without_a_standfirst_is_described_by_how_it_begins(client, article):
    article.standfirst = ""
    article.body = "<h2>First</h2><p>" + "word " * 60 + "</p>"
    article.save()
    page = text_of(client.get(article.get_absolute_url()))
    description = attribute(page, "meta", "content", name="description")
    assert description.startswith("First word word") and description.endswith("…")


def test_a_title_is_only_ever_words(client, article, knees):
    article.title = article.standfirst = article.picture_alt = NASTY
    article.save()
    Topic.objects.update(name=NASTY, description=NASTY)
    article.topics.add(knees)
    for path in [
        "/",
        "/articles/",
        "/topics/sore-knees/",
        "/search/?q=alert",
        article.get_absolute_url(),
    ]:
        page = text_of(client.get(path))
        assert "alert(1)" in page
        assert "<script>alert" not in page
        assert not [tag for tag, attrs in elements(page) if tag == "script" and not attrs]
    assert json_ld(page)["headline"] == NASTY


# What a page costs


@pytest.mark.parametrize(
    "path",
    ["/articles/", "/topics/sore-knees/", "/search/?q=all", "/articles/start-with-six-houses/"],
)
def test_a_page_costs_the_same_whatever_its_length(
    client, connection_queries, article, write, knees, path
):
    article.topics.add(knees)
    for number in range(4):
        write(f"All {number}", topics=[knees])
    client.get(path)  # what is looked up once in a process
    from django.core.cache import caches

    caches["pages"].clear()
    few = connection_queries(lambda: client.get(path))
    for number in range(40):
        topic = Topic.objects.create(name=f"Topic {number}", slug=f"topic-{number}")
        write(f"All more {number}", topics=[knees, topic])
    caches["pages"].clear()
    assert connection_queries(lambda: client.get(path)) == few


@pytest.mark.parametrize(
    ("path", "queries"), [("/articles/", 7), ("/search/?q=all", 8), ("/search/", 5)]
)
def test_a_list_costs_what_it_says(client, write, knees, django_assert_num_queries, path, queries):
    write("All", topics=[knees])
    with django_assert_num_queries(queries):
        client.get(path)


def test_the_addresses_of_the_parts_are_where_others_expect_them():
    assert reverse("articles:list") == "/articles/"
    assert reverse("articles:feed") == "/feed/"
    assert reverse("articles:topic", args=["x"]) == "/topics/x/"
