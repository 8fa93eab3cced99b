"""Knees beside walks: the morning after, rest days, symptoms, the week; and how to be asked."""

import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from . import asks, drafts, morning_link, verdicts, weekly_mail
from .guards import ReaderRequest, once, own_act, own_form, today_of
from .knee_forms import LifeTicksForm, MorningForm, PreferencesForm, RestDayForm, SymptomsForm
from .models import KneeReading, LifeTick, LogPreferences, Walk
from .readings import morning_is_asked_of

DAY = datetime.timedelta(days=1)


@own_form
def morning(request: ReaderRequest, pk: int) -> HttpResponse:
    """How the knees are on the morning after a walk; may be corrected for a week."""
    walk = get_object_or_404(request.user.walks.with_readings(), pk=pk)
    today, knees = today_of(request), LogPreferences.of(request.user).knees
    if not morning_is_asked_of(walk, today):
        return redirect(walk)
    if request.method == "POST":
        form = MorningForm(request.POST, walk=walk, knees=knees)
        if form.is_valid():
            once(form.save, lambda: verdicts.refresh(request.user, today))
            drafts.forget(request)
            messages.success(request, "Noted. Mornings tell more than walks do.")
            return redirect("walking_log:dashboard")
    else:
        form = MorningForm(walk=walk, initial=drafts.typed(request), knees=knees)
    return render(
        request,
        "walking_log/morning.html",
        {
            "section": "log",
            "form": form,
            "walk": walk,
            "is_this_morning": walk.local_date == today - DAY,
            "reader": drafts.token_for(request.user),
        },
        status=422 if form.errors else 200,
    )


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def morning_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """The same by the link in the mail, for whoever holds it, signed in or not.

    It shows no number that was written before, no length and no note of the walk. 404 for a link
    that this site did not make, 410 for one that is too old or whose walk is gone.
    """
    try:
        walk = morning_link.walk_of(token)
    except morning_link.NotOurs:
        raise Http404 from None
    except morning_link.Over:
        return render(request, "walking_log/morning_over.html", {"section": "log"}, status=410)
    owner = walk.owner
    today = timezone.localdate(timezone=owner.zone)
    knees = LogPreferences.of(owner).knees
    done = False
    if request.method == "POST":
        form = MorningForm(request.POST, walk=walk, knees=knees, shows_stored=False)
        if form.is_valid():
            once(form.save, lambda: verdicts.refresh(owner, today))
            done = True
    else:
        form = MorningForm(walk=walk, knees=knees, shows_stored=False)
    return render(
        request,
        "walking_log/morning_by_link.html",
        {
            "section": "log",
            "form": form,
            "done": done,
            "is_this_morning": walk.local_date == today - DAY,
            "day": walk.local_date,
        },
        status=422 if form.errors else 200,
    )


@csrf_exempt  # the link is the authority, and a mail client's own button has no token (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def morning_stop(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails on mornings, by the link at their foot. A GET only shows the button."""
    try:
        mine = morning_link.preferences_to_stop(token)
    except morning_link.NotOurs:
        raise Http404 from None
    if request.method == "POST" and mine is not None and mine.morning_mail:
        mine.morning_mail = False
        mine.save(update_fields=["morning_mail"])
    done = request.method == "POST" or mine is None or not mine.morning_mail
    return render(request, "walking_log/morning_stop.html", {"section": "log", "done": done})


@csrf_exempt  # as morning_stop
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def weekly_stop(request: HttpRequest, token: str) -> HttpResponse:
    """End the mails on Mondays, by the link at their foot. A GET only shows the button."""
    try:
        mine = weekly_mail.preferences_to_stop(token)
    except weekly_mail.NotOurs:
        raise Http404 from None
    if request.method == "POST" and mine is not None and mine.weekly_mail:
        mine.weekly_mail = False
        mine.save(update_fields=["weekly_mail"])
    done = request.method == "POST" or mine is None or not mine.weekly_mail
    return render(request, "walking_log/weekly_stop.html", {"section": "log", "done": done})


@own_form
def rest_day(request: ReaderRequest) -> HttpResponse:
    """How the knees are on a day without a walk: without these, a log samples good days only."""
    today, knees = today_of(request), LogPreferences.of(request.user).knees
    typed = request.POST if request.method == "POST" else None
    form = RestDayForm(
        typed, owner=request.user, today=today, knees=knees, initial=drafts.typed(request)
    )
    if typed is not None and form.is_valid():
        once(form.save, lambda: verdicts.refresh(request.user, today))
        day = form.cleaned_data["local_date"]
        drafts.forget(request)
        messages.success(
            request,
            "Noted. Rest days belong to the truth."
            if today - day <= 7 * DAY
            else "Noted as remembered. It is kept, and left out of what the log concludes.",
        )
        return redirect("walking_log:dashboard")
    return render(
        request,
        "walking_log/rest_day.html",
        {"section": "log", "form": form, "reader": drafts.token_for(request.user)},
        status=422 if form.errors else 200,
    )


