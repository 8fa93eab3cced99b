"""The pages that everybody reads, and the one on which an asker says whether they mind."""

from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.template.loader import render_to_string
from django.views.decorators.http import require_http_methods, require_safe

from articles import caching
from articles.models import Topic

from .. import metadata, reading, tokens
from ..models import AnswerPage, Thread
from ..own_views import by_link
from ..views import SeeOther
from . import making

PAGES_ON_A_PAGE = 40


@require_safe
def answers(request: HttpRequest) -> HttpResponse:
    """All answer pages, by what they are about; of one topic where that is asked. 4 queries."""
    pages = AnswerPage.objects.published().with_thread().order_by("body_part", "-opens_at", "-pk")
    topics = Topic.objects.filter(
        pk__in=AnswerPage.topics.through.objects.filter(
            answerpage__in=AnswerPage.objects.published()
        ).values("topic")
    ).order_by("name")
    slug = request.GET.get("topic", "")
    topic = next((one for one in topics if one.slug == slug), None)
    if topic is not None:
        pages = pages.filter(topics=topic)
    return render(
        request,
        "comments/answer_pages/list.html",
        {
            "section": "articles",
            "page": reading.nearest_page(
                Paginator(pages, PAGES_ON_A_PAGE), request.GET.get("page")
            ),
            "topics": topics,
            "topic": topic,
        },
    )


@require_safe
def answer(request: HttpRequest, slug: str) -> HttpResponse:
    """One question with its answer. For visitors kept by version, as an article's page is."""
    page = get_object_or_404(AnswerPage.objects.published().with_thread(), slug=slug)
    if caching.is_visitor(request) and not settings.DEBUG:
        version = page.thread.article.version
        name = f"answer-{page.pk}-{page.updated_at:%s%f}-{version}-{settings.BUILD_ID}"
        blank = caching.anybody(request.path, {})
        return caching.page_for_everybody(
            request,
            name,
            lambda: render_to_string("comments/answer_pages/page.html", _shown(page), blank),
        )
    return render(request, "comments/answer_pages/page.html", _shown(page))


def _shown(page: AnswerPage) -> dict:
    return {
        "section": "articles",
        "page": page,
        "topics": list(page.topics.all()),
        "coach": getattr(page.made_by, "coach_profile", None),
        "json_ld": metadata.of_answer_page(page),
    }


@by_link(tokens.thread_of_answer_page)
@require_http_methods(["GET", "HEAD", "POST"])
def asked(request: HttpRequest, thread: Thread | None) -> HttpResponse:
    """Whether the asker minds that their question has a page. A look says nothing; a press does."""
    page = AnswerPage.objects.filter(thread=thread).first() if thread else None
    if page is None:
        raise Http404
    if request.method == "POST":
        if request.POST.get("act") == "agree":
            making.agree(page)
        elif request.POST.get("act") == "object":
            making.object_to(page)
        return SeeOther(request.path)
    return render(
        request,
        "comments/answer_pages/asked.html",
        {"section": "articles", "page": page, "thread": thread},
    )
