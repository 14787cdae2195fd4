"""How a webhook is spoken to. Its secret stands in the address, and so in no other place.

Called by the adapter beside it.
"""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

from publishers.adapters.discord.refusals import NAME, rules_in, slowed, words_of
from publishers.contract import (
    Account,
    App,
    Http,
    NotPublished,
    Rejected,
    Reply,
)
from publishers.verdicts import at, harmless, is_fine, judge, quoted, repeatable, text_at

HEADERS = {"Accept": "application/json"}
INCOMING = 1
PICTURES = "https://cdn.discordapp.com/avatars"
# As people copy it, with what may follow; or only what of it is kept.
_ADDRESS = re.compile(r"(?:.*/webhooks/)?([0-9]{1,20}/[A-Za-z0-9_.-]{10,200})/?(?:[?#].*)?")


class Webhook:
    """`key`: its number and its secret, with a slash between."""

    def __init__(self, http: Http, app: App, key: str) -> None:
        self.http, self.app, self._key = http, app, key

    @property
    def number(self) -> str:
        """Empty where the key has none."""
        number, slash, _secret = self._key.partition("/")
        return number if slash else ""

    def url(self, path: str = "") -> str:
        key = quote(self._key, safe="/")
        return f"{self.app.api_url.rstrip('/')}/api/v10/webhooks/{key}{path}"

    def ask(
        self,
        method: str,
        path: str = "",
        *,
        thread: str = "",
        accept: Iterable[str] = (),
        **request: Any,
    ) -> Reply | NotPublished:
        """A call that publishes nothing. A reply is a 2xx, or one of the codes of `accept`."""
        answer = self.http.send(
            method,
            self.url(path),
            headers=HEADERS,
            params={"thread_id": thread} if thread else None,
            **request,
        )
        reply = slowed(answer) or repeatable(answer, NAME)
        if not isinstance(reply, Reply) or is_fine(reply):
            return reply
        said = words_of(reply)
        if said.codes & set(accept):
            return reply
        return harmless(judge(NAME, rules_in(thread), said), Rejected(quoted(NAME, said.words)))


def accounts(http: Http, app: App, account: Account) -> list[Account] | NotPublished:
    """The channel that the webhook stands in. Another webhook there is the same account."""
    found = _ADDRESS.fullmatch(account.token.strip())
    if found is None:
        return Rejected(
            f"That is not the address of a webhook. {NAME} shows it under the channel's settings, "
            "Integrations, Webhooks: copy it whole."
        )
    key = found[1]
    reply = Webhook(http, app, key).ask("GET")
    if not isinstance(reply, Reply):
        return reply
    told = reply.json
    server, channel, number = (text_at(told, one) for one in ("guild_id", "channel_id", "id"))
    if at(told, "type") != INCOMING or not (server and channel and number):
        return Rejected("This webhook posts into no channel of its own. Make an incoming one.")
    name, picture = text_at(told, "name") or "Webhook", text_at(told, "avatar")
    address = f"{PICTURES}/{number}/{quote(picture, safe='')}.png" if picture else ""
    return [Account(f"{server}/{channel}", name, name, avatar_url=address, token=key)]
