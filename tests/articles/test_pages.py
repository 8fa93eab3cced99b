"""Pages beside the articles: about, books, a disclaimer, at addresses that hide no other."""

import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import get_resolver, resolve
from PIL import Image

from articles.models import Book, Page
from articles.pages.addresses import own_addresses
from walkcoach.checks import no_page_is_hidden

from .html import all_json_ld, attribute


@pytest.fixture
def make(db):
    """Make a page: `make("about", kind="about")`. Published unless told."""

    def make(slug, **fields):
        fields = {"title": slug.title(), "status": Page.Status.PUBLISHED, **fields}
        return Page.objects.create(slug=slug, **fields)

    return make


def again(client, address, response):
    return client.get(address, headers={"If-None-Match": response.headers["ETag"]})


def test_a_page_stands_at_its_own_address(client, make):
    make("about", kind="about", title="About Marit", body="<p>Two knees.</p>")
    page = client.get("/about/").text
    assert "About Marit" in page and "Two knees." in page
    assert attribute(page, "link", "href", rel="canonical") == "http://testserver/about/"


def test_a_draft_is_seen_by_the_coach_alone(client, as_coach, as_ada, make):
    make("about", status="draft", body="<p>Soon.</p>")
    assert client.get("/about/").status_code == as_ada.get("/about/").status_code == 404
    page = as_coach.get("/about/")
    assert "only you can see this" in page.text and "Soon." in page.text
    assert page.headers["Cache-Control"] == "private, no-store"


def test_a_visitors_page_costs_one_query_and_is_never_an_old_one(
    client, make, django_assert_num_queries
):
    page = make("about", body="<p>Two knees.</p>")
    first = client.get("/about/")
    with django_assert_num_queries(1):
        assert again(client, "/about/", first).status_code == 304
    page.body = "<p>Three knees.</p>"
    page.save()
    assert "Three knees." in again(client, "/about/", first).text
    page.status = "draft"
    page.save()
    assert again(client, "/about/", first).status_code == 404


def test_what_a_page_may_hold_is_sanitised_like_an_article(client, make):
    make("about", body='<p onclick="x()">Hi</p><script>alert(1)</script>')
    page = client.get("/about/").text
    assert "<p>Hi</p>" in page and "alert(1)" not in page


@pytest.mark.parametrize(
    "slug",
    ["articles", "log", "admin", "comments", "accounts", "media", "static", "feeds", "series"],
)
def test_no_page_can_have_an_address_of_the_sites_own(as_coach, slug):
    typed = {"kind": "text", "title": "Mine", "slug": slug, "status": "published"}
    answer = as_coach.post("/admin/articles/page/add/", {**typed, "body": "<p>x</p>"})
    assert "The site itself uses this address" in answer.text
    assert not Page.objects.exists()


def test_the_addresses_kept_free_are_all_that_the_site_answers_at():
    first = {str(entry.pattern).partition("/")[0] for entry in get_resolver().url_patterns}
    own = own_addresses()
    assert {part for part in first if part and "<" not in part} <= own
    assert {"search", "topics", "series", "feed", "robots.txt"} <= own
    for slug in own:
        with pytest.raises(ValidationError):
            Page(slug=slug, title="x").clean_fields()


def test_a_page_hides_none_of_the_sites_own_addresses():
    assert resolve("/about/").url_name == "page"
    for address in ["/", "/articles/", "/log/", "/search/", "/feeds/", "/answers/", "/admin/desk/"]:
        assert resolve(address).url_name != "page"


def test_an_upgrade_that_hides_a_page_says_so(make):
    page = make("about", title="About us")
    assert not no_page_is_hidden(None, databases=["default"])
    Page.objects.filter(pk=page.pk).update(slug="search")
    (warning,) = no_page_is_hidden(None, databases=["default"])
    assert "The page “About us” cannot be reached" in warning.msg


def test_there_is_one_page_about_the_coach(as_coach, make):
    make("about", kind="about")
    typed = {"kind": "about", "title": "Me", "slug": "me", "body": "<p>x</p>", "status": "draft"}
    assert (
        "There is a page about you already"
        in as_coach.post("/admin/articles/page/add/", typed).text
    )


def test_an_article_is_signed_with_the_page_about_its_author(client, article, make):
    before = client.get(article.get_absolute_url())
    assert "url" not in all_json_ld(before.text)[0]["author"]
    make("about", kind="about")
    after = again(client, article.get_absolute_url(), before)
    assert all_json_ld(after.text)[0]["author"] == {
        "@type": "Person",
        "name": "Marit",
        "url": "http://testserver/about/",
    }


