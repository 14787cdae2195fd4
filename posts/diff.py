"""What changed between two texts, word by word, for people to read. Pure.

Called by the revision and conflict pages; shown by `ui/diff.html`.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import Match, SequenceMatcher
from itertools import accumulate
from typing import Literal

# Beyond this many words a word by word comparison takes seconds; whole lines are compared instead.
MAX_WORDS = 6000
# As much as an ordinary text of that length needs, in half a second. One that says the same words
# again and again would need hours.
MAX_STEPS = 3_000_000

type Part = tuple[Literal["equal", "insert", "delete"], str]


def words(before: str, after: str) -> list[Part]:
    """The text as parts that stayed, came in or went out; in reading order."""
    old, new = _split(before), _split(after)
    if max(len(old), len(new)) <= MAX_WORDS:
        parts, complete = _compared(old, new)
        if complete:
            return parts
    return _compared(before.splitlines(keepends=True), after.splitlines(keepends=True))[0]


def changed(parts: Sequence[Part]) -> bool:
    return any(kind != "equal" for kind, _ in parts)


def _split(text: str) -> list[str]:
    """Words with the blank that follows them, so that a changed word takes its space along."""
    return re.findall(r"\n|[^\S\n]+|\w+[^\S\n]?|[^\w\s]", text)


def _compared(old: list[str], new: list[str]) -> tuple[list[Part], bool]:
    """Also whether all was found that stayed."""
    begin = _alike(old, new)
    end = _alike(old[begin:][::-1], new[begin:][::-1])
    matcher = _Bounded(old[begin : len(old) - end], new[begin : len(new) - end])
    parts: list[Part] = [
        ("equal", "".join(old[:begin])),
        *_parts(matcher),
        ("equal", "".join(old[len(old) - end :])),
    ]
    return [part for part in parts if part[1]], matcher.left >= 0


def _alike(old: list[str], new: list[str]) -> int:
    """How many are the same at the beginning."""
    pairs = enumerate(zip(old, new, strict=False))
    return next((n for n, (one, other) in pairs if one != other), min(len(old), len(new)))


class _Bounded(SequenceMatcher[str]):
    """Looks for what stayed as long as its steps last; what it has not found counts as replaced."""

    def __init__(self, old: list[str], new: list[str]) -> None:
        super().__init__(None, old, new, autojunk=False)
        self.old, self.new, often = old, new, Counter(new)
        self.steps = list(accumulate((1 + often[token] for token in old), initial=0))
        self.left = MAX_STEPS

    def find_longest_match(
        self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None
    ) -> Match:
        self.left -= self.steps[len(self.old) if ahi is None else ahi] - self.steps[alo]
        if self.left < 0:
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


def _parts(matcher: _Bounded) -> Iterator[Part]:
    old, new = matcher.old, matcher.new
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            yield "equal", "".join(old[i:j])
            continue
        if i < j:
            yield "delete", "".join(old[i:j])
        if k < m:
            yield "insert", "".join(new[k:m])
