"""What a platform does: one class to fill in, and the client that it speaks through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol, runtime_checkable

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

    @property
    def reconcile(self) -> Reconcile:
        """As the spec says for an account of this kind."""
        return self.spec.reconcile_of(self.account.kind)

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
