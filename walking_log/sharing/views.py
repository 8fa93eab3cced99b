"""The reader's page of sharing: what a coach sees, until when, and when they looked."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from ..guards import ReaderRequest, own_act, own_form
from . import grants
from .forms import ShareForm
from .models import Look


@own_form
def sharing(request: ReaderRequest) -> HttpResponse:
    """Who may see what, the form that gives it, and the looks. 5 queries."""
    form = ShareForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        profile = form.cleaned_data["coach"]
        grant = grants.give(
            request.user, profile.user, form.cleaned_data["scopes"], form.cleaned_data["days"]
        )
        until = timezone.localtime(grant.until, request.user.zone)
        messages.success(
            request, f"{profile.name} can see it until {until:%-d %B}. Stop it whenever you like."
        )
        return redirect("walking_log:sharing")
    looks = Look.objects.filter(grant__owner=request.user)
    return render(
        request,
        "walking_log/sharing.html",
        {
            "section": "log",
            "form": form,
            "grants": list(
                request.user.share_grants.in_force()
                .select_related("coach__coach_profile")
                .newest_first()
            ),
            "looks": list(
                looks.select_related("grant__coach__coach_profile")[: grants.LOOKS_SHOWN]
            ),
        },
        status=422 if form.errors else 200,
    )


@own_act
def stop(request: ReaderRequest, pk: int) -> HttpResponse:
    """Take a grant back; it shows nothing from now on."""
    grant = get_object_or_404(request.user.share_grants, pk=pk)
    grants.take_back(grant)
    messages.success(request, "Stopped. Nothing of your log can be seen any more.")
    return redirect("walking_log:sharing")
