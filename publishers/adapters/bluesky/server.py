"""The account's own server, and how it is spoken to. Called by the modules beside it."""

from typing import Any
from urllib.parse import urlsplit

from publishers.adapters.bluesky.refusals import NAME, RULES, SIGN_IN_RULES, words_of
from publishers.adapters.bluesky.sessions import base_url
from publishers.contract import (
    Account,
    App,
    Http,
    NotPublished,
    Reply,
    TryLater,
)
from publishers.verdicts import Rule, harmless, is_fine, judge, repeatable


class Server:
    """`account` says which one it is, and whose token is shown where one is needed."""

    def __init__(self, http: Http, app: App, account: Account) -> None:
        self.http, self.app, self.account = http, app, account

    @property
    def host(self) -> str:
        return base_url(self.account.host) or self.app.api_url.rstrip("/")

    def url(self, name: str, host: str = "") -> str:
        return f"{host or self.host}/xrpc/{name}"

    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.account.token}"}

    def ask(
        self,
        method: str,
        name: str,
        rules: tuple[Rule, ...] = (),
        *,
        host: str = "",
        **request: Any,
    ) -> Reply | NotPublished:
        """A call that publishes nothing. A reply is a 2xx."""
        answer = self.http.send(method, self.url(name, host), **request)
        if rules is SIGN_IN_RULES and isinstance(answer, Reply) and answer.status == 401:
            reply: Reply | NotPublished = answer
        else:
            reply = repeatable(answer, NAME)
        if not isinstance(reply, Reply) or is_fine(reply):
            return reply
        return refused(reply, rules)

    def is_safe(self, url: str) -> bool:
        """Passwords and tokens go out encrypted, or to the server that is configured."""
        ours, theirs = urlsplit(self.app.api_url), urlsplit(url)
        return theirs.scheme == "https" or theirs[:2] == ours[:2]

    def permalink(self, uri: str) -> str:
        """By the account's lasting id: handles change."""
        web, key = self.app.web_url.rstrip("/"), uri.rpartition("/")[2]
        return f"{web}/profile/{self.account.remote_id}/post/{key}"


def refused(reply: Reply, rules: tuple[Rule, ...] = ()) -> NotPublished:
    """What a 4xx means that answers a call which publishes nothing."""
    return harmless(
        judge(NAME, (*rules, *RULES), words_of(reply)),
        TryLater("Bluesky changed something at the same moment."),
    )
