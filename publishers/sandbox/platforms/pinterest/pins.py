"""Pins as the API takes, shows and changes them. The same pin twice is two pins."""

import base64
import binascii
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import figures, ids, pictures
from publishers.sandbox.models import Picture, RemotePost
from publishers.sandbox.platforms.pinterest import boards, media
from publishers.sandbox.platforms.pinterest.errors import body_of, invalid, needs, no
from publishers.sandbox.twin import Asked, answer

LONGEST = {"title": 100, "description": 800, "link": 2048, "alt_text": 500}
CHANGED = (*LONGEST, "board_id")
TYPES = ("image/jpeg", "image/png")
LARGEST = 20_000_000
# By what they count here.
METRICS = {
    "impression": "impressions",
    "pin_click": "clicks",
    "clickthrough": "link_clicks",
    "save": "saves",
}
LIFELONG = {**METRICS, "reaction": "likes", "comment": "comments"}
KINDS = {"image": "REGULAR", "multiple_images": "CAROUSEL", "video": "VIDEO"}


def create(asked: Asked) -> HttpResponse:
    needs(asked, "boards:read", "boards:write", "pins:read", "pins:write")
    body = body_of(asked)
    said = _said(asked, body)
    source = body.get("media_source")
    if not isinstance(source, dict):
        raise invalid("media_source is required")
    kind, shown_ = _shown(asked, source)
    post = RemotePost.objects.create(
        account=asked.who,
        remote_id=ids.snowflake(),
        title=said["title"],
        text=said["description"],
        card_url=said["link"][:2000],
        body=said | {"kind": kind},
    )
    pictures.attach(post, [(one, said["alt_text"]) for one in shown_])
    post.refresh_from_db()
    return answer(shown(asked, post), 201)


def _said(asked: Asked, body: dict[str, Any]) -> dict[str, str]:
    board = body.get("board_id")
    if not isinstance(board, str) or not board.isdecimal():
        raise invalid(f"{board!r} does not match '^\\\\d+$'")
    if board not in boards.of(asked.who):
        raise no(404, 40, "Board not found.")
    return {"board_id": board, **{name: _word(body, name) for name in LONGEST}}


def _word(body: dict[str, Any], name: str) -> str:
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > LONGEST[name]:
        raise invalid(f"'{name}' constraint: maxLength={LONGEST[name]}")
    if name == "link" and value and not value.startswith(("http://", "https://")):
        words = "Whoops! It looks like you entered an invalid URL."
        raise no(400, 1, words)
    return value


def _shown(asked: Asked, source: dict[str, Any]) -> tuple[str, list[Picture]]:
    kind = source.get("source_type")
    if kind == "image_base64":
        return "image", [_decoded(asked, source)]
    if kind == "multiple_image_base64":
        items = source.get("items")
        if not isinstance(items, list) or not 2 <= len(items) <= 5:
            raise invalid("'items' constraint: maxItems=5")
        return "multiple_images", [_decoded(asked, item) for item in items]
    if kind == "video_id":
        film = media.ready(asked.who, source.get("media_id"))
        _cover(asked, film, source)
        return "video", [film]
    raise invalid(f"'source_type' {kind} is not simulated")


def _cover(asked: Asked, film: Picture, source: dict[str, Any]) -> None:
    if "cover_image_data" in source:
        told = {"data": source["cover_image_data"]}
        told["content_type"] = source.get("cover_image_content_type")
        film.poster = _decoded(asked, told)
        film.save(update_fields=["poster"])
    elif not isinstance(source.get("cover_image_key_frame_time"), int):
        raise invalid("a cover image is required for a video")


def _decoded(asked: Asked, item: Any) -> Picture:
    try:
        data = base64.b64decode(item["data"], validate=True)
    except (KeyError, TypeError, binascii.Error):
        raise invalid("'data' is no Base64") from None
    shape = pictures.examine(data)
    if shape is None or shape.mime not in TYPES or shape.mime != item.get("content_type"):
        raise invalid("the image is none of the supported types")
    if len(data) > LARGEST:
        raise invalid("the image is too large")
    row = Picture(account=asked.who, remote_id=ids.snowflake())
    return pictures.fill(row, data, shape)


def mine(asked: Asked, number: str) -> RemotePost:
    post = asked.who.posts.public().filter(remote_id=number).select_related("account").first()
    if post is None:
        raise no(404, 50, "Pin not found.")
    return post


def on_board(asked: Asked, board: str) -> HttpResponse:
    needs(asked, "boards:read", "pins:read")
    if board not in boards.of(asked.who):
        raise no(404, 40, "Board not found.")
    rows = asked.who.posts.public().newest_first().filter(body__board_id=board)
    return boards.page(asked, [shown(asked, row) for row in rows.select_related("account")])


def show(asked: Asked, number: str) -> HttpResponse:
    needs(asked, "boards:read", "pins:read")
    return answer(shown(asked, mine(asked, number)))


def change(asked: Asked, number: str) -> HttpResponse:
    needs(asked, "boards:read", "boards:write", "pins:read", "pins:write")
    post, body = mine(asked, number), body_of(asked)
    if set(body) - set(CHANGED):
        raise invalid(f"{sorted(set(body) - set(CHANGED))} cannot be changed")
    post.body = post.body | _said(asked, {**post.body, **body})
    post.title, post.text = post.body["title"], post.body["description"]
    post.card_url, post.edited_at = post.body["link"][:2000], timezone.now()
    post.save()
    post.attachments.update(alt=post.body["alt_text"])
    return answer(shown(asked, post))


def delete(asked: Asked, number: str) -> HttpResponse:
    needs(asked, "boards:read", "boards:write", "pins:read", "pins:write")
    RemotePost.objects.filter(pk=mine(asked, number).pk).update(deleted_at=timezone.now())
    return HttpResponse(status=204)


def shown(asked: Asked, post: RemotePost) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": post.remote_id,
        "created_at": post.accepted_at.isoformat(timespec="seconds"),
        "board_owner": {"username": post.account.handle},
        "is_owner": True,
        "creative_type": KINDS[post.body["kind"]],
        "media": _media(post),
        **{name: post.body[name] for name in CHANGED},
    }
    if asked.request.GET.get("pin_metrics") == "true":
        told["pin_metrics"] = {
            "90d": _counted(post, METRICS),
            "lifetime_metrics": _counted(post, LIFELONG),
        }
    return told


def _counted(post: RemotePost, names: dict[str, str]) -> dict[str, int]:
    counted = figures.of_post(post, *names.values())
    return {theirs: counted[ours] for theirs, ours in names.items()}


def _media(post: RemotePost) -> dict[str, Any]:
    kind = post.body["kind"]
    if kind == "multiple_images":
        items = [{"item_type": "image", "images": {}} for _ in post.attachments.all()]
        return {"media_type": kind, "items": items}
    if kind == "video":
        return {"media_type": kind, "duration": None, "width": None, "height": None}
    return {"media_type": kind, "images": {}}
