"""How Pinterest is spoken to. Called by the adapter beside it."""

from collections.abc import Mapping
from typing import Any

from publishers.adapters.pinterest.refusals import NAME, judged
from publishers.contract import (
    Account,
    App,
    Http,
    Media,
    NotPublished,
    Outcome,
    Reconnect,
    Reply,
    TryLater,
)
from publishers.verdicts import committed, harmless, is_fine, repeatable

UPLOAD_SECONDS = 900.0


class Calls:
    """For one account."""

    def __init__(self, http: Http, app: App, account: Account) -> None:
        self.http, self.app, self._account = http, app, account

    def ask(self, method: str, path: str, **request: Any) -> Reply | NotPublished:
        """A call that publishes nothing. A reply is a 2xx."""
        answer = self.http.send(method, self._url(path), headers=self._headers(), **request)
        reply = repeatable(answer, NAME)
        if not isinstance(reply, Reply) or is_fine(reply):
            return reply
        return harmless(judged(reply), TryLater(f"{NAME} did not answer as expected."))

    def commit(self, path: str, body: Mapping[str, Any]) -> Reply | Outcome:
        answer = self.http.send(
            "POST", self._url(path), headers=self._headers(), json=body, commits=True
        )
        reply = committed(answer, NAME)
        return judged(reply) if isinstance(reply, Reply) and not is_fine(reply) else reply

    def put(self, url: str, fields: Mapping[str, str], media: Media) -> Reply | NotPublished:
        """To the store, which knows no accounts: its fields first, the file last."""
        name = f"{media.sha256[:16]}.mp4"
        with media.stream() as stream:
            answer = self.http.send(
                "POST",
                self.app.at(url),
                form=fields,
                files={"file": (name, stream, media.mime)},
                seconds=UPLOAD_SECONDS,
            )
        reply = repeatable(answer, NAME)
        if isinstance(reply, Reply) and not is_fine(reply):
            return TryLater(f"The place for the video on {NAME} has ended; a new one is asked for.")
        if isinstance(reply, Reconnect):
            return TryLater(f"{NAME} did not take the video. It is sent again.")
        return reply

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._account.token}"}

    def _url(self, path: str) -> str:
        return f"{self.app.api_url.rstrip('/')}/v5/{path}"
