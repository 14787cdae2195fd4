"""Words and addresses of texts, each text read once whatever many channels say it. Pure.

One pass over the text each: no expression here gives back what it took, so the time is linear in
the text whatever it holds.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
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
# Of one phrase; what is longer is a sentence.
MOST_WORDS = 6
# An address as it is kept, and of one text: nobody links to more.
LONGEST_URL = 2000
MOST_LINKS = 50


class Word(NamedTuple):
    """`text[start:end]` as it is written, and as it is compared."""

    start: int
    end: int
    key: str


class Address(NamedTuple):
    """`written` stands in the text; `url` is what would be opened; `host` is empty for none."""

    written: str
    url: str
    host: str


@lru_cache(maxsize=4096)
def fold(word: str) -> str:
    """The same for spellings that look the same: whatever its capitals, widths, unseen signs."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", word)).casefold()
    return unicodedata.normalize("NFKC", plain).replace("\u2019", "'")


def words_of(text: str) -> list[Word]:
    found = (Word(m.start(), m.end(), fold(m.group())) for m in _WORD.finditer(text))
    return [word for word in found if word.key]


def shown(text: str, most: int = 60) -> str:
    """In the middle of a sentence, without what would turn the sentence around."""
    plain = "".join(char for char in text[: 4 * most] if char.isprintable() or char.isspace())
    line = " ".join(plain.split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def is_script(text: str) -> bool:
    return _SCRIPT.search(text) is not None


# -- phrases


@dataclass
class Phrases:
    """Many phrases looked for at once: what is asked of each word is where a phrase goes on."""

    tree: dict[str, object] = field(default_factory=dict)
    inside: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, phrases: Iterable[str]) -> "Phrases":
        made = cls()
        for phrase in phrases:
            made._add(phrase)
        return made

    def _add(self, phrase: str) -> None:
        if _UNPARTED.search(phrase):
            self.inside[fold(phrase)] = phrase
            return
        keys = [word.key for word in words_of(phrase)][:MOST_WORDS]
        branch = self.tree
        for key in keys:
            branch = branch.setdefault(key, {})  # type: ignore[assignment]
        if keys:
            branch[""] = phrase

    def within(self, text: str, words: Sequence[Word]) -> Iterator[tuple[str, str]]:
        """Each phrase that stands there, and how it is written at its first place."""
        told = set()
        for at in range(len(words)):
            for phrase, end in self._from(words, at):
                if phrase not in told:
                    told.add(phrase)
                    yield phrase, text[words[at].start : words[end].end]
        if self.inside:
            whole = fold_all(text)
            for key, phrase in self.inside.items():
                if key in whole:
                    yield phrase, phrase

    def _from(self, words: Sequence[Word], at: int) -> Iterator[tuple[str, int]]:
        branch: object = self.tree
        for end in range(at, min(at + MOST_WORDS, len(words))):
            branch = branch.get(words[end].key) if isinstance(branch, dict) else None
            if not isinstance(branch, dict):
                return
            if isinstance(phrase := branch.get(""), str):
                yield phrase, end


def fold_all(text: str) -> str:
    """As fold(), of a whole text that is not kept."""
    return unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()


def unparted(phrase: str) -> bool:
    return _UNPARTED.search(phrase) is not None


# -- addresses


def addresses_of(text: str) -> list[Address]:
    """Each once, in order; also those that platforms would not draw as links, such as of a host
    without a known ending.
    """
    pieces: dict[int, str] = {}
    for match in _FULL.finditer(text):
        pieces[match.start()] = match.group().rstrip(_TAIL)
    for start, end in find_links(text, any_script=True):
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

    _words: dict[str, list[Word]] = field(default_factory=dict)
    _links: dict[str, list[Address]] = field(default_factory=dict)

    def words(self, text: str) -> list[Word]:
        if text not in self._words:
            self._words[text] = words_of(text)
        return self._words[text]

    def links(self, text: str) -> list[Address]:
        if text not in self._links:
            self._links[text] = addresses_of(text)
        return self._links[text]

    def all_links(self, texts: Iterable[str]) -> Mapping[str, Address]:
        return {link.url: link for text in texts for link in self.links(text)}
