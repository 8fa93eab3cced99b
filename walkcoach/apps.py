"""The composition root's own app, and the admin it puts in place of Django's."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_migrate


class WalkcoachAdminConfig(AdminConfig):
    default_site = "walkcoach.admin.CoachAdminSite"


class WalkcoachConfig(AppConfig):
    name = "walkcoach"

    def ready(self):
        from . import checks  # noqa: F401  registers the system checks
        from .setup import after_migrate

        post_migrate.connect(after_migrate, sender=self)
