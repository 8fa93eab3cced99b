from django.urls import path

from . import views

app_name = "accounts"
urlpatterns = [
    path("settings/", views.preferences, name="settings"),
    path("picture/", views.picture, name="picture"),
    path("delete/", views.delete, name="delete"),
]
