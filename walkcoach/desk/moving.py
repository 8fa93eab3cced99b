"""Where a comment, with all under it, can go: by itself, under another article, into a thread."""

import re
from collections.abc import Callable

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from articles.models import Article
from articles.text import MAX_QUERY_CHARACTERS
from articles.text import search_words as article_words
from comments import conversation, history
from comments.models import Act, Comment, Thread

from . import lists
from .guards import back, came_from, coach_of, comment_or_404, for_coaches

Kind = Act.Kind

# So many articles and threads are offered at once; a search finds the others.
MOST_OFFERED = 6
# A link to a comment or thread, or its bare number.
_NUMBER = re.compile(r"(?:^|comment-|/thread/|/comments/|/desk/|#)(\d{1,9})(?:/|$)")


@for_coaches
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: HttpRequest, comment_id: int) -> HttpResponse:
    """Choose a place for a comment and send it there. The page itself is the question whether."""
    comment = comment_or_404(comment_id)
    thread = Thread.objects.select_related("article", "root").holding(comment.pk).first()
    if thread is None:
        raise Http404
    trouble = ""
    if request.method == "POST":
        try:
            with transaction.atomic():
                done, words = _move(request, comment, thread)
        except conversation.CannotMove as cannot:
            trouble = conversation.WHY_NOT_MOVABLE[cannot.why]
        else:
            messages.success(request, words)
            return back(request, done, to=reverse("desk_thread", args=[done.comment.thread_id]))
    query = (request.POST.get("q") or request.GET.get("q", ""))[:MAX_QUERY_CHARACTERS].strip()
    return render(
        request,
        "desk/move.html",
        {
            "section": "desk",
            "comment": comment,
            "thread": thread,
            "along": len(conversation.with_replies(comment)) - 1,
            "query": query,
            "articles": _articles(thread, query),
            "threads": _threads(comment, thread, query),
            "trouble": trouble,
            "back": came_from(request),
        },
        status=422 if trouble else 200,
    )


def _move(request: HttpRequest, comment: Comment, thread: Thread) -> tuple[Act, str]:
    """Move it as the button says; the history's row, and what to tell. Raises `CannotMove`."""
    was = {"thread": thread.pk, "article": thread.article_id, "parent": comment.parent_id}
    to, _, key = request.POST.get("to", "").partition(":")
    article = Article.objects.filter(pk=key).first() if to == "article" and _is_key(key) else None
    target = (
        Thread.objects.select_related("article").holding(int(key)).first()
        if to == "thread" and _is_key(key)
        else None
    )
    kind: Kind
    act: Callable[[], object]
    if to == "alone":
        kind, became = Kind.SPLIT, thread.article.title
        act, words = lambda: conversation.split(comment), "It is a thread of its own now."
    elif article is not None and comment.is_question:
        kind, became = Kind.MOVED, article.title
        act = lambda: conversation.move_to_article(thread, article)  # noqa: E731
        words = f"It stands under “{article.title}” now."
    elif article is not None:
        kind, became = Kind.SPLIT, article.title
        act = lambda: conversation.split(comment, article)  # noqa: E731
        words = f"It is a thread of its own under “{article.title}” now."
    elif target is not None:
        kind = Kind.MERGED if comment.is_question else Kind.MOVED_INTO
        became = f"{target.root.author_name}’s question under {target.article.title}"
        act = lambda: conversation.move_into(comment, target)  # noqa: E731
        words = f"It stands under {target.root.author_name}’s question now."
        was["pinned"] = thread.is_pinned
    else:
        raise conversation.CannotMove("gone")
    act()
    comment = Comment.objects.get(pk=comment.pk)
    done = history.note(
        kind, comment, coach_of(request), was=_place(comment, thread), became=became, **was
    )
    return done, words


def _place(comment: Comment, thread: Thread) -> str:
    """Where it stood, in words."""
    if thread.root == comment:
        return thread.article.title
    return f"{thread.root.author_name}’s question under {thread.article.title}"


def _is_key(text: str) -> bool:
    return text.isdecimal() and len(text) < 10


def _articles(thread: Thread, query: str) -> list[Article]:
    """Other articles with the words in question, or the newest. One query."""
    articles = Article.objects.published().exclude(pk=thread.article_id)
    if words := article_words(query):
        articles = articles.with_words(words)
    return list(articles.newest_first().defer("body", "search_text")[:MOST_OFFERED])


def _threads(comment: Comment, thread: Thread, query: str) -> list[Thread]:
    """Threads that it may stand in: older than it is, and found, or the last ones before it."""
    threads = (
        Thread.objects.confirmed()
        .filter(pk__lt=comment.pk, is_private=False)
        .exclude(pk=thread.pk)
        .select_related("article", "root")
        .order_by("-pk")
    )
    if thread.is_private:
        return []
    if match := _NUMBER.search(query):
        return list(threads.filter(pk__in=Thread.objects.holding(int(match[1])))[:1])
    if words := lists.search_words(query):
        return list(threads.filter(pk__in=lists.find(words))[:MOST_OFFERED])
    return list(threads.filter(Q(article=thread.article_id))[:MOST_OFFERED])
