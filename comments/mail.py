"""The conversation's mails. Each is queued in the transaction of what it tells of."""

import re
from collections.abc import Sequence
from email.utils import format_datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from articles.models import Article

from . import tokens
from .inbound import address
from .models import AnswerPage, Comment, Correspondent, Follower, MailedAnswer, Notice, Thread

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
    compose(
        "ask-to-confirm",
        to=comment.user_email,
        headers=_AUTOMATIC,
        article=article,
        is_private=comment.is_question and Thread.objects.get(pk=comment.pk).is_private,
        link=absolute(link),
        days=tokens.CONFIRM_WITHIN.days,
    ).send()


def notice(
    kind: Notice.Kind,
    comment: Comment,
    thread: Thread,
    follower: Follower,
    correspondent: Correspondent,
) -> EmailMultiAlternatives:
    """Tell one follower of one comment. Only the coach's words are in it.

    What others wrote can be answered by mail, where the site takes such answers.
    """
    stop = absolute(reverse("comments:unsubscribe", args=[tokens.to_unsubscribe(follower)]))
    headers = {**_of_thread(thread), **_one_click(stop)}
    if can_reply := address.is_on() and kind != Notice.Kind.PUBLISHED:
        headers["Reply-To"] = address.for_follower(comment, follower)
    return compose(
        _TEMPLATES[kind],
        to=follower.email,
        headers=headers,
        marker=address.MARKER if can_reply else "",
        is_private=thread.is_hidden,
        article=thread.article,
        comment=comment,
        link=_link(kind, comment, thread, follower),
        stop=stop,
        **_wishes(correspondent),
    )


def question(
    comment: Comment, thread: Thread, coach: User, correspondent: Correspondent
) -> EmailMultiAlternatives:
    """Tell a coach of a reader's comment that waits; an answer to the mail answers it."""
    wishes = _wishes(correspondent)
    return compose(
        "tell-of-question",
        to=correspondent.email,
        headers={
            **_of_thread(thread),
            **_one_click(wishes["stop_all"]),
            "Reply-To": address.for_coach(comment, coach),
        },
        marker=address.MARKER,
        is_private=thread.is_hidden,
        is_held=comment.state == Comment.State.HELD,
        needs_press=not settings.INBOUND_AUTHSERV_ID,
        article=thread.article,
        comment=comment,
        link=desk(),
        **wishes,
    )


def about_reply(email: str, name: str, *, in_reply_to: str = "", **context: Any) -> None:
    """Tell whoever answered by mail what became of it; only what came from them is in it.

    `name` is that of the templates. The caller has checked who they are, and keeps the limits.
    """
    headers = {"Auto-Submitted": "auto-replied"}
    if re.fullmatch(r"<[!-;=?-~]{1,250}>", in_reply_to):
        headers |= {"In-Reply-To": in_reply_to, "References": in_reply_to}
    compose(name, to=email, headers=headers, **context).send()


def answer_to_confirm(answer: MailedAnswer) -> str:
    """Where the coach confirms an answer that came by mail."""
    return absolute(reverse("comments:mailed_answer", args=[tokens.to_mailed_answer(answer)]))


def desk() -> str:
    """Where the coach finds all that waits."""
    return absolute(reverse("desk"))


def digest(
    correspondent: Correspondent,
    told: Sequence[tuple[Notice, Thread, Follower | None]],
    *,
    more: int,
) -> EmailMultiAlternatives:
    """Tell one address of many comments, and of how many more there are.

    To a coach, of what waits in threads that they do not follow.
    """
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
    return compose(
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
        waits=bool(told) and all(follower is None for _, _, follower in told),
        **wishes,
    )


def where_to_read(comment: Comment, thread: Thread, *, user_id: int | None) -> str:
    """The address that a mail gives: the permalink, or the page of a hidden thread's asker."""
    if not thread.is_hidden:
        return absolute(comment.get_absolute_url())
    if user_id is not None:
        return absolute(reverse("comments:private", args=[thread.pk]))
    return absolute(reverse("comments:private_by_link", args=[tokens.to_private(thread)]))


def _link(kind: Notice.Kind, comment: Comment, thread: Thread, follower: Follower | None) -> str:
    """What a notice leads to: the comment, or the page that asks whether the answer helped; for a
    coach, who follows no thread, the desk."""
    if follower is None:
        return desk()
    if kind == Notice.Kind.OUTCOME:
        return absolute(reverse("comments:outcome", args=[tokens.to_outcome(thread)]))
    return where_to_read(comment, thread, user_id=follower.user_id)


def suggest_making_public(thread: Thread, article: Article) -> None:
    """Ask the asker of a private question whether all readers may see it. Quotes nothing."""
    root = thread.root
    if not root.user_email:
        return
    compose(
        "suggest-public",
        to=root.user_email,
        headers=_AUTOMATIC,
        article=article,
        link=where_to_read(root, thread, user_id=root.user_id),
    ).send()


def tell_of_answer_page(page: AnswerPage, thread: Thread) -> None:
    """Tell the asker what the coach would show on a page of its own, and ask whether they mind.

    To whoever follows the thread; one row of the outbox.
    """
    follower = thread.followers.active().get(email__iexact=thread.root.user_email)
    stop = absolute(reverse("comments:unsubscribe", args=[tokens.to_unsubscribe(follower)]))
    compose(
        "tell-of-answer-page",
        to=follower.email,
        headers={**_of_thread(thread), **_one_click(stop)},
        article=thread.article,
        link=absolute(reverse("comments:answer_page", args=[tokens.to_answer_page(thread)])),
        opens=page.opens_at,
        stop=stop,
    ).send()


def lead_to_own(email: str) -> None:
    """A guest's way back to everything their address wrote."""
    link = reverse("comments:mine_by_link", args=[tokens.to_own(email)])
    compose("lead-to-own", to=email, headers=_AUTOMATIC, link=absolute(link)).send()


def compose(
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
        "preferences": absolute(reverse("comments:preferences", args=[token])),
        "stop_all": absolute(reverse("comments:unsubscribe_all", args=[token])),
    }


def _host() -> str:
    return urlsplit(settings.BASE_URL).hostname or "localhost"


def absolute(path: str) -> str:
    """A page's whole address, as a mail has to give it."""
    return f"{settings.BASE_URL}{path}"
