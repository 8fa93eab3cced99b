"""System checks of the keeper's settings, each with a hint."""

from zoneinfo import available_timezones

from django.conf import settings
from django.core.checks import Error, Tags, Warning, register

LOCAL_HOSTS = {"127.0.0.1", "localhost", "[::1]", "testserver"}


@register(Tags.compatibility)
def time_zone_exists(app_configs, **kwargs):
    if settings.TIME_ZONE in available_timezones():
        return []
    return [
        Error(
            f"TIME_ZONE is {settings.TIME_ZONE!r}, which no time zone is called.",
            hint="Use a name such as Europe/Oslo or America/New_York.",
            id="walkcoach.E001",
        )
    ]


@register(Tags.security, deploy=True)
def demo_is_off(app_configs, **kwargs):
    if not settings.DEMO:
        return []
    return [
        Warning(
            "WALKCOACH_DEMO is on: load_demo may create logins whose password is public.",
            hint="Unset WALKCOACH_DEMO.",
            id="walkcoach.W001",
        )
    ]


@register(Tags.security, deploy=True)
def mail_leaves_the_machine(app_configs, **kwargs):
    backend = settings.POST_OFFICE["BACKENDS"]["default"]
    if backend.endswith("smtp.EmailBackend") or settings.DEMO:
        return []
    return [
        Warning(
            f"Mail goes to {backend}, not to a mail server: nobody receives their answers.",
            hint="Set EMAIL_URL, for example smtp+tls://user:password@host:587.",
            id="walkcoach.W002",
        )
    ]
