"""Series: articles in an order, and where each of them says it stands."""

import datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import Article, Part, Series

from .html import all_json_ld, attribute


@pytest.fixture
def series(write):
    """Three articles in an order that is not that of their dates."""
    series = Series.objects.create(title="Start walking", slug="start-walking")
    for number, title in enumerate(["Shoes", "Houses", "Pace"], 1):
        Part.objects.create(series=series, article=write(title, slug=title.lower()), order=number)
    return series


def again(client, address, response):
    return client.get(address, headers={"If-None-Match": response.headers["ETag"]})


def test_an_article_says_which_part_it_is_and_leads_to_its_neighbours(client, series):
    page = client.get("/articles/houses/").text
    assert 'Part 2 of 3 of <a href="/series/start-walking/">Start walking</a>' in page
    assert attribute(page, "a", "href", rel="prev") == "/articles/shoes/"
    assert attribute(page, "a", "href", rel="next") == "/articles/pace/"


def test_the_first_part_has_none_before_and_the_last_none_after(client, series):
    first, last = client.get("/articles/shoes/").text, client.get("/articles/pace/").text
    assert 'rel="prev"' not in first and 'rel="next"' in first
    assert 'rel="prev"' in last and 'rel="next"' not in last


def test_what_readers_cannot_read_is_not_counted(client, series, write):
    Article.objects.filter(slug="houses").update(status="draft")
    later = write("Later", published_at=timezone.now() + datetime.timedelta(days=2))
    Part.objects.create(series=series, article=later, order=9)
    page = client.get("/articles/pace/").text
    assert "Part 2 of 2 of" in page and "Later" not in page
    assert attribute(page, "a", "href", rel="prev") == "/articles/shoes/"
    assert "A series of 2 articles" in client.get("/series/start-walking/").text


def test_a_part_that_comes_due_is_on_its_neighbours_pages_at_once(client, series, write):
    later = write("Later", published_at=timezone.now() + datetime.timedelta(days=2))
    Part.objects.create(series=series, article=later, order=9)
    before = client.get("/articles/pace/")
    with time_machine.travel(timezone.now() + datetime.timedelta(days=3)):
        assert "Part 3 of 4 of" in again(client, "/articles/pace/", before).text


def test_another_order_is_on_the_pages_at_once(as_coach, client, series):
    before = client.get("/articles/houses/")
    parts = list(series.parts.all())
    data = {
        **{"title": "Start walking", "slug": "start-walking", "description": "For you."},
        **{"parts-TOTAL_FORMS": 3, "parts-INITIAL_FORMS": 3},
    }
    for number, (part, order) in enumerate(zip(parts, [30, 10, 20], strict=True)):
        row = {"id": part.pk, "series": series.pk, "article": part.article_id, "order": order}
        data |= {f"parts-{number}-{name}": value for name, value in row.items()}
    answer = as_coach.post(f"/admin/articles/series/{series.pk}/change/", data)
    assert answer.status_code == 302
    assert "Part 1 of 3 of" in again(client, "/articles/houses/", before).text


def test_the_coach_makes_a_series_and_is_offered_what_is_in_none(as_coach, series, write):
    free = write("Free")
    form = as_coach.get("/admin/articles/series/add/").text
    assert ">Free</option>" in form and ">Shoes</option>" not in form
    data = {
        **{"title": "Go on", "slug": "go-on", "description": ""},
        **{"parts-TOTAL_FORMS": 2, "parts-INITIAL_FORMS": 0},
        **{"parts-0-article": free.pk, "parts-0-order": "", "parts-1-article": ""},
    }
    assert as_coach.post("/admin/articles/series/add/", data).status_code == 302
    assert free.part.series.slug == "go-on"


def test_an_article_is_in_one_series_at_most(series):
    other = Series.objects.create(title="Other", slug="other")
    with pytest.raises(IntegrityError), transaction.atomic():
        Part.objects.create(series=other, article=Article.objects.get(slug="shoes"))


def test_the_page_of_a_series_lists_its_parts_in_their_order(client, series):
    page = client.get("/series/start-walking/").text
    assert page.index("Shoes") < page.index("Houses") < page.index("Pace")
    data, way = all_json_ld(page)
    assert [part["headline"] for part in data["hasPart"]] == ["Shoes", "Houses", "Pace"]
    assert [step["name"] for step in way["itemListElement"]][1:] == ["Articles", "Start walking"]


def test_a_series_without_a_published_part_is_not_there(client, series):
    Article.objects.update(status="draft")
    assert client.get("/series/start-walking/").status_code == 404
    assert client.get("/series/start-walking/feed/").status_code == 404
    assert "start-walking" not in client.get("/sitemap.xml").text


def test_machines_are_told_what_an_article_is_part_of(client, series):
    posting = all_json_ld(client.get("/articles/pace/").text)[0]
    assert posting["isPartOf"]["name"] == "Start walking"
    assert posting["isPartOf"]["@id"] == "http://testserver/series/start-walking/"
    assert posting["position"] == 3


def test_a_card_says_which_part_it_is(client, series, write):
    write("Alone")
    Article.objects.filter(slug="shoes").update(status="draft")
    page = client.get("/articles/").text
    assert "Start walking, part 1" in page and "Start walking, part 2" in page
    assert "part 3" not in page and page.count("part-of") == 2


@pytest.mark.parametrize("path", ["/articles/houses/", "/series/start-walking/", "/articles/"])
def test_a_long_series_costs_what_a_short_one_does(client, series, write, connection_queries, path):
    from django.core.cache import caches

    def cost():
        caches["pages"].clear()
        return connection_queries(lambda: client.get(path))

    few = cost()
    for number in range(20):
        Part.objects.create(series=series, article=write(f"More {number}"), order=50)
    assert cost() == few


def test_a_new_name_of_the_series_and_its_end_are_on_the_pages_at_once(client, series):
    before = client.get("/articles/houses/")
    series.title = "First steps"
    series.save()
    assert "First steps" in again(client, "/articles/houses/", before).text
    series.delete()
    assert "Part 2" not in client.get("/articles/houses/").text
    assert Article.objects.count() == 3
