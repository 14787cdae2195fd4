"""Finds web addresses in running text, also without https://, by the rules of twitter-text. Pure.

Called by text.py. One pass over runs of host characters: no expression here backtracks, so the time
is linear in the text whatever it holds.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import regex

TLDS = frozenset(
    word
    for line in Path(__file__).with_name("tlds.txt").read_text("utf-8").splitlines()
    if not line.startswith("#")
    for word in line.split()
)
_LONGEST_TLD = max(map(len, TLDS))
LONGEST_HOST = 253
_LONGEST_LABEL, _LONGEST_SLUG, _LONGEST_LINK = 63, 40, 4096

_LATIN = (
    r"\u00C0-\u00D6\u00D8-\u00F6\u00F8-\u024F\u0253\u0254\u0256\u0257\u0259\u025B\u0263\u0268"
    r"\u026F\u0272\u0289\u028B\u02BB\u0300-\u036F\u1E00-\u1EFF"
)
_OUTSIDE_HOSTS = (
    r"!'\"#%&()*+,\\/:;<=>?@\[\]\^{|}~$`\s\u180E\u200B\u200E\u200F\u202A-\u202E\u2066-\u2069"
    r"\u061C\uFFFE\uFEFF\uFFFF"
)
_RUN = regex.compile(rf"[^{_OUTSIDE_HOSTS}]++")
_RUN_BEFORE = regex.compile(rf"(?r)[^{_OUTSIDE_HOSTS}]*+")
# (?r) reads backwards from the end: what a label, path or query may end with.
_PLAIN_TAIL = regex.compile(rf"(?r)[-_a-z0-9{_LATIN}]*+", regex.I)
_ASCII_WORD = regex.compile(r"[0-9a-z]++", regex.I)
_PUNYCODE = regex.compile(r"xn--[-0-9a-z]++", regex.I)
_PORT = regex.compile(r":[0-9]++")
_GENERAL = rf"a-z\u0400-\u04FF0-9!*';:=+,.$/%\#\[\]\-\u2013_~@|&{_LATIN}"
_PATH = regex.compile(
    rf"/(?:[{_GENERAL}]|\((?!\))[{_GENERAL}]*+(?:\([{_GENERAL}]++\)[{_GENERAL}]*+)?+\))*+", regex.I
)
_PATH_TAIL = regex.compile(rf"(?r)[^+\-a-z\u0400-\u04FF0-9=_\#/){_LATIN}]*+", regex.I)
_QUERY = regex.compile(r"\?[a-z0-9!?*'@();:&=+$/%\#\[\]\-_.,~|]*+", regex.I)
_QUERY_TAIL = regex.compile(r"(?r)[^a-z0-9\-_&=\#/]*+", regex.I)
# The path may hold any script, as some servers have it.
_OPEN = r"[^\s<>()?]"
_OPEN_PATH = regex.compile(
    rf"/(?:{_OPEN}|\((?!\)){_OPEN}*+(?:\({_OPEN}++\){_OPEN}*+)?+\))*+", regex.I
)
_OPEN_PATH_TAIL = regex.compile(r"(?r)[!*\"'\u300C\u300D;:=,.$%\[\]~&|@]*+")
_OPEN_SIGNS = r"\u00A0-\uD7FF\uE000-\uFDCF\uFDF0-\uFFEF\U00010000-\U0010FFFD"
_OPEN_QUERY = regex.compile(
    rf"(?V1)\?[[a-z0-9!?*'();:&=+$/%\#\[\]\-_.,~|@\^{_OPEN_SIGNS}]--\s]*+", regex.I
)
_OPEN_QUERY_TAIL = regex.compile(rf"(?r)[^a-z0-9\-_&=\#/{_OPEN_SIGNS}]*+", regex.I)
_SHORTENED = regex.compile(r"https?://t\.co/([a-z0-9]++)(?:\?.*+)?", regex.I)

_NOT_BEFORE = frozenset("@\uff20$#\uff03/\ufffe\ufeff\uffff")
_NOT_AFTER_TLD = frozenset("@+-")


class _Rest(NamedTuple):
    """What may come after the host, and what of it is the sentence's around it."""

    path: regex.Pattern[str]
    path_tail: regex.Pattern[str]
    query: regex.Pattern[str]
    query_tail: regex.Pattern[str]


_PLAIN_REST = _Rest(_PATH, _PATH_TAIL, _QUERY, _QUERY_TAIL)
_OPEN_REST = _Rest(_OPEN_PATH, _OPEN_PATH_TAIL, _OPEN_QUERY, _OPEN_QUERY_TAIL)


class Link(NamedTuple):
    """`text[start:end]` is the address as written."""

    start: int
    end: int


def find_links(text: str, *, any_script: bool = False) -> list[Link]:
    """`any_script`: in paths too, not only in hosts."""
    if "." not in text:
        return []
    return list(_links(text, _OPEN_REST if any_script else _PLAIN_REST))


def end_of_link(text: str, start: int, *, any_script: bool = False) -> int:
    """Of the one that begins there if nothing stands before it; `start` if none does."""
    ahead = text[start : start + _LONGEST_LINK]
    link = next(_links(ahead, _OPEN_REST if any_script else _PLAIN_REST), None)
    return start + link.end if link and link.start == 0 else start


