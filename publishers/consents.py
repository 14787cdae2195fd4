"""A consent under way, from the first click to the chosen accounts. Called by the connect pages.

Its row carries the one-time state and, between the platform's answer and the person's choice, the
tokens: encrypted, for ten minutes, readable only in the session that began it.
"""

import dataclasses
import hashlib
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone

from accounts.models import Membership, Team, User
from publishers import clients, crypto, oauth, registrations
from publishers.contract import Account, ApiKey, NotPublished, Rejected, Tokens, TryLater
from publishers.models import Channel, OAuthState
from publishers.registrations import Door

LIFETIME = timedelta(minutes=10)
KEPT = timedelta(days=1)
# What we are called on servers where we register ourselves.
NAME = "Drumbeat"
DENIED = frozenset({"access_denied", "user_cancelled_login", "user_cancelled_authorize"})


class NotConnected(Exception):
    """Nothing was connected. `title` says what happened, `advice` how to go on."""

    def __init__(
        self, title: str, advice: str, *, team: Team | None = None, status: int = 400
    ) -> None:
        super().__init__(title)
        self.title, self.advice, self.team, self.status = title, advice, team, status


@dataclass(frozen=True)
class Held:
    """What a consent gave: tokens, and the accounts they open."""

    tokens: Tokens
    accounts: tuple[Account, ...]


@dataclass(frozen=True)
class Answer:
    """What the platform sent along when it sent the person back."""

    state: str = field(repr=False)
    code: str = field(default="", repr=False)
    error: str = ""


def start(
    *, team: Team, user: User, session_key: str, door: Door, reconnects: Channel | None = None
) -> str | NotPublished:
    """The address to send the person to. On an account's own server we are registered first."""
    if door.oauth.hosts and not registrations.app_for(door).client_id:
        refused = _register(door)
        if refused is not None:
            return refused
    state, verifier = secrets.token_urlsafe(32), secrets.token_urlsafe(48)
    row = _new(team, user, session_key, door, reconnects, state)
    row.verifier = crypto.encrypt(verifier, row=row.row("verifier"))
    row.save()
    return oauth.authorize_url(door, state=state, verifier=verifier)


def _register(door: Door) -> NotPublished | None:
    adapter = clients.adapter_for(door, Account("", "", host=door.host))
    made = adapter.register(NAME, oauth.redirect_uri(door.platform))
    if not isinstance(made, tuple):
        return made
    registrations.store(door, client_id=made[0], client_secret=made[1])
    return None


def finish(*, platform: str, answer: Answer, user: User, session_key: str) -> OAuthState:
    """Check the state, trade the code for tokens and keep what they open on the consent's row."""
    row = _claim(platform, answer.state, user, session_key)
    door = Door(platform, row.way, row.host)
    name = door.spec.name
    if answer.error or not answer.code:
        raise _declined(row, name, answer.error)
    verifier = crypto.decrypt(row.verifier, row=row.row("verifier"))
    tokens = oauth.exchange(door, code=answer.code, verifier=verifier)
    if isinstance(tokens, Rejected) and door.registers:
        registrations.drop(door)  # Set up anew, it has forgotten us: the next attempt registers.
    if not isinstance(tokens, Tokens):
        raise _refused(row.team, name, tokens)
    missing = oauth.missing_scopes(door, tokens)
    if missing:
        oauth.revoke(door, tokens.access)
        raise NotConnected(
            f"{name} gave us only part of the access",
            f"Missing: {', '.join(missing)}. Nothing was connected, because posts could not be "
            "published. Connect again and leave every permission switched on.",
            team=row.team,
            status=403,
        )
    hold(row, tokens, _accounts(row.team, door, tokens))
    return row


def sign_in(*, door: Door, secret: str, identifier: str = "") -> Held | NotPublished:
    """Without a redirect: by an app password, which is not kept, or by a key, which is."""
    if isinstance(door.auth, ApiKey):
        return _by_key(door, secret)
    stranger = Account(remote_id="", handle=identifier, host=door.host)
    opened = clients.adapter_for(door, stranger).sign_in(identifier, secret)
    if not isinstance(opened, tuple):
        return opened
    account, tokens = opened
    return Held(tokens, (account,))


def _by_key(door: Door, key: str) -> Held | NotPublished:
    bearer = Account(remote_id="", handle="", host=door.host, token=key)
    found = clients.adapter_for(door, bearer).accounts()
    if not isinstance(found, list):
        return found
    if not found:
        return Rejected("This key opens no account that can be posted to. Make another one.")
    return Held(Tokens(access=key), _there(door, found))


def keep(
    held: Held,
    *,
    team: Team,
    user: User,
    session_key: str,
    door: Door,
    reconnects: Channel | None = None,
) -> OAuthState:
    """A consent that came without a redirect: born used, it only waits for the choice."""
    state = secrets.token_urlsafe(32)
    row = _new(team, user, session_key, door, reconnects, state)
    row.used_at = timezone.now()
    row.save()
    hold(row, held.tokens, held.accounts)
    return row


