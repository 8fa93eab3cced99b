"""What someone without an account sees of an article before it is public."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_safe

from ..models import PreviewLink
from ..views import _shown


@require_safe
def preview(request: HttpRequest, secret: str) -> HttpResponse:
    """The article as it was last saved, for whoever has its secret link. 4 queries.

    One that has become public meanwhile is read at its own address.
    """
    links = PreviewLink.objects.in_force().select_related("article__author__coach_profile")
    link = links.filter(secret=secret).first()
    if link is None:
        response = render(request, "articles/preview_ended.html", status=404)
    elif link.article.is_live:
        response = redirect(link.article)
    else:
        context = {**_shown(link.article), "link": link}
        response = render(request, "articles/preview.html", context)
    patch_cache_control(response, private=True, no_store=True)
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    # The secret is in the address: it goes to no page that is read after this one.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
