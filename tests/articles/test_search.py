"""Finding what is written by its words, and what is like it."""

import datetime

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from articles.models import Article, SearchDocument, Topic, Vocabulary
from articles.search import engines, index, vocabulary
from articles.search.query import Query, Term, parse, spelled
from articles.search.snippets import SHOWN, marked, snippet
from articles.search.words import stem, words
from articles.text import MAX_QUERY_CHARACTERS, fold

from .html import elements


def found(client, query: str, **more) -> str:
    response = client.get("/search/", {"q": query, **more})
    assert response.status_code == 200
    return response.content.decode()


def titles(client, query: str, **more) -> list[str]:
    """Of the articles found, in their order."""
    page = client.get("/search/", {"q": query, **more}).context["page"]
    return [one.row.title for one in page.object_list]


@pytest.fixture
def pieces(write):
    write("Downstairs", body="<p>Hold the <strong class='x'>rail</strong>.</p>")
    write("Upstairs", standfirst="Rail or no rail.", body="<p>Push with the hip.</p>")


# --- Words ----------------------------------------------------------------------------------


def test_an_article_is_found_by_every_word_wherever_it_stands(client, pieces):
    assert "1 result<" in found(client, "rail hip")
    assert titles(client, "rail hip") == ["Upstairs"]


@pytest.mark.parametrize(
    "query", ["DOWNSTAIRS rail", "“rail”, downstairs!", "downs rail hold down"]
)
def test_case_and_punctuation_do_not_matter(client, pieces, query):
    assert "Downstairs" in titles(client, query)


@pytest.mark.parametrize(
    ("written", "typed"),
    [
        ("Élan", "elan"),
        ("E\u0301lan", "élan"),
        ("naïve", "NAÏVE"),
        ("don’t", "don't"),
        ("don't", "dont"),
        ("the coach’s", "coach"),
        ("STRASSE", "straße"),
        ("knee-pain", "knee pain"),
        ("knee pain", "knee-pain"),
        ("short\u00adening", "shortening"),
        ("knees", "knee"),
        ("walking", "walked"),
        ("swelling", "swell"),
    ],
)
def test_accents_apostrophes_hyphens_and_endings_do_not_matter(client, write, written, typed):
    write("One", body=f"<p>{written}</p>")
    assert titles(client, typed) == ["One"]


@pytest.mark.parametrize("query", ["strong", "class", "href", "%", "_", "nbsp"])
def test_markup_and_wildcards_are_not_words(client, write, query):
    write("One", body='<p class="callout"><strong>Hip</strong>&nbsp;<a href="/x">x</a></p>')
    assert titles(client, query) == []


def test_the_last_word_may_be_a_beginning(client, pieces):
    assert titles(client, "rail downst") == ["Downstairs"]
    assert titles(client, "downst rail hip") == ["Upstairs", "Downstairs"], "some of the words"


def test_a_phrase_is_words_side_by_side_and_a_minus_leaves_out(client, write):
    write("One", body="<p>The left knee hurts.</p>")
    write("Two", body="<p>The knee on the left hurts.</p>")
    assert titles(client, '"left knee" hurts') == ["One"]
    assert titles(client, "“left knee”") == ["One"]
    assert titles(client, 'hurts -"left knee"') == ["Two"]
    assert titles(client, "left -zebra knee -on") == ["One"]
    assert set(titles(client, "left - knee")) == {"One", "Two"}


def test_small_words_are_left_out_unless_there_are_no_others(client, pieces):
    assert titles(client, "what is it with the rail and a hip") == ["Upstairs"]
    assert set(titles(client, "with the")) == {"Upstairs"}


def test_titles_come_before_what_stands_below(client, write):
    write("Shoes", body="<p>Nothing else.</p>")
    write("Feet", body="<p>Put on shoes, then take your shoes off.</p>")
    assert titles(client, "shoes") == ["Shoes", "Feet"]


# --- What is not found ----------------------------------------------------------------------


