"""OAuth 2 as platforms speak it: authorize address, code exchange, renewal, revocation.

No rows here: consents.py keeps the state between two requests, sessions.py decides when to renew.
"""

import base64
import hashlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from publishers import clients, registrations
from publishers.contract import (
    Account,
    App,
    NotPublished,
    Reconnect,
    Rejected,
    Reply,
    Tokens,
    TryLater,
    Uncertain,
)
from publishers.registrations import Door
from publishers.verdicts import at

type Answer = Reply | TryLater | Rejected | Uncertain

# RFC 6749 5.2 plus what platforms really answer for a spent or withdrawn refresh token: some say
# invalid_request ("Value passed for the token was invalid") where the standard has invalid_grant.
SPENT = frozenset({"invalid_grant", "invalid_request", "invalid_token", "access_denied"})
MISCONFIGURED = frozenset({"invalid_client", "unauthorized_client"})


def redirect_uri(platform: str) -> str:
    """Registered with the platform letter by letter; never made from the request's host."""
    return settings.SITE_URL + reverse("publishers:callback", args=[platform])


def authorize_url(door: Door, *, state: str, verifier: str) -> str:
    auth, app = door.oauth, registrations.app_for(door)
    query = {
        "response_type": "code",
        auth.client_id_name: app.client_id,
        "redirect_uri": redirect_uri(door.platform),
        "scope": auth.scope_separator.join((*auth.scopes, *auth.optional_scopes)),
        "state": state,
        **auth.extra,
    }
    if auth.pkce:
        query |= {"code_challenge": challenge(verifier), "code_challenge_method": "S256"}
    return f"{_joined(app, app.web_url, auth.authorize_path)}?{urlencode(query)}"


def _joined(app: App, base: str, path: str) -> str:
    return app.at(path) if path.startswith("https://") else base.rstrip("/") + path


def challenge(verifier: str) -> str:
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def exchange(door: Door, *, code: str, verifier: str) -> Tokens | NotPublished:
    """Tokens that last as long as the platform lets them."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": redirect_uri(door.platform),
    }
    if door.oauth.pkce:
        form["code_verifier"] = verifier
    tokens = _tokens(door, _post(door, door.oauth.token_path, form))
    if not isinstance(tokens, Tokens):
        return tokens
    return clients.adapter_for(door, Account("", "", host=door.host)).lengthen(tokens)


def refresh(door: Door, refresh_token: str) -> Tokens | NotPublished:
    """New tokens; a platform that keeps the refresh token answers without one, and so do we."""
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return _tokens(door, _post(door, door.oauth.token_path, form))


def revoke(door: Door, token: str) -> None:
    """Ask the platform to forget the token. Best effort: ours is erased whatever it answers."""
    path = getattr(door.auth, "revoke_path", "")
    if path:
        _post(door, path, {"token": token})


def missing_scopes(door: Door, tokens: Tokens) -> tuple[str, ...]:
    """What was asked for and not given. Saying nothing means everything (RFC 6749 5.1)."""
    if not tokens.scopes:
        return ()
    return tuple(scope for scope in door.oauth.scopes if scope not in tokens.scopes)


def _post(door: Door, path: str, form: Mapping[str, str]) -> Answer:
    auth, app = door.oauth, registrations.app_for(door)
    headers = {"Accept": "application/json"}
    if auth.client_auth == "basic" and app.client_secret:
        pair = f"{app.client_id}:{app.client_secret}".encode()
        headers["Authorization"] = f"Basic {base64.b64encode(pair).decode()}"
    else:
        form = {**form, auth.client_id_name: app.client_id}
        if app.client_secret:
            form["client_secret"] = app.client_secret
    base = app.web_url if auth.token_at == "web" else app.api_url
    return clients.http_for(door).send("POST", _joined(app, base, path), headers=headers, form=form)


def _tokens(door: Door, reply: Answer) -> Tokens | NotPublished:
    name = door.spec.name
    if isinstance(reply, Uncertain):
        return TryLater(reply.reason)
    if not isinstance(reply, Reply):
        return reply
    body: dict[str, Any] = reply.json if isinstance(reply.json, dict) else {}
    if isinstance(listed := body.get("data"), list) and listed and isinstance(listed[0], dict):
        # Some platforms put their answer into a list of one.
        body = listed[0]
    if reply.status == 200 and isinstance(body.get("access_token"), str) and body["access_token"]:
        return _read(body)
    # Some platforms nest an object here.
    error = body["error"] if isinstance(body.get("error"), str) else ""
    if error in MISCONFIGURED:
        return Rejected(
            f"{name} refused this installation's client id or secret. "
            "An administrator can correct it in the settings.",
            code=error,
        )
    if _is_spent(reply, error):
        return Reconnect(f"{name} ended our access.")
    return TryLater(
        f"{name} answered {reply.status} when asked for access.", rate_limited=reply.status == 429
    )


def _is_spent(reply: Reply, error: str) -> bool:
    """Some platforms say it with status 200, others with a bare 400 in the place of a code."""
    if reply.status == 401 or (reply.status == 400 and at(reply.json, "error") == 400):
        return True
    return reply.status in (200, 400, 403) and error in SPENT


def _read(body: Mapping[str, Any]) -> Tokens:
    scope = body.get("scope") or body.get("permissions")
    return Tokens(
        access=body["access_token"],
        refresh=str(body.get("refresh_token") or ""),
        expires_in=_seconds(body.get("expires_in")),
        # The standard separates scopes by spaces; some platforms use commas.
        scopes=tuple(scope.replace(",", " ").split()) if isinstance(scope, str) else (),
    )


def _seconds(value: Any) -> int | None:
    """How long a token lives: a number, or a number in quotes; anything else says nothing."""
    try:
        return max(int(float(value)), 0) or None
    except (TypeError, ValueError, OverflowError):
        return None
