"""The conversation's mails. Each is queued in the transaction of what it tells of."""

from collections.abc import Sequence
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from articles.models import Article

from . import tokens
from .models import Comment, Correspondent, Follower, Notice, Thread

# RFC 3834: so that nobody's out-of-office replies to it.
_AUTOMATIC = {"Auto-Submitted": "auto-generated"}

_TEMPLATES = {
    Notice.Kind.PUBLISHED: "tell-of-publication",
    Notice.Kind.ANSWER: "tell-of-answer",
    Notice.Kind.REPLY: "tell-of-reply",
    Notice.Kind.OUTCOME: "ask-whether-it-helped",
}


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
        is_private=comment.is_question and Thread.objects.get(pk=comment.pk).is_private,
        link=_absolute(link),
        days=tokens.CONFIRM_WITHIN.days,
    ).send()


def notice(
    kind: Notice.Kind,
    comment: Comment,
    thread: Thread,
    follower: Follower,
    correspondent: Correspondent,
) -> EmailMultiAlternatives:
    """Tell one follower of one comment. Only the coach's words are in it."""
    stop = _absolute(reverse("comments:unsubscribe", args=[tokens.to_unsubscribe(follower)]))
    return _compose(
        _TEMPLATES[kind],
        to=follower.email,
        headers={**_of_thread(thread), **_one_click(stop)},
        article=thread.article,
        comment=comment,
        link=_link(kind, comment, thread, follower),
        stop=stop,
        **_wishes(correspondent),
    )


def digest(
    correspondent: Correspondent,
    told: Sequence[tuple[Notice, Thread, Follower]],
    *,
    more: int,
) -> EmailMultiAlternatives:
    """Tell one address of many comments, and of how many more there are."""
    wishes = _wishes(correspondent)
    items = [
        {
            "kind": notice.kind,
            "comment": notice.comment,
            "article": thread.article,
            "link": _link(Notice.Kind(notice.kind), notice.comment, thread, follower),
        }
        for notice, thread, follower in told
    ]
    return _compose(
        "digest",
        to=correspondent.email,
        headers={
            **_AUTOMATIC,
            "List-Id": f"<digest.{_host()}>",
            **_one_click(wishes["stop_all"]),
        },
        items=items,
        count=len(items) + more,
        more=more,
        **wishes,
    )


def where_to_read(comment: Comment, thread: Thread, *, user_id: int | None) -> str:
    """The address that a mail gives: the permalink, or the page of a hidden thread's asker."""
    if not thread.is_hidden:
        return _absolute(comment.get_absolute_url())
    if user_id is not None:
        return _absolute(reverse("comments:private", args=[thread.pk]))
    return _absolute(reverse("comments:private_by_link", args=[tokens.to_private(thread)]))


def _link(kind: Notice.Kind, comment: Comment, thread: Thread, follower: Follower) -> str:
    """What a notice leads to: the comment, or the page that asks whether the answer helped."""
    if kind == Notice.Kind.OUTCOME:
        return _absolute(reverse("comments:outcome", args=[tokens.to_outcome(thread)]))
    return where_to_read(comment, thread, user_id=follower.user_id)


def suggest_making_public(thread: Thread, article: Article) -> None:
    """Ask the asker of a private question whether all readers may see it. Quotes nothing."""
    root = thread.root
    if not root.user_email:
        return
    _compose(
        "suggest-public",
        to=root.user_email,
        headers=_AUTOMATIC,
        article=article,
        link=where_to_read(root, thread, user_id=root.user_id),
    ).send()


def lead_to_own(email: str) -> None:
    """A guest's way back to everything their address wrote."""
    link = reverse("comments:mine_by_link", args=[tokens.to_own(email)])
    _compose("lead-to-own", to=email, headers=_AUTOMATIC, link=_absolute(link)).send()


def _compose(
    name: str, *, to: str, headers: dict[str, str], **context: Any
) -> EmailMultiAlternatives:
    """A mail from its three templates: subject, plain text, and the same as HTML."""
    context["site_name"] = settings.SITE_NAME
    subject, text, html = (
        render_to_string(f"comments/mail/{name}-{part}", context)
        for part in ("subject.txt", "body.txt", "body.html")
    )
    # Of now and not of the sending, so that a mail sent twice is the same mail.
    headers = {"Date": format_datetime(timezone.now()), **headers}
    # One line, whatever stands in a title: a header ends where its line does.
    mail = EmailMultiAlternatives(" ".join(subject.split()), text, to=[to], headers=headers)
    mail.attach_alternative(html, "text/html")
    return mail


def _of_thread(thread: Thread) -> dict[str, str]:
    """Makes a mail client show a thread's mails together, and lets it sort them."""
    host = _host()
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


def _wishes(correspondent: Correspondent) -> dict[str, str]:
    """The addresses at the foot of each mail about threads."""
    token = tokens.to_preferences(correspondent)
    return {
        "preferences": _absolute(reverse("comments:preferences", args=[token])),
        "stop_all": _absolute(reverse("comments:unsubscribe_all", args=[token])),
    }


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def _absolute(path: str) -> str:
    return f"{settings.BASE_URL}{path}"
