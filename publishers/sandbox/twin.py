"""What every simulated platform declares. Subclassed in platforms/, listed in registry.py."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, Literal

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import URLPattern, reverse
from django.utils import timezone

from publishers.sandbox import text
from publishers.sandbox.models import Account, Credential, Does, RemotePost
from publishers.sandbox.shapes import Fetched


class Refused(Exception):
    """The platform says no, with this answer. Nothing that the request did is kept."""

    def __init__(self, response: HttpResponse) -> None:
        super().__init__(response.status_code)
        self.response = response


@dataclass
class Asked:
    """One API request, and who makes it. `fetched`: by address what Endpoint.fetches asked for."""

    request: HttpRequest
    account: Account | None = None
    credential: Credential | None = None
    fetched: dict[str, Fetched] = field(default_factory=dict)

    @property
    def who(self) -> Account:
        assert self.account is not None
        return self.account

    def picture_url(self) -> str:
        """Where the account's own picture is served."""
        who = self.who
        return self.request.build_absolute_uri(
            reverse("sandbox:account_picture", args=[who.platform, who.handle])
        )

    @property
    def token(self) -> Credential:
        assert self.credential is not None
        return self.credential


@dataclass(frozen=True)
class Endpoint:
    """What one method of a path does. Without `auth`, `whose` names the account for faults.

    `fetches` gives the addresses of files to fetch before it answers; it is called as `answer` is.
    """

    does: Does
    answer: Callable[..., HttpResponse]
    auth: bool = True
    whose: Callable[[HttpRequest], Account | None] | None = None
    fetches: Callable[..., Iterable[str]] | None = None


@dataclass(frozen=True)
class Seed:
    """An account that is there from the start. `runs` are handles of organisations."""

    handle: str
    name: str
    kind: Account.Kind = Account.Kind.PERSON
    runs: tuple[str, ...] = ()


# The lifetime of a token that does not end by itself.
FOREVER = 100 * 365 * 86_400


@dataclass(frozen=True)
class OAuth:
    """The platform's consent: scopes with what they mean to a person, lifetimes in seconds.

    `separator` stands between scopes where the app asks for them, `client_key` is its name for the
    client id. `renewal`: a refresh token is good once ("rotates") or until its end ("lasts"), or a
    token is renewed by showing itself ("itself"), or not at all ("none"). `pkce` may be used always
    and must be where this is set. `registers`: apps register themselves (models.ClientApp).
    """

    scopes: Mapping[str, str]
    pkce: bool
    code_seconds: int
    access_seconds: int
    refresh_seconds: int
    denied: str = "access_denied"
    bad_scope: str = "invalid_scope"
    separator: str = " "
    client_key: str = "client_id"
    renewal: Literal["rotates", "lasts", "itself", "none"] = "rotates"
    needs_state: bool = True
    registers: bool = False


@dataclass(frozen=True)
class Tokens:
    """What is handed out to an app; `refresh` is empty where none was granted."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    expires_in: int
    scopes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A stretch of a post's text; with an address it is a link."""

    text: str
    href: str = ""


@dataclass(frozen=True)
class Happening:
    """What a platform tells an app by itself. `kind` is one that the twin `tells`."""

    kind: str
    account: Account
    post: RemotePost | None = None
    words: str = ""
    id: str = ""
    at: datetime = field(default_factory=timezone.now)


@dataclass(frozen=True)
class HookRequest:
    """The request that tells it, signed as the platform signs. `query`: after the address."""

    body: bytes
    headers: Mapping[str, str]
    query: str = ""


class Twin:
    """One simulated platform. Routes are relative to /sandbox/<slug>/.

    `other_ways`: doors besides `oauth`, by name; what is behind one has its name in front of its
    routes. `tells`: the kinds of Happening that `hook` can put into a request. `day_limit`: how
    many posts an account has in 24 hours (quotas.py). `carousel`: pictures stand side by side.
    """

    slug: ClassVar[str]
    name: ClassVar[str]
    oauth: ClassVar[OAuth | None] = None
    other_ways: ClassVar[Mapping[str, OAuth]] = {}
    tells: ClassVar[tuple[str, ...]] = ()
    day_limit: ClassVar[int | None] = None
    carousel: ClassVar[bool] = False
    seeds: ClassVar[tuple[Seed, ...]]
    sample_password: ClassVar[str] = ""
    profile_routes: ClassVar[tuple[str, ...]] = ()
    post_routes: ClassVar[tuple[str, ...]]

    def routes(self) -> list[URLPattern]:
        """The API."""
        raise NotImplementedError

    def new_account_id(self, kind: Account.Kind) -> str:
        raise NotImplementedError

    def permalink(self, post: RemotePost) -> str:
        """Where people read the post, relative to /sandbox/<slug>/."""
        raise NotImplementedError

    def pieces(self, post: RemotePost) -> list[Piece]:
        """The text as people see it, links found in the platform's way."""
        return linked(post.text)

    def notes(self, post: RemotePost) -> list[str]:
        """What else is to be known of a post, in a few words each: who may see it, a warning."""
        return []

    def hook(self, happening: Happening) -> HookRequest:
        """How the platform tells an app; only of the kinds in `tells`."""
        raise NotImplementedError

    def identify(self, request: HttpRequest) -> Credential:
        """The credential a request carries; Refused when there is none or it is no good."""
        raise NotImplementedError

    def open_session(self, account: Account) -> Tokens:
        """Tokens without anybody's consent, where the platform has no OAuth."""
        raise NotImplementedError

    def reset(self, moment: float) -> str:
        """How its headers write the moment (seconds since 1970) when a limit begins anew."""
        return str(int(moment))

    def ask_to_wait(self, response: HttpResponse, wait: str) -> None:
        """Say it in the answer too, where the platform does: `wait` as Retry-After has it."""

    def refusal(self, status: int, reason: str = "") -> HttpResponse:
        """A generic error in the platform's own shape: 401, 429, 4xx for content, 500."""
        raise NotImplementedError

    def stamp(self, response: HttpResponse, account: Account | None, does: Does) -> None:
        """Add the headers that this platform puts on every answer."""


def linked(shown: str) -> list[Piece]:
    pieces, position = [], 0
    for start, end, address in text.links(shown):
        pieces += [Piece(shown[position:start]), Piece(shown[start:end], address)]
        position = end
    return [piece for piece in [*pieces, Piece(shown[position:])] if piece.text]


def answer(data: object, status: int = 200, content_type: str = "application/json") -> JsonResponse:
    return JsonResponse(
        data, safe=False, status=status, content_type=content_type, json_dumps_params={"indent": 1}
    )
