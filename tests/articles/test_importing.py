import io
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from accounts.models import User
from articles import wxr
from articles.importing import MOST_NOTES, Report, import_article
from articles.models import Article, Topic
from tests import wxr_samples as samples

pytestmark = pytest.mark.django_db


@pytest.fixture
def bring(coach):
    """Import the items of an export as articles: `bring(samples.item())`; returns the report."""

    def bring(*items: str, by: User | None = coach, **export) -> Report:
        file = io.BytesIO(samples.export(*items, **export).encode())
        report, blog = Report(), wxr.survey(file)
        for item in wxr.items(file):
            import_article(item, blog, by, report)
        return report

    return bring


def only_article() -> Article:
    return Article.objects.get()


def test_a_published_post_is_an_article_with_its_date(bring, client, coach):
    report = bring(samples.item(excerpt="How far is far <em>enough</em>?"))
    article = only_article()
    assert article.title == "Walk with sore knees"
    assert article.standfirst == "How far is far enough?"
    assert article.body == "<p>Six houses.</p><p>Then turn round.</p>"
    assert article.published_at == datetime(2020, 2, 29, 8, 30, tzinfo=UTC)
    assert article.author == coach and article.comments_open
    assert not article.mail_subscribers  # readers knew it elsewhere
    assert article.source_key == "wordpress:blog.example:post:1"
    assert (article.word_count, article.version) == (5, 1)
    assert report.counts["articles published"] == 1 and not report.notes
    page = client.get("/articles/walk-with-sore-knees/").text
    assert "Then turn round." in page and "29 February 2020" in page


def test_a_second_import_leaves_alone_what_the_coach_has_written_since(bring):
    bring(samples.item())
    article = only_article()
    article.title, article.body = "Six houses", "<p>Seven.</p>"
    article.save()
    report = bring(samples.item(title="Another", content="Other words"))
    article.refresh_from_db()
    assert (article.title, article.body, article.version) == ("Six houses", "<p>Seven.</p>", 2)
    assert (report.counts["articles"], report.counts["articles here"]) == (0, 1)


def test_two_blogs_may_use_the_same_numbers(bring):
    bring(samples.item(slug="one"))
    bring(samples.item(slug="two"), url="https://other.example")
    assert Article.objects.count() == 2


@pytest.mark.parametrize(
    ("status", "state", "dated"),
    [
        ("publish", "published", True),
        ("draft", "draft", False),
        ("pending", "draft", False),
        ("private", "draft", True),
        ("", "draft", False),
        ("archived", "draft", False),
    ],
)
def test_only_what_was_public_is_public(bring, client, status, state, dated):
    bring(samples.item(status=status))
    article = only_article()
    assert article.status == state
    assert (article.published_at is not None) is dated
    answer = client.get(article.get_absolute_url())
    assert answer.status_code == (200 if state == "published" else 404)


@pytest.mark.parametrize("status", ["trash", "auto-draft", "inherit"])
def test_what_was_thrown_away_is_left_there(bring, status):
    report = bring(samples.item(status=status))
    assert not Article.objects.exists()
    assert report.counts["articles thrown away"] == 1


def test_a_post_with_a_password_becomes_a_draft(bring):
    report = bring(samples.item(password="houses"))
    assert only_article().status == "draft"
    (note,) = report.notes
    line = samples.line_of(samples.export(samples.item()), "<item>")
    assert note.startswith(f"line {line}, Walk with sore knees: only those with a password")


def test_a_planned_post_is_scheduled(bring):
    to_come = timezone.now() + timedelta(days=40)
    report = bring(samples.item(status="future", date=f"{to_come:%Y-%m-%d %H:%M:%S}"))
    assert only_article().is_scheduled
    assert report.counts["articles scheduled"] == 1


def test_a_post_whose_day_has_come_since_is_published(bring):
    report = bring(samples.item(status="future"))
    assert only_article().is_live
    assert "the day it was planned for has passed" in report.notes[0]


@pytest.mark.parametrize("status", ["publish", "future", "private"])
def test_a_post_without_a_date_is_a_draft(bring, status):
    report = bring(samples.item(status=status, date=samples.EMPTY_DATE))
    assert (only_article().status, only_article().published_at) == ("draft", None)
    assert "it has no date" in report.notes[0]


