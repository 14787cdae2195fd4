"""What comes back: what became of a call, and what was seen when a post was looked for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Published:
    remote_id: str
    permalink: str


@dataclass(frozen=True)
class Processing:
    """The platform has it and is working on it. `after` in seconds until it is worth asking."""

    handle: str
    after: int


@dataclass(frozen=True)
class TryLater:
    """Provably nothing was sent or accepted. `after` in seconds, None for the usual backoff."""

    reason: str
    after: int | None = None
    rate_limited: bool = False


@dataclass(frozen=True)
class Rejected:
    """The platform refused it for good. `reason` is for people: what is wrong, how to mend it."""

    reason: str
    code: str = ""


@dataclass(frozen=True)
class Reconnect:
    """The account must be signed in again; the post itself is fine."""

    reason: str


@dataclass(frozen=True)
class Uncertain:
    """It may or may not be live. Never sent again without looking."""

    reason: str


type Outcome = Published | Processing | TryLater | Rejected | Reconnect | Uncertain
type NotPublished = TryLater | Rejected | Reconnect


@dataclass(frozen=True)
class Found:
    remote_id: str
    permalink: str


@dataclass(frozen=True)
class NotFound:
    """The platform answered and the post is not there."""


@dataclass(frozen=True)
class CannotTell:
    """The read failed, or more than one post fits."""

    reason: str


type Sighting = Found | NotFound | CannotTell
