"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from . import views

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("admin/desk/", views.desk, name="desk"),
    path("admin/", admin.site.urls),
    path("accounts/", include("accounts.urls")),
    path("accounts/", include("allauth.account.urls")),
    path("comments/", include("comments.urls")),
    path("log/", include("walking_log.urls")),
    path("", include("articles.urls")),
]

handler404 = "walkcoach.views.not_found"
handler500 = "walkcoach.views.went_wrong"
