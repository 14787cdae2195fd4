"""Telegram: messages of a bot in a channel or group, one call each, albums and threads among them.

Facts: https://core.telegram.org/bots/api (10.1). Files go along with the call that publishes, since
none can be handed over before. Nothing in a channel can be read back or counted, and there is no
key that makes a repeat harmless: a lost answer is for a person. Unknown: whether a bot is told of
its own posts, so nothing is built on it. Registered in publishers/registry.py.
"""

import re
from contextlib import ExitStack
from typing import Any

from publishers.adapters.telegram import chats, messages
from publishers.adapters.telegram.bot import HEADERS, Bot, chat_id
from publishers.adapters.telegram.refusals import (
    GONE,
    NAME,
    RULES,
    UNCHANGED,
    moved_to,
    nameless,
    slowed,
    words_of,
)
from publishers.adapters.telegram.spec import SPEC
from publishers.contract import (
    Account,
    Adapter,
    Figures,
    NotPublished,
    Outcome,
    Payload,
    Published,
    Reply,
    Step,
    TryLater,
)
from publishers.verdicts import at, committed, is_fine, judge, text_at

CHAT = "chat"
# What stands before the number of a channel or large group.
PREFIX = "-100"


class Telegram(Adapter):
    spec = SPEC

    # -- the account

    def accounts(self) -> list[Account] | NotPublished:
        return chats.accounts(self.http, self.app, self.account)

    def audience(self) -> Figures | NotPublished:
        reply = self._bot.ask("getChatMemberCount", chat_id=self._chat)
        if not isinstance(reply, Reply):
            return reply
        number = at(reply.json, "result")
        return {"followers": float(number)} if isinstance(number, int) else {}

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        """Of an album that of its first message."""
        place = r"^https?://[^/]+/(?:c/[0-9]+|(?!c/)[A-Za-z][^/?#]*)"
        found = re.search(rf"{place}/(?:[0-9]+/)?([0-9]{{1,15}})/?(?:[?#]|$)", permalink)
        return found[1] if found else ""

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        chat = step.get(CHAT) or self.account.remote_id
        with ExitStack() as files:
            sending = messages.sending(payload, chat, files)
            answer = self.http.send(
                "POST",
                self._bot.url(sending.method),
                headers=HEADERS,
                commits=True,
                **sending.request,
            )
        reply = slowed(answer) or committed(answer, NAME)
        if not isinstance(reply, Reply):
            return reply
        if is_fine(reply):
            result = at(reply.json, "result")
            ids = messages.ids_in(result) if at(reply.json, "ok") is True else []
            return self._published(ids, result) if ids else nameless()
        if (moved := moved_to(reply)) and moved != chat:
            step.keep(CHAT, moved)
            return TryLater("The group has another number now; it is sent there.", after=1)
        return judge(NAME, RULES, words_of(reply))

    def _published(self, ids: list[str], result: Any) -> Published:
        first = result[0] if isinstance(result, list) else result
        web, name = self.app.web_url.rstrip("/"), text_at(first, "chat", "username")
        number = self.account.remote_id.removeprefix(PREFIX)
        if name:
            link = f"{web}/{name}/{ids[0]}"
        else:
            # Small groups have no addresses at all.
            link = f"{web}/c/{number}/{ids[0]}" if number != self.account.remote_id else ""
        return Published(messages.remote_id(ids), link)

    def edit(self, remote_id: str, payload: Payload) -> NotPublished | None:
        method, words = "editMessageText", messages.text(payload)
        if payload.media:
            method, words = "editMessageCaption", messages.caption(payload)
        which = {"chat_id": self._chat, "message_id": messages.first_of(remote_id)}
        reply = self._bot.ask(method, accept=UNCHANGED, **which, **words)
        return None if isinstance(reply, Reply) else reply

    def remove(self, remote_id: str) -> NotPublished | None:
        for number in messages.numbers_of(remote_id):
            which = {"chat_id": self._chat, "message_id": number}
            reply = self._bot.ask("deleteMessage", accept=GONE, **which)
            if not isinstance(reply, Reply):
                return reply
        return None

    @property
    def _bot(self) -> Bot:
        return Bot(self.http, self.app, self.account.token)

    @property
    def _chat(self) -> int | str:
        return chat_id(self.account.remote_id)
