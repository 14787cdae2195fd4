"""Posting to TikTok: what an account may do, places for videos, pictures, what became of it.

A thing that was taken is a Container under its publish_id until it is public.
"""

import json
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from publishers.sandbox import fetching, ids, pictures, text, uploads
from publishers.sandbox.exchange import json_object
from publishers.sandbox.models import Account, Container, Credential, RemotePost, Upload
from publishers.sandbox.platforms.tiktok.errors import no, told
from publishers.sandbox.twin import Asked, Refused

UPLOAD_HOST = "https://open-upload.tiktokapis.com"
TITLE, PHOTO_TITLE, DESCRIPTION = 2200, 90, 4000
LEVELS = ["PUBLIC_TO_EVERYONE", "MUTUAL_FOLLOW_FRIENDS", "SELF_ONLY"]
LONGEST = 600
MB = 1_000_000
PLACE_SECONDS = 3600
PHOTOS = ("image/jpeg", "image/webp")


def needs(asked: Asked, scope: str) -> None:
    if not asked.token.allows(scope):
        raise no("scope_not_authorized", "The user did not authorize the scope", 401)


def body_of(asked: Asked) -> dict[str, Any]:
    found = json_object(asked.request.body)
    if found is None:
        raise no("invalid_param", "The request body is not valid JSON")
    return found


def part(body: dict[str, Any], name: str) -> dict[str, Any]:
    found = body.get(name)
    if not isinstance(found, dict):
        raise no("invalid_param", f"{name} is missing")
    return found


def creator(asked: Asked) -> HttpResponse:
    needs(asked, "video.publish")
    who = asked.who
    return told(
        {
            "creator_username": who.handle,
            "creator_nickname": who.name,
            "creator_avatar_url": asked.picture_url(),
            "privacy_level_options": LEVELS,
            "comment_disabled": False,
            "duet_disabled": False,
            "stitch_disabled": True,
            "max_video_post_duration_sec": LONGEST,
        }
    )


# -- videos, in pieces


def begin(asked: Asked) -> HttpResponse:
    needs(asked, "video.publish")
    body = body_of(asked)
    words = checked(part(body, "post_info"), TITLE)
    return place(asked, words, part(body, "source_info"))


def begin_draft(asked: Asked) -> HttpResponse:
    needs(asked, "video.upload")
    return place(asked, {}, part(body_of(asked), "source_info"))


def checked(words: dict[str, Any], longest: int) -> dict[str, Any]:
    if words.get("privacy_level") not in LEVELS:
        raise no(
            "privacy_level_option_mismatch", "The privacy level is not one of the options", 403
        )
    if text.utf16(str(words.get("title", ""))) > longest:
        raise no("invalid_param", f"title is longer than {longest}")
    for name in ("brand_content_toggle", "brand_organic_toggle"):
        if not isinstance(words.get(name), bool):
            raise no("invalid_param", f"{name} is missing")
    return words


def place(asked: Asked, words: dict[str, Any], source: dict[str, Any]) -> HttpResponse:
    size, chunk, count = (
        source.get(name) for name in ("video_size", "chunk_size", "total_chunk_count")
    )
    if source.get("source") != "FILE_UPLOAD":
        raise no("invalid_param", "source is not FILE_UPLOAD")
    if not all(isinstance(one, int) and one > 0 for one in (size, chunk, count)):
        raise no("invalid_param", "the sizes of the video are missing")
    assert isinstance(size, int)
    assert isinstance(chunk, int)
    if chunk > min(64 * MB, size) or count != size // chunk or (chunk < 5 * MB and chunk != size):
        raise no("invalid_param", "The total chunk count is invalid")
    name = f"v_pub_file~{ids.snowflake()}"
    uploads.begin(asked.who, name, size=size, seconds=PLACE_SECONDS, chunk=chunk)
    taken(asked.who, name, {"kind": "video", "words": words, "size": size})
    url = f"{UPLOAD_HOST}/video/?upload_id={name.rpartition('~')[2]}&upload_token=t"
    return told({"publish_id": name, "upload_url": url})


def key_of(request: HttpRequest) -> Credential:
    """A place asks for no token: whoever knows its address has the right of who asked for it."""
    row = _place(request)
    rows = Credential.objects.live().filter(kind=Credential.Kind.ACCESS)
    found = rows.filter(account=row.account).select_related("account").first() if row else None
    if found is None:
        raise Refused(HttpResponse(status=404))
    return found


def _place(request: HttpRequest) -> Upload | None:
    name = f"v_pub_file~{request.GET.get('upload_id', '')}"
    rows = Upload.objects.select_related("account")
    return rows.filter(remote_id=name, account__platform="tiktok").first()


def receive(asked: Asked) -> HttpResponse:
    """Strictly one after the other; the last one publishes."""
    row, spread = _place(asked.request), uploads.span(asked.request)
    if row is None or row.picture_id:
        return HttpResponse(status=404)
    if row.expires_at <= timezone.now():
        return HttpResponse(status=403)
    if spread is None or spread[2] != row.size:
        return HttpResponse(status=400)
    return _taken(asked, row, spread[0], spread[1])


def _taken(asked: Asked, row: Upload, first: int, end: int) -> HttpResponse:
    there = row.size if row.missing is None else row.missing
    if first != there or (end - first != int(row.said["chunk"]) and end != row.size):
        return ranged(416, row, there)
    try:
        came = uploads.take(row, asked.request, first)
    except uploads.Misplaced:
        came = 0
    if came != end - first:
        return HttpResponse(status=400)
    if row.missing is None:
        finish(row)
    return ranged(201 if row.missing is None else 206, row, end)


