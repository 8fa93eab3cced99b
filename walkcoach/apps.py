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
        from .setup import after_migrate

        post_migrate.connect(after_migrate, sender=self)
        mail_came.connect(take_what_came_back)
        # The coach's name and face stand on every article's page, and accounts knows no article.
        for changed in (post_save, post_delete):
            changed.connect(touch_articles, sender="accounts.CoachProfile")


def take_what_came_back(sender, raw, tokens, is_report, **kwargs):
    """Bounces of mails to subscribers come to the mailbox of the conversation."""
    from articles.subscribing import bounces

    return bounces.take(raw, tokens, is_report=is_report)


def touch_articles(sender, raw=False, **kwargs):
    """Let no cache serve a page with the coach's old face."""
    from articles.models import Article

    if not raw:
        Article.objects.all().touch()
