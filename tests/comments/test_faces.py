"""Pictures beside names: uploaded here or made here, and never an old one from a cache."""

import io

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from PIL import Image

from accounts import portraits
from comments.models import Comment


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def picture(colour="tan"):
    out = io.BytesIO()
    Image.new("RGB", (8, 8), colour).save(out, "JPEG")
    return ContentFile(out.getvalue(), name=f"{colour}.jpg")


def test_a_members_picture_stands_beside_their_words(client, article, say, ada):
    question = say("May I walk?", ada)
    reply = say("Me too.", ada, to=question)
    portraits.show(ada, picture())
    for address in (article.get_absolute_url(), f"/comments/thread/{question.pk}/"):
        page = client.get(address).text
        assert page.count(f'src="{ada.portrait.url}"') == 2, address
    assert reply.pk != question.pk


def test_others_keep_their_initial(client, article, say, ada, ben):
    portraits.show(ada, picture())
    say("May I walk?", ben)
    say("May I swim?", "Rewa")
    page = client.get(article.get_absolute_url()).text
    assert ada.portrait.url not in page
    assert page.count('<span class="face" aria-hidden="true">') == 2


def test_who_shows_only_initials_shows_no_face(client, article, say, ada):
    portraits.show(ada, picture())
    question = say("May I walk?", ada)
    Comment.objects.filter(pk=question.pk).update(initials_only=True)
    assert ada.portrait.url not in client.get(article.get_absolute_url()).text


def test_a_removed_comment_shows_no_face(client, article, say, ada):
    from comments import conversation

    portraits.show(ada, picture())
    question = say("May I walk?", ada)
    say("Yes.", "Rewa", to=question)
    conversation.remove(question)
    assert ada.portrait.url not in client.get(article.get_absolute_url()).text


def test_no_cache_goes_on_showing_the_old_face(article, say, ada):
    say("May I walk?", ada)
    address = article.get_absolute_url()
    portraits.show(ada, picture())
    first = ada.portrait.url
    visitor = Client()
    seen = visitor.get(address)
    assert first in seen.text
    assert visitor.get(address, headers={"if-none-match": seen["ETag"]}).status_code == 304
    portraits.show(ada, picture("navy"))
    fresh = visitor.get(address, headers={"if-none-match": seen["ETag"]})
    assert fresh.status_code == 200
    assert ada.portrait.url in fresh.text and first not in fresh.text
    portraits.show(ada, None)
    assert "/media/faces/" not in visitor.get(address).text


def test_faces_cost_no_query_of_their_own(article, say, ada, ben, connection_queries):
    from comments import reading

    say("May I walk?", "Rewa")
    without = connection_queries(lambda: reading.page_of(article, 1))
    for person in (ada, ben):
        portraits.show(person, picture())
        say(f"Me too, {person}.", person)
    assert connection_queries(lambda: reading.page_of(article, 1)) == without


def test_who_erases_their_account_leaves_no_face(client, article, say, ada):
    from accounts.erasure import leave

    say("May I walk?", ada)
    portraits.show(ada, picture())
    leave(ada)
    page = client.get(article.get_absolute_url()).text
    assert "A former reader" in page and "/media/faces/" not in page
