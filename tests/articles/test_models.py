"""What an article knows of itself."""

import datetime

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.utils import timezone

from articles.models import Article, Topic


def test_reading_takes_a_whole_number_of_minutes(article):
    for words, minutes in [(0, 1), (1, 1), (200, 1), (201, 2), (2000, 10)]:
        article.word_count = words
        assert article.reading_minutes == minutes


def test_words_are_counted_without_the_markup(article):
    article.body = "<h2>One two</h2><p>three <em>four</em>&nbsp;five.</p><ul><li>six</li></ul>"
    article.save()
    assert Article.objects.get().word_count == 6


def test_every_save_is_a_new_version(article):
    before = article.version
    article.save()
    assert article.version == before + 1
    article.save(update_fields=["title"])
    assert article.version == Article.objects.get().version == before + 2


def test_a_published_article_has_a_date(article):
    with pytest.raises(IntegrityError), transaction.atomic():
        Article.objects.update(published_at=None)


def test_publishing_keeps_the_date_that_readers_know(article, draft, scheduled):
    known = article.published_at
    Article.objects.filter(pk=article.pk).unpublish()
    assert Article.objects.all().publish() == 3
    article.refresh_from_db()
    assert article.published_at == known
    assert Article.objects.published().count() == 3


def test_publishing_what_is_out_changes_nothing(article):
    version = article.version
    assert Article.objects.all().publish() == 0
    assert Article.objects.get().version == version


def test_an_article_is_a_draft_or_scheduled_or_live(article, draft):
    assert article.is_live and not article.is_scheduled
    article.published_at = timezone.now() + datetime.timedelta(minutes=1)
    assert article.is_scheduled and not article.is_live
    assert not draft.is_live and not draft.is_scheduled


def test_a_topic_counts_only_what_is_out(write, knees, draft):
    assert not Topic.objects.in_use()
    first = write("One", topics=[knees])
    write("Two", topics=[knees])
    Article.objects.filter(pk=first.pk).update(updated_at="2020-01-01T00:00:00Z")
    (topic,) = Topic.objects.in_use()
    assert topic.article_count == 2 and topic.changed_at.year > 2020


@pytest.fixture
def picture(db):
    from io import BytesIO

    from PIL import Image

    file = BytesIO()
    Image.new("RGB", (64, 40)).save(file, "PNG")
    name = default_storage.save("articles/test.png", ContentFile(file.getvalue()))
    yield default_storage.url(name)
    default_storage.delete(name)


def test_a_picture_in_the_text_says_its_size_so_that_nothing_jumps(client, article, picture):
    article.body = f'<figure><img src="{picture}" alt="A &gt; B"></figure>'
    article.save()
    expected = f'<img src="{picture}" alt="A &gt; B" width="64" height="40">'
    assert Article.objects.get().body == f"<figure>{expected}</figure>"
    article.save()
    assert expected in Article.objects.get().body
    page = client.get(article.get_absolute_url()).content.decode()
    assert f'<img loading="lazy" src="{picture}"' in page


@pytest.mark.parametrize("name", ["gone.png", "", "articles"])
def test_a_picture_that_is_gone_leaves_the_text_as_it_was(article, name):
    article.body = f'<p>Look: <img src="/media/{name}" alt="x"></p>'
    article.save()
    assert "Look:" in Article.objects.get().body
