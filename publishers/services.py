"""Verbs on channels: connect, pause, disconnect, ask to reconnect. Called by pages and delivery."""

import uuid
from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone

from accounts import audit, permissions
from accounts.audit import About
from accounts.models import Team, User
from notifications.live import announce
from notifications.services import tell
from publishers import consents, crypto, instance, oauth, registry
from publishers.consents import Held, NotConnected
from publishers.contract import Account, Tokens
from publishers.models import Channel, Grant, OAuthState
from publishers.registrations import Door

WAITS = "Its posts wait until it is connected again."


# -- connecting


def connect(
    *,
    team: Team,
    platform: str,
    account: Account,
    tokens: Tokens,
    by: User,
    way: str = "",
    family: uuid.UUID | None = None,
) -> Channel:
    """Connect, or connect again: the same account keeps its row, and so its queue and history."""
    details = {
        "kind": account.kind,
        "host": account.host,
        "handle": account.handle,
        "name": account.name,
        "avatar_url": account.avatar_url[:500],
        "state": Channel.State.CONNECTED,
        "problem": "",
        "connected_by": by,
        "connected_at": timezone.now(),
        "checked_at": timezone.now(),
    }
    with transaction.atomic():
        channel, new = Channel.objects.for_team(team).update_or_create(
            team=team, platform=platform, remote_id=account.remote_id, defaults=details
        )
        _grant(channel, account, tokens, family=family or uuid.uuid4(), way=way)
        after = {"platform": platform, "account": account.handle, "scopes": list(tokens.scopes)}
        _say("channel.connect" if new else "channel.reconnect", channel, by=by, after=after)
        announce(team.pk, f"channel:{channel.pk}", "channels")
    return channel


def settle(row: OAuthState, by: User) -> list[Channel]:
    """Connect what needs no question; an empty list means that the person must choose.

    One account that nobody else has is connected at once. A reconnect takes the account it had and
    no other: a channel never changes whom it speaks for.
    """
    found = consents.held(row)
    if row.reconnects is not None:
        account = _same_account(row, row.reconnects, found)
        return choose(row, [account.remote_id], by)
    elsewhere = connected_elsewhere(row.team, row.platform, found.accounts)
    if len(found.accounts) == 1 and not elsewhere:
        return choose(row, [found.accounts[0].remote_id], by)
    return []


def choose(row: OAuthState, remote_ids: Sequence[str], by: User) -> list[Channel]:
    """Connect the chosen accounts and forget the consent."""
    found = consents.held(row)
    with transaction.atomic():
        if not consents.release(row):
            raise NotConnected(
                "This choice was already made",
                "Have a look at Channels to see what was connected.",
                team=row.team,
                status=409,
            )
        family = uuid.uuid4()
        return [
            connect(
                team=row.team,
                platform=row.platform,
                account=account,
                tokens=found.tokens,
                by=by,
                way=row.way,
                family=family,
            )
            for account in found.accounts
            if account.remote_id in remote_ids
        ]


def connected_elsewhere(team: Team, platform: str, accounts: Sequence[Account]) -> set[str]:
    """Which of these accounts another team on this server posts to as well.

    The one question here that looks across teams: only that it is so is told, never who.
    """
    return set(
        Channel.objects.exclude(team=team)
        .exclude(state=Channel.State.DISCONNECTED)
        .filter(platform=platform, remote_id__in=[account.remote_id for account in accounts])
        .values_list("remote_id", flat=True)
    )


def _same_account(row: OAuthState, channel: Channel, found: Held) -> Account:
    for account in found.accounts:
        if account.remote_id == channel.remote_id:
            return account
    consents.release(row)
    names = " and ".join(account.handle or account.name for account in found.accounts)
    platform = registry.spec_for(channel.platform).name
    raise NotConnected(
        f"You signed in as {names}, but this channel is {channel.handle}",
        f"Nothing was changed. Sign out on {platform}, sign in there as {channel.handle}, and "
        f"reconnect. To post as {names} too, connect it as a channel of its own.",
        team=row.team,
        status=409,
    )


def _grant(
    channel: Channel, account: Account, tokens: Tokens, *, family: uuid.UUID, way: str
) -> None:
    # A page that brought a token of its own has no use for the person's refresh token.
    own = bool(account.token) and account.token != tokens.access
    access = account.token if own else tokens.access
    refresh = "" if own else tokens.refresh
    expires_in = None if own else tokens.expires_in
    grant = Grant(channel=channel)
    fields = {
        "family": family,
        "access_token": crypto.encrypt(access, row=grant.row("access")),
        "refresh_token": crypto.encrypt(refresh, row=grant.row("refresh")) if refresh else "",
        "scopes": " ".join(tokens.scopes),
        "way": way,
        "expires_at": timezone.now() + timedelta(seconds=expires_in) if expires_in else None,
        "refreshed_at": timezone.now(),
        "refresh_lease_until": None,
        "warned_days": None,
        "subscribe_at": timezone.now(),
    }
    Grant.objects.update_or_create(
        channel=channel, defaults={**fields, "version": F("version") + 1}, create_defaults=fields
    )


