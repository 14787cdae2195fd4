from importlib import import_module

from django.apps import AppConfig
from django.conf import settings
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
        # Its module takes a while to load, so only where it has something to do.
        if settings.SENTRY_DSN:
            import_module("config.sentry").start(settings.SENTRY_DSN)
