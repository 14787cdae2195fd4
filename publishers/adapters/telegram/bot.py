"""How a bot speaks to Telegram. Its token stands in the address, and so in no other place.

Called by the adapter beside it.
"""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from publishers.adapters.telegram.refusals import (
    MOVED,
    NAME,
    RULES,
    moved_to,
    slowed,
    words_of,
)
from publishers.contract import App, Http, NotPublished, Rejected, Reply, TryLater
from publishers.verdicts import Answer, at, harmless, is_fine, judge, quoted, repeatable

HEADERS = {"Accept": "application/json"}


class Bot:
    def __init__(self, http: Http, app: App, token: str) -> None:
        self.http, self.app, self._token = http, app, token

    def url(self, method: str) -> str:
        return f"{self.app.api_url.rstrip('/')}/bot{quote(self._token, safe=':')}/{method}"

    def ask(self, method: str, *, accept: str = "", **fields: Any) -> Reply | NotPublished:
        """A call that publishes nothing. A reply is a yes, or a no in words that are accepted.

        Of a chat that has another number now it is asked there; of a message it is not: messages
        have other numbers there too.
        """
        answer = self._send(method, fields)
        if isinstance(answer, Reply) and (moved := moved_to(answer)):
            if "message_id" in fields:
                return MOVED
            answer = self._send(method, {**fields, "chat_id": int(moved)})
        reply = slowed(answer) or repeatable(answer, NAME)
        if not isinstance(reply, Reply):
            return reply
        if is_fine(reply):
            said_yes = at(reply.json, "ok") is True
            return reply if said_yes else TryLater(f"{NAME} did not answer as expected. Try again.")
        said = words_of(reply)
        if accept and re.search(accept, said.words, re.IGNORECASE):
            return reply
        return harmless(judge(NAME, RULES, said), Rejected(quoted(NAME, said.words)))

    def _send(self, method: str, fields: Mapping[str, Any]) -> Answer:
        return self.http.send("POST", self.url(method), headers=HEADERS, json=fields)


def chat_id(name: str) -> int | str:
    """Numbers are sent as numbers; they do not fit into 32 bits."""
    return int(name) if re.fullmatch(r"-?[0-9]{1,20}", name) else name
