"""What stands below a text: pictures, a video, a link's card, a post that is quoted.

Called by the modules beside it. One of them per post; a quoted post goes with any of the others.
"""

from typing import Any
from urllib.parse import urlsplit

from publishers.adapters.bluesky.refusals import NAME
from publishers.contract import Media, Payload, Rejected

EMBED = "app.bsky.embed"
THUMB_BYTES = 1_000_000
# What servers know that are older than galleries.
PLAIN_PICTURES = 4


def card_of(payload: Payload) -> str:
    """The address that is shown as a card; what follows a post has none."""
    if payload.kind != "post":
        return ""
    return payload.options.get("card", "").strip() or ("" if payload.media else payload.link)


def mistake(payload: Payload) -> Rejected | None:
    """What keeps it from being sent at all."""
    card = card_of(payload)
    if not card:
        return None
    if not _is_address(card):
        return Rejected("The link of the card must begin with https://.", code="bad_card")
    if len(payload.media) > 1 or any(media.is_video for media in payload.media):
        reason = f"On {NAME} a link card stands alone or with one picture. Take out the others."
        return Rejected(reason, code="card_and_media")
    return None


def too_large(payload: Payload) -> Rejected | None:
    """The picture of a card, as it is made for the platform."""
    if card_of(payload) and any(media.size > THUMB_BYTES for media in payload.media):
        reason = f"{NAME} takes a picture of up to 1 MB in a link card. Use a smaller one."
        return Rejected(reason, code="card_picture")
    return None


def embed(payload: Payload, blobs: list[Any], quote: Any) -> dict[str, Any] | None:
    """`quote`: {uri, cid} or None."""
    media = _media(payload, blobs)
    if not quote:
        return media
    record = {"$type": f"{EMBED}.record", "record": quote}
    if media is None:
        return record
    return {"$type": f"{EMBED}.recordWithMedia", "record": record, "media": media}


def _media(payload: Payload, blobs: list[Any]) -> dict[str, Any] | None:
    if card_of(payload):
        return _card(payload, blobs)
    if not blobs:
        return None
    if payload.media[0].is_video:
        return _video(payload.media[0], blobs[0])
    pairs = zip(payload.media, blobs, strict=True)
    pictures = [{"image": blob, "alt": media.alt, **_shape(media)} for media, blob in pairs]
    if len(pictures) <= PLAIN_PICTURES:
        return {"$type": f"{EMBED}.images", "images": pictures}
    items = [{"$type": f"{EMBED}.gallery#image", **picture} for picture in pictures]
    return {"$type": f"{EMBED}.gallery", "items": items}


def _video(media: Media, blob: Any) -> dict[str, Any]:
    said = {"alt": media.alt} if media.alt else {}
    return {"$type": f"{EMBED}.video", "video": blob, **said, **_shape(media)}


def _card(payload: Payload, blobs: list[Any]) -> dict[str, Any]:
    """All three words are needed, and the server looks nothing up."""
    link, chosen = card_of(payload), payload.options
    title = chosen.get("card_title", "").strip() or payload.title or urlsplit(link).netloc
    card = {"uri": link, "title": title, "description": chosen.get("card_text", "").strip()}
    thumb = {"thumb": blobs[0]} if blobs else {}
    return {"$type": f"{EMBED}.external", "external": card | thumb}


def _shape(media: Media) -> dict[str, Any]:
    """Left out where it is not known: of some videos."""
    if media.width < 1 or media.height < 1:
        return {}
    return {"aspectRatio": {"width": media.width, "height": media.height}}


def _is_address(link: str) -> bool:
    try:
        parts = urlsplit(link)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc) and link.split() == [link]
