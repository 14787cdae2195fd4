"""This installation's registration with each platform, behind each of its doors.

From the environment, else what an administrator entered, else that of the simulated platforms. On
the servers of accounts' own it is what was made there. Called by clients.py, oauth.py and pages.
"""

import os
import re
import time
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings

from publishers import crypto, registry
from publishers.contract import App, Auth, OAuth2, Spec
from publishers.models import Channel, Registration

# What is entered by hand is asked for by every delivery, and changes once a year.
SECONDS = 10.0


@dataclass(frozen=True)
class Door:
    """One way into a platform (Spec.way), on the account's own server where there are many."""

    platform: str
    way: str = ""
    host: str = ""

    @property
    def spec(self) -> Spec:
        return registry.spec_for(self.platform)

    @property
    def auth(self) -> Auth:
        return self.spec.way(self.way)

    @property
    def oauth(self) -> OAuth2:
        """Asking for no more than the installation's app was given there, where that is said."""
        if not isinstance(self.auth, OAuth2):
            raise TypeError(f"{self.platform} is not connected by OAuth")
        given = re.split(r"[\s,]+", os.environ.get(f"{self.prefix}_SCOPES", ""))
        scopes = tuple(scope for scope in self.auth.scopes if scope in given)
        if not scopes:
            return self.auth
        optional = tuple(scope for scope in self.auth.optional_scopes if scope in given)
        return replace(self.auth, scopes=scopes, optional_scopes=optional)

    @property
    def registers(self) -> bool:
        """Whether we register ourselves, at each server."""
        return isinstance(self.auth, OAuth2) and bool(self.auth.hosts)

    @property
    def prefix(self) -> str:
        """How the names of its variables begin."""
        way = f"_{self.way.upper()}" if self.way else ""
        return f"{settings.PLATFORM_ENV_PREFIX}{self.platform.upper()}{way}"


def door_of(channel: Channel) -> Door:
    """The one that its grant came through; of a channel without grant the front one."""
    grant = getattr(channel, "grant", None)
    return Door(channel.platform, grant.way if grant else "", channel.host)


def doors(spec: Spec) -> list[Door]:
    return [Door(spec.slug), *(Door(spec.slug, other.way) for other in spec.other_ways)]


def app_for(door: Door) -> App:
    """The environment is read at each call, so that a test can change it.

    Raises crypto.Unreadable, crypto.KeysMissing where a stored secret cannot be read.
    """
    version = os.environ.get(f"{door.prefix}_VERSION", "")
    return replace(_app(door), way=door.way, version=version, **place_of(door))


def source_of(door: Door) -> str:
    """Where its client id comes from: "environment", "sandbox", "entered", or "" for nowhere."""
    client_id = os.environ.get(f"{door.prefix}_CLIENT_ID")
    if client_id:
        return "environment"
    if client_id is None and _sandbox(door) and not door.registers:
        return "sandbox"
    return "entered" if isinstance(door.auth, OAuth2) and _stored(door) else ""


def secret_of(row: Registration) -> str:
    return crypto.decrypt(row.client_secret, row=row.row("secret"))


def rotate() -> int:
    """Write every secret under the newest key."""
    rows = list(Registration.objects.all())
    for row in rows:
        secret = crypto.rotate(row.client_secret, row=row.row("secret"))
        Registration.objects.filter(pk=row.pk, client_secret=row.client_secret).update(
            client_secret=secret
        )
    return len(rows)


def _app(door: Door) -> App:
    client_id = os.environ.get(f"{door.prefix}_CLIENT_ID")
    if client_id:
        secret = os.environ.get(f"{door.prefix}_CLIENT_SECRET", "")
        hook_token = os.environ.get(f"{door.prefix}_HOOK_TOKEN", "")
        return App(client_id, secret, "", "", hook_token=hook_token)
    if client_id is None and _sandbox(door) and not door.registers:
        return App("drumbeat", "sandbox", "", "", hook_token="sandbox")
    row = _stored(door) if isinstance(door.auth, OAuth2) else None
    if row is None:
        return App("", "", "", "")
    return App(row.client_id, secret_of(row), "", "", hook_token=row.hook_token)


def store(door: Door, *, client_id: str, client_secret: str, hook_token: str = "") -> Registration:
    """Keep what was registered; over what was kept before."""
    row = Registration(platform=door.platform, way=door.way, host=door.host)
    secret = crypto.encrypt(client_secret, row=row.row("secret"))
    fields = {"client_id": client_id, "client_secret": secret, "hook_token": hook_token}
    stored, _created = Registration.objects.update_or_create(
        platform=door.platform, way=door.way, host=door.host, defaults=fields
    )
    forget()
    return stored


def drop(door: Door) -> None:
    """What was stored is no good any more."""
    Registration.objects.filter(platform=door.platform, way=door.way, host=door.host).delete()
    forget()


def forget() -> None:
    """Ask the database again, here; other processes do within SECONDS."""
    _known.clear()


_known: dict[Door, tuple[float, Registration | None]] = {}


def _stored(door: Door) -> Registration | None:
    asked, row = _known.get(door, (0.0, None))
    if time.monotonic() - asked > SECONDS or not asked:
        row = Registration.objects.filter(
            platform=door.platform, way=door.way, host=door.host
        ).first()
        _known[door] = time.monotonic(), row
    return row


def _sandbox(door: Door) -> str:
    if not settings.SANDBOX:
        return ""
    return "/".join(part for part in (settings.SANDBOX_URL, door.platform, door.way) if part)


def place_of(door: Door) -> dict[str, Any]:
    """Where its API and its pages are: `api_url`, `web_url`, `moved` of an App."""
    if door.registers and door.host:
        return {"api_url": door.host, "web_url": door.host}
    spec, auth = door.spec, door.auth
    own = auth if isinstance(auth, OAuth2) else None
    api_url, web_url = (own and own.api_url) or spec.api_url, (own and own.web_url) or spec.web_url
    named = os.environ.get(f"{door.prefix}_API_URL", _sandbox(door))
    web = os.environ.get(f"{door.prefix}_WEB_URL", "")
    if named and named != api_url:
        return {"api_url": named, "web_url": web or named, "moved": True}
    return {"api_url": api_url, "web_url": web or web_url}