def test_the_disclaimer_says_when_it_was_last_reviewed(client, make):
    make("disclaimer", kind="disclaimer", reviewed_on="2026-11-02", body="<p>No advice.</p>")
    page = client.get("/disclaimer/").text
    assert "Last reviewed" in page and "2 November 2026" in page
    assert all_json_ld(page)[0]["lastReviewed"] == "2026-11-02"


# Books


@pytest.fixture
def shelf(make):
    page = make("books", kind="books")
    for number, (title, group) in enumerate(
        [("Old Paths", "For the way"), ("Calm Knees", ""), ("New Paths", "For the way")]
    ):
        Book.objects.create(
            page=page,
            title=title,
            author="A. Walker",
            why="It is short.",
            group=group,
            order=number,
        )
    return page


def test_books_stand_in_the_coachs_order_under_their_headings(client, shelf):
    page = client.get("/books/").text
    order = [page.index(f">{words}<") for words in ("Calm Knees", "For the way", "Old Paths")]
    assert order == sorted(order) and page.index(">Old Paths<") < page.index(">New Paths<")
    listed = all_json_ld(page)[0]["mainEntity"]["itemListElement"]
    assert [one["item"]["name"] for one in listed] == ["Old Paths", "Calm Knees", "New Paths"]


def test_the_page_of_books_costs_the_same_whatever_their_number(client, shelf, connection_queries):
    from django.core.cache import caches

    def cost():
        caches["pages"].clear()
        return connection_queries(lambda: client.get("/books/"))

    few = cost()
    for number in range(20):
        Book.objects.create(page=shelf, title=f"Book {number}", author="A", why="B")
    assert cost() == few


def inline(prefix, rows, initial):
    management = {f"{prefix}-TOTAL_FORMS": len(rows), f"{prefix}-INITIAL_FORMS": initial}
    fields = {f"{prefix}-{i}-{name}": v for i, row in enumerate(rows) for name, v in row.items()}
    return {**management, **fields}


def test_the_coach_adds_a_book_with_its_cover_and_puts_it_between_two(as_coach, client, shelf):
    with io.BytesIO() as file:
        Image.new("RGB", (800, 1200), "olive").save(file, "PNG")
        cover = SimpleUploadedFile("cover.png", file.getvalue(), "image/png")
    before = client.get("/books/")
    books = list(shelf.books.all())
    typed = [
        {"id": b.pk, "page": shelf.pk, "title": b.title, "author": b.author, "why": b.why}
        | {"group": b.group, "order": order}
        for b, order in zip(books, [10, 20, 30], strict=True)
    ]
    new = {"page": shelf.pk, "title": "Slow Ways", "author": "B", "why": "C", "order": 15}
    data = {
        **{"kind": "books", "title": "Books", "slug": "books", "body": "", "status": "published"},
        **inline("books", [*typed, {**new, "cover": cover, "link": "example.org/slow"}], 3),
    }
    answer = as_coach.post(f"/admin/articles/page/{shelf.pk}/change/", data)
    assert answer.status_code == 302, answer.context["errors"]
    ordered = list(shelf.books.values_list("title", "order"))
    assert ordered == [("Old Paths", 10), ("Slow Ways", 20), ("Calm Knees", 30), ("New Paths", 40)]
    book = shelf.books.get(title="Slow Ways")
    assert (book.cover_width, book.cover_height, book.link) == (
        400,
        600,
        "https://example.org/slow",
    )
    page = again(client, "/books/", before).text
    assert attribute(page, "img", "width", **{"class": "cover"}) == "400"


def test_a_cover_that_is_no_picture_is_refused_kindly(as_coach, shelf):
    fake = SimpleUploadedFile("cover.png", b"<svg onload=alert(1)>", "image/png")
    new = {"page": shelf.pk, "title": "Slow", "author": "B", "why": "C", "cover": fake}
    data = {
        **{"kind": "books", "title": "Books", "slug": "books", "body": "", "status": "draft"},
        **inline("books", [new], 0),
    }
    answer = as_coach.post(f"/admin/articles/page/{shelf.pk}/change/", data)
    assert "Choose a picture saved as JPEG, PNG or WebP." in answer.text


def test_the_map_of_the_site_names_pages_but_no_draft(client, make, shelf):
    make("secret", status="draft")
    found = client.get("/sitemap.xml").text
    assert "http://testserver/books/" in found and "secret" not in found
