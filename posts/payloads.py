"""From an approved revision to what an adapter takes. For the delivery room and live checks."""

import hashlib
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from posts.content import Snapshot, digest
from posts.models import Delivery, MediaAsset
from publishers.contract import Media, Payload


class TamperedContent(Exception):
    """The stored revision or picture is not what was approved. Nothing is sent."""


def build(delivery: Delivery) -> Payload:
    """The payload of a committed delivery, from its revision alone, never the working copy."""
    revision = delivery.revision
    if revision is None or digest(revision.snapshot) != delivery.content_hash:
        raise TamperedContent("The stored text differs from what was approved.")
    return for_channel(
        revision.snapshot,
        delivery.channel_id,
        client_token=str(delivery.client_token),
        created_at=_written_at(delivery),
    )


def _written_at(delivery: Delivery) -> datetime:
    """Its due time; after a doubtful send the time that one carried, whatever was planned since."""
    sent = delivery.handles.get("created_at")
    return datetime.fromisoformat(sent) if sent else delivery.due_at or delivery.created_at


def for_channel(
    document: Snapshot, channel_id: int, *, client_token: str, created_at: datetime
) -> Payload:
    said = document["channels"][str(channel_id)]
    return Payload(
        text=said["text"],
        media=tuple(_media(picture) for picture in said["media"]),
        client_token=client_token,
        created_at=created_at,
        title=document["title"],
        options=said["options"],
    )


def _media(picture: Mapping[str, Any]) -> Media:
    return Media(
        sha256=picture["sha256"],
        mime=picture["mime"],
        width=picture["width"],
        height=picture["height"],
        size=picture["bytes"],
        alt=picture["alt"],
        read=_reader(picture["asset"], picture["sha256"]),
    )


def _reader(asset_id: int, sha256: str) -> Callable[[], bytes]:
    def read() -> bytes:
        asset = MediaAsset.objects.get(pk=asset_id)
        with asset.file.open("rb") as file:
            content: bytes = file.read()
        if hashlib.sha256(content).hexdigest() != sha256:
            raise TamperedContent("A stored picture differs from what was approved.")
        return content

    return read
