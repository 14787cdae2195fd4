"""Cuts a long text into the parts of a thread, each as the platform counts. Pure.

Called when a post's content is put together (posts/content.py), so that the parts are reviewed and
sent alike. A cut falls between paragraphs if it can, else lines, sentences, words, and between
characters only in a word that is longer than a part; never inside what a platform links.
"""

import sys
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import accumulate

import regex

from publishers import unbroken
from publishers.contract import Counter, Limits, Option
from publishers.text import count, count_bytes, measure, over_span
from publishers.unbroken import Held

NUMBERING = Option(
    "numbering",
    "Number the parts of a thread",
    choices=(("", "No"), ("end", "At the end: 2/5")),
)

_AUTHORS, _PARAGRAPH, _LINE, _SENTENCE, _WORD, _CHARACTER = 5, 4, 3, 2, 1, 0
# A part that is no fuller takes the beginning of what does not fit into it whole.
_THIN = 4

# A place in the text, and what lies before it in the platform's units and in bytes.
type _Mark = tuple[int, int, int]

# A line of three dashes is where the author wants a new part.
_CUT = regex.compile(r"^[^\S\n]*(---)[^\S\n]*$", regex.M)
# What does not break a line does not break a thread, and a mark that sits on a blank belongs to it.
_BLANK = regex.compile(r"(?V1)[\s--[\u00A0\u2007\u202F]]+(?![\p{Grapheme_Extend}\u200D])")
_WIDE = "\u3002\uff01\uff1f\uff61"
_WIDE_END = regex.compile(
    rf"[{_WIDE}]++[\u300D\u300F\uFF09\u201D\u2019\u3011]*+(?![\p{{Grapheme_Extend}}\u200D])"
)
_CLOSING = "'\"\u201d\u2019\u00bb)]"
_LAST = frozenset(f".!?\u2026{_CLOSING}")
_END = regex.compile(rf"[.!?\u2026][{regex.escape(_CLOSING)}]*+\Z")
_GOES_ON = regex.compile(r"['\"\u201c\u2018\u00ab(\[]*+\p{Ll}")
_ABBREVIATION = regex.compile(
    r"\P{L}*+(?:\p{L}|(?:\p{L}\.){1,4}\p{L}|Mrs?|Ms|Dr|St|Prof|Nr|No|vs|ca|bzw|etc)\.\Z", regex.I
)


def split(text: str, limits: Limits, *, numbered: bool = False) -> list[str]:
    """The parts in order; none for a blank text.

    Only white space at their edges is lost, and the author's own cuts. A part exceeds `limits` only
    where a single address, tag or name does. `numbered` adds " 2/5", within the limits.
    """
    read = _Words(text, limits)
    total = len(read.parts(limits)) if numbered else 1
    if total < 2:
        return _fitting(read, limits)
    digits = len(str(total))
    while len(parts := _fitting(read, _less(limits, 2 + 2 * digits))) >= 10**digits:
        digits += 1
    return [f"{part} {number}/{len(parts)}" for number, part in enumerate(parts, 1)]


def _fitting(read: "_Words", limits: Limits) -> list[str]:
    parts = read.parts(limits)
    if read.adds_up:
        return parts
    return [piece for part in parts for piece in _smaller(part, limits)]


