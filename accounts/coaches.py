"""Who is a coach: staff, in the coach's group, with a public profile. All three or none."""

from django.contrib.auth.models import Group
from django.db import transaction

from .models import COACH_GROUP, CoachProfile, User
from .names import fold


def appoint(profile: CoachProfile) -> None:
    """Save a profile, and let its user write and answer. Harmless twice."""
    with transaction.atomic():
        profile.save()
        profile.user.is_staff = True
        profile.user.save(update_fields=["is_staff"])
        group, _ = Group.objects.get_or_create(name=COACH_GROUP)
        profile.user.groups.add(group)


def dismiss(profile: CoachProfile) -> None:
    """Undo `appoint`. The account stays, a reader's; a superuser stays staff."""
    with transaction.atomic():
        user = profile.user
        profile.delete()
        user.groups.remove(*user.groups.filter(name=COACH_GROUP))
        user.is_staff = user.is_superuser
        user.save(update_fields=["is_staff"])


def is_reserved(name: str, but_for: User | None = None) -> bool:
    """Whether readers would take a name for a coach's: the word alone is enough.

    A coach (`but_for`) may have any name but another coach's. One query, two for staff.
    """
    if but_for is not None and but_for.is_coach:
        return CoachProfile.objects.exclude(user=but_for).have_the_name(name)
    return "coach" in fold(name) or CoachProfile.objects.have_the_name(name)
