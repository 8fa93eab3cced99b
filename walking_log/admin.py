"""Plans, which a coach writes and offers. Nothing of a reader's log is in the admin, on purpose.

Walks, knee readings and the way through a plan are health data. The coach sees those a reader
shares, where the reader shared them, and nobody else browses them: not by being staff, and not by
being a superuser.
"""

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path

from accounts.models import User

from .models import Plan, PlanStep
from .plans import runs


class OfferForm(forms.Form):
    """Whom a plan is offered to, and a line from the coach."""

    email = forms.EmailField(
        label="The reader’s e-mail", help_text="The address they sign in with."
    )
    note = forms.CharField(
        label="A line to them",
        required=False,
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="For example why this plan, and with which step to begin.",
    )


class StepInline(admin.TabularInline):
    model = PlanStep
    extra = 0
    min_num = 1
    ordering = ["order"]


@admin.register(Plan)
class PlanAdmin(admin.ModelAdmin):
    """Plans of one's own. The built-in ones can be read and offered, not changed."""

    list_display = ["name", "line", "step_count", "is_offered", "is_built_in"]
    list_filter = ["is_offered", "is_built_in"]
    search_fields = ["name", "line"]
    prepopulated_fields = {"slug": ["name"]}
    inlines = [StepInline]
    change_form_template = "admin/walking_log/plan/change_form.html"
    fieldsets = [
        (None, {"fields": ["name", "slug", "line", "about", "source"]}),
        (
            "How it goes",
            {
                "fields": ["moves_on", "place", "is_offered"],
                "description": (
                    "A plan that readers may not choose is seen by those you offer it to. "
                    "Give seconds for warming up and cooling down: 300 are five minutes."
                ),
            },
        ),
    ]

    def get_queryset(self, request):
        return super().get_queryset(request).prefetch_related("steps")

    @admin.display(description="steps")
    def step_count(self, plan: Plan) -> int:
        return len(plan.steps_in_order)

    def has_change_permission(self, request, obj=None):
        if obj is not None and obj.is_built_in:
            return False
        return super().has_change_permission(request, obj)

    def has_delete_permission(self, request, obj=None):
        """A plan that somebody walked by is kept: take away its tick instead."""
        if obj is None:
            return False
        return super().has_delete_permission(request, obj) and not (
            obj.is_built_in or obj.runs.exists()
        )

    def get_prepopulated_fields(self, request, obj=None):
        return {} if obj is not None and obj.is_built_in else self.prepopulated_fields

    def save_model(self, request, obj, form, change):
        if not change:
            obj.written_by = request.user
        super().save_model(request, obj, form, change)

    # Offering one to a reader

    def get_urls(self):
        return [
            path(
                "<int:plan_id>/offer/",
                self.admin_site.admin_view(self.offer),
                name="walking_log_plan_offer",
            ),
            *super().get_urls(),
        ]

    def offer(self, request: HttpRequest, plan_id: int) -> HttpResponse:
        """Offer a plan to one reader by their address. Says nothing of who has an account."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        plan = get_object_or_404(Plan, pk=plan_id)
        form = OfferForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            reader = User.objects.filter(email__iexact=form.cleaned_data["email"]).first()
            if reader is not None:
                assert isinstance(request.user, User)
                runs.offer(plan, reader, request.user, form.cleaned_data["note"])
            messages.success(
                request,
                "If somebody signs in with this address, the plan is on their log now. "
                "They choose; you are not told what.",
            )
            return redirect("admin:walking_log_plan_changelist")
        return render(
            request,
            "admin/walking_log/plan/offer.html",
            {
                **self.admin_site.each_context(request),
                "title": f"Offer “{plan.name}” to a reader",
                "plan": plan,
                "form": form,
                "opts": self.opts,
            },
            status=422 if form.errors else 200,
        )
