"""The mails to subscribers. What many get at once is marked as bulk, which the outbox sends after
everything that somebody waits for.

None has a picture from elsewhere, none a link or an address by which an opening or a press could be
counted.
"""

from collections.abc import Sequence
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from ..models import Article
from . import return_address, tokens
from .models import ReportRequest, Subscriber

# RFC 3834: so that nobody's out-of-office replies to it.
_AUTOMATIC = {"Auto-Submitted": "auto-generated"}


def ask_to_confirm(subscriber: Subscriber) -> EmailMultiAlternatives:
    """Ask the owner of an address whether it was them.

    Holds nothing that anybody typed: the address may be someone else's, and the mail a stranger's
    way to write to them.
    """
    return _compose(
        "confirm",
        to=subscriber.email,
        headers=_AUTOMATIC,
        link=absolute(reverse("subscribing:confirm", args=[tokens.to_confirm(subscriber)])),
        days=tokens.CONFIRM_WITHIN.days,
    )


def already_subscribed(subscriber: Subscriber) -> EmailMultiAlternatives:
    """To a subscriber who asks again: the way to what they chose."""
    return _compose(
        "already", to=subscriber.email, headers=_AUTOMATIC, link=preferences_link(subscriber)
    )


def new_article(article: Article, subscriber: Subscriber) -> EmailMultiAlternatives:
    """One article, to one who wants them at once. No query where its topics are prefetched."""
    return _to_subscriber("new-article", subscriber, article=article, link=_read(article))


def issue(subscriber: Subscriber, articles: Sequence[Article], more: int) -> EmailMultiAlternatives:
    """Several articles, newest first, and how many more there are."""
    items = [{"article": article, "link": _read(article)} for article in articles]
    return _to_subscriber(
        "issue",
        subscriber,
        items=items,
        more=more,
        others=len(items) - 1 + more,
        all_link=absolute(reverse("articles:list")),
    )


def report_link(request: ReportRequest, *, hours: int, downloads: int) -> EmailMultiAlternatives:
    """The link to a free report, to the address that asked for it. Holds nothing they typed."""
    return _compose(
        "report",
        to=request.email,
        headers=_AUTOMATIC,
        report=request.report,
        wants_articles=request.wants_articles,
        link=absolute(reverse("subscribing:report_by_link", args=[tokens.to_report(request)])),
        hours=hours,
        downloads=downloads,
    )


def preferences_link(subscriber: Subscriber) -> str:
    return absolute(reverse("subscribing:preferences", args=[tokens.to_preferences(subscriber)]))


def _to_subscriber(name: str, subscriber: Subscriber, **context: Any) -> EmailMultiAlternatives:
    """What they subscribed to, with the ways out of it.

    RFC 8058: the mail program's own button posts to the first address of List-Unsubscribe. The
    second is for programs that only mail.
    """
    stop = absolute(reverse("subscribing:stop", args=[tokens.to_stop(subscriber)]))
    ways_out = [f"<{stop}>"]
    if mailto := return_address.to_stop(subscriber):
        ways_out.append(f"<mailto:{mailto}?subject=Stop>")
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    headers = {
        **_AUTOMATIC,
        "Precedence": "bulk",
        "List-Id": f"<new-articles.{host}>",
        "List-Unsubscribe": ", ".join(ways_out),
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    mail = _compose(
        name,
        to=subscriber.email,
        headers=headers,
        stop=stop,
        preferences=preferences_link(subscriber),
        is_weekly=subscriber.rhythm == Subscriber.Rhythm.WEEKLY,
        **context,
    )
    if comes_back_to := return_address.to_bounce(subscriber):
        # The envelope's sender is where what cannot be delivered comes back to; readers see From.
        mail.extra_headers["From"] = settings.DEFAULT_FROM_EMAIL
        mail.from_email = comes_back_to
    return mail


def _compose(
    name: str, *, to: str, headers: dict[str, str], **context: Any
) -> EmailMultiAlternatives:
    """A mail from its three templates: subject, plain text, and the same as HTML."""
    context["site_name"] = settings.SITE_NAME
    context["base_url"] = settings.BASE_URL
    subject, text, html = (
        render_to_string(f"articles/mail/{name}-{part}", context)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    # Of now and not of the sending, so that a mail sent twice is the same mail.
    headers = {"Date": format_datetime(timezone.now()), **headers}
    # One line, whatever stands in a title: a header ends where its line does.
    mail = EmailMultiAlternatives(" ".join(subject.split()), text, to=[to], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def _read(article: Article) -> str:
    return absolute(article.get_absolute_url())


def absolute(path: str) -> str:
    """A page's whole address, as a mail has to give it."""
    return f"{settings.BASE_URL}{path}"
