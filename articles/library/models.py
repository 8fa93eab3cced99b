"""A row for each picture that articles show, and for each that stands beside a shared link."""

import hashlib
import io
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import models
from django.db.models import F, Q
from django.db.models.fields.related_descriptors import ForwardManyToOneDescriptor
from django.utils import timezone
from django.utils.formats import date_format

from accounts.pictures import measure

from .renditions import RECIPE, Rendition

if TYPE_CHECKING:
    from accounts.models import User

    from .use import Use

FOLDER = "articles/"
# How often a file is tried, and how long it rests between: long enough for a full disk to be seen
# to, and for another worker that has it in hand to finish.
MOST_TRIES = 3
TRIED_AGAIN_AFTER = timedelta(minutes=5)
# What nothing shows any more is kept a while: it may be wanted back, or stand in a text that is
# still being written.
KEPT_UNUSED = timedelta(days=30)


def put_in_place(name: str, content: bytes) -> None:
    """Store a file under just this name, in the place of a half one that a crash has left."""
    default_storage.delete(name)
    stored = default_storage.save(name, ContentFile(content))
    if stored != name:  # another worker was quicker, with the same bytes
        default_storage.delete(stored)


class PictureQuerySet(models.QuerySet["Picture"]):
    def take_in(self, file: File, *, by: "User | None" = None, words: str = "") -> "Picture":
        """Store a picture, or find the one that is stored already: the same bytes are kept once.

        `file` is what `accounts.pictures.reencode` has made. `words` say what it shows, for where
        the picture itself has none yet. About 3 queries. Raises `OSError` where the disk is full.
        """
        file.seek(0)
        content = file.read()
        digest = hashlib.sha256(content).hexdigest()
        for known in self.filter(digest=digest).order_by("pk"):
            # The update holds the row against the tidying; 0 where that was first.
            if default_storage.exists(known.name) and self.filter(pk=known.pk).update(
                unused_since=None, alt=known.alt or words[:200]
            ):
                return known
        ending = (file.name or "").rpartition("/")[2]
        name = default_storage.save(f"{FOLDER}{ending}", ContentFile(content))
        return self._describe(name, content, by=by, words=words)

    def learn(self, words: Mapping[str, str]) -> None:
        """Take over what a text says of pictures that have no words yet. One query, and one for
        each that learns."""
        said = {name: alt for name, alt in words.items() if alt}
        if said:
            for name in self.filter(alt="", name__in=said).values_list("name", flat=True):
                self.filter(name=name).update(alt=said[name][:200])

    def register(self, name: str, *, words: str = "") -> "Picture | None":
        """The row of a picture that is stored already; None where it is gone, or is no picture."""
        try:
            with default_storage.open(name) as file:
                return self._describe(name, file.read(), words=words)
        except (OSError, ValueError, ValidationError):
            return None

    def _describe(
        self, name: str, content: bytes, *, words: str, by: "User | None" = None
    ) -> "Picture":
        width, height, see_through = measure(io.BytesIO(content))
        picture, _ = self.get_or_create(
            name=name,
            defaults={
                "digest": hashlib.sha256(content).hexdigest(),
                "width": width,
                "height": height,
                "see_through": see_through,
                "alt": words[:200],
                "made_by": by,
            },
        )
        return picture

    def by_name(self, names) -> dict[str, "Picture"]:
        """Those of these names, by name. One query, none without a name."""
        return {row.name: row for row in self.filter(name__in=names)} if names else {}

    def missing_words(self):
        """Those of which nobody has said what they show."""
        return self.filter(alt="")

    def to_be_made(self, now: datetime):
        """Those that lack files, the newest first, but for those that were tried just now or too
        often."""
        return (
            self.exclude(recipe=RECIPE)
            .filter(tries__lt=MOST_TRIES)
            .filter(Q(tried_at=None) | Q(tried_at__lt=now - TRIED_AGAIN_AFTER))
            .order_by("tries", "-pk")
        )

    def given_up(self):
        return self.exclude(recipe=RECIPE).filter(tries__gte=MOST_TRIES)

    def make_anew(self) -> int:
        """Have the worker make their files again; what they have is shown until then."""
        return self.update(recipe=0, unfinished=[], tries=0, tried_at=None)


