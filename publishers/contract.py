"""What a platform is to Drumbeat: plain data and one class to fill in. No Django, no rows.

An adapter is made for one account and one job: `Adapter(http, app, account)`. It returns outcomes;
what it raises is a bug. `prepare` does everything that leaves nothing public (uploads, containers);
`publish` then makes the single call that may make the post public.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar, Literal, Protocol, runtime_checkable

type Counter = Literal["graphemes", "weighted", "utf16"]
type Feature = Literal[
    "alt_text",
    "thread",
    "comment",
    "prepare",
    "find",
    "confirm",
    "measure",
    "remove",
    "idempotent",
]
# What one call publishes: the post, a further part of its thread, or the first comment on it.
type Kind = Literal["post", "part", "comment"]


# -- what a platform can take


@dataclass(frozen=True)
class Limits:
    """`text` in units of `count`; `text_bytes` in UTF-8 bytes; image sizes in bytes and pixels.

    `comment` in units of `count`, None: as a post; `parts` is how many a thread may have.
    """

    text: int
    count: Counter
    text_bytes: int | None = None
    comment: int | None = None
    parts: int = 25
    images: int = 4
    image_bytes: int = 5_000_000
    image_pixels: int = 50_000_000
    image_types: tuple[str, ...] = ("image/jpeg", "image/png", "image/webp")
    alt_text: int = 1000


@dataclass(frozen=True)
class Rate:
    """So much in so many seconds, until the platform's own headers say otherwise.

    `scope`: all channels of this installation share it ("app"), or each has its own. `counts`: only
    calls that publish ("posts") or every one. `headers`: the beginning of the three headers
    `…-limit`, `…-remaining`, `…-reset`; "" where the platform says nothing and we count ourselves.
    `cost`: what one post takes of it, where a platform counts points. `aligned`: it begins anew at
    full multiples of its length since 1970 (midnight UTC), not with the first call.
    """

    name: str
    scope: Literal["app", "channel"]
    limit: int
    seconds: int
    counts: Literal["posts", "calls"] = "posts"
    headers: str = ""
    cost: int = 1
    aligned: bool = False


@dataclass(frozen=True)
class Option:
    """One field a channel adds to the composer. `choices` are (value, label); none: free text."""

    name: str
    label: str
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""


@dataclass(frozen=True)
class OAuth2:
    """`authorize_path` is joined to the web address, the others to the one `token_at` names.

    `client_auth` says where the client secret goes.
    """

    authorize_path: str
    token_path: str
    scopes: tuple[str, ...]
    revoke_path: str = ""
    pkce: bool = True
    client_auth: Literal["basic", "body"] = "basic"
    refresh: bool = True
    scope_separator: str = " "
    token_at: Literal["api", "web"] = "api"


@dataclass(frozen=True)
class AppPassword:
    """Connecting by name and password; `host_label` is set where accounts live on many servers."""

    identifier_label: str
    secret_label: str
    help: str = ""
    host_label: str = ""


@dataclass(frozen=True)
class Preview:
    """How the composer draws the post: which shape, which buttons under it (sprite ids)."""

    layout: Literal["feed", "micro"]
    actions: tuple[str, ...]
    fold_after: int | None = None


@dataclass(frozen=True)
class Spec:
    """Everything the product asks about a platform without calling it.

    `reconcile` is how an unanswered send is settled: "key" repeats safely with the same client
    token, "read" looks the post up, "ask" asks a person. `colour` is the brand's hex for generated
    styles. `profile`: where people see an account, by its kind, below the web address; with
    {handle} and {id}. `prepare_minutes` is how long before its time a post's uploads should begin.
    """

    slug: str
    name: str
    api_url: str
    web_url: str
    auth: OAuth2 | AppPassword
    limits: Limits
    features: frozenset[Feature]
    reconcile: Literal["key", "read", "ask"]
    preview: Preview
    rates: tuple[Rate, ...] = ()
    options: tuple[Option, ...] = ()
    colour: str = "#555555"
    profile: Mapping[str, str] = field(default_factory=dict)
    quiet_seconds: int = 600
    prepare_minutes: int = 10
    setup: str = ""


# -- what is handed to an adapter


@dataclass(frozen=True)
class App:
    """This installation's registration with the platform and where the platform is."""

    client_id: str
    client_secret: str = field(repr=False)
    api_url: str
    web_url: str


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
    """One picture, in order. `read` returns the bytes whose digest is `sha256`."""

    sha256: str
    mime: str
    width: int
    height: int
    size: int
    alt: str
    read: Callable[[], bytes] = field(repr=False)


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
    after the post, each with what it answers and a token of its own.
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


class Step(Protocol):
    """The delivery's memory: handles kept here survive the worker and are given to the next one."""

    def get(self, name: str) -> str | None: ...
    def keep(self, name: str, value: str) -> None: ...


