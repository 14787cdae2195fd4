"""Hashtags inside a text, and how often a team uses each. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

# With a letter: "#1" is a number. Not inside an address.
_TAG = re.compile(r"(?<![\w&/#])#(\w*[^\W\d_]\w*)")
LONGEST = 100


@dataclass(frozen=True)
class Used:
    """`posts`: in how many, each counted once."""

    tag: str
    posts: int


def within(text: str) -> list[str]:
    return [tag for tag in _TAG.findall(text) if len(tag) <= LONGEST]


def most_used(said: Mapping[int, Sequence[str]]) -> list[Used]:
    """From the tags of each post. Whatever their capitals they are one, spelled as most often."""
    posts: Counter[str] = Counter()
    spelled: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for tags in said.values():
        posts.update({tag.casefold() for tag in tags})
        for tag in tags:
            spelled[tag.casefold()][tag] += 1
    ranked = sorted(posts.items(), key=lambda pair: (-pair[1], pair[0]))
    return [Used(spelled[key].most_common(1)[0][0], n) for key, n in ranked]


def joined(tags: Iterable[str]) -> str:
    return " ".join(f"#{tag}" for tag in tags)


def together(one: Sequence[str], other: Sequence[str]) -> list[str]:
    """Both in order, each once whatever its capitals."""
    known = {tag.casefold() for tag in one}
    return [*one, *(tag for tag in other if tag.casefold() not in known)]
