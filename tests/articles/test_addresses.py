"""Addresses that readers kept: where they lead when an article or a topic has moved."""

import pytest
from django.contrib.redirects.models import Redirect

from articles.lifecycle import addresses
from articles.models import Article, Topic

from .test_writing import LIST, written


def move(article, slug):
    article.slug = slug
    article.save()


def leads_to(client, address):
    response = client.get(address)
    assert response.status_code == 301, address
    return response.headers["Location"]


def test_an_article_that_moved_is_found_at_its_old_address(client, article):
    move(article, "six-houses")
    assert leads_to(client, "/articles/start-with-six-houses/") == "/articles/six-houses/"
    assert leads_to(client, "/articles/start-with-six-houses/feed/") == "/articles/six-houses/feed/"


def test_what_others_hang_on_an_address_goes_along(client, article):
    move(article, "six-houses")
    old = "/articles/start-with-six-houses/?page=2&utm_source=x"
    assert leads_to(client, old) == "/articles/six-houses/?page=2&utm_source=x"


def test_an_address_without_its_last_slash_leads_there_too(client, article):
    move(article, "six-houses")
    response = client.get("/articles/start-with-six-houses", follow=True)
    assert response.redirect_chain[-1][0] == "/articles/six-houses/"
    assert response.status_code == 200


def test_many_moves_make_no_chain(client, article):
    for slug in ["one", "two", "three"]:
        move(article, slug)
    for old in ["start-with-six-houses", "one", "two"]:
        assert leads_to(client, f"/articles/{old}/") == "/articles/three/"


def test_there_and_back_again_makes_no_loop(client, article):
    move(article, "away")
    move(article, "start-with-six-houses")
    assert client.get("/articles/start-with-six-houses/").status_code == 200
    assert leads_to(client, "/articles/away/") == "/articles/start-with-six-houses/"
    assert not Redirect.objects.filter(old_path="/articles/start-with-six-houses/").exists()


def test_two_that_change_places_are_both_found(client, article, write):
    other = write("Shoes", slug="shoes")
    move(article, "between")
    move(other, "start-with-six-houses")
    move(article, "shoes")
    assert "Shoes" in client.get("/articles/start-with-six-houses/").content.decode()
    assert "turn round" in client.get("/articles/shoes/").content.decode()
    assert leads_to(client, "/articles/between/") == "/articles/shoes/"


def test_a_new_article_that_takes_an_old_address_wins(client, article, write):
    move(article, "six-houses")
    write("Another", slug="start-with-six-houses")
    assert "Another" in client.get("/articles/start-with-six-houses/").content.decode()


def test_a_draft_leaves_no_address_behind(client, draft):
    move(draft, "prams")
    assert client.get("/articles/draft/").status_code == 404


def test_an_article_that_was_taken_back_and_moved_is_found_once_it_is_out_again(client, article):
    Article.objects.update(became_public_at=article.published_at)
    Article.objects.unpublish()
    article.refresh_from_db()
    move(article, "six-houses")
    Article.objects.publish()
    assert leads_to(client, "/articles/start-with-six-houses/") == "/articles/six-houses/"


def test_a_topic_that_moved_is_found(client, write, knees):
    write("Shoes", topics=[knees])
    knees.slug = "knees"
    knees.save()
    assert leads_to(client, "/topics/sore-knees/") == "/topics/knees/"


def test_what_is_gone_is_led_to_no_more(client, article, knees):
    move(article, "six-houses")
    knees.slug = "knees"
    knees.save()
    Article.objects.all().delete()
    Topic.objects.get().delete()
    assert not Redirect.objects.exists()


def test_the_coach_is_told_that_the_old_address_leads_on(client, as_coach, article):
    page = as_coach.post(
        f"{LIST}{article.pk}/change/", written(slug="six-houses"), follow=True
    ).content.decode()
    assert "The old address leads to the new one." in page
    assert "/articles/start-with-six-houses/" in page


def test_the_form_warns_of_it_where_readers_know_the_address(as_coach, article, draft):
    warning = "the old address will lead to the new one"
    assert warning in as_coach.get(f"{LIST}{article.pk}/change/").content.decode()
    assert warning not in as_coach.get(f"{LIST}{draft.pk}/change/").content.decode()


@pytest.mark.parametrize("path", ["/x%00y/", "/" + "x" * 3000, "/\N{SNOWMAN}/?a=%00"])
def test_an_odd_address_is_just_not_there(client, db, path):
    assert client.get(path, follow=True).status_code == 404


def test_a_form_sent_to_an_old_address_is_not_sent_on(client, article):
    move(article, "six-houses")
    assert client.post("/articles/start-with-six-houses/").status_code == 405


@pytest.mark.parametrize(
    ("link", "path"),
    [
        ("https://old.example/2015/03/knees/", "/2015/03/knees/"),
        ("https://old.example/?p=12", "/?p=12"),
        ("https://old.example", "/"),
        ("https://old.example/%d0%ba/", "/%D0%BA/"),
        ("https://old.example/к/", "/%D0%BA/"),
        ("https://[old/", ""),
    ],
)
def test_the_path_of_a_link_is_written_as_browsers_ask_for_it(link, path):
    assert addresses.path_of(link) == path