def test_drafts_are_not_found_and_scheduled_ones_from_their_minute_on(client, draft, scheduled):
    assert titles(client, "pushchairs") == titles(client, "grips") == []
    with time_machine.travel(scheduled.published_at + datetime.timedelta(seconds=1)):
        assert titles(client, "grips") == ["Ice and grips"]
    Article.objects.filter(pk=draft.pk).publish()
    assert titles(client, "pushchairs") == ["Pushchairs"]
    Article.objects.filter(pk=draft.pk).unpublish()
    assert titles(client, "pushchairs") == []


def test_the_index_is_in_step_with_every_change_of_an_article(client, write, knees):
    one = write("Zebra", body="<p>Zeppelin</p>", standfirst="")
    one.title, one.body = "Yak", "<p>Yawl</p>"
    one.save(update_fields=["title", "body"])
    assert titles(client, "zebra") == titles(client, "zeppelin") == []
    assert titles(client, "yak yawl") == ["Yak"]
    assert titles(client, "sore") == []
    one.topics.add(knees)
    assert titles(client, "sore knees") == ["Yak"]
    knees.name = "Happy knees"
    knees.save()
    assert titles(client, "sore") == [] and titles(client, "happy") == ["Yak"]
    knees.delete()
    assert titles(client, "happy") == []
    one.delete()
    assert not SearchDocument.objects.exists()


def test_nothing_found_says_what_to_try(client, pieces, knees):
    page = found(client, "xylophone")
    assert "Nobody has written about “xylophone” yet" in page
    assert "Ask the coach" in page and "Newest articles" in page and "Upstairs" in page


# --- Slips ----------------------------------------------------------------------------------


@pytest.fixture
def bones(write):
    for number in range(3):
        write(f"Osteoporosis {number}", body="<p>Thin bones need walking.</p>")
    vocabulary.rebuild()


@pytest.mark.parametrize("slip", ["osteoprosis", "ostoeporosis", "osteporrosis", "steoporosis"])
def test_a_slip_finds_the_word_that_was_meant(client, bones, slip):
    page = found(client, f"{slip} bones")
    assert f"Nobody has written “{slip}”. These are results for <strong>osteoporosis<" in page
    assert "3 results" in page and "<mark>Osteoporosis</mark>" in page


def test_another_ending_or_a_word_that_is_written_is_no_slip(client, bones):
    assert "Nobody has written" not in found(client, "bone zebra")
    assert titles(client, "bonfire") == []


def test_a_rare_word_beside_a_frequent_one_asks_what_was_meant(client, write):
    for number in range(15):
        write(f"Arthritis {number}")
    write("One reader", body="<p>My arthritus.</p>")
    vocabulary.rebuild()
    page = found(client, "my arthritus")
    assert "Did you mean" in page and "One reader" in page
    assert 'href="?q=my+arthritis"' in page


def test_without_all_of_the_words_some_are_looked_for(client, pieces):
    page = found(client, "rail xylophone")
    assert "Nothing has all of these words. With some of them:" in page
    assert "2 results" in page


def test_drafts_lend_no_words_to_a_suggestion(client, draft):
    vocabulary.rebuild()
    assert "pushchairs" not in Vocabulary.objects.get().words
    assert "Pushchairs" not in found(client, "puschairs")


# --- The page -------------------------------------------------------------------------------


@pytest.mark.parametrize("query", ["", "   ", "?!", "\x00", "-rail", '"', '-"'])
def test_a_search_for_nothing_invites_a_word(client, pieces, query):
    assert "Type a word or two" in found(client, query)


def test_what_was_typed_comes_back_as_words_only(client, pieces):
    nasty = '"><script>alert(1)</script>'
    page = found(client, nasty)
    fields = [attrs for tag, attrs in elements(page) if tag == "input" and attrs.get("name") == "q"]
    assert fields[0]["value"] == nasty
    assert "<script>" not in page


