"""How an account is connected: what a platform asks of the person and of this installation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True)
class OAuth2:
    """`authorize_path` is joined to the web address, the others to the one `token_at` names; an
    address of its own (https://…) stays as it is.

    `client_auth` says where the client secret goes. `renews`: with a refresh token ("token"), by a
    call of the adapter's own `refresh` ("adapter"), or not at all ("no"). `way`, with `label` and
    the addresses, is set where a platform has more than one door (Spec.other_ways). `hosts` is the
    label of the field for the account's own server, where this installation registers itself
    (`register`).
    """

    authorize_path: str
    token_path: str
    scopes: tuple[str, ...]
    revoke_path: str = ""
    pkce: bool = True
    client_auth: Literal["basic", "body"] = "basic"
    client_id_name: str = "client_id"
    renews: Literal["token", "adapter", "no"] = "token"
    scope_separator: str = " "
    token_at: Literal["api", "web"] = "api"
    extra: Mapping[str, str] = field(default_factory=dict)
    optional_scopes: tuple[str, ...] = ()
    way: str = ""
    label: str = ""
    api_url: str = ""
    web_url: str = ""
    hosts: str = ""


@dataclass(frozen=True)
class AppPassword:
    """Connecting by name and password; `host_label` is set where accounts live on many servers."""

    identifier_label: str
    secret_label: str
    help: str = ""
    host_label: str = ""


@dataclass(frozen=True)
class ApiKey:
    """Connecting by a key that the person makes on the platform. It is kept and never renewed."""

    label: str
    help: str = ""
    host_label: str = ""


type Auth = OAuth2 | AppPassword | ApiKey
