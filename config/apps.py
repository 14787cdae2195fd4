from django.apps import AppConfig
from django.core.checks import Tags, register

from config import checks


class ConfigConfig(AppConfig):
    name = "config"
    verbose_name = "Drumbeat"

    def ready(self) -> None:
        register(checks.sandbox, Tags.security)
        register(checks.guard, Tags.security)
