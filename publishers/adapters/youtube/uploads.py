"""Videos on their way to YouTube: privately, in pieces, from where the last one broke off.

A place makes one video at most, so that none is asked for while another may have its bytes. What
has arrived is asked there, never remembered. Called by the adapter beside it.
"""

import re
import time
from typing import Any

from publishers import handles
from publishers.adapters.youtube import videos
from publishers.adapters.youtube.calls import Calls, heard
from publishers.adapters.youtube.refusals import NAME, failed
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
from publishers.verdicts import Answer, at, text_at

# Pieces are multiples of 256 KiB.
PIECE = 40 * 256 * 1024
PIECES_AT_ONCE = 5
# A place is good for about a week, a private video until somebody deletes it.
PLACE_SECONDS = 5 * 86_400
KEPT_SECONDS = 30 * 86_400
# It is published all the same when YouTube has worked on it for so long.
PATIENCE_SECONDS = 900
LOOK_AFTER = 20
COVER_TRIES = 3
# What to do then is for the caller: the place may have ended because the video is there.
ENDED = TryLater(f"The place for the video on {NAME} has ended; it is sent again.", after=1)
# Our access is sent there.
_ITS_OWN = re.compile(r"https://(?:[a-z0-9-]+\.)*googleapis\.com/")
_RANGE = re.compile(r"(?:bytes=)?0-([0-9]{1,15})")


def held(step: Step, media: Media) -> dict[str, Any]:
    """`id` of the private video, whether it is `ready`, and `since` when it is there."""
    return handles.held_as(step, _video(media))


def begun(step: Step, media: Media) -> float:
    """When its place was asked for, in seconds since 1970."""
    return float(handles.held_as(step, _place(media)).get("since") or time.time())


def forget(step: Step, media: Media) -> None:
    for name in (_video(media), _place(media)):
        handles.drop_as(step, name)


def upload(calls: Calls, payload: Payload, step: Step) -> Processing | NotPublished | None:
    """None: YouTube has all of it. Some pieces of a large one, and it is called again."""
    media = videos.film(payload)
    if held(step, media):
        return None
    url = str(handles.held_as(step, _place(media)).get("url") or "")
    if url:
        came = _heard(calls.where(url, media), media, step)
    else:
        reply = calls.begin(media, videos.unseen(payload))
        if not isinstance(reply, Reply):
            return reply
        url = next((v for k, v in reply.headers.items() if k.lower() == "location"), "")
        if not _ITS_OWN.match(url):
            return TryLater(f"{NAME} gave no place for the video.")
        handles.keep_as(step, _place(media), PLACE_SECONDS, url=url, since=time.time())
        came = 0
    return _send(calls, url, media, came, step) if isinstance(came, int) else came


def _send(
    calls: Calls, url: str, media: Media, came: int, step: Step
) -> Processing | NotPublished | None:
    # One stream for several pieces: it is checked from its beginning each time that it is opened.
    with media.stream() as stream:
        for _ in range(PIECES_AT_ONCE):
            span = range(came, min(came + PIECE, media.size))
            told = _heard(calls.put(url, media, stream, span), media, step)
            if not isinstance(told, int):
                return told
            came = told
    return Processing(NAME, 1)


def _heard(answer: Answer, media: Media, step: Step) -> int | NotPublished | None:
    """Up to which byte it is there; None: all of it, and its id is kept."""
    if isinstance(answer, Reply) and answer.status == 308:
        said = next((v for k, v in answer.headers.items() if k.lower() == "range"), "")
        told = _RANGE.match(said)
        return min(int(told[1]) + 1, media.size - 1) if told else 0
    if isinstance(answer, Reply) and answer.status in (404, 410):
        return ENDED
    reply = heard(answer)
    if not isinstance(reply, Reply):
        return reply
    video = text_at(reply.json, "id")
    if not video:
        return TryLater(f"{NAME} has the video and does not say which one it is.", after=5)
    _keep(step, media, id=video, ready=False, since=time.time())
    return None


def adopt(step: Step, media: Media, video: str) -> None:
    """It was there already."""
    handles.drop_as(step, _place(media))
    _keep(step, media, id=video, ready=False, since=time.time())


def wait(calls: Calls, payload: Payload, step: Step) -> Processing | NotPublished | None:
    """Until YouTube has worked on it: what it cannot show is known before it is due."""
    media = videos.film(payload)
    known = held(step, media)
    if not known or known.get("ready"):
        return None
    reply = calls.ask("GET", "videos", params={"part": "status", "id": str(known["id"])})
    if isinstance(reply, Rejected):
        # That it cannot be asked about is no word on the video.
        _keep(step, media, **(known | {"ready": True}))
        return None
    if not isinstance(reply, Reply):
        return reply
    return _shows(at(reply.json, "items", 0, "status"), media, step)


def _shows(status: Any, media: Media, step: Step) -> Processing | NotPublished | None:
    known = held(step, media)
    if status is None:
        forget(step, media)
        return TryLater(f"The video is no longer on {NAME}; it is sent again.", after=1)
    if (refused := unshown(status)) is not None:
        forget(step, media)
        return refused
    worked = text_at(status, "uploadStatus") == "processed"
    if not worked and time.time() - float(known["since"]) < PATIENCE_SECONDS:
        return Processing(str(known["id"]), LOOK_AFTER)
    _keep(step, media, **(known | {"ready": True}))
    return None


def unshown(status: Any) -> Rejected | None:
    """Why YouTube will never show it, if it says so."""
    if text_at(status, "uploadStatus") not in ("failed", "rejected", "deleted"):
        return None
    return failed(text_at(status, "rejectionReason") or text_at(status, "failureReason"))


def cover(calls: Calls, payload: Payload, step: Step) -> NotPublished | None:
    """The picture that stands for it. Not every channel may have one: then it has none."""
    picture, known = videos.cover(payload), held(step, videos.film(payload))
    if picture is None or not known:
        return None
    video = str(known["id"])
    name = f"cover:{video}:{picture.sha256}"
    done = handles.held_as(step, name)
    tries = int(done.get("tries", 0))
    if done.get("done") or tries >= COVER_TRIES:
        return None
    reply = calls.put_cover(video, picture)
    again = isinstance(reply, TryLater) and not reply.rate_limited
    handles.keep_as(step, name, KEPT_SECONDS, done=not again, tries=tries + 1)
    return reply if again and isinstance(reply, TryLater) else None


def _keep(step: Step, media: Media, **known: Any) -> None:
    known.pop("until", None)
    handles.keep_as(step, _video(media), KEPT_SECONDS, **known)


def _video(media: Media) -> str:
    return f"video:{media.sha256}"


def _place(media: Media) -> str:
    return f"{handles.SECRET}place:{media.sha256}"
