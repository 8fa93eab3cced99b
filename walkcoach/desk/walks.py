"""The askers' shared walks, for the cards on the desk."""

from collections.abc import Iterable
from typing import Any

from comments.models import Thread


def shared_walks(threads: Iterable[Thread], coach) -> dict[int, Any]:
    """What `desk/_walks.html` shows beside each thread, by the thread's key; nothing, so far.

    An asker's walks are theirs to show: until there is a grant to read them by, none are found,
    and a card has no place for them.
    """
    return {}
