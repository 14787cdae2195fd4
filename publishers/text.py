"""Counts text as each platform counts it, and finds links, tags and mentions in it. Pure.

Called by limits.py, adapters and the composer's previews. Indices are Python's: code points.
"""

import html
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import regex

from publishers.contract import Counter, Limits
from publishers.links import find_links

LINK_WEIGHT = 23

# Flags first: in a row of them \X counts back to its beginning at every step.
_GRAPHEME = regex.compile(r"\p{Regional_Indicator}{2}(?=\p{Regional_Indicator})|\X")
# Configuration 3 of twitter-text: these weigh one, all others two, an emoji two as a whole.
_LIGHT = regex.compile(
    r"[\u0000-\u10FF\u2000-\u200D\u2010-\u201F\u2032-\u2037]++",
)
_ONE_EMOJI = (
    r"(?:\p{Emoji_Modifier_Base}\p{Emoji_Modifier}\uFE0F?+|[\u00A9\u00AE\u2122\u265F]\uFE0F"
    r"|[\p{Extended_Pictographic}--[\u00A9\u00AE\u2122\u265F]]\uFE0F?+|\p{Emoji_Modifier})"
)
_EMOJI = regex.compile(
    r"(?V1)[\#*0-9]\uFE0F?+\u20E3|\p{Regional_Indicator}{2}"
    r"|\U0001F3F4[\U000E0030-\U000E0039\U000E0061-\U000E007A]++\U000E007F"
    rf"|{_ONE_EMOJI}(?:\u200D{_ONE_EMOJI})*+"
)


@dataclass(frozen=True)
class Measure:
    """`left` and `over` are never both above zero. `unit` is what `used` and `limit` count."""

    used: int
    limit: int
    left: int
    over: int
    unit: Literal["characters", "bytes"]


@dataclass(frozen=True)
class Span:
    """A piece drawn as a link. `target`: the whole address, or the tag or name without its mark."""

    start: int
    end: int
    kind: Literal["link", "tag", "mention"]
    target: str


# -- how much


def count(text: str, counter: Counter) -> int:
    if counter == "graphemes":
        return len(characters(text)) if not text.isascii() else len(text) - text.count("\r\n")
    if counter == "utf16":
        return len(text.encode("utf-16-le", "surrogatepass")) // 2
    return _weigh(unicodedata.normalize("NFC", text))


def characters(text: str) -> list[str]:
    """As people see them: what belongs together stays together."""
    found: list[str] = _GRAPHEME.findall(text)
    return found


def count_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


def measure(text: str, limits: Limits) -> Measure:
    """Against the limit that binds: bytes only where the characters would still fit."""
    used = count(text, limits.count)
    if limits.text_bytes is not None and used <= limits.text:
        size = count_bytes(text)
        if size > limits.text_bytes:
            return _measured(size, limits.text_bytes, "bytes")
    return _measured(used, limits.text, "characters")


def _measured(used: int, limit: int, unit: Literal["characters", "bytes"]) -> Measure:
    return Measure(used, limit, max(0, limit - used), max(0, used - limit), unit)


def over_span(text: str, limits: Limits) -> int | None:
    """The index from which the text no longer fits, at a whole character; None when it fits."""
    edges = [_overflow(_units(text, limits.count), limits.text)]
    if limits.text_bytes is not None:
        units = ((match.start(), count_bytes(match.group())) for match in _GRAPHEME.finditer(text))
        edges.append(_overflow(units, limits.text_bytes))
    return min((edge for edge in edges if edge is not None), default=None)


def _overflow(units: Iterator[tuple[int, int]], limit: int) -> int | None:
    used = 0
    for start, weight in units:
        used += weight
        if used > limit:
            return start
    return None


def _units(text: str, counter: Counter) -> Iterator[tuple[int, int]]:
    """(index, weight) of each piece that cannot be divided."""
    if counter != "weighted":
        for match in _GRAPHEME.finditer(text):
            yield match.start(), 1 if counter == "graphemes" else count(match.group(), "utf16")
        return
    at = 0
    for link in find_links(text):
        yield from _weighed(text, at, link.start)
        yield link.start, LINK_WEIGHT
        at = link.end
    yield from _weighed(text, at, len(text))


def _weighed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _GRAPHEME.finditer(text, start, end):
        yield match.start(), _weigh_words(unicodedata.normalize("NFC", match.group()))


def _weigh(text: str) -> int:
    """`text` is normalised. Links first, then emoji, then the rest by its ranges."""
    total = at = 0
    for link in find_links(text):
        total += _weigh_words(text[at : link.start]) + LINK_WEIGHT
        at = link.end
    return total + _weigh_words(text[at:])


def _weigh_words(text: str) -> int:
    if text.isascii():
        return len(text)
    rest, emoji = _EMOJI.subn("", text)
    light = sum(len(run) for run in _LIGHT.findall(rest))
    return 2 * emoji + 2 * len(rest) - light


# -- what is in it

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
_NAME = regex.compile(
    r"(?:(?<![a-zA-Z0-9_!\#$%&*@\uFF20])|(?<=(?<![a-zA-Z0-9_+~.\-])[rR][tT]:?))"
    rf"[@\uFF20]([a-zA-Z0-9_]{{1,20}}+)(?![@\uFF20{_ACCENTS}]|://)"
)
_HANDLE = regex.compile(
    r"(?<![a-zA-Z0-9_.@/])@((?:[a-zA-Z0-9](?:[a-zA-Z0-9\-]*+(?<!-))?+\.)++[a-zA-Z][a-zA-Z0-9\-]*+)"
)


def spans(text: str, counter: Counter) -> list[Span]:
    """What to draw as links. Names look as platforms that count this way write them."""
    found = [
        Span(link.start, link.end, "link", _with_protocol(text[link.start : link.end]))
        for link in find_links(text)
    ]
    for match in _TAG.finditer(text):
        if _HAS_LETTER.search(match.group(1)):
            found.append(Span(match.start(), match.end(), "tag", match.group(1)))
    if counter != "utf16":
        names = _NAME if counter == "weighted" else _HANDLE
        for match in names.finditer(text):
            found.append(Span(match.start(), match.end(), "mention", match.group(1)))
    return _apart(found)


def _apart(found: list[Span]) -> list[Span]:
    """In order of appearance, none inside another; the one that begins first stays."""
    kept: list[Span] = []
    for span in sorted(found, key=lambda span: (span.start, span.kind != "link")):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _with_protocol(address: str) -> str:
    return address if regex.match(r"https?://", address, regex.I) else f"https://{address}"


# -- is it the same


def fingerprint(text: str) -> str:
    """For comparing with what a platform shows: entities, white space and composition set aside,
    and of addresses the protocol and the closing slash, which platforms add."""
    text = " ".join(unicodedata.normalize("NFC", html.unescape(text)).split())
    plain, at = "", 0
    for link in find_links(text):
        address = regex.sub(r"^https?://", "", text[link.start : link.end], flags=regex.I)
        plain += text[at : link.start] + address.rstrip("/")
        at = link.end
    return plain + text[at:]
