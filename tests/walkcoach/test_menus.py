"""The menus that the coach lays, and what stays whatever they do."""

import pytest
from django.db import IntegrityError, transaction

from articles.models import Article, Page, Series, Topic
from tests.articles.html import elements
from walkcoach.menus.models import Menu, MenuEntry, lay_defaults
from walkcoach.setup import after_migrate


def links(html: str, name: str) -> dict[str, tuple[str, str | None]]:
    """The links of a menu: their address and aria-current by their words."""
    part = html.split(f'<nav aria-label="{name}">')[1].split("</nav>")[0]
    words = [one.split("</a>")[0].rpartition(">")[2] for one in part.split("<a ")[1:]]
    found = [attributes for tag, attributes in elements(part) if tag == "a"]
    return {
        word: (one["href"], one.get("aria-current")) for word, one in zip(words, found, strict=True)
    }


@pytest.fixture
def header(db):
    return Menu.objects.get(place="header")


def add(menu, **target):
    return MenuEntry.objects.create(menu=menu, order=100, **target)


def test_a_new_site_has_the_menus_that_every_site_needs(client, db):
    page = client.get("/").text
    assert list(links(page, "Main")) == ["Articles", "Ask", "My log", "Sign in"]
    assert list(links(page, "Footer")) == [
        *("All articles", "Answers", "By mail", "Feed", "My questions", "Start a walk log"),
    ]


def test_an_entry_leads_to_a_page_an_article_a_topic_a_series_or_anywhere(client, header, article):
    topic = Topic.objects.create(name="Knees", slug="knees")
    series = Series.objects.create(title="Start", slug="start")
    series.parts.create(article=article)
    page = Page.objects.create(title="About", slug="about", status="published")
    for target in [{"article": article}, {"topic": topic}, {"series": series}, {"page": page}]:
        add(header, **target)
    add(header, address="https://example.org/", label="Friends")
    found = links(client.get("/").text, "Main")
    assert {found[word][0] for word in ["Start with six houses", "Knees", "Start", "About"]} == {
        *("/articles/start-with-six-houses/", "/topics/knees/", "/series/start/", "/about/"),
    }
    assert found["Friends"][0] == "https://example.org/"


def test_what_readers_cannot_read_is_not_in_a_menu(client, header, article):
    page = Page.objects.create(title="About", slug="about", status="draft")
    series = Series.objects.create(title="Start", slug="start")
    for target in [{"page": page}, {"article": article}, {"series": series}]:
        add(header, **target)
    Article.objects.update(status="draft")
    assert list(links(client.get("/").text, "Main")) == ["Articles", "Ask", "My log", "Sign in"]


def test_a_change_of_a_menu_is_on_every_page_at_once(client, header, article):
    Page.objects.create(title="About", slug="about", status="published")
    addresses = [article.get_absolute_url(), "/about/"]
    before = [client.get(address) for address in addresses]
    entry = add(header, built_in="feeds", label="Follow us")
    for address, response in zip(addresses, before, strict=True):
        after = client.get(address, headers={"If-None-Match": response.headers["ETag"]})
        assert "Follow us" in after.text
    entry.delete()
    assert "Follow us" not in client.get(addresses[0]).text


def test_a_pages_new_title_is_in_the_menu_of_an_article_at_once(client, header, article):
    page = Page.objects.create(title="About", slug="about", status="published")
    add(header, page=page)
    client.get(article.get_absolute_url())
    page.title = "About Marit"
    page.save()
    assert "About Marit" in client.get(article.get_absolute_url()).text
    page.delete()
    assert "About Marit" not in client.get(article.get_absolute_url()).text


def test_a_topic_or_an_article_in_a_menu_is_called_there_as_it_is_now(client, header, article):
    topic = Topic.objects.create(name="Knees", slug="knees")
    Page.objects.create(title="Words", slug="words", status="published")
    add(header, topic=topic)
    add(header, article=article)
    assert "Knees" in client.get("/words/").text
    topic.name, article.title = "Kneecaps", "Seven houses"
    topic.save()
    article.save()
    for address in ["/words/", article.get_absolute_url()]:
        assert {"Kneecaps", "Seven houses"} <= links(client.get(address).text, "Main").keys()
    topic.delete()
    Article.objects.filter(pk=article.pk).delete()
    assert list(links(client.get("/words/").text, "Main")) == [
        "Articles",
        "Ask",
        "My log",
        "Sign in",
    ]


