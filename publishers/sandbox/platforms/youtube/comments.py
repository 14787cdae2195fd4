"""Comments under a video. There are none where its owner said so, or under one for kids."""

import secrets
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox.models import RemotePost
from publishers.sandbox.platforms.youtube import videos
from publishers.sandbox.platforms.youtube.errors import body_of, needs, no, part, parts_of
from publishers.sandbox.twin import Asked, answer

TEXT = 10_000
SCOPE = "youtube.force-ssl"


def create(asked: Asked) -> HttpResponse:
    needs(asked, SCOPE)
    parts_of(asked)
    said = part(body_of(asked), "snippet")
    top = part(part(said, "topLevelComment"), "snippet")
    text = _text(top.get("textOriginal"))
    video = _open(asked, str(said.get("videoId", "")))
    made = RemotePost.objects.create(
        account=asked.who,
        remote_id=f"Ugz{secrets.token_urlsafe(17)}",
        parent=video,
        text=text,
        body=said,
    )
    made.refresh_from_db(fields=["accepted_at"])
    return answer(thread(made))


def _text(said: Any) -> str:
    if not isinstance(said, str) or not said.strip():
        raise no(400, "commentTextRequired", "The comment must have text.")
    if len(said) > TEXT:
        raise no(400, "commentTextTooLong", "The comment text is too long.")
    return said


def _open(asked: Asked, name: str) -> RemotePost:
    rows = RemotePost.objects.public().filter(account__platform="youtube", parent=None)
    video = rows.filter(remote_id=name).select_related("account").first()
    if video is None:
        # A private one is its owner's: there it can be named, and has no comments.
        videos.mine(asked, name)
    if video is None or video.body["status"]["selfDeclaredMadeForKids"]:
        raise no(403, "commentsDisabled", "The video has comments disabled.")
    return video


def listed(asked: Asked) -> HttpResponse:
    needs(asked, SCOPE)
    parts_of(asked)
    video = _open(asked, asked.request.GET.get("videoId", ""))
    rows = video.answers.public().newest_first().select_related("account")
    most = asked.request.GET.get("maxResults", "20")
    items = [thread(row) for row in rows[: int(most) if most.isdecimal() else 20]]
    told = {"kind": "youtube#commentThreadListResponse", "etag": "e", "items": items}
    return answer(told | {"pageInfo": {"totalResults": len(items), "resultsPerPage": 100}})


def _mine(asked: Asked, name: str) -> RemotePost:
    rows = asked.who.posts.public().exclude(parent=None)
    found = rows.filter(remote_id=name).first() if "\0" not in name else None
    if found is None:
        raise no(404, "commentNotFound", "The specified comment cannot be found.")
    return found


def update(asked: Asked) -> HttpResponse:
    needs(asked, SCOPE)
    body = body_of(asked)
    row = _mine(asked, str(body.get("id", "")))
    row.text, row.edited_at = _text(part(body, "snippet").get("textOriginal")), timezone.now()
    row.save(update_fields=["text", "edited_at"])
    return answer(_comment(row))


def delete(asked: Asked) -> HttpResponse:
    needs(asked, SCOPE)
    row = _mine(asked, asked.request.GET.get("id", ""))
    RemotePost.objects.filter(pk=row.pk).update(deleted_at=timezone.now())
    return HttpResponse(status=204)


def thread(row: RemotePost) -> dict[str, Any]:
    assert row.parent is not None
    return {
        "kind": "youtube#commentThread",
        "etag": "e",
        "id": row.remote_id,
        "snippet": {
            "channelId": row.parent.account.remote_id,
            "videoId": row.parent.remote_id,
            "topLevelComment": _comment(row),
            "canReply": True,
            "totalReplyCount": 0,
            "isPublic": True,
        },
    }


def _comment(row: RemotePost) -> dict[str, Any]:
    said = {
        "authorDisplayName": f"@{row.account.handle}",
        "authorChannelId": {"value": row.account.remote_id},
        "textDisplay": row.text,
        "textOriginal": row.text,
        "publishedAt": videos.stamp(row),
        "updatedAt": videos.stamp(row),
        "likeCount": 0,
    }
    return {"kind": "youtube#comment", "etag": "e", "id": row.remote_id, "snippet": said}
