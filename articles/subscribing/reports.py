"""The free report: asked for by an address, confirmed by its mail, fetched for a while."""

from datetime import timedelta

from django.core.files.storage import Storage
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from . import limits, mail, subscriptions
from .models import FORGET_UNCONFIRMED_AFTER, Report, ReportRequest

# A long weekend away from the mail.
LINK_WORKS_FOR = timedelta(hours=72)
# A phone, a computer and a friend's printer, each with a slip; not a link on a forum.
DOWNLOADS_PER_LINK = 5
# Then only the numbers are kept.
FORGET_ADDRESS_AFTER = timedelta(days=180)


def ask(report: Report, email: str, ip_address: str | None, *, wants_articles: bool) -> None:
    """Mail the link, whoever's address it is. One transaction. Raises `limits.OverLimit`."""
    with transaction.atomic():
        limits.spend_mail(email, ip_address)
        request, is_new = ReportRequest.objects.select_for_update().get_or_create(
            report=report, email=email.lower(), defaults={"wants_articles": wants_articles}
        )
        if not is_new:
            request.wants_articles = wants_articles
        _mail_link(request)


def mail_again(request: ReportRequest, ip_address: str | None) -> None:
    """A new link to the same address. Raises `limits.OverLimit`."""
    with transaction.atomic():
        limits.spend_mail(request.email, ip_address)
        _mail_link(ReportRequest.objects.select_for_update().get(pk=request.pk))


def _mail_link(request: ReportRequest) -> None:
    request.mailed_at = timezone.now()
    request.downloads_of_link = 0
    request.save()
    hours = int(LINK_WORKS_FOR / timedelta(hours=1))
    mail.report_link(request, hours=hours, downloads=DOWNLOADS_PER_LINK).send()


def works(request: ReportRequest) -> bool:
    """Whether its link still leads to the file."""
    is_young = timezone.now() - request.mailed_at < LINK_WORKS_FOR
    return request.report.is_offered and is_young and has_downloads_left(request)


def has_downloads_left(request: ReportRequest) -> bool:
    return request.downloads_of_link < DOWNLOADS_PER_LINK


def confirm(request: ReportRequest, *, wants_articles: bool) -> None:
    """Whoever reads this mailbox wants the report, and new articles if they say so. Harmless
    twice."""
    with transaction.atomic():
        unconfirmed = ReportRequest.objects.filter(pk=request.pk, confirmed_at__isnull=True)
        unconfirmed.update(confirmed_at=timezone.now())
        if wants_articles:
            subscriptions.subscribe(request.email)
            ReportRequest.objects.filter(pk=request.pk).update(wants_articles=False)


def count_download(request: ReportRequest) -> bool:
    """Whether one was left; taken by one statement, so two at once cannot share the last."""
    left = ReportRequest.objects.filter(
        pk=request.pk, downloads_of_link__lt=DOWNLOADS_PER_LINK, confirmed_at__isnull=False
    )
    return bool(
        left.update(downloads_of_link=F("downloads_of_link") + 1, downloads=F("downloads") + 1)
    )


def delete_file(storage: Storage, name: str) -> None:
    """Once the row no longer names it."""
    if name:
        transaction.on_commit(lambda: storage.delete(name))


def prune() -> None:
    """Forget addresses that asked and never confirmed, and those that had theirs long ago; the
    numbers stay. Two statements by the worker."""
    now = timezone.now()
    named = ReportRequest.objects.exclude(email="")
    unconfirmed = named.filter(
        confirmed_at__isnull=True, mailed_at__lt=now - FORGET_UNCONFIRMED_AFTER
    )
    unconfirmed.update(email="")
    named.filter(mailed_at__lt=now - FORGET_ADDRESS_AFTER).update(email="")


def forget(email: str) -> None:
    """Take an address out of what it asked for; the numbers stay."""
    ReportRequest.objects.filter(email=email.lower()).update(email="")
