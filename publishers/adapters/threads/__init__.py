"""Threads: containers that are published in a second call, threads by replies, long-lived tokens.

Facts: https://developers.facebook.com/docs/threads. Registered in publishers/registry.py.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from publishers import containers, graphhooks, lookups
from publishers.adapters.threads import posts, telling
from publishers.adapters.threads.refusals import CHILDREN, GONE, IS_A_POST, NAME, NOT_YET, RULES
from publishers.adapters.threads.spec import SPEC
from publishers.containers import Maker, Status
from publishers.contract import (
    Account,
    Adapter,
    App,
    CannotTell,
    Figures,
    Heard,
    Hook,
    NotFound,
    NotPublished,
    Outcome,
    Payload,
    Processing,
    Published,
    Rejected,
    Reply,
    Sighting,
    Step,
    Tokens,
    TryLater,
    Uncertain,
)
from publishers.graph import Graph, words_of
from publishers.graphtokens import long_token
from publishers.verdicts import is_fine, text_at

VERSION = "v1.0"
# After each of them the same container is tried again, then a new one.
PAUSES = (2, 10, 30)
# The post is out: its address is worth a moment, not more.
ADDRESS_SECONDS = 5.0


class Threads(Adapter):
    spec = SPEC

    # -- the account

    def accounts(self) -> list[Account] | NotPublished:
        fields = "id,username,name,threads_profile_picture_url"
        reply = self._graph.ask("GET", "me", params={"fields": fields})
        if not isinstance(reply, Reply):
            return reply
        if not text_at(reply.json, "id"):
            return TryLater(f"{NAME} did not say whose account this is. Try again.")
        handle = text_at(reply.json, "username")
        return [
            Account(
                remote_id=text_at(reply.json, "id"),
                handle=handle,
                name=text_at(reply.json, "name") or handle,
                avatar_url=text_at(reply.json, "threads_profile_picture_url"),
                token=self.account.token,
            )
        ]

    def lengthen(self, tokens: Tokens) -> Tokens | NotPublished:
        """The consent gives an hour, this two months."""
        asked = {"grant_type": "th_exchange_token", "client_secret": self.app.client_secret}
        return long_token(self._token("access_token", tokens.access, asked), tokens.scopes)

    def refresh(self, refresh_token: str) -> Tokens | NotPublished:
        asked = {"grant_type": "th_refresh_token"}
        return long_token(self._token("refresh_access_token", refresh_token, asked))

    def _token(self, path: str, token: str, asked: Mapping[str, str]) -> Reply | NotPublished:
        graph = Graph(self.http, NAME, self.app.api_url.rstrip("/"), token, RULES)
        return graph.ask("GET", path, params=asked)

    # -- before the post

    @staticmethod
    def mistake(payload: Payload, kind: str) -> Rejected | None:
        return posts.mistake(payload)

    def prepare(self, payload: Payload, step: Step) -> Processing | NotPublished | None:
        if (mistake := posts.mistake(payload)) is not None:
            return mistake
        slow = any(media.is_video for media in payload.media)
        maker = Maker(NAME, step, self._create, self._look, after=15 if slow else 2)
        return maker.make_post(
            payload, posts.items(payload), lambda ids: posts.whole(payload, ids), stale=CHILDREN
        )

    def _create(self, form: Mapping[str, str]) -> Reply | NotPublished:
        return self._graph.ask("POST", "me/threads", form=form)

    def _look(self, container: str) -> Status | NotPublished:
        reply = self._graph.ask("GET", container, params={"fields": "status,error_message"})
        if isinstance(reply, Reply):
            return posts.status_in(reply.json)
        if reply is IS_A_POST:
            return Status("published")
        return Status("gone") if reply is GONE else reply

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        key = containers.name_of(payload)
        made = containers.ready(NAME, step, key)
        if not isinstance(made, str):
            return made
        reply = self._graph.commit("me/threads_publish", {"creation_id": made})
        if not isinstance(reply, Reply):
            return reply
        if not is_fine(reply):
            return self._refused(reply, key, step)
        remote = text_at(reply.json, "id")
        if not remote:
            return Uncertain(f"{NAME} accepted the post but did not say which one it is.")
        return Published(remote, self._permalink(remote))

    def _refused(self, reply: Reply, key: str, step: Step) -> Outcome:
        if NOT_YET not in words_of(reply).codes:
            return self._graph.refusal(reply)
        if (misses := containers.missed(step, key)) < len(PAUSES):
            return TryLater(f"{NAME} has the post not ready yet.", after=PAUSES[misses])
        containers.drop(step, key)
        return Uncertain(f"{NAME} does not find what it said was ready, so the post may be live.")

    def _permalink(self, remote_id: str) -> str:
        """It cannot be made of the id; where it is not told, the profile leads to the post."""
        reply = self._graph.ask(
            "GET", remote_id, params={"fields": "permalink"}, seconds=ADDRESS_SECONDS
        )
        told = text_at(reply.json, "permalink") if isinstance(reply, Reply) else ""
        return told or f"{self.app.web_url.rstrip('/')}/@{self.account.handle}"

    def remove(self, remote_id: str) -> NotPublished | None:
        reply = self._graph.ask("DELETE", remote_id)
        return None if isinstance(reply, Reply) or reply is GONE else reply

    # -- is it there?

    def find(self, payload: Payload, step: Step) -> Sighting:
        """The container says whether it went out, the listing as what."""
        made = containers.held(step, containers.name_of(payload))
        status = self._look(made) if made else Status("unknown")
        if not isinstance(status, Status):
            return CannotTell(status.reason)
        rows = self._listed(payload)
        if not isinstance(rows, list):
            return CannotTell(rows.reason)
        answers = payload.reply_to is not None
        saw = lookups.sighting(NAME, payload, [posts.seen(row, answers=answers) for row in rows])
        if isinstance(saw, NotFound) and status.state == "published":
            return CannotTell(f"{NAME} says that it is live, and does not show it yet.")
        return saw

    def _listed(self, payload: Payload) -> list[Any] | NotPublished:
        """Everything posted since then; replies are in a list of their own."""
        answers = payload.reply_to is not None
        fields = f"{posts.FIELDS},root_post" if answers else posts.FIELDS
        since = int(lookups.since(payload).timestamp())
        query = {"fields": fields, "since": str(since)}
        return self._graph.rows("me/replies" if answers else "me/threads", query)

    # -- what became of it

    def measure(self, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
        figures: dict[str, Figures] = {}
        query = {"metric": ",".join(telling.OF_POSTS)}
        for remote_id in remote_ids:
            reply = self._graph.ask("GET", f"{remote_id}/insights", params=query)
            if isinstance(reply, Reply):
                figures[remote_id] = telling.of_post(reply.json)
            elif reply is not GONE:
                return reply
        return figures

    def audience(self) -> Figures | NotPublished:
        query = {"metric": ",".join(telling.OF_ACCOUNTS), "since": str(telling.FIRST)}
        reply = self._graph.ask("GET", "me/threads_insights", params=query)
        return telling.of_account(reply.json) if isinstance(reply, Reply) else reply

    @staticmethod
    def hear(hook: Hook, app: App, now: float) -> Heard:
        return graphhooks.hear(hook, app, telling.events)

    @property
    def _graph(self) -> Graph:
        base = f"{self.app.api_url.rstrip('/')}/{VERSION}"
        return Graph(self.http, NAME, base, self.account.token, RULES)
