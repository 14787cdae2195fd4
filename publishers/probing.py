"""One real call through an adapter, outside of any team: for support, by `manage.py probe`.

What it prints is safe to paste: secrets are masked wherever they appear.
"""

import dataclasses
import hashlib
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from django.utils import timezone
from PIL import Image

from publishers import clients
from publishers.contract import (
    Account,
    Adapter,
    AppPassword,
    Audiences,
    Confirms,
    Finds,
    Measures,
    Media,
    Outcome,
    Payload,
    Prepares,
    Processing,
    Removes,
    Tokens,
)
from publishers.registrations import Door

MASK = "***"
LONGEST = 300.0


class Refused(Exception):
    """Why nothing was called, with what to change."""


@dataclass(frozen=True)
class Credentials:
    """Whom to speak for: a token or key, or a name with an app password."""

    token: str = ""
    password: str = ""
    identifier: str = ""
    remote_id: str = ""
    handle: str = ""
    kind: str = "person"
    host: str = ""
    way: str = ""

    @classmethod
    def read(cls, path: Path) -> "Credentials":
        try:
            given = json.loads(path.read_text())
        except (OSError, ValueError) as error:
            raise Refused(f"{path} is not a file of JSON: {error}") from None
        names = {field.name for field in dataclasses.fields(cls)}
        if not isinstance(given, dict) or not set(given) <= names:
            raise Refused(f"{path} may hold these names with texts: {', '.join(sorted(names))}.")
        return cls(**{name: str(value) for name, value in given.items()})


class Memory:
    """`contract.Step` for one run."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self.kept.get(name)

    def keep(self, name: str, value: str) -> None:
        self.kept[name] = value


class Probe:
    """Signs in when it is made. Every verb answers with what can be printed as JSON."""

    def __init__(self, platform: str, given: Credentials) -> None:
        self.door, self.given, self.step = Door(platform, given.way, given.host), given, Memory()
        self.account = self._account()
        self.adapter: Adapter = clients.adapter_for(self.door, self.account)

    def publish(self, payload: Payload) -> Any:
        """Prepare, then the one call that publishes, then wait for a platform that works on it."""
        prepared = self._prepared(payload)
        if prepared is not None:
            return self.shown({"prepared": prepared})
        outcome = self.adapter.publish(payload, self.step)
        return self.shown({"outcome": self._confirmed(outcome, payload)})

    def find(self, payload: Payload) -> Any:
        if not isinstance(self.adapter, Finds):
            raise Refused("This platform cannot be read back.")
        sighting = self.adapter.find(payload, self.step)
        return self.shown({"sighting": sighting})

    def remove(self, remote_id: str) -> Any:
        if not isinstance(self.adapter, Removes):
            raise Refused("This platform takes nothing down for us.")
        return self.shown({"removed": self.adapter.remove(remote_id) or True})

    def measure(self, remote_id: str) -> Any:
        if not isinstance(self.adapter, Measures):
            raise Refused("This platform tells no figures of posts.")
        found: dict[str, Any] = {"figures": self.adapter.measure([remote_id])}
        if isinstance(self.adapter, Audiences):
            found["audience"] = self.adapter.audience()
        return self.shown(found)

    def shown(self, found: Any) -> Any:
        """As plain data, with the class of each outcome, and no secret of ours in it."""
        return _masked(_plain(found), [s for s in (*self._secrets(), self.account.token) if s])

    def _secrets(self) -> Iterator[str]:
        app = self.adapter.app
        yield from (self.given.token, self.given.password, app.client_secret, app.hook_token)

    def _account(self) -> Account:
        given = self.given
        who = Account(given.remote_id, given.handle, kind=given.kind, host=given.host)
        if isinstance(self.door.auth, AppPassword):
            opened = clients.adapter_for(self.door, replace(who, handle=given.identifier)).sign_in(
                given.identifier, given.password
            )
            if not isinstance(opened, tuple):
                raise Refused(f"Signing in did not work: {opened.reason}")
            account, tokens = opened
            return replace(account, token=tokens.access)
        if not given.token:
            raise Refused("The credentials need a token.")
        return replace(who, token=given.token) if given.remote_id else self._listed()

    def _listed(self) -> Account:
        bearer = Account("", "", host=self.given.host, token=self.given.token)
        found = clients.adapter_for(self.door, bearer).accounts()
        if not isinstance(found, list):
            raise Refused(f"The accounts were not listed: {found.reason}")
        ours = [one for one in found if self.given.handle in ("", one.handle, one.remote_id)]
        if len(ours) != 1:
            names = ", ".join(one.handle for one in found) or "none"
            raise Refused(f"Name one account as “handle” in the credentials. There are: {names}.")
        return replace(ours[0], token=ours[0].token or self.given.token)

    def _prepared(self, payload: Payload) -> Any:
        if not isinstance(self.adapter, Prepares):
            return None
        adapter = self.adapter
        first = adapter.prepare(payload, self.step)
        return _settled(first, lambda _: adapter.prepare(payload, self.step))

    def _confirmed(self, outcome: Outcome, payload: Payload) -> Outcome:
        adapter = self.adapter
        if not isinstance(adapter, Confirms):
            return outcome
        return _settled(outcome, lambda working: adapter.confirm(working.handle, payload))


def _settled[T](
    outcome: Processing | T, ask: Callable[[Processing], Processing | T]
) -> Processing | T:
    """What becomes of it when the platform is asked as often as it wants, for some minutes."""
    ends = time.monotonic() + LONGEST
    while isinstance(outcome, Processing) and time.monotonic() < ends:
        # A person waits at a terminal: as long as the platform says, and never without a pause.
        time.sleep(max(outcome.after, 1))
        outcome = ask(outcome)
    return outcome


def payload(
    text: str, media: Sequence[Media], options: Mapping[str, str], title: str = ""
) -> Payload:
    """With the same token whenever the same is said."""
    token = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{text}{[one.sha256 for one in media]}"))
    return Payload(text, tuple(media), token, timezone.now(), title=title, options=options)


def picture(path: Path, alt: str) -> Media:
    """Raises Refused when it is no picture."""
    try:
        with Image.open(path) as image:
            mime, (width, height) = Image.MIME[image.format or ""], image.size
    except (OSError, KeyError):
        raise Refused(f"{path} is not a picture that can be read.") from None
    digest = hashlib.sha256(path.read_bytes()).hexdigest()

    def opens() -> BinaryIO:
        return path.open("rb")

    size = path.stat().st_size
    return Media(digest, mime, width, height, size, alt, read=path.read_bytes, opens=opens)


def _plain(found: Any) -> Any:
    if isinstance(found, Tokens):
        return MASK
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        fields = {field.name: getattr(found, field.name) for field in dataclasses.fields(found)}
        return {"is": type(found).__name__, **{name: _plain(v) for name, v in fields.items()}}
    if isinstance(found, Mapping):
        return {str(name): _plain(value) for name, value in found.items()}
    if isinstance(found, list | tuple):
        return [_plain(value) for value in found]
    return found if isinstance(found, str | int | float | bool | None) else str(found)


def _masked(found: Any, secrets: Sequence[str]) -> Any:
    if isinstance(found, str):
        for secret in secrets:
            found = found.replace(secret, MASK)
        return found
    if isinstance(found, dict):
        return {name: _masked(value, secrets) for name, value in found.items()}
    return [_masked(value, secrets) for value in found] if isinstance(found, list) else found
