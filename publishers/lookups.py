"""Is one of these posts the one we sent? Pure; called by adapters that look a post up."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from difflib import SequenceMatcher

from publishers.contract import CannotTell, Found, NotFound, Payload, ReplyTo, Sighting
from publishers.text import fingerprint

# Clocks differ, and a platform may date a post from when it was uploaded.
SLACK = timedelta(minutes=10)
# What is dated by the call itself is off by two clocks and a cut-off fraction at most.
CLOCKS = timedelta(seconds=5)
ALIKE = 0.85


@dataclass(frozen=True)
class Seen:
    """A post as the platform shows it, its text as it was written. None: the platform is silent.

    `root` is the remote id of the post that began its conversation, empty when it stands alone.
    """

    remote_id: str
    permalink: str
    text: str
    pictures: int
    at: datetime | None
    root: str | None = None


def since(payload: Payload) -> datetime:
    """What is older is not the post."""
    return payload.called_at - CLOCKS if payload.called_at else payload.created_at - SLACK


def sighting(name: str, payload: Payload, rows: Sequence[Seen]) -> Sighting:
    """One exact match decides, none at all decides too; everything between is for a person."""
    wanted = fingerprint(payload.text)
    near = [
        row
        for row in rows
        if _since_then(row, payload)
        and _may_be(row, payload.reply_to)
        and _alike(fingerprint(row.text), wanted)
    ]
    exact = [
        row
        for row in near
        if fingerprint(row.text) == wanted and row.pictures == len(payload.media)
    ]
    if len(exact) == 1 and len(near) == 1:
        return Found(exact[0].remote_id, exact[0].permalink)
    if not near:
        return NotFound()
    listed = ", ".join(row.permalink for row in near[:3])
    if len(near) == 1:
        return CannotTell(f"A post on {name} looks like it, but not quite: {listed}.")
    return CannotTell(f"{len(near)} posts on {name} look like it: {listed}.")


def _since_then(row: Seen, payload: Payload) -> bool:
    """Without a date it may be of any time, also from before a call that we know."""
    return row.at >= since(payload) if row.at else payload.called_at is None


def _may_be(row: Seen, reply_to: ReplyTo | None) -> bool:
    """In the right conversation, and not one of its parts that we know."""
    root, known = (reply_to.root, reply_to.known) if reply_to else ("", ())
    return row.root in (None, root) and row.remote_id not in known


def _alike(a: str, b: str) -> bool:
    if a == b:
        return True
    # The quick ones are upper bounds: they say of any two long texts in one language that they are.
    matcher = SequenceMatcher(None, a, b)
    bounds = (matcher.real_quick_ratio, matcher.quick_ratio, matcher.ratio)
    return all(bound() >= ALIKE for bound in bounds)
