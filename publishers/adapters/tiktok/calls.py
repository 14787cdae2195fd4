"""How TikTok is spoken to: a fine answer may be a refusal. Called by the adapter beside it."""

from collections.abc import Mapping
from typing import Any

from publishers.adapters.tiktok import chunks
from publishers.adapters.tiktok.refusals import MINUTE, NAME, code_in, judged
from publishers.contract import (
    Account,
    App,
    Http,
    Media,
    NotPublished,
    Outcome,
    Reply,
    TryLater,
)
from publishers.verdicts import Answer, committed, harmless, is_fine, repeatable

PIECE_SECONDS = 180.0


class Calls:
    """For one account."""

    def __init__(self, http: Http, app: App, account: Account) -> None:
        self.http, self.app, self._account = http, app, account

    def ask(self, method: str, path: str, **request: Any) -> Reply | NotPublished:
        """A call that publishes nothing. A reply is a 2xx that says “ok”."""
        answer = self.http.send(method, self._url(path), headers=self._headers(), **request)
        reply = repeatable(answer, NAME)
        if isinstance(reply, TryLater):
            return _paced(reply)
        if not isinstance(reply, Reply) or (is_fine(reply) and not code_in(reply)):
            return reply
        return harmless(judged(reply), TryLater(f"{NAME} met a fault of its own."))

    def commit(self, path: str, body: Mapping[str, Any]) -> Reply | Outcome:
        answer = self.http.send(
            "POST", self._url(path), headers=self._headers(), json=body, commits=True
        )
        reply = committed(answer, NAME)
        if isinstance(reply, TryLater):
            return _paced(reply)
        if not isinstance(reply, Reply) or (is_fine(reply) and not code_in(reply)):
            return reply
        return judged(reply)

    def put(self, media: Media, held: Mapping[str, Any], *, commits: bool) -> Answer:
        """The next piece of a video, to its own place, which asks for no token."""
        chunk = chunks.size_of(media.size)
        first, end = chunks.span(media.size, chunk, int(held["sent"]))
        headers = {
            "Content-Type": media.mime,
            "Content-Range": chunks.named(first, end, media.size),
        }
        with media.stream() as stream:
            stream.seek(first)
            return self.http.send(
                "PUT",
                self.app.at(str(held["url"])),
                headers=headers,
                data=stream,
                length=end - first,
                seconds=PIECE_SECONDS,
                commits=commits,
            )

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": f"Bearer {self._account.token}",
            "Content-Type": "application/json; charset=UTF-8",
        }

    def _url(self, path: str) -> str:
        return self.app.api_url.rstrip("/") + path


def _paced(outcome: TryLater) -> TryLater:
    """Its windows last a minute, which no header says."""
    if not outcome.rate_limited or outcome.after is not None:
        return outcome
    return TryLater(outcome.reason, after=MINUTE, rate_limited=True)
