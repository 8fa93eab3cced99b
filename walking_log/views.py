"""A reader's own log. Every row is loaded through its owner, so a stranger's walk is a 404."""

import datetime
import uuid

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from . import asks, drafts, overview, verdicts
from .export import as_csv, as_json
from .forms import WalkForm, values_of_the_same, values_to_start_from, walks_to_start_from
from .guards import ReaderRequest, own_act, own_form, own_log, today_of
from .models import KneeReading, LogPreferences, PlanStep, Walk
from .plans import runs
from .readings import morning_is_asked_of, walk_to_ask_of

WALKS_ON_DASHBOARD = 5
WALKS_ON_PAGE = 50
# For so long after a walk was saved or taken out does its message, with Undo, show again.
UNDO_SHOWN_FOR = datetime.timedelta(hours=1)


@require_safe
@own_log
def dashboard(request: ReaderRequest) -> HttpResponse:
    """How it goes and what is next, then everything over time. 22 queries, whatever the log's size.

    Four more on a plan, one more after a walk was saved or taken out.
    """
    today = today_of(request)
    reader = request.user
    span = request.GET.get("range", "")
    if span not in overview.RANGES:
        span = overview.DEFAULT_RANGE
    last_walks = list(reader.walks.newest_first().with_readings()[:WALKS_ON_DASHBOARD])
    context = {
        "section": "log",
        "greeting": _greeting(timezone.localtime(timezone=reader.zone).hour),
        "began": (began := overview.began(reader)),
        "walks": last_walks,
        "today": today,
        **_just_done(request),
        **(asked := asks.of(reader, today, last_walks)),
        "standing": runs.standing(reader, today, asked["verdict"]),
        "plan_offer": runs.open_offer(reader),
    }
    if began is not None:
        began = min(began, today)  # a traveller's today may lie before their first walk
        first = overview.month_named(request.GET.get("month", ""), today, began)
        context |= {
            "week": overview.this_week(reader, today),
            "morning": walk_to_ask_of(last_walks, today),
            "calendar": overview.calendar(reader, first, today, began),
            "over_time": overview.over_time(reader, span, today, began),
            "findings": overview.findings(reader, today),
            "ranges": [(word, name) for word, (name, _) in overview.RANGES.items()],
            "span": span,
            "span_name": overview.RANGES[span][0],
        }
    return render(request, "walking_log/dashboard.html", context)


def _greeting(hour: int) -> str:
    if 4 <= hour < 12:
        return "Good morning"
    return "Good afternoon" if 12 <= hour < 18 else "Good evening"


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
    """One walk with all that was noted, and what was said of the next. 4 queries."""
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
            "spots": walk.spots.order_by("knee", "pk"),
            "verdict": walk.verdicts.current().first(),
            "readings": sorted(walk.readings.all(), key=lambda r: (order[r.moment], r.knee)),
            "today": today,
            "ask_morning": morning_is_asked_of(walk, today),
        },
    )


@own_form
def walk_new(request: ReaderRequest) -> HttpResponse:
    """The quick form. One form makes one walk, however often it is sent.

    Sent again with other words (Back, corrected, saved) it corrects its walk, and after Undo it
    brings it back: nobody means two walks by one form. `?like=last` fills in all of the last walk.
    """
    key, today, knees = _submission_key(request), today_of(request), _knees(request)
    if request.method == "POST":
        known = Walk.with_deleted.filter(owner=request.user, submission_key=key).first()
        walk = known or Walk(owner=request.user, submission_key=key)
        form = WalkForm(request.POST, instance=walk, today=today, knees=knees)
        if form.is_valid():
            try:
                with transaction.atomic():
                    walk = form.save()
                    runs.count(walk)
                    verdicts.refresh(request.user, today)
            except IntegrityError:
                # The same form, sent twice at once; the other press was first.
                walk = get_object_or_404(Walk, owner=request.user, submission_key=key)
            drafts.forget(request)
            return redirect(f"{reverse('walking_log:dashboard')}?saved={walk.pk}")
        return _walk_page(request, form, key)

    before = walks_to_start_from(request.user, today)
    same = request.GET.get("like") == "last" and bool(before)
    last = before[-1 if same else 0] if before else None
    start = (values_of_the_same if same else values_to_start_from)(last) if last else {}
    step = runs.step_to_walk(request.user)
    if step and step.total_s and not same:
        # The plan's minutes; how far they lead is to be seen.
        start = {**start, "duration": step.total_s, "distance": None}
    form = WalkForm(
        instance=Walk(owner=request.user),
        initial={**start, **drafts.typed(request)},
        today=today,
        knees=knees,
    )
    very_last = before[-1] if before and not same else None
    return _walk_page(request, form, key, last=last, very_last=very_last, step=step)


@own_form
def walk_edit(request: ReaderRequest, pk: int) -> HttpResponse:
    walk = get_object_or_404(request.user.walks.with_readings(), pk=pk)
    today, knees = today_of(request), _knees(request)
    if request.method == "POST":
        form = WalkForm(request.POST, instance=walk, today=today, knees=knees)
        if form.is_valid():
            with transaction.atomic():
                form.save()
                verdicts.refresh(request.user, today)
            drafts.forget(request)
            messages.success(request, "Changed. This is how it stands now.")
            return redirect("walking_log:walk", pk=pk)
    else:
        form = WalkForm(instance=walk, initial=drafts.typed(request), today=today, knees=knees)
    return _walk_page(request, form, walk.submission_key)


def _knees(request: ReaderRequest) -> str:
    return LogPreferences.of(request.user).knees


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
    very_last: Walk | None = None,
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
            "very_last": very_last,
            "step": step,
            "submission_key": key,
            "reader": drafts.token_for(request.user),
        },
        status=422 if form.errors else 200,
    )


@own_act
def walk_delete(request: ReaderRequest, pk: int) -> HttpResponse:
    """Take a walk out of the log; the page that follows offers to put it back."""
    walk = get_object_or_404(request.user.walks, pk=pk)
    with transaction.atomic():
        walk.delete_softly()
        verdicts.refresh(request.user, today_of(request))
    return redirect(f"{reverse('walking_log:dashboard')}?deleted={pk}")


@own_act
def walk_restore(request: ReaderRequest, pk: int) -> HttpResponse:
    """Put a walk back. Harmless for one that is there."""
    walk = get_object_or_404(Walk.with_deleted.filter(owner=request.user), pk=pk)
    with transaction.atomic():
        walk.restore()
        verdicts.refresh(request.user, today_of(request))
    messages.success(request, "It is back in your log.")
    return redirect(walk)


@require_safe
@own_log
def export(request: ReaderRequest) -> StreamingHttpResponse:
    """The reader's walks and readings as a file for a spreadsheet, sent as it is read."""
    response = StreamingHttpResponse(as_csv(request.user), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="walks.csv"'
    return response


@require_safe
@own_log
def export_everything(request: ReaderRequest) -> StreamingHttpResponse:
    """All that the log holds of its reader, for another program, sent as it is read."""
    response = StreamingHttpResponse(as_json(request.user), content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="walk-log.json"'
    return response
