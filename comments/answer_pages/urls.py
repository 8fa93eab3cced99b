from django.urls import path

from . import views

app_name = "comments_answers"
urlpatterns = [
    path("", views.answers, name="list"),
    path("<slug:slug>/", views.answer, name="page"),
]
