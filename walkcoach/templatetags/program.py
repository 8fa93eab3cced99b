"""Where articles, questions and walks stand beside each other on a page."""

import datetime
from collections import Counter
from collections.abc import Iterable
from typing import Any

from django import template

from accounts.models import User
from articles.models import Article
from comments.reading import Conversation
from walking_log.models import KneeSpot, Verdict

from ..models import ArticleAction, ArticleForKnee, AttachedLog

register = template.Library()

# A place named so often in four weeks is worth an article; less is a bad day.
SPOT_COUNTS_FROM = 3
SPOTS_OF = datetime.timedelta(days=28)


@register.inclusion_tag("articles/_action.html")
def article_action(article: Article) -> dict[str, Any]:
    """What the article calls for; logging a walk, where the coach chose nothing. 1 query."""
    action = ArticleAction.objects.select_related("plan").filter(article=article.pk).first()
    return {"action": action}


@register.inclusion_tag("walking_log/_suggested.html")
def suggested_article(
    reader: User, verdict: Verdict | None, today: datetime.date
) -> dict[str, Any]:
    """The one article that fits what the log says, if the coach has named one. At most 2 queries.

    What fits both the verdict and a place comes first, then a place, then the verdict.
    """
    named = list(
        ArticleForKnee.objects.filter(article__in=Article.objects.published())
        .filter(verdict__in=["", verdict.says if verdict else ""])
        .select_related("article")
    )
    counts: Counter[str] = Counter()
    if any(one.spot for one in named):
        spots = reader.knee_spots.that_count().filter(local_date__gt=today - SPOTS_OF)
        counts.update(spots.values_list("spot", flat=True))
    fits = [one for one in named if not one.spot or counts[one.spot] >= SPOT_COUNTS_FROM]
    best = max(
        fits,
        key=lambda one: (
            bool(one.spot) and bool(one.verdict),
            counts[one.spot],
            bool(one.verdict),
            -one.pk,
        ),
        default=None,
    )
    return {"suggested": best, "spot": KneeSpot.Spot(best.spot).label if best and best.spot else ""}


@register.simple_tag
def attached_logs(conversations: Iterable[Conversation]) -> dict[int, AttachedLog]:
    """The walks attached to these threads that readers may see, by the thread's key. 1 query."""
    found = AttachedLog.objects.filter(
        thread__in=[one.thread.pk for one in conversations], is_public=True, taken_back_at=None
    )
    return {log.thread_id: log for log in found.only("thread_id", "is_public")}


@register.simple_tag
def my_attached_logs(reader: User) -> list[AttachedLog]:
    """The reader's own, with the article of each question. 1 query."""
    mine = AttachedLog.objects.filter(owner=reader, taken_back_at=None)
    return list(mine.select_related("thread__article").order_by("-pk"))


@register.filter
def of_thread(logs: dict[int, AttachedLog], key: int) -> AttachedLog | None:
    return logs.get(key)