@own_form
def symptoms(request: ReaderRequest) -> HttpResponse:
    """The red-flag questions: those that the rules ask (`?asked=1`), or all of them."""
    today = today_of(request)
    verdict = verdicts.current(request.user, today)
    some = "asked" in request.GET and verdict is not None
    asked = tuple(verdict.questions) if some and verdict else ()
    last = request.user.symptom_reports.order_by("-local_date").first()
    if request.method == "POST":
        form = SymptomsForm(request.POST, asked=asked)
        if form.is_valid():
            once(
                lambda: form.save(request.user, today),
                lambda: verdicts.refresh(request.user, today),
            )
            drafts.forget(request)
            if not form.cleaned_data["flags"]:
                messages.success(request, "Noted: none of these. That is good to know.")
            return redirect("walking_log:dashboard")
    else:
        standing = {"flags": last.flags if last else ()}
        form = SymptomsForm(asked=asked, initial={**standing, **drafts.typed(request)})
    return render(
        request,
        "walking_log/symptoms.html",
        {
            "section": "log",
            "form": form,
            "standing": last if last and last.flags else None,
            "reader": drafts.token_for(request.user),
        },
        status=422 if form.errors else 200,
    )


@own_act
def symptoms_acknowledge(request: ReaderRequest, pk: int) -> HttpResponse:
    """The reader has read where to go. Harmless when pressed twice."""
    report = get_object_or_404(request.user.symptom_reports, pk=pk)
    if report.acknowledged_at is None:
        report.acknowledged_at = timezone.now()
        report.save(update_fields=["acknowledged_at"])
    return redirect("walking_log:dashboard")


@own_form
def week(request: ReaderRequest) -> HttpResponse:
    """Five plain questions about the week; answered again, they are corrected."""
    today = today_of(request)
    monday = asks.week_to_ask_of(today)
    tick = request.user.life_ticks.filter(week=monday).first() or LifeTick(
        owner=request.user, week=monday
    )
    typed = request.POST if request.method == "POST" else None
    form = LifeTicksForm(typed, instance=tick, initial=drafts.typed(request))
    if typed is not None and form.is_valid():
        once(form.save)
        drafts.forget(request)
        messages.success(request, "Noted. These small things often change first.")
        return redirect("walking_log:dashboard")
    return render(
        request,
        "walking_log/week.html",
        {
            "section": "log",
            "form": form,
            "monday": monday,
            "is_this_week": monday == today - today.weekday() * DAY,
            "reader": drafts.token_for(request.user),
        },
        status=422 if form.errors else 200,
    )


@own_form
def preferences(request: ReaderRequest) -> HttpResponse:
    """Which knees are asked of, and the mail on the morning after."""
    mine = LogPreferences.of(request.user)
    typed = request.POST if request.method == "POST" else None
    form = PreferencesForm(typed, instance=mine, initial=drafts.typed(request))
    if typed is not None and form.is_valid():
        once(form.save)
        drafts.forget(request)
        messages.success(request, "Saved. That is how we ask from now on.")
        return redirect("walking_log:preferences")
    return render(
        request,
        "walking_log/preferences.html",
        {"section": "log", "form": form, "reader": drafts.token_for(request.user)},
        status=422 if form.errors else 200,
    )


@own_act
def scale(request: ReaderRequest, pk: int) -> HttpResponse:
    """Which way round the scale was read: `turn` turns the walk's numbers, anything else keeps
    them. Asked once; a second press changes nothing more.
    """
    walk = get_object_or_404(request.user.walks.with_readings(), pk=pk)
    with transaction.atomic():
        mine, _ = LogPreferences.objects.select_for_update().get_or_create(owner=request.user)
        if mine.scale_confirmed_at is None:
            mine.scale_confirmed_at = timezone.now()
            mine.save(update_fields=["scale_confirmed_at"])
            if request.POST.get("turn"):
                _turn_round(walk)
                verdicts.refresh(request.user, today_of(request))
                messages.success(request, "Turned round. 10 is a knee without any pain.")
            else:
                messages.success(request, "Good. We will not ask again.")
    return redirect("walking_log:dashboard")


def _turn_round(walk: Walk) -> None:
    for reading in walk.readings.all():
        reading.comfort = 10 - reading.comfort
    KneeReading.objects.bulk_update(walk.readings.all(), ["comfort"])
