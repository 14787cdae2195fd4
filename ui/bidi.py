"""Names written from right to left within a sentence of ours. Called by whoever makes one."""

import unicodedata

_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_BEGIN, _END = "\u2068", "\u2069"


def isolated(name: str) -> str:
    """As a part of its own, where it would turn what stands around it: quotes, numbers, more."""
    turns = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in name)
    return f"{_BEGIN}{name}{_END}" if turns else name
