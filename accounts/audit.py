"""Writing the audit log: who did what, from where. Called by the services of every room, within the
transaction of the act.

The request is known from a context variable (middleware.py), so that no service has to pass it on;
a worker has none. Passwords, tokens and keys are not for this log: whoever writes chooses what to
tell, and what looks like a secret all the same is left out here.
"""

import json
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime, time
from itertools import groupby
from typing import Any, NamedTuple

from django.db import connection
from django.http import HttpRequest

from accounts.models import AuditEntry, User
from accounts.places import address
from accounts.verbs import VERBS

LONGEST = 200
# Of one list, of the names in one object, and of all that an entry says, as JSON.
MOST, MOST_NAMES, LARGEST = 100, 30, 6000
_DEEPEST = 3
_SECRET = re.compile(
    r"pass(word|wd|phrase)|secret|token|digest|hash$|cookie|authorization|credential|verifier"
    r"|(api|private|session|access|signing)[_-]?key",
    re.IGNORECASE,
)
# Of ours, and what crypto.py has sealed.
_SECRETS = re.compile(r"drum_\w{4,}_[\w-]{8,}|gAAAA[\w=-]{20,}")
_JOINER = "\N{ZERO WIDTH JOINER}"

type Facts = Mapping[str, Any]


class About(NamedTuple):
    """What something was done to; `label` is what people called it then."""

    type: str = ""
    id: int | None = None
    label: str = ""


_REQUEST: ContextVar[HttpRequest | None] = ContextVar("audit_request", default=None)
_HELD: ContextVar[list[AuditEntry] | None] = ContextVar("audit_held", default=None)
_NOTHING = About()


def write(
    verb: str,
    *,
    team: int | None,
    by: User | None = None,
    name: str = "",
    about: About = _NOTHING,
    before: Facts | None = None,
    after: Facts | None = None,
) -> None:
    """`by` and `name` empty: whoever the request is from; a worker without one is nobody."""
    entry = _entry(verb, team, about, before, after)
    _sign(entry, by, name)
    held = _HELD.get()
    if held is None:
        entry.save(force_insert=True)
    else:
        held.append(entry)


def changed(before: Facts, after: Facts) -> tuple[dict[str, Any], dict[str, Any]]:
    """Only what differs."""
    names = [name for name in after if before.get(name) != after[name]]
    return {name: before.get(name) for name in names}, {name: after[name] for name in names}


@contextmanager
def together() -> Iterator[list[AuditEntry]]:
    """An act on many things leaves one entry for each verb, with their number, at its end.

    Yields what is held back: whoever takes back part of the act takes its entries out.
    """
    if (outer := _HELD.get()) is not None:
        yield outer
        return
    held: list[AuditEntry] = []
    token = _HELD.set(held)
    try:
        yield held
    finally:
        _HELD.reset(token)
        # Where all of it is rolled back, nothing was done.
        if not (connection.in_atomic_block and connection.needs_rollback):
            AuditEntry.objects.bulk_create(_summed(held))


@contextmanager
def came_with(request: HttpRequest) -> Iterator[None]:
    """What is written meanwhile is from this request."""
    token = _REQUEST.set(request)
    try:
        yield
    finally:
        _REQUEST.reset(token)


def _summed(held: Sequence[AuditEntry]) -> list[AuditEntry]:
    def alike(entry: AuditEntry) -> tuple[str, int, int]:
        return entry.verb, entry.team_id or 0, entry.actor_id or 0

    summed = []
    for _key, group in groupby(sorted(held, key=alike), key=alike):
        first, *others = group
        if others:
            ids = [one.subject_id for one in (first, *others)]
            first.subject, first.subject_id, first.before = "", None, {}
            first.after = {"count": len(ids), "ids": ids[:MOST]}
        summed.append(first)
    return summed


def _entry(
    verb: str, team: int | None, about: About, before: Facts | None, after: Facts | None
) -> AuditEntry:
    return AuditEntry(
        verb=verb,
        kind=VERBS[verb].kind,
        team_id=team,
        subject_type=about.type,
        subject_id=about.id,
        subject=plain(about.label),
        before=_small(before or {}),
        after=_small(after or {}),
    )


def _sign(entry: AuditEntry, by: User | None, name: str) -> None:
    request = _REQUEST.get()
    user = by
    if request is not None:
        asked = getattr(request, "user", None)
        if user is None and not name and asked is not None and asked.is_authenticated:
            user = asked
        entry.via = _via(request)
        entry.ip = address(request)
        entry.agent = plain(request.headers.get("User-Agent", ""))
    entry.actor_id = user.pk if user else None
    entry.actor_name = plain(name or str(user or ""))


def _via(request: HttpRequest) -> str:
    match = request.resolver_match
    if getattr(request, "api_key", None):
        return AuditEntry.Via.API
    if match is None:
        return AuditEntry.Via.PAGE
    if "admin" in match.namespaces:
        return AuditEntry.Via.ADMIN
    by_mail = getattr(match.func, "access_policy", "") in ("public", "signed_in")
    if by_mail and match.kwargs.keys() & {"token", "request_id"}:
        return AuditEntry.Via.LINK
    return AuditEntry.Via.PAGE


# -- small, and without secrets


def plain(text: str) -> str:
    """One short line, without what would disguise it."""
    shown = "".join(
        char if unicodedata.category(char)[0] not in "CZ" or char == _JOINER else " "
        for char in str(text)[: 4 * LONGEST]
    )
    line = _SECRETS.sub("…", " ".join(shown.split()))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"


def _small(facts: Facts) -> dict[str, Any]:
    small: dict[str, Any] = _cut(facts, 0)
    if len(json.dumps(small)) > LARGEST:
        return {"fields": sorted(small)}
    return small


def _cut(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, datetime | date | time):
        return value.isoformat()
    if isinstance(value, Mapping) and depth < _DEEPEST:
        told = [name for name in value if not _SECRET.search(str(name))][:MOST_NAMES]
        return {plain(name): _cut(value[name], depth + 1) for name in told}
    if isinstance(value, list | tuple | set | frozenset) and depth < _DEEPEST:
        return [_cut(inner, depth + 1) for inner in list(value)[:MOST]]
    return plain(str(value))
