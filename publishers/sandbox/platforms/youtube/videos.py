"""Videos as the API shows them and changes them. What is not public is nobody's but its owner's.

Until it is public for the first time, a video is a draft of the ledger's: nobody has seen it.
"""

import secrets
from typing import Any

from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import figures, pictures, uploads
from publishers.sandbox.ledger import DRAFT
from publishers.sandbox.models import RemotePost, Upload
from publishers.sandbox.platforms.youtube import metadata
from publishers.sandbox.platforms.youtube.errors import body_of, needs, no, parts_of
from publishers.sandbox.twin import Asked, answer

PARTS = {"snippet", "status", "statistics", "contentDetails", "processingDetails", "id"}
MANAGE = ("youtube", "youtube.force-ssl")
READ = ("youtube.readonly", *MANAGE)
AT_ONCE = 50
HIDDEN = "hidden"
GONE = "gone"
COUNTS = {"viewCount": "views", "likeCount": "likes", "commentCount": "comments"}


def new_id() -> str:
    return secrets.token_urlsafe(8)


def all_of(asked: Asked) -> QuerySet[RemotePost]:
    """Also the private ones, not those that were deleted."""
    rows = RemotePost.objects.filter(account=asked.who, parent=None).exclude(version=GONE)
    return rows.select_related("account").newest_first()


def mine(asked: Asked, video: str) -> RemotePost:
    post = all_of(asked).filter(remote_id=video).first() if "\0" not in video else None
    if post is None:
        words = "The video that you are trying to update cannot be found."
        raise no(404, "videoNotFound", words)
    return post


# -- made, changed, deleted


def make(asked: Asked, upload: Upload) -> HttpResponse:
    """Of an upload that is complete. What is no video fails when it is worked on."""
    shown, said = uploads.finish(upload, upload.remote_id), upload.said
    if shown is None or not shown.is_video:
        raise no(400, "invalidVideoMetadata", "The file is no video.")
    public = said["status"]["privacyStatus"] != "private"
    post = RemotePost.objects.create(
        account=asked.who,
        remote_id=new_id(),
        title=said["snippet"]["title"],
        text=said["snippet"]["description"],
        tags=said["snippet"]["tags"],
        body=said | {"uploaded": timezone.now().isoformat(), "upload": upload.remote_id},
        version="" if public else DRAFT,
        deleted_at=None if public else timezone.now(),
    )
    pictures.attach(post, [(shown, "")])
    post.refresh_from_db()
    return answer(resource(post, ["snippet", "status"]))


def by_upload(asked: Asked, upload: Upload) -> HttpResponse:
    post = all_of(asked).filter(body__upload=upload.remote_id).first()
    if post is None:
        raise no(404, "notFound", "The upload was not found.")
    return answer(resource(post, ["snippet", "status"]))


def update(asked: Asked) -> HttpResponse:
    """Replaces the parts that are named, each as a whole."""
    needs(asked, *MANAGE)
    parts, body = parts_of(asked), body_of(asked)
    post = mine(asked, str(body.get("id", "")))
    if set(parts) - {"snippet", "status"}:
        raise no(400, "unexpectedPart", "The request has unexpected parts.")
    if "snippet" in parts:
        post.body["snippet"] = metadata.snippet(body)
        post.title, post.text = (post.body["snippet"][name] for name in ("title", "description"))
        post.tags = post.body["snippet"]["tags"]
        post.edited_at = timezone.now()
    if "status" in parts:
        post.body["status"] = metadata.status(body)
    post.save()
    _show(post)
    return answer(resource(post, parts))


def _show(post: RemotePost) -> None:
    """What becomes public is dated by that."""
    rows, hidden = RemotePost.objects.filter(pk=post.pk), post.deleted_at is not None
    private = post.body["status"]["privacyStatus"] == "private"
    if hidden and not private:
        dated = {"accepted_at": Now()} if post.version == DRAFT else {}
        rows.update(deleted_at=None, version="", **dated)
    elif private and not hidden:
        rows.update(deleted_at=timezone.now(), version=HIDDEN)
    post.refresh_from_db()


def delete(asked: Asked) -> HttpResponse:
    needs(asked, *MANAGE)
    post = mine(asked, asked.request.GET.get("id", ""))
    now, draft = timezone.now(), post.version == DRAFT
    if draft:
        post.delete()
    else:
        RemotePost.objects.filter(pk=post.pk).update(deleted_at=now, version=GONE)
    return HttpResponse(status=204)


# -- shown


def listed(asked: Asked) -> HttpResponse:
    needs(asked, *READ)
    parts, ids = parts_of(asked), asked.request.GET.get("id", "").split(",")
    if set(parts) - PARTS:
        raise no(400, "unknownPart", "The request has unknown parts.")
    if not ids[0] or len(ids) > AT_ONCE:
        raise no(400, "invalidFilters", "The request specifies an invalid filter parameter.")
    rows = {post.remote_id: post for post in all_of(asked).filter(remote_id__in=ids)}
    items = [resource(rows[one], parts) for one in ids if one in rows]
    page = {"totalResults": len(items), "resultsPerPage": len(items)}
    return answer(
        {"kind": "youtube#videoListResponse", "etag": "e", "items": items, "pageInfo": page}
    )


def resource(post: RemotePost, parts: list[str]) -> dict[str, Any]:
    shown = post.attachments.select_related("picture").get().picture
    states = {"processing": "uploaded", "ready": "processed"}
    status: dict[str, Any] = {
        "uploadStatus": states.get(shown.state, "failed"),
        **post.body["status"],
    }
    if status["uploadStatus"] == "failed":
        status["failureReason"] = "conversion"
    counted = figures.of_post(post, *COUNTS.values())
    known: dict[str, dict[str, Any]] = {
        "snippet": {
            **post.body["snippet"],
            "publishedAt": stamp(post),
            "channelId": post.account.remote_id,
            "channelTitle": post.account.name,
            "liveBroadcastContent": "none",
        },
        "status": status,
        "statistics": {theirs: str(counted[ours]) for theirs, ours in COUNTS.items()},
        "contentDetails": {"duration": f"PT{round(shown.seconds)}S", "definition": "hd"},
        "processingDetails": {
            "processingStatus": {"uploaded": "processing", "processed": "succeeded"}.get(
                status["uploadStatus"], "failed"
            )
        },
    }
    chosen = {name: known[name] for name in parts if name in known}
    return {"kind": "youtube#video", "etag": "e", "id": post.remote_id, **chosen}


def stamp(post: RemotePost) -> str:
    """A video that became public later has the date of that."""
    return post.accepted_at.isoformat(timespec="seconds").replace("+00:00", "Z")
