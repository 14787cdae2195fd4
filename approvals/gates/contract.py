"""What a gate declares and what it is given. Whoever writes one needs nothing else.

Gates speak English, as adapters do: ui/spoken.py says it in the language of the reader. What they
declare of themselves is for the settings page, and is translated there.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Literal, Protocol
from zoneinfo import ZoneInfo

from django_stubs_ext import StrOrPromise

from approvals.gates.reader import Reader
from posts.content import texts_of
from publishers.models import Channel
from publishers.problems import Problem

type Mode = Literal["off", "warn", "block"]
MODES: tuple[Mode, ...] = ("off", "warn", "block")


@dataclass(frozen=True)
class Option:
    """A field of the settings page. `channels`: single channels may have their own besides."""

    name: str
    label: StrOrPromise
    kind: Literal["words", "swaps", "hosts", "number", "flag", "choice"]
    usual: Any
    help: StrOrPromise = ""
    least: int = 0
    most: int = 0
    choices: tuple[tuple[str, StrOrPromise], ...] = ()
    channels: bool = False


@dataclass(frozen=True)
class Skip:
    """Why a gate does not look at this text."""

    words: str


@dataclass(frozen=True)
class Link:
    """What is known of an address: waiting, ok, broken, unsure or private."""

    state: str
    words: str = ""


@dataclass(frozen=True)
class Rights:
    """Of one picture or video; `name` is what people call it."""

    name: str
    said: bool
    until: date | None


@dataclass(frozen=True)
class Same:
    """Another post that says the same on a channel."""

    name: str
    at: datetime


@dataclass(frozen=True)
class Facts:
    """What is read of the database, once for all that is looked at."""

    links: Mapping[str, Link] = field(default_factory=dict)
    rights: Mapping[int, Rights] = field(default_factory=dict)
    same: Mapping[tuple[int, int], Same] = field(default_factory=dict)
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Said:
    """What one channel gets of a post. `number` tells subjects of one look apart; `committed` is
    the subject's.
    """

    channel: Channel
    document: Mapping[str, Any]
    limits: Sequence[Problem]
    due: datetime | None
    now: datetime
    zone: ZoneInfo
    reader: Reader
    number: int = 0
    committed: bool = False

    @property
    def own(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.document["channels"][str(self.channel.pk)]
        return found

    @property
    def texts(self) -> list[str]:
        """The post, the parts of its thread, its first comment."""
        comment = self.own["first_comment"]
        return [*texts_of(self.own), *([comment] if comment.strip() else [])]

    @property
    def media(self) -> Sequence[Mapping[str, Any]]:
        pictures: Sequence[Mapping[str, Any]] = self.own["media"]
        return pictures


class Gate(Protocol):
    """`usual`: how it stands in a team that has chosen nothing. `always`: what it calls an error
    stops a post whatever was chosen. `warns`: codes of what stops none. `by_channel`: single
    channels may have it stricter.
    """

    @property
    def slug(self) -> str: ...
    @property
    def name(self) -> StrOrPromise: ...
    @property
    def says(self) -> StrOrPromise: ...
    @property
    def options(self) -> tuple[Option, ...]: ...
    @property
    def usual(self) -> Mode: ...
    @property
    def always(self) -> bool: ...
    @property
    def warns(self) -> frozenset[str]: ...
    @property
    def by_channel(self) -> bool: ...

    def prepare(self, options: Mapping[str, Any]) -> Any:
        """What `look` wants of the options, made once for all posts."""
        ...

    def look(self, said: Said, ready: Any, facts: Facts) -> Iterator[Problem | Skip]: ...


class Usual:
    """What most gates have in common."""

    options: tuple[Option, ...] = ()
    usual: Mode = "off"
    always = False
    by_channel = False
    warns: frozenset[str] = frozenset()

    def prepare(self, options: Mapping[str, Any]) -> Any:
        return options


def found(code: str, message: str, fix: str = "") -> Problem:
    """The team's rules say whether it stops the post."""
    return Problem("warn", code, message, fix)
