"""Videos on Facebook, as reels and stories: a place, the bytes, and a call that publishes.

What is published is worked on for a while, and nobody sees it before.
"""

from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import containers, graph, ids, pictures, uploads
from publishers.sandbox.models import Account, Container, RemotePost, Upload
from publishers.sandbox.platforms.facebook import reading
from publishers.sandbox.platforms.facebook.reading import acting, form_of
from publishers.sandbox.twin import Asked, answer

BYTES = 1_000_000_000
SECONDS = {"video_reels": 90.0, "video_stories": 60.0}


def reel(asked: Asked, node: str) -> HttpResponse:
    return _phase(asked, node, "video_reels")


def story(asked: Asked, node: str) -> HttpResponse:
    return _phase(asked, node, "video_stories")


def _phase(asked: Asked, node: str, edge: str) -> HttpResponse:
    graph.needs(asked.token, "pages_manage_posts")
    page, form = acting(asked, node), form_of(asked)
    if form.get("upload_phase") == "start":
        made = containers.create(page, {"edge": edge})
        base = asked.request.build_absolute_uri().partition("/v26.0/")[0]
        url = f"{base}/video-upload/v26.0/{made.remote_id}"
        return answer({"video_id": made.remote_id, "upload_url": url})
    if form.get("upload_phase") != "finish":
        raise graph.no(100, "(#100) Param upload_phase must be one of {START, FINISH}")
    found = containers.find(page, form.get("video_id", ""))
    if found is None or found.picture is None or found.asked.get("edge") != edge:
        raise graph.no(6001, "There was a problem uploading your video file")
    if found.post is not None:
        raise graph.no(1366051, "The video was posted already")
    return _finish(page, found, form, edge)


def _finish(page: Account, made: Container, form: dict[str, str], edge: str) -> HttpResponse:
    assert made.picture is not None
    if not made.picture.is_video or made.picture.seconds > SECONDS[edge]:
        raise graph.no(6000, "There was a problem with your video file")
    pictures.work(made.picture)
    made.picture.save()
    if made.picture.failed:
        return answer({"success": True})
    story = edge == "video_stories"
    number = ids.snowflake()
    post = RemotePost.objects.create(
        account=page,
        remote_id=number if story else f"{page.remote_id}_{number}",
        text="" if story else form.get("description", ""),
        title="" if story else form.get("title", ""),
        body={**form, "edge": edge},
        shows_at=made.picture.ready_at,
    )
    containers.publish(made, post)
    return answer({"success": True, **({"post_id": post.remote_id} if story else {})})


def take(asked: Asked, video: str) -> HttpResponse:
    """From the byte that `offset` says to the end.

    Web servers drop headers with an underline, such as the one that names the size.
    """
    request = asked.request
    made = containers.find(asked.who, video)
    if made is None or made.picture is not None:
        raise graph.missing(video)
    first = graph.number(request.headers.get("offset"), 0, BYTES)
    size = first + graph.number(request.headers.get("Content-Length"), 0, BYTES)
    upload = uploads.find(asked.who, video) or uploads.begin(asked.who, video, size=size)
    try:
        uploads.take(upload, request, first)
    except uploads.Misplaced as wrong:
        raise graph.no(6001, f"There was a problem uploading your video file: {wrong}") from None
    if upload.missing is None:
        picture = uploads.finish(upload, video, works=False)
        if picture is None:
            raise graph.no(6000, "There was a problem with your video file")
        Container.objects.filter(pk=made.pk).update(picture=picture)
    return answer({"success": True})


def node(asked: Asked, node: str) -> HttpResponse:
    """A page, a video that is not yet published, or a post."""
    graph.needs(asked.token, "pages_read_engagement")
    if node in ("me", asked.who.remote_id):
        return answer(reading.page(asked))
    if (made := containers.find(asked.who, node)) is not None:
        return answer(shown(made))
    return answer(reading.shown(reading.post_of(node)))


def shown(made: Container) -> dict[str, Any]:
    """How far it is, phase by phase."""
    picture, post = made.picture, made.post
    upload = Upload.objects.filter(account=made.account, remote_id=made.remote_id).first()
    sent = picture.size if picture else (upload.missing or 0) if upload else 0
    visible = post is not None and (post.shows_at is None or post.shows_at <= timezone.now())
    failed = picture is not None and picture.failed
    ended = made.state == "ended"
    phases = {
        "uploading_phase": {
            "status": "complete" if picture else "in_progress",
            "bytes_transfered": sent,
        },
        "processing_phase": {"status": "error" if failed else "not_started"},
        "publishing_phase": {
            "status": "complete" if visible else "in_progress" if post else "not_started"
        },
    }
    states = {
        "error": failed,
        "expired": ended,
        "uploading": picture is None,
        "ready": visible,
        "processing": post is not None,
        "upload_complete": True,
    }
    status = {"video_status": next(name for name, holds in states.items() if holds), **phases}
    data: dict[str, Any] = {"id": made.remote_id, "status": status}
    if visible and post is not None:
        data |= {"post_id": post.remote_id, "permalink_url": f"/{post.remote_id}"}
    return data
