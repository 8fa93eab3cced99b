"""The coach's writing room: Django's admin, entered by the site's own sign-in."""

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse

from comments.models import Thread


class CoachAdminSite(admin.AdminSite):
    site_header = "Writing room"
    site_title = "Writing room"
    index_title = "What would you like to do?"

    def login(self, request, extra_context=None):
        """The site's own sign-in, which counts wrong tries; Django's admin login does not."""
        if request.user.is_authenticated:
            if self.has_permission(request):
                return redirect("admin:index")
            raise PermissionDenied
        return redirect_to_login(
            request.GET.get("next") or reverse("admin:index"), reverse("account_login")
        )

    def index(self, request, extra_context=None):
        waiting = Thread.objects.waiting().count()
        return super().index(request, {**(extra_context or {}), "waiting_count": waiting})
