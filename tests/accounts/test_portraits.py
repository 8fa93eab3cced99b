"""A reader's own picture: uploaded here, never fetched from elsewhere."""

import io

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

PICTURE = "/accounts/picture/"


def photo(size=(900, 600), colour="tan", kind="JPEG", name="me.jpg"):
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, kind)
    return SimpleUploadedFile(name, out.getvalue(), content_type="image/jpeg")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def test_a_reader_shows_a_picture(as_ada, ada):
    response = as_ada.post(PICTURE, {"picture": photo()}, follow=True)
    assert "This is your picture now." in response.text
    ada.refresh_from_db()
    assert ada.portrait.url in response.text
    assert ada.portrait.url in as_ada.get("/accounts/settings/").text
    with ada.portrait.open() as file, Image.open(file) as stored:
        assert stored.size == (256, 256)
    assert "me" not in ada.portrait.name


def test_a_new_picture_takes_the_place_of_the_old(as_ada, ada, django_capture_on_commit_callbacks):
    as_ada.post(PICTURE, {"picture": photo()})
    ada.refresh_from_db()
    old = ada.portrait.name
    with django_capture_on_commit_callbacks(execute=True):
        as_ada.post(PICTURE, {"picture": photo(colour="navy")})
    ada.refresh_from_db()
    assert ada.portrait.name != old
    assert not default_storage.exists(old) and default_storage.exists(ada.portrait.name)


def test_a_picture_is_taken_away(as_ada, ada, django_capture_on_commit_callbacks):
    as_ada.post(PICTURE, {"picture": photo()})
    ada.refresh_from_db()
    old = ada.portrait.name
    with django_capture_on_commit_callbacks(execute=True):
        response = as_ada.post(PICTURE, {"remove": "1"}, follow=True)
    assert "Your picture is gone" in response.text
    ada.refresh_from_db()
    assert not ada.portrait and not default_storage.exists(old)


def test_to_take_away_what_is_not_there_is_harmless(as_ada, ada):
    assert as_ada.post(PICTURE, {"remove": "1"}).status_code == 302


@pytest.mark.parametrize(
    ("upload", "words"),
    [
        (None, "Choose a picture."),
        (SimpleUploadedFile("x.jpg", b""), "This file is empty."),
        (SimpleUploadedFile("x.jpg", b"<svg onload=alert(1)>"), "Choose a picture saved as JPEG"),
    ],
)
def test_what_is_no_picture_comes_back_with_kind_words(as_ada, ada, upload, words):
    response = as_ada.post(PICTURE, {"picture": upload} if upload else {})
    assert response.status_code == 422
    assert "<title>Error: Your picture" in response.text
    assert words in response.text
    ada.refresh_from_db()
    assert not ada.portrait


def test_visitors_have_no_picture(client, db):
    assert client.post(PICTURE, {"picture": photo()})["Location"].startswith("/accounts/login/")


def test_the_picture_goes_with_the_account(as_ada, ada, django_capture_on_commit_callbacks):
    as_ada.post(PICTURE, {"picture": photo()})
    ada.refresh_from_db()
    with django_capture_on_commit_callbacks(execute=True):
        as_ada.post("/accounts/delete/", {"password": "walk-with-me"})
    assert not default_storage.exists(ada.portrait.name)
