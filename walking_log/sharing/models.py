"""Grants: the only way by which anybody but its owner sees anything of a log."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone


class ShareGrantQuerySet(models.QuerySet):
    def in_force(self, now: datetime | None = None):
        """Those that hold now: begun, not ended, not taken back. The only door for a coach."""
        now = now or timezone.now()
        return self.filter(since__lte=now, until__gt=now, revoked_at=None)

    def newest_first(self):
        return self.order_by("-since", "-pk")


class ShareGrant(models.Model):
    """A reader lets one coach see parts of their log until a day, or until they say stop.

    A grant is never widened: other parts or a later end are another grant, which replaces it, so
    that what was agreed to when can always be told (GDPR article 7(1)).
    """

    class Scope(models.TextChoices):
        """Parts of a log; each is given by itself."""

        WALKS = "walks", "Minutes, distance, minutes before pain, and the plan’s step"
        COMFORT = "comfort", "How each knee felt, and red flags"
        SPOTS = "spots", "Where it hurt"
        NOTES = "notes", "My notes"

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="share_grants"
    )
    coach = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="shared_with_me"
    )
    walks = models.BooleanField(default=False)
    comfort = models.BooleanField(default=False)
    spots = models.BooleanField(default=False)
    notes = models.BooleanField(default=False)
    since = models.DateTimeField(default=timezone.now)
    until = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    # The words they agreed to, by version (sharing/grants.py).
    consent_version = models.CharField(max_length=20)

    objects = ShareGrantQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "coach"],
                condition=Q(revoked_at=None),
                name="share_grant_one_not_taken_back",
            ),
            models.CheckConstraint(
                condition=Q(walks=True) | Q(comfort=True) | Q(spots=True) | Q(notes=True),
                name="share_grant_of_something",
            ),
            models.CheckConstraint(
                condition=Q(until__gt=F("since")), name="share_grant_ends_after_it_begins"
            ),
        ]

    def __str__(self):
        return f"{self.owner} to {self.coach} until {self.until:%Y-%m-%d}"

    @property
    def scopes(self) -> tuple[str, ...]:
        """The parts it gives, in the order of `Scope`."""
        return tuple(scope.value for scope in self.Scope if getattr(self, scope.value))

    @property
    def scope_words(self) -> list[str]:
        return [self.Scope(scope).label for scope in self.scopes]

    @property
    def is_in_force(self) -> bool:
        return self.revoked_at is None and self.since <= timezone.now() < self.until


class Look(models.Model):
    """One look of a coach at what was shared; its owner can read them all."""

    class Where(models.TextChoices):
        DESK = "desk", "beside your question"
        PAGE = "page", "on a page of its own"

    grant = models.ForeignKey(ShareGrant, on_delete=models.CASCADE, related_name="looks")
    at = models.DateTimeField(default=timezone.now)
    where = models.CharField(max_length=4, choices=Where)

    class Meta:
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.grant.coach} at {self.at:%Y-%m-%d %H:%M}"
