"""What changed between two texts, word by word, for people to read. Pure.

Called by the revision and conflict pages; the approvals room may show it too.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Literal

# Beyond this many words a word by word comparison takes seconds; whole lines are compared instead.
MAX_WORDS = 6000


@dataclass(frozen=True)
class Piece:
    kind: Literal["same", "out", "in"]
    text: str


def words(before: str, after: str) -> list[Piece]:
    """The text as pieces that stayed, went out or came in; in reading order."""
    old, new = _split(before), _split(after)
    if max(len(old), len(new)) > MAX_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return list(_pieces(old, new))


def changed(pieces: Sequence[Piece]) -> bool:
    return any(piece.kind != "same" for piece in pieces)


def _split(text: str) -> list[str]:
    """Words with the blank that follows them, so that a changed word takes its space along."""
    return re.findall(r"\n|[^\S\n]+|\w+[^\S\n]?|[^\w\s]", text)


def _pieces(old: list[str], new: list[str]) -> Iterator[Piece]:
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield Piece("same", "".join(old[i:j]))
            continue
        if i < j:
            yield Piece("out", "".join(old[i:j]))
        if k < m:
            yield Piece("in", "".join(new[k:m]))

