from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class SandboxConfig(AppConfig):
    name = "publishers.sandbox"
    label = "sandbox"
    verbose_name = "Sandbox (simulated platforms)"

    def ready(self) -> None:
        if getattr(settings, "SANDBOX", False) is not True:
            raise ImproperlyConfigured(
                "publishers.sandbox signs anybody in and must never run in production. "
                "Remove it from INSTALLED_APPS, or use config.settings.sandbox."
            )
