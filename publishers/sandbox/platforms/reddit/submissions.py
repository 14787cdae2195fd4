"""Posts and comments on Reddit: submitted, edited, deleted."""

import re
import secrets
from collections.abc import Mapping
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import pictures
from publishers.sandbox.exchange import json_object
from publishers.sandbox.models import Account, Picture, RemotePost
from publishers.sandbox.platforms.reddit import media, places
from publishers.sandbox.platforms.reddit.errors import bare, no
from publishers.sandbox.platforms.reddit.listings import fullname, path_of, told
from publishers.sandbox.twin import Asked, Refused, answer

TITLE, TEXT, COMMENT, CAPTION = 300, 40_000, 10_000, 180
BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


def submit(asked: Asked) -> HttpResponse:
    needs(asked, "submit")
    form = {str(name): str(value) for name, value in asked.request.POST.items()}
    wants_json(form)
    place, kind = checked(asked, form), form.get("kind", "")
    if kind not in ("self", "link", "image", "video"):
        raise no("INVALID_OPTION", "that option is not valid", "kind")
    validate = form.get("validate_on_submit", "").lower() == "true"
    places.check(place, kind, form, validate=validate)
    if kind in ("image", "video"):
        return shown_later(asked, form, kind)
    if kind == "link" and not re.match(r"https?://\S+\.\S", form.get("url", "")):
        raise no("BAD_URL", "you should check that url", "url")
    repeats = form.get("resubmit", "").lower() != "true"
    if kind == "link" and repeats and posted_before(place.name, form["url"]):
        raise no("ALREADY_SUB", "that link has already been submitted", "url")
    post = create(asked.who, form, card_url=form.get("url", "") if kind == "link" else "")
    data = {"url": address(asked, post), "drafts_count": 0, "id": post.remote_id}
    return done({**data, "name": fullname(post)})


def shown_later(asked: Asked, form: Mapping[str, str], kind: str) -> HttpResponse:
    """Which post it becomes is told on a socket; it shows when it has been worked on."""
    picture = media.at(asked.who, form.get("url"), kind)
    poster = media.at(asked.who, form.get("video_poster_url"), "image")
    if picture is None or (kind == "video" and poster is None):
        raise no("BAD_URL", "you should check that url", "url")
    pictures.work(picture)
    picture.poster = poster
    picture.save()
    if not picture.failed:
        post = create(asked.who, form, shows_at=picture.ready_at)
        pictures.attach(post, [(picture, "")])
    socket = {"websocket_url": f"wss://ws-media.example/{picture.remote_id}"}
    page = f"{web(asked)}/user/{asked.who.handle}/submitted/"
    return done(socket | ({"user_submitted_page": page} if kind == "image" else {}))


def gallery(asked: Asked) -> HttpResponse:
    needs(asked, "submit")
    body = json_object(asked.request.body)
    if body is None:
        raise Refused(bare(400))
    wants_json(body)
    place, items = checked(asked, body), body.get("items")
    places.check(place, "gallery", body, validate=body.get("validate_on_submit") is True)
    if not isinstance(items, list) or not 2 <= len(items) <= 20:
        raise no("BAD_GALLERY", "a gallery has 2 to 20 items", "items")
    found: list[tuple[Picture, str]] = []
    for item in items:
        picture = media.of(asked.who, item.get("media_id") if isinstance(item, dict) else None)
        if picture is None or not picture.mime.startswith("image/"):
            raise no("BAD_GALLERY_ITEM", "that item is not an image of yours", "items")
        if len(str(item.get("caption", ""))) > CAPTION:
            raise no("TOO_LONG", f"this is too long (max: {CAPTION})", "caption")
        found.append((picture, str(item.get("caption", ""))))
    post = create(asked.who, {**body, "kind": "gallery"})
    pictures.attach(post, found)
    return done({"url": address(asked, post), "id": fullname(post)})


