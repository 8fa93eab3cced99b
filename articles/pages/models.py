"""A page beside the articles, and the books on it."""

from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils.text import Truncator

from ..fields import BodyField, sanitise
from ..library.models import row_of
from ..pictures import with_sizes
from ..search import index
from ..text import plain_text
from .addresses import validate_free

DESCRIPTION_WORDS = 30


class PageQuerySet(models.QuerySet):
    def published(self):
        """Those that the public may see: the only door to them."""
        return self.filter(status=Page.Status.PUBLISHED)

    def touch(self) -> int:
        """Say that these pages have changed, so that no cache serves an old one. One statement."""
        return self.update(version=F("version") + 1)

    def address_about(self) -> str:
        """Where the coach tells of herself; "" where there is no such page. One query."""
        slug = self.published().filter(kind=Page.Kind.ABOUT).values_list("slug", flat=True).first()
        return reverse("page", args=[slug]) if slug else ""


class Page(models.Model):
    """A page that is no article: it has no date, no topics and no questions under it."""

    class Kind(models.TextChoices):
        """What stands on it besides its text, and what search engines are told it is."""

        TEXT = "text", "A page of text"
        ABOUT = "about", "About the coach"
        BOOKS = "books", "A list of books"
        CONTACT = "contact", "A form to write to the coach"
        DISCLAIMER = "disclaimer", "What readers must know: disclaimer, privacy"

    class Status(models.TextChoices):
        DRAFT = "draft", "Draft"
        PUBLISHED = "published", "Published"

    kind = models.CharField("kind of page", max_length=10, choices=Kind, default=Kind.TEXT)
    title = models.CharField(max_length=100)
    slug = models.SlugField(
        "its address",
        max_length=60,
        unique=True,
        validators=[validate_free],
        help_text="“about” makes it /about/.",
    )
    standfirst = models.TextField(
        max_length=300,
        blank=True,
        help_text="One or two sentences under the title; also what search engines show.",
    )
    body: "models.TextField[str, str]" = BodyField(blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    reviewed_on = models.DateField(
        "last reviewed",
        null=True,
        blank=True,
        help_text="The day you last checked that every word is still true. Shown on the page.",
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    # What the page is made of, for caches.
    version = models.PositiveIntegerField(default=1, editable=False)

    objects = PageQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind"],
                condition=Q(kind="about"),
                name="page_about_is_one",
                violation_error_message=(
                    "There is a page about you already. Change that one, or make this a page of "
                    "text."
                ),
            ),
        ]

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Keep, and say that every page has changed: menus and signatures name this one."""
        from ..freshness import touch_every_page

        self.body = with_sizes(sanitise(self.body))
        if self.pk:
            self.version = F("version")  # as it stands, whatever this row was when it was read
        with transaction.atomic():
            super().save(*args, **kwargs)
            self.index()
        touch_every_page()
        self.refresh_from_db(fields=["version"])

    def get_absolute_url(self):
        return reverse("page", args=[self.slug])

    def index(self) -> None:
        """Have the search find what is published, with its books, and no draft."""
        if self.is_live:
            index.keep(self)
        else:
            index.drop(self)

    def delete(self, *args, **kwargs):
        from ..freshness import touch_every_page

        deleted = super().delete(*args, **kwargs)
        touch_every_page()
        return deleted

    @property
    def is_live(self) -> bool:
        """Whether the public may read it."""
        return self.status == self.Status.PUBLISHED

    @property
    def description(self) -> str:
        """What search engines and shared links show: the standfirst, or how the body begins."""
        return self.standfirst or Truncator(plain_text(self.body)).words(DESCRIPTION_WORDS)


class Book(models.Model):
    """A book that the coach likes, on a page of books."""

    page = models.ForeignKey(Page, on_delete=models.CASCADE, related_name="books")
    title = models.CharField(max_length=150)
    author = models.CharField(max_length=150)
    why = models.CharField(
        "why, in one line", max_length=200, help_text="What it did for you, or for your knees."
    )
    group = models.CharField(
        max_length=60,
        blank=True,
        help_text="Optional. Books with the same words here stand under one heading.",
    )
    cover = models.ImageField(
        upload_to="books/", blank=True, width_field="cover_width", height_field="cover_height"
    )
    cover_row = row_of("cover")
    cover_width = models.PositiveIntegerField(null=True, blank=True, editable=False)
    cover_height = models.PositiveIntegerField(null=True, blank=True, editable=False)
    link = models.URLField(
        blank=True,
        help_text="Optional: where readers find it, a library or a shop.",
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self):
        return f"{self.title}, by {self.author}"

    def save(self, *args, **kwargs):
        with transaction.atomic():
            super().save(*args, **kwargs)
            self._page_changed()

    def delete(self, *args, **kwargs):
        with transaction.atomic():
            deleted = super().delete(*args, **kwargs)
            self._page_changed()
        return deleted

    def _page_changed(self) -> None:
        """What a page is found by holds its books. Nothing where the page goes as well."""
        if page := Page.objects.filter(pk=self.page_id).first():
            Page.objects.filter(pk=self.page_id).touch()
            page.index()
