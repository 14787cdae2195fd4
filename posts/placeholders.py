"""Gaps in a text, written {{ name }}: found, and filled once with plain text. Pure.

No template engine: a value is never read for gaps again, and nothing else is understood.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Literal

LONGEST_NAME = 40
MOST = 30
# Of all gaps in one text, so that a short text cannot become endless.
MOST_MARKS = 200
_MARK = re.compile(rf"\{{\{{[ \t]*([^\W\d]\w{{0,{LONGEST_NAME - 1}}})[ \t]*\}}\}}")
_BRACES = re.compile(r"\{\{[^{}\n]{0,40}(?:\}\})?")

type Piece = tuple[Literal["text", "gap"], str]


def names(texts: Iterable[str]) -> list[str]:
    """In reading order, each once."""
    return list(dict.fromkeys(found[1] for text in texts for found in _MARK.finditer(text)))


def wrong(text: str) -> str:
    """The first braces that are no placeholder; empty where there are none."""
    found = _BRACES.search(_MARK.sub(" ", text))
    return found[0] if found else ""


def marks(text: str) -> int:
    return sum(1 for _ in _MARK.finditer(text))


def fill(text: str, values: Mapping[str, str]) -> str:
    """Names without a value become nothing."""
    return _MARK.sub(lambda found: values.get(found[1], ""), text)


def pieces(text: str) -> Iterator[Piece]:
    """For a page: the text, and between it the names of its gaps."""
    end = 0
    for found in _MARK.finditer(text):
        if found.start() > end:
            yield "text", text[end : found.start()]
        yield "gap", found[1]
        end = found.end()
    if end < len(text):
        yield "text", text[end:]