# -- living with it


def pause(channel: Channel, *, paused: bool) -> None:
    with transaction.atomic():
        if Channel.objects.filter(pk=channel.pk).exclude(paused=paused).update(paused=paused):
            _say("channel.pause" if paused else "channel.resume", channel)
            announce(channel.team_id, f"channel:{channel.pk}", "channels")


def disconnect(channel: Channel) -> None:
    """Erase the tokens and keep the row: what was posted there stays known.

    The platform is asked to forget the token too, after our side is done and whatever it answers;
    not while another channel lives from the same consent, nor where the token is another
    installation's or the platform one that this version no longer has.
    """
    token, door = "", Door(channel.platform)
    with transaction.atomic():
        grant = Grant.objects.select_for_update().filter(channel=channel).first()
        if grant is not None:
            shared = Grant.objects.filter(family=grant.family).exclude(pk=grant.pk).exists()
            door = Door(channel.platform, grant.way, channel.host)
            silent = shared or instance.foreign() or channel.platform not in registry.ADAPTERS
            token = "" if silent else _readable(grant)
            grant.delete()
        if (
            Channel.objects.filter(pk=channel.pk)
            .exclude(state=Channel.State.DISCONNECTED)
            .update(state=Channel.State.DISCONNECTED, problem="")
        ):
            _say("channel.disconnect", channel)
            announce(channel.team_id, f"channel:{channel.pk}", "channels")
    if token:
        oauth.revoke(door, token)


def disconnect_all(problem: str) -> int:
    """Erase every token here and ask no platform: they go on being used elsewhere."""
    with transaction.atomic():
        Grant.objects.all().delete()
        OAuthState.objects.all().delete()
        connected = Channel.objects.exclude(state=Channel.State.DISCONNECTED)
        count = connected.update(state=Channel.State.DISCONNECTED, problem=problem)
        audit.write("channel.disconnect_all", team=None, after={"count": count})
        return count


def _say(
    verb: str, channel: Channel, *, by: User | None = None, after: audit.Facts | None = None
) -> None:
    about = About("channel", channel.pk, str(channel))
    audit.write(verb, team=channel.team_id, by=by, about=about, after=after)


def mark_reconnect(
    channel_id: int, reason: str, *, waiting: str = WAITS, version: int | None = None
) -> bool:
    """The platform ended our access: say so once, to everybody who can mend it.

    `version` is the grant that was refused; a newer one means that somebody mended it meanwhile.
    """
    channels = Channel.objects.filter(pk=channel_id, state=Channel.State.CONNECTED)
    if version is not None:
        channels = channels.filter(grant__version=version)
    with transaction.atomic():
        if not channels.update(state=Channel.State.RECONNECT, problem=reason[:500]):
            return False
        channel = Channel.objects.select_related("team").get(pk=channel_id)
        announce(channel.team_id, f"channel:{channel.pk}", "channels")
        url = reverse("publishers:channels", args=[channel.team.slug])
        data = {"channel": str(channel), "waiting": waiting, "reason": reason, "url": url}
        for user in who_can_connect(channel.team):
            tell(kind="channel_reconnect", team=channel.team, user=user, data=data)
    return True


def who_can_connect(team: Team) -> list[User]:
    roles = [role for role in permissions.MAY if permissions.allows(role, "connect")]
    return list(User.objects.filter(memberships__team=team, memberships__role__in=roles))


def _readable(grant: Grant) -> str:
    """The access token, or nothing: a channel can be disconnected although its key is lost."""
    try:
        return crypto.decrypt(grant.access_token, row=grant.row("access"))
    except (crypto.Unreadable, crypto.KeysMissing):
        return ""


def rotate_grants() -> int:
    """Write every token under the newest key. A row that changed meanwhile has it already."""
    rotated = 0
    for grant in Grant.objects.iterator():
        tokens = {
            name: crypto.rotate(ciphertext, row=grant.row(token))
            for name, token, ciphertext in (
                ("access_token", "access", grant.access_token),
                ("refresh_token", "refresh", grant.refresh_token),
            )
            if ciphertext
        }
        rotated += Grant.objects.filter(pk=grant.pk, version=grant.version).update(**tokens)
    return rotated
