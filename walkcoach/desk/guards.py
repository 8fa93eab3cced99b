"""Who may, and where they go afterwards."""

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from django.contrib.auth.decorators import login_required, permission_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.cache import never_cache

from accounts.models import User
from comments.models import Act, Comment, Thread


def for_coaches(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Those who may moderate; visitors sign in first, and readers are told it is not for them."""
    allowed = permission_required("django_comments.can_moderate", raise_exception=True)
    return never_cache(login_required(allowed(view)))


def coach_of(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def thread_or_404(thread_id: int | str) -> Thread:
    """The thread of this key, or the one that it was merged into."""
    threads = Thread.objects.select_related("article", "said_outcome", "answer_page")
    return get_object_or_404(threads.holding(int(thread_id)))


def comment_or_404(comment_id: int | str) -> Comment:
    """A reader's comment that they have confirmed."""
    confirmed = Comment.objects.exclude(state=Comment.State.UNCONFIRMED)
    return get_object_or_404(confirmed, pk=comment_id, by_coach=False)


def place(request: HttpRequest) -> str:
    """The page of the desk that a form stood on: it says so itself, and only the desk's count."""
    desk = reverse("desk")
    if request.method != "POST":
        return request.get_full_path()
    back = request.POST.get("back", "")
    parts = urlsplit(back) if len(back) <= 500 else urlsplit("")
    if parts.scheme or parts.netloc or not parts.path.startswith(desk):
        return desk
    return parts.geturl()


def came_from(request: HttpRequest) -> str:
    """Where the coach was before a page between; its form says so again."""
    if request.method == "POST":
        return place(request)
    asked = request.GET.get("back", "")
    return asked if asked.startswith(reverse("desk")) else reverse("desk")


def query_of(address: str) -> QueryDict:
    return QueryDict(urlsplit(address).query)


def back(request: HttpRequest, act: Act | None = None, to: str = "") -> HttpResponse:
    """To where the coach was, with the way to undo what was just done."""
    parts = urlsplit(to or place(request))
    query: dict[str, Any] = {
        name: values[0] for name, values in parse_qs(parts.query).items() if name != "undo"
    }
    if act is not None:
        query["undo"] = act.pk
    address = parts.path + (f"?{urlencode(query)}" if query else "")
    return HttpResponseRedirect(address)


def wants_json(request: HttpRequest) -> bool:
    return request.headers.get("Accept", "").startswith("application/json")
