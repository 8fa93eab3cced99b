"""How a reader wants to be mailed: by the link at the foot of each mail, or from the settings.

Opening a page changes nothing; a press does, or the one click of a mail program (RFC 8058).
"""

from typing import cast

from django import forms
from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import User

from . import notices, opt_in, tokens
from .models import Correspondent, Follower
from .views import by_mailed_link

# More than anybody reads down a page; all of them can be stopped at once.
THREADS_SHOWN = 50


class DeliveryForm(forms.ModelForm):
    """At once, daily or weekly."""

    class Meta:
        model = Correspondent
        fields = ["delivery"]
        labels = {"delivery": "When something new is there, mail me"}
        widgets = {"delivery": forms.RadioSelect}
        error_messages = {
            "delivery": {
                "required": "Choose one of the three.",
                "invalid_choice": "Choose one of the three.",
            }
        }


@by_mailed_link
@require_http_methods(["GET", "HEAD", "POST"])
def by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind a mail's link. 3 queries to show."""
    return _page(request, _correspondent_or_404(token), is_by_link=True)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_preferences(request: HttpRequest) -> HttpResponse:
    """The same for somebody who is signed in."""
    email = cast(User, request.user).email.lower()
    if request.method == "POST":
        correspondent = notices.correspondents([email])[email]
    else:
        known = Correspondent.objects.filter(email=email).first()
        correspondent = known or Correspondent(email=email)
    return _page(request, correspondent, is_by_link=False)


@by_mailed_link
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe_all(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether all mails about threads should stop, and stop them on a press."""
    correspondent = _correspondent_or_404(token)
    if request.method == "POST":
        notices.stop_all(correspondent)
    has_stopped = request.method == "POST" or correspondent.stopped_at is not None
    return render(
        request,
        "comments/unsubscribe_all.html",
        {"section": "articles", "has_stopped": has_stopped, "token": token},
    )


def _page(request: HttpRequest, correspondent: Correspondent, *, is_by_link: bool) -> HttpResponse:
    act = request.POST.get("act", "") if request.method == "POST" else ""
    form = DeliveryForm(request.POST if act == "delivery" else None, instance=correspondent)
    said = _act(act, request, correspondent, form)
    if said and act != "delivery":
        correspondent.refresh_from_db()
    following = Follower.objects.active().filter(email=correspondent.email)
    response = render(
        request,
        "comments/preferences.html",
        {
            "section": "articles" if is_by_link else "settings",
            "form": form,
            "correspondent": correspondent,
            "following": following.select_related("thread__article", "thread__root").order_by(
                "-since", "-pk"
            )[:THREADS_SHOWN],
            "said": said,
            "is_by_link": is_by_link,
            "is_remembered": opt_in.is_remembered(request) and act != "forget_browser",
        },
        status=422 if form.errors else 200,
    )
    if act == "forget_browser":
        opt_in.forget(response)
    return response


def _act(act: str, request: HttpRequest, correspondent: Correspondent, form: DeliveryForm) -> str:
    """Do what was pressed; returns what to say about it, nothing where nothing was done."""
    if act == "delivery" and form.is_valid():
        form.save()
        return f"Saved. Mails come {correspondent.get_delivery_display().lower()}."
    if act == "stop_thread":
        key = request.POST.get("follower", "")
        if key.isdecimal() and len(key) <= 9:
            mine = Follower.objects.filter(email=correspondent.email, pk=int(key)).first()
            if mine is not None:
                notices.stop(mine)
                return "Stopped. No more mails about that thread."
    if act == "stop_all":
        notices.stop_all(correspondent)
        return "Stopped. No more mails about any thread."
    if act == "start_again":
        notices.start_again(correspondent)
        return "Started again. You are mailed about what comes from now on."
    if act == "forget_browser":
        return "This browser is forgotten. Your next comment from it asks for a confirmation again."
    return ""


def _correspondent_or_404(token: str) -> Correspondent:
    try:
        correspondent = tokens.correspondent_of(token)
    except signing.BadSignature:
        raise Http404 from None
    if correspondent is None:
        raise Http404
    return correspondent