def test_a_time_without_gmt_is_the_sites_own(bring, settings):
    settings.TIME_ZONE = "Europe/Oslo"
    bring(samples.item(date=samples.EMPTY_DATE, local="2020-07-01 10:00:00"))
    assert only_article().published_at == datetime(2020, 7, 1, 8, tzinfo=UTC)


def test_a_post_without_a_title_is_named_by_its_day(bring):
    bring(samples.item(1, title="", slug=""))
    assert only_article().title == "Untitled, from 29 February 2020"
    assert only_article().slug == "article-1"


def test_a_title_is_words_without_markup(bring):
    bring(samples.item(title="Knees &amp; <em>hips</em>\x85 &#8211; both"))
    assert only_article().title == "Knees & hips – both"


def test_what_is_too_long_is_cut_at_a_word(bring):
    report = bring(samples.item(title="Walking " * 40, excerpt="slowly " * 100, slug="w" * 400))
    article = only_article()
    assert article.title.endswith("Walking…") and len(article.title) <= 150
    assert article.standfirst.endswith("slowly…") and len(article.standfirst) <= 300
    assert len(article.slug) <= 150
    article.full_clean()
    assert any("title was longer" in note for note in report.notes)


@pytest.mark.parametrize(
    ("slug", "kept"),
    [
        ("walk", "walk"),
        ("Walk_1", "walk_1"),
        ("knie-%c3%bcbung", "knie-ubung"),
        ("%d7%91%d7%a8%d7%9a", "walk-with-sore-knees"),
        ("../../etc/passwd", "etcpasswd"),
        ("", "walk-with-sore-knees"),
    ],
)
def test_an_address_is_kept_where_it_can_be(bring, client, slug, kept):
    report = bring(samples.item(slug=slug))
    assert only_article().slug == kept
    assert client.get(f"/articles/{kept}/").status_code == 200
    assert bool(report.notes) is (slug not in ("", kept))


def test_an_address_that_is_taken_gets_a_number(bring, article):
    report = bring(
        samples.item(1, slug=article.slug),
        samples.item(2, slug=article.slug),
        samples.item(3, slug="start-with-six"),
    )
    assert set(Article.objects.values_list("slug", flat=True)) == {
        article.slug,
        f"{article.slug}-2",
        f"{article.slug}-3",
        "start-with-six",
    }
    assert f"its address ends in “{article.slug}-2” now" in report.notes[0]


def test_categories_and_tags_become_topics_once(bring):
    knees = Topic.objects.create(name="Sore knees", slug="sore-knees")
    Topic.objects.create(name="shoes", slug="footwear")
    terms = (
        samples.term("Knees that hurt", "sore-knees")
        + samples.term("Shoes", "shoes", "post_tag")
        + samples.term("Q&amp;A", "q-and-a", "tag")
        + samples.term("ברכיים", "%d7%91%d7%a8")
        + samples.term("Uncategorized", "uncategorized")
        + samples.term("Aside", "post-format-aside", "post_format")
        + samples.term("", "nothing")
        + samples.term("word " * 30, "w" * 300)
    )
    report = bring(samples.item(terms=terms), samples.item(2, slug="b", terms=terms))
    names = {topic.name for topic in Article.objects.get(slug="b").topics.all()}
    assert {"Sore knees", "shoes", "Q&A", "ברכיים"} < names and len(names) == 5
    assert sorted(report.topics.values())[0] == "Q&A" and len(report.topics) == 3
    assert knees.articles.count() == 2
    for topic in Topic.objects.all():
        topic.full_clean()


def test_pages_and_other_kinds_are_counted_and_left(bring):
    report = bring(
        samples.item(1, type="page"),
        samples.item(2, type="page"),
        samples.item(3, type="attachment"),
        samples.item(4, type="nav_menu_item"),
    )
    assert not Article.objects.exists()
    assert report.not_imported == {"page": 2, "attachment": 1, "nav_menu_item": 1}


def test_closed_comments_stay_closed(bring):
    bring(samples.item(comment_status="closed"))
    assert only_article().comments_open is False


