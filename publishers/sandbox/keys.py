"""Platforms that are entered by a key which a person makes there. It does not end by itself.

Each person has one that is always the same, so that it can be shown beside the account; more are
minted for apps of tests and of the demonstration.
"""

import secrets
from datetime import timedelta
from typing import ClassVar

from django.http import HttpRequest
from django.utils import timezone

from publishers.sandbox import oauth, roster
from publishers.sandbox.models import Account, Credential
from publishers.sandbox.twin import FOREVER, Refused, Tokens, Twin

Kind = Credential.Kind
LIFE = timedelta(seconds=FOREVER)


class Keyed(Twin):
    """`key_label` is what the platform calls its keys."""

    key_label: ClassVar[str]

    def key_in(self, request: HttpRequest) -> str:
        """Where a request carries it."""
        return oauth.bearer(request)

    def written(self, account: Account, key: str) -> str:
        """The key as an app is given it, where more belongs to it."""
        return key

    def sample(self, account: Account) -> str:
        """What stands beside the account; an organisation has none of its own."""
        is_person = account.kind == Account.Kind.PERSON
        return self.written(account, f"{self.slug}-key-{account.handle}") if is_person else ""

    def identify(self, request: HttpRequest) -> Credential:
        key = self.key_in(request)
        found = oauth.known(self, Kind.ACCESS, key) or self._shown(key)
        if found is None:
            raise Refused(self.refusal(401))
        return found

    def open_session(self, account: Account) -> Tokens:
        made = _keep(account, secrets.token_urlsafe(24))
        return Tokens(self.written(account, made.value), "", FOREVER)

    def _shown(self, key: str) -> Credential | None:
        """The key that stands beside an account, from its first use on."""
        slug, _, handle = key.partition("-key-")
        account = roster.find(self, handle) if slug == self.slug and handle else None
        is_new = account is not None and not Credential.objects.filter(value=key).exists()
        return _keep(account, key) if account and is_new else None


def _keep(account: Account, value: str) -> Credential:
    ends = timezone.now() + LIFE
    return Credential.objects.create(
        account=account, kind=Kind.ACCESS, value=value, expires_at=ends
    )
