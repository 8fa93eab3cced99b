"""The feed, the map of the site, and what search engines may read."""

import datetime
from xml.etree import ElementTree

import feedparser
import pytest
import time_machine
from django.utils import timezone

from articles.models import Article, Part, Series, Topic
from comments import conversation
from comments.models import Comment

from . import atom
from .html import elements

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


def test_a_map_too_long_for_one_file_is_an_index_of_several(client, article, knees, monkeypatch):
    article.topics.add(knees)
    monkeypatch.setattr("walkcoach.sitemaps.MOST_IN_A_FILE", 4)
    index = ElementTree.fromstring(client.get("/sitemap.xml").content)
    parts = [part.text for part in index.iter(f"{SITEMAP}loc")]
    assert index.tag == f"{SITEMAP}sitemapindex"
    assert "http://testserver/sitemap-articles.xml" in parts
    pages = [
        page.text
        for part in parts
        for page in ElementTree.fromstring(client.get(part).content).iter(f"{SITEMAP}loc")
    ]
    assert "http://testserver/articles/start-with-six-houses/" in pages and len(pages) == 5
    assert client.get("/sitemap-nothing.xml").status_code == 404


def test_a_site_without_articles_has_a_map(client, db):
    assert client.get("/sitemap.xml").status_code == 200


def test_search_engines_are_told_where_to_look_and_where_not(client, db):
    response = client.get("/robots.txt")
    assert response.headers["Content-Type"].startswith("text/plain")
    lines = response.content.decode().splitlines()
    assert "Sitemap: http://testserver/sitemap.xml" in lines
    for closed in ["/admin/", "/accounts/", "/log/", "/comments/"]:
        assert f"Disallow: {closed}" in lines


# What feed readers need, and RFC 4287


@pytest.fixture
def say(article):
    def say(words, name):
        writer = conversation.Writer(name, f"{name.lower()}@example.org")
        return conversation.post(article, words, writer, state=Comment.State.PUBLISHED)[0]

    return say


@pytest.fixture
def series(article):
    series = Series.objects.create(title="Start & walk", slug="start")
    Part.objects.create(series=series, article=article)
    return series


FEEDS = [
    "/feed/",
    "/topics/sore-knees/feed/",
    "/series/start/feed/",
    "/articles/start-with-six-houses/feed/",
]


@pytest.mark.parametrize("path", FEEDS)
@pytest.mark.parametrize("title", ["Plain", "<b>]]></title> & “x”\x0b", "\ufffe"])
def test_every_feed_is_by_the_rfc(client, article, knees, series, say, path, title):
    article.topics.add(knees)
    article.title = article.standfirst = series.title = knees.name = title
    for changed in (article, series, knees):
        changed.save()
    say(f"Why {title}?", "Rewa")
    response = client.get(path)
    assert atom.faults(response.content) == []
    parsed = feedparser.parse(response.content)
    assert not parsed.bozo and len(parsed.entries) == 1
    assert parsed.feed.language == "en-GB"


@pytest.mark.parametrize("path", ["/feed/", "/topics/sore-knees/feed/"])
def test_an_empty_feed_is_by_the_rfc_and_stays_the_same(client, knees, path):
    first = client.get(path)
    assert atom.faults(first.content) == []
    headers = {"If-None-Match": first.headers["ETag"]}
    with time_machine.travel(timezone.now() + datetime.timedelta(hours=1)):
        assert client.get(path, headers=headers).status_code == 304


def test_a_bad_feed_would_be_seen():
    bad = b"""<feed xmlns="http://www.w3.org/2005/Atom"><id>x</id><updated>today</updated>
        <link href="/x"/><item/><entry><id>x</id><title>a</title><title>b</title></entry></feed>"""
    found = "\n".join(atom.faults(bad))
    for sign in ["<id> is no IRI", "no moment", "link to /x", "0 of <title>", "2 of <title>"]:
        assert sign in found
    for sign in ["<item> has no place", "nobody wrote", "one id", "no link to itself"]:
        assert sign in found


def test_the_whole_article_is_in_the_feed_and_works_wherever_it_is_read(client, article):
    article.body = (
        '<h2>One</h2><p>Go <a href="/articles/x/">on</a>, <a href="#part-one">back</a>, '
        '<a href="https://example.org/?a=1&amp;b=2">out</a> &amp; in.</p>'
        '<figure><img src="/media/articles/hill.png" alt="A &quot;hill&quot;"></figure>'
    )
    article.save()
    (entry,) = feed_of(client).entries
    (content,) = entry.content
    assert content.type == "text/html"
    html = content.value
    assert 'href="http://testserver/articles/x/"' in html
    assert 'href="http://testserver/articles/start-with-six-houses/#part-one"' in html
    assert 'href="https://example.org/?a=1&amp;b=2"' in html and "&amp; in." in html
    assert 'src="http://testserver/media/articles/hill.png"' in html
    assert "wants a clinician" in html and "#ask" in html
    assert entry.summary_detail.type == "text/plain"


def test_nothing_that_could_run_is_in_the_feed(client, article):
    Article.objects.update(body='<p onclick="x()">Hi</p><script>alert(1)</script>')
    page = client.get("/feed/").text
    assert "onclick" not in page and "alert(1)" not in page


def test_an_entry_and_a_feed_keep_their_names_when_addresses_change(client, article, knees):
    article.topics.add(knees)

    def names():
        parsed = feedparser.parse(client.get(f"/topics/{knees.slug}/feed/").content)
        return parsed.feed.id, parsed.entries[0].id

    before = names()
    assert all(name.startswith("tag:testserver,") for name in before)
    article.slug, knees.slug = "another", "other-knees"
    article.save()
    knees.save()
    assert names() == before


def test_an_entry_says_when_it_was_published_and_changed(client, article):
    published = timezone.now() - datetime.timedelta(days=3)
    Article.objects.update(published_at=published)
    (entry,) = feed_of(client).entries
    assert entry.published.startswith(published.strftime("%Y-%m-%dT%H:%M:%S"))
    assert entry.updated > entry.published


def test_a_topic_and_a_series_have_feeds_of_their_own_alone(client, article, write, knees, series):
    write("About knees", topics=[knees])
    topic = feedparser.parse(client.get("/topics/sore-knees/feed/").content)
    assert [entry.title for entry in topic.entries] == ["About knees"]
    parts = feedparser.parse(client.get("/series/start/feed/").content)
    assert [entry.title for entry in parts.entries] == ["Start with six houses"]


def test_pages_lead_feed_readers_to_their_feeds(client, article, knees, series):
    article.topics.add(knees)

    def feeds(path):
        found = elements(client.get(path).text)
        kind = "application/atom+xml"
        return {a["href"] for tag, a in found if tag == "link" and a.get("type") == kind}

    assert feeds("/") == {"/feed/"}
    assert feeds("/topics/sore-knees/") == {"/feed/", "/topics/sore-knees/feed/"}
    assert feeds("/series/start/") == {"/feed/", "/series/start/feed/"}
    assert feeds(article.get_absolute_url()) == {
        *("/feed/", "/series/start/feed/", "/articles/start-with-six-houses/feed/"),
    }


def test_a_page_says_what_a_feed_is_and_which_there_are(client, article, knees, series):
    article.topics.add(knees)
    page = client.get("/feeds/").text
    assert "A feed is an address" in page
    for path in ["/feed/", "/topics/sore-knees/feed/", "/series/start/feed/"]:
        assert f"<code>http://testserver{path}</code>" in page
