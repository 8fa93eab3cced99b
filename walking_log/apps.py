from django.apps import AppConfig
from django.db.models.signals import post_migrate


class WalkingLogConfig(AppConfig):
    name = "walking_log"
    verbose_name = "Walk log"

    def ready(self):
        post_migrate.connect(lay_plans, sender=self)


def lay_plans(sender, using, plan=(), **kwargs):
    """Lay the built-in plans. Not while migrating back, when their tables may be gone."""
    from .plans import built_in

    if not any(backwards for _, backwards in plan):
        built_in.lay(using)
