"""Where in a post a comment may stand: at a paragraph, at some of its words, or at a picture."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from posts.content import text_for
from posts.models import Comment, Post
from posts.models.comment import MAX_QUOTE
from publishers import registry
from publishers.models import Channel

# What is further down is quoted by hand.
MOST = 60


@dataclass(frozen=True)
class Place:
    """`text` is what it is a part of, as people call it; `at` its number there. Without a `channel`
    that is the text that all channels share.
    """

    text: str
    quote: str
    at: int = 0
    channel: int | None = None
    asset: int | None = None
    begins: int | None = None

    @property
    def key(self) -> str:
        """Names it in a form; words that changed meanwhile are another place."""
        said = f"{self.channel or 0}.{self.asset or 0}.{self.quote}"
        return hashlib.sha256(said.encode(errors="replace")).hexdigest()[:16]


WHOLE = Place("", "")


@dataclass(frozen=True)
class Marked:
    """Words that somebody marked in what `channel` posts, 0 for the shared text. `near` says which,
    where they stand there several times: the page counts what it draws, so it may be out a little.
    """

    words: str
    channel: int = 0
    near: int = 0


@dataclass(frozen=True)
class Anchor:
    """What a comment is about. `text` is empty for the shared one."""

    quote: str
    text: str
    picture: bool
    changed: bool


@dataclass(frozen=True)
class Ground:
    """What the post says now: texts of channels that have one of their own, and what its pictures
    show.
    """

    body: str
    shared: bool
    own: dict[int, str]
    names: dict[int, str]
    pictures: dict[int, str]
    hashtags: tuple[str, ...] = ()

    def places(self) -> list[Place]:
        """Each once, in the order in which one reads."""
        found: dict[str, Place] = {}
        for place in self._every():
            found.setdefault(place.key, place)
        return list(found.values())[:MOST]

    def place(self, key: str) -> Place | None:
        return next((place for place in self.places() if place.key == key), None)

    def marked(self, said: Marked) -> Place | None:
        """Where those words stand now; None where they do not, or nothing of it is published."""
        if said.channel not in {*self.names, *([0] if self.shared else [])}:
            return None
        own = said.channel if said.channel in self.own else None
        text = self._text(said.channel)
        found = _nearest(text, said.words, said.near) if said.words else None
        if found is None:
            return None
        line = text.rfind("\n", 0, found) + 1
        indent = len(text[line:]) - len(text[line:].lstrip())
        at = sum(1 for _n, _quote in _paragraphs(text[:line])) + 1
        return Place("", said.words[:MAX_QUOTE], at, own, begins=max(0, found - line - indent))

    def _text(self, channel: int) -> str:
        """All that it posts: the shared one with its hashtags."""
        return text_for(self.body, self.hashtags, self.own.get(channel))

    def anchor(self, comment: Comment) -> Anchor | None:
        if not comment.quote and comment.asset_id is None:
            return None
        channel, picture = comment.channel_id or 0, comment.asset_id is not None
        there = comment.asset_id in self.pictures
        if not picture:
            there = comment.quote in self._text(channel)
        return Anchor(comment.quote, self.names.get(channel, ""), picture, not there)

    def _every(self) -> Iterator[Place]:
        if self.shared:
            for at, quote in _paragraphs(self.body):
                yield Place(_("Text for all channels"), quote, at)
        for channel, text in self.own.items():
            said = _("Text on %(channel)s") % {"channel": self.names[channel]}
            for at, quote in _paragraphs(text):
                yield Place(said, quote, at, channel)
        for at, (asset, alt) in enumerate(self.pictures.items(), 1):
            yield Place(_("Pictures"), alt[:MAX_QUOTE], at, None, asset)


def ground(post: Post) -> Ground:
    """In two statements."""
    variants = list(post.variants.select_related("channel").order_by("pk"))
    return Ground(
        body=post.body,
        shared=not variants or any(variant.text is None for variant in variants),
        own={v.channel_id: v.text for v in variants if v.text is not None},
        names={v.channel_id: _named(v.channel) for v in variants},
        pictures=dict(post.pictures.values_list("asset", "alt")),
        hashtags=tuple(post.hashtags),
    )


def _nearest(text: str, words: str, near: int) -> int | None:
    found, begin = list[int](), text.find(words)
    while begin >= 0:
        found.append(begin)
        begin = text.find(words, begin + 1)
    return min(found, key=lambda one: abs(one - near), default=None)


def _named(channel: Channel) -> str:
    return f"{registry.name_of(channel.platform)} ({channel})"


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """As much of each as is quoted, with its number."""
    lines = [line.strip()[:MAX_QUOTE].rstrip() for line in text.splitlines()]
    return enumerate([line for line in lines if line], 1)
