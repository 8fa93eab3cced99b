"""Giving a coach a look, taking it back, and what may be seen: the grant, and nothing else."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from accounts.models import CoachProfile, User

from .models import Look, ShareGrant

# Of the words on the sharing page; a new version is a new consent.
CONSENT_VERSION = "2026-11"
# How long a reader may share for: days, and in words. It always ends by itself.
LENGTHS = {14: "Two weeks", 42: "Six weeks", 91: "Three months"}
DEFAULT_LENGTH = 42
# The desk is opened many times in one morning; the reader is told of a look once in this time.
LOOKS_APART = datetime.timedelta(minutes=30)
# Of the list on the sharing page.
LOOKS_SHOWN = 100


def coaches() -> QuerySet[CoachProfile]:
    """Those whom a log can be shared with."""
    return CoachProfile.objects.filter(user__is_active=True, user__is_staff=True).select_related(
        "user"
    )


def give(reader: User, coach: User, scopes: Iterable[str], days: int) -> ShareGrant:
    """Share these parts for so many days from now; what was shared with this coach is replaced."""
    now = timezone.now()
    given = set(scopes)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=reader.pk)
        _take_back(reader.share_grants.filter(coach=coach), now)
        return ShareGrant.objects.create(
            owner=reader,
            coach=coach,
            since=now,
            until=now + datetime.timedelta(days=days),
            consent_version=CONSENT_VERSION,
            **{scope.value: scope.value in given for scope in ShareGrant.Scope},
        )


def take_back(grant: ShareGrant) -> None:
    """Nothing of it can be seen from now on. Harmless twice."""
    _take_back(ShareGrant.objects.filter(pk=grant.pk), timezone.now())


def _take_back(grants: QuerySet[ShareGrant], now: datetime.datetime) -> None:
    grants.filter(revoked_at=None).update(revoked_at=now)


def seen_by(coach: User, owners: Iterable[int]) -> dict[int, ShareGrant]:
    """The grants by which this coach may look into the logs of these people, by owner. 1 query."""
    grants = ShareGrant.objects.in_force().filter(coach=coach, owner_id__in=set(owners))
    return {grant.owner_id: grant for grant in grants.select_related("owner")}


def note_looks(grants: Iterable[ShareGrant], where: str) -> None:
    """Write down that the coach looked, once in LOOKS_APART for each grant. 1 query, 1 insert."""
    grants = list(grants)
    if not grants:
        return
    recent = set(
        Look.objects.filter(
            grant__in=grants, where=where, at__gt=timezone.now() - LOOKS_APART
        ).values_list("grant_id", flat=True)
    )
    Look.objects.bulk_create(
        Look(grant=grant, where=where) for grant in grants if grant.pk not in recent
    )
