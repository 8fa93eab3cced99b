"""What the coach typed and did not save: kept, offered, gone on with, thrown away, previewed."""

import datetime
import uuid

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from articles.lifecycle import working_copies
from articles.models import Article, PreviewLink, WorkingCopy
from tests.comments.test_storm import all_at_once
from tests.conftest import signed_in

from .html import attribute, elements
from .test_writing import LIST, words_of, written

AUTOSAVE = f"{LIST}autosave/"


def typed(client, article=None, *, window="w1", copy="", revision="", **fields):
    """What autosave.js sends, and what it is told."""
    fields = {**({"slug": article.slug} if article else {}), **fields}
    data = written(
        of_article=article.pk if article else "",
        copy=copy or str(uuid.uuid4()),
        copy_revision=revision,
        window=window,
        **fields,
    )
    response = client.post(AUTOSAVE, data, headers={"Accept": "application/json"})
    assert response.status_code == 200
    return response.json()


def form_of(client, article=None, query=""):
    address = f"{LIST}{article.pk}/change/" if article else f"{LIST}add/"
    return words_of(client.get(f"{address}{query}"))


def value(page, name):
    return attribute(page, "input", "value", name=name)


@pytest.fixture
def as_other_coach(coach, django_user_model):
    other = django_user_model.objects.create_superuser("ole@example.com", display_name="Ole")
    return signed_in(Client, other)


# Kept


def test_what_is_typed_is_kept_and_readers_see_nothing_of_it(client, as_coach, coach, article):
    told = typed(as_coach, article, title="Seven houses")
    assert len(told["at"]) == 5
    copy = WorkingCopy.objects.get()
    assert (copy.coach, copy.article, copy.title) == (coach, article, "Seven houses")
    article.refresh_from_db()
    assert article.title == "Start with six houses" and article.revisions.count() == 1
    assert "Seven houses" not in words_of(client.get(article.get_absolute_url()))


def test_the_same_window_writes_on_in_the_same_copy(as_coach, article):
    first = typed(as_coach, article, title="S")
    # The answer to the second was lost on the way, so the third says it is the second.
    typed(as_coach, article, copy=first["copy"], revision=first["revision"], title="Se")
    typed(as_coach, article, copy=first["copy"], revision=first["revision"], title="Seven")
    assert WorkingCopy.objects.get().title == "Seven"


def test_two_windows_keep_a_copy_each_and_the_later_is_told(as_coach, article):
    first = typed(as_coach, article, title="From the laptop")
    second = typed(
        as_coach, article, window="w2", copy=first["copy"], revision="0", title="From the phone"
    )
    assert "open in another window too" in second["other"] and "Both are kept." in second["other"]
    assert second["copy"] != first["copy"]
    assert {copy.title for copy in WorkingCopy.objects.all()} == {
        "From the laptop",
        "From the phone",
    }


def test_a_copy_is_its_coachs_alone(as_coach, as_other_coach, as_ada, client, article):
    mine = typed(as_coach, article, title="Secret")
    theirs = typed(as_other_coach, article, copy=mine["copy"], title="Oles")
    assert theirs["copy"] != mine["copy"]
    assert "Secret" not in form_of(as_other_coach, article, f"?copy={mine['copy']}")
    shown = f"{LIST}copies/{mine['copy']}/"
    for stranger in (as_other_coach, as_ada, client):
        assert stranger.get(shown).status_code in (302, 403, 404)
        assert stranger.post(f"{shown}throw-away/").status_code in (302, 403, 404)
    assert as_coach.get(shown).status_code == 200
    assert client.post(AUTOSAVE, written()).status_code == 302
    assert WorkingCopy.objects.count() == 2


@pytest.mark.parametrize("of", ["0", "9" * 30, "x"])
def test_of_an_article_that_is_gone_the_window_is_told(as_coach, db, of):
    response = as_coach.post(AUTOSAVE, written(of_article=of))
    assert response.status_code == 409 and response.json() == {"gone": True}


