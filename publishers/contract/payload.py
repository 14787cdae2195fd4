"""What is handed to an adapter: for whom, what to publish, and a memory for the way."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import BinaryIO, Literal, Protocol
from urllib.parse import urlsplit

# What one call publishes: the post, a further part of its thread, or the first comment on it.
type Kind = Literal["post", "part", "comment"]


@dataclass(frozen=True)
class App:
    """This installation's registration with the platform and where the platform is.

    `way`: through which of its doors (Spec.way). `hook_token`: what a platform repeats to us when
    it subscribes us to its events. `moved`: it is not where the platform itself is, as when it is
    simulated; then all of its hosts are in one place. `version`: of its interface, where this
    installation names another one than the adapter does.
    """

    client_id: str
    client_secret: str = field(repr=False)
    api_url: str
    web_url: str
    way: str = ""
    hook_token: str = field(default="", repr=False)
    moved: bool = False
    version: str = ""

    def at(self, url: str) -> str:
        """An address on another of the platform's hosts."""
        if not self.moved:
            return url
        parts = urlsplit(url)
        query = f"?{parts.query}" if parts.query else ""
        return self.api_url.rstrip("/") + parts.path + query


@dataclass(frozen=True)
class Account:
    """The account that is posted to. `host` is its own server's address, where there are many."""

    remote_id: str
    handle: str
    name: str = ""
    kind: str = "person"
    host: str = ""
    avatar_url: str = ""
    token: str = field(default="", repr=False)


@dataclass(frozen=True)
class Tokens:
    """`expires_in` in seconds, None when the platform does not say."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    expires_in: int | None = None
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Media:
    """One picture or video, in order. `read` returns the bytes whose digest is `sha256`.

    `stream` gives the same bytes piece by piece, for what does not fit into memory. `url`: where
    the platform may fetch them for some hours, without signing in (always, where
    Spec.keeps_addresses is set). `seconds`: how long a video
    runs.
    """

    sha256: str
    mime: str
    width: int
    height: int
    size: int
    alt: str
    read: Callable[[], bytes] = field(repr=False)
    opens: Callable[[], BinaryIO] | None = field(default=None, repr=False)
    url: str = field(default="", repr=False)
    seconds: float = 0.0

    @property
    def is_video(self) -> bool:
        return self.mime.startswith("video/")

    def stream(self) -> BinaryIO:
        """From the beginning; the caller closes it."""
        return self.opens() if self.opens else BytesIO(self.read())


@dataclass(frozen=True)
class ReplyTo:
    """Remote ids: of the post that began it all, of the one that is answered, and of all that is
    known to be live before this, so that none of it is taken for this.
    """

    root: str
    parent: str
    known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Payload:
    """Exactly what was approved for one channel. `created_at` stays the same over all attempts.

    Parts of a thread (feature "thread") and a first comment (feature "comment") come one by one
    after the post, each with what it answers and a token of its own. `called_at`: when the call
    began, where that is known: what was there before is something else.
    """

    text: str
    media: tuple[Media, ...]
    client_token: str
    created_at: datetime
    title: str = ""
    link: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    kind: Kind = "post"
    reply_to: ReplyTo | None = None
    called_at: datetime | None = None


class Step(Protocol):
    """The delivery's memory: handles kept here survive the worker and are given to the next one."""

    def get(self, name: str) -> str | None: ...
    def keep(self, name: str, value: str) -> None: ...
