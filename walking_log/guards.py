"""Who may see a page of the log: its reader, signed in. Every view of it stands behind one."""

import contextlib
import datetime
import functools
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.models import User

from . import drafts

View = Callable[..., HttpResponseBase]


class ReaderRequest(HttpRequest):
    """The request that a view gets behind `own_log`, `own_form` and `own_act`."""

    user: User


def own_log(view: View) -> View:
    """A page that shows a reader's log: after sign-in only, and kept by no cache."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return never_cache(wrapper)


def own_form(view: View) -> View:
    """A form of the log. Sent after its session had ended, it is kept until its reader is back."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            if request.method == "POST" and drafts.keep(request):
                messages.info(
                    request,
                    "You were signed out in the meantime. Sign in, and what you wrote is here.",
                )
            return redirect_to_login(request.get_full_path())
        response = view(request, *args, **kwargs)
        # Not no-store: with it a browser that goes Back has forgotten what was typed.
        patch_cache_control(response, private=True, no_cache=True)
        return response

    return wrapper


def own_act(view: View) -> View:
    """A button of the log, such as Undo. After sign-in it must be pressed again."""

    @functools.wraps(view)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("walking_log:dashboard"))
        return view(request, *args, **kwargs)

    return require_POST(wrapper)


def once(*steps: Callable[[], Any]) -> None:
    """Save, in one transaction. The same form sent twice at once is saved by the first press."""
    with contextlib.suppress(IntegrityError), transaction.atomic():
        for step in steps:
            step()


def today_of(request: ReaderRequest) -> datetime.date:
    """What the reader calls today."""
    return timezone.localdate(timezone=request.user.zone)
