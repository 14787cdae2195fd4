"""Posts in two steps: a container is filled and worked on, then published as it is. Pure.

Called by the adapters of platforms that publish so. A container is remembered under what it was
made of, so that another text never goes out with an older one.
"""

import hashlib
import json
import zlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from publishers import handles
from publishers.contract import (
    NotPublished,
    Payload,
    Processing,
    Rejected,
    Reply,
    Step,
    TryLater,
    Uncertain,
)
from publishers.verdicts import text_at

# They live for a day; the last hours are left for the way.
SECONDS = 20 * 3600
TRIES = 2
type State = Literal["working", "ready", "published", "gone", "failed", "unknown"]


@dataclass(frozen=True)
class Status:
    """What the platform says of a container. `mends`: another one of the same may do."""

    state: State
    words: str = ""
    mends: bool = False


def name_of(payload: Payload) -> str:
    """What the container of this payload is remembered by."""
    parts = [
        payload.text,
        payload.link,
        payload.title,
        payload.kind,
        sorted(payload.options.items()),
    ]
    answered = payload.reply_to.parent if payload.reply_to else ""
    media = [(one.sha256, one.alt) for one in payload.media]
    words = json.dumps([parts, answered, media])
    return f"container:{hashlib.sha256(words.encode()).hexdigest()[:16]}"


def held(step: Step, name: str) -> str:
    """Its id; empty when there is none that lives."""
    found = handles.held_as(step, name).get("id", "")
    return found if isinstance(found, str) else ""


def item_of(payload: Payload, place: int) -> str:
    """The same for one of several pictures and videos, by its place in the post."""
    media = payload.media[place]
    alt = zlib.crc32(media.alt.encode())
    return f"media:{media.sha256}:{alt:08x}:{place}"


def is_ready(step: Step, name: str) -> bool:
    return handles.held_as(step, name).get("ready") is True


def is_live(step: Step, name: str) -> bool:
    """Whether the platform said that it was published already."""
    return handles.held_as(step, name).get("live") is True


def drop(step: Step, name: str) -> None:
    handles.drop_as(step, name)
    step.keep(f"{name}:misses", "0")


def wait_again(step: Step, name: str) -> None:
    """It was not ready after all."""
    handles.keep_as(step, name, SECONDS, id=held(step, name), ready=False)


def ready(name: str, step: Step, key: str) -> str | TryLater | Uncertain:
    """The id to publish on the platform of that name, or why there is nothing to publish."""
    if is_live(step, key):
        return Uncertain(f"{name} says that it is live already.")
    made = held(step, key)
    if not made or not is_ready(step, key):
        return TryLater(f"The post must be prepared on {name} again.", after=1)
    return made


def missed(step: Step, name: str) -> int:
    """How often before the platform did not find it, each time counted."""
    kept = step.get(f"{name}:misses") or "0"
    misses = int(kept) if kept.isdecimal() else 0
    step.keep(f"{name}:misses", str(misses + 1))
    return misses


@dataclass(frozen=True)
class Maker:
    """Makes containers for a platform of this name and waits for them; `after` in seconds."""

    name: str
    step: Step
    create: Callable[[Mapping[str, str]], Reply | NotPublished]
    look: Callable[[str], Status | NotPublished]
    after: int = 3

    def make(self, key: str, form: Mapping[str, str]) -> Processing | NotPublished | None:
        """None: it is ready. Safe to repeat; what is still worked on is asked about again."""
        if is_ready(self.step, key):
            return None
        if not held(self.step, key):
            reply = self.create(form)
            if not isinstance(reply, Reply):
                return reply
            if not (made := text_at(reply.json, "id")):
                return TryLater(f"{self.name} took it without naming it. It is sent there again.")
            handles.keep_as(self.step, key, SECONDS, id=made, ready=False)
        return self._wait(key)

    def make_all(
        self, forms: Sequence[tuple[str, Mapping[str, str]]]
    ) -> Processing | NotPublished | None:
        """All are begun before one is waited for."""
        slowest: Processing | None = None
        for key, form in forms:
            outcome = self.make(key, form)
            if isinstance(outcome, Processing):
                slowest = outcome
            elif outcome is not None:
                return outcome
        return slowest

    def make_post(
        self,
        payload: Payload,
        items: Sequence[tuple[str, Mapping[str, str]]],
        whole: Callable[[Sequence[str]], Mapping[str, str]],
        stale: NotPublished,
    ) -> Processing | NotPublished | None:
        """The container of the post, of those of its `items`; `whole` is its form, from their ids.

        `stale`: what the platform answers when an item has ended meanwhile; then all are made anew.
        """
        if (outcome := self.make_all(items)) is not None:
            return outcome
        ids = [held(self.step, key) for key, _ in items]
        outcome = self.make(name_of(payload), whole(ids))
        if outcome is stale:
            for key, _ in items:
                drop(self.step, key)
        return outcome

    def _wait(self, key: str) -> Processing | NotPublished | None:
        made = held(self.step, key)
        status = self.look(made)
        if not isinstance(status, Status):
            return status
        if status.state in ("ready", "published"):
            live = status.state == "published"
            handles.keep_as(self.step, key, SECONDS, id=made, ready=True, live=live)
            return None
        if status.state == "working":
            return Processing(made, self.after)
        if status.state == "unknown":
            return TryLater(f"{self.name} does not say what became of it yet.", after=self.after)
        drop(self.step, key)
        return self._failed(key, status)

    def _failed(self, key: str, status: Status) -> NotPublished:
        if status.state == "gone":
            return TryLater(f"{self.name} no longer has it; it is sent there again.", after=1)
        kept = self.step.get(f"{key}:tries") or "0"
        tries = 1 + (int(kept) if kept.isdecimal() else 0)
        self.step.keep(f"{key}:tries", str(tries))
        if status.mends and tries < TRIES:
            return TryLater(f"{status.words} It is tried once more.", after=30)
        self.step.keep(f"{key}:tries", "0")
        return Rejected(status.words)
