"""Does the platform still know us? Asked by a person's click, and before posts are due.

Called by the channels page, its task and the delivery room's preflight.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from notifications.live import announce
from publishers import registry, sessions
from publishers.contract import AppPassword, Reconnect, Rejected, TryLater
from publishers.models import Channel
from publishers.registrations import door_of
from publishers.sessions import Opened, Session

# What a platform said so lately needs not be asked again.
FRESH = timedelta(minutes=15)


def check(channel_id: int) -> Opened:
    """Ask the platform whether we may still post, and say so on the channel."""
    session = sessions.open_session(channel_id)
    if isinstance(session, Session):
        session = _asked(session)
    _note(channel_id, session)
    return session


def foresee(channel: Channel, due: datetime, *, ask: bool = True) -> Opened:
    """A session for what is due then: its token lasts, or cannot, and the platform honours it.

    The platform is asked once in a while, unless it is not to be bothered (`ask`). One that does
    not answer now says nothing against us.
    """
    session = sessions.opened(channel, due)
    if not isinstance(session, Session) or not session.lasts(due):
        return session
    if not ask or _is_fresh(session.channel):
        return session
    answer = _asked(session)
    if isinstance(answer, TryLater):
        Channel.objects.filter(pk=channel.pk).update(checked_at=timezone.now())
        return session
    _note(channel.pk, answer)
    return answer


def _is_fresh(channel: Channel) -> bool:
    heard = max(channel.checked_at or channel.connected_at, channel.grant.refreshed_at)
    return heard > timezone.now() - FRESH


def _asked(session: Session) -> Opened:
    if not isinstance(door_of(session.channel).auth, AppPassword):
        return _recognised(session)
    if session.channel.grant.refresh_token:
        return sessions.renew(session.channel.pk, session.version)
    return session


def _recognised(session: Session) -> Opened:
    """The account is still among those that our token opens; its name may have changed, and what it
    may do there.
    """
    channel = session.channel
    found = session.adapter.accounts()
    if isinstance(found, Reconnect):
        return sessions.renew(channel.pk, session.version)
    if isinstance(found, TryLater):
        return found
    if isinstance(found, Rejected):
        return TryLater(found.reason)
    for account in found:
        if account.remote_id == channel.remote_id:
            Channel.objects.filter(pk=channel.pk).update(
                kind=account.kind,
                handle=account.handle,
                name=account.name,
                avatar_url=account.avatar_url[:500],
            )
            # Whoever asked looks on with this session.
            channel.kind = account.kind
            return session
    # Platforms leave accounts out of the list for a while, too: this alone stops no post.
    name = registry.spec_for(channel.platform).name
    return TryLater(f"{name} does not list {channel.handle} among what we may post to.")


def _note(channel_id: int, found: Opened) -> None:
    """What a check found, for everybody who has the page open."""
    connected = Channel.objects.filter(pk=channel_id, state=Channel.State.CONNECTED)
    problem = "" if isinstance(found, Session) else found.reason[:500]
    with transaction.atomic():
        connected.update(checked_at=timezone.now(), problem=problem)
        team_id = Channel.objects.values_list("team_id", flat=True).get(pk=channel_id)
        announce(team_id, f"channel:{channel_id}", "channels")
