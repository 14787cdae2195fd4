"""Videos, which become reels and stories: uploaded first, published by a call of their own.

Called by the adapter beside it. What broke off goes on from where it stopped.
"""

from dataclasses import dataclass
from typing import Any

from publishers import handles
from publishers.adapters.facebook.refusals import NAME
from publishers.contract import (
    Media,
    NotPublished,
    Outcome,
    Processing,
    Published,
    Rejected,
    Reply,
    Step,
    TryLater,
)
from publishers.graph import Graph
from publishers.verdicts import at, is_fine, quoted, repeatable, text_at

KEPT_SECONDS = 20 * 3600
# A slow line needs about this long for a megabyte.
SECONDS_PER_MEGABYTE = 2.0
AGAIN = 15


@dataclass(frozen=True)
class Videos:
    """Of one page; `edge`: "video_reels" or "video_stories"."""

    graph: Graph
    page: str
    edge: str

    @property
    def path(self) -> str:
        return f"{self.page}/{self.edge}"

    def upload(self, media: Media, step: Step) -> NotPublished | None:
        kept = handles.held(step, media)
        if kept.get("sent"):
            return None
        first = 0
        if kept:
            state = self.state(kept["id"])
            if not isinstance(state, Reply):
                handles.drop(step, [media])
                return TryLater(f"{NAME} no longer has the video; it is uploaded again.", after=1)
            found = at(state.json, "status", "uploading_phase", "bytes_transfered")
            first = found if isinstance(found, int) and 0 <= found <= media.size else 0
        else:
            reply = self.graph.ask("POST", self.path, form={"upload_phase": "start"})
            if not isinstance(reply, Reply):
                return reply
            kept = {key: text_at(reply.json, key) for key in ("video_id", "upload_url")}
            if not all(kept.values()):
                return TryLater(f"{NAME} gave no place for the video.")
            kept = {"id": kept["video_id"], "url": kept["upload_url"]}
            handles.keep(step, media, KEPT_SECONDS, **kept, sent=False)
        return self._send(media, step, kept, first)

    def _send(
        self, media: Media, step: Step, kept: dict[str, Any], first: int
    ) -> NotPublished | None:
        headers = {"Authorization": f"OAuth {self.graph.token}", "offset": str(first)}
        headers |= {"file_size": str(media.size), "Content-Type": "application/octet-stream"}
        with media.stream() as stream:
            stream.seek(first)
            answer = self.graph.http.send(
                "POST",
                kept["url"],
                headers=headers,
                data=stream,
                length=media.size - first,
                seconds=60 + media.size / 1e6 * SECONDS_PER_MEGABYTE,
            )
        reply = repeatable(answer, NAME)
        if not isinstance(reply, Reply):
            return reply
        if not is_fine(reply) or at(reply.json, "success") is not True:
            return TryLater(quoted(NAME, text_at(reply.json, "debug_info", "message")))
        kept = {"id": kept["id"], "url": kept["url"]}
        handles.keep(step, media, KEPT_SECONDS, **kept, sent=True)
        return None

    def wait(self, media: Media, step: Step) -> Processing | NotPublished | None:
        """Until it is uploaded as the platform sees it."""
        kept = handles.held(step, media)
        if not kept or kept.get("ready"):
            return None
        reply = self.state(kept["id"])
        if not isinstance(reply, Reply):
            return reply
        state = text_at(reply.json, "status", "video_status")
        if state in ("error", "expired", "upload_failed"):
            handles.drop(step, [media])
            return failed(reply.json)
        if state == "uploading":
            return Processing(kept["id"], AGAIN)
        handles.keep(step, media, KEPT_SECONDS, id=kept["id"], sent=True, ready=True)
        return None

    def state(self, video: str) -> Reply | NotPublished:
        return self.graph.ask("GET", video, params={"fields": "status,permalink_url,post_id"})


def failed(found: Any) -> Rejected:
    phases = ("uploading_phase", "processing_phase", "publishing_phase")
    words = [text_at(found, "status", phase, "errors", 0, "message") for phase in phases]
    words += [text_at(found, "status", phase, "error", "message") for phase in phases]
    return Rejected(quoted(NAME, next(filter(None, words), ""), "Save the video again as MP4."))


def became(found: Any, video: str, web: str) -> Outcome:
    """What the state of a video says of its publishing, which goes on after the call."""
    phase = text_at(found, "status", "publishing_phase", "status")
    if phase == "complete":
        post = text_at(found, "post_id") or video
        address = text_at(found, "permalink_url") or f"/{post}"
        return Published(post, address if "://" in address else web + address)
    if text_at(found, "status", "video_status") in ("error", "expired") or phase == "error":
        return failed(found)
    return Processing(video, AGAIN)
