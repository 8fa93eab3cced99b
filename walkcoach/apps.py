"""The composition root's own app, and the admin it puts in place of Django's."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig
from django.db.models.signals import post_delete, post_migrate, post_save


class WalkcoachAdminConfig(AdminConfig):
    default_site = "walkcoach.admin.CoachAdminSite"


class WalkcoachConfig(AppConfig):
    name = "walkcoach"

    def ready(self):
        from comments.inbound.signals import mail_came

        from . import checks, program_admin  # noqa: F401  they register themselves
        from .menus import admin  # noqa: F401  so does this
        from .setup import after_migrate

        post_migrate.connect(after_migrate, sender=self)
        mail_came.connect(take_what_came_back)
        # The coach's name and face stand on articles and pages, and accounts knows neither.
        for changed in (post_save, post_delete):
            changed.connect(touch_pages, sender="accounts.CoachProfile")
        # An entry goes with what it leads to, which knows no menu, and changes its words with it.
        post_delete.connect(touch_pages, sender="walkcoach.MenuEntry")
        for target in ("articles.Article", "articles.Topic"):
            post_save.connect(touch_pages_if_in_a_menu, sender=target)


def take_what_came_back(sender, raw, tokens, is_report, **kwargs):
    """Bounces of mails to subscribers come to the mailbox of the conversation."""
    from articles.subscribing import bounces

    return bounces.take(raw, tokens, is_report=is_report)


def touch_pages(sender, raw=False, **kwargs):
    """Let no cache serve a page with the coach's old face, or an entry that is gone."""
    from articles.freshness import touch_every_page

    if not raw:
        touch_every_page()


def touch_pages_if_in_a_menu(sender, instance, created, raw=False, **kwargs):
    """Let no cache serve a menu with what an article or a topic was called before. 1 query."""
    from .models import MenuEntry

    if created or raw:
        return
    if MenuEntry.objects.filter(**{sender._meta.model_name: instance.pk}).exists():
        touch_pages(sender)
