"""The library of pictures: taken in once, made in every size off the request, shown, tidied."""

import datetime
import io
import os
import warnings
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import models
from django.utils import timezone
from PIL import Image

from accounts.pictures import ERRORS
from articles.fields import BodyField
from articles.forms import BodyPictureForm
from articles.library import making, renditions, use
from articles.library.models import KEPT_UNUSED, MOST_TRIES, TRIED_AGAIN_AFTER, Picture
from articles.library.use import Source
from articles.models import Article, Topic

from .html import attribute, elements, json_ld

pytestmark = pytest.mark.django_db
LIBRARY = "/admin/articles/picture/"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    return settings.MEDIA_ROOT


def file_of(size=(64, 40), format="JPEG", mode="RGB", **more) -> bytes:
    """A picture that is red on the left and blue on the right."""
    image = Image.new(mode, size, "blue")
    image.paste("red", (0, 0, size[0] // 4, size[1]))
    out = io.BytesIO()
    image.save(out, format, **more)
    return out.getvalue()


def upload(content=None, name="hill.jpg") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content or file_of())


def send(content=None) -> BodyPictureForm:
    """What the editor does with a picture."""
    form = BodyPictureForm({}, {"picture": upload(content)})
    assert form.is_valid(), form.errors
    return form


def bring_in(content=None, words="A hill.") -> Picture:
    return Picture.objects.take_in(send(content).cleaned_data["picture"], words=words)


def put_in_body(article, *pictures, alt=' alt="A path."'):
    article.body = "".join(f'<p>x</p><img src="{p.address}"{alt}>' for p in pictures)
    article.save()


def page_of(client, article) -> str:
    return client.get(article.get_absolute_url()).content.decode()


def fetch(client, address: str):
    """The headers of a picture that is there."""
    response = client.get(address.removeprefix("http://testserver"))
    assert response.status_code == 200
    assert b"".join(response.streaming_content)
    return response.headers


def opened(name: str) -> Image.Image:
    with default_storage.open(name) as file:
        image = Image.open(io.BytesIO(file.read()))
        image.load()
        return image


# Taken in


def test_the_same_upload_is_stored_once(coach, media):
    first, second = send().save(by=coach), send().save()
    assert first == second and len(list((media / "articles").iterdir())) == 1
    picture = Picture.objects.get()
    assert (picture.width, picture.height, picture.made_by) == (64, 40, coach)


def test_a_picture_learns_the_words_that_stand_for_it_in_a_text(article):
    silent, described = bring_in(words=""), bring_in(file_of((64, 41)), words="A hill.")
    put_in_body(article, silent, described)
    silent.refresh_from_db()
    described.refresh_from_db()
    assert (silent.alt, described.alt) == ("A path.", "A hill.")


def test_an_articles_picture_is_in_the_library_with_its_words(as_coach, draft):
    draft.picture, draft.picture_alt = ContentFile(file_of(), "x.jpg"), "Six houses."
    draft.save()
    assert Picture.objects.get(name=draft.picture.name).alt == "Six houses."
    assert (draft.picture_width, draft.picture_height) == (64, 40)


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG"])
def test_of_a_picture_that_moves_the_first_frame_is_kept(format):
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, format, save_all=True, append_images=frames[1:])
    red, _, blue = opened(bring_in(content=out.getvalue()).name).convert("RGB").getpixel((9, 9))
    assert red > 200 and blue < 60


HOSTILE = Path(os.environ.get("WALKCOACH_TEST_DATA", "/nowhere")) / "hostile"


@pytest.mark.skipif(not HOSTILE.exists(), reason="WALKCOACH_TEST_DATA names no such folder")
def test_the_editor_makes_hostile_files_clean_or_refuses_them_kindly():
    taken = 0
    for path in sorted([*HOSTILE.glob("images/*"), *HOSTILE.glob("upload/*")]):
        form = BodyPictureForm({}, {"picture": upload(path.read_bytes() or b" ")})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)
            if not form.is_valid():
                assert form.errors["picture"][0] in ERRORS.values(), path
                continue
        content = form.cleaned_data["picture"].read()
        assert not [bad for bad in (b"<script", b"<html", b"<?php", b"gps") if bad in content]
        taken += 1
    assert taken


# Made


def test_no_size_is_larger_than_the_picture_and_each_has_the_shape_of_its_layout():
    picture = Picture(name="articles/x.jpg", digest="d", width=800, height=1000)
    planned = renditions.plan(picture)
    assert {r.format for r in planned} == {"avif", "webp", "jpg"}
    assert max(r.width for r in planned) == 800
    for rendition in planned:
        across, down = renditions.CROPS[rendition.crop] or (800, 1000)
        assert abs(rendition.height - rendition.width * down / across) <= 1
    # The stored file is its own largest size.
    assert [r.width for r in planned if r.name == picture.name] == [800]


