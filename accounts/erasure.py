"""The end of an account."""

from django.db import models, transaction
from post_office.models import Email

from .models import User
from .signals import account_will_be_erased


class CannotErase(Exception):
    """Others depend on the account: its coach's profile, or its articles."""


def leave(user: User) -> None:
    """Erase one's own account. Raises `CannotErase` for coaches and superusers, and as `erase`."""
    if user.is_coach or user.is_superuser:
        raise CannotErase
    erase(user)


def erase(user: User) -> None:
    """Erase an account with all it owns, its walks among them, and the mails to its address.

    What it wrote for others is made anonymous by those who listen to `account_will_be_erased`.
    One transaction. Raises `CannotErase` for whoever has written articles.
    """
    try:
        with transaction.atomic():
            account_will_be_erased.send(sender=User, user=user)
            Email.objects.filter(to__iexact=user.email).delete()
            storage, portrait = user.portrait.storage, user.portrait.name
            if portrait:
                transaction.on_commit(lambda: storage.delete(portrait))
            user.delete()
    except models.ProtectedError:
        raise CannotErase from None
