"""Finds links, mentions and tags as the AT Protocol marks them, by UTF-8 byte offsets. Pure.

The rules are those of the official library, so that a post looks as if written in the app; where
its expressions backtrack, ours do not.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import regex

from publishers.links import TLDS
from publishers.marks import TICKER

_LONGEST_TAG = 64
# A bad address makes the server refuse the whole post: this is its own test.
_ADDRESS = regex.compile(r"https?://[^\s/][^\s]*+", regex.I)
_LINK = regex.compile(
    r"(?:^|(?<=[\s(]))(?:(?P<full>https?://\S++)"
    r"|(?P<bare>(?P<domain>[a-z][a-z0-9]*+(?:\.[a-z0-9]++)++)\S*+))",
    regex.I | regex.M,
)
_MENTION = regex.compile(r"(?:^|(?<=[\s(]))@([a-zA-Z0-9.\-]++)")
_INVISIBLE = r"\u00AD\u2060\u200A\u200B\u200C\u200D\u20E2"
_TAG = regex.compile(rf"(?:^|(?<=\s))[\#\uFF03](?!\uFE0F)([^\s{_INVISIBLE}]++)")
_TELLING = regex.compile(rf"[^\d\s\p{{P}}{_INVISIBLE}]")
_TRAILING = regex.compile(r"(?r)\p{P}*+")


@dataclass(frozen=True)
class Facet:
    """`value` is the address, the handle (still to be resolved) or the tag."""

    byte_start: int
    byte_end: int
    kind: Literal["link", "mention", "tag"]
    value: str


def facets(text: str) -> list[Facet]:
    """In the order of the text."""
    found = sorted([*_mentions(text), *_links(text), *_tags(text), *_tickers(text)])
    marked, at, byte = [], 0, 0
    for start, end, kind, value in found:
        byte += _size(text[at:start])
        at = start
        marked.append(Facet(byte, byte + _size(text[start:end]), kind, value))
    return marked


type _Found = tuple[int, int, Literal["link", "mention", "tag"], str]


def _size(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def _mentions(text: str) -> Iterator[_Found]:
    for match in _MENTION.finditer(text):
        # A word boundary ends the handle: what is punctuation at its end belongs to the sentence.
        handle = match.group(1).rstrip(".-")
        if _is_domain(handle) or handle.lower().endswith(".test"):
            yield match.start(), match.start(1) + len(handle), "mention", handle


def _links(text: str) -> Iterator[_Found]:
    for match in _LINK.finditer(text):
        if not match.group("full") and not _is_domain(match.group("domain")):
            continue
        start, end = match.span("full") if match.group("full") else match.span("bare")
        address = text[start:end]
        if address[-1] in ".,;:!?":
            address = address[:-1]
        if address.endswith(")") and "(" not in address:
            address = address[:-1]
        full = address if match.group("full") else f"https://{address}"
        if _ADDRESS.fullmatch(full):
            yield start, start + len(address), "link", full


def _tags(text: str) -> Iterator[_Found]:
    for match in _TAG.finditer(text):
        word = match.group(1)
        if not _TELLING.search(word):
            continue
        trailing = _TRAILING.match(word)
        tag = word[: trailing.start()] if trailing else word
        if tag and len(tag) <= _LONGEST_TAG:
            yield match.start(), match.start(1) + len(tag), "tag", tag


def _tickers(text: str) -> Iterator[_Found]:
    for match in TICKER.finditer(text):
        yield match.start(), match.end(), "tag", f"${match.group(1).upper()}"


def _is_domain(host: str) -> bool:
    return "." in host and host.rpartition(".")[2].lower() in TLDS