@pytest.mark.parametrize("odd", ["", "x", "-1", "9" * 40, "99999999999999", "\0"])
def test_odd_keys_and_clocks_are_no_reason_to_lose_words(as_coach, db, odd):
    as_coach.post(
        AUTOSAVE, written(copy=odd, copy_revision=odd, typed_at=odd, window=odd, opened=odd)
    )
    copy = WorkingCopy.objects.get()
    assert copy.title == "Downstairs" and copy.saved_at <= timezone.now()


# Offered


def test_after_a_crash_the_form_says_what_is_there_and_how_it_differs(as_coach, article):
    with time_machine.travel(datetime.datetime(2026, 11, 24, 14, 2, tzinfo=datetime.UTC)):
        typed(as_coach, article, title="Start with seven houses", body=article.body)
    page = form_of(as_coach, article)
    assert "You typed something here and did not save it" in page
    assert "24 November 2026, 14:02 in UTC" in page
    assert '<ins><span class="visually-hidden">added: </span>seven houses</ins>' in page
    assert value(page, "title") == "Start with six houses"


def test_going_on_with_it_gives_back_every_field_as_it_was_typed(as_coach, article, knees):
    told = typed(
        as_coach,
        article,
        title="Seven",
        slug="not an address!",
        body="<p>Half a sen",
        topics=[knees.pk],
        published_at_0="2026-12-24",
        published_at_1="",
        comments_open="",
    )
    page = form_of(as_coach, article, f"?copy={told['copy']}")
    assert value(page, "title") == "Seven" and value(page, "slug") == "not an address!"
    assert "&lt;p&gt;Half a sen" in page
    assert value(page, "published_at_0") == "2026-12-24"
    boxes = [a for tag, a in elements(page) if tag == "input" and a.get("type") == "checkbox"]
    assert [a["name"] for a in boxes if "checked" in a] == ["topics"]
    assert "You go on with what you typed" in page
    assert "errorlist" not in page
    assert value(page, "copy") == told["copy"]


def test_the_button_under_an_article_is_kept_too(as_coach, article):
    told = typed(
        as_coach,
        article,
        **{"action-TOTAL_FORMS": "1", "action-0-article": article.pk, "action-0-words": "Go on!"},
    )
    assert "action-TOTAL_FORMS" in WorkingCopy.objects.get().fields
    page = form_of(as_coach, article, f"?copy={told['copy']}")
    assert value(page, "action-TOTAL_FORMS") == "1"


def test_a_new_article_that_was_never_saved_is_offered(as_coach):
    told = typed(as_coach, title="Shoes", slug="")
    page = form_of(as_coach)
    assert "You began “Shoes” and did not save it" in page
    assert value(form_of(as_coach, query=f"?copy={told['copy']}"), "title") == "Shoes"


def test_what_is_the_same_as_what_is_saved_is_not_offered(as_coach, article):
    typed(
        as_coach,
        article,
        title=article.title,
        standfirst=article.standfirst,
        body=f"{article.body}<script>x</script>",  # the editor's leavings
        published_at_0=f"{article.published_at:%Y-%m-%d}",
        published_at_1=f"{article.published_at:%H:%M}",
        mail_subscribers="on",
    )
    assert "did not save it" not in form_of(as_coach, article)


def test_throwing_it_away_takes_a_press_and_leaves_the_article(as_coach, article):
    told = typed(as_coach, article, title="Seven")
    assert as_coach.get(f"{LIST}copies/{told['copy']}/throw-away/").status_code == 405
    page = words_of(as_coach.post(f"{LIST}copies/{told['copy']}/throw-away/", follow=True))
    assert "Thrown away. What was saved is as it was." in page
    assert not WorkingCopy.objects.exists()


def test_a_save_is_the_end_of_its_copy_and_of_no_other(as_coach, article):
    told = typed(as_coach, article, title="Seven")
    typed(as_coach, article, title="Eight", window="w2")
    as_coach.post(
        f"{LIST}{article.pk}/change/", written(slug=article.slug, copy=told["copy"], title="Seven")
    )
    assert WorkingCopy.objects.get().title == "Eight"
    new = typed(as_coach, title="Shoes")
    page = words_of(
        as_coach.post(f"{LIST}add/", written(copy=new["copy"], title="Shoes"), follow=True)
    )
    assert f'data-saved-copy="{new["copy"]}"' in page
    assert not WorkingCopy.objects.filter(article=None).exists()


