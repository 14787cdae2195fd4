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
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID, uuid4

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from publishers.sandbox.models import Account, ClientApp, Credential
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
    redirect_uris: tuple[str, ...] = ()


def rules(twin: Twin, way: str = "") -> OAuth:
    """Of the front door, or of another one by its name."""
    rule = twin.other_ways[way] if way else twin.oauth
    if rule is None:
        raise LookupError(f"{twin.name} has no OAuth")
    return rule


def registered(slug: str, way: str = "") -> Registration:
    door = f"_{way.upper()}" if way else ""
    prefix = f"{settings.PLATFORM_ENV_PREFIX}{slug.upper()}{door}"
    return Registration(
        os.environ.get(f"{prefix}_CLIENT_ID", "drumbeat"),
        os.environ.get(f"{prefix}_CLIENT_SECRET", "sandbox"),
    )


def app_of(twin: Twin, client_id: str, way: str = "") -> Registration | None:
    """The app of that id: the one that is known, or where apps register themselves, one of them."""
    if rules(twin, way).registers:
        row = ClientApp.objects.filter(platform=twin.slug, client_id=client_id).first()
        return (
            Registration(row.client_id, row.client_secret, (*row.redirect_uris,)) if row else None
        )
    known = registered(twin.slug, way)
    return known if client_id == known.client_id else None


# -- the question


def unsafe(twin: Twin, request: HttpRequest, way: str = "") -> str:
    """Why this request for consent must not be redirected back, or nothing."""
    query, key = request.GET, rules(twin, way).client_key
    target = urlsplit(query.get("redirect_uri", ""))
    origins = {settings.SITE_URL, f"{request.scheme}://{request.get_host()}"}
    app = app_of(twin, query.get(key, ""), way)
    if app is None:
        return f"No app is registered under this {key}."
    if app.redirect_uris and query.get("redirect_uri") not in app.redirect_uris:
        return "The redirect_uri is not one that the app registered."
    if f"{target.scheme}://{target.netloc}" not in origins or not target.path.endswith(
        "/callback/"
    ):
        return "The redirect_uri is not one that the app registered."
    if target.query or target.fragment:
        return "The redirect_uri must be exactly the registered one, without a query."
    return ""


def asked_scopes(twin: Twin, query: Mapping[str, str], way: str = "") -> list[str]:
    separator = rules(twin, way).separator
    return query.get("scope", "").replace(separator, " ").split()


def mistake(twin: Twin, query: Mapping[str, str], way: str = "") -> str:
    """The error code to send back at once for a request that could never be granted, or nothing."""
    rule, asked = rules(twin, way), asked_scopes(twin, query, way)
    if query.get("response_type") != "code":
        return "unsupported_response_type"
    if len(query.get("state", "")) > 500 or (rule.needs_state and not query.get("state")):
        return "invalid_request"
    if not asked or any(scope not in rule.scopes for scope in asked):
        return rule.bad_scope
    challenged = query.get("code_challenge") or query.get("code_challenge_method")
    if (rule.pkce or challenged) and not (
        query.get("code_challenge") and query.get("code_challenge_method") in ("S256", "plain")
    ):
        return "invalid_request"
    return ""


def back(query: Mapping[str, str], **result: str) -> str:
    """The address to return the person to."""
    state = {"state": query["state"]} if query.get("state") else {}
    return f"{query['redirect_uri']}?{urlencode({**result, **state})}"


def grant_code(twin: Twin, account: Account, query: Mapping[str, str], way: str = "") -> str:
    rule = rules(twin, way)
    return _issue(
        Credential(
            account=account,
            kind=Kind.CODE,
            scopes=" ".join(asked_scopes(twin, query, way)),
            client_id=query[rule.client_key],
            way=way,
            redirect_uri=query["redirect_uri"],
            challenge=query.get("code_challenge", ""),
            challenge_method=query.get("code_challenge_method", ""),
        ),
        rule.code_seconds,
    ).value


# -- the exchange


def whose(request: HttpRequest) -> Account | None:
    """The account that a request to the token endpoint is about."""
    names = ("code", "refresh_token", "access_token")
    value = next((form[n] for form in (request.POST, request.GET) for n in names if n in form), "")
    found = Credential.objects.filter(value=value).select_related("account").first()
    return found.account if found else None


def redeem(twin: Twin, form: Mapping[str, str], way: str = "") -> Credential:
    """The code of this exchange, used up by it."""
    rule, code = rules(twin, way), _find(twin, Kind.CODE, form.get("code", ""))
    if code is None or form.get(rule.client_key, code.client_id) != code.client_id:
        raise BadGrant("invalid_request", "Value passed for the authorization code was invalid.")
    if form.get("redirect_uri") != code.redirect_uri or code.way != way:
        raise BadGrant("invalid_request", "Value passed for the redirect uri did not match.")
    if (rule.pkce or code.challenge) and not _proves(form.get("code_verifier", ""), code):
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


def exchanged(twin: Twin, form: Mapping[str, str], way: str = "") -> Tokens:
    """What a token endpoint hands out for a code or a refresh token, as the rules say.

    Twins put it into their own words and nesting (`granted`). Raises BadGrant.
    """
    rule = rules(twin, way)
    renewing = form.get("grant_type") == "refresh_token"
    if not renewing:
        old = redeem(twin, form, way)
    elif rule.renewal == "rotates":
        old = rotate(twin, form.get("refresh_token", ""))
    elif rule.renewal == "lasts":
        old = lasting(twin, form.get("refresh_token", ""))
    else:
        raise BadGrant("unsupported_grant_type", "Tokens are not refreshed here.")
    renewable = rule.renewal == "rotates" or (rule.renewal == "lasts" and not renewing)
    return issue(twin, old.account, old.scopes, refresh=renewable, family=old.family, way=old.way)


def issue(
    twin: Twin,
    account: Account,
    scopes: str,
    *,
    refresh: bool,
    family: UUID,
    way: str = "",
    seconds: int | None = None,
) -> Tokens:
    """`seconds` the access token lives, else as the rules say."""
    rule = rules(twin, way)
    lives = rule.access_seconds if seconds is None else seconds
    common: dict[str, Any] = {"account": account, "scopes": scopes, "family": family, "way": way}
    access = _issue(Credential(kind=Kind.ACCESS, **common), lives)
    renewal = ""
    if refresh:
        renewal = _issue(Credential(kind=Kind.REFRESH, **common), rule.refresh_seconds).value
    return Tokens(access.value, renewal, lives, tuple(scopes.split()))


def granted(tokens: Tokens) -> dict[str, Any]:
    """The answer of RFC 6749 5.1, for a twin to rename and nest."""
    data: dict[str, Any] = {
        "access_token": tokens.access,
        "token_type": "bearer",
        "expires_in": tokens.expires_in,
        "scope": " ".join(tokens.scopes),
    }
    return data | ({"refresh_token": tokens.refresh} if tokens.refresh else {})


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
