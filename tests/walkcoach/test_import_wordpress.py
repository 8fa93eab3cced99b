"""Moving in: the command as the keeper runs it, on exports generated, real and hostile."""

import gzip
import re
import socket
import tracemalloc

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from accounts.models import CoachProfile, User
from articles.models import Article, Topic
from comments.models import Comment, Follower, Thread
from comments.reading import conversations
from tests import wxr_samples as samples
from tests.conftest import _person

SEED = "knee-pain-walking.wxr.xml"
HOSTILE = "hostile/xml/"


@pytest.fixture
def run(tmp_path, capsys):
    """Run the command on an export, or on a file: `run(samples.export(…), "--dry-run")`."""

    def run(export, *options: str) -> str:
        file = export
        if isinstance(export, str | bytes):
            file = tmp_path / "export.xml"
            file.write_bytes(export.encode() if isinstance(export, str) else export)
        call_command("import_wordpress", str(file), *options)
        return capsys.readouterr().out

    return run


def refusal(run, *arguments) -> str:
    before = rows()
    with pytest.raises(CommandError) as refused:
        run(*arguments)
    assert refused.value.returncode != 0
    assert rows() == before
    return str(refused.value)


def rows() -> list:
    """Everything that an import writes, as it lies in the database."""
    tables = [Article, Article.topics.through, Topic, Comment, Thread, Follower, User]
    return [list(table.objects.order_by("pk").values_list()) for table in tables]


def blog() -> str:
    return samples.export(
        samples.item(
            1,
            terms=samples.term("Knees", "knees"),
            comments=samples.comment(1, date="2020-03-01 10:00:00")
            + samples.comment(2, parent=1, user_id=7, date="2020-03-02 10:00:00")
            + samples.comment(3, approved="0")
            + samples.comment(4, approved="trash")
            + samples.comment(5, type="pingback"),
        ),
        samples.item(2, slug="two", status="draft", terms=samples.term("Knees", "knees")),
        samples.item(3, slug="three", password="x", terms=samples.term("knees", "knees-again")),
        samples.item(4, slug="two", status="trash"),
        samples.item(5, slug="about", type="page"),
    )


WORDS = """\
Walk with Marit (blog.example), WordPress export 1.2.

Articles: 3 new, 0 already here.
  published: 1
  drafts: 2
  left out, in WordPress's bin: 1
Topics: 1 new (Knees).
Comments: 3 new, 0 already here.
  by the coach: 1
  held for you to look at: 1
  threads opened: 2
  threads that wait for an answer: 1
  left out, in the bin: 1
  left out, links from other sites (pingbacks, trackbacks): 1
Not brought by this command yet:
  pages: 1

Worth knowing:
"""


@pytest.mark.django_db
def test_it_says_what_it_did(run, coach):
    words = run(blog())
    assert words.startswith(WORDS)
    assert "only those with a password could read it, so it is a draft." in words


@pytest.mark.django_db
def test_a_second_run_changes_nothing_and_says_so(run, coach):
    run(blog())
    before = rows()
    words = run(blog())
    assert rows() == before
    assert "Articles: 0 new, 3 already here." in words
    assert "Comments: 0 new, 3 already here." in words
    assert "Topics: 0 new." in words


@pytest.mark.django_db
def test_a_dry_run_says_what_would_be_and_writes_nothing(run, coach):
    before = rows()
    words = run(blog(), "--dry-run")
    assert rows() == before
    assert "A dry run: nothing was written." in words
    did = run(blog())
    assert re.sub(r"A dry run: .*\n", "", words).replace("would be new", "new") == did


@pytest.mark.django_db
def test_a_broken_file_is_refused_whole(run, coach):
    text = blog()
    broken = text[: text.rindex("</wp:post_name>")] + "</wrong>"
    line = broken.count("\n") + 1
    words = refusal(run, broken)
    assert "export.xml” was refused." in words
    assert f"Line {line}: the XML is broken here (mismatched tag). Nothing was imported." in words


@pytest.mark.django_db
def test_what_is_no_export_is_refused_in_words(run, coach, tmp_path):
    assert "Line 1: the file is empty." in refusal(run, "")
    assert "Unpack it" in refusal(run, gzip.compress(blog().encode()))
    assert "is a folder" in refusal(run, tmp_path)
    assert "There is no file" in refusal(run, tmp_path / "no.xml")
    assert "does not begin with <rss>" in refusal(run, "<html></html>")


# Whose articles they are.


@pytest.mark.django_db
def test_the_only_coach_signs(run, coach):
    run(blog())
    assert set(Article.objects.values_list("author", flat=True)) == {coach.pk}