@pytest.mark.parametrize("focus", [(0, 0), (0.5, 0.5), (0.2, 0.9), (1, 1)])
@pytest.mark.parametrize("size", [(1600, 900), (901, 1600), (3, 7)])
def test_a_crop_keeps_the_focal_point_in_view(focus, size):
    left, top, right, bottom = renditions.cut(size, (16, 9), focus)
    assert 0 <= left <= focus[0] * size[0] <= right <= size[0]
    assert 0 <= top <= focus[1] * size[1] <= bottom <= size[1]


def test_sizes_are_made_by_the_worker_and_the_page_shows_them_from_then_on(client, article):
    article.picture, article.picture_alt = ContentFile(file_of((900, 600)), "x.jpg"), "A path."
    article.save()
    before = client.get(article.get_absolute_url())
    hero = {"src": article.picture.url, "width": "900", "height": "600", "fetchpriority": "high"}
    (shown,) = [a for tag, a in elements(before.content.decode()) if tag == "img"][:1]
    assert hero.items() <= shown.items() and "loading" not in shown

    while making.make_next():
        pass
    after = client.get(article.get_absolute_url())
    assert after.headers["ETag"] != before.headers["ETag"]
    page = after.content.decode()
    for kind in ("avif", "webp"):
        srcset = attribute(page, "source", "srcset", type=f"image/{kind}")
        assert [part.split()[1] for part in srcset.split(", ")] == ["400w", "720w", "840w", "900w"]
        address = srcset.split()[0]
        assert opened(address.removeprefix("/media/")).size == (400, 267)
        headers = fetch(client, address)
        assert headers["Content-Type"] == f"image/{kind}"
        assert "immutable" in headers["Cache-Control"]
    (shown,) = [a for tag, a in elements(page) if tag == "img"][:1]
    assert (shown["alt"], shown["width"], shown["height"]) == ("A path.", "900", "600")
    assert json_ld(page)["image"] != f"http://testserver{article.picture.url}"
    assert len(json_ld(page)["image"]) == 3

    card = client.get("/articles/").content.decode()
    (shown,) = [a for tag, a in elements(card) if tag == "img"]
    assert shown["loading"] == "lazy" and shown["alt"] == ""
    assert int(shown["width"]) * 9 == pytest.approx(int(shown["height"]) * 16, rel=0.02)


def test_see_through_stays_see_through():
    picture = bring_in(content=file_of(format="PNG", mode="RGBA") + b"")
    assert not picture.see_through  # it could be, and is not
    clear = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    out = io.BytesIO()
    clear.save(out, "PNG")
    picture = bring_in(content=out.getvalue())
    making.finish()
    picture.refresh_from_db()
    assert {r.format for r in picture.made("whole")} == {"avif", "webp", "png"}
    for made in picture.made("card"):
        assert opened(made.name).convert("RGBA").getpixel((5, 5))[3] == 0


def test_what_lay_there_before_is_turned_upright_and_loses_where_it_was_taken(media, article):
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "gps-canary"
    (media / "articles").mkdir(parents=True)
    (media / "articles" / "old.jpg").write_bytes(file_of((60, 40), exif=exif))
    Article.objects.update(picture="articles/old.jpg", picture_alt="Old.")
    making.keep_house()
    picture = Picture.objects.get()
    assert (picture.width, picture.height, picture.alt) == (40, 60, "Old.")
    making.finish()
    picture.refresh_from_db()
    for made in picture.made("card"):
        image = opened(made.name)
        assert image.width > image.height and not image.getexif()
        with default_storage.open(made.name) as file:
            assert b"canary" not in file.read()


def test_a_picture_that_cannot_be_made_is_tried_three_times_and_shown_as_it_is(
    client, article, media, caplog
):
    article.picture = ContentFile(file_of(), "x.jpg")
    article.save()
    Path(article.picture.path).write_bytes(b"no picture any more")
    now = timezone.now()
    for number in range(MOST_TRIES + 2):
        with time_machine.travel(now + number * 2 * TRIED_AGAIN_AFTER):
            making.make_next()
            assert not making.make_next()
    told = [r for r in caplog.records if "No sizes could be made" in r.message]
    assert len(told) == MOST_TRIES and "shown as it is" in told[-1].message
    assert attribute(page_of(client, article), "img", "src", fetchpriority="high")


