from django.apps import AppConfig
from django.core.checks import Tags, register

from config import checks
from config.celery import app as celery_app


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Drumbeat"
    # Made before any task is declared, so that tasks find it.
    celery = celery_app

    def ready(self) -> None:
        register(checks.sandbox, Tags.security)
        register(checks.guard, Tags.security)
