"""The askers' shared walks, for the cards on the desk: by a grant, or as attached to a question.

Here the conversation and the log meet. Neither knows the other: whose walks may stand beside a
thread is found by the asker's account, in two queries, and matched in Python.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from accounts.models import User
from comments.models import Comment, Thread
from walking_log.models import Look, ShareGrant
from walking_log.sharing import grants
from walking_log.summary import Summary, of_readers

from ..models import AttachedLog


@dataclass(frozen=True)
class SharedWalks:
    """What stands beside one question. `live` is the log as it is now, `attached` as it was."""

    live: Summary | None = None
    grant: ShareGrant | None = None
    attached: AttachedLog | None = None


def shared_walks(threads: Iterable[Thread], coach: User) -> dict[int, SharedWalks]:
    """What `desk/_walks.html` shows beside each thread, by the thread's key.

    Every look at a live log is written down for its owner. At most 12 queries, whatever the number
    of threads.
    """
    keys = [thread.pk for thread in threads]
    asked_by = dict(
        Comment.objects.filter(pk__in=keys, user__isnull=False).values_list("pk", "user_id")
    )
    attached = {
        log.thread_id: log
        for log in AttachedLog.objects.filter(thread__in=keys, taken_back_at=None)
        # Of a question that changed hands or lost its account, nothing is shown.
        if asked_by.get(log.thread_id) == log.owner_id
    }
    by_owner = grants.seen_by(coach, asked_by.values())
    logs = of_readers({grant.owner: grant.scopes for grant in by_owner.values()})
    grants.note_looks(by_owner.values(), Look.Where.DESK)
    return {
        key: SharedWalks(
            live=logs.get(asked_by.get(key, 0)),
            grant=by_owner.get(asked_by.get(key, 0)),
            attached=attached.get(key),
        )
        for key in keys
        if key in attached or asked_by.get(key) in by_owner
    }
