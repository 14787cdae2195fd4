"""Making simulated accounts and, for the demonstration and for tests, credentials that work."""

from collections.abc import Iterable

from publishers.sandbox import oauth, roster, trades
from publishers.sandbox.models import Account, Credential
from publishers.sandbox.registry import twin_for
from publishers.sandbox.twin import Tokens


def create(
    platform: str,
    handle: str,
    name: str = "",
    *,
    kind: str = "person",
    password: str = "",
    administrators: Iterable[Account] = (),
) -> Account:
    """The account of that handle; made now, with the others that are always there, if it is new."""
    twin = twin_for(platform)
    roster.of(twin).exists()
    account = roster.add(twin, handle, name, kind=Account.Kind(kind), password=password)
    account.administrators.add(*administrators)
    return account


def mint_tokens(account: Account, scopes: Iterable[str] = ()) -> Tokens:
    """Tokens as after a consent to `scopes` (all of them by default).

    For an organisation they are those of the first person who runs it.
    """
    twin = twin_for(account.platform)
    person = account.administrators.order_by("pk").first() or account
    if twin.oauth is None:
        return twin.open_session(person)
    asked = " ".join(scopes or twin.oauth.scopes)
    return oauth.issue(twin, person, asked, refresh=True, family=oauth.new_family())


def page_token(page: Account) -> str:
    """An organisation's own, as after a consent of the first person who runs it."""
    twin = twin_for(page.platform)
    person = oauth.known(twin, Credential.Kind.ACCESS, mint_tokens(page).access)
    assert person is not None
    return trades.of_page(twin, page, person)
