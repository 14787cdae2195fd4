"""One server, as the account speaks to it. Called by the modules beside it."""

from typing import Any
from urllib.parse import urlsplit

from publishers.adapters.mastodon.refusals import NAME, RULES, words_of
from publishers.contract import (
    Account,
    App,
    Http,
    NotPublished,
    Rejected,
    Reply,
)
from publishers.verdicts import harmless, is_fine, judge, quoted, repeatable, text_at

HERE = ("localhost", "127.0.0.1", "::1")


class Server:
    """`app` names its address; `account` whose token is shown."""

    def __init__(self, http: Http, app: App, account: Account) -> None:
        self.http, self.app, self.account = http, app, account

    @property
    def name(self) -> str:
        return urlsplit(self.app.api_url).netloc

    @property
    def is_private(self) -> bool:
        """Tokens go out encrypted, or do not leave the machine."""
        parts = urlsplit(self.app.api_url)
        return parts.scheme == "https" or parts.hostname in HERE

    def ask(
        self, method: str, path: str, *, accept: int = 200, **request: Any
    ) -> Reply | NotPublished:
        """A call that publishes nothing. A reply is a 2xx, or the status that is accepted."""
        answer = self.http.send(method, self.url(path), headers=self.headers(), **request)
        reply = repeatable(answer, NAME)
        if not isinstance(reply, Reply) or is_fine(reply) or reply.status == accept:
            return reply
        return harmless(
            judge(NAME, RULES, words_of(reply)), Rejected(quoted(NAME, words_of(reply).words))
        )

    def url(self, path: str) -> str:
        return self.app.api_url.rstrip("/") + path

    def headers(self) -> dict[str, str]:
        """Nobody's before an account is connected."""
        token = {"Authorization": f"Bearer {self.account.token}"} if self.account.token else {}
        return {**token, "Accept": "application/json"}

    def permalink(self, status: Any) -> str:
        """As the server says it; some say nothing of their own posts."""
        name = self.account.handle.partition("@")[0]
        made = f"{self.app.web_url.rstrip('/')}/@{name}/{text_at(status, 'id')}"
        return text_at(status, "url") or made
