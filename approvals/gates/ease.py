"""How easy a text is to read, by Flesch's formula and, for German, by Amstad's. Pure.

R. Flesch, "A new readability yardstick", Journal of Applied Psychology 32 (1948), 221-233;
T. Amstad, "Wie verständlich sind unsere Zeitungen?", Zürich 1978. Both want the average length of
sentences in words and of words in syllables. Syllables are counted by groups of vowels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

import regex

_WORD = regex.compile(r"\p{Latin}[\p{Latin}\p{M}'\u2019]*+")
_SENTENCE = regex.compile(r"[.!?\u2026]++|\n[^\S\n]*+\n")
_LINK = regex.compile(r"(?:https?://|www\.)\S++|[#@][\w.]++", regex.I)
_LETTERS = regex.compile(r"\p{L}")
_ENGLISH, _GERMAN = frozenset("aeiouy"), frozenset("aeiouyäöü")
# What is one sound in German; other vowels beside each other are two.
_TOGETHER = frozenset(
    {"ei", "ai", "au", "eu", "äu", "ie", "aa", "ee", "oo", "ey", "ay", "oi", "ui"}
)
# Half of a text are words such as these, and hardly one is in both lists.
_TELLING = {
    "en": frozenset({
        "the", "of", "and", "to", "a", "is", "that", "it", "for", "on", "are", "with", "as", "this",
        "be", "by", "have", "from", "or", "not", "we", "you", "our", "your", "their", "at", "an",
        "will", "can", "more", "what", "when", "now", "there", "they", "has", "who", "how", "all",
        "which", "its",
    }),
    "de": frozenset({
        "der", "die", "das", "und", "ist", "von", "zu", "den", "mit", "sich", "des", "auf", "für",
        "nicht", "ein", "eine", "als", "auch", "es", "werden", "aus", "wir", "ihr", "sie", "ich",
        "im", "dem", "am", "bei", "oder", "wird", "sind", "noch", "wie", "einer", "um", "haben",
        "nur", "über", "einen", "zum", "zur", "unser", "unsere", "euch", "mehr", "jetzt", "nach",
        "kann", "hat",
    }),
}  # fmt: skip
# Less is no text of which an average says anything.
FEWEST = 10
# Of a long text the beginning tells how it is written.
LONGEST = 20_000


@dataclass(frozen=True)
class Ease:
    """From 0, very hard, to 100, very easy; both ends may be passed."""

    language: str
    score: float


def ease(text: str, language: str = "") -> Ease | None:
    """None for what is too short, or in no language that there is a formula for."""
    plain = _LINK.sub(" ", text[:LONGEST])
    words = _WORD.findall(plain)
    language = language or language_of(words)
    if len(words) < FEWEST or language not in _TELLING or not _mostly_latin(plain, words):
        return None
    return Ease(language, score(words, sentences(plain), language))


def score(words: Sequence[str], number: int, language: str) -> float:
    """Of so many sentences."""
    syllables = sum(syllables_of(word.lower(), language) for word in words)
    long, heavy = len(words) / number, syllables / len(words)
    return 180 - long - 58.5 * heavy if language == "de" else 206.835 - 1.015 * long - 84.6 * heavy


def sentences(text: str) -> int:
    """At least one; what has no word in it is none."""
    return max(1, sum(_WORD.search(piece) is not None for piece in _SENTENCE.split(text)))


def language_of(words: Sequence[str]) -> str:
    """The one that most of its small words are of; empty where it is hard to tell."""
    said = [word.lower() for word in words]
    counts = {name: sum(word in telling for word in said) for name, telling in _TELLING.items()}
    best, other = sorted(counts, key=lambda name: -counts[name])
    clear = counts[best] >= 2 * counts[other] and counts[best] * 10 >= len(said)
    return best if clear and counts[best] else ""


def _mostly_latin(text: str, words: Sequence[str]) -> bool:
    return 2 * sum(map(len, words)) > len(_LETTERS.findall(text))


@lru_cache(maxsize=8192)
def syllables_of(word: str, language: str) -> int:
    """At least one."""
    return max(1, _german(word) if language == "de" else _english(word))


def _english(word: str) -> int:
    count, before = 0, False
    for letter in word:
        vowel = letter in _ENGLISH
        count += vowel and not before
        before = vowel
    if word.endswith("ing") and len(word) > 4 and word[-4] in _ENGLISH:
        return count + 1  # be-ing
    return count - _silent(word)


def _silent(word: str) -> bool:
    """Whether its last e is not heard: prove, used, makes; but table, wanted, buses."""
    if len(word) < 3:
        return False
    third, second = word[-3], word[-2]
    if word.endswith("e"):
        return second not in _ENGLISH and not (second == "l" and third not in _ENGLISH)
    if word.endswith("ed"):
        return third not in _ENGLISH and third not in "td"
    return word.endswith("es") and third not in _ENGLISH and third not in "sxzcgh"


def _german(word: str) -> int:
    word = word.replace("qu", "q")
    count, joined = int(word[:1] in _GERMAN), False
    for before, letter in pairwise(word):
        if letter not in _GERMAN:
            joined = False
        elif before in _GERMAN and not joined and before + letter in _TOGETHER:
            joined = True
        else:
            joined = False
            count += 1
    return count
