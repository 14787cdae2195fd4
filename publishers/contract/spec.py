"""What a platform says of itself, before it is called: what it can take, and how."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from publishers.contract.auth import Auth, OAuth2
from publishers.contract.metrics import AccountMetric, PostMetric

# What a text's length is counted in. "emoji_bytes": signs, an emoji as many as its UTF-8 bytes;
# "short_links": signs, an address 23, of a name on another server only the part before its server.
type Counter = Literal["graphemes", "weighted", "utf16", "codepoints", "emoji_bytes", "short_links"]
type Feature = Literal[
    "alt_text",
    "thread",
    "comment",
    "prepare",
    "find",
    "confirm",
    "measure",
    "audience",
    "edit",
    "remove",
    "webhook",
    "subscribe",
    "idempotent",
]
# How an unanswered send is settled: "key" repeats it safely with the same client token, "read"
# looks the post up, "ask" asks a person, for nothing can ever be seen.
type Reconcile = Literal["key", "read", "ask"]


@dataclass(frozen=True)
class Limits:
    """`text` in units of `count`; `text_bytes` in UTF-8 bytes; image sizes in bytes and pixels.

    `comment` in units of `count`, None: as a post; `caption`: of a text beside pictures or videos,
    None: as without them. `parts` is how many a thread may have. `title` in signs, where a post
    needs one; 0: it has none. `media_least`: how many pictures or videos it needs. `image_sides`:
    (narrowest, widest) in pixels, `image_shape`: (tallest, widest) as width by height. `mixed`:
    pictures and videos in one post; `cover`: one picture beside a video stands for it before it
    plays, also where `images` is 0. `link`s, `hashtags` and `mentions` in a text. `video_seconds`:
    (shortest, longest).
    """

    text: int
    count: Counter
    text_bytes: int | None = None
    comment: int | None = None
    caption: int | None = None
    parts: int = 25
    images: int = 4
    image_bytes: int = 5_000_000
    image_pixels: int = 50_000_000
    image_types: tuple[str, ...] = ("image/jpeg", "image/png", "image/webp")
    alt_text: int = 1000
    title: int = 0
    media_least: int = 0
    image_sides: tuple[int, int] = (1, 1_000_000)
    image_shape: tuple[float, float] = (0.0, 1_000_000.0)
    mixed: bool = False
    cover: bool = False
    links: int | None = None
    hashtags: int | None = None
    mentions: int | None = None
    videos: int = 0
    video_bytes: int = 0
    video_seconds: tuple[float, float] = (0.0, 0.0)
    video_types: tuple[str, ...] = ("video/mp4",)
    video_shape: tuple[float, float] = (0.0, 1_000_000.0)


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
    """One field a channel adds to the composer. `choices` are (value, label); none: free text.

    `required`: a post without it is refused; `longest` in signs. `kinds`: the kinds of account that
    have it, none: all.
    """

    name: str
    label: str
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    help: str = ""
    required: bool = False
    longest: int = 500
    kinds: tuple[str, ...] = ()


@dataclass(frozen=True)
class Preview:
    """How the composer draws the post: which shape, which buttons under it (sprite ids).

    `fold_after`: what is longer is shown folded, in units of Limits.count.
    """

    layout: Literal["feed", "micro", "article", "picture", "video"]
    actions: tuple[str, ...]
    fold_after: int | None = None


@dataclass(frozen=True)
class Spec:
    """Everything the product asks about a platform without calling it.

    `other_ways`: doors besides `auth`. `fetches`: it takes pictures and videos from an address of
    ours (Media.url) instead of an upload; `keeps_addresses`: it goes on showing them from there.
    `metrics`: what `measure` may say of a post, `account_metrics` what `audience` may.
    `limits_by_kind`: for the kinds of account that they are others for; ask `limits_of`. They count
    alike and take the same pictures: these are converted for the platform. A thread is cut within
    `limits` for everybody, or what was approved would change with an account's subscription.
    `reconcile_by_kind`: for the kinds of account where it is not `reconcile`; ask `reconcile_of`.
    `colour` is the brand's hex for generated styles. `profile`: where people see an account, by its
    kind, below the web address; with {handle} and {id}. `prepare_minutes` is how long before its
    time a post's uploads should begin. `mark`: its sign as the data of an SVG path on 24 by 24,
    where the sprite has none ("p-" and the slug).
    """

    slug: str
    name: str
    api_url: str
    web_url: str
    auth: Auth
    limits: Limits
    features: frozenset[Feature]
    reconcile: Reconcile
    preview: Preview
    rates: tuple[Rate, ...] = ()
    options: tuple[Option, ...] = ()
    colour: str = "#555555"
    profile: Mapping[str, str] = field(default_factory=dict)
    limits_by_kind: Mapping[str, Limits] = field(default_factory=dict)
    reconcile_by_kind: Mapping[str, Reconcile] = field(default_factory=dict)
    other_ways: tuple[OAuth2, ...] = ()
    metrics: tuple[PostMetric, ...] = ()
    account_metrics: tuple[AccountMetric, ...] = ()
    fetches: bool = False
    keeps_addresses: bool = False
    quiet_seconds: int = 600
    prepare_minutes: int = 10
    setup: str = ""
    mark: str = ""

    @property
    def takes_words_alone(self) -> bool:
        """Whether a text is a post there, without a title, pictures or choices."""
        needs = self.limits.title or self.limits.media_least
        return not needs and not any(option.required for option in self.options)

    def way(self, name: str) -> Auth:
        """The door of that name; "" is the front one. Raises KeyError."""
        return self.auth if not name else {auth.way: auth for auth in self.other_ways}[name]

    def options_of(self, kind: str) -> list[Option]:
        """Those that an account of this kind has."""
        return [option for option in self.options if not option.kinds or kind in option.kinds]

    def limits_of(self, kind: str) -> Limits:
        """For an account of this kind."""
        return self.limits_by_kind.get(kind, self.limits)

    def reconcile_of(self, kind: str) -> Reconcile:
        """For an account of this kind."""
        return self.reconcile_by_kind.get(kind, self.reconcile)
