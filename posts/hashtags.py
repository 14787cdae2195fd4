"""Hashtags inside a text, and how often a team uses each. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from posts.performance import UNKNOWN, Performance

# With a letter: "#1" is a number. Not inside an address.
_TAG = re.compile(r"(?<![\w&/#])#(\w*[^\W\d_]\w*)")
LONGEST = 100


@dataclass(frozen=True)
class Used:
    """`posts`: in how many, each counted once."""

    tag: str
    posts: int
    performance: Performance = UNKNOWN


def within(text: str) -> list[str]:
    return [tag for tag in _TAG.findall(text) if len(tag) <= LONGEST]


def most_used(said: Mapping[int, Sequence[str]], did: Mapping[int, float]) -> list[Used]:
    """From the tags of each post; a post that did twice as well counts twice (`did` has 2 for it,
    and nothing where nobody knows). Whatever their capitals tags are one, spelled as most often.
    """
    known: defaultdict[str, list[float]] = defaultdict(list)
    posts: Counter[str] = Counter()
    spelled: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for pk, tags in said.items():
        for key in {tag.casefold() for tag in tags}:
            posts[key] += 1
            if pk in did:
                known[key].append(did[pk])
        for tag in tags:
            spelled[tag.casefold()][tag] += 1

    def weight(key: str) -> float:
        return posts[key] - len(known[key]) + sum(known[key])

    return [
        Used(spelled[key].most_common(1)[0][0], posts[key], _performance(known[key]))
        for key in sorted(posts, key=lambda key: (-weight(key), key))
    ]


def _performance(shares: Sequence[float]) -> Performance:
    return Performance(len(shares), fmean(shares)) if shares else UNKNOWN


def joined(tags: Iterable[str]) -> str:
    return " ".join(f"#{tag}" for tag in tags)


def together(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """Both in order, each once whatever its capitals."""
    known = {tag.casefold() for tag in one}
    return [*one, *(tag for tag in other if tag.casefold() not in known)]
