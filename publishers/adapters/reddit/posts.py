"""Posts and comments on Reddit: what is sent, and what is read back. Called by the adapter."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from publishers.adapters.reddit.places import link_of, place_of
from publishers.contract import Figures, Payload
from publishers.lookups import Seen
from publishers.verdicts import at, figures_at, list_at, text_at

CAPTION = 180
_NAME = re.compile(r"(?:t3_)?([0-9a-z]{1,15})")
_PATH = re.compile(r"/(?:r|user|u)/[^?#\s]+")
_ADDRESS = re.compile(r"/comments/([0-9a-z]{1,15})(?:/[^/?#]*(?:/([0-9a-z]{1,15}))?)?/?(?:[?#]|$)")

# -- what is sent


def form(payload: Payload, flair: Mapping[str, Any], assets: Sequence[Mapping[str, Any]]) -> Any:
    """Of all but galleries, for /api/submit."""
    common = {name: _said(value) for name, value in _common(payload, flair).items()}
    text = payload.text.strip()
    if assets and payload.media[0].is_video:
        common |= {
            "kind": "video",
            "url": assets[0]["url"],
            "video_poster_url": assets[0]["poster"],
        }
    elif assets:
        common |= {"kind": "image", "url": assets[0]["url"]}
    elif link_of(payload):
        common |= {"kind": "link", "url": link_of(payload)}
    else:
        return common | {"kind": "self", "text": payload.text}
    # Below a link it stands since 2025; below pictures it is not documented.
    return common | ({"text": payload.text} if text else {})


def gallery(payload: Payload, flair: Mapping[str, Any], assets: Sequence[Mapping[str, Any]]) -> Any:
    """For /api/submit_gallery_post.json."""
    items = [
        {"media_id": asset["asset"], "caption": caption(media.alt), "outbound_url": ""}
        for media, asset in zip(payload.media, assets, strict=True)
    ]
    body = {**_common(payload, flair), "items": items, "show_error_list": True}
    return body | ({"text": payload.text} if payload.text.strip() else {})


def _common(payload: Payload, flair: Mapping[str, Any]) -> dict[str, Any]:
    chosen = payload.options
    found = {
        "api_type": "json",
        "sr": place_of(payload),
        "title": payload.title.strip(),
        "sendreplies": chosen.get("inbox", "") != "no",
        "nsfw": chosen.get("nsfw", "") == "yes",
        "spoiler": chosen.get("spoiler", "") == "yes",
        "resubmit": True,
        "validate_on_submit": True,
    }
    named = {"flair_id": flair["id"], "flair_text": flair["text"]} if flair else {}
    return found | named


def _said(value: str | bool) -> str:
    return value if isinstance(value, str) else "true" if value else "false"


def caption(words: str) -> str:
    words = " ".join(words.split())
    return words if len(words) <= CAPTION else words[: CAPTION - 1].rstrip() + "…"


# -- what it answers


def named_in(found: Any) -> str:
    """The full name of a post: some answers have it without its kind, some only as “id”."""
    data = at(found, "json", "data")
    name = _NAME.fullmatch(text_at(data, "name") or text_at(data, "id"))
    return f"t3_{name[1]}" if name else ""


def is_taken(found: Any) -> bool:
    """Pictures and videos are taken without a name: it is told on a socket that we do not have."""
    data = at(found, "json", "data")
    return bool(text_at(data, "websocket_url") or text_at(data, "user_submitted_page"))


def path_in(found: Any, name: str) -> str:
    """Of the address that was told."""
    told = _PATH.search(text_at(found, "json", "data", "url"))
    return told[0] if told else f"/comments/{name.removeprefix('t3_')}/"


def comment_in(found: Any) -> tuple[str, str]:
    """(full name, path) of the comment that was made; empty when there is none."""
    data = at(found, "json", "data", "things", 0, "data")
    name = text_at(data, "name")
    if not re.fullmatch(r"t1_[0-9a-z]{1,15}", name):
        return "", ""
    told, post = text_at(data, "permalink"), text_at(data, "link_id").removeprefix("t3_")
    built = f"/r/{text_at(data, 'subreddit')}/comments/{post}/_/{name.removeprefix('t1_')}"
    return name, told if told.startswith("/") else built


def named_by(permalink: str) -> str:
    found = _ADDRESS.search(permalink)
    if found is None:
        return ""
    return f"t1_{found[2]}" if found[2] else f"t3_{found[1]}"


# -- what it lists


def words(payload: Payload) -> str:
    """All that tells one post from another."""
    if payload.kind != "post":
        return payload.text
    return "\n".join((payload.title.strip(), link_of(payload), payload.text))


def seen(row: Any, web: str) -> Seen:
    data = at(row, "data")
    comment = text_at(data, "name").startswith("t1_")
    pictures, link = 0 if comment else _pictures(data), ""
    if not comment and not pictures and at(data, "is_self") is not True:
        link = text_at(data, "url_overridden_by_dest") or text_at(data, "url")
    shown = "\n".join((text_at(data, "title"), link, text_at(data, "selftext")))
    return Seen(
        remote_id=text_at(data, "name"),
        permalink=f"{web}{text_at(data, 'permalink')}",
        text=text_at(data, "body") if comment else shown,
        pictures=pictures,
        at=moment_in(row),
        root=text_at(data, "link_id") if comment else "",
    )


def is_in(row: Any, place: str) -> bool:
    return text_at(row, "data", "subreddit").lower() == place.lower()


def moment_in(row: Any) -> datetime | None:
    said = at(row, "data", "created_utc")
    if not isinstance(said, int | float) or not 0 < said < 1e11:
        return None
    return datetime.fromtimestamp(said, UTC)


def _pictures(data: Any) -> int:
    if at(data, "is_gallery") is True:
        return len(list_at(data, "gallery_data", "items"))
    # A link to a picture elsewhere is a link.
    own = at(data, "is_reddit_media_domain") is True or text_at(data, "domain") == "i.redd.it"
    return int(at(data, "is_video") is True or own)


# -- what is counted


def figures(data: Any) -> Figures:
    """Where the score is hidden, what it says is no score."""
    names = {"upvote_ratio": "upvote_ratio", "num_comments": "comments", "num_crossposts": "shares"}
    if at(data, "hide_score") is not True and at(data, "score_hidden") is not True:
        names["score"] = "score"
    return figures_at(data, names, signed=True)


def karma(me: Any) -> Figures:
    """Older answers have no total."""
    total = figures_at(me, {"total_karma": "karma"}, signed=True)
    if total:
        return total
    names = {name: name for name in ("link_karma", "comment_karma")}
    parts = figures_at(me, names, signed=True)
    return {"karma": sum(parts.values())} if parts else {}


def is_gone(data: Any) -> bool:
    """Deleted by its author, or taken from people's sight by somebody else."""
    return text_at(data, "author") == "[deleted]" or bool(text_at(data, "removed_by_category"))
