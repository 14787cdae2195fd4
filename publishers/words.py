"""A text as words: how deep a cut before each goes, and what lies before it. Pure.

Called by threads.py. A long text is tens of thousands of words, and the composer waits for it: what
is done for each of them is left to loops of the language itself.
"""

from bisect import bisect_right
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate, batched, chain
from typing import NamedTuple

import regex

from publishers import unbroken
from publishers.contract import Counter, Limits
from publishers.text import counting, counting_bytes
from publishers.unbroken import Held

AUTHORS, PARAGRAPH, LINE, SENTENCE, WORD, CHARACTER = 5, 4, 3, 2, 1, 0

# A line of three dashes is where the author wants a new part.
_CUT = regex.compile(r"^[^\S\n]*(---)[^\S\n]*$", regex.M)
# What does not break a line does not break a thread, and a mark that sits on a blank belongs to it.
_BLANK = regex.compile(r"(?V1)([\s--[\u00A0\u2007\u202F]]+(?![\p{Grapheme_Extend}\u200D]))")
_WIDE = "\u3002\uff01\uff1f\uff61"
_WIDE_END = regex.compile(
    rf"[{_WIDE}]++[\u300D\u300F\uFF09\u201D\u2019\u3011]*+(?![\p{{Grapheme_Extend}}\u200D])"
)
_CLOSING = "'\"\u201d\u2019\u00bb)]"
_LAST = frozenset(f".!?\u2026{_CLOSING}{_WIDE}")
_END = regex.compile(rf"[.!?\u2026][{regex.escape(_CLOSING)}]*+\Z")
_GOES_ON = regex.compile(r"['\"\u201c\u2018\u00ab(\[]*+\p{Ll}")
_ABBREVIATION = regex.compile(
    r"\P{L}*+(?:\p{L}|(?:\p{L}\.){1,4}\p{L}|Mrs?|Ms|Dr|St|Prof|Nr|No|vs|ca|bzw|etc)\.\Z", regex.I
)


class Mark(NamedTuple):
    """A place in the text, and what lies before it in the platform's units and in bytes."""

    place: int
    units: int
    octets: int


@dataclass(frozen=True)
class Scale:
    """Marks in a row, by column; where bytes are not limited, `octets` are the units again."""

    places: Sequence[int]
    units: Sequence[int]
    octets: Sequence[int]

    def mark(self, number: int) -> Mark:
        return Mark(self.places[number], self.units[number], self.octets[number])

    def reach(self, start: Mark, units: int, octets: int) -> int:
        """The last mark that is no further than this from `start`; -1 where none is."""
        near = bisect_right(self.units, start.units + units)
        return min(near, bisect_right(self.octets, start.octets + octets)) - 1


