"""Pins: what is sent, and what is read back. Called by the adapter beside it."""

import base64
import re
from datetime import UTC, datetime
from typing import Any

from publishers.adapters.pinterest import boards
from publishers.adapters.pinterest.refusals import NAME
from publishers.adapters.pinterest.spec import MOST_PICTURES
from publishers.contract import Figures, Media, Payload, Rejected
from publishers.lookups import Seen
from publishers.text import fingerprint
from publishers.verdicts import at, figures_at, list_at, text_at

TITLE, ALT, BETWEEN = 100, 500, "; "
COUNTED = {
    "impression": "impressions",
    "pin_click": "clicks",
    "clickthrough": "link_clicks",
    "outbound_click": "link_clicks",
    "save": "saves",
    "reaction": "likes",
    "comment": "comments",
}
OF_ACCOUNT = {
    "follower_count": "followers",
    "following_count": "following",
    "pin_count": "posts",
}

# -- what is sent


def film(payload: Payload) -> Media | None:
    return next((one for one in payload.media if one.is_video), None)


def link(payload: Payload) -> str:
    return payload.options.get("link", "").strip() or payload.link


def mistake(payload: Payload) -> Rejected | None:
    """What keeps it from being sent at all."""
    if not boards.typed(payload):
        return Rejected(f"Name the board on {NAME} that it is for.", code="no_board")
    if link(payload) and not re.match(r"https?://[^\s/]", link(payload)):
        return Rejected("The link must begin with https://.", code="bad_link")
    if (over := len(payload.title.strip()) - TITLE) > 0:
        reason = f"{NAME} takes titles of {TITLE} characters; this is {over} over. Shorten it."
        return Rejected(reason, code="title")
    return _unfit(payload)


def _unfit(payload: Payload) -> Rejected | None:
    pictures = [one for one in payload.media if not one.is_video]
    videos = len(payload.media) - len(pictures)
    if not payload.media:
        return Rejected(f"{NAME} needs a picture or a video.", code="no_media")
    if videos > 1 or (videos and len(pictures) > 1):
        reason = f"{NAME} takes one video, with one picture as its cover. Take out the others."
        return Rejected(reason, code="too_many_media")
    if len(pictures) > MOST_PICTURES:
        reason = f"{NAME} takes {MOST_PICTURES} pictures. Take out the others."
        return Rejected(reason, code="too_many_media")
    return None


def words(payload: Payload) -> dict[str, Any]:
    """What can be changed later."""
    said = {
        "title": payload.title.strip(),
        "description": payload.text,
        "link": link(payload),
        "alt_text": _described(payload),
    }
    return {name: value for name, value in said.items() if value}


def _described(payload: Payload) -> str:
    """A pin has one description for all of its pictures: as many whole ones as fit come first."""
    whole: list[str] = []
    rest: list[str] = []
    for alt in filter(None, (one.alt.strip() for one in payload.media)):
        fits = len(BETWEEN.join([*whole, alt])) <= ALT
        (whole if fits else rest).append(alt)
    return BETWEEN.join([*whole, *rest])[:ALT].rstrip(BETWEEN)


def pin(payload: Payload, board: str, video: str) -> dict[str, Any]:
    """`video`: the number of what was uploaded for it."""
    pictures = [one for one in payload.media if not one.is_video]
    source: dict[str, Any]
    if video:
        source = {"source_type": "video_id", "media_id": video, **_cover(pictures)}
    elif len(pictures) == 1:
        source = {"source_type": "image_base64", **_encoded(pictures[0])}
    else:
        rows = [_encoded(one) for one in pictures]
        source = {"source_type": "multiple_image_base64", "items": rows, "index": 0}
    return {"board_id": board, **words(payload), "media_source": source}


def _encoded(media: Media) -> dict[str, str]:
    return {
        "content_type": media.mime,
        "data": base64.b64encode(media.read()).decode(),
    }


def _cover(pictures: list[Media]) -> dict[str, Any]:
    """One is needed: without a picture its first frame."""
    if not pictures:
        return {"cover_image_key_frame_time": 0}
    told = _encoded(pictures[0])
    return {"cover_image_content_type": told["content_type"], "cover_image_data": told["data"]}


def changes(payload: Payload) -> dict[str, Any]:
    """Of a pin that is live; what was taken out is emptied."""
    empty = {"title": "", "description": "", "link": "", "alt_text": ""}
    return {name: value or None for name, value in (empty | words(payload)).items()}


# -- what is read back


def address(web: str, number: str) -> str:
    return f"{web}/pin/{number}/"


def named_by(permalink: str) -> str:
    found = re.search(r"/pin/([0-9]{1,25})/?(?:[?#]|$)", permalink)
    return found[1] if found else ""


def said(payload: Payload) -> str:
    """What tells one pin from another. Its link does not: many may share it, or it is rewritten."""
    return f"{payload.title.strip()}\n{payload.text}"


def seen(row: Any, payload: Payload, web: str) -> Seen:
    number = text_at(row, "id")
    return Seen(
        remote_id=number,
        permalink=address(web, number),
        text=f"{text_at(row, 'title')}\n{text_at(row, 'description')}",
        # A cover is no picture of its own, and the number of those in a video is not told.
        pictures=len(payload.media) if _is_like(row, payload) else -1,
        at=moment(text_at(row, "created_at")),
    )


def _is_like(row: Any, payload: Payload) -> bool:
    if fingerprint(text_at(row, "link")) != fingerprint(link(payload)):
        return False
    kind = text_at(row, "media", "media_type")
    if film(payload) is not None:
        return kind == "video"
    if len(payload.media) > 1:
        shown = list_at(row, "media", "items")
        return kind == "multiple_images" and len(shown) in (0, len(payload.media))
    return kind == "image"


def moment(told: str) -> datetime | None:
    """Without a zone it means Greenwich."""
    try:
        found = datetime.fromisoformat(told)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def figures(row: Any) -> Figures:
    """Of its whole life, where that is told; comments and reactions are told only there."""
    metrics = at(row, "pin_metrics", "lifetime_metrics") or at(row, "pin_metrics", "90d")
    return figures_at(metrics, COUNTED)
