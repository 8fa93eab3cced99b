"""Similar questions, on a page of their own or as a piece of one."""

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from . import limits
from .forms import comment_form
from .similar import similar_threads, terms_of
from .views import comes_from_elsewhere, live_article_or_404, show_form, unlisted

# One search a second and a network, on average: nobody types faster, a clinic's waiting room fits
# in, and a program finds nothing here that it could not read on the pages. Counted where pages are
# kept, since a row written for each pause in typing would cost more than the search.
SEARCHES_A_MINUTE = 60


@csrf_exempt  # it changes nothing, and shows what everybody may read
@never_cache
@unlisted
@require_POST
def similar(request: HttpRequest, article_id: int) -> HttpResponse:
    """Answered questions like the one in the form; with `fragment`, the list alone. 3 queries.

    A POST, although it changes nothing: what somebody types of their health then stands in no
    address, so in no server's log, history or Referer. Without JavaScript the form comes back,
    with the words in it. Nothing is stored.
    """
    article = live_article_or_404(article_id)
    if comes_from_elsewhere(request):
        return render(request, "comments/elsewhere.html", {"article": article}, status=403)
    words = request.POST.get("comment", "")
    has_room = _has_room(request)
    found = {
        "threads": similar_threads(words) if has_room else [],
        "is_short": not terms_of(words),
        "is_busy": not has_room,
    }
    status = 200 if has_room else 429
    if "fragment" in request.POST:
        return render(request, "comments/_similar.html", found, status=status)
    form = comment_form(article, request.user)
    form.initial.update(
        {name: request.POST[name] for name in form.fields if name in _TYPED & request.POST.keys()}
    )
    form.similar = found
    return show_form(request, form, status)


# What a reader fills in; the rest is made anew.
_TYPED = {"comment", "name", "email", "all_replies", "initials_only", "is_private"}


def _has_room(request: HttpRequest) -> bool:
    key = f"similar:{limits.network_of(request.META.get('REMOTE_ADDR'))}"
    pages = caches["pages"]
    if pages.add(key, 1, timeout=60):
        return True
    try:
        return pages.incr(key) <= SEARCHES_A_MINUTE
    except ValueError:  # it has just run out
        return True