class Words:
    """`scale` has a mark at the beginning, and two for each word: before and behind it."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text, self.counter = text, limits.count
        self.units = counting(text, limits.count)
        self.octets = None if limits.text_bytes is None else counting_bytes(text)
        # So do words of plain letters, unless one is cut; and signs that each count one.
        self.weigh_together = self.units is len or text.isascii()
        pieces = _pieces(text, limits.count)
        self.scale = self._scale(pieces, Mark(0, 0, 0))
        self.breaks = _breaks(pieces[::2], pieces[1::2])

    def __len__(self) -> int:
        return len(self.scale.places) // 2

    def start(self, word: int) -> Mark:
        return self.scale.mark(2 * word + 1)

    def end(self, word: int) -> Mark:
        return self.scale.mark(2 * word + 2)

    def reach(self, start: Mark, units: int, octets: int) -> int:
        """The last word that ends no further than this from `start`."""
        return (self.scale.reach(start, units, octets) - 2) // 2

    def pieces(self, first: int, last: int, level: int) -> list[tuple[int, int]]:
        """The words from `first` to `last` in groups, cut where a cut goes so deep."""
        breaks = self.breaks[level]
        begins = breaks[bisect_right(breaks, first) : bisect_right(breaks, last)]
        stops = [begin - 1 for begin in begins]
        return list(zip([first, *begins], [*stops, last], strict=True))

    def characters(self, word: int, fits: Callable[[Mark, Mark], bool]) -> Scale:
        """The stretches of a word that may stand apart; what only might be marked is cut if it
        fits nowhere.
        """
        self.weigh_together = self.units is len
        start = self.start(word)
        text = self.text[start.place : self.end(word).place]
        whole = list(unbroken.stretches(text, unbroken.possibly_marked(text, self.counter)))
        scale = self._scale(whole, start)
        large = [
            number
            for number, stretch in enumerate(whole)
            if len(stretch) > 1 and not fits(scale.mark(number), scale.mark(number + 1))
        ]
        if not large:
            return scale
        sure, apart, done = unbroken.marked(text, self.counter), list[str](), 0
        for number in large:
            begin, end = (place - start.place for place in scale.places[number : number + 2])
            inside = unbroken.within(sure, begin, end)
            apart += [*whole[done:number], *unbroken.stretches(whole[number], inside)]
            done = number + 1
        return self._scale([*apart, *whole[done:]], start)

    def _scale(self, pieces: list[str], start: Mark) -> Scale:
        units = list(accumulate(map(self.units, pieces), initial=start.units))
        return Scale(
            list(accumulate(map(len, pieces), initial=start.place)),
            units,
            list(accumulate(map(self.octets, pieces), initial=start.octets))
            if self.octets
            else units,
        )


def _breaks(gaps: list[str], words: list[str]) -> dict[int, Sequence[int]]:
    """By level: before which words a cut goes at least so deep."""
    depths = list(map(cache(_depth), gaps))
    for word, last in enumerate(words[:-1]):
        if last[-1] in _LAST and depths[word + 1] == WORD and _ends(last, words[word + 1]):
            depths[word + 1] = SENTENCE
    deep: Sequence[int] = range(1, len(words))
    breaks = {WORD: deep}
    for level in (SENTENCE, LINE, PARAGRAPH, AUTHORS):
        breaks[level] = deep = [word for word in deep if depths[word] >= level]
    return breaks


def _depth(gap: str) -> int:
    if "\n" in gap:
        depth = PARAGRAPH if gap.count("\n") > 1 else LINE
        return AUTHORS if "---" in gap else depth
    return WORD if gap else SENTENCE


def _ends(last: str, following: str) -> bool:
    """Does a sentence end between them?"""
    return last[-1] in _WIDE or (
        _END.search(last) is not None
        and _ABBREVIATION.match(last) is None
        and _GOES_ON.match(following) is None
    )


def _pieces(text: str, counter: Counter) -> list[str]:
    """A gap and a word in turn; what stands for a cut is in a gap, and the last one is left out."""
    pieces: list[str] = _BLANK.split(text)
    pieces = ["", *pieces] if pieces[0] else pieces[1:]
    if pieces and not pieces[-1]:
        del pieces[-2:]
    if "---" in text:
        pieces = _without_cuts(pieces, {cut.start(1) for cut in _CUT.finditer(text)})
    if any(sign in text for sign in _WIDE):
        pieces = list(chain.from_iterable(_sentences(pieces, counter)))
    return pieces


def _without_cuts(pieces: list[str], cuts: set[int]) -> list[str]:
    kept, gap, at = list[str](), "", 0
    for before, word in batched(pieces, 2):
        at += len(before)
        gap += before
        if at in cuts:
            gap += word
        else:
            kept += [gap, word]
            gap = ""
        at += len(word)
    return kept


def _sentences(pieces: list[str], counter: Counter) -> Iterator[tuple[str, str]]:
    """Scripts without blanks are cut where a sentence ends."""
    for gap, word in batched(pieces, 2):
        stops = [] if word.isascii() else [stop.end() for stop in _WIDE_END.finditer(word)]
        held: Held = unbroken.possibly_marked(word, counter) if stops else deque()
        begin, before = 0, gap
        for stop in stops:
            while held and held[0][1] <= stop:
                held.popleft()
            if stop < len(word) and not (held and held[0][0] < stop):
                yield before, word[begin:stop]
                begin, before = stop, ""
        yield before, word[begin:]
