"""Instagram: professional accounts through either login, containers, reels, stories, comments.

Facts: https://developers.facebook.com/docs/instagram-platform. Registered in
publishers/registry.py.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from publishers import containers, graphhooks, lookups
from publishers.adapters.instagram import posts, telling
from publishers.adapters.instagram.refusals import (
    BEFORE,
    COMMITTING,
    ENDED,
    FEW,
    GONE,
    NAME,
    NOT_OURS,
    NOT_SEEN,
    TOO_SOON,
)
from publishers.adapters.instagram.spec import PAGE, SPEC, VERSION
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
from publishers.graphtokens import long_token, page_accounts, page_token
from publishers.verdicts import at, is_fine, text_at

# After each of them the same container is tried again, then a new one.
PAUSES = (30, 120)
# The post is out: its address is worth a moment, not more.
ADDRESS_SECONDS = 5.0


class Instagram(Adapter):
    spec = SPEC

    # -- the account

    def accounts(self) -> list[Account] | NotPublished:
        if self.app.way == PAGE:
            fields = "instagram_business_account{id,username,name,profile_picture_url}"
            return page_accounts(self._graph, fields, self._linked)
        fields = "user_id,username,name,profile_picture_url"
        reply = self._graph.ask("GET", "me", params={"fields": fields})
        if not isinstance(reply, Reply):
            return reply
        if not text_at(reply.json, "user_id"):
            return TryLater(f"{NAME} did not say whose account this is. Try again.")
        # Its other id is this app's own, and opens nothing.
        return [_account(reply.json, text_at(reply.json, "user_id"), self.account.token)]

    @staticmethod
    def _linked(page: Any) -> Account | None:
        linked = at(page, "instagram_business_account")
        number = text_at(linked, "id")
        return _account(linked, number, text_at(page, "access_token")) if number else None

    def lengthen(self, tokens: Tokens) -> Tokens | NotPublished:
        """The consent gives an hour, this two months; of a Page it does not end."""
        if self.app.way == PAGE:
            return page_token(self._graph, self.app, tokens)
        asked = {"grant_type": "ig_exchange_token", "client_secret": self.app.client_secret}
        return long_token(self._token("access_token", tokens.access, asked), tokens.scopes)

    def refresh(self, refresh_token: str) -> Tokens | NotPublished:
        asked = {"grant_type": "ig_refresh_token"}
        return long_token(self._token("refresh_access_token", refresh_token, asked))

    def _token(self, path: str, token: str, asked: Mapping[str, str]) -> Reply | NotPublished:
        graph = Graph(self.http, NAME, self.app.api_url.rstrip("/"), token, BEFORE)
        return graph.ask("GET", path, params={**asked, "access_token": token})

    # -- before the post

    @staticmethod
    def mistake(payload: Payload, kind: str) -> Rejected | None:
        return posts.mistake(payload)

    def prepare(self, payload: Payload, step: Step) -> Processing | NotPublished | None:
        if payload.reply_to is not None:
            return None
        if (mistake := posts.mistake(payload)) is not None:
            return mistake
        slow = any(media.is_video for media in payload.media)
        maker = Maker(NAME, step, self._create, self._look, after=15 if slow else 2)
        return maker.make_post(
            payload, posts.items(payload), lambda ids: posts.whole(payload, ids), stale=ENDED
        )

    def _create(self, form: Mapping[str, str]) -> Reply | NotPublished:
        reply = self._graph.ask("POST", f"{self.account.remote_id}/media", form=form)
        return NOT_OURS if reply is GONE else reply

    def _look(self, container: str) -> Status | NotPublished:
        reply = self._graph.ask("GET", container, params={"fields": "status_code,status"})
        if isinstance(reply, Reply):
            return posts.status_in(reply.json)
        return Status("gone") if reply is GONE or reply is ENDED else reply

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        if payload.reply_to is not None:
            return self._comment(payload, payload.reply_to.parent)
        key = containers.name_of(payload)
        made = containers.ready(NAME, step, key)
        if not isinstance(made, str):
            return made
        path = f"{self.account.remote_id}/media_publish"
        reply = self._committing.commit(path, {"creation_id": made})
        if not isinstance(reply, Reply):
            return reply
        if not is_fine(reply):
            return self._refused(reply, key, step)
        return self._published(reply)

    def _comment(self, payload: Payload, post: str) -> Outcome:
        reply = self._committing.commit(f"{post}/comments", {"message": payload.text})
        if not isinstance(reply, Reply):
            return reply
        return self._published(reply, post) if is_fine(reply) else self._committing.refusal(reply)

    def _published(self, reply: Reply, post: str = "") -> Outcome:
        """A comment has no address of its own: that of its `post`."""
        remote = text_at(reply.json, "id")
        if not remote:
            return Uncertain(f"{NAME} accepted it but did not say which one it is.")
        return Published(remote, self._permalink(post or remote))

    def _refused(self, reply: Reply, key: str, step: Step) -> Outcome:
        codes = words_of(reply).codes
        if TOO_SOON in codes:
            containers.wait_again(step, key)
            return TryLater(f"{NAME} is still working on it.", after=10)
        if NOT_SEEN not in codes:
            outcome = self._committing.refusal(reply)
            if outcome is ENDED:
                containers.drop(step, key)
            return outcome
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
        web = SPEC.web_url if self.app.way == PAGE and not self.app.moved else self.app.web_url
        return told or f"{web.rstrip('/')}/{self.account.handle}/"

    def remove(self, remote_id: str) -> NotPublished | None:
        """Of posts only behind one of the doors; the other answers as if they were not there."""
        there = self._graph.ask("GET", remote_id, params={"fields": "id"})
        if not isinstance(there, Reply):
            return None if there is GONE else there
        reply = self._graph.ask("DELETE", remote_id)
        if isinstance(reply, Reply):
            return None
        if reply is GONE:
            return Rejected(f"{NAME} does not let us delete this. Delete it in the app.")
        return reply

    # -- is it there?

    def find(self, payload: Payload, step: Step) -> Sighting:
        """The container says whether it went out, the listing as what."""
        if payload.reply_to is not None:
            return self._find_comment(payload, payload.reply_to.parent)
        made = containers.held(step, containers.name_of(payload))
        status = self._look(made) if made else Status("unknown")
        if not isinstance(status, Status):
            return CannotTell(status.reason)
        story = posts.is_story(payload)
        rows = self._listed(payload, "stories" if story else "media", posts.FIELDS)
        if not isinstance(rows, list):
            return CannotTell(rows.reason)
        wanted = replace(payload, text="") if story else payload
        saw = lookups.sighting(NAME, wanted, [posts.seen(row) for row in rows])
        if isinstance(saw, NotFound) and status.state == "published":
            return CannotTell(f"{NAME} says that it is live, and does not show it yet.")
        return saw

    def _find_comment(self, payload: Payload, post: str) -> Sighting:
        rows = self._listed(payload, f"{post}/comments", "id,text,timestamp,username")
        if not isinstance(rows, list):
            return CannotTell(rows.reason)
        mine = [row for row in rows if text_at(row, "username") in ("", self.account.handle)]
        address = self._permalink(post) if mine else ""
        seen = [posts.comment_seen(row, post, address) for row in mine]
        return lookups.sighting(NAME, payload, seen)

    def _listed(self, payload: Payload, edge: str, fields: str) -> list[Any] | NotPublished:
        """What was posted since then, as far as the edge can be asked so."""
        query = {"fields": fields}
        if edge == "media":
            query["since"] = str(int(lookups.since(payload).timestamp()))
        path = edge if "/" in edge else f"{self.account.remote_id}/{edge}"
        return self._graph.rows(path, query)

    # -- what became of it

    def measure(self, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
        figures: dict[str, Figures] = {}
        query = {"metric": ",".join(telling.OF_POSTS)}
        for remote_id in remote_ids:
            reply = self._graph.ask("GET", f"{remote_id}/insights", params=query)
            if isinstance(reply, Reply):
                figures[remote_id] = telling.of_post(reply.json)
            elif reply is not GONE and reply is not FEW:
                return reply
        return figures

    def audience(self) -> Figures | NotPublished:
        me, fields = self.account.remote_id, ",".join(telling.FIELDS)
        counted = self._graph.ask("GET", me, params={"fields": fields})
        if not isinstance(counted, Reply):
            return counted
        query = {"metric": ",".join(telling.OF_ACCOUNTS), "period": "day"}
        query["metric_type"] = "total_value"
        reply = self._graph.ask("GET", f"{me}/insights", params=query)
        return telling.of_account(counted.json, reply.json) if isinstance(reply, Reply) else reply

    def subscribe(self) -> NotPublished | None:
        """Behind the other door it is the Page that tells, and that is switched on in the app."""
        if self.app.way == PAGE:
            return None
        return self._graph.subscribe(self.account.remote_id, "comments")

    @staticmethod
    def hear(hook: Hook, app: App, now: float) -> Heard:
        return graphhooks.hear(hook, app, telling.events)

    @property
    def _graph(self) -> Graph:
        base = f"{self.app.api_url.rstrip('/')}/{VERSION}"
        return Graph(self.http, NAME, base, self.account.token, BEFORE)

    @property
    def _committing(self) -> Graph:
        return replace(self._graph, rules=COMMITTING)


def _account(found: Any, number: str, token: str) -> Account:
    handle = text_at(found, "username")
    return Account(
        remote_id=number,
        handle=handle,
        name=text_at(found, "name") or handle,
        avatar_url=text_at(found, "profile_picture_url"),
        token=token,
    )
