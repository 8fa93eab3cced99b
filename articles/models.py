"""What the coach writes, and the topics it is found under."""

import math
import re

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from .fields import BodyField

# Brysbaert 2019, doi 10.1016/j.jml.2019.104047: adults read English non-fiction at 238 words a
# minute. Rounded down for tired eyes on a phone.
WORDS_PER_MINUTE = 200


class Topic(models.Model):
    """A shelf that articles stand on, such as "Sore knees"."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    description = models.CharField(max_length=200, blank=True, help_text="One sentence for readers.")

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        return reverse("articles:topic", args=[self.slug])


class ArticleQuerySet(models.QuerySet):
    def published(self):
        """Those that the public may see now: the only door to them."""
        return self.filter(status=Article.Status.PUBLISHED, published_at__lte=timezone.now())

    def newest_first(self):
        return self.order_by("-published_at", "-pk")

    def for_cards(self):
        """With what a card in a list shows, bodies left unread: 2 queries whatever the length."""
        return self.defer("body").prefetch_related("topics")

    def touch(self):
        """Say that the pages of these articles have changed, so that no cache serves an old one.

        One statement. Called by whatever a page shows: comments, topics, the coach's profile.
        """
        return self.update(version=F("version") + 1)


class Article(models.Model):
    """An article. Draft, scheduled (published with a date to come) or published."""

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    title = models.CharField(max_length=150)
    slug = models.SlugField(
        max_length=150, unique=True, help_text="The last part of the address. Kept once published."
    )
    standfirst = models.TextField(
        max_length=300,
        blank=True,
        help_text="One or two sentences under the title; also what search engines show.",
    )
    body = BodyField()
    picture = models.ImageField(
        upload_to="articles/",
        blank=True,
        width_field="picture_width",
        height_field="picture_height",
        help_text="Wide, at least 1200 pixels across. JPEG, PNG or WebP, up to 10 MB.",
    )
    picture_width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    picture_height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    picture_alt = models.CharField(
        "picture, in words",
        max_length=200,
        blank=True,
        help_text="What someone who cannot see the picture should know.",
    )
    topics = models.ManyToManyField(Topic, blank=True, related_name="articles")
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="articles"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    published_at = models.DateTimeField(
        null=True, blank=True, help_text="A time to come schedules the article."
    )
    reviewed_on = models.DateField(
        "last reviewed",
        null=True,
        blank=True,
        help_text="The day you last checked that every word is still good advice.",
    )
    comments_open = models.BooleanField("readers can ask questions", default=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    # What the page is made of, for caches and lists; kept by whoever changes it.
    version = models.PositiveIntegerField(default=1, editable=False)
    word_count = models.PositiveIntegerField(default=0, editable=False)
    comment_count = models.PositiveIntegerField(default=0, editable=False)
    source_key = models.CharField(
        max_length=200,
        null=True,
        blank=True,
        unique=True,
        editable=False,
        help_text="Where an imported article came from, so that it is imported once.",
    )

    objects = ArticleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(status="draft") | Q(published_at__isnull=False),
                name="article_published_has_a_date",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "-published_at", "-id"], name="article_newest_first"),
        ]

    def __str__(self):
        return self.title

    def get_absolute_url(self):
        return reverse("articles:article", args=[self.slug])

    def clean(self):
        if self.status == self.Status.PUBLISHED and self.published_at is None:
            self.published_at = timezone.now()
        if self.picture and not self.picture_alt:
            raise ValidationError(
                {
                    "picture_alt": ValidationError(
                        "Say in words what the picture shows.", code="picture_alt_missing"
                    )
                }
            )

    def save(self, *args, **kwargs):
        """Keep the word count, and say that the page has changed (both in the same statement)."""
        self.word_count = len(re.findall(r"\w+", strip_tags(self.body)))
        self.version = F("version") + 1 if self.pk else 1
        if (fields := kwargs.get("update_fields")) is not None:
            kwargs["update_fields"] = {*fields, "word_count", "version", "updated_at"}
        super().save(*args, **kwargs)
        if self.version != 1:
            self.refresh_from_db(fields=["version"])

    @property
    def is_live(self) -> bool:
        """Whether the public may read it now."""
        return (
            self.status == self.Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )

    @property
    def is_scheduled(self) -> bool:
        return (
            self.status == self.Status.PUBLISHED
            and self.published_at is not None
            and self.published_at > timezone.now()
        )

    @property
    def reading_minutes(self) -> int:
        """Whole minutes, at least 1, at WORDS_PER_MINUTE."""
        return max(1, math.ceil(self.word_count / WORDS_PER_MINUTE))
