"""Messages in a channel: sent, changed, deleted. An album is one post here and several messages."""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import ids, pictures, text, uploads
from publishers.sandbox.models import Account, Picture, RemotePost
from publishers.sandbox.platforms.telegram import chats
from publishers.sandbox.platforms.telegram.errors import (
    Fields,
    bad,
    error,
    fields_of,
    number,
    truth,
    yes,
)
from publishers.sandbox.twin import Asked, Refused

TEXT, CAPTION = 4096, 1024
PHOTO_BYTES, VIDEO_BYTES = 10 * 1024 * 1024, 50 * 1024 * 1024
SIDES, RATIO = 10_000, 20
ALBUM = range(2, 11)


def send_text(asked: Asked, token: str) -> HttpResponse:
    fields = fields_of(asked)
    return yes(_made(asked, fields, _words(fields), [])[0])


def send_photo(asked: Asked, token: str) -> HttpResponse:
    return _one(asked, "photo")


def send_video(asked: Asked, token: str) -> HttpResponse:
    return _one(asked, "video")


def send_album(asked: Asked, token: str) -> HttpResponse:
    fields = fields_of(asked)
    items = fields.get("media")
    if not isinstance(items, list) or len(items) not in ALBUM:
        raise bad("group send failed: an album has 2 to 10 items")
    chats.place(asked, fields)
    captions = [_caption(item) for item in items]
    files = [_taken(asked, str(item.get("media", "")), str(item.get("type"))) for item in items]
    words = next((words for words in captions if words), "")
    return yes(_made(asked, fields, words, files))


def edit_text(asked: Asked, token: str) -> HttpResponse:
    fields = fields_of(asked)
    post = _named(asked, fields, "message to edit not found")
    if post.attachments.exists():
        raise bad("there is no text in the message to edit")
    return _edited(post, _words(fields), fields)


def edit_caption(asked: Asked, token: str) -> HttpResponse:
    fields = fields_of(asked)
    post = _named(asked, fields, "message to edit not found")
    if not post.attachments.exists():
        raise bad("there is no caption in the message to edit")
    return _edited(post, _caption(fields), fields)


def delete(asked: Asked, token: str) -> HttpResponse:
    fields = fields_of(asked)
    post = _named(asked, fields, "message to delete not found")
    gone = [*post.body.get("gone", []), number(fields, "message_id")]
    post.body = {**post.body, "gone": gone}
    if set(gone) >= set(numbers(post)):
        post.deleted_at = timezone.now()
    post.save(update_fields=["body", "deleted_at"])
    return yes(True)


def numbers(post: RemotePost) -> list[int]:
    """Of its messages; what other hands put there has the one that it is called by."""
    own = int(post.remote_id) if post.remote_id.isdecimal() else 0
    found: list[int] = post.body.get("ids") or [own]
    return found


# -- what is taken


def _words(fields: Fields) -> str:
    words = str(fields.get("text") or "").strip()
    if not words:
        raise bad("message text is empty")
    if text.utf16(words) > TEXT:
        raise bad("message is too long")
    return words


def _caption(fields: Fields) -> str:
    words = str(fields.get("caption") or "").strip()
    if text.utf16(words) > CAPTION:
        raise bad("message caption is too long")
    return words


def _one(asked: Asked, kind: str) -> HttpResponse:
    fields = fields_of(asked)
    chats.place(asked, fields)
    words = _caption(fields)
    name = kind if kind in asked.request.FILES else str(fields.get(kind) or "")
    file = _taken(asked, f"attach://{name}", kind)
    return yes(_made(asked, fields, words, [file])[0])


def _taken(asked: Asked, named: str, kind: str) -> Picture:
    file = asked.request.FILES.get(named.removeprefix("attach://"))
    if file is None or not named.startswith("attach://"):
        raise bad("wrong file identifier/HTTP URL specified")
    most = VIDEO_BYTES if kind == "video" else PHOTO_BYTES
    try:
        row = uploads.whole(asked.who, ids.snowflake(), file, most, works=False)
    except uploads.Misplaced:
        raise Refused(error(413, "Request Entity Too Large")) from None
    if row is None or row.is_video != (kind == "video"):
        raise bad("IMAGE_PROCESS_FAILED" if kind == "photo" else "VIDEO_FILE_INVALID")
    sides = sorted((row.width, row.height))
    if kind == "photo" and (sum(sides) > SIDES or sides[1] > RATIO * sides[0]):
        raise bad("PHOTO_INVALID_DIMENSIONS")
    return row


