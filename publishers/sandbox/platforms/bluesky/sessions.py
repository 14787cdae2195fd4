"""Sessions opened with an app password: two tokens that look like JWTs, renewed by the second."""

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from publishers.sandbox import oauth
from publishers.sandbox.exchange import json_object
from publishers.sandbox.models import Account, Credential
from publishers.sandbox.platforms.bluesky import tokens
from publishers.sandbox.platforms.bluesky.actors import named
from publishers.sandbox.platforms.bluesky.errors import body_of, invalid, refused
from publishers.sandbox.twin import Asked, Tokens, answer

Kind = Credential.Kind
ACCESS = timedelta(minutes=120)
REFRESH = timedelta(days=90)
GRACE = timedelta(hours=2)


def create(asked: Asked) -> HttpResponse:
    body = body_of(asked, "identifier", "password")
    account = named(str(body["identifier"]))
    if account is None or not account.password or account.password != body["password"]:
        raise refused("AuthenticationRequired", "Invalid identifier or password", 401)
    return answer(_session(asked.request, account) | _tokens(opened(account)))


def refresh(asked: Asked) -> HttpResponse:
    if asked.request.body or asked.request.headers.get("Content-Type", "").startswith(
        "application"
    ):
        raise invalid("A request body was provided when none was expected")
    old = _credential(asked.request, Kind.REFRESH)
    if old.used_at and timezone.now() - old.used_at > GRACE:
        raise refused("ExpiredToken", "Token has been revoked")
    # Two at once: one makes the successor, the other waits for the row and is given the same.
    old = Credential.objects.select_for_update(of=("self",)).get(pk=old.pk)
    if old.successor is None:
        heir = tokens.issue(old.account, Kind.REFRESH, REFRESH)
        Credential.objects.filter(pk=old.pk).update(successor=heir, used_at=timezone.now())
        old.successor = heir
    access = tokens.issue(old.account, Kind.ACCESS, ACCESS)
    pair = {"accessJwt": access.value, "refreshJwt": old.successor.value}
    return answer(_session(asked.request, old.account) | pair)


def current(asked: Asked) -> HttpResponse:
    return answer(_session(asked.request, asked.who))


def identify(request: HttpRequest) -> Credential:
    return _credential(request, Kind.ACCESS)


def opened(account: Account) -> Tokens:
    access = tokens.issue(account, Kind.ACCESS, ACCESS)
    renewal = tokens.issue(account, Kind.REFRESH, REFRESH)
    return Tokens(access.value, renewal.value, int(ACCESS.total_seconds()))


def whose(request: HttpRequest) -> Account | None:
    body = json_object(request.body) or {}
    return named(str(body.get("identifier", "")))


def bearer_of(request: HttpRequest) -> Account | None:
    found = Credential.objects.filter(value=oauth.bearer(request)).select_related("account").first()
    return found.account if found else None


def _credential(request: HttpRequest, kind: Credential.Kind) -> Credential:
    if not request.headers.get("Authorization"):
        raise refused("AuthMissing", "Authentication Required", 401)
    rows = Credential.objects.select_related("account").filter(account__platform="bluesky", way="")
    found = rows.filter(value=oauth.bearer(request), kind=kind).first()
    if found is None:
        raise refused("InvalidToken", "Token could not be verified")
    if found.expires_at <= timezone.now() or found.revoked_at:
        reason = "Token has been revoked" if found.revoked_at else "Token has expired"
        raise refused("ExpiredToken", reason)
    return found


def _session(request: HttpRequest, account: Account) -> dict[str, Any]:
    endpoint = request.build_absolute_uri().partition("/xrpc/")[0]
    document = {
        "@context": ["https://www.w3.org/ns/did/v1"],
        "id": account.remote_id,
        "alsoKnownAs": [f"at://{account.handle}"],
        "service": [
            {
                "id": "#atproto_pds",
                "type": "AtprotoPersonalDataServer",
                "serviceEndpoint": endpoint,
            }
        ],
    }
    return {
        "did": account.remote_id,
        "didDoc": document,
        "handle": account.handle,
        "email": f"{account.handle.partition('.')[0]}@example.test",
        "emailConfirmed": True,
        "active": True,
    }


def _tokens(made: Tokens) -> dict[str, str]:
    return {"accessJwt": made.access, "refreshJwt": made.refresh}
