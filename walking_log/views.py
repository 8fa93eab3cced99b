"""A reader's own log. Every row is loaded through its owner, so a stranger's walk is a 404."""

import datetime
import functools
import uuid
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.db import IntegrityError
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.models import User

from . import drafts, overview
from .export import as_csv
from .forms import MorningForm, WalkForm, morning_is_asked_of, values_to_start_from
from .models import KneeReading, PlanStep, Walk
from .plans import runs

WALKS_ON_DASHBOARD = 5
WALKS_ON_PAGE = 50
# For so long after a walk was saved or taken out does its message, with Undo, show again.
UNDO_SHOWN_FOR = datetime.timedelta(hours=1)

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


def today_of(request: ReaderRequest) -> datetime.date:
    """What the reader calls today."""
    return timezone.localdate(timezone=request.user.zone)


@require_safe
@own_log
def dashboard(request: ReaderRequest) -> HttpResponse:
    """This week, the last walks, comfort over time. 4 queries, whatever the number of walks.

    One more for all there is (`?range=all`), and one after a walk was saved or taken out.
    """
    today = today_of(request)
    span = request.GET.get("range", "")
    if span not in overview.RANGES:
        span = overview.DEFAULT_RANGE
    last_walks = list(request.user.walks.newest_first().with_readings()[:WALKS_ON_DASHBOARD])
    return render(
        request,
        "walking_log/dashboard.html",
        {
            "section": "log",
            "greeting": _greeting(timezone.localtime(timezone=request.user.zone).hour),
            "week": overview.this_week(request.user, today),
            "walks": last_walks,
            "morning": _walk_to_ask_of(last_walks, today),
            "chart": overview.comfort_chart(request.user, span, today) if last_walks else None,
            "standing": runs.standing(request.user, today, runs.latest_outcome(request.user)),
            "plan_offer": runs.open_offer(request.user),
            "ranges": [(word, name) for word, (name, _) in overview.RANGES.items()],
            "span": span,
            "today": today,
            **_just_done(request),
        },
    )


def _greeting(hour: int) -> str:
    if 4 <= hour < 12:
        return "Good morning"
    return "Good afternoon" if 12 <= hour < 18 else "Good evening"


def _walk_to_ask_of(last_walks: list[Walk], today: datetime.date) -> Walk | None:
    """Yesterday's last walk, where nothing is written yet of the morning after."""
    yesterday = today - datetime.timedelta(days=1)
    walk = next((walk for walk in last_walks if walk.local_date == yesterday), None)
    if walk is None or any(reading.moment == "next_morning" for reading in walk.readings.all()):
        return None
    return walk


def _just_done(request: ReaderRequest) -> dict[str, Walk | None]:
    """The walk that the address says was saved or taken out, if that was lately and is so."""
    since = timezone.now() - UNDO_SHOWN_FOR
    own = Walk.with_deleted.filter(owner=request.user)
    saved, deleted = (_number(request.GET.get(word, "")) for word in ("saved", "deleted"))
    return {
        "saved": own.filter(pk=saved, deleted_at=None, updated_at__gte=since).first()
        if saved
        else None,
        "deleted": own.filter(pk=deleted, deleted_at__gte=since).first() if deleted else None,
    }


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


@require_safe
@own_log
def walks(request: ReaderRequest) -> HttpResponse:
    """All walks, newest first. 3 queries a page."""
    paginator = Paginator(request.user.walks.newest_first().with_readings(), WALKS_ON_PAGE)
    page = paginator.get_page(request.GET.get("page"))
    context = {"section": "log", "page": page, "today": today_of(request)}
    return render(request, "walking_log/walks.html", context)


@require_safe
@own_log
def walk(request: ReaderRequest, pk: int) -> HttpResponse:
    """One walk with all that was noted. 2 queries."""
    walk = get_object_or_404(request.user.walks.with_readings(), pk=pk)
    today = today_of(request)
    order = {moment: place for place, moment in enumerate(KneeReading.Moment)}
    return render(
        request,
        "walking_log/walk.html",
        {
            "section": "log",
            "walk": walk,
            "has_facts": bool(
                walk.never_hurt
                or walk.pain_onset_s is not None
                or walk.limped is not None
                or walk.stop_reason
                or walk.talk_test
                or walk.aid
                or walk.notes
            ),
            "readings": sorted(walk.readings.all(), key=lambda r: (order[r.moment], r.knee)),
            "today": today,
            "ask_morning": morning_is_asked_of(walk, today),
        },
    )