def comment(asked: Asked) -> HttpResponse:
    needs(asked, "submit")
    form = {str(name): str(value) for name, value in asked.request.POST.items()}
    wants_json(form)
    words = form.get("text", "")
    if not words.strip():
        raise no("NO_TEXT", "we need something here", "text")
    if len(words) > COMMENT:
        raise no("TOO_LONG", f"this is too long (max: {COMMENT})", "text")
    parent = named(form.get("thing_id", ""))
    if parent is None:
        raise no("NO_THING_ID", "id not specified", "parent")
    post = RemotePost.objects.create(
        account=asked.who,
        remote_id=number(),
        parent=parent,
        text=words,
        body={"kind": "comment", "sr": parent.body.get("sr", "")},
    )
    return done({"things": [told(post)]})


def edit(asked: Asked) -> HttpResponse:
    needs(asked, "edit")
    form = asked.request.POST
    wants_json(form)
    post, words = mine(asked, form.get("thing_id", "")), form.get("text", "")
    if post is None:
        raise Refused(bare(403))
    if post.parent is None and post.body.get("kind") != "self":
        raise no("NOT_EDITABLE", "that can't be edited", "thing_id")
    if len(words) > (COMMENT if post.parent else TEXT):
        raise no("TOO_LONG", "this is too long", "text")
    place = places.find(str(post.body.get("sr", "")))
    if place and form.get("validate_on_submit", "").lower() == "true":
        flair = post.body.get("flair_id", "")
        places.validated(place, {"title": post.title, "text": words, "flair_id": flair})
    post.text, post.edited_at = words, timezone.now()
    post.save(update_fields=["text", "edited_at"])
    return done({"things": [told(post)]})


def delete(asked: Asked) -> HttpResponse:
    """Says nothing, whether it was there or not."""
    needs(asked, "edit")
    if (post := mine(asked, asked.request.POST.get("id", ""))) is not None:
        RemotePost.objects.filter(pk=post.pk).update(deleted_at=timezone.now())
    return answer({})


# -- what they share


def needs(asked: Asked, scope: str) -> None:
    if not asked.token.allows(scope):
        raise Refused(bare(403))


def wants_json(said: Mapping[str, Any]) -> None:
    """Otherwise it answers with a program for its own pages of long ago."""
    if said.get("api_type") != "json":
        raise Refused(answer({"jquery": [[0, 1, "call", ["body"]]], "success": False}))


def checked(asked: Asked, said: Mapping[str, Any]) -> places.Place:
    title = str(said.get("title", ""))
    if not title.strip():
        raise no("NO_TEXT", "we need something here", "title")
    if len(title) > TITLE:
        raise no("TOO_LONG", f"this is too long (max: {TITLE})", "title")
    if len(str(said.get("text", ""))) > TEXT:
        raise no("TOO_LONG", f"this is too long (max: {TEXT})", "text")
    return places.entered(asked, str(said.get("sr", "")))


def create(who: Account, said: Mapping[str, Any], **more: Any) -> RemotePost:
    names = ("sr", "kind", "nsfw", "spoiler", "flair_id", "flair_text", "sendreplies")
    return RemotePost.objects.create(
        account=who,
        remote_id=number(),
        title=str(said["title"]),
        text=str(said.get("text", "")),
        body={name: said[name] for name in names if name in said},
        card_title=str(more.get("card_url", ""))[:500],
        **more,
    )


def posted_before(place: str, url: str) -> bool:
    rows = RemotePost.objects.public().filter(account__platform="reddit", card_url=url)
    return rows.filter(body__sr__iexact=place).exists()


def number() -> str:
    return "1" + "".join(secrets.choice(BASE36) for _ in range(6))


def named(full: str) -> RemotePost | None:
    kind, _, remote_id = full.partition("_")
    rows = RemotePost.objects.public().filter(account__platform="reddit", remote_id=remote_id)
    post = rows.select_related("account", "parent").first()
    return post if post and fullname(post) == f"{kind}_{remote_id}" else None


def mine(asked: Asked, full: str) -> RemotePost | None:
    post = named(full)
    return post if post and post.account_id == asked.who.pk else None


def done(data: Mapping[str, Any]) -> HttpResponse:
    return answer({"json": {"errors": [], "data": dict(data)}})


def web(asked: Asked) -> str:
    return asked.request.build_absolute_uri().partition("/api/")[0]


def address(asked: Asked, post: RemotePost) -> str:
    return f"{web(asked)}{path_of(post)}"
