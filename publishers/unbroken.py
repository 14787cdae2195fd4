"""What a cut must not go through: characters as people see them, addresses, tags, names. Pure.

Called by threads.py.
"""

from collections import deque
from collections.abc import Iterable, Iterator

import regex

from publishers.contract import Counter
from publishers.links import end_of_link
from publishers.marks import spans
from publishers.text import characters

# (start, end) in order, none touching another's inside.
type Held = deque[tuple[int, int]]

# More than any platform marks, so that none of them finds its mark cut through.
_ADDRESS = regex.compile(r"https?://[!-~]++", regex.I)
_MARK = regex.compile(r"[@\uFF20][\w.\-]++(?:@[\w.\-]++)?|[#\uFF03][\w\u200C\u200D\u00B7]++|\$\w++")


def stretches(word: str, held: Held) -> Iterator[str]:
    """Characters, and what is held whole. Takes from `held` what it has passed."""
    begin = end = 0
    if not held:
        yield from characters(word)
        return
    for character in characters(word):
        end += len(character)
        while held and held[0][1] <= end:
            held.popleft()
        if not held or end <= held[0][0]:
            yield word[begin:end]
            begin = end


def possibly_marked(word: str, counter: Counter) -> Held:
    """What some platform might mark."""
    return _joined([*_marks(word, counter), *(match.span() for match in _MARK.finditer(word))])


def marked(word: str, counter: Counter) -> Held:
    """What a platform that counts so does mark, and whatever begins as an address."""
    return _joined(_marks(word, counter))


def within(held: Held, start: int, end: int) -> Held:
    """Takes from the front what lies in this stretch, and says where in it."""
    inside: Held = deque()
    while held and held[0][0] < end:
        first, last = held.popleft()
        if first >= start:
            inside.append((first - start, last - start))
    return inside


def _marks(word: str, counter: Counter) -> Iterator[tuple[int, int]]:
    for span in spans(word, counter):
        yield span.start, span.end
    for address in _ADDRESS.finditer(word):
        start, end = address.span()
        yield start, max(end, end_of_link(word, start, any_script=counter == "short_links"))


def _joined(found: Iterable[tuple[int, int]]) -> Held:
    """Where two overlap, as one."""
    whole: Held = deque()
    for start, end in sorted(found):
        if whole and start < whole[-1][1]:
            whole[-1] = whole[-1][0], max(end, whole[-1][1])
        else:
            whole.append((start, end))
    return whole
