"""The demo's channels: Tidewater's account on each platform that takes what it writes.

Connected as a person would.
"""

from dataclasses import replace

from accounts.models import Team, User
from config.demo.wire import adapter_for
from publishers import registry
from publishers.contract import Account, AppPassword, OAuth2, Spec, Tokens
from publishers.models import Channel
from publishers.sandbox import accounts as sandbox
from publishers.sandbox import roster
from publishers.sandbox.models import Account as SandboxAccount
from publishers.sandbox.registry import twin_for
from publishers.services import connect


def platforms() -> list[Spec]:
    """Where each piece of the story is a post as it stands."""
    return [spec for spec in registry.specs() if spec.takes_words_alone]


def connect_all(team: Team, by: User) -> dict[int, Account]:
    """The account behind each channel, with its token, by channel id."""
    found = {}
    for spec in platforms():
        account, tokens = sign_in(spec.slug, _known_there(spec.slug, team.name))
        channel = connect(team=team, platform=spec.slug, account=account, tokens=tokens, by=by)
        found[channel.pk] = replace(account, token=account.token or tokens.access)
    return found


def sign_in(platform: str, known: SandboxAccount) -> tuple[Account, Tokens]:
    """As the connect page would: what the platform answers to an adapter."""
    auth = registry.spec_for(platform).auth
    if isinstance(auth, AppPassword):
        answer = adapter_for(platform, Account("", known.handle)).sign_in(
            known.handle, known.password
        )
        if not isinstance(answer, tuple):
            raise RuntimeError(f"{platform} refused the sign-in of {known}: {answer}")
        return answer
    asked = auth.scopes if isinstance(auth, OAuth2) else ()
    # What connecting asks for: to another set of rights a platform ends the older tokens.
    minted = sandbox.mint_tokens(known, asked)
    tokens = Tokens(minted.access, minted.refresh, minted.expires_in, minted.scopes)
    listed = adapter_for(platform, Account("", "", token=minted.access)).accounts()
    if not isinstance(listed, list):
        raise RuntimeError(f"{platform} did not list the accounts of {known}: {listed}")
    ours = [account for account in listed if account.name == known.name]
    return (ours or listed)[0], tokens


def _known_there(platform: str, name: str) -> SandboxAccount:
    """The organisation of that name where the platform knows such, else the person."""
    rows = roster.of(twin_for(platform)).filter(name=name)
    return rows.order_by("kind").first() or sandbox.create(platform, name.lower(), name)


def of(team: Team) -> list[Channel]:
    return list(Channel.objects.for_team(team).order_by("pk"))