def test_a_worker_that_is_killed_goes_on_with_the_file_it_was_at(monkeypatch):
    picture = bring_in(content=file_of((500, 300)))
    making.make_next()
    making.make_next()
    monkeypatch.setattr(making, "_note", lambda *args: exit())
    with pytest.raises(SystemExit):
        making.make_next()
    monkeypatch.undo()
    picture.refresh_from_db()
    assert len(picture.unfinished) == 2 and picture.tries == 1
    stored, store = [], making.put_in_place

    def note_and_store(name, made):
        stored.append(name)
        store(name, made)

    monkeypatch.setattr(making, "put_in_place", note_and_store)
    with time_machine.travel(timezone.now() + 2 * TRIED_AGAIN_AFTER):
        making.finish()
    picture.refresh_from_db()
    assert picture.recipe == renditions.RECIPE
    assert len(stored) == len(renditions.plan(picture)) - 3  # two, and the stored file itself


def test_a_full_disk_costs_no_try(monkeypatch):
    picture = bring_in()

    def full(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(making, "put_in_place", full)
    for _ in range(MOST_TRIES + 1):
        with pytest.raises(OSError, match="No space left"):
            making.work()
    picture.refresh_from_db()
    assert picture.tries == 0


# Shown


def test_pictures_within_a_text_come_in_every_size_for_one_query(
    client, article, connection_queries
):
    from django.core.cache import caches

    def cost():
        caches["pages"].clear()
        return connection_queries(lambda: page_of(client, article))

    one = bring_in(words="What the library says.")
    put_in_body(article, one)
    cost()
    few = cost()
    others = [bring_in(content=file_of((64, 41 + n)), words="Else.") for n in range(3)]
    put_in_body(article, one, *others, alt="")
    making.finish()
    assert cost() == few
    page = page_of(client, article)
    images = [a for tag, a in elements(page) if tag == "img" and "srcset" in a]
    assert [a["alt"] for a in images] == ["What the library says.", *["Else."] * 3]
    assert {a["loading"] for a in images} == {"lazy"}
    assert "64w" in images[0]["srcset"] and page.count("<picture>") == 4


def test_a_list_with_pictures_costs_the_same_whatever_its_length(client, write, connection_queries):
    def add(number):
        written = write(f"Piece {number}")
        written.picture = ContentFile(file_of((64, 30 + number)), "x.jpg")
        written.save()

    add(0)
    client.get("/articles/")
    few = connection_queries(lambda: client.get("/articles/"))
    for number in range(1, 8):
        add(number)
    assert connection_queries(lambda: client.get("/articles/")) == few


def test_an_article_whose_picture_has_no_row_yet_is_whole(article):
    default_storage.save("articles/old.jpg", ContentFile(file_of()))
    Article.objects.update(picture="articles/old.jpg", picture_alt="Old.")
    article.refresh_from_db()
    article.full_clean()
    assert article.picture.name == "articles/old.jpg" and article.picture_row is None


# In use, and thrown away


def test_a_picture_that_nothing_shows_is_thrown_away_after_a_month(
    article, django_capture_on_commit_callbacks
):
    used, unused = bring_in(), bring_in(content=file_of((64, 41)))
    put_in_body(article, used)
    making.finish()
    making.keep_house()
    unused.refresh_from_db()
    a_month_later = timezone.now() + KEPT_UNUSED + datetime.timedelta(days=1)
    with time_machine.travel(a_month_later), django_capture_on_commit_callbacks(execute=True):
        making.keep_house()
    assert list(Picture.objects.all()) == [used]
    files = {unused.name, *(r.name for r in unused.made("card") + unused.made("whole"))}
    assert len(files) > 5 and not any(map(default_storage.exists, files))
    assert default_storage.exists(used.name)


def test_whoever_else_names_pictures_registers_it_by_one_line(monkeypatch, knees):
    picture = bring_in()
    monkeypatch.setattr(use, "_sources", [*use._sources])
    assert use.in_use([picture.name]) == set()
    use.register("articles.Topic", "description")
    use.register("articles.Topic", "description")
    assert use._sources.count(Source("articles.Topic", "description")) == 1
    Topic.objects.update(description=f'<img alt="A path." src="{picture.address}">')
    assert use.in_use([picture.name, "articles/none.jpg"]) == {picture.name}
    assert [one.what for one in use.uses([picture.name])[picture.name]] == ["Sore knees"]
    assert not making.throw_away(picture)


def test_every_field_of_an_article_that_can_name_a_picture_is_registered():
    """What is not would lose its pictures after a month: a line for it belongs in use.py."""
    naming = {
        Source(f"articles.{model.__name__}", field.name)
        for model in apps.get_app_config("articles").get_models()
        for field in model._meta.concrete_fields
        if isinstance(field, (BodyField, models.ImageField))
    }
    registered = {Source(source.model, source.field) for source in use._sources}
    assert naming <= registered


def test_what_is_wanted_again_is_kept(article):
    picture = bring_in()
    making.keep_house()
    picture.refresh_from_db()
    assert picture.unused_since
    put_in_body(article, picture)
    making.keep_house()
    picture.refresh_from_db()
    assert picture.unused_since is None


def test_sizes_that_are_gone_as_after_a_restore_are_made_again(client, article, media):
    article.picture = ContentFile(file_of((500, 300)), "x.jpg")
    article.save()
    making.finish()
    for path in (media / "made").iterdir():
        path.unlink()
    making.keep_house()
    page = page_of(client, article)
    assert "<picture>" not in page and article.picture.url in page
    making.finish()
    page = page_of(client, article)
    address = attribute(page, "source", "srcset", type="image/avif").split()[0]
    assert fetch(client, address)
    assert fetch(client, attribute(page, "meta", "content", property="og:image"))


# The coach's library


def test_pictures_without_words_stand_first_and_each_says_where_it_is_used(as_coach, article):
    described = bring_in()
    put_in_body(article, described)
    silent = bring_in(content=file_of((64, 41)))
    older = timezone.now() - datetime.timedelta(days=9)
    Picture.objects.filter(pk=silent.pk).update(alt="", made_at=older)
    page = as_coach.get(LIBRARY).content.decode()
    assert page.index("No words yet") < page.index("A hill.")
    assert f'<a href="/admin/articles/article/{article.pk}/change/">{article.title}</a>' in page
    narrowed = as_coach.get(LIBRARY, {"wants": "words"}).content.decode()
    assert "No words yet" in narrowed and "A hill." not in narrowed


def test_the_library_costs_the_same_whatever_its_length(as_coach, article, connection_queries):
    put_in_body(article, bring_in())
    as_coach.get(LIBRARY)
    few = connection_queries(lambda: as_coach.get(LIBRARY))
    put_in_body(article, *(bring_in(content=file_of((64, 41 + n))) for n in range(6)))
    assert connection_queries(lambda: as_coach.get(LIBRARY)) == few


def test_a_picture_that_is_used_stays_and_another_can_go(as_coach, article, media):
    used, unused = bring_in(), bring_in(content=file_of((64, 41)))
    put_in_body(article, used)
    assert as_coach.post(f"{LIBRARY}{used.pk}/delete/", {"post": "yes"}).status_code == 403
    assert as_coach.post(f"{LIBRARY}{unused.pk}/delete/", {"post": "yes"}).status_code == 302
    assert list(Picture.objects.all()) == [used]


def test_the_focal_point_moves_what_crops_show_and_the_page_is_told(
    client, as_coach, article, django_capture_on_commit_callbacks
):
    picture = bring_in(content=file_of((400, 100)))
    article.picture = picture.name
    article.save()
    making.finish()
    before = client.get(article.get_absolute_url()).headers["ETag"]

    def looks_at() -> tuple:
        picture.refresh_from_db()
        return opened(picture.made("square")[0].name).convert("RGB").getpixel((10, 50))

    assert looks_at()[2] > 200  # the middle is blue
    sent = {"alt": "A hill.", "from_left": "0", "from_top": "50"}
    with django_capture_on_commit_callbacks(execute=True):
        assert as_coach.post(f"{LIBRARY}{picture.pk}/change/", sent).status_code == 302
    assert looks_at()[2] > 200  # as it was, until the new ones are ready
    assert "fx0" in page_of(client, article)
    making.finish()
    assert looks_at()[0] > 200  # the left is red
    assert client.get(article.get_absolute_url()).headers["ETag"] != before

    told = as_coach.post(f"{LIBRARY}{picture.pk}/change/", {**sent, "from_left": "101"})
    assert "less than or equal to 100" in told.content.decode()


def test_readers_have_no_library(as_ada, client):
    picture = bring_in()
    for address in [LIBRARY, f"{LIBRARY}{picture.pk}/change/"]:
        assert as_ada.get(address).status_code in (302, 403)
        assert client.get(address).status_code == 302


def test_one_round_of_the_worker_makes_pictures_too(client, article):
    article.picture = ContentFile(file_of(), "x.jpg")
    article.save()
    call_command("worker", "--once")
    assert "<picture>" in page_of(client, article)
