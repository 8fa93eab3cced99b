"""More articles to read."""

import datetime

import pytest
from django.utils import timezone

from articles.models import Article, Topic


@pytest.fixture
def knees(db):
    return Topic.objects.create(
        name="Sore knees", slug="sore-knees", description="What hurts, and why."
    )


@pytest.fixture
def write(coach):
    """Write an article: `write("Shoes", topics=[knees])`. Published yesterday unless told."""

    def write(title, *, topics=(), **fields):
        number = Article.objects.count()
        fields = {
            "slug": f"article-{number}",
            "standfirst": f"About {title}.",
            "body": f"<p>All of {title}.</p>",
            "author": coach,
            "status": Article.Status.PUBLISHED,
            "published_at": timezone.now() - datetime.timedelta(days=1, minutes=number),
            **fields,
        }
        written = Article.objects.create(title=title, **fields)
        written.topics.set(topics)
        return written

    return write


@pytest.fixture
def draft(write, knees):
    return write("Pushchairs", slug="draft", topics=[knees], status="draft", published_at=None)


@pytest.fixture
def scheduled(write, knees):
    to_come = timezone.now() + datetime.timedelta(days=9)
    return write("Ice and grips", slug="scheduled", topics=[knees], published_at=to_come)
