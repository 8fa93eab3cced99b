"""Whether the coach's answer helped: the asker is asked once, and what they say is kept."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils import timezone

from articles.models import Article

from . import notices
from .models import Comment, Correspondent, Follower, Notice, Outcome, Thread, ThreadQuerySet

# Two weeks of trying it out; "did it help?" asked sooner is asked of nobody's knees.
ASK_AFTER = timedelta(days=14)
# Of an older answer nobody is asked any more: not after an import, nor after a long stop.
STILL_ASK_WITHIN = timedelta(days=30)


def due(now: datetime) -> ThreadQuerySet:
    """Threads whose asker is to be asked now: answered ASK_AFTER ago, with nobody waiting since,
    by somebody who follows it still and was not asked before."""
    asker = Lower(OuterRef("root__user_email"))
    follows = Follower.objects.active().filter(thread=OuterRef("pk"), email=asker)
    wants_none = Correspondent.objects.filter(email=asker, stopped_at__isnull=False)
    asked = Notice.objects.filter(kind=Notice.Kind.OUTCOME, comment_id=OuterRef("pk"))
    return Thread.objects.filter(
        Exists(follows),
        ~Exists(wants_none),
        ~Exists(asked),
        answered_at__lte=now - ASK_AFTER,
        answered_at__gt=now - ASK_AFTER - STILL_ASK_WITHIN,
        waiting_since__isnull=True,
        root__state=Comment.State.PUBLISHED,
        root__by_coach=False,
    )


def ask_due(now: datetime) -> int:
    """Queue the mails that are due, or their place in a digest; returns how many threads.

    For the worker, each hour. Each is one short transaction that writes the mail's row and the
    notice that it was asked, so a crash neither loses nor doubles one. 1 query, and 9 for each.
    """
    asked = 0
    for pk in list(due(now).order_by("answered_at", "pk").values_list("pk", flat=True)):
        with transaction.atomic():
            locked = Thread.objects.select_for_update().filter(pk=pk).exists()
            # Looked at again under the lock: another worker may have asked meanwhile.
            thread = due(now).select_related("article", "root").filter(pk=pk).first()
            if locked and thread is not None:
                notices.ask_whether_it_helped(thread)
                asked += 1
    return asked


def say(thread: Thread, helped: Outcome.Helped, *, words: str, is_shown: bool) -> Outcome:
    """The asker says whether it helped; said again, the last word counts."""
    with transaction.atomic():
        thread = Thread.objects.select_for_update().get(pk=thread.pk)
        outcome, _ = Outcome.objects.update_or_create(
            thread=thread,
            defaults={
                "helped": helped,
                "words": words,
                "is_shown": is_shown,
                "said_at": timezone.now(),
            },
        )
        Article.objects.filter(pk=thread.article_id).touch()
    return outcome
