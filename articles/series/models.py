"""A series, the articles that are its parts, and where one of them stands in it."""

from dataclasses import dataclass
from datetime import datetime

from django.db import models
from django.db.models import Count, F, Max, OuterRef, Q, Subquery
from django.urls import reverse


class SeriesQuerySet(models.QuerySet):
    def in_use(self):
        """Those with a part that the public may read, by title, with `changed_at`."""
        from ..models import Article

        return (
            self.filter(parts__article__in=Article.objects.published())
            .annotate(changed_at=Max("parts__article__updated_at"))
            .order_by("title")
        )


class Series(models.Model):
    """Articles that the coach wants read one after the other, such as "Start walking"."""

    title = models.CharField(max_length=80, unique=True)
    slug = models.SlugField("end of its address", max_length=80, unique=True)
    description = models.TextField(
        max_length=300,
        blank=True,
        help_text="Who it is for, and what they can do at its end. Also for search engines.",
    )

    # Told by `in_use`.
    changed_at: datetime

    objects = SeriesQuerySet.as_manager()

    class Meta:
        ordering = ["title"]
        verbose_name_plural = "series"

    def __str__(self):
        return self.title

    def save(self, *args, **kwargs):
        """Keep, and say that the pages which name this series have changed."""
        from ..freshness import touch_every_page

        super().save(*args, **kwargs)
        touch_every_page()

    def get_absolute_url(self):
        return reverse("articles:series", args=[self.slug])

    def delete(self, *args, **kwargs):
        from ..freshness import touch_every_page

        deleted = super().delete(*args, **kwargs)
        touch_every_page()
        return deleted


class Part(models.Model):
    """An article's place in its series; an article is in one at most."""

    series = models.ForeignKey(Series, on_delete=models.CASCADE, related_name="parts")
    article = models.OneToOneField(
        "articles.Article",
        on_delete=models.CASCADE,
        related_name="part",
        error_messages={"unique": "This article is a part of a series already."},
    )
    order = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["order", "pk"]

    def __str__(self):
        return f"{self.series}: {self.article}"

    def save(self, *args, **kwargs):
        """Keep, and say that the pages of the other parts have changed: they count this one."""
        super().save(*args, **kwargs)
        self._touch()

    def delete(self, *args, **kwargs):
        self._touch()
        return super().delete(*args, **kwargs)

    def _touch(self) -> None:
        from ..models import Article

        Article.objects.filter(Q(part__series=self.series_id) | Q(pk=self.article_id)).touch()


@dataclass(frozen=True)
class Place:
    """Where an article stands in its series, as readers count: only what they may read now.

    `number` of `total`, from 1; `before` and `after` are the neighbours, or None at an end.
    """

    series: Series
    number: int
    total: int
    before: "Part | None"
    after: "Part | None"


def place_of(article) -> Place | None:
    """The article's place, or None where it is in no series. One query.

    A draft that the coach looks at counts itself, as readers will once it is published.
    """
    from ..models import Article

    own = Part.objects.filter(article=article.pk).values("series")
    parts = list(
        Part.objects.filter(series=Subquery(own[:1]))
        .filter(Q(article__in=Article.objects.published()) | Q(article=article.pk))
        .select_related("series", "article")
        .only("series", "article__title", "article__slug")
    )
    index = next((i for i, part in enumerate(parts) if part.article_id == article.pk), None)
    if index is None:
        return None
    return Place(
        series=parts[index].series,
        number=index + 1,
        total=len(parts),
        before=parts[index - 1] if index else None,
        after=parts[index + 1] if index + 1 < len(parts) else None,
    )


def part_number() -> Subquery:
    """For an annotation on articles: the number of each in its series, as `Place.number` counts."""
    from ..models import Article

    own = OuterRef("part__order")
    earlier = Q(order__lt=own) | Q(order=own, pk__lte=OuterRef("part__pk"))
    return Subquery(
        Part.objects.filter(earlier, series=OuterRef("part__series"))
        .filter(article__in=Article.objects.published())
        .order_by()
        .values("series")
        .annotate(number=Count("pk"))
        .values("number")
    )


def series_title() -> F:
    """For an annotation on articles: what the series of each is called, or None."""
    return F("part__series__title")
