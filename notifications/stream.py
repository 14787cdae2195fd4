"""One live stream (server-sent events): what was missed, then what happens, and a heartbeat.

Called by the view once team and person are known; holds no database connection while it waits.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable

from asgiref.sync import sync_to_async
from django.conf import settings
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from accounts.models import Membership
from notifications import queries
from notifications.hub import Listener, hub, open_streams
from notifications.queries import AsOf, Event

HEARTBEAT = 15.0
READY_WITHIN = 5.0
RETRY_MS = 2000


async def events(
    membership: Membership, session_key: str, since: int | AsOf | None
) -> AsyncIterator[str]:
    """Ends when the right to see is gone or events may have been lost; the browser then comes back
    with the last id it saw, and reads what it missed."""
    open_streams[membership.user_id] += 1
    try:
        async with hub().listen(membership.team_id) as listener:
            yield f"retry: {RETRY_MS}\n\n"
            # Without a LISTEN connection the stream ends, and the browser polls until there is one.
            await asyncio.wait_for(hub().listening.wait(), READY_WITHIN)
            missed = await _in_thread(lambda: queries.missed(membership.team, since))
            for event in missed:
                yield _text(event)
            async for text in _happening(listener, set(missed), membership, session_key):
                yield text
    except TimeoutError:
        return
    finally:
        open_streams[membership.user_id] -= 1


async def _happening(
    listener: Listener, told: set[Event], membership: Membership, session_key: str
) -> AsyncIterator[str]:
    every = settings.LIVE_RIGHTS_SECONDS
    asked = time.monotonic()
    while not listener.lost:
        try:
            event = await asyncio.wait_for(listener.events.get(), min(HEARTBEAT, every))
        except TimeoutError:
            yield ": still here\n\n"
        else:
            if event is not None and event not in told:
                yield _text(event)
        if time.monotonic() - asked >= every:
            asked = time.monotonic()
            if not await _in_thread(lambda: may_still_see(membership, session_key)):
                return


def may_still_see(membership: Membership, session_key: str) -> bool:
    """Signed in, active and still in the team."""
    mine = Membership.objects.filter(pk=membership.pk, user__is_active=True)
    return mine.exists() and SessionStore().exists(session_key)


async def _in_thread[T](read: Callable[[], T]) -> T:
    """Reads, then gives the database connection back: the stream may stay open for hours."""

    def run() -> T:
        try:
            return read()
        finally:
            connections.close_all()

    return await sync_to_async(run)()


def _text(event: Event) -> str:
    number, topic = event
    return f"id: {number}\ndata: {json.dumps({'topic': topic, 'id': number})}\n\n"
