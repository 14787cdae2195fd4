"""Pictures and videos, handed over before the post and worked on by the server meanwhile.

Called by the adapter beside it.
"""

import mimetypes
from urllib.parse import quote

from publishers import handles
from publishers.adapters.mastodon.server import Server
from publishers.contract import (
    Media,
    NotPublished,
    Payload,
    Processing,
    Rejected,
    Reply,
    Step,
    TryLater,
)
from publishers.verdicts import at, list_at, text_at

# What is in no post yet is thrown away after a day.
MEDIA_SECONDS = 23 * 3600
VIDEO_SECONDS = 900.0
WORKING = 5
ACCEPTED, PARTLY = 202, 206


def prepare(server: Server, payload: Payload, step: Step) -> Processing | NotPublished | None:
    for media in payload.media:
        problem = _unsuited(server, media, step) or _upload(server, media, step)
        if problem is not None:
            return problem
    # Only now: the server works on all of them at once.
    for media in payload.media:
        waiting = _wait_for(server, media, step)
        if waiting is not None:
            return waiting
    return None


def _unsuited(server: Server, media: Media, step: Step) -> Rejected | None:
    """What this server takes, asked once before a long upload; a silent one may take it."""
    if not media.is_video or handles.held(step, media):
        return None
    reply = server.ask("GET", "/api/v2/instance")
    told = reply.json if isinstance(reply, Reply) else None
    limits = at(told, "configuration", "media_attachments")
    most, kinds = at(limits, "video_size_limit"), list_at(limits, "supported_mime_types")
    if isinstance(most, int) and media.size > most:
        return Rejected(f"This server takes videos of at most {most // 1_000_000} MB.")
    if kinds and media.mime not in kinds:
        return Rejected("This server does not take videos of this kind. Use MP4.")
    return None


def _upload(server: Server, media: Media, step: Step) -> NotPublished | None:
    if handles.held(step, media):
        return None
    reply = _handed_over(server, "/api/v2/media", media, accept=404)
    if isinstance(reply, Reply) and reply.status == 404:
        reply = _handed_over(server, "/api/v1/media", media)
    if not isinstance(reply, Reply):
        return reply
    number = text_at(reply.json, "id")
    if not number:
        return TryLater("The server took a file but did not name it. It is uploaded again.")
    ready = reply.status != ACCEPTED
    handles.keep(step, media, MEDIA_SECONDS, id=number, ready=ready)
    return None


def _handed_over(
    server: Server, path: str, media: Media, *, accept: int = 200
) -> Reply | NotPublished:
    ending = mimetypes.guess_extension(media.mime) or ""
    seconds = VIDEO_SECONDS if media.is_video else None
    form = {"description": media.alt} if media.alt else None
    with media.stream() as stream:
        files = {"file": (media.sha256[:16] + ending, stream, media.mime)}
        return server.ask("POST", path, files=files, form=form, seconds=seconds, accept=accept)


def _wait_for(server: Server, media: Media, step: Step) -> Processing | NotPublished | None:
    kept = handles.held(step, media)
    if kept["ready"]:
        return None
    reply = server.ask("GET", f"/api/v1/media/{quote(kept['id'])}", accept=404)
    if isinstance(reply, Rejected):
        handles.drop(step, [media])
        return Rejected("The server could not work on a file. Save it again as MP4 or JPEG.")
    if not isinstance(reply, Reply):
        return reply
    if reply.status == 404:
        handles.drop(step, [media])
        return TryLater("The server no longer has a file; it is uploaded again.", after=1)
    if reply.status == PARTLY:
        return Processing(kept["id"], WORKING)
    handles.keep(step, media, MEDIA_SECONDS, id=kept["id"], ready=True)
    return None
