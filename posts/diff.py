"""What changed between two texts, word by word, for people to read. Pure.

Called by the revision and conflict pages; shown by `ui/diff.html`.
"""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Literal

# Beyond this many words a word by word comparison takes seconds; whole lines are compared instead.
MAX_WORDS = 6000

type Part = tuple[Literal["equal", "insert", "delete"], str]


def words(before: str, after: str) -> list[Part]:
    """The text as parts that stayed, came in or went out; in reading order."""
    old, new = _split(before), _split(after)
    if max(len(old), len(new)) > MAX_WORDS:
        old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return list(_parts(old, new))


def changed(parts: Sequence[Part]) -> bool:
    return any(kind != "equal" for kind, _ in parts)


def _split(text: str) -> list[str]:
    """Words with the blank that follows them, so that a changed word takes its space along."""
    return re.findall(r"\n|[^\S\n]+|\w+[^\S\n]?|[^\w\s]", text)


def _parts(old: list[str], new: list[str]) -> Iterator[Part]:
    for tag, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            yield "equal", "".join(old[i:j])
            continue
        if i < j:
            yield "delete", "".join(old[i:j])
        if k < m:
            yield "insert", "".join(new[k:m])
