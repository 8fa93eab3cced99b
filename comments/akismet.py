"""Akismet, for keepers who set AKISMET_KEY: a second opinion on spam, from outside.

A comment never waits for it. It is stored, confirmed and published as if there were no Akismet; a
row asks for a check, in the same transaction, and the worker sees to it within seconds. A guest's
comment is mostly judged before its writer has opened the mail that confirms it, and then held
there and then; what is published already is held after all, unless the coach has spoken. While
Akismet is away the rows wait, and nothing else does.

What it is shown: the words, the name, the network address, the article's address. Never an e-mail,
nothing that was asked in private, nothing the coach wrote.

The interface: https://akismet.com/developers/detailed-docs/ (comment-check, submit-spam,
submit-ham).
"""

from datetime import timedelta

import requests
from django.conf import settings
from django.db.models import F, Q, QuerySet
from django.utils import timezone

from articles.models import Article

from .models import AkismetCheck, Comment, Thread

Verdict = AkismetCheck.Verdict

ADDRESS = "https://rest.akismet.com/1.1/"
TIMEOUT = 3.05, 5  # seconds to reach it, and between its bytes
# What has not been answered by then says little about what stands on the page since.
GIVE_UP_AFTER = timedelta(days=1)
# The coach may change their mind for as long.
FORGET_AFTER = timedelta(days=30)
# In one go, so that the mail does not wait for many.
MOST_AT_ONCE = 20


class Unreachable(OSError):
    """Akismet is away, slow, or says something that it should not. The check stays due."""


def ask_later(comment: Comment, thread: Thread) -> None:
    """Have Akismet asked about a comment, or again after its words have changed.

    Inside the transaction that writes it. One or two queries where it is used, else none.
    """
    if settings.AKISMET_KEY and not comment.by_coach and not thread.is_private:
        AkismetCheck.objects.update_or_create(
            comment=comment,
            defaults={
                "verdict": Verdict.UNKNOWN,
                "coach_says": Verdict.UNKNOWN,
                "asked_for_at": timezone.now(),
            },
        )


def takes_for_spam(comment: Comment) -> bool:
    """What is known by now; no need to ask. One query where it is used, else none."""
    if not settings.AKISMET_KEY:
        return False
    return AkismetCheck.objects.filter(comment=comment, verdict=Verdict.SPAM).exists()


def coach_says(comment: Comment, *, is_spam: bool) -> None:
    """Have Akismet told what the coach thinks, where it thinks otherwise. One query."""
    if settings.AKISMET_KEY:
        verdict = Verdict.SPAM if is_spam else Verdict.HAM
        AkismetCheck.objects.filter(comment=comment).update(coach_says=verdict)


def work() -> None:
    """Ask and tell what is due, outside any transaction. For the worker.

    Raises `Unreachable` at the first that gets no answer; the rest would get none either.
    """
    if not settings.AKISMET_KEY:
        return
    # In no order, so that one which it never understands does not stand before the others.
    for check in _due().select_related("comment").order_by("?")[:MOST_AT_ONCE]:
        if check.coach_says:
            tell(check.comment, check.coach_says)
            verdict = check.coach_says
        else:
            verdict = ask(check.comment)
        # Not where the words have changed meanwhile: those are asked about anew.
        asked = AkismetCheck.objects.filter(pk=check.pk, asked_for_at=check.asked_for_at)
        if asked.update(verdict=verdict) and verdict == Verdict.SPAM:
            _hold(check.comment)


def _due() -> QuerySet[AkismetCheck]:
    unknown = Q(verdict=Verdict.UNKNOWN, asked_for_at__gte=timezone.now() - GIVE_UP_AFTER)
    differs = ~Q(coach_says="") & ~Q(coach_says=F("verdict"))
    return AkismetCheck.objects.filter(unknown | differs)


def _hold(comment: Comment) -> None:
    from . import conversation, moderation

    judgement = moderation.Judgement(Comment.State.HELD, Comment.HeldBecause.AKISMET)
    conversation.hold_after_all(comment, judgement)


def ask(comment: Comment) -> str:
    """What Akismet takes a comment for. Raises `Unreachable`."""
    answer = _post("comment-check", comment)
    if answer == "true":
        return Verdict.SPAM
    if answer == "false":
        return Verdict.HAM
    raise Unreachable("Akismet does not know the key in AKISMET_KEY, or was not understood.")


def tell(comment: Comment, verdict: str) -> None:
    """Tell Akismet what a comment is. Raises `Unreachable`."""
    _post("submit-spam" if verdict == Verdict.SPAM else "submit-ham", comment)


def _post(act: str, comment: Comment) -> str:
    article = Article.objects.get(threads=comment.thread_id)
    values = {
        "api_key": settings.AKISMET_KEY,
        "blog": settings.BASE_URL,
        "user_ip": comment.ip_address or "",
        "comment_type": "comment" if comment.is_question else "reply",
        "comment_author": comment.author_name,
        "comment_content": comment.comment,
        "comment_date_gmt": comment.submit_date.isoformat(),
        "permalink": f"{settings.BASE_URL}{article.get_absolute_url()}",
        "blog_charset": "UTF-8",
    }
    try:
        answer = requests.post(ADDRESS + act, data=values, timeout=TIMEOUT, allow_redirects=False)
    except requests.RequestException as error:
        raise Unreachable(f"Akismet cannot be reached: {type(error).__name__}") from None
    if answer.status_code != 200:
        raise Unreachable(f"Akismet answers {answer.status_code}.")
    return answer.text.strip()


def forget(comments: QuerySet[Comment]) -> None:
    """Ask and tell no more of these. Inside a transaction."""
    AkismetCheck.objects.filter(comment__in=comments).delete()


def prune() -> None:
    """Delete what is asked no more, and what the coach will hardly change their mind about."""
    AkismetCheck.objects.filter(asked_for_at__lt=timezone.now() - FORGET_AFTER).delete()