def _links(text: str, rest: _Rest) -> Iterator[Link]:
    at = 0
    while (dot := text.find(".", at)) >= 0:
        start, end = _cut(_RUN_BEFORE, text, at, dot), _reach(_RUN, text, dot)
        at = end
        if "." not in text[start:end].strip("."):
            continue
        opened = _opened_at(text, start)
        if opened is None:
            for first, last in _bare_hosts(text, start, end):
                at = _reaches(text, last, rest) if last == end else max(at, last)
                yield Link(first, at if last == end else last)
        elif (host := _host_end(text, start, end)) is not None:
            at = _reaches(text, host, rest)
            if _is_host(text[start:host]) and (link := _shortened(text, Link(opened, at))):
                at = link.end
                yield link


def _opened_at(text: str, start: int) -> int | None:
    """Where https:// begins, when it stands right before the host and nothing sticks to it."""
    if text[start - 1 : start] != "/":
        return None
    for protocol in ("https://", "http://"):
        begin = start - len(protocol)
        if begin >= 0 and text[begin:start].lower() == protocol:
            return begin if _may_follow(text, begin) else None
    return None


def _may_follow(text: str, at: int) -> bool:
    before = text[at - 1] if at else " "
    return before not in _NOT_BEFORE and not (before.isascii() and before.isalnum())


def _labels(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    for label in text[start:end].split("."):
        yield start, start + len(label)
        start += len(label) + 1


def _is_label(text: str, start: int, end: int) -> bool:
    return start < end and text[start] not in "-_" and text[end - 1] not in "-_"


def _host_end(text: str, start: int, end: int) -> int | None:
    """After https:// any letters make a host; the last possible top-level domain ends it."""
    found, name = None, False
    for first, last in _labels(text, start, end):
        if name and (stop := _tld_end(text, first, last)) is not None:
            found = stop
        if not _is_label(text, first, last):
            break
        name = "_" not in text[first:last]
    return found


def _tld_end(text: str, start: int, end: int) -> int | None:
    if end - start < 2:
        return None
    if text[start] in "xX" and (coded := _PUNYCODE.match(text, start, end)) is not None:
        return int(coded.end())
    word = _ASCII_WORD.match(text, start, min(end, start + _LONGEST_TLD + 1))
    sizes = [word.end() - start] if word else range(min(end - start, _LONGEST_TLD), 1, -1)
    for size in sizes:
        stop = start + size
        if text[start:stop].lower() in TLDS and text[stop : stop + 1] not in _NOT_AFTER_TLD:
            return stop
    return None


def _bare_hosts(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Without https:// only plain letters make a host, so that it may stand amid other scripts."""
    chain: int | None = None
    best: tuple[int, int] | None = None
    name = False
    for first, last in _labels(text, start, end):
        if chain is not None and name and (stop := _tld_end(text, first, last)) is not None:
            best = (chain, stop)
        tail = _cut(_PLAIN_TAIL, text, first, last) if first < last else last
        name = "_" not in text[tail:last]
        if chain is not None and tail == first and _is_label(text, first, last):
            continue
        if best is not None and _is_host(text[slice(*best)]):
            yield best
        best = None
        chain = tail if _may_open(text, start, (first, tail, last)) else None
    if best is not None and _is_host(text[slice(*best)]):
        yield best


def _may_open(text: str, run: int, label: tuple[int, int, int]) -> bool:
    """May a bare host begin where the plain end of this label does?"""
    first, tail, last = label
    if not _is_label(text, tail, last):
        return False
    if tail > first or first == run:
        return _may_follow(text, tail)
    # The label before it ended here without joining on: only another script may stand there.
    before = text[first - 2] if first - 2 >= run else "."
    return before not in "-_." and _may_follow(text, first - 1)


def _is_host(host: str) -> bool:
    return len(host) <= LONGEST_HOST and all(map(_fits, host.split(".")))


def _fits(label: str) -> bool:
    if label.isascii() or len(label) > _LONGEST_LABEL:
        return len(label) <= _LONGEST_LABEL
    coded = len(label.encode("punycode")) + len("xn--")
    return coded <= _LONGEST_LABEL and not label.lower().startswith("xn--")


def _reaches(text: str, at: int, rest: _Rest) -> int:
    """The end of port, path and query, without the punctuation of the sentence around them."""
    if text.startswith(":", at):
        at = _reach(_PORT, text, at)
    if text.startswith("/", at):
        at = _cut(rest.path_tail, text, at, _reach(rest.path, text, at))
    if text.startswith("?", at):
        stop = _cut(rest.query_tail, text, at, _reach(rest.query, text, at))
        at = stop if stop > at + 1 else at
    return at


def _reach(pattern: regex.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return at if found is None else found.end()


def _cut(tail: regex.Pattern[str], text: str, start: int, end: int) -> int:
    found = tail.match(text, start, end)
    return end if found is None else found.start()


def _shortened(text: str, link: Link) -> Link | None:
    """An address that is already shortened ends with its slug, whatever is written after it."""
    found = _SHORTENED.match(text, link.start, link.end)
    if found is None:
        return link
    return None if len(found.group(1)) > _LONGEST_SLUG else Link(link.start, found.end())