@pytest.mark.django_db
def test_among_several_coaches_one_has_to_be_named(run, coach, ben):
    CoachProfile.objects.create(user=ben, name="Ben", line="Walks.")
    assert "several coaches" in refusal(run, blog())
    assert "No coach here has the address no@example.com" in refusal(
        run, blog(), "--coach", "no@example.com"
    )
    run(blog(), "--coach", "BEN@example.com")
    assert set(Article.objects.values_list("author", flat=True)) == {ben.pk}
    assert Comment.objects.get(by_coach=True).user == ben


@pytest.mark.django_db
def test_a_reader_cannot_be_named_as_the_coach(run, coach, ada):
    assert "No coach here" in refusal(run, blog(), "--coach", "ada@example.com")


@pytest.mark.django_db
def test_a_site_without_a_coach_gets_an_account_to_sign_with(run):
    words = run(blog(), "--dry-run")
    assert "Would make an account without a password or rights" in words
    assert not User.objects.exists()
    assert "Made an account without a password or rights" in run(blog())
    assert User.objects.get().email == "marit@blog.example"
    assert "Made" not in run(blog())


@pytest.mark.django_db
def test_without_a_coach_and_an_author_with_an_address_nothing_is_done(run):
    assert "There is no coach here" in refusal(run, samples.export(samples.item(), authors=""))


@pytest.mark.django_db(transaction=True)
def test_an_import_that_was_cut_off_goes_on_where_it_stopped(run, monkeypatch, django_user_model):
    from articles import importing

    _person(django_user_model, "coach@example.com", "Marit")
    CoachProfile.objects.create(user=User.objects.get(), name="Marit", line="Walks.")
    as_it_is = importing.to_body

    def power_cut(content, address):
        if "second" in content:
            raise KeyboardInterrupt
        return as_it_is(content, address)

    text = samples.export(
        samples.item(1, slug="one", comments=samples.comment(1)),
        samples.item(2, slug="two", content="The second.", comments=samples.comment(2)),
    )
    monkeypatch.setattr(importing, "to_body", power_cut)
    with pytest.raises(KeyboardInterrupt):
        run(text)
    assert [article.slug for article in Article.objects.all()] == ["one"]
    monkeypatch.undo()
    words = run(text)
    assert "Articles: 1 new, 1 already here." in words
    assert "Comments: 1 new, 1 already here." in words
    assert Article.objects.count() == Comment.objects.count() == 2


# Real exports.


def file_outline(path) -> list[tuple[int, str]]:
    """Depth and opening words of each comment in an export, read with nothing of ours."""
    import xml.etree.ElementTree as ET

    wp = "{http://wordpress.org/export/1.2/}"
    found = {node.findtext(f"{wp}comment_id"): node for node in ET.parse(path).iter(f"{wp}comment")}
    under: dict[str, list[str]] = {}
    for wordpress_id in sorted(found, key=int):
        under.setdefault(found[wordpress_id].findtext(f"{wp}comment_parent"), []).append(
            wordpress_id
        )

    def walk(parent, depth):
        for wordpress_id in under.get(parent, ()):
            yield depth, found[wordpress_id].findtext(f"{wp}comment_content")[:30].strip()
            yield from walk(wordpress_id, depth + 1)

    return list(walk("0", 0))


@pytest.mark.django_db
def test_the_seed_export_comes_with_its_seventeen_comments_in_their_places(run, coach):
    path = samples.real(SEED)
    dry = run(path, "--dry-run")
    assert "Articles: 1 would be new" in dry and "Comments: 17 would be new" in dry
    assert not Article.objects.exists()

    words = run(path)
    assert "Articles: 1 new" in words and "Comments: 17 new" in words
    assert "by the coach: 9" in words
    article = Article.objects.get()
    threads = list(article.threads.order_by("pk"))
    assert len(threads) == 6
    assert article.comment_count == 17
    assert Comment.objects.filter(by_coach=True, user=coach).count() == 9
    assert not Thread.objects.waiting().exists()
    lines = conversations(threads)
    assert [
        (line.depth, line.comment.comment[:30].strip())
        for thread in threads
        for line in lines[thread.pk]
    ] == file_outline(path)

    before = rows()
    run(path)
    assert rows() == before

    page = Client().get(article.get_absolute_url()).text
    assert "17 comments" in page
    assert len(re.findall(r'<article[^>]* id="comment-\d+"', page)) == 17


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("name", "articles", "pages"), [("small-export.xml", 6, 5), ("wxr-simple.xml", 1, 0)]
)
def test_other_peoples_exports_come_in(run, coach, client, name, articles, pages):
    path = samples.real(f"wxr/{name}")
    dry = run(path, "--dry-run")
    words = run(path)
    assert re.sub(r"A dry run: .*\n", "", dry).replace("would be new", "new") == words
    assert Article.objects.count() == articles
    assert (f"pages: {pages}" in words) is bool(pages)
    before = rows()
    run(path)
    assert rows() == before
    for article in Article.objects.published():
        assert client.get(article.get_absolute_url()).status_code == 200
    for topic in Topic.objects.all():
        assert client.get(topic.get_absolute_url()).status_code == 200