def test_what_had_to_change_in_a_body_is_told(bring):
    report = bring(
        samples.item(content='<img src="/a.jpg"><img src="/b.jpg">[gallery ids="1"]<table></table>')
    )
    assert [note.partition(": ")[2] for note in report.notes] == [
        "pictures made links to where they are: 2",
        "tables made a line for each row: 1",
        "kept as text: [gallery]",
    ]


def test_notes_do_not_grow_without_end(bring):
    report = bring(
        *(samples.item(n, slug=f"p{n}", password="x") for n in range(1, MOST_NOTES + 4)),
    )
    assert len(report.notes) == MOST_NOTES and report.notes_left_out == 3


# Who signs, where the site has no coach yet.


def test_without_a_coach_an_article_is_by_an_account_without_rights(bring, coach):
    coach.coach_profile.delete()
    report = bring(samples.item(1, slug="a"), samples.item(2, slug="b"), by=None)
    marit = User.objects.get(email="marit@blog.example")
    assert set(Article.objects.values_list("author", flat=True)) == {marit.pk}
    assert marit.display_name == "Marit"
    assert not (marit.has_usable_password() or marit.is_staff or marit.is_superuser)
    assert report.accounts == {"marit@blog.example"}


def test_an_account_with_the_authors_address_is_used_as_it_is(bring, ada):
    authors = samples.author(id="3", login="marit", email="ADA@example.com", name="Somebody")
    report = bring(samples.item(), authors=authors, by=None)
    assert only_article().author == ada
    ada.refresh_from_db()
    assert ada.display_name == "Ada" and not ada.is_staff
    assert not report.accounts


def test_an_author_without_an_address_has_another_sign(bring):
    authors = samples.author(id="3", login="marit", email="", name="Marit") + samples.author(
        id="4", login="kari", email="kari@blog.example", name="\u202e"
    )
    bring(samples.item(), authors=authors, by=None)
    assert only_article().author.email == "kari@blog.example"
    assert only_article().author.display_name == "Walkcoach"


# Old addresses


@pytest.mark.parametrize(
    "asked", ["/2020/02/walk-with-sore-knees/", "/2020/02/walk-with-sore-knees", "/?p=1"]
)
def test_the_address_that_a_post_had_leads_to_its_article(bring, client, asked):
    bring(samples.item(link="https://blog.example/2020/02/walk-with-sore-knees/"))
    response = client.get(asked, follow=True)
    assert response.redirect_chain[-1] == ("/articles/walk-with-sore-knees/", 301)
    article = only_article()
    article.slug = "six-houses"
    article.save()
    assert client.get(asked, follow=True).redirect_chain[-1] == ("/articles/six-houses/", 301)


def test_the_address_of_what_was_never_public_leads_nowhere(bring, client):
    bring(samples.item(status="draft", link="https://blog.example/2020/02/knees/"))
    assert client.get("/2020/02/knees/").status_code == 404
    assert client.get("/?p=1").status_code == 200


def test_two_posts_that_claim_one_address_are_no_trouble(bring, client):
    link = "https://blog.example/knees/"
    bring(samples.item(1, slug="one", link=link), samples.item(2, slug="two", link=link))
    assert client.get("/knees/").headers["Location"] == "/articles/one/"
    bring(samples.item(1, slug="one", link=link))  # once more
    assert client.get("/?p=2").headers["Location"] == "/articles/two/"


@pytest.mark.parametrize("link", ["", "https://blog.example", "x" * 500, "https://[broken/"])
def test_a_link_of_no_use_is_no_trouble(bring, client, link):
    bring(samples.item(link=link))
    assert client.get("/").status_code == 200
    assert client.get("/?p=1").status_code == 301


@pytest.mark.parametrize("odd", ["1%00", "x", "9" * 300, "", "\N{SUPERSCRIPT TWO}"])
def test_a_short_address_of_nothing_is_the_front_page(client, odd):
    assert client.get(f"/?p={odd}").status_code == 200


def test_what_was_imported_is_no_news(bring):
    bring(samples.item())
    assert only_article().became_public_at == only_article().published_at


def test_the_shelf_a_post_stood_on_leads_to_its_topic(bring, client):
    term = samples.term("Sore knees", "sore-knees")
    bring(samples.item(terms=term))
    assert client.get("/category/sore-knees/").headers["Location"] == "/topics/sore-knees/"
