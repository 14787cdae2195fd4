"""Finds what platforms draw as links: addresses, tags, names, lists and signs of shares. Pure.

Called by text.py, threads.py, textlimits.py, adapters and the composer's previews. Indices are
Python's: code points. No expression here backtracks over more than a few signs.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import regex

from publishers.contract import Counter
from publishers.links import LONGEST_HOST, find_links

type Mark = Literal["link", "tag", "mention", "list", "cashtag"]


@dataclass(frozen=True)
class Span:
    """A piece drawn as a link. `target`: the whole address, or the tag or name without its mark."""

    start: int
    end: int
    kind: Mark
    target: str


_PROTOCOL = regex.compile(r"https?://", regex.I)
_LETTER = r"\p{L}\p{M}"
_IN_TAG = (
    rf"{_LETTER}\p{{Nd}}_\u200C\u200D\uA67E\u05BE\u05F3\u05F4\uFF5E\u301C\u309B\u309C\u30A0\u30FB"
    r"\u3003\u0F0B\u0F0C\u00B7"
)
_TAG = regex.compile(
    rf"(?:(?<=[\uFE0E\uFE0F])|(?<![&{_IN_TAG}]))[\#\uFF03](?![\uFE0F\u20E3])([{_IN_TAG}]++)(?![\#\uFF03]|://)"
)
_HAS_LETTER = regex.compile(rf"[{_LETTER}]")
_ACCENTS = r"\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F\u1E00-\u1EFF"
_BEFORE_NAME = r"(?:(?<![a-zA-Z0-9_!\#$%&*@\uFF20])|(?<=(?<![a-zA-Z0-9_+~.\-])[rR][tT]:?))[@\uFF20]"
_AFTER_NAME = rf"(?![@\uFF20{_ACCENTS}]|://)"
_NAME = regex.compile(rf"{_BEFORE_NAME}([a-zA-Z0-9_]{{1,20}}+){_AFTER_NAME}")
_LIST = regex.compile(
    rf"{_BEFORE_NAME}([a-zA-Z0-9_]{{1,20}}+/[a-zA-Z][a-zA-Z0-9_\-]{{0,24}}+){_AFTER_NAME}"
)
_HANDLE = regex.compile(
    r"(?<![a-zA-Z0-9_.@/])@((?:[a-zA-Z0-9](?:[a-zA-Z0-9\-]{0,62}+(?<!-))?+\.)++"
    r"[a-zA-Z](?:[a-zA-Z0-9\-]{0,61}[a-zA-Z0-9])?(?![a-zA-Z0-9]))"
)
# Every repetition keeps what it took: what follows a name may only refuse it, not shorten it.
_DOTTED = regex.compile(
    r"(?<![a-zA-Z0-9_@.=/])@(?!(?:\.?[a-zA-Z0-9_]){31})([a-zA-Z0-9_]++(?:\.[a-zA-Z0-9_]++)*+)"
    rf"(?![@{_ACCENTS}])"
)
_WORD = r"\p{Alphabetic}\p{M}\p{Nd}\p{Pc}"
_FEDERATED = regex.compile(
    rf"(?<![=/{_WORD}])@([a-zA-Z0-9_]++(?:[.\-]++[a-zA-Z0-9_]++)*+"
    rf"(?:@[{_WORD}]++(?:[.\-]++[{_WORD}]++)*+)?+)(?![@\uFF20{_ACCENTS}]|://)"
)
_SYMBOL = r"[a-zA-Z]{1,6}(?:[._][a-zA-Z]{1,2})?"
_CASHTAG = regex.compile(
    r"(?<![^\s\u180E\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069])"
    rf"\$({_SYMBOL})(?=$|[\s!\"\#$%&'()*+,\-./:;<=>?@\[\]\^_{{|}}~`])"
)
TICKER = regex.compile(r"(?:^|(?<=[\s(]))\$([A-Za-z][A-Za-z0-9]{0,4})(?=\s|$|[.,;:!?)\"'\u2019])")

_NAMES: Mapping[Counter, regex.Pattern[str]] = {
    "weighted": _NAME,
    "graphemes": _HANDLE,
    "codepoints": _DOTTED,
    "emoji_bytes": _DOTTED,
    "short_links": _FEDERATED,
}
# Lists of names, by whoever keeps them.
_LISTS: Mapping[Counter, regex.Pattern[str]] = {"weighted": _LIST}
# Of several tags only the first is one.
_ONE_TAG: frozenset[Counter] = frozenset({"emoji_bytes"})
_CASHTAGS: Mapping[Counter, regex.Pattern[str]] = {"weighted": _CASHTAG, "graphemes": TICKER}


def spans(text: str, counter: Counter) -> list[Span]:
    """What platforms that count this way draw as links, in order, none inside another."""
    tags = [match for match in _TAG.finditer(text) if _HAS_LETTER.search(match.group(1))]
    found = [
        *_links(text, short=counter == "short_links"),
        *(Span(match.start(), match.end(), "tag", match.group(1)) for match in tags),
        *_named(text, "list", _LISTS.get(counter)),
        *_named(text, "mention", _NAMES.get(counter)),
        *_named(text, "cashtag", _CASHTAGS.get(counter)),
    ]
    apart = _apart(found)
    return apart if counter not in _ONE_TAG else _one_tag(apart)


def _links(text: str, *, short: bool) -> Iterator[Span]:
    """`short`: only with its protocol is an address one, and its path may be of any script."""
    if short and "://" not in text:
        return
    for start, end in find_links(text, any_script=short):
        address = text[start:end]
        full = _PROTOCOL.match(address) is not None
        if full or not short:
            yield Span(start, end, "link", address if full else f"https://{address}")


def _named(text: str, kind: Mark, names: regex.Pattern[str] | None) -> Iterator[Span]:
    for match in names.finditer(text) if names else ():
        if len(match.group(1).rpartition("@")[2]) <= LONGEST_HOST:
            yield Span(match.start(), match.end(), kind, match.group(1))


def _one_tag(found: list[Span]) -> list[Span]:
    tags = [span for span in found if span.kind == "tag"]
    return [span for span in found if span.kind != "tag" or span is tags[0]]


def _apart(found: list[Span]) -> list[Span]:
    """In order of appearance, none inside another; the one that begins first stays."""
    kept: list[Span] = []
    for span in sorted(found, key=lambda span: (span.start, span.kind != "link")):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept
