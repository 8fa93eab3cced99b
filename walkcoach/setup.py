"""What a database needs besides its tables: the coach's group, the menus, the cache table, the
site's name."""

from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command

from accounts.models import COACH_GROUP

# Exactly what a coach needs: write, answer, moderate, plan, and show who they are. Nothing
# of a reader's log, nothing of accounts.
COACH_PERMISSIONS = {
    "articles": [
        "add_article",
        "change_article",
        "delete_article",
        "view_article",
        "change_picture",
        "delete_picture",
        "view_picture",
        "add_topic",
        "change_topic",
        "delete_topic",
        "view_topic",
        "add_page",
        "change_page",
        "delete_page",
        "view_page",
        "add_book",
        "change_book",
        "delete_book",
        "view_book",
        "add_series",
        "change_series",
        "delete_series",
        "view_series",
        "add_part",
        "change_part",
        "delete_part",
        "view_part",
        "add_report",
        "change_report",
        "delete_report",
        "view_report",
        "view_mailing",
    ],
    "comments": [
        "view_comment",
        "change_comment",
        "view_thread",
        "change_thread",
        "add_listentry",
        "change_listentry",
        "delete_listentry",
        "view_listentry",
    ],
    "walking_log": [
        "add_plan",
        "change_plan",
        "delete_plan",
        "view_plan",
        "add_planstep",
        "change_planstep",
        "delete_planstep",
        "view_planstep",
    ],
    "walkcoach": [
        "add_articleaction",
        "change_articleaction",
        "delete_articleaction",
        "view_articleaction",
        "add_articleforknee",
        "change_articleforknee",
        "delete_articleforknee",
        "view_articleforknee",
        "change_menu",
        "view_menu",
        "add_menuentry",
        "change_menuentry",
        "delete_menuentry",
        "view_menuentry",
    ],
    "django_comments": ["can_moderate"],
    "accounts": ["view_coachprofile", "change_coachprofile"],
}


def after_migrate(sender, using, **kwargs):
    """Lay the coach's group, the menus, the cache table and the site's name; runs after each
    migrate."""
    from django.apps import apps
    from django.contrib.auth.management import create_permissions
    from django.contrib.auth.models import Group, Permission
    from django.contrib.sites.models import Site
    from django.core.cache.backends.db import BaseDatabaseCache

    from .menus.models import lay_defaults

    for app_label in COACH_PERMISSIONS:
        create_permissions(apps.get_app_config(app_label), verbosity=0, using=using)
    group, _ = Group.objects.using(using).get_or_create(name=COACH_GROUP)
    group.permissions.set(
        Permission.objects.using(using).filter(
            content_type__app_label__in=COACH_PERMISSIONS,
            codename__in=[name for names in COACH_PERMISSIONS.values() for name in names],
        )
    )
    Site.objects.using(using).update_or_create(
        pk=settings.SITE_ID,
        defaults={
            "domain": urlsplit(settings.BASE_URL).netloc[:100],
            "name": settings.SITE_NAME[:50],
        },
    )
    Site.objects.clear_cache()
    # Not when migrating back to before there were menus.
    if (state := kwargs.get("apps")) is None or "menu" in state.all_models["walkcoach"]:
        lay_defaults(using)
    if any(issubclass(_backend(cache), BaseDatabaseCache) for cache in settings.CACHES.values()):
        call_command("createcachetable", database=using, verbosity=0)


def _backend(cache):
    from django.utils.module_loading import import_string

    return import_string(cache["BACKEND"])
