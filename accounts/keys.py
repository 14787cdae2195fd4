"""Who is behind a request that carries an API key. access.py asks here for what programs open.

A key is read from the header alone, never from an address, a form or a cookie: those end up in
logs and histories, or are sent along by browsers of people who know nothing of it.
"""

import hashlib
import hmac
import re
import secrets
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.http import HttpRequest
from django.utils import timezone

from accounts import audit, rates
from accounts.audit import About
from accounts.models import ApiKey
from accounts.places import place

UNKNOWN_PER_MINUTE = 10
# How often the moment of its last use is written, and from how many places it is known.
MINUTE = timedelta(minutes=1)
MOST_PLACES = 20
# What may stand in the address of a page without telling the secret.
_NAME = "abcdefghijkmnpqrstuvwxyz23456789"
_FORM = re.compile(rf"drum_([{_NAME}]{{8}})_([\w-]{{43}})")


class TooManyTries(Exception):
    """Of one place, with keys that are none. `wait` in seconds."""

    def __init__(self, wait: int) -> None:
        super().__init__(wait)
        self.wait = wait


def new() -> tuple[str, str]:
    """Prefix and whole key: 256 bits that are nowhere but here."""
    name = "".join(secrets.choice(_NAME) for _sign in range(8))
    prefix = f"drum_{name}"
    return prefix, f"{prefix}_{secrets.token_urlsafe(32)}"


def digest(key: str) -> str:
    """Fast, which is right for what cannot be guessed."""
    return hashlib.sha256(key.encode()).hexdigest()


def authenticate(request: HttpRequest) -> ApiKey | None:
    """The working key that the request carries. Raises TooManyTries."""
    scheme, _space, sent = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        return None
    key = _known(sent.strip())
    if key is None:
        wait = rates.wait(f"key:{place(request)}", most=UNKNOWN_PER_MINUTE, seconds=60)
        if wait:
            raise TooManyTries(wait)
        return None
    request.user = key.membership.user
    request.api_key = key  # type: ignore[attr-defined]  # this makes it a KeyRequest
    _note_use(key, request)
    return key


def _known(sent: str) -> ApiKey | None:
    """Compared as a whole, in a time that says nothing of how much of it was right."""
    match = _FORM.fullmatch(sent)
    rows = ApiKey.objects.working().select_related("team", "membership__user")
    found = rows.filter(prefix=f"drum_{match[1]}").first() if match else None
    kept = found.digest if found else digest("")
    same = hmac.compare_digest(digest(sent), kept)
    return found if found and same and found.membership.user.is_active else None


def _note_use(key: ApiKey, request: HttpRequest) -> None:
    now, where = timezone.now(), place(request)
    mine = ApiKey.objects.filter(pk=key.pk)
    if key.last_used_at is None or now - key.last_used_at >= MINUTE:
        stale = Q(last_used_at=None) | Q(last_used_at__lte=now - MINUTE)
        mine.filter(stale).update(last_used_at=now)
    if where not in key.addresses:
        _note_place(key, where)


@transaction.atomic
def _note_place(key: ApiKey, where: str) -> None:
    """Once, when two requests are the first from there."""
    new = ApiKey.objects.filter(pk=key.pk).exclude(addresses__contains=[where])
    if new.update(addresses=[*key.addresses, where][-MOST_PLACES:]):
        about = About("key", key.pk, key.name)
        audit.write("key.address", team=key.team_id, about=about, after={"address": where})
