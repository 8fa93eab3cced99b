"""What is kept beside an article while it is written: copies, revisions, links to preview it."""

import secrets
import uuid
from datetime import datetime, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.db.models.functions import TruncDate
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

# A summer away from an article. What was typed and never saved is nobody's after that.
COPIES_KEPT_FOR = timedelta(days=60)

# Revisions are all kept for a month, in which every "I had it better on Tuesday" falls; of each
# day before that only the last one is kept. An article's first and newest stay in any case.
REVISIONS_ALL_KEPT_FOR = timedelta(days=30)

# Long enough for a busy friend to read it, short enough that a link in an old mail is dead.
PREVIEW_LASTS = timedelta(days=14)


class WorkingCopyQuerySet(models.QuerySet):
    def of(self, coach, article=None):
        """What this coach has not saved of the article, or of new ones; newest first."""
        return self.filter(coach=coach, article=article).order_by("-saved_at", "-pk")

    def prune(self) -> int:
        """Delete those nobody has touched for COPIES_KEPT_FOR; returns how many. One statement."""
        return self.filter(saved_at__lt=timezone.now() - COPIES_KEPT_FOR).delete()[0]


class WorkingCopy(models.Model):
    """What a coach has typed into one window of an article's form and not saved. Never shown to
    readers.

    One for each window, known by the key that its form was given: two windows then never write
    over each other, and neither has to be asked which of them is right.
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="working_copies"
    )
    # None for an article that was never saved.
    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, null=True, related_name="working_copies"
    )
    # The form's fields as they were sent: a list of values for each name.
    fields = models.JSONField(default=dict)
    # What the article was when this was begun (working_copies.fingerprint); "" for a new one.
    opened = models.CharField(max_length=64, blank=True)
    # Counts the saves, and says which window made the last of them: one that slept meanwhile does
    # not write over it.
    revision = models.PositiveIntegerField(default=1)
    window = models.CharField(max_length=36, blank=True)
    began_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(default=timezone.now, db_index=True)

    objects = WorkingCopyQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "working copies"
        indexes = [
            models.Index(fields=["coach", "article", "-saved_at"], name="working_copy_of_coach"),
        ]

    def __str__(self):
        return self.title or "An article without a title"

    def as_data(self) -> QueryDict:
        """As the form would send it again."""
        data = QueryDict(mutable=True)
        for name, values in self.fields.items():
            data.setlist(name, values)
        return data

    @property
    def title(self) -> str:
        return (self.fields.get("title") or [""])[0].strip()


class RevisionQuerySet(models.QuerySet):
    def newest_first(self):
        return self.order_by("-pk")

    def prune(self) -> int:
        """Thin out by the rule of REVISIONS_ALL_KEPT_FOR; returns how many went. One statement.

        A day is one of the site's own.
        """
        zone = timezone.get_default_timezone()
        others = Revision.objects.filter(article=OuterRef("article"))
        same_day = others.annotate(day=TruncDate("made_at", tzinfo=zone)).filter(
            day=OuterRef("day"), pk__gt=OuterRef("pk")
        )
        old = self.filter(made_at__lt=timezone.now() - REVISIONS_ALL_KEPT_FOR)
        thinned = old.annotate(day=TruncDate("made_at", tzinfo=zone)).filter(
            Exists(same_day), Exists(others.filter(pk__lt=OuterRef("pk")))
        )
        return Revision.objects.filter(pk__in=thinned.values("pk")).delete()[0]


class Revision(models.Model):
    """An article's words as one save left them. Its picture's file and its dates are not in it."""

    article = models.ForeignKey(
        "articles.Article", on_delete=models.CASCADE, related_name="revisions"
    )
    title = models.CharField(max_length=150)
    slug = models.SlugField(max_length=150, db_index=False)
    standfirst = models.TextField(blank=True)
    body = models.TextField()
    picture_alt = models.CharField(max_length=200, blank=True)
    topics = models.JSONField(default=list)  # their names, from A to Z
    # None where a program saved it, such as the import, and where the account is gone.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    made_at = models.DateTimeField(default=timezone.now)
    what = models.CharField(max_length=120)  # what it changed, in words

    objects = RevisionQuerySet.as_manager()

    class Meta:
        indexes = [models.Index(fields=["article", "-id"], name="revision_newest_first")]

    def __str__(self):
        return self.title


def _new_secret() -> str:
    return secrets.token_urlsafe(32)


def _preview_ends() -> datetime:
    return timezone.now() + PREVIEW_LASTS


class PreviewLinkQuerySet(models.QuerySet):
    def in_force(self):
        return self.filter(expires_at__gt=timezone.now())

    def prune(self) -> int:
        """Delete those that have ended. One statement."""
        return self.filter(expires_at__lte=timezone.now()).delete()[0]


class PreviewLink(models.Model):
    """Lets whoever has the link read one article before it is public. Revoked by deleting it."""

    article = models.OneToOneField(
        "articles.Article", on_delete=models.CASCADE, related_name="preview_link"
    )
    secret = models.CharField(max_length=43, unique=True, default=_new_secret, editable=False)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    made_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(default=_preview_ends)

    objects = PreviewLinkQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(secret=""), name="preview_link_has_a_secret"),
        ]

    def __str__(self):
        return f"Preview of {self.article_id}"

    def get_absolute_url(self):
        return reverse("articles:preview", args=[self.secret])

    @property
    def is_in_force(self) -> bool:
        return self.expires_at > timezone.now()
