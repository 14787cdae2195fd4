"""What is on a YouTube channel: its uploads, also the private ones, and its comments under a video.

Uploads are read from the channel's own list, for searching is rationed and lags behind. Called by
the adapter beside it.
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from publishers import lookups
from publishers.adapters.youtube import videos
from publishers.adapters.youtube.calls import Calls
from publishers.adapters.youtube.refusals import NAME
from publishers.contract import CannotTell, NotFound, NotPublished, Payload, Reply, Sighting
from publishers.lookups import Seen
from publishers.verdicts import at, text_at

PAGE, PAGES = 50, 3
COMMENTS = 100
# How long before its time a video may have been uploaded.
AHEAD = timedelta(days=1)

_COMMENT = ("snippet", "topLevelComment", "snippet")

type Rows = list[Any] | CannotTell | NotPublished


def uploads_since(calls: Calls, moment: datetime) -> Rows:
    """The newest first, as far as they were uploaded since then."""
    reply = calls.ask("GET", "channels", params={"part": "contentDetails", "mine": "true"})
    if not isinstance(reply, Reply):
        return reply
    mine = text_at(reply.json, "items", 0, "contentDetails", "relatedPlaylists", "uploads")
    if not mine:
        return CannotTell(f"{NAME} does not say where the channel's videos are listed.")
    query = {"part": "snippet,contentDetails,status", "playlistId": mine, "maxResults": str(PAGE)}
    found: list[Any] = []
    for _ in range(PAGES):
        reply = calls.ask("GET", "playlistItems", params=query)
        if not isinstance(reply, Reply):
            return reply
        rows = at(reply.json, "items")
        if not isinstance(rows, list):
            return CannotTell(f"{NAME} does not show the channel's videos as expected.")
        found += [row for row in rows if (made := _uploaded(row)) is None or made >= moment]
        after, last = text_at(reply.json, "nextPageToken"), _uploaded(rows[-1]) if rows else None
        if not after or not rows or (last is not None and last < moment):
            return found
        query = {**query, "pageToken": after}
    return CannotTell("The channel has too many new videos to look through.")


def in_uploads(calls: Calls, payload: Payload, web: str) -> Sighting | NotPublished:
    """A public one is dated by when it became public; of others only the upload has a date."""
    wanted = videos.privacy(payload)
    rows = uploads_since(calls, payload.created_at - AHEAD)
    if not isinstance(rows, list):
        return rows
    known = replace(payload, text=videos.words(payload))
    if wanted != "public":
        known = replace(known, called_at=None)
    rows = [row for row in rows if text_at(row, "status", "privacyStatus") == wanted]
    return lookups.sighting(NAME, known, [_seen(row, known, web) for row in rows])


def private_copy(calls: Calls, payload: Payload, since: datetime) -> str | NotPublished:
    """The id of the one that was uploaded for it since then; empty: there is none."""
    rows = uploads_since(calls, since)
    if isinstance(rows, CannotTell):
        return ""
    if not isinstance(rows, list):
        return rows
    alike = [
        text_at(row, "contentDetails", "videoId")
        for row in rows
        if text_at(row, "status", "privacyStatus") == "private" and videos.is_unseen(row, payload)
    ]
    return alike[0] if len(alike) == 1 else ""


def in_comments(
    calls: Calls, payload: Payload, video: str, author: str, web: str
) -> Sighting | NotPublished:
    """One that is not listed may be there all the same."""
    query = {
        "part": "snippet",
        "videoId": video,
        "order": "time",
        "textFormat": "plainText",
        "maxResults": str(COMMENTS),
    }
    reply = calls.ask("GET", "commentThreads", params=query)
    if not isinstance(reply, Reply):
        return reply
    rows = at(reply.json, "items")
    if not isinstance(rows, list):
        return CannotTell(f"{NAME} does not show the comments as expected.")
    mine = [row for row in rows if text_at(row, *_COMMENT, "authorChannelId", "value") == author]
    saw = lookups.sighting(NAME, payload, [_commented(row, video, web) for row in mine])
    if isinstance(saw, NotFound):
        return CannotTell(f"{NAME} does not list the comments that it holds back.")
    return saw


def _uploaded(row: Any) -> datetime | None:
    return videos.moment(text_at(row, "snippet", "publishedAt"))


def _seen(row: Any, payload: Payload, web: str) -> Seen:
    video = text_at(row, "contentDetails", "videoId")
    public = videos.privacy(payload) == "public"
    said = text_at(row, "contentDetails", "videoPublishedAt")
    return Seen(
        remote_id=video,
        permalink=videos.address(web, video),
        text=f"{text_at(row, 'snippet', 'title')}\n{text_at(row, 'snippet', 'description')}",
        pictures=len(payload.media),
        at=videos.moment(said) if public else None,
    )


def _commented(row: Any, video: str, web: str) -> Seen:
    comment = text_at(row, "snippet", "topLevelComment", "id") or text_at(row, "id")
    return Seen(
        remote_id=comment,
        permalink=videos.address_of_comment(web, video, comment),
        text=text_at(row, *_COMMENT, "textOriginal") or text_at(row, *_COMMENT, "textDisplay"),
        pictures=0,
        at=videos.moment(text_at(row, *_COMMENT, "publishedAt")),
    )
