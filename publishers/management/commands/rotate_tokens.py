"""`manage.py rotate_tokens`: put every stored token under the newest key, so that others can go."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from publishers import crypto, registrations, services


class Command(BaseCommand):
    help = "Encrypt every stored token with the newest key in DRUMBEAT_TOKEN_KEYS."
    requires_migrations_checks = True

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            rotated = services.rotate_grants()
            registrations.rotate()
        except (crypto.KeysMissing, crypto.Unreadable) as error:
            raise CommandError(str(error)) from None
        self.stdout.write(f"{rotated} channels now use the newest key. Older keys can be removed.")
