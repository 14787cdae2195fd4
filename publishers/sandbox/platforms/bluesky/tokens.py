"""Tokens that look like JWTs: of sessions, and passes for other services."""

import base64
import json
import secrets
from datetime import timedelta

from django.utils import timezone

from publishers.sandbox.models import Account, Credential

Kind = Credential.Kind
# Credential.way of what is no session.
PASS = "pass"
# What a JWT of each kind says of itself, and what it is for.
KINDS = {
    Kind.ACCESS: ("at+jwt", "com.atproto.appPass"),
    Kind.REFRESH: ("refresh+jwt", "com.atproto.refresh"),
}


def issue(
    account: Account, kind: Credential.Kind, lasts: timedelta, *, way: str = "", **fields: str
) -> Credential:
    now = timezone.now()
    claims: dict[str, str | int] = {
        "iat": int(now.timestamp()),
        "exp": int((now + lasts).timestamp()),
        "jti": secrets.token_urlsafe(16),
    }
    if way == PASS:
        typ, said = "JWT", {"aud": fields["client_id"], "lxm": fields["scopes"]}
        claims |= {"iss": account.remote_id, **said}
    else:
        typ, scope = KINDS[kind]
        claims |= {"sub": account.remote_id, "scope": scope}
    parts = [_b64(json.dumps(part).encode()) for part in ({"typ": typ, "alg": "HS256"}, claims)]
    value = ".".join([*parts, _b64(secrets.token_bytes(32))])
    return Credential.objects.create(
        account=account, kind=kind, value=value, expires_at=now + lasts, way=way, **fields
    )


def _b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
