"""Passes: by them other services act for an account, each for one method and one listener."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from publishers.sandbox import oauth
from publishers.sandbox.models import Credential
from publishers.sandbox.platforms.bluesky import tokens
from publishers.sandbox.platforms.bluesky.errors import params_of, refused
from publishers.sandbox.twin import Asked, answer

USUAL, LONGEST = 60, 3600


def give(asked: Asked) -> HttpResponse:
    params = params_of(asked, "aud")
    now = int(timezone.now().timestamp())
    lxm, exp = params.get("lxm", ""), params.get("exp", str(now + USUAL))
    if not exp.isdecimal():
        raise refused("InvalidRequest", f"Expected integer value type (got {exp!r}) at $.exp")
    seconds = int(exp) - now
    if seconds <= 0:
        raise refused("BadExpiration", "expiration is in past")
    if seconds > LONGEST:
        message = "cannot request a token with an expiration more than an hour in the future"
        raise refused("BadExpiration", message)
    if not lxm and seconds > USUAL:
        message = "cannot request a method-less token with an expiration more than a minute in "
        raise refused("BadExpiration", f"{message}the future")
    made = tokens.issue(
        asked.who,
        Credential.Kind.ACCESS,
        timedelta(seconds=seconds),
        way=tokens.PASS,
        scopes=lxm,
        client_id=params["aud"][:100],
    )
    return answer({"token": made.value})


def shown(request: HttpRequest, audience: str, method: str) -> Credential:
    """The pass that a request to this listener carries, if it is one for this method."""
    rows = Credential.objects.live().filter(way=tokens.PASS, account__platform="bluesky")
    found = rows.filter(value=oauth.bearer(request)).select_related("account").first()
    if found is None:
        raise refused("AuthRequired", "could not verify the token", 401)
    if found.client_id != audience:
        raise refused("BadJwtAudience", "jwt audience does not match service did", 401)
    if found.scopes != method:
        raise refused("BadJwtLexiconMethod", f'bad jwt lexicon method ("lxm"), want {method}', 401)
    return found