@own_form
def walk_new(request: ReaderRequest) -> HttpResponse:
    """The quick form. One form makes one walk, however often it is sent.

    Sent again with other words (Back, corrected, saved) it corrects its walk, and after Undo it
    brings it back: nobody means two walks by one form.
    """
    key = _submission_key(request)
    if request.method == "POST":
        known = Walk.with_deleted.filter(owner=request.user, submission_key=key).first()
        walk = known or Walk(owner=request.user, submission_key=key)
        form = WalkForm(request.POST, instance=walk, today=today_of(request))
        if form.is_valid():
            try:
                walk = form.save()
            except IntegrityError:
                # The same form, sent twice at once; the other press was first.
                walk = get_object_or_404(Walk, owner=request.user, submission_key=key)
            runs.count(walk)
            drafts.forget(request)
            return redirect(f"{reverse('walking_log:dashboard')}?saved={walk.pk}")
        return _walk_page(request, form, key)

    last = request.user.walks.newest_first().first()
    start = values_to_start_from(last) if last else {}
    step = runs.step_to_walk(request.user)
    if step and step.total_s:
        # The plan's minutes; how far they lead is to be seen.
        start = {**start, "duration": step.total_s, "distance": None}
    form = WalkForm(
        instance=Walk(owner=request.user),
        initial={**start, **drafts.typed(request)},
        today=today_of(request),
    )
    return _walk_page(request, form, key, last=last, step=step)


@own_form
def walk_edit(request: ReaderRequest, pk: int) -> HttpResponse:
    walk = get_object_or_404(request.user.walks.with_readings(), pk=pk)
    if request.method == "POST":
        form = WalkForm(request.POST, instance=walk, today=today_of(request))
        if form.is_valid():
            form.save()
            drafts.forget(request)
            messages.success(request, "Changed. This is how it stands now.")
            return redirect("walking_log:walk", pk=pk)
    else:
        form = WalkForm(instance=walk, initial=drafts.typed(request), today=today_of(request))
    return _walk_page(request, form, walk.submission_key)


def _submission_key(request: ReaderRequest) -> uuid.UUID:
    """What the form says of itself; a new one for a new form, and for one that says nonsense."""
    typed = request.POST if request.method == "POST" else drafts.typed(request)
    try:
        return uuid.UUID(typed.get("submission_key", ""))
    except ValueError:
        return uuid.uuid4()


def _walk_page(
    request: ReaderRequest,
    form: WalkForm,
    key: uuid.UUID,
    last: Walk | None = None,
    step: PlanStep | None = None,
) -> HttpResponse:
    return render(
        request,
        "walking_log/walk_form.html",
        {
            "section": "log",
            "form": form,
            "editing": form.instance if form.instance.pk else None,
            "last": last,
            "step": step,
            "submission_key": key,
            "reader": drafts.token_for(request.user),
        },
        status=422 if form.errors else 200,
    )


@own_act
def walk_delete(request: ReaderRequest, pk: int) -> HttpResponse:
    """Take a walk out of the log; the page that follows offers to put it back."""
    get_object_or_404(request.user.walks, pk=pk).delete_softly()
    return redirect(f"{reverse('walking_log:dashboard')}?deleted={pk}")


@own_act
def walk_restore(request: ReaderRequest, pk: int) -> HttpResponse:
    """Put a walk back. Harmless for one that is there."""
    walk = get_object_or_404(Walk.with_deleted.filter(owner=request.user), pk=pk)
    walk.restore()
    messages.success(request, "It is back in your log.")
    return redirect(walk)


@own_form
def morning(request: ReaderRequest, pk: int) -> HttpResponse:
    """How the knees are on the morning after a walk; may be corrected for a week."""
    walk = get_object_or_404(request.user.walks.with_readings(), pk=pk)
    if not morning_is_asked_of(walk, today_of(request)):
        return redirect(walk)
    if request.method == "POST":
        form = MorningForm(request.POST, walk=walk)
        if form.is_valid():
            form.save()
            drafts.forget(request)
            messages.success(request, "Noted. Mornings tell more than walks do.")
            return redirect("walking_log:dashboard")
    else:
        form = MorningForm(walk=walk, initial=drafts.typed(request))
    return render(
        request,
        "walking_log/morning.html",
        {
            "section": "log",
            "form": form,
            "walk": walk,
            "is_this_morning": walk.local_date == today_of(request) - datetime.timedelta(days=1),
            "reader": drafts.token_for(request.user),
        },
        status=422 if form.errors else 200,
    )


@require_safe
@own_log
def export(request: ReaderRequest) -> StreamingHttpResponse:
    """The reader's walks and readings as a file for a spreadsheet, sent as it is read."""
    response = StreamingHttpResponse(as_csv(request.user), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="walks.csv"'
    return response
