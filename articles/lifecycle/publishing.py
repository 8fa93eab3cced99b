"""The moment from which readers can read an article.

No process makes it happen: `published()` asks the clock. What has to be done *because* it happened
is done here, by the worker. Who is mailed of it is another matter (`subscribing.sending`).
"""

from django.utils import timezone

from ..freshness import touch_every_page
from ..models import Article


def notice_due() -> int:
    """Note of each article that the public may read it since the last look; returns how many.

    One query where there is none.
    """
    due = Article.objects.published().filter(became_public_at=None)
    if not due.exists():
        return 0
    noticed = due.update(became_public_at=timezone.now())
    if noticed:
        # Its neighbours name it under “Read next” and in their series, and their pages may be kept
        # by browsers.
        touch_every_page()
    return noticed
