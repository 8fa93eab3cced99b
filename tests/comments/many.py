"""Many comments, quickly: rows table by table, since `bulk_create` knows no inheritance."""

from collections.abc import Sequence

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone
from django_comments.models import Comment as PackageComment

from articles.models import Article
from comments import conversation
from comments.models import Thread


def plant(article: Article, shape: Sequence[int | None], coach=None) -> list[int]:
    """Published comments; `shape[i]` is the place of the one that the i-th replies to, None for a
    question. Every third is the coach's, where one is given. Returns their keys."""
    now = timezone.now()
    content_type = ContentType.objects.get_for_model(Article)
    rows = PackageComment.objects.bulk_create(
        [
            PackageComment(
                content_type=content_type,
                object_pk=str(article.pk),
                site_id=1,
                user=coach if coach and i % 3 == 1 else None,
                user_name="Marit" if coach and i % 3 == 1 else f"Reader {i}",
                comment=f"Words number {i}.",
                submit_date=now,
                is_public=True,
            )
            for i in range(len(shape))
        ]
    )
    keys = [row.pk for row in rows]
    levels, threads = [], []
    for i, parent in enumerate(shape):
        levels.append(0 if parent is None else levels[parent] + 1)
        threads.append(keys[i] if parent is None else threads[parent])
    with connection.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO django_comments_xtd_xtdcomment (comment_ptr_id, thread_id, parent_id,"
            ' level, "order", followup, nested_count) VALUES (%s, %s, %s, %s, 1, %s, 0)',
            [
                (key, threads[i], key if parent is None else keys[parent], levels[i], False)
                for i, (key, parent) in enumerate(zip(keys, shape, strict=True))
            ],
        )
        cursor.executemany(
            "INSERT INTO comments_comment (xtdcomment_ptr_id, state, by_coach, arrived_at,"
            " held_because, held_detail, initials_only)"
            " VALUES (%s, 'published', %s, %s, '', '', %s)",
            [
                (
                    key,
                    bool(coach and i % 3 == 1),
                    connection.ops.adapt_datetimefield_value(now),
                    False,
                )
                for i, key in enumerate(keys)
            ],
        )
        if connection.vendor == "postgresql":
            # As its autovacuum does within a minute. Until then it plans as for empty tables, and
            # joins each of ten thousand rows with each.
            cursor.execute(
                "ANALYZE django_comments, django_comments_xtd_xtdcomment, comments_comment"
            )
    questions = [key for key, parent in zip(keys, shape, strict=True) if parent is None]
    for thread in Thread.objects.bulk_create(
        Thread(root_id=key, article=article) for key in questions
    ):
        conversation.refresh(thread)
    article.refresh_from_db()
    return keys


def conversation_like_ours(size: int) -> list[int | None]:
    """Six comments a thread: a question, an answer, and four below it in two branches."""
    shape: list[int | None] = []
    while len(shape) < size:
        first = len(shape)
        shape += [None, first, first + 1, first + 1, first + 3, first]
    return shape[:size]


def chain(depth: int) -> list[int | None]:
    """Each replies to the one before."""
    return [None, *range(depth - 1)]
