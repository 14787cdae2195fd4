"""Posts on TikTok: what is sent, and what is read back. Called by the adapter beside it."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from publishers.adapters.tiktok import chunks
from publishers.adapters.tiktok.refusals import NAME
from publishers.contract import (
    App,
    Event,
    EventKind,
    Forged,
    Heard,
    Hook,
    Payload,
    Rejected,
)
from publishers.lookups import Seen
from publishers.verdicts import at, list_at, text_at

TITLE, DESCRIPTION = 90, 4000
OLDEST_SECONDS = 300
FIELDS = "id,create_time,share_url,title,video_description"
COUNTED = {
    "view_count": "views",
    "like_count": "likes",
    "comment_count": "comments",
    "share_count": "shares",
}
OF_ACCOUNT = {
    "follower_count": "followers",
    "following_count": "following",
    "likes_count": "likes",
    "video_count": "posts",
}
EVENTS: Mapping[str, EventKind] = {
    "post.publish.failed": "failed",
    "post.publish.complete": "published",
    "post.publish.publicly_available": "published",
    "post.publish.no_longer_publicaly_available": "removed",
    "authorization.removed": "revoked",
    "video.upload.failed": "failed",
    "video.publish.completed": "published",
}

# -- what is sent


def is_draft(payload: Payload) -> bool:
    return payload.options.get("mode", "") == "draft"


def mistake(payload: Payload) -> Rejected | None:
    if not payload.media:
        return Rejected(f"{NAME} needs a video or pictures.", code="no_media")
    if not is_draft(payload) and not payload.options.get("privacy", ""):
        return Rejected(f"Choose who can see it on {NAME}.", code="no_privacy")
    if not payload.media[0].is_video and not all(one.url for one in payload.media):
        reason = f"{NAME} fetches pictures from this installation, which has no address for them."
        return Rejected(reason, code="no_address")
    return None


def unfit(creator: Any, payload: Payload) -> Rejected | None:
    """What the account may not do at the moment."""
    offered = list_at(creator, "data", "privacy_level_options")
    if offered and not is_draft(payload) and payload.options.get("privacy") not in offered:
        return Rejected(
            f"{NAME} does not offer this account that choice. Choose again who can see it.",
            code="privacy_level_option_mismatch",
        )
    most = at(creator, "data", "max_video_post_duration_sec")
    longest = max(one.seconds for one in payload.media)
    if isinstance(most, int) and most > 0 and longest > most + 0.1:
        reason = f"{NAME} takes videos of up to {most} seconds of this account. Shorten it."
        return Rejected(reason, code="duration")
    return None


def info(payload: Payload, creator: Mapping[str, Any]) -> dict[str, Any]:
    """What videos and pictures have in common."""
    chosen = payload.options
    return {
        "privacy_level": chosen.get("privacy", ""),
        "disable_comment": chosen.get("comments") == "no" or creator.get("comments") is False,
        "brand_content_toggle": chosen.get("brand_content") == "yes",
        "brand_organic_toggle": chosen.get("brand_organic") == "yes",
    }


def video(payload: Payload, creator: Mapping[str, Any]) -> dict[str, Any]:
    """For …/video/init/; a draft has no words."""
    size = payload.media[0].size
    chunk = chunks.size_of(size)
    source = {
        "source": "FILE_UPLOAD",
        "video_size": size,
        "chunk_size": chunk,
        "total_chunk_count": chunks.count(size, chunk),
    }
    if is_draft(payload):
        return {"source_info": source}
    chosen = payload.options
    words = {
        **info(payload, creator),
        "title": payload.text,
        "disable_duet": chosen.get("duet") == "no" or creator.get("duet") is False,
        "disable_stitch": chosen.get("stitch") == "no" or creator.get("stitch") is False,
        "is_aigc": chosen.get("aigc") == "yes",
    }
    return {"post_info": words, "source_info": source}


def pictures(payload: Payload, creator: Mapping[str, Any]) -> dict[str, Any]:
    """For …/content/init/."""
    draft = is_draft(payload)
    words: dict[str, Any] = {"title": payload.title.strip()[:TITLE]}
    words["description"] = payload.text
    if not draft:
        words |= info(payload, creator)
        words |= {"auto_add_music": payload.options.get("music") == "yes"}
    return {
        "media_type": "PHOTO",
        "post_mode": "MEDIA_UPLOAD" if draft else "DIRECT_POST",
        "post_info": {name: value for name, value in words.items() if value != ""},
        "source_info": {
            "source": "PULL_FROM_URL",
            "photo_images": [media.url for media in payload.media],
            "photo_cover_index": 0,
        },
    }


# -- what is read back


def post_id(found: Any) -> str:
    """The spelling is TikTok's. The numbers are larger than a float can tell apart."""
    listed = list_at(found, "data", "publicaly_available_post_id")
    first = listed[0] if listed else ""
    told = str(first) if isinstance(first, int | str) and not isinstance(first, bool) else ""
    return told if re.fullmatch(r"[0-9]{1,25}", told) else ""


def number(row: Any) -> str:
    told = at(row, "id")
    return str(told) if isinstance(told, int | str) and str(told).isdecimal() else ""


def seen(row: Any, pictures: int) -> Seen:
    said = at(row, "create_time")
    known = isinstance(said, int) and 0 < said < 1e11
    return Seen(
        remote_id=number(row),
        permalink=text_at(row, "share_url"),
        text=text_at(row, "title") or text_at(row, "video_description"),
        pictures=pictures,
        at=datetime.fromtimestamp(said, UTC) if known else None,
    )


# -- what it tells by itself


def hear(hook: Hook, app: App, now: float) -> Heard:
    header = next((v for k, v in hook.headers.items() if k.lower() == "tiktok-signature"), "")
    parts = dict(part.strip().partition("=")[::2] for part in header.split(","))
    moment, signed = parts.get("t", ""), parts.get("s", "")
    if not app.client_secret or not re.fullmatch(r"[0-9]{1,12}", moment):
        return Forged("it is not signed")
    if not hmac.compare_digest(signature(app.client_secret, moment, hook.body), signed.encode()):
        return Forged("the signature is another")
    if abs(now - int(moment)) > OLDEST_SECONDS:
        return Forged("it is too old")
    try:
        told = json.loads(hook.body)
        content = json.loads(text_at(told, "content") or "{}")
    except (ValueError, RecursionError):
        return Forged("it is no JSON")
    return (_event(told, content),)


def signature(secret: str, moment: str, body: bytes) -> bytes:
    made = hmac.new(secret.encode(), f"{moment}.".encode() + body, hashlib.sha256)
    return made.hexdigest().encode()


def _event(told: Any, content: Any) -> Event:
    account, name, when = (
        text_at(told, "user_openid"),
        text_at(told, "event"),
        at(told, "create_time"),
    )
    raw = "\0".join((account, name, text_at(told, "content"), str(when)))
    known = isinstance(when, int) and 0 < when < 1e11
    post = at(content, "post_id") or at(content, "publish_id") or at(content, "share_id")
    return Event(
        hashlib.sha256(raw.encode()).hexdigest()[:32],
        EVENTS.get(name, "other"),
        account,
        post=str(post) if isinstance(post, int | str) else "",
        at=datetime.fromtimestamp(when, UTC) if known else None,
        words=text_at(content, "reason"),
    )
