"""TikTok: videos in pieces, of which the last publishes; pictures that it fetches; drafts.

Facts: https://developers.tiktok.com/doc/content-posting-api-get-started. What it took has a name of
its own (publish_id) until it is public, and for ever when it is not public. Unknown: whether posts
of pictures are listed; so that a list without them proves nothing. Nothing can be changed or
deleted. Registered in publishers/registry.py.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from publishers import handles, lookups
from publishers.adapters.tiktok import chunks, kept, posts
from publishers.adapters.tiktok.calls import Calls
from publishers.adapters.tiktok.refusals import MINUTE, NAME, failed
from publishers.adapters.tiktok.spec import PUBLIC, SPEC
from publishers.contract import (
    Account,
    Adapter,
    App,
    CannotTell,
    Figures,
    Found,
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
from publishers.verdicts import at, committed, figures_at, is_fine, list_at, repeatable, text_at

CREATOR_SECONDS = 1800
TAKEN_SECONDS = 30 * 86_400
PIECES_AT_ONCE = 5
AT_ONCE = 20
_RANGE = re.compile(r"bytes 0-([0-9]{1,12})/")


class TikTok(Adapter):
    spec = SPEC

    # -- the account

    def accounts(self) -> list[Account] | NotPublished:
        query = {"fields": "open_id,avatar_url,display_name,username"}
        reply = self._calls.ask("GET", "/v2/user/info/", params=query)
        if not isinstance(reply, Reply):
            return reply
        user = at(reply.json, "data", "user")
        number, name = text_at(user, "open_id"), text_at(user, "display_name")
        if not number:
            return TryLater(f"{NAME} did not say whose account this is. Try again.")
        handle = text_at(user, "username") or name
        picture = text_at(user, "avatar_url")
        return [Account(number, handle, name, avatar_url=picture, token=self.account.token)]

    # -- before the post

    @staticmethod
    def mistake(payload: Payload, kind: str) -> Rejected | None:
        return posts.mistake(payload)

    def prepare(self, payload: Payload, step: Step) -> Processing | NotPublished | None:
        problem = posts.mistake(payload) or self._meet(payload, step)
        if problem is not None or not payload.media[0].is_video:
            return problem
        return self._begin(payload, step) or self._upload(payload, step)

    def _meet(self, payload: Payload, step: Step) -> NotPublished | None:
        """What the account may do, which must be asked before every post."""
        if kept.held(step, kept.CREATOR, payload):
            return None
        reply = self._calls.ask("POST", "/v2/post/publish/creator_info/query/")
        if not isinstance(reply, Reply):
            return reply
        if (unfit := posts.unfit(reply.json, payload)) is not None:
            return unfit
        data = at(reply.json, "data")
        allowed = {
            name: at(data, f"{theirs}_disabled") is not True
            for name, theirs in (("comments", "comment"), ("duet", "duet"), ("stitch", "stitch"))
        }
        handles.keep_as(step, kept.name_of(kept.CREATOR, payload), CREATOR_SECONDS, **allowed)
        return None

    def _begin(self, payload: Payload, step: Step) -> NotPublished | None:
        """Harmless until the last piece is there."""
        if kept.held(step, kept.PLACE, payload):
            return None
        draft = "inbox/" if posts.is_draft(payload) else ""
        body = posts.video(payload, kept.held(step, kept.CREATOR, payload))
        reply = self._calls.ask("POST", f"/v2/post/publish/{draft}video/init/", json=body)
        if not isinstance(reply, Reply):
            return reply
        name, url = (
            text_at(reply.json, "data", "publish_id"),
            text_at(reply.json, "data", "upload_url"),
        )
        if not name or not url:
            return TryLater(f"{NAME} gave no place for the video.")
        handles.keep_as(step, kept.name_of(kept.TAKEN, payload), TAKEN_SECONDS, took=name)
        place = {"took": name, "url": url, "sent": 0}
        handles.keep_as(step, kept.name_of(kept.PLACE, payload), kept.PLACE_SECONDS, **place)
        return None

    def _upload(self, payload: Payload, step: Step) -> Processing | NotPublished | None:
        """All pieces but the last."""
        media = payload.media[0]
        for _ in range(PIECES_AT_ONCE):
            held = kept.held(step, kept.PLACE, payload)
            sent, chunk = int(held["sent"]), chunks.size_of(media.size)
            if sent >= chunks.count(media.size, chunk) - 1:
                return None
            reply = repeatable(self._calls.put(media, held, commits=False), NAME)
            if not isinstance(reply, Reply):
                return reply
            if not is_fine(reply) and (problem := self._misplaced(reply, payload, step)):
                return problem
            if is_fine(reply):
                kept.go_on(step, payload, sent + 1)
        return Processing(str(kept.held(step, kept.PLACE, payload).get("took", "")), 1)

    def _misplaced(self, reply: Reply, payload: Payload, step: Step) -> NotPublished | None:
        """416 tells where to go on; without a place (403, 404) all begins anew."""
        told = _RANGE.match(reply.headers.get("Content-Range", ""))
        if reply.status == 416 and told:
            size = payload.media[0].size
            chunk = chunks.size_of(size)
            kept.go_on(
                step, payload, min((int(told[1]) + 1) // chunk, chunks.count(size, chunk) - 1)
            )
            return None
        handles.drop_as(step, kept.name_of(kept.PLACE, payload))
        if reply.status == 400:
            return Rejected(f"{NAME} did not take the video. Save it again as MP4.", "400")
        return TryLater(f"The place for the video on {NAME} has ended; it is sent again.", after=1)

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        if (mistake := posts.mistake(payload)) is not None:
            return mistake
        creator = kept.held(step, kept.CREATOR, payload)
        held = kept.held(step, kept.PLACE, payload)
        video = payload.media[0].is_video
        if not creator or (video and not held):
            return TryLater(f"The post must be prepared for {NAME} again.", after=1)
        return self._last(payload, held, step) if video else self._fetched(payload, step)

    def _last(self, payload: Payload, held: Mapping[str, Any], step: Step) -> Outcome:
        """The last piece publishes."""
        media = payload.media[0]
        if int(held["sent"]) < chunks.count(media.size, chunks.size_of(media.size)) - 1:
            return TryLater(f"The video is not yet on {NAME}.", after=1)
        reply = committed(self._calls.put(media, held, commits=True), NAME)
        if not isinstance(reply, Reply):
            return reply
        if reply.status == 201:
            return Processing(str(held["took"]), 5)
        if reply.status in (206, 416):
            return Uncertain(f"{NAME} counts the pieces of the video in another way.")
        if is_fine(reply):
            return Uncertain(f"{NAME} does not say whether it has all of the video.")
        return self._misplaced(reply, payload, step) or TryLater("It is sent again.", after=1)

    def _fetched(self, payload: Payload, step: Step) -> Outcome:
        body = posts.pictures(payload, kept.held(step, kept.CREATOR, payload))
        reply = self._calls.commit("/v2/post/publish/content/init/", body)
        if not isinstance(reply, Reply):
            return reply
        name = text_at(reply.json, "data", "publish_id")
        if not name:
            return Uncertain(f"{NAME} accepted the post but did not say which one it is.")
        handles.keep_as(step, kept.name_of(kept.TAKEN, payload), TAKEN_SECONDS, took=name)
        return Processing(name, 5)

    # -- what became of it

    def confirm(self, handle: str, payload: Payload) -> Outcome:
        reply = self._status(handle)
        if not isinstance(reply, Reply):
            return reply
        status = text_at(reply.json, "data", "status")
        if status == "FAILED":
            return failed(text_at(reply.json, "data", "fail_reason"))
        if (live := self._live(handle, reply, payload)) is not None:
            public = payload.options.get("privacy") == PUBLIC and not posts.is_draft(payload)
            if live.remote_id != handle or not public:
                return Published(live.remote_id, live.permalink)
            # Its number comes after moderation: within a minute, sometimes within hours.
            return Processing(handle, MINUTE)
        return Processing(handle, 10)

    def _status(self, name: str) -> Reply | NotPublished:
        return self._calls.ask("POST", "/v2/post/publish/status/fetch/", json={"publish_id": name})

    def _live(self, name: str, reply: Reply, payload: Payload) -> Found | None:
        """What is not public keeps the name that it was taken under."""
        status = text_at(reply.json, "data", "status")
        if status not in ("PUBLISH_COMPLETE", "SEND_TO_USER_INBOX"):
            return None
        web = f"{self.app.web_url.rstrip('/')}/@{self.account.handle}"
        number = posts.post_id(reply.json)
        kind = "video" if payload.media and payload.media[0].is_video else "photo"
        return Found(number, f"{web}/{kind}/{number}") if number else Found(name, web)

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        found = re.search(r"/(?:video|photo)/([0-9]{1,25})/?(?:[?#]|$)", permalink)
        return found[1] if found else ""

    def find(self, payload: Payload, step: Step) -> Sighting:
        """The name that it was taken under tells; without one only what is public is listed."""
        name = str(kept.held(step, kept.TAKEN, payload).get("took") or "")
        if not name:
            return self._listed(payload)
        reply = self._status(name)
        if isinstance(reply, Reply):
            return self._told(name, reply, payload, step)
        gone = isinstance(reply, Rejected) and reply.code == "invalid_publish_id"
        return self._forget(payload, step) if gone else CannotTell(reply.reason)

    def _told(self, name: str, reply: Reply, payload: Payload, step: Step) -> Sighting:
        if (live := self._live(name, reply, payload)) is not None:
            return live
        status = text_at(reply.json, "data", "status")
        if status == "FAILED":
            return self._forget(payload, step)
        there = at(reply.json, "data", "uploaded_bytes")
        part = isinstance(there, int) and there < payload.media[0].size
        if status == "PROCESSING_UPLOAD" and part:
            return NotFound()
        return CannotTell(f"{NAME} is still working on it.")

    def _forget(self, payload: Payload, step: Step) -> NotFound:
        for name in (kept.PLACE, kept.TAKEN):
            handles.drop_as(step, kept.name_of(name, payload))
        return NotFound()

    def _listed(self, payload: Payload) -> Sighting:
        query = {"fields": posts.FIELDS}
        body = {"max_count": AT_ONCE}
        reply = self._calls.ask("POST", "/v2/video/list/", params=query, json=body)
        if not isinstance(reply, Reply):
            return CannotTell(reply.reason)
        rows = list_at(reply.json, "data", "videos")
        known = [posts.seen(row, len(payload.media)) for row in rows if posts.number(row)]
        saw = lookups.sighting(NAME, payload, known)
        if isinstance(saw, NotFound):
            return CannotTell(f"{NAME} lists public videos only, and it is not among them.")
        return saw

    def measure(self, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
        numbers = [one for one in remote_ids if one.isdecimal()]
        told: dict[str, Figures] = {}
        query = {"fields": ",".join(("id", *posts.COUNTED))}
        for first in range(0, len(numbers), AT_ONCE):
            body = {"filters": {"video_ids": numbers[first : first + AT_ONCE]}}
            reply = self._calls.ask("POST", "/v2/video/query/", params=query, json=body)
            if not isinstance(reply, Reply):
                return reply
            for row in list_at(reply.json, "data", "videos"):
                if posts.number(row):
                    told[posts.number(row)] = figures_at(row, posts.COUNTED)
        return told

    def audience(self) -> Figures | NotPublished:
        query = {"fields": ",".join(("open_id", *posts.OF_ACCOUNT))}
        reply = self._calls.ask("GET", "/v2/user/info/", params=query)
        if not isinstance(reply, Reply):
            return reply
        return figures_at(at(reply.json, "data", "user"), posts.OF_ACCOUNT)

    @staticmethod
    def hear(hook: Hook, app: App, now: float) -> Heard:
        return posts.hear(hook, app, now)

    @property
    def _calls(self) -> Calls:
        return Calls(self.http, self.app, self.account)
