"""Counts text as each platform counts it. Pure.

Called by limits.py, adapters and the composer's previews. Indices are Python's: code points.
"""

import html
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

import regex

from publishers.contract import Counter, Limits
from publishers.links import find_links
from publishers.marks import Span, spans

LINK_WEIGHT = 23

# Flags first: in a row of them \X counts back to its beginning at every step.
_GRAPHEME = regex.compile(r"\p{Regional_Indicator}{2}(?=\p{Regional_Indicator})|\X")
# Where none of these is, each sign stands for itself.
_JOINING = regex.compile(
    r"[^\p{GCB=Other}\p{GCB=Control}\p{GCB=LF}\p{GCB=LV}\p{GCB=LVT}]",
)
# Configuration 3 of twitter-text: these weigh one, all others two, an emoji two as a whole.
_LIGHT = regex.compile(
    r"[\u0000-\u10FF\u2000-\u200D\u2010-\u201F\u2032-\u2037]*+",
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
# Half a flag is drawn as a letter in a box.
_EMOJI_OR_HALF = regex.compile(rf"{_EMOJI.pattern}|\p{{Regional_Indicator}}")
# No characters, or one that says how bytes are ordered: they come along when text is copied.
_REFUSED: Mapping[Counter, regex.Pattern[str]] = {
    "weighted": regex.compile(r"[\uFFFE\uFEFF\uFFFF]")
}


# Without one of these there is no emoji.
_PICTURE = regex.compile(
    r"[\p{Extended_Pictographic}\p{Regional_Indicator}\p{Emoji_Modifier}\u20E3]"
)


@dataclass(frozen=True)
class Measure:
    """`left` and `over` are never both above zero. `unit` is what `used` and `limit` count."""

    used: int
    limit: int
    left: int
    over: int
    unit: Literal["characters", "bytes"]


# -- how much


def count(text: str, counter: Counter) -> int:
    """In the platform's units (contract.Counter)."""
    return _COUNTERS[counter](text)


def counting(text: str, counter: Counter) -> Callable[[str], int]:
    """Counts pieces of this text: what the whole does not hold is looked for in none of them.

    `len` where each sign counts one wherever it stands.
    """
    return len if _COUNTS_ONE[counter](text) else cache(_COUNTERS[counter])


def counting_bytes(text: str) -> Callable[[str], int]:
    """The same for bytes."""
    return len if text.isascii() else cache(count_bytes)


def _graphemes(text: str) -> int:
    if text.isascii():
        return len(text) - text.count("\r\n")
    return len(characters(text)) if _JOINING.search(text) else len(text)


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _emoji_bytes(text: str) -> int:
    if text.isascii() or not _PICTURE.search(text):
        return len(text)
    emoji = "".join(_EMOJI_OR_HALF.findall(text))
    return len(text) - len(emoji) + count_bytes(emoji)


def _short_links(text: str) -> int:
    if "@" not in text and "://" not in text:
        return _graphemes(text)
    return _graphemes("".join(shown for _, shown in _shortened(text)))


def _shortened(text: str) -> Iterator[tuple[Span | None, str]]:
    """Piece by piece what is counted, with the mark it stands for; None: it is as written."""
    at = 0
    for span in spans(text, "short_links"):
        if span.kind == "tag":
            continue
        yield None, text[at : span.start]
        at = span.end
        yield span, "x" * LINK_WEIGHT if span.kind == "link" else f"@{span.target.split('@')[0]}"
    yield None, text[at:]


def characters(text: str) -> list[str]:
    """As people see them: what belongs together stays together."""
    return _GRAPHEME.findall(text) if _JOINING.search(text) else list(text)


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


def refused(text: str, counter: Counter) -> int | None:
    """The index of a sign that platforms that count so take in no text, however short."""
    signs = _REFUSED.get(counter)
    found = signs.search(text) if signs else None
    return None if found is None else found.start()


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
    if counter == "weighted":
        yield from _weighted_units(text)
    elif counter == "short_links":
        yield from _shortened_units(text)
    else:
        for match in _GRAPHEME.finditer(text):
            yield match.start(), 1 if counter == "graphemes" else count(match.group(), counter)


def _weighted_units(text: str) -> Iterator[tuple[int, int]]:
    at = 0
    for link in find_links(text):
        yield from _weighed(text, at, link.start)
        yield link.start, LINK_WEIGHT
        at = link.end
    yield from _weighed(text, at, len(text))


def _shortened_units(text: str) -> Iterator[tuple[int, int]]:
    """A mark is over as a whole. What is counted may join where what is written does not."""
    written, at = "", 0
    origins: list[int] = []
    for span, shown in _shortened(text):
        written += shown
        origins += [span.start] * len(shown) if span else range(at, at + len(shown))
        at = span.end if span else at + len(shown)
    for match in _GRAPHEME.finditer(written):
        yield origins[match.start()], 1


def _weighed(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for match in _GRAPHEME.finditer(text, start, end):
        yield match.start(), _weigh_words(unicodedata.normalize("NFC", match.group()))


def _weigh(text: str) -> int:
    """Links first, then emoji, then the rest by its ranges."""
    text = unicodedata.normalize("NFC", text)
    total = at = 0
    for link in find_links(text):
        total += _weigh_words(text[at : link.start]) + LINK_WEIGHT
        at = link.end
    return total + _weigh_words(text[at:])


def _weigh_words(text: str) -> int:
    if _LIGHT.fullmatch(text):
        return len(text)
    rest, emoji = _EMOJI.subn("", text)
    light = sum(len(run) for run in _LIGHT.findall(rest))
    return 2 * emoji + 2 * len(rest) - light


_COUNTERS: Mapping[Counter, Callable[[str], int]] = {
    "graphemes": _graphemes,
    "weighted": _weigh,
    "utf16": _utf16,
    "codepoints": len,
    "emoji_bytes": _emoji_bytes,
    "short_links": _short_links,
}
_COUNTS_ONE: Mapping[Counter, Callable[[str], bool]] = {
    "graphemes": lambda text: not _JOINING.search(text),
    "weighted": lambda text: (
        "." not in text
        and _LIGHT.fullmatch(text) is not None
        and unicodedata.is_normalized("NFC", text)
    ),
    "utf16": lambda text: text.isascii() or max(text) <= "\uffff",
    "codepoints": lambda text: True,
    "emoji_bytes": lambda text: not _PICTURE.search(text),
    "short_links": lambda text: not ("@" in text or "://" in text or _JOINING.search(text)),
}

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
