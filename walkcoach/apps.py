"""The composition root's own app, and the admin it puts in place of Django's."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_delete, post_migrate, post_save


class WalkcoachAdminConfig(AdminConfig):
    default_site = "walkcoach.admin.CoachAdminSite"


class WalkcoachConfig(AppConfig):
    name = "walkcoach"

    def ready(self):
        from . import checks, program_admin  # noqa: F401  they register themselves
        from .menus import admin  # noqa: F401  so does this
        from .setup import after_migrate

        post_migrate.connect(after_migrate, sender=self)
        # The coach's name and face stand on articles and pages, and accounts knows neither.
        for changed in (post_save, post_delete):
            changed.connect(touch_pages, sender="accounts.CoachProfile")


def touch_pages(sender, raw=False, **kwargs):
    """Let no cache serve a page with the coach's old face."""
    from articles.freshness import touch_every_page

    if not raw:
        touch_every_page()
