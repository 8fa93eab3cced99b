"""The words that subscribers agree to. A change of them is a new VERSION."""

from django.conf import settings

VERSION = "2026-11"


def words() -> str:
    """What stands above the button, and is kept with the time of its press."""
    return (
        f"{settings.SITE_NAME} may mail me new articles, at once or once a week, until I stop it. "
        "Each mail has a link for that. Nobody else gets my address, and nobody counts what I "
        "open or press."
    )
