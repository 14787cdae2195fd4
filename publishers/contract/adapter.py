"""What a platform does: one class to fill in, and the client that it speaks through."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, BinaryIO, ClassVar, Protocol, runtime_checkable

from publishers.contract.hooks import Heard, Hook
from publishers.contract.metrics import Figures
from publishers.contract.outcomes import (
    NotPublished,
    Outcome,
    Processing,
    Rejected,
    Sighting,
    TryLater,
    Uncertain,
)
from publishers.contract.payload import Account, App, Payload, Step, Tokens
from publishers.contract.spec import Feature, Reconcile, Spec


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
    Streams (`data`, and in `files`) are read as they are sent; `length` is what of it to send, all
    by default. `seconds`: how long the call may take, where an upload needs longer than others.
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
        data: bytes | BinaryIO | None = None,
        length: int | None = None,
        files: Mapping[str, tuple[str, bytes | BinaryIO, str]] | None = None,
        seconds: float | None = None,
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
    """Feature "find". Is this payload live? Looks at what was posted since `called_at`, else since
    a little before `created_at`.
    """

    def find(self, payload: Payload, step: Step) -> Sighting: ...


@runtime_checkable
class Confirms(Protocol):
    """Feature "confirm". What became of the handle that `Processing` carried."""

    def confirm(self, handle: str, payload: Payload) -> Outcome: ...


@runtime_checkable
class Removes(Protocol):
    """Feature "remove". None: the post is gone, also when it already was."""

    def remove(self, remote_id: str) -> NotPublished | None: ...


@runtime_checkable
class Edits(Protocol):
    """Feature "edit". Replace the text of a live post by the payload's. None: it is done."""

    def edit(self, remote_id: str, payload: Payload) -> NotPublished | None: ...


@runtime_checkable
class Measures(Protocol):
    """Feature "measure". By remote id what the platform says of these posts, by our names.

    A post that is gone is left out; a figure that it does not tell is left out of the others.
    """

    def measure(self, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished: ...


@runtime_checkable
class Audiences(Protocol):
    """Feature "audience". What the platform says of the account, by our names."""

    def audience(self) -> Figures | NotPublished: ...


@runtime_checkable
class Hears(Protocol):
    """Feature "webhook". What a request to our address says, once it is proved to be theirs."""

    @staticmethod
    def hear(hook: Hook, app: App, now: float) -> Heard: ...


@runtime_checkable
class Subscribes(Protocol):
    """Feature "subscribe". Where each account must be asked to tell us its events, besides what is
    registered once. Safe to repeat. None: it will.
    """

    def subscribe(self) -> NotPublished | None: ...


class Adapter:
    """One platform. Subclasses set `spec` and the methods that its features declare.

    Declared and missing, or present and undeclared, fails when the class is made.
    """

    spec: ClassVar[Spec]
    OPTIONAL: ClassVar[tuple[Feature, ...]] = (
        "prepare",
        "find",
        "confirm",
        "measure",
        "audience",
        "edit",
        "remove",
        "subscribe",
    )
    # Features whose method has another name.
    NAMED: ClassVar[Mapping[Feature, str]] = {"webhook": "hear"}

    def __init__(self, http: Http, app: App, account: Account) -> None:
        self.http, self.app, self.account = http, app, account

    def __init_subclass__(cls) -> None:
        methods = {feature: str(feature) for feature in Adapter.OPTIONAL} | dict(Adapter.NAMED)
        for feature, method in methods.items():
            if (feature in cls.spec.features) != hasattr(cls, method):
                raise TypeError(
                    f"{cls.__name__}: feature {feature!r} and its method must come together"
                )

    @property
    def reconcile(self) -> Reconcile:
        """As the spec says for an account of this kind."""
        return self.spec.reconcile_of(self.account.kind)

    def publish(self, payload: Payload, step: Step) -> Outcome:
        """Make the one call that publishes."""
        raise TypeError(f"{type(self).__name__} cannot publish")  # pragma: no cover

    @staticmethod
    def mistake(payload: Payload, kind: str) -> "Rejected | None":
        """What of its options and its media does not go together for an account of this `kind`.

        Asked while one writes, too, when pictures are not yet made as the platform takes them.
        """
        return None

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        """The id of the account's post that people open at this address; empty: none is in it."""
        return ""

    @staticmethod
    def facets(text: str) -> "list[dict[str, Any]] | None":
        """What it is told to draw as links, as it is told; None: it finds that by itself."""
        return None

    def accounts(self) -> "list[Account] | NotPublished":
        """The accounts that `self.account.token` may post to, to choose from when connecting."""
        raise TypeError(f"{type(self).__name__} cannot list accounts")  # pragma: no cover

    def sign_in(self, identifier: str, secret: str) -> "tuple[Account, Tokens] | NotPublished":
        """Without OAuth: open a session by name and password, or by a key (then without name)."""
        raise TypeError(f"{type(self).__name__} has no passwords")  # pragma: no cover

    def refresh(self, refresh_token: str) -> "Tokens | NotPublished":
        """Renew a session, or a token where OAuth2.renews is "adapter"."""
        raise TypeError(f"{type(self).__name__} has no sessions")  # pragma: no cover

    def lengthen(self, tokens: Tokens) -> "Tokens | NotPublished":
        """Trade what the consent gave for what lasts. Most platforms have nothing to trade."""
        return tokens

    def register(self, name: str, redirect_uri: str) -> "tuple[str, str] | NotPublished":
        """Where OAuth2.hosts is set: make an app on that server; its client id and secret."""
        raise TypeError(f"{type(self).__name__} has one registration")  # pragma: no cover
