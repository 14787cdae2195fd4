"""How apps of the Graph API are told things: the handshake, signatures, withdrawn consents. Pure.

Called by the adapters that speak it. Facts: the vendor's guide to webhooks of the Graph API.
"""

import base64
import hashlib
import hmac
import json
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qs

from publishers.contract import App, Event, Forged, Greeting, Heard, Hook
from publishers.verdicts import at, text_at

# Echoed to whoever knows the token, so never markup.
_CHALLENGE = re.compile(r"[A-Za-z0-9_.-]{1,200}")


def hear(hook: Hook, app: App, events: Callable[[Any], Iterable[Event]]) -> Heard:
    """`events` reads what the body, parsed, says. What is sent again keeps its ids: they may come
    for a day and a half, so that their age proves nothing.
    """
    if hook.method == "GET":
        return greeting(hook, app)
    if not app.client_secret:
        return Forged("no secret is known")
    if (withdrawn := _signed_request(hook)) is not None:
        return _withdrawn(withdrawn, app)
    if not is_signed(hook, app):
        return Forged("the signature does not fit")
    try:
        return tuple(events(json.loads(hook.body)))
    except (ValueError, RecursionError):
        return Forged("it is not JSON")


def greeting(hook: Hook, app: App) -> Greeting | Forged:
    given, challenge = hook.query.get("hub.verify_token", ""), hook.query.get("hub.challenge", "")
    if hook.query.get("hub.mode") != "subscribe" or not _CHALLENGE.fullmatch(challenge):
        return Forged("it is no subscription")
    known = app.hook_token.encode()
    if not known or not hmac.compare_digest(given.encode(), known):
        return Forged("the token of the subscription is another one")
    return Greeting(challenge)


def is_signed(hook: Hook, app: App) -> bool:
    """Over the bytes as they came: the same JSON written anew has another signature."""
    kind, _, given = hook.headers.get("x-hub-signature-256", "").partition("=")
    made = hmac.new(app.client_secret.encode(), hook.body, hashlib.sha256).hexdigest()
    return kind == "sha256" and hmac.compare_digest(given.encode(), made.encode())


def event_id(account: str, told: Any) -> str:
    """The same for the same words: there are no ids of events."""
    words = json.dumps([account, told], sort_keys=True)
    return hashlib.sha256(words.encode()).hexdigest()


def moment(seconds: Any) -> datetime | None:
    try:
        return datetime.fromtimestamp(seconds, UTC) if isinstance(seconds, int) else None
    except (ValueError, OverflowError, OSError):
        return None


# -- a person takes the app's access back


def _signed_request(hook: Hook) -> str | None:
    if not hook.body.startswith(b"signed_request="):
        return None
    return parse_qs(hook.body.decode("ascii", "replace")).get("signed_request", [""])[-1]


def _withdrawn(signed: str, app: App) -> Heard:
    given, _, payload = signed.partition(".")
    made = hmac.new(app.client_secret.encode(), payload.encode(), hashlib.sha256).digest()
    told = _decoded(payload)
    try:
        fits = hmac.compare_digest(_bytes(given), made)
    except ValueError:
        fits = False
    if not fits or told is None:
        return Forged("the signed request does not fit")
    user = at(told, "user_id")
    account = str(user) if isinstance(user, int) else text_at(told, "user_id")
    when = moment(at(told, "issued_at"))
    return (Event(event_id(account, told), "revoked", account, at=when),)


def _decoded(payload: str) -> Any:
    try:
        return json.loads(_bytes(payload))
    except (ValueError, RecursionError):
        return None


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
