"""A reader's own picture beside their name: uploaded here, never fetched from elsewhere."""

from django.core.files.base import ContentFile
from django.db import transaction

from .models import User
from .signals import portrait_changed

# Pixels each way; shown at a quarter of that, so it is sharp on every screen.
PORTRAIT_WIDTH = 256


def show(user: User, picture: ContentFile | None) -> None:
    """Show this picture (`pictures.reencode` has made it) beside the name, or none. Harmless twice.

    The old file goes once the row is committed, so no row ever names a file that is gone.
    """
    with transaction.atomic():
        before = User.objects.select_for_update().get(pk=user.pk).portrait
        storage, old = before.storage, before.name
        user.portrait = picture or ""
        user.save(update_fields=["portrait"])
        portrait_changed.send(sender=User, user=user)
        if old:
            transaction.on_commit(lambda: storage.delete(old))
