"""Videos on Pinterest: registered, put into a store, worked on. Called by the adapter beside it.

A video that no pin uses is seen by nobody.
"""

import re

from publishers import handles
from publishers.adapters.pinterest.calls import Calls
from publishers.adapters.pinterest.refusals import NAME
from publishers.contract import (
    Media,
    NotPublished,
    Processing,
    Rejected,
    Reply,
    Step,
    TryLater,
)
from publishers.verdicts import at, text_at

# How long what no pin uses is kept is not told.
KEPT_SECONDS = 86_400
LOOK_AFTER = 5


def ready(step: Step, media: Media) -> str:
    """The video's number, once it can be used."""
    known = handles.held(step, media)
    return str(known["id"]) if known.get("ready") else ""


def forget(step: Step, media: Media) -> None:
    handles.drop(step, [media])


def upload(calls: Calls, media: Media, step: Step) -> Processing | NotPublished | None:
    if ready(step, media):
        return None
    if not handles.held(step, media) and (problem := _put(calls, media, step)) is not None:
        return problem
    return _wait(calls, media, step)


def _put(calls: Calls, media: Media, step: Step) -> NotPublished | None:
    place = calls.ask("POST", "media", json={"media_type": "video"})
    if not isinstance(place, Reply):
        return place
    number, url = text_at(place.json, "media_id"), text_at(place.json, "upload_url")
    told = at(place.json, "upload_parameters")
    fields = {str(k): str(v) for k, v in told.items()} if isinstance(told, dict) else {}
    if not number or not fields or not re.match(r"https?://", url):
        return TryLater(f"{NAME} gave no place for the video.")
    reply = calls.put(url, fields, media)
    if not isinstance(reply, Reply):
        return reply
    handles.keep(step, media, KEPT_SECONDS, id=number, ready=False)
    return None


def _wait(calls: Calls, media: Media, step: Step) -> Processing | NotPublished | None:
    number = str(handles.held(step, media)["id"])
    reply = calls.ask("GET", f"media/{number}")
    if isinstance(reply, Rejected):
        forget(step, media)
        return TryLater(f"{NAME} no longer has the video; it is sent there again.", after=1)
    if not isinstance(reply, Reply):
        return reply
    status = text_at(reply.json, "status")
    if status == "failed":
        forget(step, media)
        return Rejected(
            f"{NAME} could not work on the video. Save it again as MP4 with H.264.", code="failed"
        )
    if status != "succeeded":
        return Processing(number, LOOK_AFTER)
    handles.keep(step, media, KEPT_SECONDS, id=number, ready=True)
    return None
