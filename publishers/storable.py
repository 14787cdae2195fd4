"""What a platform answered, in a form that a row can keep. Pure.

The HTTP client cleans what it parses; the delivery room passes on what adapters made of it. Nothing
a platform says may stop us from keeping what became of a post.
"""

import re
from dataclasses import replace
from typing import Any, overload

from publishers.contract import (
    CannotTell,
    Found,
    NotFound,
    Outcome,
    Processing,
    Published,
    Sighting,
    Uncertain,
)

LONGEST_REASON = 1000
LONGEST_ID = 300
LONGEST_PERMALINK = 600
REPLACED = "\ufffd"
# PostgreSQL takes no NUL, and half a surrogate pair has no form in UTF-8.
_ODD = re.compile("[\x00\ud800-\udfff]")


def text(said: str) -> str:
    return _ODD.sub(REPLACED, said)


def data(found: Any) -> Any:
    """Parsed JSON of any shape, with every text in it. Raises RecursionError where it is deep."""
    if isinstance(found, str):
        return text(found)
    if isinstance(found, list):
        return [data(inner) for inner in found]
    if isinstance(found, dict):
        return {text(name): data(inner) for name, inner in found.items()}
    return found


def outcome(said: Outcome) -> Outcome:
    """A post without an id that can be kept is somewhere, and not known where: `Uncertain`."""
    if isinstance(said, Published):
        if _is_id(said.remote_id):
            return _linked(said)
        return Uncertain("The platform took it, but gave it an id that cannot be kept.")
    if isinstance(said, Processing):
        return replace(said, handle=text(said.handle))
    return replace(said, reason=_reason(said.reason))


def sighting(saw: Sighting) -> Sighting:
    """The same for a post that was looked up: `CannotTell`."""
    if isinstance(saw, Found):
        if _is_id(saw.remote_id):
            return _linked(saw)
        return CannotTell("The platform shows it, but under an id that cannot be kept.")
    if isinstance(saw, NotFound):
        return saw
    return CannotTell(_reason(saw.reason))


def _is_id(name: str) -> bool:
    return (
        bool(name.strip())
        and len(name) <= LONGEST_ID
        and name.isprintable()
        and REPLACED not in name
    )


@overload
def _linked(live: Published) -> Published: ...
@overload
def _linked(live: Found) -> Found: ...
def _linked(live: Published | Found) -> Published | Found:
    """Half an address leads nowhere, or elsewhere: better none."""
    link = live.permalink
    fits = len(link) <= LONGEST_PERMALINK and link.isprintable() and REPLACED not in link
    return live if fits else replace(live, permalink="")


def _reason(said: str) -> str:
    return text(said)[:LONGEST_REASON]