def ranged(status: int, row: Upload, there: int) -> HttpResponse:
    response = HttpResponse(status=status)
    response["Content-Range"] = f"bytes 0-{max(there - 1, 0)}/{row.size}"
    return response


def finish(row: Upload) -> None:
    made = Container.objects.get(account=row.account, remote_id=row.remote_id)
    made.picture = uploads.finish(row, row.remote_id)
    if made.picture is None or not made.picture.is_video:
        made.problem = "file_format_check_failed"
    elif made.picture.seconds > LONGEST:
        made.problem = "duration_check_failed"
    made.save(update_fields=["picture", "problem"])
    if not made.problem and made.picture and not made.picture.failed:
        publish(made, [made.picture])


# -- pictures, by address


def addresses(asked: Asked) -> Iterable[str]:
    source = (json_object(asked.request.body) or {}).get("source_info")
    found = source.get("photo_images") if isinstance(source, dict) else None
    return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def photos(asked: Asked) -> HttpResponse:
    needs(asked, "video.publish")
    body = body_of(asked)
    words, source = part(body, "post_info"), part(body, "source_info")
    draft = body.get("post_mode") == "MEDIA_UPLOAD"
    if body.get("media_type") != "PHOTO" or (not draft and body.get("post_mode") != "DIRECT_POST"):
        raise no("invalid_param", "media_type or post_mode is invalid")
    if not draft:
        checked(words, PHOTO_TITLE)
    if text.utf16(str(words.get("description", ""))) > DESCRIPTION:
        raise no("invalid_param", f"description is longer than {DESCRIPTION}")
    listed = list(addresses(asked))
    if source.get("source") != "PULL_FROM_URL" or not 1 <= len(listed) <= 35:
        raise no("invalid_param", "photo_images has 1 to 35 addresses")
    if not all(fetching.ours(one) for one in listed):
        raise no("url_ownership_unverified", "Please review our URL ownership rules", 403)
    name = f"p_pub_url~{ids.snowflake()}"
    made = taken(asked.who, name, {"kind": "photo", "words": words, "draft": draft})
    shown = []
    for number, one in enumerate(listed):
        fetched = asked.fetched[one]
        if fetched.shape is None or fetched.shape.mime not in PHOTOS:
            made.problem = "file_format_check_failed" if fetched.shape else "photo_pull_failed"
            made.save(update_fields=["problem"])
            return told({"publish_id": name})
        shown.append(fetching.keep(asked.who, f"{name}.{number}", fetched))
    made.picture = shown[-1]
    made.save(update_fields=["picture"])
    publish(made, shown)
    return told({"publish_id": name})


# -- what became of it


def taken(who: Account, name: str, said: dict[str, Any]) -> Container:
    ends = timezone.now() + timedelta(days=30)
    return Container.objects.create(account=who, remote_id=name, asked=said, expires_at=ends)


def publish(made: Container, shown: list[Any]) -> None:
    """A draft waits in the app and is no post."""
    words = made.asked["words"]
    if made.asked.get("draft") or not words.get("privacy_level"):
        return
    post = RemotePost.objects.create(
        account=made.account,
        remote_id=ids.snowflake(),
        title=str(words.get("title", "")) if made.asked["kind"] == "photo" else "",
        text=str(words.get("description", words.get("title", ""))),
        body={"kind": made.asked["kind"], **words},
        shows_at=made.picture.ready_at if made.picture else None,
    )
    pictures.attach(post, [(one, "") for one in shown])
    made.post = post
    made.save(update_fields=["post"])


def status(asked: Asked) -> HttpResponse:
    name = body_of(asked).get("publish_id")
    made = Container.objects.filter(remote_id=str(name), account__platform="tiktok").first()
    if made is None:
        raise no("invalid_publish_id", "The publish_id does not exist")
    if made.account_id != asked.who.pk:
        raise no("token_not_authorized_for_specified_publish_id", "It is another's")
    return told(_status(made))


def _status(made: Container) -> dict[str, Any]:
    row = Upload.objects.filter(account=made.account, remote_id=made.remote_id).first()
    there = sum(end - first for first, end in row.received) if row else 0
    known = {"uploaded_bytes": there} if made.asked["kind"] == "video" else {"downloaded_bytes": 1}
    picture = made.picture
    if made.problem or (picture and picture.state == "failed"):
        return {"status": "FAILED", "fail_reason": made.problem or "internal", **known}
    if picture is None or picture.state == "processing":
        doing = "UPLOAD" if made.asked["kind"] == "video" else "DOWNLOAD"
        return {"status": f"PROCESSING_{doing}", **known}
    if made.post is None:
        return {"status": "SEND_TO_USER_INBOX", **known}
    public = made.post.body.get("privacy_level") == "PUBLIC_TO_EVERYONE"
    listed = [int(made.post.remote_id)] if public else []
    return {"status": "PUBLISH_COMPLETE", "publicaly_available_post_id": listed, **known}


def hooked(event: str, who: Account, content: dict[str, Any], at: int) -> bytes:
    said = {
        "client_key": "drumbeat",
        "event": event,
        "create_time": at,
        "user_openid": who.remote_id,
        "content": json.dumps(content),
    }
    return json.dumps(said).encode()
