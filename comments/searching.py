"""Published comments and answer pages, as the site's search finds them.

The index holds a document for each published comment of a public thread, and none of what was
held, private, removed, taken back or called spam. `conversation` keeps a thread's in step whenever
it settles it; names are not among the words.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from articles.models import Article, Topic
from articles.search import index
from articles.search.models import SearchDocument

from .models import AnswerPage, Comment, CommentQuerySet, Thread


class Answers(index.Source):
    """Answer pages. They come after articles, and before what was said in passing."""

    kind, label, template = "answer", "Answers", "comments/_found_answer.html"
    model = AnswerPage
    weight = 2.0

    def public(self) -> QuerySet[AnswerPage]:
        return AnswerPage.objects.published().with_thread()

    def indexed(self) -> QuerySet[AnswerPage]:
        """Those that nobody minds, from the day on which they open."""
        return AnswerPage.objects.agreeable().select_related("thread")

    def document(self, row: AnswerPage) -> SearchDocument:
        return self.made_of(
            row,
            title=row.title,
            words=f"{row.question}\n{row.answer}",
            article_id=row.thread.article_id,
            findable_from=row.opens_at,
        )

    def shown(self, row: AnswerPage) -> tuple[str, str]:
        return row.title, f"{row.answer} {row.question}"

    def on_topic(self, topic: Topic) -> Q:
        return Q(kind=self.kind, key__in=AnswerPage.objects.filter(topics=topic).values("pk"))

    def topics_of(self, found: Iterable[SearchDocument]) -> Iterator[tuple[int, int]]:
        shelves = AnswerPage.topics.through.objects.filter(
            answerpage__in=[one.key for one in found]
        )
        yield from shelves.values_list("answerpage_id", "topic_id")


class Comments(index.Source):
    """What readers and the coach say to each other. Of each thread the best stands for it."""

    kind, label, template = "comment", "Questions and comments", "comments/_found_comment.html"
    model = Comment

    def public(self) -> CommentQuerySet:
        return Comment.objects.published()

    def document(self, row: Comment) -> SearchDocument:
        return self.made_of(row, words=row.comment, group=row.thread_id)

    def shown(self, row: Comment) -> tuple[str, str]:
        return "", row.comment

    def load(self, found: Iterable[SearchDocument]) -> dict[int, Any]:
        """The comments, each with its thread as `in_thread`, with article and question. 2
        queries."""
        keys = [one.key for one in found]
        comments = self.public().filter(pk__in=keys)
        threads = (
            Thread.objects.shown()
            .filter(article__in=Article.objects.published())
            .select_related("article", "root")
            .in_bulk([comment.thread_id for comment in comments])
        )
        for comment in comments:
            comment.in_thread = threads.get(comment.thread_id)
        return {comment.pk: comment for comment in comments if comment.in_thread}

    def rebuild(self) -> int:
        """Thread by thread, each locked as any other act in it does."""
        made, last = 0, 0
        while True:
            with transaction.atomic():
                following = Thread.objects.filter(pk__gt=last).order_by("pk")
                threads = list(following.select_for_update()[: index.BATCH])
                keys = [thread.pk for thread in threads]
                articles = {thread.pk: thread.article_id for thread in threads}
                gone = documents().filter(group__gt=last)
                if len(threads) == index.BATCH:
                    gone = gone.filter(group__lte=keys[-1])
                gone.delete()
                public = [thread.pk for thread in threads if thread.is_public]
                said = self.public().filter(thread_id__in=public)
                made += said.count()
                rows = said.only("comment", "thread_id").iterator(chunk_size=index.BATCH)
                index.write(self.documents_of(rows, articles))
            if len(threads) < index.BATCH:
                return made
            last = keys[-1]

    def documents_of(
        self, comments: Iterable[Comment], articles: dict[int, int]
    ) -> Iterator[SearchDocument]:
        """Their documents, under the article that `articles` names for each thread."""
        for comment in comments:
            document = self.document(comment)
            document.article_id = articles[comment.thread_id]
            yield document


def documents() -> QuerySet[SearchDocument]:
    """Those of comments."""
    return SearchDocument.objects.filter(kind=Comments.kind)


def keep_in_step(thread: Thread) -> None:
    """Have the index hold what of a thread everybody may read, where it stands now, and its answer
    page. In the caller's transaction.

    3 reads; a row is written for each comment that appears, goes or moves.
    """
    held = documents().filter(group=thread.pk)
    published = thread.comments.published() if thread.is_public else Comment.objects.none()
    in_place = held.filter(article=thread.article_id).filter(
        Exists(published.filter(pk=OuterRef("key")))
    )
    if wrong := list(held.exclude(pk__in=in_place.values("pk")).values_list("pk", flat=True)):
        held.filter(pk__in=wrong).delete()
    here = held.filter(key=OuterRef("pk"))
    missing = list(published.filter(~Exists(here)).only("comment", "thread_id"))
    index.write(Comments().documents_of(missing, {thread.pk: thread.article_id}))
    for page in AnswerPage.objects.filter(thread=thread):
        keep_page(page)


def forget_words(comment: Comment) -> None:
    """Its words are others now; `keep_in_step` takes the new ones, if everybody may read them."""
    index.drop(comment)


def keep_page(page: AnswerPage) -> None:
    """Have the index hold an answer page, unless somebody minds or its thread is not public any
    more. In the caller's transaction. 2 queries."""
    agreeable = AnswerPage.objects.agreeable().select_related("thread").filter(pk=page.pk).first()
    if agreeable is None:
        index.drop(page)
    else:
        index.keep(agreeable)
