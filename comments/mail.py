"""The conversation's mails. Each is queued in the transaction of what it tells of."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.template.loader import render_to_string
from django.urls import reverse

from articles.models import Article

from . import tokens
from .models import Comment, Thread

# RFC 3834: so that nobody's out-of-office replies to it.
_AUTOMATIC = {"Auto-Submitted": "auto-generated"}


def ask_to_confirm(comment: Comment, article: Article) -> None:
    """Ask a guest to confirm their comment.

    Holds nothing that they typed: the address may be someone else's, and the mail a stranger's
    way to write to them.
    """
    link = reverse("comments:confirm", args=[tokens.to_confirm(comment)])
    _compose(
        "ask-to-confirm",
        to=comment.user_email,
        headers=_AUTOMATIC,
        article=article,
        link=_absolute(link),
        days=tokens.CONFIRM_WITHIN.days,
    ).send()


def tell_of_answer(comment: Comment, thread: Thread, article: Article) -> None:
    """Tell those who follow the thread that the coach has answered. One mail each, one query."""
    mails = []
    for follower in thread.followers.active().exclude(user_id=comment.user_id):
        stop = _absolute(reverse("comments:unsubscribe", args=[tokens.to_unsubscribe(follower)]))
        mails.append(
            _compose(
                "tell-of-answer",
                to=follower.email,
                headers={**_of_thread(thread), **_one_click(stop)},
                article=article,
                comment=comment,
                link=_absolute(comment.get_absolute_url()),
                stop=stop,
            )
        )
    if mails:
        get_connection().send_messages(mails)


def _compose(
    name: str, *, to: str, headers: dict[str, str], **context: Any
) -> EmailMultiAlternatives:
    """A mail from its three templates: subject, plain text, and the same as HTML."""
    context["site_name"] = settings.SITE_NAME
    subject, text, html = (
        render_to_string(f"comments/mail/{name}-{part}", context)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    # One line, whatever stands in a title: a header ends where its line does.
    mail = EmailMultiAlternatives(" ".join(subject.split()), text, to=[to], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def _of_thread(thread: Thread) -> dict[str, str]:
    """Makes a mail client show a thread's mails together, and lets it sort them."""
    host = urlsplit(settings.BASE_URL).hostname or "localhost"
    first = f"<thread-{thread.pk}@{host}>"
    return {
        **_AUTOMATIC,
        "References": first,
        "In-Reply-To": first,
        "List-Id": f"<thread-{thread.pk}.{host}>",
    }


def _one_click(address: str) -> dict[str, str]:
    """RFC 8058: the mail client's own unsubscribe button posts to this address."""
    return {
        "List-Unsubscribe": f"<{address}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }


def _absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"
