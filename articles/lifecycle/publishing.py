"""The moment from which readers can read an article.

No process makes it happen: `published()` asks the clock. What has to be done *because* it happened
is done here, by the worker.
"""

from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article

from .signals import became_public


def notice_due() -> int:
    """Tell of each article that the public may read since the last look, once; returns how many.

    One query where there is none.
    """
    due = Article.objects.published().filter(became_public_at=None)
    if not due.exists():
        return 0
    with transaction.atomic():
        skip = connection.features.has_select_for_update_skip_locked
        articles = list(due.select_for_update(skip_locked=skip).order_by("pk"))
        keys = [article.pk for article in articles]
        Article.objects.filter(pk__in=keys).update(became_public_at=timezone.now())
        for article in articles:
            became_public.send(sender=Article, article=article)
    if articles:
        # Its neighbours name it under “Read next”, and their pages may be kept by browsers. In a
        # statement of its own, so that no writer waits here for another.
        Article.objects.all().touch()
    return len(articles)