class Picture(models.Model):
    """A stored picture: what it shows, which point of it matters, and the files made from it."""

    name = models.CharField("file", max_length=200, unique=True, editable=False)
    digest = models.CharField(
        max_length=64, db_index=True, editable=False, help_text="SHA-256 of the stored file."
    )
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    see_through = models.BooleanField(default=False, editable=False)
    alt = models.CharField(
        "in words",
        max_length=200,
        blank=True,
        help_text=(
            "What someone who cannot see the picture should know. An article may say it in words "
            "of its own."
        ),
    )
    # 0 is left or top, 1 is right or bottom.
    focal_x = models.FloatField(default=0.5)
    focal_y = models.FloatField(default=0.5)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        editable=False,
        related_name="+",
    )
    made_at = models.DateTimeField("brought in", default=timezone.now, editable=False)
    unused_since = models.DateTimeField(null=True, blank=True, editable=False)

    # What pages show: `Rendition`s as lists. Whole or not at all.
    renditions = models.JSONField(default=list, editable=False)
    # The recipe that they were made by; another than RECIPE: the worker has to make them.
    recipe = models.PositiveSmallIntegerField(default=0, editable=False)
    # The names of those that are ready, while others are not.
    unfinished = models.JSONField(default=list, editable=False)
    tries = models.PositiveSmallIntegerField(default=0, editable=False)
    tried_at = models.DateTimeField(null=True, blank=True, editable=False)

    # Told by the library's list.
    uses: "list[Use]"

    objects = PictureQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(focal_x__gte=0, focal_x__lte=1, focal_y__gte=0, focal_y__lte=1),
                name="picture_focal_point_inside",
            ),
            models.CheckConstraint(
                condition=Q(width__gt=0, height__gt=0), name="picture_has_pixels"
            ),
        ]

    def __str__(self):
        brought_in = date_format(timezone.localtime(self.made_at), "j F Y")
        return self.alt or f"A picture from {brought_in}"

    @property
    def address(self) -> str:
        return default_storage.url(self.name)

    @property
    def focus(self) -> tuple[float, float]:
        return self.focal_x, self.focal_y

    def made(self, crop: str, format: str = "") -> list[Rendition]:
        """The files of a crop that pages may show, by width; of one format if it is named."""
        all_made = (Rendition(*row) for row in self.renditions)
        return [r for r in all_made if r.crop == crop and format in ("", r.format)]

    def focus_on(self, x: float, y: float) -> None:
        """Keep this point in view. Its crops are made anew, and shown as they were until then."""
        self.focal_x, self.focal_y = x, y
        self.recipe, self.unfinished, self.tries, self.tried_at = 0, [], 0, None


class _OrNone(ForwardManyToOneDescriptor):
    """The row behind a file, or none: a file may have come in by a way that made no row yet."""

    def get_object(self, instance):
        named = self.field.get_reverse_related_filter(instance)
        return self.get_queryset(instance=instance).filter(named).first()

    def __set__(self, instance, value):
        """Remember the row, as `full_clean` does. The file's own name stays."""
        self.field.set_cached_value(instance, value)


class _RowOf(models.ForeignObject):
    """Private, as a GenericForeignKey is: forms and migrations know nothing of it."""

    forward_related_accessor_class = _OrNone

    def contribute_to_class(self, cls, name, private_only=True, **kwargs):
        super().contribute_to_class(cls, name, private_only=True, **kwargs)


def row_of(field: str) -> models.ForeignObject:
    """A relation from an ImageField to its picture's row, by the file's name: no column of its own.

        cover = models.ImageField(…)
        cover_row = row_of("cover")

    With `prefetch_related("cover_row")` a list of them costs one query, whatever its length;
    without it `{% picture %}` asks once for each. Django lets no `select_related` follow it.
    """
    return _RowOf(
        Picture,
        from_fields=[field],
        to_fields=["name"],
        on_delete=models.DO_NOTHING,
        null=True,
        related_name="+",
        editable=False,
    )


class OpenGraphQuerySet(models.QuerySet):
    def spend_a_try(self, now: datetime) -> int:
        return self.update(tries=F("tries") + 1, tried_at=now)


class OpenGraphPicture(models.Model):
    """The picture that stands beside a shared link to an article. Drawn by the worker."""

    article = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, related_name="open_graph_picture"
    )
    # "" until there is one. Named after its content, so an address always shows the same picture.
    name = models.CharField(max_length=200, blank=True)
    # What it was drawn from (`open_graph.key`), and the article's version when that was looked at.
    key = models.CharField(max_length=64, blank=True)
    version = models.PositiveIntegerField(default=0)
    design = models.CharField(max_length=64, blank=True)
    tries = models.PositiveSmallIntegerField(default=0)
    tried_at = models.DateTimeField(null=True, blank=True)

    objects = OpenGraphQuerySet.as_manager()

    def __str__(self):
        return f"Open Graph picture of article {self.article_id}"

    @property
    def address(self) -> str:
        return default_storage.url(self.name)
