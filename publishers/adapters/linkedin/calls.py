"""How LinkedIn is spoken to: its version, its headers, its encoding. Called by the adapter beside.

Facts: https://learn.microsoft.com/linkedin/marketing/versioning and …/shared/api-guide.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import quote

from publishers.adapters.linkedin.refusals import NAME, RULES, paced, words_of
from publishers.contract import (
    Account,
    App,
    Http,
    NotPublished,
    Outcome,
    Reply,
    TryLater,
)
from publishers.verdicts import (
    Answer,
    Rule,
    at,
    committed,
    harmless,
    is_fine,
    judge,
    list_at,
    quoted,
    repeatable,
    text_at,
)

# One answers for about a year, then with 426. An installation may name a later one (App.version).
VERSION = "202609"


class Calls:
    """For one account."""

    def __init__(self, http: Http, app: App, account: Account) -> None:
        self.http, self.app, self.account = http, app, account

    def ask(
        self,
        method: str,
        path: str,
        *,
        named: str = "",
        accept: int = 200,
        rules: Sequence[Rule] = RULES,
        **request: Any,
    ) -> Reply | NotPublished:
        """A call that publishes nothing. A reply is a 2xx, or the status that is accepted.

        `named`: the Rest.li method, where it is not what the HTTP method says.
        """
        headers = self.headers() | ({"X-RestLi-Method": named} if named else {})
        answer = self.http.send(method, self.url(path), headers=headers, **request)
        return judged(_paced(repeatable(answer, NAME), answer), accept, rules)

    def commit(self, path: str, body: Mapping[str, Any]) -> Reply | Outcome:
        """The call that publishes. What stays a reply is a 2xx, or a 4xx about the request."""
        headers = self.headers()
        answer = self.http.send("POST", self.url(path), headers=headers, json=body, commits=True)
        return _paced(committed(answer, NAME), answer)

    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.account.token}"}

    def headers(self) -> dict[str, str]:
        return {
            **self.bearer(),
            "Accept": "application/json",
            "Linkedin-Version": self.app.version or VERSION,
            "X-Restli-Protocol-Version": "2.0.0",
        }

    def url(self, path: str) -> str:
        return self.app.api_url.rstrip("/") + path


def _paced[Outcomes](reply: Outcomes, answer: Answer) -> Outcomes | TryLater:
    if isinstance(reply, TryLater) and reply.rate_limited and isinstance(answer, Reply):
        return paced(reply, answer)
    return reply


def judged(
    reply: Reply | NotPublished, accept: int = 200, rules: Sequence[Rule] = RULES
) -> Reply | NotPublished:
    if not isinstance(reply, Reply) or is_fine(reply) or reply.status == accept:
        return reply
    return harmless(
        judge(NAME, rules, words_of(reply)), TryLater(quoted(NAME, words_of(reply).words))
    )


def has_more(page: Any) -> bool:
    """Whether a list goes on behind its first page, which may be shorter than was asked for."""
    total, links = at(page, "paging", "total"), list_at(page, "paging", "links")
    behind = isinstance(total, int) and total > len(list_at(page, "elements"))
    return behind or any(text_at(link, "rel") == "next" for link in links)


def encoded(value: str) -> str:
    """Rest.li wants all but unreserved characters encoded; the query around it is built by hand."""
    return quote(value, safe="")


def listed(values: Iterable[str]) -> str:
    """A list in a query, whose own parentheses and commas stay bare."""
    return f"List({','.join(map(encoded, values))})"