def test_old_copies_are_tidied_and_young_ones_are_not(as_coach, article):
    with time_machine.travel(timezone.now() - datetime.timedelta(days=61)):
        typed(later_session(), article, title="Old")
    typed(as_coach, article, title="Young", window="w2")
    working_copies.prune()
    assert WorkingCopy.objects.get().title == "Young"


def later_session():
    """The same coach, signed in at the time that it is."""
    from django.contrib.auth import get_user_model

    return signed_in(Client, get_user_model().objects.get(email="coach@example.com"))


def test_the_form_costs_the_same_however_many_copies_there_are(
    as_coach, article, connection_queries
):
    for number in range(6):
        typed(as_coach, article, title=f"Number {number}", window=f"w{number}")
    some = connection_queries(lambda: form_of(as_coach, article))
    for number in range(6, 20):
        typed(as_coach, article, title=f"Number {number}", window=f"w{number}")
    assert connection_queries(lambda: form_of(as_coach, article)) == some


# Two at one article


def test_the_later_save_is_told_and_loses_nothing(as_coach, as_other_coach, article):
    mine, theirs = form_of(as_coach, article), form_of(as_other_coach, article)
    change = f"{LIST}{article.pk}/change/"
    fields = {"slug": article.slug, "stand": "", "status": ""}
    ole = {**fields, "title": "Oles title", "opened": value(theirs, "opened")}
    assert as_other_coach.post(change, written(**ole)).status_code == 302
    marit = {**fields, "title": "Marits title", "opened": value(mine, "opened")}
    page = words_of(as_coach.post(change, written(**marit)))
    assert "Ole saved this article on" in page
    assert value(page, "title") == "Marits title"
    assert "<del>" in page and "Oles" in page
    article.refresh_from_db()
    assert article.title == "Oles title" and article.is_live
    # She has seen it now: the second press is meant.
    again = {**marit, "opened": value(page, "opened")}
    assert as_coach.post(change, written(**again)).status_code == 302
    article.refresh_from_db()
    assert article.title == "Marits title"
    assert [one.title for one in article.revisions.newest_first()][:2] == [
        "Marits title",
        "Oles title",
    ]


def test_a_comment_or_another_article_is_no_clash(as_coach, article, draft):
    page = form_of(as_coach, article)
    Article.objects.all().touch()
    Article.objects.update(comment_count=3)
    fields = written(slug=article.slug, stand="", opened=value(page, "opened"))
    assert as_coach.post(f"{LIST}{article.pk}/change/", fields).status_code == 302


def test_a_stale_window_does_not_take_back_what_was_published(as_coach, draft):
    page = form_of(as_coach, draft)
    Article.objects.filter(pk=draft.pk).publish()
    fields = written(slug="draft", status="", stand="draft", opened=value(page, "opened"))
    assert "while you had it open" in words_of(as_coach.post(f"{LIST}{draft.pk}/change/", fields))
    draft.refresh_from_db()
    assert draft.is_live


@pytest.mark.django_db(transaction=True)
def test_of_saves_at_the_same_moment_one_is_kept_and_the_others_are_told(coach, article):
    opened = working_copies.fingerprint(article)
    fields = {"slug": article.slug, "status": "", "stand": "", "opened": opened}

    def save(number):
        client = signed_in(Client, coach)
        data = written(**{**fields, "title": f"Number {number}"})
        return lambda: client.post(f"{LIST}{article.pk}/change/", data).status_code

    codes = all_at_once([save(number) for number in range(4)])
    assert sorted(codes) == [200, 200, 200, 302]
    assert article.revisions.count() == 2


# Preview


def test_the_preview_shows_what_is_typed_through_the_readers_page(as_coach, article, knees):
    told = typed(
        as_coach, article, title="Seven", body="<h2>One</h2><script>x</script>", topics=[knees.pk]
    )
    response = as_coach.get(told["preview"])
    page = words_of(response)
    assert '<h1 id="title">Seven</h1>' in page and "Sore knees" in page
    assert "<script>x" not in page and 'id="comments"' not in page
    assert response.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "frame-ancestors 'self'" in response.headers["Content-Security-Policy"]
    assert "no-store" in response.headers["Cache-Control"]
    article.refresh_from_db()
    assert article.title == "Start with six houses"


