"""What machines have written in English, said in the reader's language.

Workers and adapters have no reader: their sentences, with names and numbers in them, are kept in
rows long before somebody opens the page. Here such a sentence is known again by the words around
the names; the catalog has them in the context KEPT, with {names} for what varies. What is not
known stays as it was written: the words of a platform, or of people.
"""

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from pathlib import Path

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import get_language, override, to_locale

from ui import dates

KEPT = "kept"
LONGEST = 2000
# Sentences inside sentences: “Not ready: {reason}”, and the reason names a picture.
_DEEPEST = 3
# A form of fewer letters, such as “{some} or {last}”, is only looked for inside another.
_TELLING = 8
_GAP = re.compile(r"\{(\w+)\}|%\((\w+)\)[sd]|%[sd]")
_CUT = re.compile(r"\{\w+\}|%\(\w+\)[sd]|%[sd]")
_BETWEEN = re.compile(r"(?<=[.?!:”]) (?=[A-Z“])")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAY = re.compile(rf"([12]?\d|3[01]) ({'|'.join(_MONTHS)})((?:, \d\d:\d\d)?(?: \([\w ]+\))?)")
_NUMBER = re.compile(r"\d{1,3}(?:,\d{3})+")


@dataclass(frozen=True)
class _Form:
    """A sentence with gaps: the words around them, and the translation with the same names."""

    english: str
    words: tuple[str, ...]
    names: tuple[str, ...]
    said: str

    @property
    def weight(self) -> int:
        """How many letters it is known by."""
        return sum(map(len, self.words))

    def match(self, sentence: str) -> dict[str, str] | None:
        """What stands in the gaps. One pass over it, whatever somebody has typed there."""
        first, *middle, last = self.words
        at, end = len(first), len(sentence) - len(last)
        if at >= end or not (sentence.startswith(first) and sentence.endswith(last)):
            return None
        found = []
        for words in middle:
            where = sentence.find(words, at + 1, end)
            if where < 0:
                return None
            found.append(sentence[at:where])
            at = where + len(words)
        return dict(zip(self.names, [*found, sentence[at:end]], strict=True)) if at < end else None

    def quotes(self, name: str, value: str) -> bool:
        """Whether it is a sentence between quotation marks: somebody else's."""
        return f"“{{{name}}}”" in self.english and value[-1:] in ".!?"


def spoken(sentence: str) -> str:
    """In the language that is active; as it is where that is the one it was written in."""
    language = get_language() or settings.LANGUAGE_CODE
    if language == settings.LANGUAGE_CODE or not 0 < len(sentence) <= LONGEST:
        return sentence
    return _spoken(sentence, language)


@lru_cache(maxsize=4096)
def _spoken(sentence: str, language: str) -> str:
    return _said(sentence, language, 0)


def _said(sentence: str, language: str, depth: int) -> str:
    """The whole of it, or as many sentences from its beginning as are known together."""
    parts = _BETWEEN.split(sentence) if depth < _DEEPEST else [sentence]
    for end in range(len(parts), 0, -1):
        known = _known(" ".join(parts[:end]), language, depth)
        if known is not None or end == 1:
            rest = " ".join(parts[end:])
            first = parts[0] if known is None else known
            return f"{first} {_said(rest, language, depth)}" if rest else first
    return sentence


def _known(sentence: str, language: str, depth: int) -> str | None:
    """A line of a message ends without the full stop that its reason had."""
    found = _found(sentence, language, depth)
    if found is None and sentence[-1:].isalnum():
        found = _found(f"{sentence}.", language, depth)
        return found.removesuffix(".") if found else None
    return found


def _found(sentence: str, language: str, depth: int) -> str | None:
    whole, forms = _catalog(language)
    if sentence in whole:
        return whole[sentence]
    if day := _DAY.fullmatch(sentence):
        with override(language):
            return dates.written(date(2000, _MONTHS.index(day[2]) + 1, int(day[1])), "j F") + day[3]
    if depth >= _DEEPEST:
        return None
    for form in forms:
        if depth == 0 and form.weight < _TELLING:
            break
        gaps = form.match(sentence)
        if gaps is not None:
            filled = {
                name: value if form.quotes(name, value) else _gap(value, language, depth + 1)
                for name, value in gaps.items()
            }
            return _filled(form.said, filled)
    return None


def _filled(said: str, gaps: Mapping[str, str]) -> str:
    return _GAP.sub(lambda gap: gaps.get(_name(gap), ""), said)


def _gap(value: str, language: str, depth: int) -> str:
    if _NUMBER.fullmatch(value):
        with override(language):
            return number_format(int(value.replace(",", "")), force_grouping=True)
    return _said(value, language, depth)


def _name(gap: re.Match[str]) -> str:
    return gap[1] or gap[2] or "0"


# -- the catalog


@cache
def _catalog(language: str) -> tuple[dict[str, str], list[_Form]]:
    """Sentences without gaps by their English, and those with gaps, the most telling first."""
    whole: dict[str, str] = {}
    forms: list[_Form] = []
    for english, said, kept in _sentences(language):
        names = [_name(gap) for gap in _GAP.finditer(english)]
        words = tuple(part.replace("%%", "%") for part in _CUT.split(english))
        if not names:
            whole[english.replace("%%", "%")] = said.replace("%%", "%")
        elif all(words[1:-1]) and (kept or len("".join(words)) > 15):
            forms.append(_Form(english, words, tuple(names), said.replace("%%", "%")))
    return whole, sorted(forms, key=lambda form: -form.weight)


def _sentences(language: str) -> Iterator[tuple[str, str, bool]]:
    """English, translation, and whether it is there for rows alone. A short word on a button is no
    sentence of a machine's: it may be somebody's name.
    """
    for folder in settings.LOCALE_PATHS:
        path = Path(folder) / to_locale(language) / "LC_MESSAGES" / "django.mo"
        for english, said in _read(path) if path.exists() else ():
            context, _, plain = english.rpartition("\x04")
            forms = list(zip(plain.split("\0"), said.split("\0"), strict=False))
            for one, other in forms:
                if context == KEPT or (not context and other and one.rstrip()[-1:] in ".:?"):
                    yield one, other, context == KEPT


def _read(path: Path) -> Iterator[tuple[str, str]]:
    """The pairs of a compiled catalog (GNU gettext manual, 10.3), as write_mo leaves them."""
    raw = path.read_bytes()
    count, ours, theirs = struct.unpack("<3I", raw[8:20])

    def text(table: int, number: int) -> str:
        length, start = struct.unpack_from("<2I", raw, table + 8 * number)
        return raw[start : start + length].decode()

    for number in range(count):
        yield text(ours, number), text(theirs, number)
