"""The mail that a message to the coach becomes."""

from email.utils import formataddr

from django.conf import settings

from accounts.models import User
from articles.models import Page

from ..mail import compose


def recipients() -> list[str]:
    """The addresses of those who answer, else of the keepers; maybe nobody's. 1 query."""
    coaches = User.objects.filter(is_active=True, is_staff=True, coach_profile__isnull=False)
    found = list(coaches.order_by("pk").values_list("email", flat=True))
    return found or [address for _, address in settings.ADMINS]


def pass_on(to: list[str], *, name: str, email: str, words: str, page: Page) -> None:
    """Queue the message for each of them; an answer to it goes to whoever wrote it."""
    for address in to:
        compose(
            "contact",
            to=address,
            headers={"Reply-To": formataddr((name, email)), "Auto-Submitted": "auto-generated"},
            sender=name,
            email=email,
            words=words,
            page=page,
        ).send()
