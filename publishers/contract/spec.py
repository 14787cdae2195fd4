"""What a platform says of itself, before it is called: what it can take, and how."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

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
# How an unanswered send is settled: "key" repeats it safely with the same client token, "read"
# looks the post up, "ask" asks a person, for nothing can ever be seen.
type Reconcile = Literal["key", "read", "ask"]


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

    `reconcile_by_kind`: for the kinds of account where it is not `reconcile`; ask `reconcile_of`.
    `colour` is the brand's hex for generated styles. `profile`: where people see an account, by its
    kind, below the web address; with {handle} and {id}. `prepare_minutes` is how long before its
    time a post's uploads should begin.
    """

    slug: str
    name: str
    api_url: str
    web_url: str
    auth: OAuth2 | AppPassword
    limits: Limits
    features: frozenset[Feature]
    reconcile: Reconcile
    preview: Preview
    rates: tuple[Rate, ...] = ()
    options: tuple[Option, ...] = ()
    colour: str = "#555555"
    profile: Mapping[str, str] = field(default_factory=dict)
    reconcile_by_kind: Mapping[str, Reconcile] = field(default_factory=dict)
    quiet_seconds: int = 600
    prepare_minutes: int = 10
    setup: str = ""

    def reconcile_of(self, kind: str) -> Reconcile:
        """For an account of this kind."""
        return self.reconcile_by_kind.get(kind, self.reconcile)
