"""X: API v2, OAuth 2 with PKCE; pictures or a video, polls, quotes; read back from the timeline.

Not sent: subtitles, tagged users, places, cards. A GIF moves only where `manage.py probe` sends it:
of one that people upload the product keeps a still picture.
Facts: https://docs.x.com/x-api and OpenAPI 2.167. An edit is a new post with an id of its own,
which the older one leads to. Unknown: whether an edit keeps pictures, so that posts with some are
not edited.
Registered in publishers/registry.py.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from publishers import handles, lookups
from publishers.adapters.x import measuring, posts, reading, telling, uploads
from publishers.adapters.x.calls import Calls
from publishers.adapters.x.refusals import NAME, RULES, RULES_OF_LONG, words_of
from publishers.adapters.x.spec import SPEC
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
    TryLater,
    Uncertain,
)
from publishers.text import fingerprint
from publishers.verdicts import at, is_fine, judge, list_at, quoted, text_at

PAGES = 5
FIELDS = "attachments,conversation_id,created_at,entities,note_post,text"
EDITABLE = "edit_controls,entities,note_post,text"


class X(Adapter):
    spec = SPEC

    # -- the account

    def accounts(self) -> list[Account] | NotPublished:
        fields = {"user.fields": "name,profile_image_url,subscription_type,username"}
        reply = self._calls.ask("GET", "/2/users/me", params=fields)
        if not isinstance(reply, Reply):
            return reply
        who = at(reply.json, "data")
        if not text_at(who, "id"):
            return TryLater(f"{NAME} did not say whose account this is. Try again.")
        return [
            Account(
                remote_id=text_at(who, "id"),
                handle=text_at(who, "username"),
                name=text_at(who, "name"),
                kind=reading.kind_of(who),
                avatar_url=text_at(who, "profile_image_url"),
                token=self.account.token,
            )
        ]

    def audience(self) -> Figures | NotPublished:
        reply = self._calls.ask("GET", "/2/users/me", params={"user.fields": "public_metrics"})
        return reading.of_account(at(reply.json, "data")) if isinstance(reply, Reply) else reply

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        found = re.search(r"/status/(\d{1,19})(?!\d)", permalink)
        return found.group(1) if found else ""

    # -- before the post

    @staticmethod
    def mistake(payload: Payload, kind: str) -> Rejected | None:
        return posts.mistake(payload)

    def prepare(self, payload: Payload, step: Step) -> Processing | NotPublished | None:
        return posts.mistake(payload) or uploads.prepare(self._calls, payload, step)

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        if (mistake := posts.mistake(payload)) is not None:
            return mistake
        ids = handles.ready(step, payload.media)
        if ids is None:
            return TryLater(f"The pictures or video must be uploaded to {NAME} again.", after=1)
        reply = self._calls.commit("/2/tweets", posts.body(payload, ids))
        if not isinstance(reply, Reply):
            return reply
        return self._made(reply) if is_fine(reply) else self._refused(reply, payload, step)

    def _made(self, reply: Reply) -> Published | Uncertain:
        remote = text_at(reply.json, "data", "id")
        if not remote:
            return Uncertain(f"{NAME} accepted the post but did not say which one it is.")
        return Published(remote, self._permalink(remote))

    def _refused(self, reply: Reply, payload: Payload, step: Step) -> Outcome:
        said = words_of(reply)
        if payload.media and reply.status == 400 and "media id" in said.words.lower():
            handles.drop(step, payload.media)
            return TryLater(
                f"{NAME} no longer has the pictures or the video; they are uploaded again.", after=1
            )
        return judge(NAME, RULES_OF_LONG if posts.is_long(payload) else RULES, said)

    def edit(self, remote_id: str, payload: Payload) -> NotPublished | None:
        if payload.media:
            return Rejected(f"A post with pictures or a video can only be changed on {NAME}.")
        row = self._newest(remote_id)
        if not isinstance(row, dict):
            return row
        # An earlier try, whose answer was lost, may have changed it.
        if fingerprint(reading.written(row)) == fingerprint(payload.text):
            return None
        if (closed := _closed(at(row, "edit_controls"))) is not None:
            return closed
        changed = posts.changed(payload, text_at(row, "id"))
        reply = self._calls.ask("POST", "/2/tweets", json=changed)
        return None if isinstance(reply, Reply) else reply

    def _newest(self, remote_id: str) -> dict[str, Any] | NotPublished:
        """The last version of a post."""
        row = self._one(remote_id)
        if not isinstance(row, dict):
            return row
        newest = reading.versions(row)[-1]
        return row if newest == text_at(row, "id") else self._one(newest)

    def _one(self, remote_id: str) -> dict[str, Any] | NotPublished:
        path = f"/2/tweets/{remote_id}"
        reply = self._calls.in_either_dialect(path, EDITABLE, {})
        if not isinstance(reply, Reply):
            return reply
        row = at(reply.json, "data")
        if isinstance(row, dict) and text_at(row, "id") and is_fine(reply):
            return row
        return Rejected(quoted(NAME, words_of(reply).words), code="gone")

    def remove(self, remote_id: str) -> NotPublished | None:
        reply = self._calls.ask("DELETE", f"/2/tweets/{remote_id}", accept=(404,))
        return None if isinstance(reply, Reply) else reply

    # -- is it there?

    def find(self, payload: Payload, step: Step) -> Sighting:
        rows = self._timeline(lookups.since(payload).astimezone(UTC))
        if not isinstance(rows, list):
            return rows
        if posts.is_long(payload) and any(reading.begins(row, payload.text) for row in rows):
            return CannotTell(f"{NAME} shows only how a post begins, and this one begins so.")
        seen = [self._seen(row, posts.quoted(payload)) for row in rows]
        saw = lookups.sighting(NAME, payload, seen)
        if isinstance(saw, NotFound) and payload.kind == "post" and posts.is_for_few(payload):
            return CannotTell(f"{NAME} may not list what only some can see.")
        return saw

    def _timeline(self, since: datetime) -> list[Any] | CannotTell:
        """Everything posted since then."""
        rows: list[Any] = []
        query = {
            "max_results": "100",
            "start_time": f"{since:%Y-%m-%dT%H:%M:%SZ}",
            "exclude": "retweets",
        }
        for _ in range(PAGES):
            path = f"/2/users/{self.account.remote_id}/tweets"
            reply = self._calls.in_either_dialect(path, FIELDS, query)
            if not isinstance(reply, Reply):
                return CannotTell(reply.reason)
            if at(reply.json, "meta", "result_count") is None or not is_fine(reply):
                return CannotTell(quoted(NAME, words_of(reply).words))
            rows += list_at(reply.json, "data")
            if not (token := text_at(reply.json, "meta", "next_token")):
                return rows
            query["pagination_token"] = token
        return CannotTell("The account posted too much since then to look through.")

    def _seen(self, row: Any, quote: str) -> lookups.Seen:
        remote = text_at(row, "id")
        return lookups.Seen(
            remote,
            self._permalink(remote),
            reading.written(row, quote),
            len(list_at(row, "attachments", "media_keys")),
            reading.moment_of(row),
            root=reading.root_of(row),
        )

    # -- what became of it

    def measure(self, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
        return measuring.measure(self._calls, remote_ids)

    @staticmethod
    def hear(hook: Hook, app: App, now: float) -> Heard:
        return telling.hear(hook, app)

    @property
    def _calls(self) -> Calls:
        return Calls(self.http, self.app, self.account)

    def _permalink(self, remote_id: str) -> str:
        return f"{self.app.web_url.rstrip('/')}/{self.account.handle}/status/{remote_id}"


def _closed(controls: Any) -> Rejected | None:
    """Why a post cannot be changed any more; None where X does not say so."""
    until = reading.moment_in(text_at(controls, "editable_until"))
    over = until is not None and until <= datetime.now(UTC)
    if at(controls, "is_edit_eligible") is False or at(controls, "edits_remaining") == 0 or over:
        reason = f"{NAME} lets Premium accounts change a post, five times within its first hour."
        return Rejected(f"{reason} Delete it and post it anew.", code="not_editable")
    return None