def _smaller(part: str, limits: Limits) -> list[str]:
    """The part, or pieces of it where signs weigh more together than they weigh alone."""
    over = measure(part, limits).over
    if not over:
        return [part]
    pieces = _Words(part, limits).parts(_less(limits, max(over, limits.text // 4)))
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


def _less(limits: Limits, units: int) -> Limits:
    octets = None if limits.text_bytes is None else max(1, limits.text_bytes - units)
    return replace(limits, text=max(1, limits.text - units), text_bytes=octets)


class _Words:
    """A text as words and how deep a cut before each of them goes."""

    def __init__(self, text: str, limits: Limits) -> None:
        self.text, self.counter = text, limits.count
        self.weigh = cache(_scale(limits))
        # Words of plain letters weigh together what they weigh alone, unless one is cut.
        self.adds_up = text.isascii()
        self.starts: list[_Mark] = []
        self.ends: list[_Mark] = []
        self.levels: list[int] = []
        here = (0, 0, 0)
        for start, end in _runs(text, self.counter):
            self.levels.append(self._level(here[0], start, end))
            self.starts.append(before := self._on(here, start))
            self.ends.append(here := self._on(before, end))

    def _on(self, mark: _Mark, end: int) -> _Mark:
        more_units, more_octets = self.weigh(self.text[mark[0] : end])
        return end, mark[1] + more_units, mark[2] + more_octets

    def _level(self, gap: int, start: int, end: int) -> int:
        """How deep the cut before a word goes; `gap` is where the word before it ended."""
        blank = self.text[gap:start]
        if "\n" in blank:
            depth = _PARAGRAPH if blank.count("\n") > 1 else _LINE
            return _AUTHORS if "---" in blank else depth
        return _SENTENCE if not blank or self._ends_sentence(start, end) else _WORD

    def _ends_sentence(self, start: int, end: int) -> bool:
        if not self.ends:
            return False
        last = self.text[self.ends[-1][0] - 1]
        if last not in _LAST:
            return last in _WIDE
        word = self.text[self.starts[-1][0] : self.ends[-1][0]]
        return (
            _END.search(word) is not None
            and _ABBREVIATION.match(word) is None
            and _GOES_ON.match(self.text, start, end) is None
        )

    def pieces(self, first: int, last: int, level: int) -> Iterator[tuple[int, int]]:
        """The words from `first` to `last` in groups, cut where a cut goes so deep."""
        begin = first
        for word in range(first + 1, last + 1):
            if self.levels[word] >= level:
                yield begin, word - 1
                begin = word
        if begin <= last:
            yield begin, last

    def characters(
        self, word: int, fits: Callable[[_Mark, _Mark], bool]
    ) -> Iterator[tuple[_Mark, _Mark]]:
        """The stretches of a word that may stand apart; what only might be marked is cut if it
        fits nowhere.
        """
        self.adds_up = False
        start, end = self.starts[word], self.ends[word][0]
        text = self.text[start[0] : end]
        sure = unbroken.marked(text, self.counter)
        for before, after in self._apart(start, end, unbroken.possibly_marked(text, self.counter)):
            if fits(before, after):
                yield before, after
            else:
                inside = unbroken.within(sure, before[0] - start[0], after[0] - start[0])
                yield from self._apart(before, after[0], inside)

    def _apart(self, here: _Mark, end: int, held: Held) -> Iterator[tuple[_Mark, _Mark]]:
        for piece in unbroken.stretches(self.text[here[0] : end], held):
            units, octets = self.weigh(piece)
            before, here = here, (here[0] + len(piece), here[1] + units, here[2] + octets)
            yield before, here

    def parts(self, limits: Limits) -> list[str]:
        """Within the limits, as far as pieces weigh together what they weigh alone."""
        filling = _Filling(self, limits)
        for first, last in self.pieces(0, len(self.starts) - 1, _AUTHORS):
            filling.closed = True
            filling.place(first, last, _PARAGRAPH)
        return [self.text[first[0] : last[0]] for first, last in filling.parts]


def _scale(limits: Limits) -> Callable[[str], tuple[int, int]]:
    """Units and bytes of a piece; bytes only where they are limited."""
    counter, octets = limits.count, limits.text_bytes is not None

    def weigh(piece: str) -> tuple[int, int]:
        return count(piece, counter), count_bytes(piece) if octets else 0

    return weigh


class _Filling:
    """The parts so far; the last of them is still open unless `closed`."""

    def __init__(self, words: _Words, limits: Limits) -> None:
        self.words = words
        self.units = limits.text
        self.octets = limits.text_bytes if limits.text_bytes is not None else sys.maxsize
        self.parts: list[tuple[_Mark, _Mark]] = []
        self.closed = True

    def place(self, first: int, last: int, level: int) -> None:
        """Whole into the open part, else whole into one of its own, else piece by piece."""
        start, end = self.words.starts[first], self.words.ends[last]
        if self._extends(end):
            return
        if self._fit(start, end) and not (level >= _LINE and self._is_thin()):
            self._begin(start, end)
        elif level == _CHARACTER:
            for before, after in self.words.characters(first, self._fit):
                if not self._extends(after):
                    self._begin(before, after)
        else:
            for begin, stop in self.words.pieces(first, last, level):
                self.place(begin, stop, level - 1)

    def _begin(self, start: _Mark, end: _Mark) -> None:
        self.parts.append((start, end))
        self.closed = False

    def _extends(self, end: _Mark) -> bool:
        fits = not self.closed and self._fit(self.parts[-1][0], end)
        if fits:
            self.parts[-1] = self.parts[-1][0], end
        return fits

    def _fit(self, first: _Mark, last: _Mark) -> bool:
        return last[1] - first[1] <= self.units and last[2] - first[2] <= self.octets

    def _is_thin(self) -> bool:
        if self.closed:
            return False
        first, last = self.parts[-1]
        return (last[1] - first[1]) * _THIN < self.units


def _runs(text: str, counter: Counter) -> Iterator[tuple[int, int]]:
    """Where each word begins and ends; what stands for a cut is none."""
    at, cuts = 0, {cut.start(1) for cut in _CUT.finditer(text)}
    spaced = not any(sign in text for sign in _WIDE)
    for blank in [*_BLANK.finditer(text), None]:
        start, end = blank.span() if blank else (len(text), len(text))
        if at < start and at not in cuts:
            plain = spaced or text[at:start].isascii()
            yield from ((at, start),) if plain else _sentences(text, at, start, counter)
        at = end


def _sentences(text: str, start: int, end: int, counter: Counter) -> Iterator[tuple[int, int]]:
    """Scripts without blanks are cut where a sentence ends."""
    stops = [stop.end() for stop in _WIDE_END.finditer(text, start, end)]
    held = unbroken.possibly_marked(text[start:end], counter) if stops else deque()
    begin = start
    for stop in stops:
        while held and held[0][1] <= stop - start:
            held.popleft()
        if stop < end and not (held and held[0][0] < stop - start):
            yield begin, stop
            begin = stop
    yield begin, end
