"""allauth's views as pages of this site."""

from collections.abc import Callable
from functools import wraps

from django.http import HttpRequest, HttpResponseBase
from django.views.decorators.cache import never_cache

from .adapter import TOO_MANY_TRIES


def account_page(view: Callable, section: str) -> Callable:
    """One of allauth's views: never kept by a cache, with true status codes and our navigation.

    A form that came back has 422, and 429 where it was tried too often.
    """

    @never_cache
    @wraps(view)
    def page(request: HttpRequest, *args, **kwargs) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        context = getattr(response, "context_data", None)
        if context is not None:
            context["section"] = section
            context.pop("site", None)  # allauth's row of django.contrib.sites would hide ours
            form = context.get("form")
            if form is not None and form.errors:
                response.status_code = status_of(form)
        return response

    return page


def status_of(form) -> int:
    """200 for a form as it is first shown, 422 with errors, 429 after too many wrong tries."""
    if not form.errors:
        return 200
    tried_too_often = any(
        error.code == TOO_MANY_TRIES
        for errors in form.errors.as_data().values()
        for error in errors
    )
    return 429 if tried_too_often else 422
