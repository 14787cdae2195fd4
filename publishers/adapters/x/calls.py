"""How X is spoken to. Called by the adapter beside it."""

from collections.abc import Container, Mapping
from typing import Any

from publishers.adapters.x.refusals import NAME, RULES, words_of
from publishers.contract import (
    Account,
    App,
    Http,
    NotPublished,
    Outcome,
    Rejected,
    Reply,
)
from publishers.verdicts import committed, harmless, is_fine, judge, quoted, repeatable


class Calls:
    """For one account."""

    def __init__(self, http: Http, app: App, account: Account) -> None:
        self.http, self.app, self.account = http, app, account

    def ask(
        self, method: str, path: str, *, accept: Container[int] = (), **request: Any
    ) -> Reply | NotPublished:
        """A call that may be made again. A reply is a 2xx, or a status that is accepted."""
        answer = self.http.send(method, self._url(path), headers=self._headers(), **request)
        reply = repeatable(answer, NAME)
        if not isinstance(reply, Reply) or is_fine(reply) or reply.status in accept:
            return reply
        return harmless(
            judge(NAME, RULES, words_of(reply)), Rejected(quoted(NAME, words_of(reply).words))
        )

    def commit(self, path: str, body: Mapping[str, Any]) -> Reply | Outcome:
        """The call that publishes. A reply is what X said, yes or no."""
        answer = self.http.send(
            "POST", self._url(path), headers=self._headers(), json=body, commits=True
        )
        return committed(answer, NAME)

    def in_either_dialect(
        self, path: str, fields: str, query: Mapping[str, str]
    ) -> Reply | NotPublished:
        """`fields` of posts under both names that are in the wild: the specification's, and the
        older one of guides. A reply with the status 400: X knows neither.
        """
        reply: Reply | NotPublished = Rejected(f"{NAME} was not asked.")
        for name in ("post", "tweet"):
            known = fields.replace("note_post", f"note_{name}")
            asked = {**query, f"{name}.fields": known}
            reply = self.ask("GET", path, params=asked, accept=(400,))
            if not isinstance(reply, Reply) or is_fine(reply):
                return reply
        return reply

    def _url(self, path: str) -> str:
        return self.app.api_url.rstrip("/") + path

    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.account.token}", "Accept": "application/json"}