def test_only_the_preview_may_be_framed(as_coach, article):
    for address in [f"{LIST}{article.pk}/change/", "/articles/", article.get_absolute_url()]:
        response = as_coach.get(address)
        assert response.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    "fields", [{}, {"title": "", "slug": "", "body": ""}, {"title": "x" * 500}]
)
def test_a_new_article_has_a_preview_from_its_first_word(as_coach, fields):
    told = typed(as_coach, **fields)
    assert as_coach.get(told["preview"]).status_code == 200


def test_without_scripts_a_button_shows_what_is_in_the_form(as_coach, article):
    page = form_of(as_coach, article)
    assert attribute(page, "button", "formtarget", formaction=f"{LIST}preview/") == "_blank"
    typed_now = written(title="Seven", of_article=article.pk, stand="")
    assert "Seven</h1>" in words_of(as_coach.post(f"{LIST}preview/", typed_now))
    assert "Seven</h1>" in words_of(as_coach.post(f"{LIST}preview/", written(title="Seven")))
    assert not WorkingCopy.objects.exists() and Article.objects.get().title != "Seven"


# The secret link


@pytest.fixture
def link(as_coach, draft):
    page = words_of(as_coach.post(f"{LIST}{draft.pk}/preview-link/", {"act": "make"}, follow=True))
    assert "The link is made. It works until" in page
    address = attribute(page, "input", "value", id="preview-address")
    assert address.startswith("http://testserver/preview/")
    return address.removeprefix("http://testserver")


def test_whoever_has_the_link_reads_the_draft_and_no_one_keeps_it(client, link, draft):
    response = client.get(link)
    page = words_of(response)
    assert "Draft, not for quoting." in page and "All of Pushchairs." in page
    assert 'id="comments"' not in page and "<form" not in page
    assert attribute(page, "meta", "content", name="robots") == "noindex, nofollow"
    assert not [a for tag, a in elements(page) if a.get("rel") == "canonical"]
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Referrer-Policy"] == "no-referrer"
    assert response.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert not response.cookies
    assert client.get(draft.get_absolute_url()).status_code == 404


def test_the_link_shows_what_was_saved_and_not_what_is_typed(client, as_coach, link, draft):
    typed(as_coach, draft, title="Half a tit")
    assert "Half a tit" not in words_of(client.get(link))


def test_the_link_ends_when_the_coach_says_so(client, as_coach, link, draft):
    assert as_coach.get(f"{LIST}{draft.pk}/preview-link/").status_code == 405
    as_coach.post(f"{LIST}{draft.pk}/preview-link/", {"act": "make"})
    assert client.get(link).status_code == 404  # a new one has taken its place
    as_coach.post(f"{LIST}{draft.pk}/preview-link/", {"act": "end"})
    assert not PreviewLink.objects.exists()
    response = client.get(link)
    assert "This link leads nowhere any more" in words_of(response)
    assert response.headers["Referrer-Policy"] == "no-referrer"


def test_the_link_ends_by_itself_and_is_tidied(client, link):
    with time_machine.travel(timezone.now() + datetime.timedelta(days=15)):
        assert client.get(link).status_code == 404
        working_copies.prune()
    assert not PreviewLink.objects.exists()


def test_once_the_article_is_out_the_link_leads_to_it(client, link, draft):
    Article.objects.filter(pk=draft.pk).publish()
    assert client.get(link).headers["Location"] == draft.get_absolute_url()


def test_no_reader_makes_a_link(as_ada, client, draft):
    for stranger in (as_ada, client):
        response = stranger.post(f"{LIST}{draft.pk}/preview-link/", {"act": "make"})
        assert response.status_code in (302, 403)
    assert not PreviewLink.objects.exists()


@pytest.mark.parametrize("secret", ["x", "x" * 43, "é" * 43, "%00" * 43])
def test_a_guessed_link_leads_nowhere(client, link, secret):
    assert client.get(f"/preview/{secret}/").status_code == 404
