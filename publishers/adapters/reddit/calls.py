"""How Reddit is spoken to: who calls, and in which of three shapes it refuses."""

import re
from typing import Any

from publishers.adapters.reddit.refusals import NAME, is_refusal, judged
from publishers.contract import (
    Account,
    App,
    Http,
    NotPublished,
    Outcome,
    Reply,
    TryLater,
)
from publishers.verdicts import Answer, committed, harmless, is_fine, repeatable


class Calls:
    """For one account."""

    def __init__(self, http: Http, app: App, account: Account) -> None:
        self.http, self.app, self._account = http, app, account

    def ask(self, method: str, path: str, **request: Any) -> Reply | NotPublished:
        """A call that publishes nothing. A reply is a 2xx without a refusal in it."""
        return self.heard(repeatable(self.raw(method, path, **request), NAME))

    def commit(self, path: str, **request: Any) -> Reply | Outcome:
        reply = committed(self.raw("POST", path, commits=True, **request), NAME)
        if not isinstance(reply, Reply) or (is_fine(reply) and not is_refusal(reply)):
            return reply
        return judged(reply)

    def raw(self, method: str, path: str, **request: Any) -> Answer:
        """What came, not yet judged."""
        url = f"{self.app.api_url.rstrip('/')}{path}"
        # Without raw_json an answer is escaped for HTML.
        params = {"raw_json": "1", **request.pop("params", {})}
        return self.http.send(method, url, headers=self._headers(), params=params, **request)

    def heard(self, reply: Reply | NotPublished) -> Reply | NotPublished:
        if not isinstance(reply, Reply) or (is_fine(reply) and not is_refusal(reply)):
            return reply
        return harmless(judged(reply), TryLater(f"{NAME} did not answer as expected."))

    def _headers(self) -> dict[str, str]:
        # Names that many apps share are slowed down or refused.
        known = re.fullmatch(r"[A-Za-z0-9_-]+", self._account.handle)
        by = f" (by /u/{known[0]})" if known else ""
        return {
            "Authorization": f"bearer {self._account.token}",
            "User-Agent": f"web:{self.app.client_id}:drumbeat{by}",
        }
