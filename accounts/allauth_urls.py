"""allauth's pages that this site offers, under the names that allauth itself goes by."""

from importlib import import_module

from allauth.account import views
from allauth.mfa.webauthn import views as passkey_views
from allauth.socialaccount import views as social_views
from django.conf import settings
from django.urls import path, re_path
from django.views.generic import RedirectView

from . import confirming, passkeys
from .pages import account_page
from .sign_in_with import PROVIDERS

urlpatterns = [
    path("login/", account_page(views.login, "login"), name="account_login"),
    path("logout/", account_page(views.logout, "settings"), name="account_logout"),
    path("signup/", account_page(views.signup, "login"), name="account_signup"),
    path("inactive/", account_page(views.account_inactive, "login"), name="account_inactive"),
    path(
        "reauthenticate/",
        account_page(views.reauthenticate, "settings"),
        name="account_reauthenticate",
    ),
    path("email/", account_page(views.email, "settings"), name="account_email"),
    path(
        "confirm-email/",
        account_page(views.email_verification_sent, "login"),
        name="account_email_verification_sent",
    ),
    re_path(
        r"^confirm-email/(?P<key>[-:\w]+)/$",
        account_page(confirming.confirm_email, "login"),
        name="account_confirm_email",
    ),
    path(
        "password/change/",
        account_page(views.password_change, "settings"),
        name="account_change_password",
    ),
    path(
        "password/set/", account_page(views.password_set, "settings"), name="account_set_password"
    ),
    path(
        "password/reset/",
        account_page(views.password_reset, "login"),
        name="account_reset_password",
    ),
    path(
        "password/reset/done/",
        account_page(views.password_reset_done, "login"),
        name="account_reset_password_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account_page(views.password_reset_from_key, "login"),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        account_page(views.password_reset_from_key_done, "login"),
        name="account_reset_password_from_key_done",
    ),
    # --- A mailed code ------------------------------------------------------------------------
    path(
        "login/code/",
        account_page(views.request_login_code, "login"),
        name="account_request_login_code",
    ),
    path(
        "login/code/confirm/",
        account_page(views.confirm_login_code, "login"),
        name="account_confirm_login_code",
    ),
    # --- A passkey ----------------------------------------------------------------------------
    path("passkeys/challenge/", passkeys.challenge, name="passkey_challenge"),
    path(
        "passkeys/login/",
        account_page(passkey_views.login_webauthn, "login"),
        name="mfa_login_webauthn",
    ),
    path(
        "passkeys/",
        account_page(passkey_views.list_webauthn, "settings"),
        name="mfa_list_webauthn",
    ),
    path("passkeys/", RedirectView.as_view(pattern_name="mfa_list_webauthn"), name="mfa_index"),
    path(
        "passkeys/add/",
        account_page(passkey_views.add_webauthn, "settings"),
        name="mfa_add_webauthn",
    ),
    re_path(
        r"^passkeys/(?P<pk>[0-9]{1,9})/remove/$",
        account_page(passkey_views.remove_webauthn, "settings"),
        name="mfa_remove_webauthn",
    ),
    # --- An account elsewhere -----------------------------------------------------------------
    path(
        "elsewhere/",
        account_page(social_views.signup, "login"),
        name="socialaccount_signup",
    ),
    path(
        "elsewhere/cancelled/",
        account_page(social_views.login_cancelled, "login"),
        name="socialaccount_login_cancelled",
    ),
    path(
        "elsewhere/connected/",
        account_page(social_views.connections, "settings"),
        name="socialaccount_connections",
    ),
]

for provider in PROVIDERS:
    if provider.id in settings.SOCIALACCOUNT_PROVIDERS:
        its = import_module(f"{provider.app}.views")
        urlpatterns += [
            path(
                f"{provider.id}/login/",
                account_page(its.oauth2_login, "login"),
                name=f"{provider.id}_login",
            ),
            path(
                f"{provider.id}/login/callback/",
                account_page(its.oauth2_callback, "login"),
                name=f"{provider.id}_callback",
            ),
        ]
