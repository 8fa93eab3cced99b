"""Settings, and the end of an account. Signing up and in is allauth's (`allauth_urls.py`)."""

from typing import cast

from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from . import portraits
from .erasure import CannotErase, leave
from .forms import PasswordProves, PortraitForm, SettingsForm
from .models import User
from .pages import status_of


@never_cache
@login_required
def preferences(request: HttpRequest) -> HttpResponse:
    """Name, units and time zone, and the ways to everything else about the account."""
    person = cast(User, request.user)
    form = SettingsForm(request.POST if request.method == "POST" else None, instance=person)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, "Your settings are saved.")
        return redirect("accounts:settings")
    return render(
        request,
        "accounts/settings.html",
        {
            "form": form,
            "section": "settings",
            "profile": person.coach_profile if person.is_coach else None,
        },
        status=status_of(form),
    )


@never_cache
@login_required
def picture(request: HttpRequest) -> HttpResponse:
    """The picture beside one's name: choose one, or take it away."""
    person = cast(User, request.user)
    if request.method == "POST" and "remove" in request.POST:
        portraits.show(person, None)
        messages.success(request, "Your picture is gone; your initial stands in its place.")
        return redirect("accounts:picture")
    sent = request.method == "POST"
    form = PortraitForm(request.POST, request.FILES) if sent else PortraitForm()
    if sent and form.is_valid():
        portraits.show(person, form.cleaned_data["picture"])
        messages.success(request, "This is your picture now.")
        return redirect("accounts:picture")
    return render(
        request,
        "accounts/picture.html",
        {"form": form, "section": "settings"},
        status=status_of(form),
    )


@sensitive_post_parameters("password")
@never_cache
@login_required
def delete(request: HttpRequest) -> HttpResponse:
    """Erase the account of whoever is signed in, once they give their password."""
    person = cast(User, request.user)
    form = PasswordProves(person, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            leave(person)
        except CannotErase:
            form.add_error(
                None,
                "Readers know you here by name. Ask the keeper of this site to take over your "
                "part first; then you can delete your account.",
            )
        else:
            logout(request)
            messages.success(request, "Your account and your walks are gone. Walk well.")
            return redirect("home")
    return render(
        request,
        "accounts/delete.html",
        {"form": form, "section": "settings"},
        status=status_of(form),
    )
