from django.urls import path

app_name = "walking_log"
urlpatterns = []
