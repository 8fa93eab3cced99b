"""What the editor asks of the site while the coach writes. Every view is for who may write."""

from collections.abc import Callable
from functools import wraps
from typing import cast

from django.contrib.admin import ModelAdmin
from django.core.exceptions import PermissionDenied
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import URLPattern, path
from django.views.decorators.http import require_GET, require_POST

from accounts.models import User
from articles.checklist import Draft
from articles.fields import sanitise
from articles.forms import BodyPictureForm
from articles.models import Article
from articles.text import fold, search_words

from .advice import advise, try_links

MOST_TITLES = 8


def editor_urls(room: ModelAdmin) -> list[URLPattern]:
    """The editor's addresses within the admin, below those of articles."""

    def entry(route: str, view: Callable[[HttpRequest], HttpResponse], name: str) -> URLPattern:
        @wraps(view)
        def guarded(request: HttpRequest) -> HttpResponse:
            if not (room.has_add_permission(request) or room.has_change_permission(request)):
                raise PermissionDenied
            return view(request)

        return path(route, room.admin_site.admin_view(guarded), name=f"articles_article_{name}")

    return [
        entry("editor/picture/", upload, "upload"),
        entry("editor/titles/", titles, "titles"),
        entry("editor/advice/", advice, "advice"),
        entry("editor/links/", links, "links"),
    ]


@require_POST
def upload(request: HttpRequest) -> JsonResponse:
    """Take in one picture for a text: `{"address"}`, or 422 and why not, as `{"error"}`."""
    form = BodyPictureForm(request.POST, request.FILES)
    if not form.is_valid():
        return JsonResponse({"error": form.errors["picture"][0]}, status=422)
    return JsonResponse({"address": form.save(by=cast(User, request.user))})


@require_GET
def titles(request: HttpRequest) -> JsonResponse:
    """Articles to link to: those with the words `q` in their titles first; the newest for none."""
    words = search_words(request.GET.get("q", ""))
    found = Article.objects.with_words(words).order_by("-updated_at", "-pk")
    articles = list(found.only("title", "slug", "status", "published_at")[: MOST_TITLES * 5])
    articles.sort(key=lambda article: not all(word in fold(article.title) for word in words))
    return JsonResponse(
        {
            "articles": [
                {
                    "title": article.title,
                    "address": article.get_absolute_url(),
                    "standing": _standing(article),
                }
                for article in articles[:MOST_TITLES]
            ]
        }
    )


def _standing(article: Article) -> str:
    if article.is_live:
        return ""
    return "scheduled" if article.is_scheduled else "draft"


@require_POST
def advice(request: HttpRequest) -> HttpResponse:
    """What is said beside the form, of a text as it stands in it. Keeps nothing."""
    return _advice(request)


@require_POST
def links(request: HttpRequest) -> HttpResponse:
    """The same, after trying the links to other sites."""
    try_links(sanitise(request.POST.get("body", "")))
    return _advice(request)


def _advice(request: HttpRequest) -> HttpResponse:
    draft = Draft(
        title=request.POST.get("title", ""),
        standfirst=request.POST.get("standfirst", ""),
        body=sanitise(request.POST.get("body", "")),
        has_picture=bool(request.POST.get("has_picture")),
        picture_alt=request.POST.get("picture_alt", ""),
    )
    return render(request, "admin/articles/article/_advice.html", {"advice": advise(draft)})


def draft_in(form: BaseForm) -> Draft:
    """What stands in the article's form, filled in or sent back."""

    def value(name: str) -> str:
        return str(form[name].value() or "") if name in form.fields else ""

    return Draft(
        title=value("title"),
        standfirst=value("standfirst"),
        body=sanitise(value("body")),
        has_picture=bool(value("picture")),
        picture_alt=value("picture_alt"),
    )