def test_marks_are_the_only_markup_in_a_result(client, write):
    write("<b>Rail</b> & rope", body="<p>&lt;img src=x onerror=alert(1)&gt; rails &amp; ropes</p>")
    page = found(client, "rail")
    assert "&lt;b&gt;<mark>Rail</mark>&lt;/b&gt; &amp; rope" in page
    assert "onerror=alert(1)&gt; <mark>rails</mark> &amp; ropes" in page


def test_a_long_search_is_cut_and_says_so(client, pieces):
    page = found(client, "rail " * 20_000)
    assert "we looked for its first 100 characters" in page
    assert "2 results" in page


def test_filters_stay_in_the_address_and_paging_keeps_them(client, write, knees):
    feet = Topic.objects.create(name="Feet", slug="feet")
    for number in range(13):
        write(f"Knees & hips {number}", slug=f"k-{number}", topics=[knees])
    write("Hips alone, and knees", topics=[feet])
    page = found(client, "knees & hips", topic="sore-knees", kind="article")
    assert "13 results" in page
    assert "?q=knees+%26+hips&amp;kind=article&amp;topic=sore-knees&amp;page=2" in page
    assert 'name="topic" value="sore-knees"' in page
    later = found(client, "knees & hips", topic="sore-knees", page="2")
    assert "Page 2 of 2" in later
    assert "1 result<" in found(client, "knees & hips", topic="feet")


def test_a_filter_that_leaves_nothing_leads_to_the_rest(client, pieces, knees):
    page = found(client, "rail", topic="sore-knees")
    assert "Nothing here, but elsewhere" in page and 'href="?q=rail"' in page
    assert "2 results" in found(client, "rail", topic="\x00no", kind="no")


def test_the_page_is_nobodys_and_for_no_search_engine(client, pieces):
    response = client.get("/search/?q=rail")
    assert not response.cookies
    assert '<meta name="robots" content="noindex' in response.content.decode()


def test_browsers_can_search_from_their_own_bar(client, db):
    response = client.get("/opensearch.xml")
    assert response["Content-Type"] == "application/opensearchdescription+xml"
    assert "/search/?q={searchTerms}" in response.content.decode()
    assert 'href="/opensearch.xml"' in client.get("/search/").content.decode()


SIGNS = "\"-*()^+\\'’&|!:%½ß \x00"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    typed=st.one_of(
        st.text(max_size=120),
        st.lists(
            st.sampled_from(
                ["rail", "hip", "AND", "OR", "NOT", "NEAR(", "title:", "<->", ":*", *SIGNS]
            ),
            max_size=14,
        ).map("".join),
    )
)
def test_whatever_is_typed_is_no_trouble(client, db, typed):
    if not SearchDocument.objects.exists():
        SearchDocument.objects.create(kind="article", key=1, group=1, title="rail", words="hip")
    response = client.get("/search/", {"q": typed, "page": typed, "kind": typed, "topic": typed})
    assert response.status_code == 200


# --- The pieces -----------------------------------------------------------------------------


@given(st.text(max_size=300))
def test_any_query_is_of_words_that_are_in_it(typed):
    cut = fold(typed[:MAX_QUERY_CHARACTERS]).replace("'", "").replace("’", "")
    for term in parse(typed).terms:
        assert term.words and all(word.isalnum() for word in term.words)
        assert len(term.words) == len(term.stems)
    assert not parse(typed) or cut.strip()


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


def test_a_query_is_understood():
    assert parse('Knees "left knee" -hip walk').terms == (
        Term(("knees",)),
        Term(("left", "knee")),
        Term(("walk",), is_prefix=True),
    )
    assert parse("-hip knee").without == (Term(("hip",)),)
    assert parse("post-op").terms == (Term(("post", "op")),)
    assert not parse("-hip")
    assert parse("knee knee").terms == (Term(("knee",)), Term(("knee",), is_prefix=True))


def test_other_words_take_their_places_in_what_was_typed():
    assert spelled('My "Osteoprosis", today', {"osteoprosis": "osteoporosis"}) == (
        'My "osteoporosis", today'
    )


