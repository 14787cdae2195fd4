"""YouTube: videos that are uploaded privately beforehand and shown by one call; comments, figures.

Facts: https://developers.google.com/youtube/v3/docs. The call that publishes is the update that
makes a private video public, not the end of its upload: it is small, so that it comes at its
second; it may be repeated, for it changes what has an id already; and by then YouTube has worked on
the video and said if it cannot show it. Unknown: whether subscribers are told of a video that is
made public later. A post that is never sent leaves its private video on the channel. Not sent:
playlists, captions, `notifySubscribers`, whether others may embed it (they always may),
subscriptions to WebSub. Registered in publishers/registry.py.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from publishers.adapters.youtube import looks, measuring, uploads, videos
from publishers.adapters.youtube.calls import Calls
from publishers.adapters.youtube.refusals import NAME
from publishers.adapters.youtube.spec import SPEC
from publishers.contract import (
    Account,
    Adapter,
    CannotTell,
    Figures,
    Found,
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
from publishers.verdicts import at, list_at, text_at

GONE = frozenset({"videoNotFound", "commentNotFound", "404"})


class YouTube(Adapter):
    spec = SPEC

    # -- the account

    def accounts(self) -> list[Account] | NotPublished:
        reply = self._calls.ask("GET", "channels", params={"part": "snippet", "mine": "true"})
        if not isinstance(reply, Reply):
            return reply
        rows = [row for row in list_at(reply.json, "items") if text_at(row, "id")]
        if not rows:
            reason = f"This account has no channel. Make one on {NAME}, then connect it."
            return Rejected(reason, code="no_channel")
        return [self._account(row) for row in rows]

    def _account(self, row: Any) -> Account:
        name = text_at(row, "snippet", "title")
        handle = text_at(row, "snippet", "customUrl").removeprefix("@") or name
        picture = text_at(row, "snippet", "thumbnails", "default", "url")
        token = self.account.token
        return Account(text_at(row, "id"), handle, name, avatar_url=picture, token=token)

    @staticmethod
    def remote_id_in(permalink: str, account: Account) -> str:
        return videos.named_by(permalink)

    # -- before the post

    @staticmethod
    def mistake(payload: Payload, kind: str) -> Rejected | None:
        return videos.mistake(payload)

    def prepare(self, payload: Payload, step: Step) -> Processing | NotPublished | None:
        if payload.kind != "post":
            return None
        if (mistake := videos.mistake(payload)) is not None:
            return mistake
        outcome = uploads.upload(self._calls, payload, step)
        if outcome is uploads.ENDED:
            return self._adopt(payload, step)
        return (
            outcome
            or uploads.wait(self._calls, payload, step)
            or uploads.cover(self._calls, payload, step)
        )

    def _adopt(self, payload: Payload, step: Step) -> NotPublished:
        """A place that is gone may have made a video: a second one of the same bytes is refused."""
        media = videos.film(payload)
        since = datetime.fromtimestamp(uploads.begun(step, media) - 60, UTC)
        video = looks.private_copy(self._calls, payload, since)
        if not isinstance(video, str):
            return video
        uploads.forget(step, media)
        if video:
            uploads.adopt(step, media, video)
        return uploads.ENDED

    # -- the post

    def publish(self, payload: Payload, step: Step) -> Outcome:
        if payload.reply_to is not None:
            return self._comment(payload, payload.reply_to.parent)
        if (mistake := videos.mistake(payload)) is not None:
            return mistake
        media = videos.film(payload)
        video = str(uploads.held(step, media).get("id") or "")
        if not video:
            return TryLater(f"The post must be prepared for {NAME} again.", after=1)
        query = {"part": "snippet,status"}
        body = videos.shown(payload, video)
        reply = self._calls.commit("PUT", "videos", params=query, json=body)
        if isinstance(reply, Rejected) and reply.code in GONE:
            uploads.forget(step, media)
            return TryLater(f"The video is no longer on {NAME}; it is sent again.", after=1)
        return self._shown(reply, video, payload) if isinstance(reply, Reply) else reply

    def _shown(self, reply: Reply, video: str, payload: Payload) -> Outcome:
        if text_at(reply.json, "id") != video:
            return Uncertain(f"{NAME} accepted the post but did not say which one it is.")
        return self._become(video, reply.json, payload)

    def _become(self, video: str, row: Any, payload: Payload) -> Outcome:
        if (refused := uploads.unshown(at(row, "status"))) is not None:
            return refused
        seen_by = text_at(row, "status", "privacyStatus")
        if not seen_by:
            return Uncertain(f"{NAME} does not say who can see the video.")
        if seen_by != videos.privacy(payload):
            reason = (
                f"{NAME} keeps the video private: its project is not audited, or the channel's "
                "own settings ask for it."
            )
            return Rejected(reason, code="kept_private")
        if text_at(row, "status", "uploadStatus") == "uploaded":
            return Processing(video, uploads.LOOK_AFTER)
        return Published(video, videos.address(self._web, video))

    def confirm(self, handle: str, payload: Payload) -> Outcome:
        query = {"part": "status", "id": handle}
        reply = self._calls.ask("GET", "videos", params=query)
        if isinstance(reply, Rejected):
            # That it cannot be read is no word on the post.
            return TryLater(reply.reason)
        if not isinstance(reply, Reply):
            return reply
        row = at(reply.json, "items", 0)
        if row is None:
            return Uncertain(f"{NAME} no longer shows the video.")
        return self._become(handle, row, payload)

    def _comment(self, payload: Payload, video: str) -> Outcome:
        said = {
            "channelId": self.account.remote_id,
            "videoId": video,
            "topLevelComment": {"snippet": {"textOriginal": payload.text}},
        }
        query = {"part": "snippet"}
        reply = self._calls.commit("POST", "commentThreads", params=query, json={"snippet": said})
        if not isinstance(reply, Reply):
            return reply
        comment = text_at(reply.json, "snippet", "topLevelComment", "id") or text_at(
            reply.json, "id"
        )
        if not comment:
            return Uncertain(f"{NAME} accepted the comment but did not say which one it is.")
        return Published(comment, videos.address_of_comment(self._web, video, comment))

    # -- afterwards

    def edit(self, remote_id: str, payload: Payload) -> NotPublished | None:
        """Who can see it stays as it is; so does its cover."""
        if payload.reply_to is not None or payload.kind != "post":
            body = {"id": remote_id, "snippet": {"textOriginal": payload.text}}
            what = "comments"
        else:
            if (mistake := videos.mistake(payload)) is not None:
                return mistake
            body = {"id": remote_id, "snippet": videos.snippet(payload)}
            what = "videos"
        reply = self._calls.ask("PUT", what, params={"part": "snippet"}, json=body)
        return None if isinstance(reply, Reply) else reply

    def remove(self, remote_id: str) -> NotPublished | None:
        what = "comments" if videos.is_comment(remote_id) else "videos"
        reply = self._calls.ask("DELETE", what, params={"id": remote_id})
        gone = isinstance(reply, Rejected) and reply.code in GONE
        return None if gone or isinstance(reply, Reply) else reply

    # -- is it there?

    def find(self, payload: Payload, step: Step) -> Sighting:
        """By the id of its upload; who has forgotten that looks through the channel's uploads."""
        if payload.reply_to is not None:
            video, author = payload.reply_to.parent, self.account.remote_id
            saw = looks.in_comments(self._calls, payload, video, author, self._web)
        elif video := self._uploaded(payload, step):
            saw = self._look(video, payload, step)
        else:
            saw = looks.in_uploads(self._calls, payload, self._web)
        return saw if isinstance(saw, Found | NotFound | CannotTell) else CannotTell(saw.reason)

    @staticmethod
    def _uploaded(payload: Payload, step: Step) -> str:
        film = next((one for one in payload.media if one.is_video), None)
        return str(uploads.held(step, film).get("id") or "") if film else ""

    def _look(self, video: str, payload: Payload, step: Step) -> Sighting | NotPublished:
        query = {"part": "snippet,status", "id": video}
        reply = self._calls.ask("GET", "videos", params=query)
        if not isinstance(reply, Reply):
            return reply
        rows = at(reply.json, "items")
        if not isinstance(rows, list):
            return CannotTell(f"{NAME} does not show the video as expected.")
        if not rows or uploads.unshown(at(rows[0], "status")) is not None:
            uploads.forget(step, videos.film(payload))
            return NotFound()
        if videos.is_live(rows[0], payload):
            return Found(video, videos.address(self._web, video))
        return NotFound()

    # -- what became of it

    def measure(self, remote_ids: Sequence[str]) -> Mapping[str, Figures] | NotPublished:
        return measuring.of_videos(self._calls, remote_ids)

    def audience(self) -> Figures | NotPublished:
        return measuring.of_account(self._calls)

    @property
    def _calls(self) -> Calls:
        return Calls(self.http, self.app, self.account)

    @property
    def _web(self) -> str:
        return self.app.web_url.rstrip("/")
