"""The pages that belong to no single part: home, health, and what went wrong."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import Error as DBError
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import requires_csrf_token
from django.views.decorators.http import require_safe
from django.views.static import serve

from accounts.models import CoachProfile
from articles.models import Article
from comments.models import Comment, Thread

NEWEST_ON_HOME = 6
ANSWERED_ON_HOME = 3


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, the newest articles, the first steps, how to ask. 5 queries for a visitor."""
    answered = (
        Thread.objects.shown()
        .filter(answered_at__isnull=False, article__in=Article.objects.published())
        .filter(root__state=Comment.State.PUBLISHED)
        .select_related("root", "article")
        .order_by("-answered_at")[:ANSWERED_ON_HOME]
    )
    return render(
        request,
        "home.html",
        {
            "articles": Article.objects.published().newest_first().for_cards()[:NEWEST_ON_HOME],
            "answered": answered,
            "coach": CoachProfile.objects.order_by("pk").first(),
        },
    )


@never_cache
@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """200 while the database answers, 503 while it does not; no details for strangers."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DBError:
        return HttpResponse("unavailable\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


# Uploads are re-encoded to these (accounts.pictures); nothing else is served, whatever lies there.
PICTURES = (".jpg", ".jpeg", ".png", ".webp")


@require_safe
def picture(request: HttpRequest, path: str) -> HttpResponseBase:
    """An uploaded picture. Its name changes with its content, so it may be kept for a year.

    A proxy may serve the folder in its stead (README, "Run it for real").
    """
    if not path.lower().endswith(PICTURES):
        raise Http404
    response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "404.html", status=404)


def not_allowed(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


def went_wrong(request: HttpRequest) -> HttpResponse:
    """Asks the database for nothing, since that may be what went wrong."""
    return _without_database("500.html", status=500)


def not_understood(request: HttpRequest, exception: Exception) -> HttpResponse:
    """A request that cannot be read: far too long, or not what a browser sends."""
    return _without_database("400.html", status=400)


def too_large(request: HttpRequest) -> HttpResponse:
    """A request larger than any picture may be; nothing of it has been read."""
    return _without_database("413.html", status=413)


def _without_database(template: str, *, status: int, **context: Any) -> HttpResponse:
    """A page that asks the database for nothing, not even who is signed in."""
    context["site_name"] = settings.SITE_NAME
    return HttpResponse(render_to_string(template, context), status=status)


# Never given back by the page below: a password in a page's source would outlive its form.
SECRET_FIELDS = {"csrfmiddlewaretoken", "password", "password1", "password2", "oldpassword"}


# Seconds after which a busy database is worth another try.
TRY_AGAIN_AFTER = 30


def busy(request: HttpRequest) -> HttpResponse:
    """The database did not take it now; what was typed is given back, to be sent again.

    It runs in the request that failed, whose token has been checked if it is a form.
    """
    response = _without_database(
        "busy.html",
        status=503,
        fields=_typed(request),
        address=request.get_full_path(),
        csrf_token=get_token(request) if request.method == "POST" else "",
    )
    response.headers["Retry-After"] = str(TRY_AGAIN_AFTER)
    response.headers["Cache-Control"] = "no-store"
    return response


@requires_csrf_token
def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form came without a good token: the page was old, or its cookie is gone.

    What was typed is given back with a fresh token, to be sent again by a press. Not so where the
    form came from another site, for then it was not this reader who typed it.
    """
    return render(
        request,
        "stale_form.html",
        {
            "fields": _typed(request) if _comes_from_us(request) else [],
            "address": request.get_full_path(),
        },
        status=403,
    )


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The fields of a form as they were sent, without secrets."""
    return [
        (name, value)
        for name, values in request.POST.lists()
        if name not in SECRET_FIELDS
        for value in values
    ]


def _comes_from_us(request: HttpRequest) -> bool:
    origin = request.headers.get("Origin") or request.headers.get("Referer") or ""
    try:
        return urlsplit(origin).netloc == request.get_host()
    except ValueError:  # no address at all
        return False
