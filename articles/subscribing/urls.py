from django.urls import path

from . import numbers, report_views, views

app_name = "subscribing"
urlpatterns = [
    path("subscribe/", views.subscribe, name="subscribe"),
    path("subscribe/sent/", views.sent, name="sent"),
    path("subscribe/mine/", views.my_preferences, name="my_preferences"),
    path("subscribe/confirm/<str:token>/", views.confirm, name="confirm"),
    path("subscribe/preferences/<str:token>/", views.preferences, name="preferences"),
    path("subscribe/export/<str:token>/", views.export, name="export"),
    path("subscribe/stop/<str:token>/", views.stop, name="stop"),
    path("report/by-mail/<str:token>/", report_views.report_by_link, name="report_by_link"),
    path("report/<slug:slug>/", report_views.report, name="report"),
    path("admin/subscribers/", numbers.numbers, name="numbers"),
]
