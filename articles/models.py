"""What the coach writes, and the topics it is found under."""

import math
from datetime import datetime

from django.conf import settings
from django.db import models, transaction
from django.db.models import Case, Count, F, Max, Q, Value, When
from django.urls import reverse
from django.utils import timezone
from django.utils.text import Truncator

from accounts.models import User

from .fields import BodyField, sanitise

# Django finds an app's models here.
from .library.models import OpenGraphPicture, Picture, row_of  # noqa: F401
from .library.use import named_in
from .lifecycle import addresses, revisions
from .lifecycle.models import PreviewLink, Revision, WorkingCopy  # noqa: F401
from .pages.models import Book, Page  # noqa: F401
from .pictures import with_sizes
from .search import index
from .search.models import SearchDocument, Vocabulary  # noqa: F401
from .search.related import related
from .series.models import Part, Series, part_number, series_title  # noqa: F401
from .subscribing.models import (  # noqa: F401
    Allowance,
    Consent,
    Delivery,
    Mailing,
    Report,
    ReportRequest,
    Subscriber,
    SubscriptionEvent,
)
from .text import count_words, fold, plain_text

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
        """Keep, and say that the pages which name this topic have changed.

        The address that it had leads to the one it has.
        """
        with transaction.atomic():
            known = Topic.objects.filter(pk=self.pk).first() if self.pk else None
            super().save(*args, **kwargs)
            if known:
                addresses.moved(known.get_absolute_url(), self.get_absolute_url())
            self.articles.touch()
            for article in self.articles.all():
                index.keep(article)

    def get_absolute_url(self):
        return reverse("articles:topic", args=[self.slug])

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            self.articles.touch()
            articles = list(self.articles.all())
            addresses.forget([self.get_absolute_url()])
            deleted = super().delete(*args, **kwargs)
            for article in articles:
                index.keep(article)
        return deleted


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
        shown = self.defer("body", "search_text").prefetch_related("topics", "picture_row")
        return shown.with_part()

    def with_part(self):
        """With `series_title` and `part_number` of those that are part of a series. No query."""
        return self.annotate(series_title=series_title(), part_number=part_number())

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

    def delete(self):
        slugs = self.values_list("slug", flat=True)
        addresses.forget([reverse("articles:article", args=[slug]) for slug in slugs])
        return super().delete()

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

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
    slug = models.SlugField(max_length=150, unique=True, help_text="The last part of the address.")
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
    # When the site first noticed that the public may read it (lifecycle/publishing.py); stays.
    became_public_at = models.DateTimeField(null=True, blank=True, editable=False)
    comments_open = models.BooleanField("readers can ask questions", default=True)
    mail_subscribers = models.BooleanField("mail it to subscribers", default=True)
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

    # Told by `with_part`.
    series_title: str | None = None
    part_number: int | None = None

    # Who saves it, for its revisions, and the one that this instance's last save made.
    saved_by: User | None = None
    revision: Revision | None = None

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
            models.Index(
                fields=["published_at"],
                condition=Q(became_public_at__isnull=True),
                name="article_to_be_noticed",
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Keep what is worked out from the words, and say that the page has changed.

        With it a revision of the words (lifecycle/revisions.py), what the search knows of it, and
        where readers may have kept the old address, that it leads to the new one. 8 statements; 4
        more for a new address. A new picture is taken into the library, by about 3 queries more.
        """
        fields = kwargs.get("update_fields")
        is_new = self.picture and not self.picture._committed  # type: ignore[attr-defined]
        if is_new and (fields is None or "picture" in fields):
            taken = Picture.objects.take_in(
                self.picture.file, by=self.author, words=self.picture_alt
            )
            self.picture = taken.name
        self.work_out()
        self.version = F("version") + 1 if self.pk else 1
        if fields is not None:
            worked_out = {"word_count", "search_text", "version", "updated_at"}
            kwargs["update_fields"] = {*fields, *worked_out}
        self.revision = None
        with transaction.atomic():
            known = Article.objects.defer("body").filter(pk=self.pk).first() if self.pk else None
            super().save(*args, **kwargs)
            if known and known.was_public:
                addresses.article_moved(known.get_absolute_url(), self.get_absolute_url())
            if fields is None or revisions.WORDS.keys() & set(fields):
                revisions.keep(self)
            index.keep(self)
            Picture.objects.learn(named_in(self.body))
        if self.version != 1:
            self.refresh_from_db(fields=["version"])

    def get_absolute_url(self):
        return reverse("articles:article", args=[self.slug])

    def delete(self, *args, **kwargs):
        addresses.forget([self.get_absolute_url()])
        return super().delete(*args, **kwargs)

    def work_out(self) -> None:
        """Sanitise the body, and work out what follows from the words; saves nothing."""
        self.body = with_sizes(sanitise(self.body))
        text = plain_text(self.body)
        self.word_count = count_words(text)
        self.search_text = fold("\n".join([self.title, self.standfirst, text]))

    def clean(self):
        if self.status == self.Status.PUBLISHED and self.published_at is None:
            self.published_at = timezone.now()

    @property
    def is_live(self) -> bool:
        """Whether the public may read it now."""
        return (
            self.status == self.Status.PUBLISHED
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )

    @property
    def was_public(self) -> bool:
        """Whether readers may know it, and its address, though it may be a draft again."""
        return self.became_public_at is not None or self.is_live

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

    def related(self) -> list["Article"]:
        """RELATED_AT_MOST others, by topics and words, the likest first. 5 queries."""
        return related(self, RELATED_AT_MOST)
