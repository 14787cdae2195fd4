"""Posts on Facebook: photos that wait, the feed, stories of a photo, edits."""

import hashlib
import json
from datetime import timedelta

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import graph, ids, pictures, text
from publishers.sandbox.models import Account, Picture, RemotePost
from publishers.sandbox.platforms.facebook.reading import acting, form_of, post_of
from publishers.sandbox.twin import Asked, answer

MESSAGE = 63_206
PHOTO_BYTES = 4 * 1024 * 1024
TYPES = ("image/jpeg", "image/png", "image/gif")
LIVES = timedelta(hours=24)
DUPLICATE_WINDOW = timedelta(minutes=10)


def photo(asked: Asked, node: str) -> HttpResponse:
    graph.needs(asked.token, "pages_manage_posts")
    page, form = acting(asked, node), form_of(asked)
    file = asked.request.FILES.get("source")
    data = file.read() if file else b""
    shape = pictures.examine(data)
    if shape is None or shape.mime not in TYPES:
        raise graph.no(324, "Missing or invalid image file", 1349125)
    if len(data) > PHOTO_BYTES:
        raise graph.no(324, "The photo is too big", 1366046)
    if form.get("published") != "false":
        raise graph.no(100, "(#100) The sandbox takes photos that wait for a post")
    row = Picture(
        account=page,
        remote_id=ids.snowflake(),
        alt=form.get("alt_text_custom", ""),
        expires_at=timezone.now() + LIVES,
    )
    pictures.fill(row, data, shape)
    return answer({"id": row.remote_id})


def create(asked: Asked, node: str) -> HttpResponse:
    graph.needs(asked.token, "pages_manage_posts")
    page, form = acting(asked, node), form_of(asked)
    message, link, photos = form.get("message", ""), form.get("link", ""), _attached(page, form)
    if not message.strip() and not link and not photos:
        raise graph.no(100, "(#100) The post is empty")
    if len(message) > MESSAGE:
        raise graph.no(100, "(#100) The message is too long")
    fingerprint = _fingerprint(message, link, photos)
    if settings.SANDBOX_REFUSES_REPEATS:
        _not_again(page, fingerprint)
    # What stands in the text first is shown as a card, like the link of its own.
    card = link or next((address for _, _, address in text.links(message)), "")
    post = RemotePost.objects.create(
        account=page,
        remote_id=f"{page.remote_id}_{ids.snowflake()}",
        text=message,
        body=form,
        fingerprint=fingerprint,
        card_url="" if photos else card[:2000],
        card_title="" if photos else card[:500],
    )
    pictures.attach(post, [(one, one.alt) for one in photos])
    return answer({"id": post.remote_id})


def photo_story(asked: Asked, node: str) -> HttpResponse:
    graph.needs(asked.token, "pages_manage_posts")
    page, form = acting(asked, node), form_of(asked)
    row = _photo(page, form.get("photo_id", ""))
    post = RemotePost.objects.create(
        account=page, remote_id=ids.snowflake(), body={**form, "edge": "photo_stories"}
    )
    pictures.attach(post, [(row, row.alt)])
    return answer({"success": True, "post_id": post.remote_id})


def _attached(page: Account, form: dict[str, str]) -> list[Picture]:
    names = sorted(
        (name for name in form if name.startswith("attached_media[")),
        key=lambda name: int(name[15:-1]),
    )
    found = []
    for name in names:
        try:
            found.append(_photo(page, str(json.loads(form[name])["media_fbid"])))
        except (ValueError, KeyError, TypeError):
            raise graph.no(100, f"(#100) Param {name} must be an object") from None
    return found


def _photo(page: Account, remote_id: str) -> Picture:
    rows = page.pictures.filter(expires_at__gt=timezone.now(), remote_id=remote_id)
    if (row := rows.first()) is None:
        raise graph.no(100, f"(#100) The photo {remote_id} is not there")
    return row


def _fingerprint(message: str, link: str, photos: list[Picture]) -> str:
    parts = [message, link, *(one.digest for one in photos)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _not_again(page: Account, fingerprint: str) -> None:
    since = timezone.now() - DUPLICATE_WINDOW
    if page.posts.filter(fingerprint=fingerprint, accepted_at__gt=since).exists():
        raise graph.no(506, "Duplicate status message")


def edit(asked: Asked, node: str) -> HttpResponse:
    graph.needs(asked.token, "pages_manage_posts")
    post, message = post_of(node), form_of(asked).get("message", "")
    if post.account != asked.who:
        raise graph.missing(node)
    if not message.strip() or len(message) > MESSAGE:
        raise graph.no(100, "(#100) The message is empty or too long")
    RemotePost.objects.filter(pk=post.pk).update(text=message, edited_at=timezone.now())
    return answer({"success": True})


def delete(asked: Asked, node: str) -> HttpResponse:
    graph.needs(asked.token, "pages_manage_posts", "pages_manage_engagement")
    post = post_of(node)
    if post.account != asked.who:
        raise graph.missing(node)
    RemotePost.objects.filter(pk=post.pk).update(deleted_at=timezone.now())
    return answer({"success": True})
