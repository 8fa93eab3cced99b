"""allauth's pages that this site offers, under the names that allauth itself goes by."""

from allauth.account import views
from django.urls import path, re_path

from .pages import account_page

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
        account_page(views.confirm_email, "login"),
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
]
