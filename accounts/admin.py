"""People in the writing room: accounts for superusers, and each coach's own public profile."""

from allauth.account.models import EmailAddress
from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminFileWidget
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect

from . import coaches
from .erasure import erase
from .models import CoachProfile, User
from .pictures import PictureField

PORTRAIT_WIDTH = 512


class SuperusersOnly:
    """Mixed into an admin: no permission that someone was given opens it."""

    def has_module_permission(self, request):
        return request.user.is_superuser

    def has_view_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_change_permission(self, request, obj=None):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("email", "display_name")


@admin.register(User)
class UserAdmin(SuperusersOnly, DjangoUserAdmin):
    list_display = ["email", "display_name", "is_active", "is_staff", "date_joined"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    search_fields = ["email", "display_name"]
    ordering = ["email"]
    filter_horizontal = ["groups", "user_permissions"]
    readonly_fields = ["last_login", "date_joined"]
    fieldsets = [
        (None, {"fields": ["email", "display_name", "password"]}),
        ("Preferences", {"fields": ["units", "time_zone"]}),
        ("What they may do", {"fields": ["is_active", "is_superuser", "groups"]}),
        ("Dates", {"fields": ["last_login", "date_joined"]}),
    ]
    add_form = NewUserForm
    add_fieldsets = [
        (
            None,
            {
                "description": "To make someone a coach, make the account here, then add a coach "
                "profile for it.",
                "classes": ["wide"],
                "fields": ["email", "display_name", "usable_password", "password1", "password2"],
            },
        ),
    ]

    def save_model(self, request, obj, form, change):
        """An address that a superuser has typed needs no confirming by mail."""
        with transaction.atomic():
            super().save_model(request, obj, form, change)
            if not EmailAddress.objects.filter(user=obj, email=obj.email, verified=True).exists():
                EmailAddress.objects.filter(user=obj).delete()
                EmailAddress.objects.create(user=obj, email=obj.email, verified=True, primary=True)

    def delete_model(self, request, obj):
        erase(obj)

    def delete_queryset(self, request, queryset):
        for user in queryset:
            erase(user)


class CoachProfileForm(forms.ModelForm):
    portrait = PictureField(
        max_width=PORTRAIT_WIDTH,
        square=True,
        required=False,
        widget=AdminFileWidget,
        help_text=CoachProfile._meta.get_field("portrait").help_text,
    )

    class Meta:
        model = CoachProfile
        fields = ["user", "name", "line", "portrait"]


@admin.register(CoachProfile)
class CoachProfileAdmin(admin.ModelAdmin):
    """A coach edits their own; a superuser makes coaches by adding profiles, and ends them."""

    form = CoachProfileForm
    list_display = ["name", "line"]
    autocomplete_fields = ["user"]

    def get_queryset(self, request):
        profiles = super().get_queryset(request)
        return profiles if request.user.is_superuser else profiles.filter(user=request.user)

    def get_fields(self, request, obj=None):
        return ["name", "line", "portrait"] if obj else ["user", "name", "line", "portrait"]

    def has_add_permission(self, request):
        return request.user.is_superuser

    def has_delete_permission(self, request, obj=None):
        return request.user.is_superuser

    def changelist_view(self, request: HttpRequest, extra_context=None):
        """A coach has one profile, so a list of it would be in the way."""
        if not request.user.is_superuser:
            profile = self.get_queryset(request).first()
            if profile is not None:
                return redirect("admin:accounts_coachprofile_change", profile.pk)
        return super().changelist_view(request, extra_context)

    def save_model(self, request, obj, form, change):
        old = CoachProfile.objects.filter(pk=obj.pk).first()
        coaches.appoint(obj)
        if old is not None and old.portrait and old.portrait != obj.portrait:
            transaction.on_commit(lambda: old.portrait.delete(save=False))

    def delete_model(self, request, obj):
        coaches.dismiss(obj)

    def delete_queryset(self, request, queryset):
        for profile in queryset:
            coaches.dismiss(profile)
