"""Asking for new articles by mail, confirming it, choosing, and stopping.

Opening a page changes nothing, since programs that scan mail follow links; a press does, or the one
click of a mail program (RFC 8058). No answer says whether an address is subscribed.
"""

from typing import Any, cast

from django.contrib.auth.decorators import login_required
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from accounts.guests import (
    SeeOther,
    by_mailed_link,
    comes_from_elsewhere,
    in_words,
    unlisted,
)
from accounts.models import User

from ..models import Topic
from . import consent, limits, subscriptions, tokens
from .forms import SubscribeForm, WishesForm
from .models import Subscriber

TOO_MANY = "Many mails were asked for from your address or your network just now. Ask again {}."


@csrf_exempt  # a visitor has no authority that another site could borrow; see the check within
@unlisted
@require_http_methods(["GET", "HEAD", "POST"])
def subscribe(request: HttpRequest) -> HttpResponse:
    """Take an address. The pages it is given on are everybody's, so their form holds no token."""
    if request.method != "POST":
        topic = Topic.objects.filter(slug=request.GET.get("topic", "").replace("\0", "")).first()
        return _ask(request, SubscribeForm(initial={"topic": topic and topic.slug}), topic)
    if comes_from_elsewhere(request):
        form = SubscribeForm({"email": request.POST.get("email", "")})
        return _ask(
            request, form, None, "Press once more, please: this came from another site.", 403
        )
    form = SubscribeForm(request.POST)
    if form.is_trapped:
        return SeeOther(reverse("subscribing:sent"))
    if not form.is_valid():
        return _ask(request, form, None, status=422)
    topic = form.cleaned_data["topic"]
    try:
        subscriptions.ask(form.cleaned_data["email"], request.META.get("REMOTE_ADDR"), topic)
    except limits.OverLimit as over:
        response = _ask(request, form, topic, TOO_MANY.format(in_words(over.wait)), 429)
        response.headers["Retry-After"] = str(over.wait)
        return response
    return SeeOther(reverse("subscribing:sent"))