def _made(asked: Asked, fields: Fields, words: str, files: list[Picture]) -> list[dict[str, Any]]:
    place = chats.place(asked, fields)
    # Numbers are given out one after the other.
    Account.objects.select_for_update().get(pk=place.pk)
    last = place.posts.order_by("-pk").first()
    first = max(numbers(last)) + 1 if last else 2
    mine = list(range(first, first + max(1, len(files))))
    post = RemotePost.objects.create(
        account=place,
        remote_id=str(first),
        parent=_answered(place, fields),
        text=words,
        body={
            "ids": mine,
            "silent": truth(fields.get("disable_notification")),
            "protected": truth(fields.get("protect_content")),
            "preview": fields.get("link_preview_options") or {},
        },
    )
    pictures.attach(post, [(file, "") for file in files])
    return shown(post)


def _answered(place: Account, fields: Fields) -> RemotePost | None:
    asked = fields.get("reply_parameters")
    if not asked:
        return None
    wanted = asked.get("message_id") if isinstance(asked, dict) else None
    found = _of(place, wanted) if isinstance(wanted, int) else None
    if found is None:
        raise bad("message to be replied not found")
    return found


def _edited(post: RemotePost, words: str, fields: Fields) -> HttpResponse:
    preview = fields.get("link_preview_options") or {}
    if words == post.text and preview == post.body.get("preview", {}):
        raise bad("message is not modified: specified new message content is exactly the same")
    post.text, post.edited_at = words, timezone.now()
    post.body = {**post.body, "preview": preview}
    post.save(update_fields=["text", "edited_at", "body"])
    return yes(shown(post)[0])


def _named(asked: Asked, fields: Fields, words: str) -> RemotePost:
    found = _of(chats.place(asked, fields), number(fields, "message_id"))
    if found is None:
        raise bad(words)
    return found


def _of(place: Account, wanted: int) -> RemotePost | None:
    for post in place.posts.filter(deleted_at=None).select_related("parent"):
        if wanted in numbers(post) and wanted not in post.body.get("gone", []):
            return post
    return None


# -- how it is shown


def shown(post: RemotePost, *, alone: bool = False) -> list[dict[str, Any]]:
    """`alone`: without what it answers, as where another message answers it."""
    rows = [one.picture for one in post.attachments.select_related("picture")]
    base = _base(post)
    if post.parent is not None and not alone:
        base["reply_to_message"] = shown(post.parent, alone=True)[0]
    if not rows:
        return [{**base, "message_id": numbers(post)[0], "text": post.text}]
    album = {"media_group_id": f"1{post.pk:016}"} if len(rows) > 1 else {}
    found = []
    for place, (message, row) in enumerate(zip(numbers(post), rows, strict=True)):
        words = {"caption": post.text} if post.text and not place else {}
        found.append({**base, **album, "message_id": message, **_file(row), **words})
    return found


def _base(post: RemotePost) -> dict[str, Any]:
    chat = chats.shown(post.account)
    base: dict[str, Any] = {
        "sender_chat": chat,
        "chat": chat,
        "date": int(post.accepted_at.timestamp()),
    }
    if post.edited_at:
        base["edit_date"] = int(post.edited_at.timestamp())
    if post.body.get("protected"):
        base["has_protected_content"] = True
    return base


def _file(row: Picture) -> dict[str, Any]:
    told = {
        "file_id": f"AgAC{row.remote_id}",
        "file_unique_id": f"AQAD{row.remote_id}",
        "width": row.width,
        "height": row.height,
        "file_size": row.size,
    }
    if not row.is_video:
        return {"photo": [told]}
    return {"video": {**told, "duration": round(row.seconds), "mime_type": row.mime}}
