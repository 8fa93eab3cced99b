"""What the coach writes, and the topics it is found under."""

import math
import re
from datetime import datetime

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Case, Count, F, Max, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from .fields import BodyField, sanitise
from .library.models import OpenGraphPicture, Picture, row_of  # noqa: F401  models live there too
from .pictures import with_sizes
from .text import fold, plain_text

# Brysbaert 2019, doi 10.1016/j.jml.2019.104047: adults read English non-fiction at 238 words a
# minute. Rounded down for tired eyes on a phone.
WORDS_PER_MINUTE = 200

DESCRIPTION_WORDS = 30
RELATED_AT_MOST = 3


class TopicQuerySet(models.QuerySet):
    def in_use(self):
        """Those with a published article, by name, with `article_count` and `changed_at`."""
        return (
            self.filter(articles__in=Article.objects.published())
            .annotate(article_count=Count("articles"), changed_at=Max("articles__updated_at"))
            .order_by("name")
        )


class Topic(models.Model):
    """A shelf that articles stand on, such as "Sore knees"."""

    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    description = models.CharField(
        max_length=200, blank=True, help_text="One sentence for readers."
    )

    # Told by `in_use`.
    article_count: int
    changed_at: datetime

    objects = TopicQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        """Keep, and say that the pages which name this topic have changed."""
        super().save(*args, **kwargs)
        self.articles.touch()

    def get_absolute_url(self):
        return reverse("articles:topic", args=[self.slug])

    def delete(self, *args, **kwargs):
        self.articles.touch()
        return super().delete(*args, **kwargs)


class ThreadOrder(models.TextChoices):
    """In what order an article's page lists the threads under it, after the pinned ones."""

    OLDEST = "oldest", "Oldest"
    NEWEST = "newest", "Newest"
    HELPFUL = "helpful", "Most helpful"

    @classmethod
    def of(cls, word: str | None) -> "ThreadOrder":
        """The order that an address names; the oldest first where it names none.

        The oldest, since then a page that is full stays as it is, and so do the links to it.
        """
        return cls(word) if word in cls.values else cls.OLDEST


class ArticleQuerySet(models.QuerySet):
    def published(self):
        """Those that the public may see now: the only door to them."""
        return self.filter(status=Article.Status.PUBLISHED, published_at__lte=timezone.now())

    def newest_first(self):
        return self.order_by("-published_at", "-pk")

    def for_cards(self):
        """With what a card in a list shows, bodies left unread: 3 queries whatever the length."""
        return self.defer("body", "search_text").prefetch_related("topics", "picture_row")

    def with_author(self):
        """With what is needed to sign it, in the same query."""
        return self.select_related("author__coach_profile")

    def with_pictures(self):
        """With what is needed to show its picture, and the one for shared links: 1 query more."""
        return self.select_related("open_graph_picture").prefetch_related("picture_row")

    def with_words(self, words: list[str]):
        """Those whose title, standfirst or body holds every one of these folded words."""
        return self.filter(*(Q(search_text__contains=word) for word in words))

    def publish(self) -> int:
        """Put drafts and scheduled ones before the public now; returns how many."""
        now = timezone.now()
        hidden = self.exclude(status=Article.Status.PUBLISHED, published_at__lte=now)
        # A draft that was public before keeps the date that readers know it by.
        return hidden.update(
            status=Article.Status.PUBLISHED,
            published_at=Case(
                When(published_at__lte=now, then=F("published_at")), default=Value(now)
            ),
            version=F("version") + 1,
        )

    def unpublish(self) -> int:
        """Take them back to the writing room as drafts; returns how many."""
        return self.filter(status=Article.Status.PUBLISHED).update(
            status=Article.Status.DRAFT, version=F("version") + 1
        )

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
    body: "models.TextField[str, str]" = BodyField()
    picture = models.ImageField(
        upload_to="articles/",
        blank=True,
        width_field="picture_width",
        height_field="picture_height",
        help_text=(
            "Wide, at least 1200 pixels across. JPEG, PNG, WebP or GIF, up to 10 MB; of a picture "
            "that moves, the first frame is kept."
        ),
    )
    picture_width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    picture_height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    picture_row = row_of("picture")
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
    search_text = models.TextField(blank=True, default="", editable=False)
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

    def save(self, *args, **kwargs):
        """Keep what is worked out from the words, and say that the page has changed.

        One statement; one more reads the new version back. A new picture is taken into the
        library, by about 3 queries more.
        """
        fields = kwargs.get("update_fields")
        is_new = self.picture and not self.picture._committed  # type: ignore[attr-defined]
        if is_new and (fields is None or "picture" in fields):
            taken = Picture.objects.take_in(
                self.picture.file, by=self.author, words=self.picture_alt
            )
            self.picture = taken.name
        self.body = with_sizes(sanitise(self.body))
        text = plain_text(self.body)
        self.word_count = len(re.findall(r"\w+", text))
        self.search_text = fold("\n".join([self.title, self.standfirst, text]))
        self.version = F("version") + 1 if self.pk else 1
        if fields is not None:
            worked_out = {"word_count", "search_text", "version", "updated_at"}
            kwargs["update_fields"] = {*fields, *worked_out}
        super().save(*args, **kwargs)
        if self.version != 1:
            self.refresh_from_db(fields=["version"])

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

    @property
    def description(self) -> str:
        """What search engines and shared links show: the standfirst, or how the body begins."""
        return self.standfirst or Truncator(plain_text(self.body)).words(DESCRIPTION_WORDS)

    @property
    def author_name(self) -> str:
        """The name it is signed with. No query after `with_author`."""
        profile = getattr(self.author, "coach_profile", None)
        return profile.name if profile else self.author.display_name

    def related(self) -> ArticleQuerySet:
        """RELATED_AT_MOST others that share a topic, those that share most first. One query."""
        return (
            Article.objects.published()
            .filter(topics__in=self.topics.all())
            .exclude(pk=self.pk)
            .annotate(shared=Count("topics"))
            .order_by("-shared", "-published_at", "-pk")
            .defer("body", "search_text")[:RELATED_AT_MOST]
        )
