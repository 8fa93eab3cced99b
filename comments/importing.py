"""Conversations from a WordPress export: the comments under its posts, in their nesting and order.

Each comment is known by where it came from (`source_key`), so a second import leaves it alone,
whatever has become of it here, and adds only what is new. Nobody is mailed and nobody follows a
thread by it. The network addresses in an export are dropped.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from accounts.models import User
from articles import wxr
from articles.importing import Report
from articles.models import Article
from articles.wordpress_html import to_text

from . import conversation
from .models import Comment, Thread
from .words import one_line, tidy

# The package's column for the depth is a small integer.
DEEPEST = 32_767
# Keys that are looked up at once.
BATCH = 500

_STATES = {"1": Comment.State.PUBLISHED, "0": Comment.State.HELD, "": Comment.State.HELD}


def import_comments(
    item: wxr.Item, article: Article, blog: wxr.Blog, coach: User | None, report: Report
) -> None:
    """Bring the comments under a post; those that are here already stay as they are.

    `coach` signs what the blog's own authors wrote. Call it in a transaction: it writes three rows
    for a comment, one more to open a thread, and holds one item's comments in memory.
    """
    brought: dict[str, wxr.Comment] = {}
    for comment in _wanted(item.comments, report):
        brought.setdefault(comment.id, comment)  # ids are a blog's own, so a second is a copy
    here = _already_here(brought, blog)
    new = [comment for comment in brought.values() if comment.id not in here]
    report.counts["comments here"] += len(brought) - len(new)

    moments = {comment.id: _moment(comment, article) for comment in new}
    new.sort(key=lambda comment: (moments[comment.id], len(comment.id), comment.id))
    written = {
        wordpress_id: comment
        for wordpress_id, comment in here.items()
        if comment.object_pk == str(article.pk)
    }
    touched: set[int] = set()
    for comment, parent in _parents_first(new, written, report):
        row = _row(comment, article, blog, coach, moments[comment.id])
        if not row.comment:
            report.counts["left out, without words"] += 1
            continue
        _write(row, parent, article)
        written[comment.id] = row
        touched.add(row.thread_id)
        report.counts["comments"] += 1
        report.counts["threads"] += parent is None
        report.counts["comments by coach"] += row.by_coach
        report.counts["comments held"] += row.state == Comment.State.HELD
    _settle(touched, report)


def _wanted(comments: Iterable[wxr.Comment], report: Report) -> Iterator[wxr.Comment]:
    """Those that a reader wrote and the blog has kept; counts the others."""
    for comment in comments:
        if comment.type in ("pingback", "trackback"):
            report.counts["left out, links from other sites (pingbacks, trackbacks)"] += 1
        elif comment.type not in ("", "comment"):
            report.counts["left out, other kinds, from plugins"] += 1
        elif comment.approved == "spam":
            report.counts["left out, spam"] += 1
        elif comment.approved not in _STATES:
            report.counts["left out, in the bin"] += 1
        else:
            yield comment


def _already_here(comments: Iterable[str], blog: wxr.Blog) -> dict[str, Comment]:
    """The rows of an earlier import, by WordPress's id. One query for each BATCH."""
    ids = {blog.source_key("comment", wordpress_id): wordpress_id for wordpress_id in comments}
    keys = list(ids)
    return {
        ids[row.source_key]: row
        for start in range(0, len(keys), BATCH)
        for row in Comment.objects.filter(source_key__in=keys[start : start + BATCH])
    }


def _moment(comment: wxr.Comment, article: Article) -> datetime:
    """When it was written. Never a time to come, which would outrank every answer."""
    now = timezone.now()
    written = comment.moment(timezone.get_default_timezone()) or article.published_at or now
    return min(written, now)


def _parents_first(
    comments: list[wxr.Comment], written: dict[str, Comment], report: Report
) -> Iterator[tuple[wxr.Comment, Comment | None]]:
    """The comments in their order, but for a parent that is younger than its reply: it goes first.

    Each with its parent's row, None where it opens a thread. WordPress lets a reply outlive its
    parent, and tools have written circles; those replies open threads of their own. The caller
    adds each to `written` before it asks for the next.
    """
    waiting = {comment.id: comment for comment in comments}
    for comment in comments:
        way_up: dict[str, wxr.Comment] = {}
        circle: wxr.Comment | None = None
        step = waiting.get(comment.id)
        while step is not None:
            way_up[step.id] = step
            step = waiting.get(step.parent)
            if step is not None and step.id in way_up:
                circle = step
                break
        while circle is not None and next(reversed(way_up)) != circle.id:
            way_up.popitem()  # it comes back to it from below, in its turn
        for each in reversed(way_up.values()):
            del waiting[each.id]
            parent = None if each is circle else written.get(each.parent)
            if each.parent and parent is None:
                report.counts["threads by orphans"] += 1
                why = "it answers itself" if each is circle else "what it answers is not here"
                report.note(each.line, f"comment by {each.author}", f"{why}; it opens a thread")
            yield each, parent


def _row(
    comment: wxr.Comment,
    article: Article,
    blog: wxr.Blog,
    coach: User | None,
    moment: datetime,
) -> Comment:
    email = _email(comment.email)
    by_coach = blog.is_by_author(comment) or (
        coach is not None and email.casefold() == coach.email.casefold()
    )
    return Comment(
        content_type=ContentType.objects.get_for_model(Article),
        object_pk=str(article.pk),
        site_id=settings.SITE_ID,
        user=coach if by_coach else None,
        user_name=one_line(comment.author)[:50].strip(),
        user_email=email,
        comment=tidy(to_text(comment.content)),
        submit_date=moment,
        state=_STATES[comment.approved],
        by_coach=by_coach,
        arrived_at=moment,
        source_key=blog.source_key("comment", comment.id),
    )


def _write(row: Comment, parent: Comment | None, article: Article) -> None:
    """Save a comment at its place, opening a thread where it answers none."""
    if parent is not None:
        row.parent_id, row.thread_id = parent.pk, parent.thread_id
        row.level = min(parent.level + 1, DEEPEST)
        row.save()
    else:
        row.save()
        row.parent_id = row.thread_id = row.pk
        row.save(update_fields=["parent_id", "thread_id"])
        Thread.objects.create(root=row, article=article)


def _settle(touched: set[int], report: Report) -> None:
    """Say whose turn it is in each thread that was added to.

    Locked all at once, in one order: a reader who replies meanwhile holds one of them and waits
    for the article's row, which the first one settled takes.
    """
    threads = Thread.objects.select_for_update().filter(pk__in=touched).order_by("pk")
    for thread in list(threads):
        conversation.refresh(thread)
        thread.refresh_from_db(fields=["waiting_since"])
        report.counts["threads waiting"] += thread.waiting_since is not None


def _email(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address if len(address) <= 254 else ""
