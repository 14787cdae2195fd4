"""Videos on YouTube: what is sent, and what is read back. Called by the adapter beside it."""

import re
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, quote, urlsplit

from publishers.adapters.youtube.refusals import NAME
from publishers.adapters.youtube.spec import TAGS
from publishers.articles import words_in
from publishers.contract import Media, Payload, Rejected
from publishers.verdicts import text_at

VIDEO_SIGNS = 11

# -- what is sent


def film(payload: Payload) -> Media:
    return next(one for one in payload.media if one.is_video)


def cover(payload: Payload) -> Media | None:
    return next((one for one in payload.media if not one.is_video), None)


def privacy(payload: Payload) -> str:
    return payload.options.get("privacy", "") or "public"


def mistake(payload: Payload) -> Rejected | None:
    """What keeps it from being sent at all."""
    if sum(one.is_video for one in payload.media) != 1:
        return Rejected(f"{NAME} needs one video.", code="no_video")
    if not payload.title.strip():
        return Rejected(f"{NAME} needs a title. Write one above the text.", code="no_title")
    for said, noun in ((payload.title, "title"), (payload.text, "text")):
        if re.search("[<>]", said):
            reason = f"{NAME} takes no < or > in the {noun}. Take it out there."
            return Rejected(reason, code=f"signs_in_{noun}")
    if payload.options.get("made_for_kids", "") not in ("yes", "no"):
        return Rejected(f"Say for {NAME} whether it is made for kids.", code="no_audience")
    if (over := weight(tags(payload)) - TAGS) > 0:
        reason = f"{NAME} takes tags of {TAGS} characters in all; these are {over} over."
        return Rejected(reason, code="tags")
    return None


def tags(payload: Payload) -> list[str]:
    return words_in(payload.options.get("tags", ""))


def weight(tags: list[str]) -> int:
    """One with a space stands in quotation marks, and a comma stands between two."""
    signs = sum(len(tag) + (2 if " " in tag else 0) for tag in tags)
    return signs + max(0, len(tags) - 1)


def snippet(payload: Payload) -> dict[str, Any]:
    """All of it: what is left out of an update is lost."""
    return {
        "title": payload.title.strip(),
        "description": payload.text,
        "tags": tags(payload),
        "categoryId": payload.options.get("category", "") or "22",
    }


def _status(payload: Payload, privacy: str) -> dict[str, Any]:
    return {
        "privacyStatus": privacy,
        "selfDeclaredMadeForKids": payload.options.get("made_for_kids") == "yes",
        "containsSyntheticMedia": payload.options.get("synthetic") == "yes",
        "license": payload.options.get("license", "") or "youtube",
        "embeddable": True,
        "publicStatsViewable": True,
    }


def unseen(payload: Payload) -> dict[str, Any]:
    """For its upload. What is left out is public there. Until it is published its description is
    what it is known again by: people have private videos of the same title.
    """
    said = snippet(payload) | {"description": payload.client_token}
    return {"snippet": said, "status": _status(payload, "private")}


def shown(payload: Payload, video: str) -> dict[str, Any]:
    """For the call that publishes: as it was approved, whatever was uploaded before."""
    return {
        "id": video,
        "snippet": snippet(payload),
        "status": _status(payload, privacy(payload)),
    }


# -- addresses


def address(web: str, video: str) -> str:
    return f"{web}/watch?v={quote(video, safe='')}"


def address_of_comment(web: str, video: str, comment: str) -> str:
    return f"{address(web, video)}&lc={quote(comment, safe='')}"


def named_by(permalink: str) -> str:
    """A comment's id stands beside its video's."""
    try:
        parts = urlsplit(permalink)
        query = parse_qs(parts.query)
    except ValueError:
        return ""
    if not parts.path.rstrip("/").endswith("/watch"):
        found = re.fullmatch(r"/(?:shorts|live)/([A-Za-z0-9_-]{11})/?", parts.path)
        return found[1] if found else ""
    return next((query[name][0] for name in ("lc", "v") if name in query), "")


def is_comment(remote_id: str) -> bool:
    return len(remote_id) > VIDEO_SIGNS


# -- what is read back


def words(payload: Payload) -> str:
    return f"{payload.title.strip()}\n{payload.text}"


def is_unseen(row: Any, payload: Payload) -> bool:
    """Whether it was uploaded for it and not published."""
    said = text_at(row, "snippet", "description").strip()
    return bool(said) and said == payload.client_token


def is_live(row: Any, payload: Payload) -> bool:
    """Of the video that was uploaded for it. A private one is not until it has its last words."""
    wanted = privacy(payload)
    named = text_at(row, "snippet", "title").strip() == payload.title.strip()
    last = named and not is_unseen(row, payload)
    return text_at(row, "status", "privacyStatus") == wanted and (wanted != "private" or last)


def moment(said: str) -> datetime | None:
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        return None
    return found if found.tzinfo else None
