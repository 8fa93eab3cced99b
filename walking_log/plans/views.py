"""A reader's plan: choose one, see where they are, go on, walk it again, rest, leave."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from .. import verdicts
from ..guards import ReaderRequest, own_act, own_form, own_log, today_of
from . import runs, trail
from .forms import LandmarksForm
from .models import Plan


@own_log
def plans(request: ReaderRequest) -> HttpResponse:
    """The plan they are on, and all they may choose. A constant number of queries."""
    today = today_of(request)
    listed = list(Plan.objects.offered_to(request.user).with_steps())
    return render(
        request,
        "walking_log/plans.html",
        {
            "section": "log",
            "plans": listed,
            "offer": runs.open_offer(request.user),
            "standing": runs.standing(request.user, today, verdicts.current(request.user, today)),
        },
    )


@own_form
def plan(request: ReaderRequest, slug: str) -> HttpResponse:
    """One plan with its steps; of the one they are on, where they are and their landmarks."""
    plan = _plan_or_404(request, slug)
    today = today_of(request)
    standing = runs.standing(request.user, today, verdicts.current(request.user, today))
    is_mine = standing is not None and standing.run.plan_id == plan.pk
    form = None
    if is_mine:
        assert standing is not None
        form = LandmarksForm(request.POST or None, steps=standing.steps, names=standing.names)
        if request.method == "POST" and form.is_valid():
            for step, words in form.typed().items():
                runs.name_landmark(standing.run, step, words)
            messages.success(request, "Your places have their names.")
            return redirect(plan)
    elif request.method == "POST":
        return redirect(plan)
    return render(
        request,
        "walking_log/plan.html",
        {
            "section": "log",
            "plan": plan,
            "standing": standing if is_mine else None,
            "other": None if is_mine else standing,
            "form": form if form and form.fields else None,
            "trail": trail.draw([step.label for step in plan.steps_in_order], None),
            "left_at": None if is_mine else runs.last_step_of(request.user, plan),
        },
        status=422 if form and form.errors else 200,
    )


@own_act
def choose(request: ReaderRequest, slug: str) -> HttpResponse:
    """Begin a plan, or go to a step of the one they are on; another one is left for it."""
    plan = _plan_or_404(request, slug)
    order = _order(request)
    if order is not None and not plan.steps.filter(order=order).exists():
        raise Http404
    before = runs.under_way(request.user)
    runs.choose(request.user, plan, today_of(request), order=order)
    if before is None or before.plan_id != plan.pk:
        messages.success(request, f"You are on “{plan.name}” now. It goes at your pace.")
    else:
        messages.success(request, "Noted. Nothing you walked is lost.")
    return redirect("walking_log:plans")


@own_act
def pause(request: ReaderRequest) -> HttpResponse:
    """Rest from the plan, or go on with it."""
    run = runs.under_way(request.user)
    if run is None:
        return redirect("walking_log:plans")
    if request.POST.get("act") == "resume":
        runs.resume(run, today_of(request))
        messages.success(request, "Welcome back. You go on where you were.")
    else:
        runs.pause(run, today_of(request))
        messages.success(request, "Your plan waits for you. Walks still go into your log.")
    return redirect("walking_log:plans")


@own_act
def leave(request: ReaderRequest) -> HttpResponse:
    """Leave the plan they are on."""
    run = runs.under_way(request.user)
    if run is not None:
        runs.leave(run, today_of(request))
        messages.success(request, "You have left the plan. Your walks and your place are kept.")
    return redirect("walking_log:plans")


@own_act
def not_now(request: ReaderRequest, slug: str) -> HttpResponse:
    """Put aside a plan that a coach has offered. It can still be chosen from the list."""
    runs.settle_offer(request.user, _plan_or_404(request, slug))
    return redirect("walking_log:plans")


def _plan_or_404(request: ReaderRequest, slug: str) -> Plan:
    """One that is offered to this reader, or that they are on, though it be offered no more."""
    plans = Plan.objects.with_steps()
    run = runs.under_way(request.user)
    if run is not None and run.plan.slug == slug:
        return plans.get(pk=run.plan_id)
    return get_object_or_404(plans.offered_to(request.user), slug=slug)


def _order(request: HttpRequest) -> int | None:
    text = request.POST.get("step", "")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 4:
        raise Http404
    return int(text)
