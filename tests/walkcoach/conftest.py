"""A second coach, for what two do at once."""

from django.test import Client

from tests.conftest import _person, signed_in


def make_second_coach(coach):
    """Solveig, beside Marit."""
    from accounts.models import CoachProfile

    user = _person(type(coach), "solveig@example.com", "Solveig", is_staff=True)
    user.groups.set(coach.groups.all())
    CoachProfile.objects.create(user=user, name="Solveig", line="Also a coach.")
    return user


def second_coach(coach) -> Client:
    """Her, signed in."""
    return signed_in(Client, make_second_coach(coach))
