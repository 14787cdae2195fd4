"""The Graph API's other end: envelopes, tokens in two places, usage headers, signed events.

Called by the twins that speak it.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from publishers.sandbox import ids, oauth, quotas, trades
from publishers.sandbox.models import Account, Credential
from publishers.sandbox.twin import Asked, HookRequest, Refused, Tokens, Twin, answer

LONG = 5_184_000
# Status, code, subcode, words.
REFUSALS: Mapping[int, tuple[int, int, int | None, str]] = {
    401: (400, 190, 463, "Error validating access token: Session has expired"),
    415: (400, 100, 2207052, "The media could not be fetched"),
    422: (400, 100, 2207040, "The post was refused"),
    429: (403, 4, None, "Application request limit reached"),
    500: (500, 2, None, "An unexpected error has occurred. Please retry your request later."),
    504: (504, 2, None, "Service temporarily unavailable"),
}


# -- how it says no


def error(
    code: int, words: str, subcode: int | None = None, *, status: int = 400, lasting: bool = True
) -> HttpResponse:
    found: dict[str, Any] = {"message": words, "type": "OAuthException", "code": code}
    found |= {"error_subcode": subcode} if subcode is not None else {}
    found |= {"is_transient": not lasting, "fbtrace_id": f"A{ids.snowflake()[-10:]}"}
    return answer({"error": found}, status)


def no(code: int, words: str, subcode: int | None = None) -> Refused:
    return Refused(error(code, words, subcode))


def missing(node: str) -> Refused:
    words = (
        f"Unsupported request. Object with ID '{node}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation."
    )
    return no(100, words, 33)


def refusal(status: int, reason: str = "") -> HttpResponse:
    if status == 429 and reason == quotas.SPENT:
        return error(100, "The user has reached the maximum number of posts in 24 hours.", 2207042)
    http, code, subcode, words = REFUSALS.get(status, REFUSALS[500])
    return error(code, words, subcode, status=http, lasting=http < 500)


def needs(credential: Credential, *scopes: str) -> None:
    """One of them is enough."""
    if not any(credential.allows(scope) for scope in scopes):
        raise no(10, f"(#10) Application does not have permission: {scopes[0]}")


def subscribed(known: Collection[str], *scopes: str) -> Callable[..., HttpResponse]:
    """An account's events are told to the app, of the fields that it names."""

    def take(asked: Asked, node: str) -> HttpResponse:
        needs(asked.token, *scopes)
        if node != asked.who.remote_id:
            raise missing(node)
        fields = str(asked.request.POST.get("subscribed_fields", "")).split(",")
        if any(name not in known for name in fields):
            raise no(100, "(#100) Param subscribed_fields must be one of those of the object")
        return answer({"success": True})

    return take


def stamp(response: HttpResponse, account: Account | None) -> None:
    """How much of what may be asked was asked, in per cent; full when an answer says so."""
    full = response.status_code == 403 and b'"code": 4,' in response.content
    used = {"call_count": 100 if full else 3, "total_time": 2, "total_cputime": 1}
    response["X-App-Usage"] = json.dumps(used)
    if account is None:
        return
    left = account.budget_resets_at - timezone.now() if account.budget_resets_at else None
    minutes = max(1, round(left.total_seconds() / 60)) if full and left else 0
    business = [{"type": "pages", **used, "estimated_time_to_regain_access": minutes}]
    response["X-Business-Use-Case-Usage"] = json.dumps({account.remote_id: business})


# -- who asks


def identify(twin: Twin, request: HttpRequest) -> Credential:
    """The token is in a header, in the address or in the form."""
    value = bearer(request)
    found = oauth.known(twin, Credential.Kind.ACCESS, value) if value else None
    if found is None:
        raise Refused(refusal(401))
    return found


def bearer(request: HttpRequest) -> str:
    named = (request.GET.get("access_token"), request.POST.get("access_token"))
    return oauth.bearer(request) or next((one for one in named if one), "")


def client(
    twin: Twin, form: Mapping[str, str], way: str = "", *, secret_only: bool = False
) -> None:
    """Refused unless the app proves itself."""
    known = oauth.registered(twin.slug, way)
    right_id = secret_only or form.get("client_id") == known.client_id
    if not right_id or form.get("client_secret") != known.client_secret:
        raise no(101, "Error validating application. Cannot get application info.")


def lengthened(twin: Twin, request: HttpRequest, seconds: int = LONG) -> Tokens:
    try:
        return trades.lengthened(twin, bearer(request), seconds)
    except oauth.BadGrant:
        raise Refused(refusal(401)) from None


def traded(twin: Twin, request: HttpRequest, way: str = "", seconds: int = LONG) -> Tokens:
    """A person's token for a longer one, which is named in the query."""
    query = request.GET
    if query.get("grant_type") != "fb_exchange_token":
        raise no(100, "(#100) Param grant_type must be one of {FB_EXCHANGE_TOKEN}")
    client(twin, query.dict(), way)
    try:
        return trades.lengthened(twin, query.get("fb_exchange_token", ""), seconds)
    except oauth.BadGrant:
        raise Refused(refusal(401)) from None


def shown(tokens: Tokens) -> dict[str, Any]:
    return {
        "access_token": tokens.access,
        "token_type": "bearer",
        "expires_in": tokens.expires_in,
    }


# -- what it shows


def time_of(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}+0000"


def cursors(position: int, count: int) -> dict[str, Any]:
    """There is always a place to go on from, also where nothing follows."""
    if not count:
        return {}
    before, after = (
        base64.b64encode(str(place).encode()).decode() for place in (position, position + count)
    )
    return {"paging": {"cursors": {"before": before, "after": after}}}


def position(cursor: str) -> int:
    try:
        return int(base64.b64decode(cursor or "MA=="))
    except ValueError:
        raise no(100, "(#100) Invalid cursor") from None


def number(value: str | None, default: int, most: int) -> int:
    return min(int(value), most) if value and value.isdecimal() and len(value) < 12 else default


def lifetime(figures: Mapping[str, int]) -> dict[str, Any]:
    rows = [
        {"name": name, "period": "lifetime", "values": [{"value": value}], "title": name}
        for name, value in figures.items()
    ]
    return {"data": rows}


# -- what it tells


def signed(twin: Twin, told: Any, way: str = "") -> HookRequest:
    """With everything that is not ASCII escaped, and signed as it goes out."""
    body = json.dumps(told).encode()
    secret = oauth.registered(twin.slug, way).client_secret.encode()
    made = hmac.new(secret, body, hashlib.sha256).hexdigest()
    headers = {"Content-Type": "application/json", "X-Hub-Signature-256": f"sha256={made}"}
    return HookRequest(body, headers)


def withdrawn(twin: Twin, account: Account, way: str = "") -> HookRequest:
    """What an app is told whose access was taken back."""
    told = {
        "algorithm": "HMAC-SHA256",
        "issued_at": int(timezone.now().timestamp()),
        "user_id": account.remote_id,
    }
    payload = _base64(json.dumps(told).encode())
    secret = oauth.registered(twin.slug, way).client_secret.encode()
    made = _base64(hmac.new(secret, payload.encode(), hashlib.sha256).digest())
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return HookRequest(f"signed_request={made}.{payload}".encode(), headers)


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
