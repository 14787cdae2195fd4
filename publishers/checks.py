"""System checks of this room: refuse to start when stored tokens could not be read or written."""

from collections.abc import Sequence
from typing import Any

from django.apps import AppConfig, apps
from django.core.checks import CheckMessage, Error
from django.db import DatabaseError

from publishers import crypto


def token_keys(app_configs: Sequence[AppConfig] | None, **kwargs: Any) -> list[CheckMessage]:
    try:
        crypto.require_keys()
    except crypto.KeysMissing as error:
        return [Error(str(error), id="publishers.E001")]
    return []


def stored_tokens(
    app_configs: Sequence[AppConfig] | None, databases: Sequence[str] | None = None, **kwargs: Any
) -> list[CheckMessage]:
    """Runs with `migrate` and `check --database default`: opens the newest and the oldest token."""
    if not databases:
        return []
    grants = apps.get_model("publishers", "Grant").objects.order_by("refreshed_at", "pk")
    try:
        samples = [grant for grant in (grants.first(), grants.last()) if grant is not None]
    except DatabaseError:
        return []  # Before the first migration there is no table, and no token either.
    try:
        for grant in samples:
            crypto.decrypt(grant.access_token, row=grant.row("access"))
    except crypto.KeysMissing:
        return []
    except crypto.Unreadable as error:
        return [
            Error(
                f"Stored tokens cannot be read: {error}",
                hint="DRUMBEAT_TOKEN_KEYS must list every key still in use, newest first. "
                "After `manage.py rotate_tokens` the older ones can go.",
                id="publishers.E002",
            )
        ]
    return []
