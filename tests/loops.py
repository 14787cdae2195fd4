"""Coroutines of tests, each in a thread of its own: a browser's loop may still run in this one."""

from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

from asgiref.sync import async_to_sync
from django.db import connections


def awaited[T](work: Callable[[], Awaitable[T]]) -> T:
    """What `work` comes to. It meets other connections than the test does."""

    async def begun() -> T:
        return await work()

    def alone() -> T:
        try:
            return async_to_sync(begun)()
        finally:
            connections.close_all()

    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(alone).result()
