"""Platforms of the tests' own that are entered in other ways; they live on Tide's server."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import datetime

from publishers.contract import (
    Adapter,
    ApiKey,
    Event,
    Forged,
    Greeting,
    OAuth2,
    Reconnect,
    Rejected,
    Reply,
    Spec,
    Tokens,
)
from tests.publishers.platform import COMMON, Tide

FRONT = OAuth2(
    authorize_path="/authorize",
    token_path="/token",
    scopes=("read", "write"),
    optional_scopes=("insights",),
    client_id_name="client_key",
    scope_separator=",",
    extra={"duration": "permanent"},
    renews="adapter",
    label="With Harbour",
)


class Listing(Adapter):
    """Lists accounts as Tide does."""

    spec = replace(Tide.spec, slug="listing", name="Listing")
    publish = Tide.publish
    accounts = Tide.accounts


class Harbour(Listing):
    """Two doors; a token is traded for a longer one, which is renewed by showing it. Has a hook."""

    spec = Spec(
        slug="harbour",
        name="Harbour",
        auth=FRONT,
        other_ways=(replace(FRONT, way="pier", label="With a pier", renews="no", extra={}),),
        **{**COMMON, "features": frozenset({"webhook"})},
    )

    def lengthen(self, tokens):
        return replace(tokens, access=f"long-{tokens.access}", refresh=f"long-{tokens.access}")

    def accounts(self):
        return Listing.accounts(replaced(self))

    def refresh(self, refresh_token):
        if not refresh_token.startswith("long-"):
            return Reconnect("Harbour ended our access.")
        return Tokens(f"{refresh_token}x", f"{refresh_token}x", 3600)

    @staticmethod
    def hear(hook, app, now):
        if hook.method == "GET":
            if hook.query.get("token") != app.hook_token:
                return Forged("not our token")
            return Greeting(hook.query.get("challenge", ""))
        signed = hmac.new(app.client_secret.encode(), hook.body, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(signed, hook.headers.get("x-signature", "")):
            return Forged("not signed by Harbour")
        return tuple(_event(one) for one in json.loads(hook.body))


def _event(told):
    when = told.get("at")
    at = datetime.fromisoformat(when) if when else None
    return Event(told["id"], told["kind"], told["account"], at=at)


def replaced(adapter):
    """The server knows the short token only."""
    token = adapter.account.token.removeprefix("long-")
    return Listing(adapter.http, adapter.app, replace(adapter.account, token=token))


class Shoal(Listing):
    """Accounts live on many servers, and we register ourselves on each."""

    spec = Spec(
        slug="shoal",
        name="Shoal",
        auth=OAuth2("/authorize", "/token", ("read",), hosts="Your server", renews="no"),
        **COMMON,
    )

    def register(self, name, redirect_uri):
        form = {"client_name": name, "redirect_uris": redirect_uri}
        reply = self.http.send("POST", f"{self.app.api_url}/apps", form=form)
        if not isinstance(reply, Reply):
            return reply
        if reply.status != 200:
            return Rejected("This server makes no apps.")
        return reply.json["client_id"], reply.json["client_secret"]


class Buoy(Listing):
    """A key that the person makes there."""

    spec = Spec(slug="buoy", name="Buoy", auth=ApiKey("API key", "Make one there."), **COMMON)

    def accounts(self):
        found = Listing.accounts(self)
        return Rejected("Buoy does not know this key.") if isinstance(found, Reconnect) else found
