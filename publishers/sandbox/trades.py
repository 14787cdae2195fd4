"""Tokens for tokens: longer ones, and those of the organisations that a person runs."""

from publishers.sandbox import oauth
from publishers.sandbox.models import Account, Credential
from publishers.sandbox.twin import FOREVER, Tokens, Twin


def lengthened(twin: Twin, value: str, seconds: int) -> Tokens:
    """A token for a live token, of the same rights and so many seconds: traded for a longer one, or
    renewed by showing itself. The old one lives to its own end. Raises BadGrant.
    """
    old = oauth.known(twin, Credential.Kind.ACCESS, value)
    if old is None:
        raise oauth.BadGrant("invalid_token", "The access token is invalid or has expired.")
    return oauth.issue(
        twin,
        old.account,
        old.scopes,
        refresh=False,
        family=old.family,
        way=old.way,
        seconds=seconds,
    )


def of_page(twin: Twin, page: Account, person: Credential, seconds: int = FOREVER) -> str:
    """The token of an organisation that the person of this token runs: one for each consent, which
    ends with it.
    """
    rows = Credential.objects.live().filter(
        account=page, kind=Credential.Kind.ACCESS, family=person.family
    )
    if found := rows.first():
        return found.value
    tokens = oauth.issue(
        twin,
        page,
        person.scopes,
        refresh=False,
        family=person.family,
        way=person.way,
        seconds=seconds,
    )
    return tokens.access
