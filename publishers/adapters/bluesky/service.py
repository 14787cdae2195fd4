"""The video service, which acts for an account by passes that its server gives.

Each pass is good for one method and one listener. Called by the modules beside it.
"""

import time
from collections.abc import Container
from typing import Any
from urllib.parse import urlsplit

from publishers.adapters.bluesky.refusals import NAME, VIDEO_RULES
from publishers.adapters.bluesky.server import Server, refused
from publishers.contract import NotPublished, Reply, TryLater
from publishers.verdicts import is_fine, repeatable, text_at

ADDRESS = "https://video.bsky.app"
ITSELF = "did:web:video.bsky.app"
# It must last until the service has worked on the video and laid it down.
PASS_SECONDS = 1800


class Service:
    """`server`: the account's own, which gives the passes and gets the video."""

    def __init__(self, server: Server) -> None:
        self.server = server

    def ask(
        self, method: str, name: str, token: str = "", accept: Container[int] = (), **request: Any
    ) -> Reply | NotPublished:
        """A reply is a 2xx, or one of the statuses that are accepted."""
        shown = {"Authorization": f"Bearer {token}"} if token else {}
        headers = {**shown, **request.pop("headers", {})}
        url = self.server.app.at(f"{ADDRESS}/xrpc/app.bsky.video.{name}")
        answer = self.server.http.send(method, url, headers=headers, **request)
        if isinstance(answer, Reply) and answer.status in accept:
            return answer
        if isinstance(answer, Reply) and answer.status == 401:
            # It is the pass that it does not accept: the account's session may be fine.
            return TryLater("The video service did not accept the server's pass for the account.")
        reply = repeatable(answer, NAME)
        if not isinstance(reply, Reply) or is_fine(reply):
            return reply
        return refused(reply, VIDEO_RULES)

    def pass_to_ask(self, name: str) -> str | NotPublished:
        """For a minute."""
        return self._pass({"aud": ITSELF, "lxm": f"app.bsky.video.{name}"})

    def pass_to_lay_down(self) -> str | NotPublished:
        """By it the service puts the video where the account's files are."""
        holder = f"did:web:{urlsplit(self.server.host).hostname}"
        ends = str(int(time.time()) + PASS_SECONDS)
        return self._pass({"aud": holder, "lxm": "com.atproto.repo.uploadBlob", "exp": ends})

    def _pass(self, query: dict[str, str]) -> str | NotPublished:
        name, headers = "com.atproto.server.getServiceAuth", self.server.bearer()
        reply = self.server.ask("GET", name, headers=headers, params=query)
        if not isinstance(reply, Reply):
            return reply
        token = text_at(reply.json, "token")
        return token or TryLater("The server gave no pass for the video service.")