def _ask(
    request: HttpRequest,
    form: SubscribeForm,
    topic: Topic | None,
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    return render(
        request,
        "articles/subscribing/subscribe.html",
        {"section": "articles", "form": form, "topic": topic, "trouble": trouble},
        status=status,
    )


@unlisted
@require_safe
def sent(request: HttpRequest) -> HttpResponse:
    """Where everybody ends up, programs in the honeypot too. It knows nothing of what was sent."""
    return render(request, "articles/subscribing/sent.html", {"section": "articles"})


@by_mailed_link
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether it was them, and subscribe them on a press. After a week the link is worth a new
    one."""
    try:
        subscriber, has_expired = tokens.subscriber_to_confirm(token), False
    except signing.SignatureExpired:
        subscriber, has_expired = tokens.subscriber_to_confirm(token, even_expired=True), True
    except signing.BadSignature:
        raise Http404 from None
    if subscriber is None:
        return _show_confirm(request, "gone", status=410)
    if subscriber.is_active:
        return SeeOther(_preferences_of(subscriber))
    if has_expired and request.method == "POST":
        try:
            subscriptions.ask_again(subscriber, request.META.get("REMOTE_ADDR"))
        except limits.OverLimit as over:
            return _show_confirm(request, "over_limit", status=429, wait=in_words(over.wait))
        return SeeOther(reverse("subscribing:sent"))
    if has_expired:
        return _show_confirm(request, "expired", status=410)
    if request.method == "POST":
        subscriptions.confirm(subscriber)
        return SeeOther(f"{_preferences_of(subscriber)}?new=1")
    return _show_confirm(
        request,
        "ask",
        subscriber=subscriber,
        topics=[] if subscriber.all_topics else subscriber.topics.all(),
        consent=consent.words(),
    )


def _show_confirm(
    request: HttpRequest, stage: str, status: int = 200, **context: Any
) -> HttpResponse:
    return render(
        request,
        "articles/subscribing/confirm.html",
        {"section": "articles", "stage": stage, **context},
        status=status,
    )


def _preferences_of(subscriber: Subscriber) -> str:
    return reverse("subscribing:preferences", args=[tokens.to_preferences(subscriber)])


@by_mailed_link
@require_http_methods(["GET", "HEAD", "POST"])
def stop(request: HttpRequest, token: str) -> HttpResponse:
    """Ask whether the mails should stop; stop them on a press, or on the one click of a mail
    program, which brings no cookie. Harmless twice."""
    try:
        subscriber = tokens.subscriber_to_stop(token)
    except signing.BadSignature:
        raise Http404 from None
    if request.method == "POST" and subscriber is not None:
        subscriptions.stop(subscriber)
    has_stopped = request.method == "POST" or subscriber is None or not subscriber.is_active
    return render(
        request,
        "articles/subscribing/stop.html",
        {
            "section": "articles",
            "has_stopped": has_stopped,
            "preferences": _preferences_of(subscriber) if subscriber else "",
        },
    )


@by_mailed_link
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, token: str) -> HttpResponse:
    """What to get and when, for whoever has the link. 3 queries to show."""
    try:
        subscriber = tokens.subscriber_of_preferences(token)
    except signing.BadSignature:
        raise Http404 from None
    if subscriber is None or subscriber.confirmed_at is None:
        return _show_confirm(request, "gone", status=410)
    return _preferences(request, subscriber, is_by_link=True)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def my_preferences(request: HttpRequest) -> HttpResponse:
    """The same for somebody who is signed in: their address is proved already."""
    email = cast(User, request.user).email.lower()
    subscriber = Subscriber.objects.filter(email=email).first() or Subscriber(email=email)
    return _preferences(request, subscriber, is_by_link=False)


def _preferences(request: HttpRequest, subscriber: Subscriber, *, is_by_link: bool) -> HttpResponse:
    act = request.POST.get("act", "") if request.method == "POST" else ""
    form = WishesForm(request.POST if act == "wishes" else None, instance=subscriber)
    said = ""
    if act == "wishes" and subscriber.is_active and form.is_valid():
        subscriptions.change(subscriber, form.cleaned_data)
        said = f"Saved. {in_short(subscriber)}"
    elif act == "stop":
        subscriptions.stop(subscriber)
        said = "Stopped. No more articles by mail."
    elif act == "forget":
        subscriptions.forget([subscriber.email])
        return _show_confirm(request, "forgotten")
    elif act == "start":
        subscriber = subscriptions.subscribe(subscriber.email)
        said = f"Welcome. {in_short(subscriber)}"
    elif is_by_link and "new" in request.GET and subscriber.is_active:
        said = f"Welcome. {in_short(subscriber)}"
    if said:
        subscriber.refresh_from_db()
        form = WishesForm(instance=subscriber)
    return render(
        request,
        "articles/subscribing/preferences.html",
        {
            "section": "articles" if is_by_link else "settings",
            "subscriber": subscriber,
            "form": form,
            "said": said,
            "is_by_link": is_by_link,
            "export": tokens.to_preferences(subscriber) if subscriber.pk else "",
            "zone": str(subscriber.zone).replace("_", " "),
            "consent": consent.words(),
        },
        status=422 if form.errors else 200,
    )


@by_mailed_link
@require_safe
def export(request: HttpRequest, token: str) -> HttpResponse:
    """Everything that is kept of a subscription, as a file, for whoever has the link."""
    try:
        subscriber = tokens.subscriber_of_preferences(token)
    except signing.BadSignature:
        raise Http404 from None
    if subscriber is None:
        raise Http404
    response = JsonResponse(
        subscriptions.export(subscriber.email) or {},
        json_dumps_params={"ensure_ascii": False, "indent": 1},
    )
    response.headers["Content-Disposition"] = 'attachment; filename="subscription.json"'
    return response


def in_short(subscriber: Subscriber) -> str:
    """ "New articles about Sore knees come on Saturdays at 08:00." One query."""
    topics = "" if subscriber.all_topics else ", ".join(t.name for t in subscriber.topics.all())
    what = f"New articles about {topics}" if topics else "New articles"
    if subscriber.rhythm == Subscriber.Rhythm.AT_ONCE:
        return f"{what} come as soon as they are out."
    return f"{what} come on {subscriber.get_weekday_display()}s at {subscriber.hour:02d}:00."
