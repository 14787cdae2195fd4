"""Telegram: messages of a bot in a channel or group, one call each, albums and threads among them.

Facts: https://core.telegram.org/bots/api (10.1). Files go along with the call that publishes, since
none can be handed over before. Nothing in a channel can be read back or counted, and there is no
key that makes a repeat harmless: a lost answer is for a person. Unknown: whether a bot is told of
its own posts, so nothing is built on it. Registered in publishers/registry.py.
Not sent: documents, animations, comments in the discussion group. Not heard: setWebhook (with its
secret_token), and so no counts of reactions.
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
from publishers.verdicts import at, committed, is_fine, judge, nameless, text_at

CHAT = "chat"
# What stands before the number of a channel or large group.
PREFIX = "-100"


class Telegram(Adapter):
    spec = SPEC

    # -- the account

    def accounts(self) -> list[Account] | NotPublished:
        return chats.accounts(self.http, self.app, self.account)

    def audience(self) -> Figures | NotPublished:
        reply = self._bot.ask("getChatMemberCount", chat_id=self._chat())
        if not isinstance(reply, Reply):
            return reply
        number = at(reply.json, "result")
        return {"followers": float(number)} if isinstance(number, int) else {}

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        """Of an album that of its first message. Another chat's messages have the same numbers."""
        place = r"^https?://[^/]+/(?:c/([0-9]+)|(?!c/)([A-Za-z][^/?#]*))"
        found = re.search(rf"{place}/(?:[0-9]+/)?([0-9]{{1,15}})/?(?:[?#]|$)", permalink)
        if found is None:
            return ""
        number, name, message = found.groups()
        if name:
            ours = name.casefold() == account.handle.casefold()
        else:
            ours = f"{PREFIX}{number}" == account.remote_id
        return str(message) if ours else ""

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        home, answered = self.account.remote_id, payload.reply_to
        chat = step.get(CHAT) or (messages.chat_of(answered.parent) if answered else "") or home
        with ExitStack() as files:
            sending = messages.sending(payload, chat, home, files)
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
            return self._published(ids, result, chat) if ids else nameless(NAME)
        if (moved := moved_to(reply)) and chat == home:
            step.keep(CHAT, moved)
            # It uses up no try: nothing is wrong with the post.
            reason = "The group has another number now; it is sent there."
            return TryLater(reason, after=1, rate_limited=True)
        return judge(NAME, RULES, words_of(reply))

    def _published(self, ids: list[str], result: Any, chat: str) -> Published:
        first = result[0] if isinstance(result, list) else result
        web, name = self.app.web_url.rstrip("/"), text_at(first, "chat", "username")
        place = str(at(first, "chat", "id"))
        if name:
            link = f"{web}/{name}/{ids[0]}"
        else:
            # Small groups have no addresses at all.
            number = place.removeprefix(PREFIX)
            link = f"{web}/c/{number}/{ids[0]}" if number != place else ""
        elsewhere = chat if chat != self.account.remote_id else ""
        return Published(messages.remote_id(ids, elsewhere), link)

    def edit(self, remote_id: str, payload: Payload) -> NotPublished | None:
        method, words = "editMessageText", messages.text(payload)
        if payload.media:
            method, words = "editMessageCaption", messages.caption(payload)
        which = {"chat_id": self._chat(remote_id), "message_id": messages.first_of(remote_id)}
        reply = self._bot.ask(method, accept=UNCHANGED, **which, **words)
        return None if isinstance(reply, Reply) else reply

    def remove(self, remote_id: str) -> NotPublished | None:
        for number in messages.numbers_of(remote_id):
            which = {"chat_id": self._chat(remote_id), "message_id": number}
            reply = self._bot.ask("deleteMessage", accept=GONE, **which)
            if not isinstance(reply, Reply):
                return reply
        return None

    @property
    def _bot(self) -> Bot:
        return Bot(self.http, self.app, self.account.token)

    def _chat(self, remote_id: str = "") -> int | str:
        """The one of that message; the account's own."""
        return chat_id(messages.chat_of(remote_id) or self.account.remote_id)
