from django.apps import AppConfig


class WalkingLogConfig(AppConfig):
    name = "walking_log"
    verbose_name = "Walk log"