# -- what comes back


@dataclass(frozen=True)
class Published:
    remote_id: str
    permalink: str


@dataclass(frozen=True)
class Processing:
    """The platform has it and is working on it. `after` in seconds until it is worth asking."""

    handle: str
    after: int


@dataclass(frozen=True)
class TryLater:
    """Provably nothing was sent or accepted. `after` in seconds, None for the usual backoff."""

    reason: str
    after: int | None = None
    rate_limited: bool = False


@dataclass(frozen=True)
class Rejected:
    """The platform refused it for good. `reason` is for people: what is wrong, how to mend it."""

    reason: str
    code: str = ""


@dataclass(frozen=True)
class Reconnect:
    """The account must be signed in again; the post itself is fine."""

    reason: str


@dataclass(frozen=True)
class Uncertain:
    """It may or may not be live. Never sent again without looking."""

    reason: str


type Outcome = Published | Processing | TryLater | Rejected | Reconnect | Uncertain
type NotPublished = TryLater | Rejected | Reconnect


@dataclass(frozen=True)
class Found:
    remote_id: str
    permalink: str


@dataclass(frozen=True)
class NotFound:
    """The platform answered and the post is not there."""


@dataclass(frozen=True)
class CannotTell:
    """The read failed, or more than one post fits."""

    reason: str


type Sighting = Found | NotFound | CannotTell


# -- what a platform does


@dataclass(frozen=True)
class Reply:
    """An HTTP answer. `json` is None when the body is not JSON."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)
    json: Any = field(default=None, repr=False)


class Http(Protocol):
    """The guarded client (publishers/http.py). A transport fact comes back as an outcome.

    `commits=True` marks the one call that may make the post public: from the first byte of it on,
    no answer means `Uncertain`. Everything else that gets no answer is `TryLater`. An address that
    must not be called (inside our network, another scheme) is `Rejected`, and no packet is sent.
    """

    def send(  # noqa: PLR0913  (one call carries one HTTP request)
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        params: Mapping[str, str] | None = None,
        json: Any = None,
        form: Mapping[str, str] | None = None,
        data: bytes | None = None,
        files: Mapping[str, tuple[str, bytes, str]] | None = None,
        commits: bool = False,
    ) -> Reply | TryLater | Rejected | Uncertain: ...


@runtime_checkable
class Prepares(Protocol):
    """Feature "prepare". None: all is ready and `publish` may be called.

    Safe to repeat: what was uploaded is kept in `step` and not uploaded again while it lives.
    """

    def prepare(self, payload: Payload, step: Step) -> Processing | NotPublished | None: ...


@runtime_checkable
class Finds(Protocol):
    """Feature "find". Is this payload live? Looks from a little before `created_at` until now."""

    def find(self, payload: Payload, step: Step) -> Sighting: ...


@runtime_checkable
class Confirms(Protocol):
    """Feature "confirm". What became of the handle that `Processing` carried."""

    def confirm(self, handle: str, payload: Payload) -> Outcome: ...


@runtime_checkable
class Removes(Protocol):
    """Feature "remove". None: the post is gone, also when it already was."""

    def remove(self, remote_id: str) -> NotPublished | None: ...


class Adapter:
    """One platform. Subclasses set `spec` and the methods that its features declare.

    Declared and missing, or present and undeclared, fails when the class is made.
    """

    spec: ClassVar[Spec]
    OPTIONAL: ClassVar[tuple[Feature, ...]] = ("prepare", "find", "confirm", "measure", "remove")

    def __init__(self, http: Http, app: App, account: Account) -> None:
        self.http, self.app, self.account = http, app, account

    def __init_subclass__(cls) -> None:
        for feature in Adapter.OPTIONAL:
            if (feature in cls.spec.features) != hasattr(cls, feature):
                raise TypeError(
                    f"{cls.__name__}: feature {feature!r} and its method must come together"
                )

    def publish(self, payload: Payload, step: Step) -> Outcome:
        """Make the one call that publishes."""
        raise TypeError(f"{type(self).__name__} cannot publish")  # pragma: no cover

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        """The id of the account's post that people open at this address; empty: none is in it."""
        return ""

    def accounts(self) -> "list[Account] | NotPublished":
        """The accounts that `self.account.token` may post to, to choose from when connecting."""
        raise TypeError(f"{type(self).__name__} cannot list accounts")  # pragma: no cover

    def sign_in(self, identifier: str, secret: str) -> "tuple[Account, Tokens] | NotPublished":
        """App-password platforms only: open a session."""
        raise TypeError(f"{type(self).__name__} has no passwords")  # pragma: no cover

    def refresh(self, refresh_token: str) -> "Tokens | NotPublished":
        """App-password platforms only: renew a session. OAuth is generic (publishers/oauth.py)."""
        raise TypeError(f"{type(self).__name__} has no sessions")  # pragma: no cover
