"""What is said under an article, and in one thread, as Atom feeds for feed readers."""

from datetime import datetime

from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse

from articles.feed_format import AtomFeed, tag
from articles.metadata import absolute
from articles.models import Article
from articles.text import for_xml

from .models import Comment, Thread
from .words import paragraphs

COMMENTS_IN_FEED = 50


class _Comments(AtomFeed):
    """The newest published comments, with their words. 2 queries."""

    def item_title(self, item: Comment) -> str:
        return for_xml(f"{item.author_name} {'asked' if item.is_question else 'replied'}")

    def item_description(self, item: Comment) -> str:
        return ""

    def item_extra_kwargs(self, item: Comment) -> dict[str, str]:
        return {"content": for_xml(paragraphs(item.comment))}

    def item_link(self, item: Comment) -> str:
        return absolute(item.get_absolute_url())

    def item_author_name(self, item: Comment) -> str:
        return for_xml(item.author_name)

    def item_pubdate(self, item: Comment) -> datetime:
        return item.submit_date

    def item_updateddate(self, item: Comment) -> datetime:
        return item.edited_at or item.submit_date


class ArticleComments(_Comments):
    """The conversation under an article, newest first."""

    def get_object(self, request: HttpRequest, slug: str) -> Article:
        return get_object_or_404(Article.objects.published(), slug=slug)

    def title(self, article: Article) -> str:
        return for_xml(f"Comments on “{article.title}”")

    def link(self, article: Article) -> str:
        return absolute(f"{article.get_absolute_url()}#comments")

    def feed_url(self, article: Article) -> str:
        return absolute(reverse("comments_feed", args=[article.slug]))

    def feed_guid(self, article: Article) -> str:
        return tag(article.created_at.date(), f"articles/{article.pk}/comments")

    def items(self, article: Article):
        return Comment.objects.under(article).order_by("-id")[:COMMENTS_IN_FEED]


class ThreadComments(_Comments):
    """One thread, newest first."""

    def get_object(self, request: HttpRequest, thread_id: int) -> Thread:
        thread = get_object_or_404(
            Thread.objects.shown().holding(thread_id).select_related("article", "root")
        )
        if not thread.article.is_live:
            raise Http404
        return thread

    def title(self, thread: Thread) -> str:
        return for_xml(f"A thread under “{thread.article.title}”")

    def link(self, thread: Thread) -> str:
        return absolute(reverse("comments:thread", args=[thread.pk]))

    def feed_url(self, thread: Thread) -> str:
        return absolute(reverse("comments:thread_feed", args=[thread.pk]))

    def items(self, thread: Thread):
        return thread.comments.published().order_by("-id")[:COMMENTS_IN_FEED]
