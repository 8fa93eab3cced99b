"""Signing in with an account elsewhere: what allauth does differently here."""

from urllib.parse import urlencode

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.providers.base import AuthError
from django.shortcuts import redirect
from django.urls import reverse

from .models import User


class SocialAdapter(DefaultSocialAccountAdapter):
    error_messages = DefaultSocialAccountAdapter.error_messages | {
        "connected_other": "This account opens another reader's account here already.",
        "no_password": "Choose a password first, or you could not sign in again.",
    }

    def populate_user(self, request, sociallogin, data):
        """Suggest the name. Of everything else that the other site tells, nothing is kept."""
        user = super().populate_user(request, sociallogin, data)
        name = data.get("first_name") or data.get("name") or data.get("username") or ""
        user.display_name = " ".join(name.split())[:50]
        sociallogin.account.extra_data = {}
        return user

    def get_signup_form_initial_data(self, sociallogin) -> dict:
        return {
            "display_name": sociallogin.user.display_name,
            "email": verified_email(sociallogin) or sociallogin.user.email,
        }

    def authenticate_by_email(self, sociallogin) -> tuple[User, str] | None:
        """Whose account here has an address that the other site has verified.

        Nobody's by an address they only wish to move to, and no staff's: whoever publishes
        connects an account elsewhere from the settings, with their password.
        """
        email = verified_email(sociallogin)
        user = email and User.objects.filter(email__iexact=email, is_staff=False).first()
        return (user, email) if email and user else None

    def save_user(self, request, sociallogin, form=None):
        """Only what the other site has verified counts; the rest is typed, and confirmed here."""
        sociallogin.email_addresses = [a for a in sociallogin.email_addresses if a.verified]
        return super().save_user(request, sociallogin, form)

    def on_authentication_error(
        self, request, provider, error=None, exception=None, extra_context=None
    ):
        """Whoever turns back at the other site has not forgotten where they were going here."""
        state = (extra_context or {}).get("state") or {}
        if error == AuthError.CANCELLED and state.get("next"):
            address = reverse("socialaccount_login_cancelled")
            raise ImmediateHttpResponse(redirect(f"{address}?{urlencode({'next': state['next']})}"))

    def get_connect_redirect_url(self, request, socialaccount) -> str:
        return reverse("accounts:settings")


def verified_email(sociallogin) -> str | None:
    """The address that the other site says it has checked."""
    return next((a.email.lower() for a in sociallogin.email_addresses if a.verified), None)
