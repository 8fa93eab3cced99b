"""The conversation under an article, for templates."""

from typing import Any

from django import template
from django.contrib.auth.models import AnonymousUser
from django.template import Context
from django.template.defaultfilters import pluralize
from django.utils.safestring import SafeString

from articles.models import Article, ThreadOrder
from comments import detour, metadata, reading, waiting_time, words
from comments.forms import comment_form

register = template.Library()


@register.inclusion_tag("comments/_section.html", takes_context=True)
def threads(context: Context, article: Article) -> dict[str, Any]:
    """The article's threads and the form to ask with. 4 queries, whatever there is to show.

    For a visitor it holds nothing of theirs, so that one page does for everybody. One more for
    someone signed in, and three more an hour (waiting_time.py).
    """
    request = context.get("request")
    user = getattr(request, "user", None) or AnonymousUser()
    number = request.GET.get("page") if request else None
    order = ThreadOrder.of(request.GET.get("sort") if request else None)
    form = comment_form(article, user)
    form.initial["comment"] = detour.take(request, article)
    page = reading.page_of(article, number, order)
    if user.pk is not None:
        reading.note_marks((line for one in page for line in one.lines), user.pk)
    return {
        "request": request,
        "user": user,
        "article": article,
        "page": page,
        "orders": ThreadOrder,
        "order": order,
        "sort_query": f"sort={order}&",
        "waiting_time": waiting_time.in_words(),
        "json_ld": metadata.of_article(article, page.object_list),
        "form": form,
    }


@register.simple_tag
def comment_count_words(article: Article) -> str:
    """ "No comments yet", "1 comment", "9 comments". No query."""
    count = article.comment_count
    return f"{count} comment{pluralize(count)}" if count else "No comments yet"


@register.filter
def paragraphs(text: str) -> SafeString:
    """The words of a comment as HTML: paragraphs and links, whatever looks like markup shown."""
    return words.paragraphs(text)
