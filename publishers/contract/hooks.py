"""What a platform tells us by itself: a request to our address, and what it says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

type EventKind = Literal[
    "published", "failed", "removed", "comment", "reaction", "mention", "revoked", "other"
]


@dataclass(frozen=True)
class Hook:
    """A request as it came, not yet believed. `query` has the last value of each name."""

    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True)
class Greeting:
    """The answer to a subscription's handshake, as plain text or JSON."""

    body: str
    content_type: str = "text/plain"


@dataclass(frozen=True)
class Event:
    """`id` is the same when the platform says it again; `account` and `post` are remote ids."""

    id: str
    kind: EventKind
    account: str
    post: str = ""
    at: datetime | None = None
    words: str = ""


@dataclass(frozen=True)
class Forged:
    """Not signed as the platform signs, or too old. `reason` is for the log."""

    reason: str


type Heard = tuple[Event, ...] | Greeting | Forged
