"""The picture that stands beside a shared link."""

import io

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from PIL import Image

from articles.library import open_graph
from articles.library.models import MOST_TRIES, TRIED_AGAIN_AFTER, OpenGraphPicture
from articles.models import Article

from .html import attribute, elements
from .test_library import file_of, media  # noqa: F401  the folder is each test's own

pytestmark = pytest.mark.django_db


def meta(client, article, name: str) -> str:
    page = client.get(article.get_absolute_url()).content.decode()
    return attribute(page, "meta", "content", property=name)


def draw_all() -> None:
    while open_graph.draw_next():
        pass


def drawn() -> str:
    return OpenGraphPicture.objects.get().name


def test_a_shared_link_shows_the_title_drawn(client, article):
    assert meta(client, article, "og:image") == "http://testserver/static/img/og.png"
    draw_all()
    address = meta(client, article, "og:image")
    assert address == f"http://testserver/media/{drawn()}"
    image = Image.open(io.BytesIO(b"".join(client.get(address[17:]).streaming_content)))
    assert (image.size, image.format) == ((1200, 630), "JPEG")
    assert meta(client, article, "og:image:width") == "1200"
    assert meta(client, article, "og:image:alt") == article.title
    page = client.get(article.get_absolute_url()).content.decode()
    assert attribute(page, "meta", "content", name="twitter:card") == "summary_large_image"


def test_before_it_is_drawn_the_articles_own_picture_stands_there(client, article):
    article.picture, article.picture_alt = ContentFile(file_of(), "x.jpg"), "A path."
    article.save()
    assert meta(client, article, "og:image") == f"http://testserver{article.picture.url}"
    assert meta(client, article, "og:image:alt") == "A path."


def test_it_is_drawn_anew_when_the_title_changes_and_not_for_a_comment(client, article):
    draw_all()
    first = drawn()
    Article.objects.filter(pk=article.pk).touch()
    draw_all()
    assert drawn() == first
    assert not open_graph.draw_next()
    article.title = "Start with seven houses"
    article.save()
    draw_all()
    assert drawn() != first and default_storage.exists(first)  # a page kept elsewhere may name it


def test_the_picture_is_cut_around_its_focal_point(article):
    article.picture = ContentFile(file_of((400, 100)), "x.jpg")
    article.save()
    draw_all()
    right = (1100, 300)

    def colour():
        with default_storage.open(drawn()) as file:
            return Image.open(file).convert("RGB").getpixel(right)

    assert colour()[2] > 200
    row = article.__class__.objects.get().picture_row
    row.focus_on(0, 0.5)
    row.save()
    article.save()
    draw_all()
    assert colour()[0] > 200


def test_drafts_have_none(draft):
    draw_all()
    assert not OpenGraphPicture.objects.exists()


def test_what_cannot_be_drawn_is_tried_three_times_for_each_version(article, monkeypatch, caplog):
    def stumble(*args):
        raise ValueError("no")

    monkeypatch.setattr(open_graph, "draw", stumble)
    now = timezone.now()
    for number in range(MOST_TRIES + 2):
        with time_machine.travel(now + number * 2 * TRIED_AGAIN_AFTER):
            draw_all()
    assert len(caplog.records) == MOST_TRIES
    monkeypatch.undo()
    Article.objects.update(title="Another")
    Article.objects.all().touch()
    draw_all()
    assert drawn()


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("Łódź, žluťoučký kůň", "Łódź, žluťoučký kůň"),
        ("Больно ли ходить?", "Больно ли ходить?"),
        ("Πονάει το γόνατο", "Πονάει το γόνατο"),
        ("A walk 🚶‍♀️ a day 👍🏽", "A walk a day"),
        ("Cafe\u0301 \u202eevil", "Café evil"),
        ("膝が痛い", ""),  # a letter that no file of ours has: the site's name stands there
        ("🚶", ""),
    ],
)
def test_a_title_is_drawn_in_its_own_letters_or_not_at_all(title, words):
    assert open_graph.drawable(title) == words


@pytest.mark.parametrize("title", ["Knie" * 37, "word " * 30, "x"])
def test_the_longest_title_fits(title):
    across, down = 520, 410
    size, lines = open_graph._fit(title.strip(), across, down)
    face = open_graph.Typeface("heading", size)
    assert all(face.width(line) <= across for line in lines)
    assert len(lines) * size * open_graph.LINE <= down


def test_the_page_asks_nothing_more_for_it(client, article, connection_queries):
    from django.core.cache import caches

    def cost():
        caches["pages"].clear()
        return connection_queries(lambda: client.get(article.get_absolute_url()))

    cost()
    before = cost()
    draw_all()
    assert cost() == before
    assert [a for tag, a in elements(client.get("/").content.decode()) if tag == "picture"]
