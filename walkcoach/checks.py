"""System checks of the keeper's settings, each with a hint."""

from django.conf import settings
from django.core.checks import Tags, Warning, register
from django.db import connections

LOOPBACK = {"localhost", "127.0.0.1", "::1"}


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


@register
def answers_by_mail_have_an_address(app_configs, **kwargs):
    if not settings.INBOUND_MAILBOX or settings.REPLY_ADDRESS:
        return []
    return [
        Warning(
            "INBOUND_URL is set and REPLY_ADDRESS is not: no mail asks for answers.",
            hint="Set REPLY_ADDRESS, for example reply+TOKEN@walk.example.",
            id="walkcoach.W003",
        )
    ]


@register(Tags.security, deploy=True)
def the_mailbox_is_asked_in_secret(app_configs, **kwargs):
    mailbox = settings.INBOUND_MAILBOX
    if not mailbox or mailbox["security"] != "none" or mailbox["host"] in LOOPBACK:
        return []
    return [
        Warning(
            "INBOUND_URL begins with imap://, which sends its password in clear.",
            hint="Use imaps://, or imap+tls:// for STARTTLS.",
            id="walkcoach.W004",
        )
    ]


@register(Tags.database)
def no_page_is_hidden(app_configs, databases=None, **kwargs):
    """An upgrade may bring an address that a page of the coach's has had for years."""
    from articles.models import Page
    from articles.pages.addresses import own_addresses

    hidden = []
    for alias in databases or ():
        if Page._meta.db_table in connections[alias].introspection.table_names():
            hidden += Page.objects.using(alias).filter(slug__in=own_addresses())
    return [
        Warning(
            f"The page “{page}” cannot be reached: the site itself now answers at /{page.slug}/.",
            hint="Give it another address, in the writing room under Pages.",
            id="walkcoach.W005",
        )
        for page in hidden
    ]
