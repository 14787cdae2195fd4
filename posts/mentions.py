"""Mentions in comments: typed as @name, stored as `<@membership id>`, shown as names. Pure."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

_STORED = re.compile(r"<@(\d{1,18})>")
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]]")


@dataclass(frozen=True)
class Part:
    kind: Literal["words", "address", "mention"]
    text: str


def handles(members: Iterable[tuple[int, str]]) -> dict[int, str]:
    """What is written after the @ for each (membership id, name): the name, with a number where
    several have it.
    """
    people = [(pk, " ".join(name.split())) for pk, name in members]
    several = Counter(name.casefold() for _pk, name in people)
    nth: Counter[str] = Counter()
    found = {}
    for pk, name in people:
        key = name.casefold()
        nth[key] += 1
        found[pk] = f"{name} ({nth[key]})" if several[key] > 1 else name
    return found


def stored(typed: str, known: Mapping[int, str]) -> tuple[str, list[int]]:
    """The text with each known `@handle` as an id, and those ids. `known` comes from `handles`.

    A first name is enough where only one member has it.
    """
    meant = _meant(known)
    if not meant or "@" not in typed:
        return typed, []
    longest_first = sorted(meant, key=len, reverse=True)
    pattern = r"(?<!\w)@(" + "|".join(map(re.escape, longest_first)) + r")(?!\w)"
    ids: dict[int, None] = {}

    def take(found: re.Match[str]) -> str:
        pk = meant.get(found[1].casefold())
        if pk is None:
            return found[0]
        ids[pk] = None
        return f"<@{pk}>"

    text = re.sub(pattern, take, typed, flags=re.IGNORECASE)
    return text, list(ids)


def _meant(known: Mapping[int, str]) -> dict[str, int]:
    """Handles as they may be typed, without regard to capitals; none that could be several."""
    full = [(handle.casefold(), pk) for pk, handle in known.items() if handle]
    first = [(handle.split()[0], pk) for handle, pk in full]
    return {**_unique(first), **_unique(full)}


def _unique(named: Iterable[tuple[str, int]]) -> dict[str, int]:
    named = list(named)
    times = Counter(name for name, _pk in named)
    return {name: pk for name, pk in named if times[name] == 1}


def parts(text: str, ids: Iterable[int], names: Mapping[int, str], gone: str) -> list[Part]:
    """What a page shows. `gone` stands for a mentioned member who has left the team."""
    found: list[Part] = []
    for piece, pk in _pieces(text, ids):
        if pk is not None:
            found.append(Part("mention", f"@{names.get(pk, gone)}"))
        else:
            found += _with_addresses(piece)
    return found


def plain(text: str, ids: Iterable[int], names: Mapping[int, str], gone: str) -> str:
    """The same as one text: to be edited, or told in a message."""
    pieces = _pieces(text, ids)
    return "".join(piece if pk is None else f"@{names.get(pk, gone)}" for piece, pk in pieces)


def _pieces(text: str, ids: Iterable[int]) -> Iterable[tuple[str, int | None]]:
    """Words, or the id of a mention. What only looks like one was typed by hand."""
    known, end = set(ids), 0
    for found in _STORED.finditer(text):
        if int(found[1]) in known:
            yield text[end : found.start()], None
            yield "", int(found[1])
            end = found.end()
    yield text[end:], None


def _with_addresses(text: str) -> Iterable[Part]:
    end = 0
    for found in _ADDRESS.finditer(text):
        if found.start() > end:
            yield Part("words", text[end : found.start()])
        yield Part("address", found[0])
        end = found.end()
    if end < len(text):
        yield Part("words", text[end:])
