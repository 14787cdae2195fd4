"""OAuth 2 as the simulated platforms grant it: consent, one-time codes, tokens that rotate.

Platforms answer differently to the same mistake, so the functions raise `BadGrant` and each twin
puts it into its own words.
"""

import base64
import hashlib
import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from publishers.sandbox.models import Account, Credential
from publishers.sandbox.twin import OAuth, Tokens, Twin

Kind = Credential.Kind


class BadGrant(Exception):
    """`code` as in RFC 6749; the text is for the person who reads the log."""

    def __init__(self, code: str, description: str) -> None:
        super().__init__(description)
        self.code, self.description = code, description


@dataclass(frozen=True)
class Registration:
    """What the developer portal of the platform would know of Drumbeat."""

    client_id: str
    client_secret: str


def rules(twin: Twin) -> OAuth:
    if twin.oauth is None:
        raise LookupError(f"{twin.name} has no OAuth")
    return twin.oauth


def registered(slug: str) -> Registration:
    prefix = f"{settings.PLATFORM_ENV_PREFIX}{slug.upper()}"
    return Registration(
        os.environ.get(f"{prefix}_CLIENT_ID", "drumbeat"),
        os.environ.get(f"{prefix}_CLIENT_SECRET", "sandbox"),
    )


# -- the question


def unsafe(twin: Twin, request: HttpRequest) -> str:
    """Why this request for consent must not be redirected back, or nothing."""
    query = request.GET
    target = urlsplit(query.get("redirect_uri", ""))
    origins = {settings.SITE_URL, f"{request.scheme}://{request.get_host()}"}
    if query.get("client_id") != registered(twin.slug).client_id:
        return "No app is registered under this client_id."
    if f"{target.scheme}://{target.netloc}" not in origins or not target.path.endswith(
        "/callback/"
    ):
        return "The redirect_uri is not one that the app registered."
    if target.query or target.fragment:
        return "The redirect_uri must be exactly the registered one, without a query."
    return ""


def mistake(twin: Twin, query: Mapping[str, str]) -> str:
    """The error code to send back at once for a request that could never be granted, or nothing."""
    rule, asked = rules(twin), query.get("scope", "").split()
    if query.get("response_type") != "code":
        return "unsupported_response_type"
    if not query.get("state") or len(query["state"]) > 500:
        return "invalid_request"
    if not asked or any(scope not in rule.scopes for scope in asked):
        return rule.bad_scope
    if rule.pkce and not (
        query.get("code_challenge") and query.get("code_challenge_method") in ("S256", "plain")
    ):
        return "invalid_request"
    return ""


def back(query: Mapping[str, str], **result: str) -> str:
    """The address to return the person to."""
    return f"{query['redirect_uri']}?{urlencode({**result, 'state': query.get('state', '')})}"


def grant_code(twin: Twin, account: Account, query: Mapping[str, str]) -> str:
    return _issue(
        Credential(
            account=account,
            kind=Kind.CODE,
            scopes=" ".join(query["scope"].split()),
            client_id=query["client_id"],
            redirect_uri=query["redirect_uri"],
            challenge=query.get("code_challenge", ""),
            challenge_method=query.get("code_challenge_method", ""),
        ),
        rules(twin).code_seconds,
    ).value


# -- the exchange


def whose(request: HttpRequest) -> Account | None:
    """The account that a request to the token endpoint is about."""
    value = request.POST.get("code") or request.POST.get("refresh_token") or ""
    found = Credential.objects.filter(value=value).select_related("account").first()
    return found.account if found else None


def redeem(twin: Twin, form: Mapping[str, str]) -> Credential:
    """The code of this exchange, used up by it."""
    code = _find(twin, Kind.CODE, form.get("code", ""))
    if code is None or form.get("client_id", code.client_id) != code.client_id:
        raise BadGrant("invalid_request", "Value passed for the authorization code was invalid.")
    if form.get("redirect_uri") != code.redirect_uri:
        raise BadGrant("invalid_request", "Value passed for the redirect uri did not match.")
    if rules(twin).pkce and not _proves(form.get("code_verifier", ""), code):
        raise BadGrant("invalid_request", "Value passed for the code verifier did not match.")
    if not Credential.objects.live().filter(pk=code.pk).use_up():
        raise BadGrant("invalid_request", "Value passed for the authorization code was invalid.")
    return code


def rotate(twin: Twin, value: str) -> Credential:
    """The refresh token of this exchange; whoever comes second with it gets nothing."""
    token = _find(twin, Kind.REFRESH, value)
    if token is None or not Credential.objects.live().filter(pk=token.pk).use_up():
        raise BadGrant("invalid_request", "Value passed for the token was invalid.")
    return token


def lasting(twin: Twin, value: str) -> Credential:
    """A refresh token that stays good after use."""
    token = _find(twin, Kind.REFRESH, value)
    if token is None or token.expires_at <= timezone.now() or token.revoked_at:
        raise BadGrant(
            "invalid_grant", "The provided refresh token is invalid, expired or revoked."
        )
    return token


def issue(twin: Twin, account: Account, scopes: str, *, refresh: bool, family: UUID) -> Tokens:
    rule = rules(twin)
    access = Credential(account=account, kind=Kind.ACCESS, scopes=scopes, family=family)
    _issue(access, rule.access_seconds)
    renewal = ""
    if refresh:
        again = Credential(account=account, kind=Kind.REFRESH, scopes=scopes, family=family)
        renewal = _issue(again, rule.refresh_seconds).value
    return Tokens(access.value, renewal, rule.access_seconds, tuple(scopes.split()))


def revoke(twin: Twin, value: str) -> None:
    """A revoked token takes everything of the same consent with it."""
    found = Credential.objects.filter(value=value, account__platform=twin.slug).first()
    if found:
        Credential.objects.filter(family=found.family).update(revoked_at=timezone.now())


def new_family() -> UUID:
    return uuid4()


def bearer(request: HttpRequest) -> str:
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    return value.strip() if kind.lower() == "bearer" else ""


def basic(request: HttpRequest) -> Registration | None:
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    if kind.lower() != "basic":
        return None
    try:
        client_id, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
    except ValueError:
        return None
    return Registration(client_id, secret)


def known(twin: Twin, kind: Credential.Kind, value: str) -> Credential | None:
    """The credential of that value if it is still good."""
    found = _find(twin, kind, value)
    good = found and not found.revoked_at and found.expires_at > timezone.now()
    return found if good else None


def _find(twin: Twin, kind: Credential.Kind, value: str) -> Credential | None:
    rows = Credential.objects.select_related("account")
    return rows.filter(kind=kind, value=value, account__platform=twin.slug).first()


def _issue(credential: Credential, seconds: int) -> Credential:
    credential.value = secrets.token_urlsafe(48)
    credential.expires_at = timezone.now() + timedelta(seconds=seconds)
    credential.save(force_insert=True)
    return credential


def _proves(verifier: str, code: Credential) -> bool:
    if code.challenge_method == "S256":
        digest = hashlib.sha256(verifier.encode()).digest()
        verifier = base64.urlsafe_b64encode(digest).decode().rstrip("=")
    return bool(verifier) and secrets.compare_digest(verifier, code.challenge)
