"""Cuts a long text into the parts of a thread, each as the platform counts. Pure.

Called when a post's content is put together (posts/content.py), so that the parts are reviewed and
sent alike. A cut falls between paragraphs if it can, else lines, sentences, words, and between
characters only in a word that is longer than a part; never inside what a platform links.
"""

import sys
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from itertools import accumulate

from publishers import unbroken
from publishers.contract import Limits, Option
from publishers.text import measure, over_span
from publishers.words import AUTHORS, CHARACTER, LINE, PARAGRAPH, Mark, Words

NUMBERING = Option(
    "numbering",
    "Number the parts of a thread",
    choices=(("", "No"), ("end", "At the end: 2/5")),
)

# A part that is no fuller takes the beginning of what does not fit into it whole.
_THIN = 4
# Where signs weigh more together, by how much is not the same everywhere: leave some room.
_MOST_OF_A_PART = 0.75


def split(text: str, limits: Limits, *, numbered: bool = False) -> list[str]:
    """The parts in order; none for a blank text.

    Only white space at their edges is lost, and the author's own cuts. A part exceeds `limits` only
    where a single address, tag or name does. `numbered` adds " 2/5", within the limits.
    """
    words = Words(text, limits)
    total = len(_parts(words, limits)) if numbered else 1
    if total < 2:
        return _fitting(words, limits)
    digits = len(str(total))
    while len(parts := _fitting(words, _less(limits, 2 + 2 * digits))) >= 10**digits:
        digits += 1
    return [f"{part} {number}/{len(parts)}" for number, part in enumerate(parts, 1)]


def _fitting(words: Words, limits: Limits) -> list[str]:
    parts = _parts(words, limits)
    if words.weigh_together:
        return parts
    return [piece for part in parts for piece in _smaller(part, limits)]


def _smaller(part: str, limits: Limits) -> list[str]:
    """The part, or pieces of it where signs weigh more together than they weigh alone."""
    taken = measure(part, limits)
    if not taken.over:
        return [part]
    share = min(_MOST_OF_A_PART, taken.limit / taken.used)
    pieces = _parts(Words(part, limits), _scaled(limits, share))
    return [shard for piece in pieces for shard in _shards(piece, limits)]


def _shards(piece: str, limits: Limits) -> Iterator[str]:
    """As much at a time as fits by what the signs weigh where they stand."""
    while measure(piece, limits).over:
        over = over_span(piece, limits) or len(piece) - 1
        held = unbroken.marked(piece, limits.count)
        ends = list(accumulate(map(len, unbroken.stretches(piece, held))))
        end = max((end for end in ends if end <= over), default=ends[0])
        if end == len(piece):
            break
        yield piece[:end].rstrip()
        piece = piece[end:].lstrip()
    if piece:
        yield piece


def _scaled(limits: Limits, share: float) -> Limits:
    octets = None if limits.text_bytes is None else max(1, int(limits.text_bytes * share))
    return replace(limits, text=max(1, int(limits.text * share)), text_bytes=octets)


def _less(limits: Limits, units: int) -> Limits:
    octets = None if limits.text_bytes is None else max(1, limits.text_bytes - units)
    return replace(limits, text=max(1, limits.text - units), text_bytes=octets)


def _parts(words: Words, limits: Limits) -> list[str]:
    """Within the limits, as far as pieces weigh together what they weigh alone."""
    if not words:
        return []
    filling = _Filling(words, limits)
    for first, last in words.pieces(0, len(words) - 1, AUTHORS):
        filling.close()
        filling.place(first, last, PARAGRAPH)
    return [words.text[start.place : end.place] for start, end in filling.parts]


class _Filling:
    """The parts so far. The last is open up to the word `reach`, which still fits into it; where
    it is closed, or there is none, that is before all words.
    """

    def __init__(self, words: Words, limits: Limits) -> None:
        self.words = words
        self.units = limits.text
        self.octets = limits.text_bytes if limits.text_bytes is not None else sys.maxsize
        self.parts: list[tuple[Mark, Mark]] = []
        self.close()

    def close(self) -> None:
        self.closed, self.reach = True, -1

    def place(self, first: int, last: int, level: int) -> None:
        """What the open part has no room for: whole into one of its own, else piece by piece."""
        start, end = self.words.start(first), self.words.end(last)
        if self._fit(start, end) and not (level >= LINE and self._is_thin()):
            self._begin(start, end)
        elif level == CHARACTER:
            self._place_characters(first)
        else:
            self._place_pieces(self.words.pieces(first, last, level), level - 1)

    def _place_pieces(self, pieces: list[tuple[int, int]], level: int) -> None:
        ends, at = [last for _, last in pieces], 0
        while at < len(pieces):
            reached = bisect_right(ends, self.reach, at)
            if reached > at:
                self._extend(self.words.end(ends[reached - 1]))
                at = reached
            else:
                self.place(*pieces[at], level)
                at += 1

    def _place_characters(self, word: int) -> None:
        scale, at = self.words.characters(word, self._fit), 0
        while at < len(scale.places) - 1:
            start = None if self.closed else self.parts[-1][0]
            reached = scale.reach(start, self.units, self.octets) if start else at
            if reached > at:
                self._extend(scale.mark(reached))
                at = reached
            else:
                self._begin(scale.mark(at), scale.mark(at + 1))
                at += 1

    def _begin(self, start: Mark, end: Mark) -> None:
        self.parts.append((start, end))
        self.closed, self.reach = False, self.words.reach(start, self.units, self.octets)

    def _extend(self, end: Mark) -> None:
        self.parts[-1] = self.parts[-1][0], end

    def _fit(self, start: Mark, end: Mark) -> bool:
        return end.units - start.units <= self.units and end.octets - start.octets <= self.octets

    def _is_thin(self) -> bool:
        if self.closed:
            return False
        start, end = self.parts[-1]
        return (end.units - start.units) * _THIN < self.units
