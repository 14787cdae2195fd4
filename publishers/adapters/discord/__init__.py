"""Discord: messages of a webhook in a channel, a thread or a forum, one call each.

Facts: https://docs.discord.com/developers/resources/webhook (API v10). Without `wait` an answer has
no number, and what was not kept is no error. A webhook can read only messages whose number it
knows, and has no key that makes a repeat harmless: a lost answer is for a person. Nor can it answer
a message or tell figures. What is written is Markdown there. Registered in publishers/registry.py.
Not sent: embeds, polls, tags of a forum (applied_tags), another name or avatar than the webhook's.
"""

import re
from contextlib import ExitStack
from typing import Any
from urllib.parse import quote

from publishers.adapters.discord import messages, webhook
from publishers.adapters.discord.refusals import (
    ANOTHERS,
    NAME,
    NO_CHANNEL,
    NO_MESSAGE,
    rules_in,
    slowed,
    words_of,
)
from publishers.adapters.discord.spec import SPEC
from publishers.adapters.discord.webhook import HEADERS, Webhook
from publishers.contract import (
    Account,
    Adapter,
    NotPublished,
    Outcome,
    Payload,
    Published,
    Rejected,
    Reply,
    Step,
)
from publishers.verdicts import committed, is_fine, judge, nameless, text_at


class Discord(Adapter):
    spec = SPEC

    def accounts(self) -> list[Account] | NotPublished:
        return webhook.accounts(self.http, self.app, self.account)

    # -- the post

    @staticmethod
    def mistake(payload: Payload, kind: str) -> Rejected | None:
        return messages.mistake(payload)

    def publish(self, payload: Payload, step: Step) -> Outcome:
        if (mistake := messages.mistake(payload)) is not None:
            return mistake
        thread = messages.thread_of(payload)
        with ExitStack() as files:
            answer = self.http.send(
                "POST",
                self._webhook.url(),
                headers=HEADERS,
                params={"wait": "true", **({"thread_id": thread} if thread else {})},
                commits=True,
                **messages.sending(payload, files),
            )
        reply = slowed(answer) or committed(answer, NAME)
        if not isinstance(reply, Reply):
            return reply
        if is_fine(reply):
            return self._published(reply.json) or nameless(NAME)
        return judge(NAME, rules_in(thread), words_of(reply))

    def _published(self, told: Any) -> Published | None:
        number = text_at(told, "id")
        if not re.fullmatch(r"[0-9]{1,20}", number):
            return None
        server, _, own = self.account.remote_id.rpartition("/")
        channel = text_at(told, "channel_id") or own
        link = f"{self.app.web_url.rstrip('/')}/channels/{quote(server or own)}/{quote(channel)}"
        thread = channel if channel != own else ""
        return Published(_named(self._webhook.number, thread, number), f"{link}/{number}")

    def edit(self, remote_id: str, payload: Payload) -> NotPublished | None:
        webhook, thread, path = _where(remote_id)
        if webhook not in ("", self._webhook.number):
            return ANOTHERS
        body = messages.changed(payload)
        reply = self._webhook.ask("PATCH", path, thread=thread, json=body)
        return None if isinstance(reply, Reply) else reply

    def remove(self, remote_id: str) -> NotPublished | None:
        webhook, thread, path = _where(remote_id)
        if webhook not in ("", self._webhook.number):
            return ANOTHERS
        gone = (NO_MESSAGE, NO_CHANNEL) if thread else (NO_MESSAGE,)
        reply = self._webhook.ask("DELETE", path, thread=thread, accept=gone)
        return None if isinstance(reply, Reply) else reply

    @property
    def _webhook(self) -> Webhook:
        return Webhook(self.http, self.app, self.account.token)


def _named(webhook: str, thread: str, number: str) -> str:
    """A webhook finds only what it wrote, in a thread by the thread's number too. Since no address
    that people open says who wrote it, no id can be read from one.
    """
    return "/".join(part for part in (webhook and f"@{webhook}", thread, number) if part)


def _where(remote_id: str) -> tuple[str, str, str]:
    """The webhook that wrote it and its thread, each empty where none is named, and its path."""
    found = re.fullmatch(r"(?:@([0-9]+)/)?(?:(.+)/)?([^/]*)", remote_id)
    webhook, thread, number = found.groups() if found else ("", "", remote_id)
    return webhook or "", thread or "", f"/messages/{quote(number or '', safe='')}"
