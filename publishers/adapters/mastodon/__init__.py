"""Mastodon and servers that speak as it does: each account on its own server, registered there.

Facts: https://docs.joinmastodon.org and exchanges with another server of the same API. A repeat is
safe for an hour by its key on Mastodon itself and nowhere else, so a lost answer is looked up.
Registered in publishers/registry.py.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote, urlencode

from publishers import handles
from publishers.adapters.mastodon import files, statuses, timeline
from publishers.adapters.mastodon.refusals import NAME, RULES, words_of
from publishers.adapters.mastodon.server import Server
from publishers.adapters.mastodon.spec import SCOPES, SPEC
from publishers.contract import (
    Account,
    Adapter,
    Figures,
    NotPublished,
    Outcome,
    Payload,
    Processing,
    Published,
    Rejected,
    Reply,
    Sighting,
    Step,
    TryLater,
    Uncertain,
)
from publishers.verdicts import (
    at,
    committed,
    is_fine,
    judge,
    text_at,
)

AT_ONCE = 20


class Mastodon(Adapter):
    spec = SPEC

    @property
    def server(self) -> Server:
        return Server(self.http, self.app, self.account)

    # -- the account and its server

    def register(self, name: str, redirect_uri: str) -> tuple[str, str] | NotPublished:
        if not self.server.is_private:
            return Rejected("Type the server's address with https, or without anything before it.")
        form = {"client_name": name, "redirect_uris": redirect_uri, "scopes": " ".join(SCOPES)}
        reply = self.server.ask("POST", "/api/v1/apps", form=form)
        if not isinstance(reply, Reply):
            return reply
        made = text_at(reply.json, "client_id"), text_at(reply.json, "client_secret")
        if not all(made):
            return Rejected("This server does not speak as Mastodon does. Check its address.")
        return made

    def accounts(self) -> list[Account] | NotPublished:
        reply = self.server.ask("GET", "/api/v1/accounts/verify_credentials")
        if not isinstance(reply, Reply):
            return reply
        number, name = text_at(reply.json, "id"), text_at(reply.json, "username")
        if not number or not name:
            return TryLater("The server did not say whose account this is. Try again.")
        return [
            Account(
                # Two servers may give the same number.
                remote_id=f"{number}@{self.server.name}",
                handle=f"{name}@{self.server.name}",
                name=text_at(reply.json, "display_name") or name,
                avatar_url=text_at(reply.json, "avatar_static"),
                token=self.account.token,
            )
        ]

    def audience(self) -> Figures | NotPublished:
        reply = self.server.ask("GET", "/api/v1/accounts/verify_credentials")
        if not isinstance(reply, Reply):
            return reply
        told = {name: at(reply.json, f"{name}_count") for name in ("followers", "following")}
        told["posts"] = at(reply.json, "statuses_count")
        return {name: value for name, value in told.items() if isinstance(value, int)}

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        found = re.search(r"/@[^/?#]+/(?:statuses/)?([0-9A-Za-z]{2,30})(?:[/?#]|$)", permalink)
        return found.group(1) if found else ""

    # -- before the post

    def prepare(self, payload: Payload, step: Step) -> Processing | NotPublished | None:
        return files.prepare(self.server, payload, step)

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        media_ids = handles.ready(step, payload.media)
        if media_ids is None:
            return TryLater("The files must be uploaded to the server again.", after=1)
        answer = self.http.send(
            "POST",
            self.server.url("/api/v1/statuses"),
            headers={**self.server.headers(), "Idempotency-Key": payload.client_token},
            json=statuses.body(payload, media_ids),
            commits=True,
        )
        reply = committed(answer, NAME)
        if not isinstance(reply, Reply):
            return reply
        if is_fine(reply):
            number = text_at(reply.json, "id")
            if not number:
                return Uncertain(f"{NAME} accepted the post but did not say which one it is.")
            return Published(number, self.server.permalink(reply.json))
        outcome = judge(NAME, RULES, words_of(reply))
        if isinstance(outcome, Uncertain):
            handles.drop(step, payload.media)
        if reply.status == 404 and media_ids and payload.reply_to is None:
            handles.drop(step, payload.media)
            return TryLater("The server no longer has the files; they are uploaded again.", after=1)
        return outcome

    def edit(self, remote_id: str, payload: Payload) -> NotPublished | None:
        path = f"/api/v1/statuses/{quote(remote_id)}"
        before = self.server.ask("GET", path)
        if not isinstance(before, Reply):
            return before
        reply = self.server.ask("PUT", path, json=statuses.changed(payload, before.json))
        return None if isinstance(reply, Reply) else reply

    def remove(self, remote_id: str) -> NotPublished | None:
        reply = self.server.ask("DELETE", f"/api/v1/statuses/{quote(remote_id)}", accept=404)
        return None if isinstance(reply, Reply) else reply

    # -- is it there?

    def find(self, payload: Payload, step: Step) -> Sighting:
        return timeline.find(self.server, payload)

    # -- what became of posts

    def measure(self, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
        found: dict[str, Figures] = {}
        for start in range(0, len(remote_ids), AT_ONCE):
            rows = self._statuses(remote_ids[start : start + AT_ONCE])
            if not isinstance(rows, list):
                return rows
            found |= {text_at(row, "id"): statuses.figures(row) for row in rows}
        return {number: found[number] for number in remote_ids if number in found}

    def _statuses(self, ids: Sequence[str]) -> list[Any] | NotPublished:
        """All in one call; servers before 4.3 only tell of one at a time."""
        query = urlencode([("id[]", number) for number in ids])
        reply = self.server.ask("GET", f"/api/v1/statuses?{query}", accept=404)
        if not isinstance(reply, Reply):
            return reply
        if isinstance(reply.json, list):
            return reply.json
        rows = []
        for number in ids:
            one = self.server.ask("GET", f"/api/v1/statuses/{quote(number)}", accept=404)
            if not isinstance(one, Reply):
                return one
            rows += [one.json] if is_fine(one) else []
        return rows
