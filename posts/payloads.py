"""From an approved revision to what an adapter takes. For the delivery room and live checks."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, BinaryIO, cast

from posts import addresses, renditions
from posts.content import Snapshot, digest, texts_of
from posts.errors import TamperedContent
from posts.models import Delivery, MediaAsset, Post, Rendition
from posts.sealed import Sealed
from publishers import registry
from publishers.contract import Kind, Media, Payload, ReplyTo

__all__ = ["TamperedContent", "answering", "build_all", "is_thread", "items", "pieces"]


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
        converted=True,
    )


def _written_at(delivery: Delivery) -> datetime:
    """Its due time; after a doubtful send the time that one carried, whatever was planned since."""
    sent = delivery.handles.get("created_at")
    return datetime.fromisoformat(sent) if sent else delivery.due_at or delivery.created_at


def items(
    document: Snapshot,
    channel_id: int,
    *,
    client_token: str,
    created_at: datetime,
    converted: bool = False,
) -> list[Payload]:
    """The post, then the parts of its thread, then its first comment. `converted`: with pictures as
    the platform takes them; else as they were uploaded.

    Each has a token and a moment of its own, and the same ones at every attempt; what it answers is
    known only once that is live (`answering`).
    """
    said = document["channels"][str(channel_id)]
    (_, head), *following = pieces(document, channel_id)
    post = Payload(
        text=head,
        media=tuple(
            _media(picture, said["platform"] if converted else "", created_at)
            for picture in said["media"]
        ),
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


def _media(picture: Mapping[str, Any], platform: str, created_at: datetime) -> Media:
    recipe, adapter = renditions.recipe_for(picture, platform), registry.ADAPTERS.get(platform)
    stays = adapter is not None and adapter.spec.keeps_addresses
    if recipe is not None:
        made = renditions.made(_asset(picture["asset"]), recipe)
        return _converted(picture, made, created_at, stays=stays)
    pk, sha256, size, mime = (picture[key] for key in ("asset", "sha256", "bytes", "mime"))
    seal = _Seal(lambda: _original(pk), sha256, size, lambda: _differs(mime))
    name = addresses.name_of(sha256, mime)
    return Media(
        sha256=sha256,
        mime=mime,
        width=picture["width"],
        height=picture["height"],
        size=size,
        alt=picture["alt"],
        read=seal.read,
        opens=seal.open,
        url=addresses.address("asset", pk, name, created_at=created_at, stays=stays),
        seconds=picture.get("seconds", 0.0),
    )


def _converted(
    picture: Mapping[str, Any], made: Rendition, created_at: datetime, *, stays: bool
) -> Media:
    seal = _Seal(lambda: _made(made), made.sha256, made.bytes, lambda: renditions.damaged(made))
    name = addresses.name_of(made.sha256, made.mime)
    return Media(
        sha256=made.sha256,
        mime=made.mime,
        width=made.width,
        height=made.height,
        size=made.bytes,
        alt=picture["alt"],
        read=seal.read,
        opens=seal.open,
        url=addresses.address("rendition", made.pk, name, created_at=created_at, stays=stays),
    )


@dataclass(frozen=True)
class _Seal:
    """Opens the stored bytes so that nobody gets all of them when they are not as approved."""

    stored: Callable[[], BinaryIO]
    sha256: str
    size: int
    differs: Callable[[], Exception]

    def open(self) -> BinaryIO:
        return cast(BinaryIO, Sealed(self.stored, self.sha256, self.size, self.differs))

    def read(self) -> bytes:
        with self.open() as stream:
            return stream.read()


def _differs(mime: str) -> TamperedContent:
    what = "video" if mime.startswith("video/") else "picture"
    return TamperedContent(
        f"A stored {what} differs from what was approved. Upload the {what} again."
    )


def _asset(pk: int) -> MediaAsset:
    asset = MediaAsset.objects.filter(pk=pk).first()
    if asset is None:
        raise TamperedContent(
            "A picture of this post is gone from the store. Upload the picture again."
        )
    return asset


def _original(pk: int) -> BinaryIO:
    asset = _asset(pk)
    try:
        return _opened(asset)
    except (FileNotFoundError, IsADirectoryError):  # The latter where the row names no file.
        what = "video" if asset.is_video else "picture"
        raise TamperedContent(
            f"“{asset}” is gone from the store. Upload the {what} again."
        ) from None


def _made(rendition: Rendition) -> BinaryIO:
    try:
        return _opened(rendition)
    except FileNotFoundError:
        raise renditions.damaged(rendition) from None


def _opened(row: MediaAsset | Rendition) -> BinaryIO:
    return cast(BinaryIO, row.file.storage.open(row.file.name or "", "rb"))
