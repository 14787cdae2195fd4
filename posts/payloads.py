"""From an approved revision to what an adapter takes. For the delivery room and live checks."""

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from posts.content import Snapshot, digest, texts_of
from posts.models import Delivery, MediaAsset, Post
from publishers.contract import Kind, Media, Payload, ReplyTo


class TamperedContent(Exception):
    """The stored revision or picture is not what was approved, or is gone. Nothing is sent."""


def build_all(delivery: Delivery) -> list[Payload]:
    """The items of a committed delivery, from its revision alone, never the working copy."""
    revision = delivery.revision
    if revision is None or digest(revision.snapshot) != delivery.content_hash:
        raise TamperedContent(
            "The stored text differs from what was approved. Save the post and send it for review."
        )
    return items(
        revision.snapshot,
        delivery.channel_id,
        client_token=delivery.handles.get("client_token") or str(delivery.client_token),
        created_at=_written_at(delivery),
    )


def _written_at(delivery: Delivery) -> datetime:
    """Its due time; after a doubtful send the time that one carried, whatever was planned since."""
    sent = delivery.handles.get("created_at")
    return datetime.fromisoformat(sent) if sent else delivery.due_at or delivery.created_at


def items(
    document: Snapshot, channel_id: int, *, client_token: str, created_at: datetime
) -> list[Payload]:
    """The post, then the parts of its thread, then its first comment.

    Each has a token and a moment of its own, and the same ones at every attempt; what it answers is
    known only once that is live (`answering`).
    """
    said = document["channels"][str(channel_id)]
    (_, head), *following = pieces(document, channel_id)
    post = Payload(
        text=head,
        media=tuple(_media(picture) for picture in said["media"]),
        client_token=client_token,
        created_at=created_at,
        title=document["title"],
        options=said["options"],
    )
    return [post, *(_following(post, seq, *piece) for seq, piece in enumerate(following, 1))]


def is_thread(delivery: Delivery) -> bool:
    revision = delivery.revision
    return revision is not None and revision.snapshot["kind"] == Post.Kind.THREAD


def pieces(document: Snapshot, channel_id: int) -> list[tuple[Kind, str]]:
    """What the items of a channel are and say, in order."""
    said = document["channels"][str(channel_id)]
    head, *more = texts_of(said)
    found: list[tuple[Kind, str]] = [("post", head), *(("part", text) for text in more)]
    comment = said["first_comment"]
    return [*found, ("comment", comment)] if comment.strip() else found


def _following(post: Payload, seq: int, kind: Kind, text: str) -> Payload:
    return replace(
        post,
        text=text,
        media=(),
        client_token=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{post.client_token}/{seq}")),
        created_at=post.created_at + timedelta(milliseconds=seq),
        kind=kind,
    )


def answering(payload: Payload, live: Sequence[str]) -> Payload:
    """`live`: the remote ids of all items before this one. A comment answers the post itself."""
    if payload.kind == "post":
        return payload
    parent = live[-1] if payload.kind == "part" else live[0]
    return replace(payload, reply_to=ReplyTo(live[0], parent, known=tuple(live)))


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
        content = _stored(asset_id)
        if hashlib.sha256(content).hexdigest() != sha256:
            raise TamperedContent(
                "A stored picture differs from what was approved. Upload the picture again."
            )
        return content

    return read


def _stored(asset_id: int) -> bytes:
    asset = MediaAsset.objects.filter(pk=asset_id).first()
    try:
        if asset is None:
            raise FileNotFoundError
        with asset.file.open("rb") as file:
            content: bytes = file.read()
    except FileNotFoundError:
        name = f"“{asset}”" if asset else "A picture of this post"
        raise TamperedContent(f"{name} is gone from the store. Upload the picture again.") from None
    return content
