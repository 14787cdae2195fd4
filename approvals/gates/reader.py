"""Words and addresses of texts, each text read once whatever many channels say it. Pure.

One pass over the text each: no expression here gives back what it took, so the time is linear in
the text whatever it holds.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import NamedTuple
from urllib.parse import urlsplit

import regex

from publishers.links import find_links

# Signs that nobody sees (a soft hyphen, joiners, marks of direction) do not part a word: they are
# what somebody puts into one so that it is not found.
_WORD = regex.compile(r"[\p{L}\p{M}\p{N}_\p{Cf}]++(?:['\u2019][\p{L}\p{M}\p{N}_\p{Cf}]++)*+")
_UNSEEN = regex.compile(r"\p{Cf}++")
# Written without spaces: what stands between others there is no part of a longer word.
_UNPARTED = regex.compile(
    r"[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}"
    r"\p{Script=Khmer}\p{Script=Myanmar}]"
)
_FULL = regex.compile(r"https?://[^\s<>\"\u201C\u201D\u2028\u2029]++", regex.I)
_TAIL = ".,;:!?'\u2019\u201d\u00bb)]}\u3002\uff0c\u3001"
_SCRIPT = regex.compile(r"(?<![\p{L}\p{N}])(?:javascript|vbscript|data|file)\s*+:(?=\S)", regex.I)
# Between words that are looked for together.
_GAP = "\0"
# An address as it is kept, and of one text: nobody links to more.
LONGEST_URL = 2000
MOST_LINKS = 50
# So far hosts without https:// are looked for: what is longer has links that say what they are.
BARE = 20_000


class Address(NamedTuple):
    """`written` stands in the text; `url` is what would be opened; `host` is empty for none."""

    written: str
    url: str
    host: str


def fold(text: str) -> str:
    """The same for spellings that look the same: whatever their capitals, widths, unseen signs."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()
    return unicodedata.normalize("NFKC", plain).replace("\u2019", "'")


def shown(text: str, most: int = 60) -> str:
    """In the middle of a sentence, without what would turn the sentence around."""
    plain = "".join(char for char in text[: 4 * most] if char.isprintable() or char.isspace())
    line = " ".join(plain.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def is_script(text: str) -> bool:
    return _SCRIPT.search(text) is not None


# -- words


class Words:
    """Of one text, as they are compared: no loop of ours goes over them."""

    def __init__(self, text: str) -> None:
        self.text, self.folded = text, fold(text)
        found: list[str] = _WORD.findall(self.folded)
        self.there = frozenset(found)
        self.line = _GAP.join(["", *found, ""])

    def written(self, phrase: "Phrase", at: int) -> str:
        """As it stands in the text; as it is looked for where letters were taken apart before."""
        first, number = self.line.count(_GAP, 0, at), len(phrase.words)
        spans = [m.span() for m in islice(_WORD.finditer(self.text), first, first + number)]
        piece = self.text[spans[0][0] : spans[-1][1]] if spans else ""
        return piece if tuple(_WORD.findall(fold(piece))) == phrase.words else phrase.said


class Phrase(NamedTuple):
    """`inside`: in a script without blanks between words it may stand anywhere."""

    said: str
    words: tuple[str, ...]
    inside: str

    @classmethod
    def of(cls, said: str) -> "Phrase":
        folded = fold(said)
        inside = folded if unparted(said) else ""
        return cls(said, tuple(_WORD.findall(folded)), inside)

    def found_in(self, words: Words) -> str | None:
        """How it is written at its first place."""
        if self.inside:
            return self.said if self.inside in words.folded else None
        if not self.words or not words.there.issuperset(self.words):
            return None
        at = words.line.find(_GAP.join(["", *self.words, ""]))
        return words.written(self, at) if at >= 0 else None


def unparted(phrase: str) -> bool:
    return _UNPARTED.search(phrase) is not None


def phrases_in(phrases: Iterable[Phrase], words: Words) -> Iterator[tuple[str, str]]:
    """Each that stands there, and how it is written."""
    for phrase in phrases:
        written = phrase.found_in(words)
        if written is not None:
            yield phrase.said, written


# -- addresses


def addresses_of(text: str) -> list[Address]:
    """Each once, in order; also those that platforms would not draw as links, such as of a host
    without a known ending.
    """
    pieces: dict[int, str] = {}
    for match in _FULL.finditer(text):
        pieces[match.start()] = match.group().rstrip(_TAIL)
    for start, end in find_links(text[:BARE], any_script=True):
        pieces.setdefault(start, text[start:end])
    found: dict[str, Address] = {}
    for _start, written in sorted(pieces.items())[: 4 * MOST_LINKS]:
        url = written if _FULL.match(written) else f"https://{written}"
        found.setdefault(url, Address(written, url[:LONGEST_URL], host_of(url)))
    return list(found.values())[:MOST_LINKS]


def host_of(url: str) -> str:
    """In the spelling that hosts are compared in; empty where there is none to be called."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if "@" in parts.netloc:
        return ""
    return plain_host(host)


@lru_cache(maxsize=4096)
def plain_host(host: str) -> str:
    host = host.strip().rstrip(".").casefold()
    if host.isascii():
        return host
    try:
        return host.encode("idna").decode()
    except UnicodeError:
        return host


@dataclass
class Reader:
    """Of the texts of one look."""

    _words: dict[str, Words] = field(default_factory=dict)
    _links: dict[str, list[Address]] = field(default_factory=dict)

    def words(self, text: str) -> Words:
        if text not in self._words:
            self._words[text] = Words(text)
        return self._words[text]

    def links(self, text: str) -> list[Address]:
        if text not in self._links:
            self._links[text] = addresses_of(text)
        return self._links[text]

    def all_links(self, texts: Iterable[str]) -> Mapping[str, Address]:
        return {link.url: link for text in texts for link in self.links(text)}
