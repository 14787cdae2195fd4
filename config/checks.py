"""System checks of the whole: the sandbox stays on one machine, production keeps its guard up."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig, apps
from django.conf import settings
from django.core.checks import CheckMessage, Error

LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def sandbox(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    installed = apps.is_installed("publishers.sandbox")
    if settings.SANDBOX is not True:
        message = "The sandbox signs anybody in, and SANDBOX is off."
        return [Error(message, id="config.E001")] if installed else []
    if urlsplit(settings.SITE_URL).hostname not in LOOPBACK:
        message = f"The sandbox runs on this machine only, not at {settings.SITE_URL}."
        return [Error(message, id="config.E002")]
    return []


def guard(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    """Outside the sandbox. Django's own checks for deployment say more with `check --deploy`."""
    if settings.SANDBOX is True:
        return []
    wrong = {
        "config.E003": (settings.DEBUG, "DEBUG shows secrets to everybody: turn it off."),
        "config.E004": ("*" in settings.ALLOWED_HOSTS, "ALLOWED_HOSTS must name the hosts."),
        "config.E005": (len(settings.SECRET_KEY) < 50, "SECRET_KEY is too short to be random."),
    }
    return [Error(message, id=name) for name, (is_wrong, message) in wrong.items() if is_wrong]