def hold(row: OAuthState, tokens: Tokens, accounts: tuple[Account, ...]) -> None:
    secret = json.dumps(
        {
            "tokens": dataclasses.asdict(tokens),
            "accounts": [dataclasses.asdict(account) for account in accounts],
        }
    )
    row.verifier, row.tokens = "", crypto.encrypt(secret, row=row.row("tokens"))
    row.save(update_fields=["verifier", "tokens"])


def held(row: OAuthState) -> Held:
    kept = json.loads(crypto.decrypt(row.tokens, row=row.row("tokens")))
    tokens = Tokens(**{**kept["tokens"], "scopes": tuple(kept["tokens"]["scopes"])})
    return Held(tokens, tuple(Account(**account) for account in kept["accounts"]))


def release(row: OAuthState) -> bool:
    """Forget the tokens. False when somebody was first: each consent is settled once."""
    return bool(OAuthState.objects.filter(pk=row.pk).exclude(tokens="").update(tokens=""))


def waiting(*, team: Team, user: User, session_key: str, pk: int) -> OAuthState | None:
    """The consent that this person, in this session, has still to choose from."""
    return (
        OAuthState.objects.for_team(team)
        .select_related("team", "reconnects")
        .filter(
            pk=pk,
            user=user,
            session_hash=_hash(session_key),
            used_at__gt=timezone.now() - LIFETIME,
        )
        .exclude(tokens="")
        .first()
    )


def forget() -> None:
    """Tokens nobody chose go after ten minutes, the rows after a day."""
    now = timezone.now()
    OAuthState.objects.filter(used_at__lt=now - LIFETIME).exclude(tokens="").update(tokens="")
    OAuthState.objects.filter(created_at__lt=now - KEPT).delete()


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _new(
    team: Team, user: User, session_key: str, door: Door, reconnects: Channel | None, state: str
) -> OAuthState:
    return OAuthState(
        team=team,
        user=user,
        session_hash=_hash(session_key),
        platform=door.platform,
        way=door.way,
        host=door.host,
        reconnects=reconnects,
        state_hash=_hash(state),
    )


def _claim(platform: str, state: str, user: User, session_key: str) -> OAuthState:
    """Use the state up. Whoever it was not made for gets one answer for every reason."""
    row = (
        OAuthState.objects.select_related("team", "reconnects")
        .filter(
            state_hash=_hash(state),
            platform=platform,
            user=user,
            session_hash=_hash(session_key),
            created_at__gt=timezone.now() - LIFETIME,
        )
        .first()
    )
    if row is None or not _may_connect(row.team, user):
        raise NotConnected(
            "This sign-in could not be matched to a request of yours",
            "It may have been started more than ten minutes ago, in another browser or by somebody "
            "else. Nothing was connected. Open Channels and connect again.",
        )
    if not OAuthState.objects.filter(pk=row.pk, used_at=None).update(used_at=timezone.now()):
        raise NotConnected(
            "This sign-in was already used",
            "Each one counts once. Have a look at Channels: the account may be there already. "
            "If it is not, connect again.",
            team=row.team,
        )
    return row


def _may_connect(team: Team, user: User) -> bool:
    membership = Membership.objects.for_team(team).filter(user=user).first()
    return membership is not None and membership.can("connect")


def _declined(row: OAuthState, name: str, error: str) -> NotConnected:
    if error in DENIED:
        return NotConnected(
            f"You chose not to allow Drumbeat on {name}",
            "Nothing was connected, and nothing else changed. You can connect whenever you like.",
            team=row.team,
            status=403,
        )
    return NotConnected(
        f"{name} did not let us in",
        "It reported a problem with the request, not with your account. Nothing was connected. "
        "Connect again; if this repeats, an administrator should look at this installation's "
        f"registration with {name}.",
        team=row.team,
    )


def _refused(team: Team, name: str, outcome: NotPublished) -> NotConnected:
    if isinstance(outcome, TryLater):
        return NotConnected(
            f"{name} could not be reached",
            "Nothing was connected. Wait a minute and connect again.",
            team=team,
            status=503,
        )
    if isinstance(outcome, Rejected):
        return NotConnected(
            f"{name} refused", f"Nothing was connected. {outcome.reason}", team=team, status=503
        )
    return NotConnected(
        f"{name} did not accept this sign-in",
        "It was too old or already used. Nothing was connected. Connect again.",
        team=team,
    )


def _accounts(team: Team, door: Door, tokens: Tokens) -> tuple[Account, ...]:
    name = door.spec.name
    bearer = Account(remote_id="", handle="", host=door.host, token=tokens.access)
    found = clients.adapter_for(door, bearer).accounts()
    if not isinstance(found, list):
        raise _refused(team, name, found)
    if not found:
        raise NotConnected(
            f"There is nothing to post to on {name}",
            "You signed in, but that account has no profile or page that it may post to. "
            "Nothing was connected. Sign in with another account.",
            team=team,
        )
    return _there(door, found)


def _there(door: Door, found: Sequence[Account]) -> tuple[Account, ...]:
    """The accounts, each on the server that was named."""
    return tuple(dataclasses.replace(one, host=one.host or door.host) for one in found)
