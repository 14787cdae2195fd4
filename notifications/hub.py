"""One LISTEN connection per event loop of the web server, fanned out to the open streams.

A stream that listened for itself would hold a database connection for as long as the page is open.
"""

import asyncio
import json
import logging
import random
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakKeyDictionary

import psycopg
from django.db import DEFAULT_DB_ALIAS, connections

from notifications.live import CHANNEL

logger = logging.getLogger(__name__)

QUEUE_SIZE = 1000
PING_EVERY = 20.0
LONGEST_PAUSE = 10.0

type Event = tuple[int, str]


@dataclass(eq=False)
class Listener:
    """What one stream waits on. `lost`: events went by. None wakes a stream that waits."""

    team_id: int
    events: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue(QUEUE_SIZE))
    lost: bool = False

    def offer(self, event: Event | None) -> None:
        self.lost = self.lost or event is None
        try:
            self.events.put_nowait(event)
        except asyncio.QueueFull:
            self.lost = True


class Hub:
    def __init__(self) -> None:
        self.listeners: dict[int, set[Listener]] = {}
        self.listening = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def listen(self, team_id: int) -> AsyncIterator[Listener]:
        """Joins before it waits, so that nothing falls between what is read and what is heard."""
        listener = Listener(team_id)
        self.listeners.setdefault(team_id, set()).add(listener)
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._run())
        try:
            yield listener
        finally:
            self.listeners[team_id].discard(listener)
            if not self.listeners[team_id]:
                del self.listeners[team_id]

    async def _run(self) -> None:
        pause = 0.1
        while True:
            try:
                async with await self._connect() as connection:
                    pause = 0.1
                    await self._hear(connection)
            except (psycopg.Error, OSError) as broken:
                logger.warning("live_connection_lost", extra={"error": type(broken).__name__})
            self.listening.clear()
            self._everybody_lost()
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _connect(self) -> psycopg.AsyncConnection[Any]:
        given = connections[DEFAULT_DB_ALIAS].get_connection_params()
        own = {"cursor_factory", "context", "prepare_threshold"}
        wanted = {name: value for name, value in given.items() if name not in own}
        return await psycopg.AsyncConnection.connect(**wanted, autocommit=True)

    async def _hear(self, connection: psycopg.AsyncConnection[Any]) -> None:
        """Until the connection breaks, which a silent network only shows when it is asked."""
        await connection.execute(f"LISTEN {CHANNEL}")
        self.listening.set()
        while True:
            async for notice in connection.notifies(timeout=PING_EVERY):
                self._fan_out(notice.payload)
            await connection.execute("SELECT 1")

    def _fan_out(self, payload: str) -> None:
        notice = json.loads(payload)
        for listener in self.listeners.get(notice["team"], ()):
            for number, topic in notice["events"]:
                listener.offer((number, topic))

    def _everybody_lost(self) -> None:
        for listeners in self.listeners.values():
            for listener in listeners:
                listener.offer(None)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()
# Streams per person in this process, read by the view before it opens another.
open_streams: Counter[int] = Counter()


def hub() -> Hub:
    return _hubs.setdefault(asyncio.get_running_loop(), Hub())