def test_a_snippet_shows_where_most_of_the_words_are():
    text = "knee " + "filler " * 200 + "The knee & the hip. " + "filler " * 200
    piece = snippet(text, parse("knee hip"))
    assert "The <mark>knee</mark> &amp; the <mark>hip</mark>." in piece
    assert piece.startswith("… ") and piece.endswith(" …")
    assert len(words(piece.replace("mark", ""))) <= SHOWN + 2
    assert snippet("<b>", parse("knee")) == "&lt;b&gt;"
    assert marked("Knees’ \u202fknee", parse("knee")).count("<mark>") == 2


@given(st.text(max_size=400), st.text(max_size=30))
def test_a_snippet_is_the_text_with_nothing_but_marks_in_it(text, typed):
    from html import unescape

    whole = marked(text, parse(typed))
    assert unescape(whole.replace("<mark>", "").replace("</mark>", "")) == unescape(text) or (
        "mark" in text or "&" in text
    )
    piece = snippet(text, parse(typed)).replace("<mark>", "").replace("</mark>", "")
    assert "<" not in piece and ">" not in piece


def test_a_stem_is_cut_once():
    assert [stem(word) for word in words("Knees’ knee’s kneeling, hurts HURT")] == [
        "knee",
        "knee",
        "kneel",
        "hurt",
        "hurt",
    ]


# --- Making the index -----------------------------------------------------------------------


def test_the_index_is_made_anew_from_nothing_and_a_second_time_changes_nothing(
    client, pieces, capsys
):
    SearchDocument.objects.all().delete()
    SearchDocument.objects.create(kind="article", key=99_999, group=1, title="gone")
    SearchDocument.objects.create(kind="no more", key=1, group=1, title="gone")
    for _ in range(2):
        call_command("index_for_search")
        assert "2 articles, answers and comments are in the search" in capsys.readouterr().out
        assert SearchDocument.objects.count() == 2
    assert set(titles(client, "rail")) == {"Upstairs", "Downstairs"}


def test_batches_make_the_same(client, write, monkeypatch):
    monkeypatch.setattr(index, "BATCH", 2)
    for number in range(5):
        write(f"Number {number}")
    SearchDocument.objects.all().delete()
    assert index.rebuild() == index.rebuild() == 5
    assert len(titles(client, "number")) == 5


def test_the_worker_makes_an_index_where_there_is_none(client, pieces):
    SearchDocument.objects.all().delete()
    vocabulary.keep_house()
    assert len(titles(client, "rail")) == 2
    SearchDocument.objects.all().delete()
    vocabulary.keep_house()
    assert titles(client, "rail") == [], "only once"


def test_only_what_is_asked_for_is_ranked(pieces):
    rail = Query((Term(("rail",)),))
    everything = SearchDocument.objects.findable()
    assert len(engines.ranked(everything, rail, kinds=["article"], most=5)) == 2
    assert engines.ranked(everything, rail, kinds=["answer"], most=5) == []


# --- What is alike --------------------------------------------------------------------------


def test_articles_without_a_topic_in_common_are_related_by_their_telling_words(write):
    bees = "<p>Bees and their hives: honey, wax, smoke and a keeper who walks.</p>"
    one = write("Bees", body=bees)
    alike = write("Honey", body="<p>A keeper of bees takes honey and wax from the hives.</p>")
    for number in range(6):
        write(f"Knees {number}", body="<p>Everybody walks with a knee.</p>")
    vocabulary.rebuild()
    assert one.related()[0] == alike


def test_related_ones_are_published_others_and_few(write, knees, draft, scheduled):
    one = write("Sore", topics=[knees])
    for number in range(4):
        write(f"Sore {number}", topics=[knees])
    vocabulary.rebuild()
    related = one.related()
    assert len(related) == 3
    assert one not in related and draft not in related and scheduled not in related
    assert all(other.published_at <= timezone.now() for other in related)
