"""How this room reaches other servers: through the guarded client, which lives above it.

`settings.OUTGOING_CALLER` names the function, as Django does for mail.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string


@dataclass(frozen=True)
class Answer:
    """Names of headers are in small letters."""

    status: int
    body: bytes
    headers: Mapping[str, str]


@dataclass(frozen=True)
class Unanswered:
    """Not reached, or no whole answer in time."""

    reason: str


@dataclass(frozen=True)
class Refused:
    """An address that must not be called: nothing was sent."""

    reason: str


type Outcome = Answer | Unanswered | Refused


class Caller(Protocol):
    """POSTs once and follows nothing. `trusted`: origins that may lie in our own network."""

    def __call__(
        self,
        url: str,
        body: bytes,
        headers: Mapping[str, str],
        *,
        seconds: float,
        trusted: Collection[str],
    ) -> Outcome: ...


def post(url: str, body: bytes, headers: Mapping[str, str], *, seconds: float) -> Outcome:
    caller = cast(Caller, import_string(settings.OUTGOING_CALLER))
    return caller(url, body, headers, seconds=seconds, trusted=settings.WEBHOOK_HOSTS)
