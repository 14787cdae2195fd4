"""A channel's live adapter: opens its grant, renews it in time, hands over the guarded client.

Called by the delivery room, the refresh tick and standing.py. Nothing here holds a
transaction while the network is asked: one process takes a lease on the grant by compare-and-swap
and renews, the others wait for what it stores.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from publishers import clients, crypto, instance, oauth, registry
from publishers.contract import Account, Adapter, OAuth2, Reconnect, Rejected, Tokens, TryLater
from publishers.models import Channel, Grant
from publishers.registrations import door_of
from publishers.services import mark_reconnect

EARLY = timedelta(minutes=5)
AHEAD = timedelta(minutes=30)
LEASE = timedelta(seconds=90)  # longer than the client's longest request
PATIENCE = 10.0
PAUSE = 0.2


@dataclass(frozen=True)
class Session:
    """`version` is the grant behind the adapter: name it when the platform refuses the token."""

    channel: Channel
    adapter: Adapter
    version: int

    def lasts(self, until: datetime) -> bool:
        ends = self.channel.grant.expires_at
        return ends is None or ends > until


type Opened = Session | Reconnect | TryLater


def open_session(channel_id: int) -> Opened:
    """An adapter that is signed in, with at least a few minutes before its token ends."""
    return opened(_channel(channel_id))


def opened(channel: Channel, until: datetime | None = None) -> Opened:
    """The same for a channel that has just been read, with its grant.

    `until`: a few minutes from then on; a token that ends sooner is renewed now if it can be.
    """
    closed = _closed(channel)
    if closed is not None:
        return closed
    grant, needed = channel.grant, max(until or timezone.now(), timezone.now()) + EARLY
    if grant.expires_at is None or grant.expires_at > needed:
        return _session(channel)
    if grant.refresh_token:
        renewed = _renewed(channel)
        if isinstance(renewed, TryLater) and grant.expires_at > timezone.now():
            return _session(channel)
        return renewed
    if grant.expires_at > timezone.now():
        return _session(channel)
    return _lost(channel, f"{_name(channel)} access ended and cannot be renewed without you.")


def renew(channel_id: int, version: int | None = None) -> Opened:
    """After a refused token: a session with another one. `version` names the refused grant."""
    channel = _channel(channel_id)
    closed = _closed(channel)
    if closed is not None:
        return closed
    if version is not None and channel.grant.version != version:
        return _session(channel)
    if not channel.grant.refresh_token:
        return _lost(channel, f"{_name(channel)} ended our access.")
    return _renewed(channel)


def refresh_due() -> None:
    """Renew what ends within half an hour, so that no post waits for it."""
    if instance.foreign():
        return
    now = timezone.now()
    due = (
        Grant.objects.filter(channel__state=Channel.State.CONNECTED, expires_at__lt=now + AHEAD)
        .filter(refreshed_at__lt=now - EARLY)
        .exclude(refresh_token="")
        .exclude(refresh_lease_until__gt=now)
    )
    for channel_id in due.order_by("expires_at").values_list("channel_id", flat=True):
        channel = _channel(channel_id)
        ends = channel.grant.expires_at if _closed(channel) is None else None
        if ends is not None and ends < timezone.now() + AHEAD:
            _renewed(channel)


# -- reading


def _channel(channel_id: int) -> Channel:
    return Channel.objects.select_related("grant").get(pk=channel_id)


def _closed(channel: Channel) -> Reconnect | None:
    if channel.platform not in registry.ADAPTERS:
        return Reconnect(f"This version of Drumbeat does not know {channel.platform}.")
    if channel.state == Channel.State.RECONNECT:
        return Reconnect(channel.problem or f"{channel} must be connected again.")
    if channel.state == Channel.State.DISCONNECTED or not hasattr(channel, "grant"):
        return Reconnect(f"{channel} was disconnected.")
    return None


def _session(channel: Channel) -> Opened:
    try:
        token = crypto.decrypt(channel.grant.access_token, row=channel.grant.row("access"))
    except (crypto.Unreadable, crypto.KeysMissing) as error:
        # A key may have been left out by mistake: nobody has to sign in again for that.
        return TryLater(f"The stored access of {channel} cannot be read. {error}")
    account = Account(
        remote_id=channel.remote_id,
        handle=channel.handle,
        name=channel.name,
        kind=channel.kind,
        host=channel.host,
        avatar_url=channel.avatar_url,
        token=token,
    )
    adapter = clients.adapter_for(door_of(channel), account)
    return Session(channel, adapter, channel.grant.version)


def _name(channel: Channel) -> str:
    return registry.spec_for(channel.platform).name


# -- renewing


def _renewed(channel: Channel) -> Opened:
    if reason := instance.foreign():
        return TryLater(reason)
    seen = channel.grant
    lease = timezone.now() + LEASE
    lead = Grant.objects.filter(family=seen.family).order_by("pk").values("pk")[:1]
    free = Q(refresh_lease_until=None) | Q(refresh_lease_until__lt=timezone.now())
    taken = Grant.objects.filter(free, pk__in=lead, version=seen.version).update(
        refresh_lease_until=lease
    )
    if not taken:
        return _await(channel)
    try:
        outcome = _ask(channel)
        if isinstance(outcome, Tokens):
            _store(seen, outcome)
    finally:
        Grant.objects.filter(family=seen.family, refresh_lease_until=lease).update(
            refresh_lease_until=None
        )
    return _after(channel, outcome)


def _ask(channel: Channel) -> Tokens | TryLater | Rejected | Reconnect:
    try:
        refresh_token = crypto.decrypt(
            channel.grant.refresh_token, row=channel.grant.row("refresh")
        )
    except (crypto.Unreadable, crypto.KeysMissing) as error:
        return TryLater(f"The stored access of {channel} cannot be read. {error}")
    door = door_of(channel)
    if isinstance(door.auth, OAuth2) and door.auth.renews == "token":
        return oauth.refresh(door, refresh_token)
    account = Account(remote_id=channel.remote_id, handle=channel.handle, host=channel.host)
    return clients.adapter_for(door, account).refresh(refresh_token)


def _store(seen: Grant, tokens: Tokens) -> None:
    """Both tokens at once, on every channel of the consent; not over a newer sign-in."""
    ends = timezone.now() + timedelta(seconds=tokens.expires_in) if tokens.expires_in else None
    with transaction.atomic():
        family = Grant.objects.select_for_update().filter(family=seen.family, version=seen.version)
        for grant in family.order_by("pk"):
            fields = {"access_token": crypto.encrypt(tokens.access, row=grant.row("access"))}
            if tokens.refresh:
                fields["refresh_token"] = crypto.encrypt(tokens.refresh, row=grant.row("refresh"))
            Grant.objects.filter(pk=grant.pk).update(
                **fields,
                expires_at=ends,
                refreshed_at=timezone.now(),
                version=F("version") + 1,
            )


def _after(channel: Channel, outcome: Tokens | TryLater | Rejected | Reconnect) -> Opened:
    current = _channel(channel.pk)
    closed = _closed(current)
    if closed is not None:
        return closed
    if current.grant.version != channel.grant.version:
        return _session(current)
    if isinstance(outcome, Reconnect):
        return _lost(channel, outcome.reason)
    if isinstance(outcome, Rejected):
        # The installation's registration is refused, not this account: nobody has to sign in.
        return TryLater(outcome.reason)
    return outcome if isinstance(outcome, TryLater) else TryLater(f"{channel} is being renewed.")


def _await(channel: Channel) -> Opened:
    """Somebody else renews: take what they store, or what became of it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        # The lease first: tokens are stored before it is given back.
        leased = _leased(channel.grant)
        current = _channel(channel.pk)
        closed = _closed(current)
        if closed is not None:
            return closed
        if current.grant.version != channel.grant.version:
            return _session(current)
        if not leased:
            break
        time.sleep(PAUSE)
    return TryLater(f"The access of {channel} is being renewed.", after=15)


def _leased(grant: Grant) -> bool:
    return Grant.objects.filter(
        family=grant.family, refresh_lease_until__gt=timezone.now()
    ).exists()


def _lost(channel: Channel, reason: str) -> Reconnect:
    """Everything that lived from this consent must be signed in again."""
    family = Grant.objects.filter(family=channel.grant.family, version=channel.grant.version)
    for channel_id in list(family.values_list("channel_id", flat=True)):
        mark_reconnect(channel_id, reason, version=channel.grant.version)
    return Reconnect(reason)
