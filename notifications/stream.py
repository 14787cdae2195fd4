"""One live stream (server-sent events): what was missed, then what happens, and a heartbeat.

Called by the view once team and person are known; holds no database connection while it waits.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable

from asgiref.sync import sync_to_async
from django.contrib.sessions.backends.db import SessionStore
from django.db import connections

from accounts.models import Membership
from notifications import queries
from notifications.hub import RIGHTS_EVERY, Listener, hub, open_streams
from notifications.queries import EVERYTHING, Event

HEARTBEAT = 15.0
READY_WITHIN = 5.0
RETRY_MS = 2000


async def events(membership: Membership, session_key: str, after: int | None) -> AsyncIterator[str]:
    """Ends when the right to see is gone or events may have been lost; the browser then comes back
    with the last id it saw, and reads what it missed."""
    open_streams[membership.user_id] += 1
    try:
        await _in_thread(lambda: None)
        async with hub().listen(membership.team_id) as listener:
            yield f"retry: {RETRY_MS}\n\n"
            await asyncio.wait_for(hub().listening.wait(), READY_WITHIN)
            missed = await _in_thread(lambda: queries.missed(membership.team, after))
            for event in missed:
                yield _text(event)
            async for text in _happening(listener, set(missed)):
                yield text
                if listener.lost or not await _rights(membership, session_key, listener):
                    return
    except TimeoutError:
        # No LISTEN connection: end, so that the browser polls until it can stream again.
        return
    finally:
        open_streams[membership.user_id] -= 1


async def _happening(listener: Listener, told: set[Event]) -> AsyncIterator[str]:
    while True:
        try:
            event = await asyncio.wait_for(listener.events.get(), HEARTBEAT)
        except TimeoutError:
            yield ": still here\n\n"
            continue
        if event is None:
            return
        if event not in told:
            yield _text(event)


async def _rights(membership: Membership, session_key: str, listener: Listener) -> bool:
    if time.monotonic() < listener.check_at:
        return True
    listener.check_at = time.monotonic() + RIGHTS_EVERY
    return await _in_thread(lambda: may_still_see(membership, session_key))


def may_still_see(membership: Membership, session_key: str) -> bool:
    """Signed in, active and still in the team."""
    return Membership.objects.filter(
        pk=membership.pk, user__is_active=True
    ).exists() and SessionStore().exists(session_key)


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
    if topic == EVERYTHING:
        # The empty message after it carries the id: browsers keep the last one they were told.
        return f'event: reset\ndata: {{}}\n\nid: {number}\ndata: {{"topics": []}}\n\n'
    return f"id: {number}\ndata: {json.dumps({'topic': topic, 'id': number})}\n\n"
