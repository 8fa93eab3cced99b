"""The feed, the map of the site, and what search engines may read."""

from xml.etree import ElementTree

import feedparser
import pytest

from articles.models import Topic

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"


def feed_of(client, **extra):
    response = client.get("/feed/", **extra)
    assert response.headers["Content-Type"].startswith("application/atom+xml")
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo, parsed.get("bozo_exception")
    return parsed


def test_the_feed_tells_of_new_articles(client, article, knees):
    article.topics.add(knees)
    (entry,) = feed_of(client).entries
    assert entry.title == "Start with six houses"
    assert entry.summary == "A front door, and a turning point you can see."
    assert entry.link == "http://testserver/articles/start-with-six-houses/"
    assert entry.author == "Marit"
    assert [tag.term for tag in entry.tags] == ["Sore knees"]


def test_the_feed_speaks_of_the_sites_own_address_whatever_it_was_asked_by(client, article):
    feed = feed_of(client, HTTP_HOST="127.0.0.1")
    addresses = [link.href for link in feed.feed.links] + [entry.link for entry in feed.entries]
    assert addresses and all(address.startswith("http://testserver/") for address in addresses)


@pytest.mark.parametrize(
    "title",
    ["</title><script>alert(1)</script>", "]]> & <b>bold</b>", "bell\x07 and \x0bmore", "\ufffe"],
)
def test_any_title_leaves_the_feed_readable(client, article, title):
    article.title = article.standfirst = title
    article.save()
    knees = Topic.objects.create(name=title, slug="x")
    article.topics.add(knees)
    page = client.get("/feed/").content.decode()
    assert "<script" not in page and "<b>" not in page
    assert len(feed_of(client).entries) == 1


def test_a_feed_reader_is_told_when_nothing_is_new(client, article):
    etag = client.get("/feed/").headers["ETag"]
    assert client.get("/feed/", headers={"If-None-Match": etag}).status_code == 304
    article.title = "Another title"
    article.save()
    assert client.get("/feed/", headers={"If-None-Match": etag}).status_code == 200


def test_the_feed_and_the_map_cost_the_same_whatever_their_length(
    client, connection_queries, write, knees
):
    def cost(path):
        client.get(path)
        return connection_queries(lambda: client.get(path))

    write("One", topics=[knees])
    few = cost("/feed/"), cost("/sitemap.xml")
    for number in range(15):
        write(f"More {number}", topics=[knees])
    assert (cost("/feed/"), cost("/sitemap.xml")) == few


def test_the_map_names_every_public_page_and_when_it_changed(client, article, knees, draft):
    article.topics.add(knees)
    Topic.objects.create(name="Empty", slug="empty")
    response = client.get("/sitemap.xml", HTTP_HOST="127.0.0.1")
    urls = ElementTree.fromstring(response.content).findall(f"{SITEMAP}url")
    changed = {url.findtext(f"{SITEMAP}loc"): url.findtext(f"{SITEMAP}lastmod") for url in urls}
    assert changed.pop("http://testserver/feeds/") is None
    assert changed.keys() == {
        "http://testserver/",
        "http://testserver/articles/",
        "http://testserver/topics/sore-knees/",
        "http://testserver/articles/start-with-six-houses/",
    }
    assert set(changed.values()) == {article.updated_at.date().isoformat()}


def test_a_site_without_articles_has_a_map(client, db):
    assert client.get("/sitemap.xml").status_code == 200


def test_search_engines_are_told_where_to_look_and_where_not(client, db):
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"].startswith("text/plain")
    lines = response.content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    for closed in ["/admin/", "/accounts/", "/log/", "/comments/"]:
        assert f"Disallow: {closed}" in lines