def test_what_must_never_vanish_stays_in_empty_menus(client, as_ada, as_coach):
    MenuEntry.objects.all().delete()
    assert list(links(client.get("/").text, "Main")) == ["Sign in"]
    assert list(links(as_ada.get("/").text, "Footer")) == ["My questions", "Sign out"]
    assert list(links(as_coach.get("/").text, "Main")) == ["Desk", "Settings"]
    assert "Writing room" in links(as_coach.get("/").text, "Footer")
    assert "This is not medical advice." in client.get("/").text


def test_nobody_is_sent_to_ask_themselves(as_coach):
    assert "Ask" not in links(as_coach.get("/").text, "Main")


def test_one_entry_says_where_the_reader_is(client, header, article):
    add(header, article=article, label="Begin")
    add(header, address="/articles/?page=2", label="Older")

    def current(address):
        found = links(client.get(address).text, "Main").items()
        return {words: now for words, (_, now) in found if now}

    assert current("/articles/") == {"Articles": "page"}
    assert current(article.get_absolute_url()) == {"Begin": "page"}
    assert current("/search/?q=x") == {"Articles": "true"}
    assert current("/") == {}


def test_on_a_phone_a_long_menu_opens_below_without_a_script(client, header):
    add(header, built_in="answers")
    page = client.get("/").text
    assert "<summary>More</summary>" in page
    assert page.count('href="/answers/"') == 3  # wide, narrow, footer


def test_menus_cost_one_query_whatever_their_length(client, header, connection_queries):
    few = connection_queries(lambda: client.get("/feeds/"))
    for number in range(20):
        page = Page.objects.create(title=f"P{number}", slug=f"p{number}", status="published")
        add(header, page=page)
    assert connection_queries(lambda: client.get("/feeds/")) == few


def test_an_entry_leads_to_exactly_one_thing(header):
    for target in [{}, {"built_in": "home", "address": "/x/"}]:
        with pytest.raises(IntegrityError), transaction.atomic():
            add(header, **target)


def test_what_the_coach_took_out_stays_out_after_an_upgrade(db):
    MenuEntry.objects.filter(built_in="ask").delete()
    lay_defaults("default")
    after_migrate(None, "default")
    assert not MenuEntry.objects.filter(built_in="ask").exists()


# In the writing room


def lay(as_coach, menu, rows):
    kept = list(menu.entries.all())
    data = {"entries-TOTAL_FORMS": len(rows), "entries-INITIAL_FORMS": len(kept)}
    for number, row in enumerate(rows):
        ids = {"id": kept[number].pk} if number < len(kept) else {}
        row = {"menu": menu.pk, "label": "", "target": "", "address": "", "order": "", **ids, **row}
        data |= {f"entries-{number}-{name}": value for name, value in row.items()}
    return as_coach.post(f"/admin/walkcoach/menu/{menu.pk}/change/", data)


BEGUN = [
    {"target": "built_in:articles", "order": 20},
    {"target": "built_in:ask", "order": 10},
    {"target": "built_in:log", "order": 30, "DELETE": "on"},
]


def test_the_coach_orders_adds_and_takes_out(as_coach, client, header):
    page = Page.objects.create(title="About", slug="about", status="published")
    rows = [
        *BEGUN,
        {"target": f"page:{page.pk}", "label": "Me"},
        {"address": "https://example.org"},
    ]
    assert lay(as_coach, header, rows).status_code == 302
    found = links(client.get("/").text, "Main")
    assert list(found) == [
        "Ask",
        "Articles",
        "Me",
        "https://example.org",
        "Sign in",
        *list(found)[5:],
    ]
    assert list(header.entries.values_list("order", flat=True)) == [10, 20, 30, 40]


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ({"label": "Nowhere"}, "Choose where it leads."),
        ({"target": "built_in:feeds", "address": "/x/"}, "not both"),
        ({"address": "javascript:alert(1)"}, "Begin with “https://”"),
        ({"address": "//evil.test"}, "Begin with “https://”"),
        ({"target": "page:999"}, "Select a valid choice"),
    ],
)
def test_an_entry_that_leads_nowhere_is_refused_in_words(as_coach, header, row, words):
    assert words in lay(as_coach, header, [*BEGUN, row]).text
    assert header.entries.count() == 3


def test_neither_menu_can_be_added_or_thrown_away(as_coach, header):
    assert as_coach.get("/admin/walkcoach/menu/add/").status_code == 403
    assert as_coach.post(f"/admin/walkcoach/menu/{header.pk}/delete/").status_code == 403


def test_an_entry_to_a_draft_keeps_its_place_when_the_menu_is_saved(as_coach, header):
    page = Page.objects.create(title="Soon", slug="soon", status="draft")
    add(header, page=page)
    form = as_coach.get(f"/admin/walkcoach/menu/{header.pk}/change/").text
    assert f'value="page:{page.pk}" selected' in form
