"""The ASGI entry point that the web server loads."""

import os
import re
import warnings
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from django.conf import settings
from django.core.asgi import get_asgi_application

from config import warm

type Message = Mapping[str, Any]
type Receive = Callable[[], Awaitable[Message]]
type Send = Callable[[Message], Awaitable[None]]
type App = Callable[[dict[str, Any], Receive, Send], Awaitable[None]]

# Five of the largest pictures that are taken, in one form.
LARGEST_BODY = 128 * 1024 * 1024
# Where a video may come: the upload, and the composer's form, which works without scripts.
VIDEO_PATHS = r"/t/[\w-]+/(media|posts/new|posts/\d+/edit)/"
# Simulated platforms take as large ones, some of them in one request.
SANDBOX_PATHS = r"/sandbox/.+"
# What a form has besides its video.
AROUND = 4 * 1024 * 1024


class _TooLarge(Exception):
    """Raised while the body is read, so before anything was answered."""


class Bounded:
    """Refuses bodies that no form of ours has: Django writes all of them to the disk first."""

    def __init__(
        self, app: App, largest: int = LARGEST_BODY, video: int = 0, where: str = VIDEO_PATHS
    ) -> None:
        self.app, self.largest, self.video = app, largest, max(largest, video)
        self._videos = re.compile(where)

    async def __call__(self, scope: dict[str, Any], receive: Receive, send: Send) -> None:
        headers = dict(scope.get("headers", ()))
        length = headers.get(b"content-length", b"0")
        largest = self._largest(scope)
        if scope["type"] == "http" and (not length.isdigit() or len(length) > 12):
            await _refuse(send, 400)
        elif scope["type"] == "http" and int(length) > largest:
            await _refuse(send, 413)
        else:
            try:
                await self.app(scope, self._counted(receive, largest), send)
            except _TooLarge:
                await _refuse(send, 413)

    def _largest(self, scope: Mapping[str, Any]) -> int:
        may = scope.get("method") in ("POST", "PUT") and self._videos.fullmatch(scope["path"])
        return self.video if may else self.largest

    def _counted(self, receive: Receive, largest: int) -> Receive:
        """For bodies that do not say how long they are, or say too little."""
        seen = 0

        async def count() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > largest:
                raise _TooLarge
            return message

        return count


async def _refuse(send: Send, status: int) -> None:
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"connection", b"close")]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": b"That is too much for one request.\n"})


os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")
# WhiteNoise and FileResponse read files synchronously: Django does it in a thread, and warns.
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchron")
_django = get_asgi_application()
warm.up()
application = Bounded(
    _django,
    video=settings.VIDEO_BYTES + AROUND,
    where=f"{VIDEO_PATHS}|{SANDBOX_PATHS}" if settings.SANDBOX else VIDEO_PATHS,
)
