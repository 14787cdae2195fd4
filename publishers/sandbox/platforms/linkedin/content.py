"""What stands below the words of a post on LinkedIn: exactly one thing, or nothing."""

from typing import Any

from publishers.sandbox import text
from publishers.sandbox.models import Account, Picture, RemotePost
from publishers.sandbox.platforms.linkedin import documents, images, videos
from publishers.sandbox.platforms.linkedin.errors import bad_field

ALT_LIMIT = 4086
IMAGES = (2, 20)
POLL = {"question": 140, "option": 30}
ANSWERS = (2, 4)
DURATIONS = ("ONE_DAY", "THREE_DAYS", "SEVEN_DAYS", "FOURTEEN_DAYS")
# What stands alone in a post.
OTHERS = (videos.KIND, documents.KIND)
SHAREABLE = ("urn:li:share:", "urn:li:ugcPost:")

type Attached = list[tuple[Picture, str]]


def attached(who: Account, content: dict[str, Any]) -> Attached:
    """The pictures, the video or the document of a post; Refused where it is not as it must be."""
    if not isinstance(content, dict) or len(content) > 1:
        raise bad_field("content", "INVALID_VALUE_FOR_FIELD", "content holds exactly one kind")
    if not content:
        return []
    [(kind, value)] = content.items()
    kinds = {"media": _media, "multiImage": _images, "article": _article, "poll": _poll}
    if kind not in kinds or not isinstance(value, dict):
        raise bad_field(f"content/{kind}", "INVALID_VALUE_FOR_FIELD", f"{kind} is not organic")
    return kinds[kind](who, value)


def _media(who: Account, media: dict[str, Any]) -> Attached:
    return [_described(who, media, "content/media", alone=True)]


def _images(who: Account, value: dict[str, Any]) -> Attached:
    listed, path = value.get("images", []), "content/multiImage/images"
    if not isinstance(listed, list) or not IMAGES[0] <= len(listed) <= IMAGES[1]:
        raise bad_field(path, "INVALID_VALUE_FOR_FIELD", "multiImage takes 2 to 20 images")
    return [_described(who, one, f"{path}/{place}") for place, one in enumerate(listed)]


def _described(who: Account, media: Any, path: str, *, alone: bool = False) -> tuple[Picture, str]:
    if not isinstance(media, dict) or "id" not in media:
        raise bad_field(f"{path}/id", "MISSING_FIELD", "id is required")
    alt, urn = media.get("altText", ""), media["id"]
    if not isinstance(alt, str) or len(alt) > ALT_LIMIT:
        raise bad_field(
            f"{path}/altText", "FIELD_LENGTH_TOO_LONG", f"At most {ALT_LIMIT} characters"
        )
    kind = next((one for one in OTHERS if isinstance(urn, str) and urn.startswith(one)), "")
    if kind and not alone:
        raise bad_field(f"{path}/id", "INVALID_URN_TYPE", "multiImage takes images only")
    if kind == videos.KIND:
        return videos.usable(who, urn, f"{path}/id"), alt
    if kind == documents.KIND:
        return documents.usable(who, urn, media.get("title"), path), alt
    return images.usable(who, urn, f"{path}/id"), alt


def _article(who: Account, article: dict[str, Any]) -> Attached:
    if not article.get("source") or not article.get("title"):
        raise bad_field("content/article", "MISSING_FIELD", "article needs source and title")
    thumbnail = article.get("thumbnail")
    return [(images.usable(who, thumbnail, "content/article/thumbnail"), "")] if thumbnail else []


def _poll(who: Account, poll: dict[str, Any]) -> Attached:
    question, options = poll.get("question"), poll.get("options")
    settings = poll.get("settings")
    duration = settings.get("duration") if isinstance(settings, dict) else None
    if not isinstance(question, str) or not question.strip():
        raise bad_field("content/poll/question", "MISSING_FIELD", "question is required")
    if not isinstance(options, list) or not ANSWERS[0] <= len(options) <= ANSWERS[1]:
        raise bad_field("content/poll/options", "INVALID_VALUE_FOR_FIELD", "2 to 4 options")
    words = [one.get("text", "") if isinstance(one, dict) else "" for one in options]
    if not all(isinstance(one, str) and one.strip() for one in words):
        raise bad_field("content/poll/options", "INVALID_VALUE_BLANK_FIELD", "An option is empty")
    if text.utf16(question) > POLL["question"] or any(len(w) > POLL["option"] for w in words):
        raise bad_field("content/poll", "FIELD_LENGTH_TOO_LONG", "The poll is too long")
    if duration not in DURATIONS:
        path = "content/poll/settings/duration"
        raise bad_field(path, "INVALID_VALUE_FOR_FIELD", f"duration cannot be {duration!r}")
    return []


def reshared(body: dict[str, Any]) -> None:
    """A post that is shared again must be there, and has no content of its own beside it."""
    if "reshareContext" not in body:
        return
    path, context = "reshareContext/parent", body["reshareContext"]
    parent = context.get("parent") if isinstance(context, dict) else None
    if not isinstance(parent, str) or not parent.startswith(SHAREABLE):
        message = "Allowed URN types are groupPost, share, ugcPost"
        raise bad_field(path, "INVALID_URN_TYPE", message)
    if body.get("content"):
        raise bad_field("content", "INVALID_VALUE_FOR_FIELD", "A reshare has no content")
    rows = RemotePost.objects.public().filter(account__platform="linkedin", parent=None)
    found = rows.filter(remote_id=parent).first()
    if found is None or found.body.get("isReshareDisabledByAuthor"):
        raise bad_field(path, "INVALID_URN_ID", f"{parent} cannot be shared")
