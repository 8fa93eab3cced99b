from django.urls import path

from . import knee_views, views
from .doctor import views as doctor_views
from .plans import views as plan_views
from .sharing import views as sharing_views

app_name = "walking_log"
urlpatterns = [
    path("", views.dashboard, name="dashboard"),
    path("walks/", views.walks, name="walks"),
    path("walks/new/", views.walk_new, name="walk_new"),
    path("walks/<int:pk>/", views.walk, name="walk"),
    path("walks/<int:pk>/edit/", views.walk_edit, name="walk_edit"),
    path("walks/<int:pk>/delete/", views.walk_delete, name="walk_delete"),
    path("walks/<int:pk>/restore/", views.walk_restore, name="walk_restore"),
    path("walks/<int:pk>/morning/", knee_views.morning, name="morning"),
    path("walks/<int:pk>/scale/", knee_views.scale, name="scale"),
    path("morning/<str:token>/", knee_views.morning_by_link, name="morning_link"),
    path("morning/stop/<str:token>/", knee_views.morning_stop, name="morning_stop"),
    path("weekly/stop/<str:token>/", knee_views.weekly_stop, name="weekly_stop"),
    path("rest-day/", knee_views.rest_day, name="rest_day"),
    path("symptoms/", knee_views.symptoms, name="symptoms"),
    path("symptoms/<int:pk>/read/", knee_views.symptoms_acknowledge, name="symptoms_read"),
    path("week/", knee_views.week, name="week"),
    path("preferences/", knee_views.preferences, name="preferences"),
    path("doctor/", doctor_views.page, name="doctor"),
    path("doctor/walks.pdf", doctor_views.as_pdf, name="doctor_pdf"),
    path("sharing/", sharing_views.sharing, name="sharing"),
    path("sharing/<int:pk>/stop/", sharing_views.stop, name="stop_sharing"),
    path("plans/", plan_views.plans, name="plans"),
    path("plans/pause/", plan_views.pause, name="plan_pause"),
    path("plans/leave/", plan_views.leave, name="plan_leave"),
    path("plans/<slug:slug>/", plan_views.plan, name="plan"),
    path("plans/<slug:slug>/choose/", plan_views.choose, name="plan_choose"),
    path("plans/<slug:slug>/not-now/", plan_views.not_now, name="plan_not_now"),
    path("export/", views.export, name="export"),
    path("export/everything/", views.export_everything, name="export_everything"),
]