# Hostile ones.


@pytest.fixture
def no_network(monkeypatch):
    """Whoever opens a connection fails the test."""

    def refuse(*arguments, **options):
        raise AssertionError(f"a connection was opened: {arguments}")

    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket.socket, "connect_ex", refuse)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name",
    [
        "billion-laughs.wxr.xml",
        "defusedxml-quadratic.xml",
        "defusedxml-external.xml",
        "defusedxml-external_file.xml",
        "defusedxml-dtd.xml",
        "defusedxml-cyclic.xml",
        "external-dtd-loopback.gpx",
        "xxe-http-loopback.gpx",
        "parameter-entity.gpx",
        "xinclude.gpx",
        "utf7-declared.gpx",
    ],
)
def test_bombs_and_strangers_are_refused_at_once(run, coach, no_network, name):
    tracemalloc.start()
    try:
        words = refusal(run, samples.real(HOSTILE + name))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert "Line " in words and "Nothing was imported." in words
    assert peak < 5_000_000  # bytes; grown out, the first of them is 3 GB


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["deep-nesting-100k.gpx.gz", "many-attributes.gpx.gz"])
def test_bombs_in_disguise_are_refused_unpacked_too(run, coach, no_network, name):
    path = samples.real(HOSTILE + name)
    assert "Unpack it" in refusal(run, path)
    assert "Nothing was imported." in refusal(run, gzip.decompress(path.read_bytes()))


@pytest.mark.django_db
def test_nothing_is_fetched_for_an_attachment(run, coach, no_network):
    words = run(samples.real(f"{HOSTILE}wxr-ssrf-attachments.wxr.xml"))
    assert "pictures and other files: 12" in words
    assert not Article.objects.exists()


@pytest.mark.django_db
def test_nothing_is_fetched_for_a_picture(run, coach, no_network):
    run(samples.export(samples.item(content='<img src="http://127.0.0.1:8697/canary">')))
    assert "<img" not in Article.objects.get().body


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["wxr-stored-xss.wxr.xml", "wxr-comment-xss.wxr.xml"])
def test_what_an_attacker_stored_is_inert_wherever_it_is_shown(run, as_coach, name):
    run(samples.real(HOSTILE + name))
    article = Article.objects.get()
    Article.objects.publish()
    pages = [
        Client().get(article.get_absolute_url()).text,
        Client().get("/articles/").text,
        Client().get("/feed/").text,
        as_coach.get(f"/admin/articles/article/{article.pk}/change/").text,
        as_coach.get("/admin/desk/").text,
    ]
    for page in pages:
        assert "<script>alert" not in page
        assert not re.search(r"<[^>]*(?<!&quot;)\bonerror\s*=", page)
        assert not re.search(r"""href\s*=\s*["']?javascript:""", page, re.IGNORECASE)


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_no_stored_script_runs_in_a_browser(browser_page, run, coach):
    vectors = [
        "<script>window.fired=1</script>",
        "<img src=x onerror=window.fired=1>",
        '"><svg onload=window.fired=1>',
        "</textarea><script>window.fired=1</script>",
        '<a href="javascript:window.fired=1">x</a>',
        "</title><script>window.fired=1</script>",
        "<iframe srcdoc='<script>parent.fired=1</script>'></iframe>",
    ]
    run(
        samples.export(
            samples.item(
                title="Title " + "".join(vectors),
                excerpt="Standfirst " + "".join(vectors),
                content="Body " + "".join(vectors),
                terms="".join(samples.term(vector, f"v{n}") for n, vector in enumerate(vectors)),
                comments="".join(
                    samples.comment(n, by=vector, content=f"Words {vector}")
                    for n, vector in enumerate(vectors, start=1)
                ),
            )
        )
    )
    page = browser_page()
    for address in ("/walk-with-sore-knees/", "/"):
        page.goto(f"/articles{address}")
        assert "Title" in page.content()
        assert page.evaluate("window.fired") is None
