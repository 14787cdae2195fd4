"""Posts on Instagram: containers as they are checked, published and deleted."""

import json
import re
from collections.abc import Iterable, Mapping

from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import containers, graph, ids
from publishers.sandbox.models import Account, Container, RemotePost
from publishers.sandbox.platforms.instagram import reading
from publishers.sandbox.platforms.instagram.rights import needs, through_page
from publishers.sandbox.shapes import Fetched, Shape
from publishers.sandbox.twin import Asked, answer

CAPTION, ALT, TAGS, MENTIONS = 2200, 1000, 30, 20
CHILDREN = range(2, 11)
KINDS = ("", "IMAGE", "VIDEO", "REELS", "STORIES", "CAROUSEL")
SECONDS = {"REELS": (3, 900), "STORIES": (3, 60), "VIDEO": (3, 3600)}


def addresses(asked: Asked, node: str) -> Iterable[str]:
    form = _form(asked)
    return [form[name] for name in ("image_url", "video_url") if form.get(name)]


def create(asked: Asked, node: str) -> HttpResponse:
    needs(asked, "publish")
    who, form = reading.mine(asked, node), _form(asked)
    kind = form.get("media_type", "")
    if kind not in KINDS:
        raise graph.no(100, "The media type is unknown", 2207023)
    _check_words(form)
    children: list[Container] = []
    fetched: Fetched | None = None
    problem = ""
    if kind == "CAROUSEL":
        children = _children(who, form)
    else:
        address = form.get("video_url") or form.get("image_url")
        if not address:
            raise graph.no(100, "The parameter image_url is required", 2207023)
        if kind == "VIDEO" and form.get("is_carousel_item") != "true":
            raise graph.no(100, "Video posts are reels: use media_type REELS", 2207023)
        fetched = asked.fetched.get(address)
        problem = _problem(kind, form, fetched)
    made = containers.create(who, form, fetched=fetched, children=children, problem=problem)
    return answer({"id": made.remote_id})


def _form(asked: Asked) -> dict[str, str]:
    """Parameters come in the address or in the form."""
    found = {**asked.request.GET.dict(), **asked.request.POST.dict()}
    return {str(name): str(value) for name, value in found.items() if name != "access_token"}


def _check_words(form: Mapping[str, str]) -> None:
    caption = form.get("caption", "")
    if len(caption) > CAPTION:
        raise graph.no(36004, "The caption was too long", 2207010)
    if len(re.findall(r"(?<!\w)@[\w.]+", caption)) > MENTIONS:
        raise graph.no(100, "There are too many tags in the caption", 2207040)
    if len(re.findall(r"(?<!\w)#\w+", caption)) > TAGS:
        raise graph.no(100, "There are too many hashtags in the caption", 2207040)
    if len(form.get("alt_text", "")) > ALT:
        raise graph.no(100, "The alt_text is too long", 2207040)
    if form.get("collaborators") and len(json.loads(form["collaborators"])) > 3:
        raise graph.no(100, "There are too many collaborators", 2207040)


def _children(who: Account, form: Mapping[str, str]) -> list[Container]:
    count = len([one for one in form.get("children", "").split(",") if one])
    if count not in CHILDREN:
        raise graph.no(100, "A carousel has 2 to 10 children", 2207028)
    found = containers.listed(who, form["children"])
    if found is None or any(one.asked.get("is_carousel_item") != "true" for one in found):
        raise graph.no(-2, "The media has expired", 2207020)
    return found


def _problem(kind: str, form: Mapping[str, str], fetched: Fetched | None) -> str:
    """A picture is looked at while one waits, a video later."""
    shape = fetched.shape if fetched else None
    if form.get("video_url"):
        if shape is None:
            return "2207003"
        return "" if _fits(kind, shape) else "2207026"
    if shape is None:
        raise graph.no(9004, "Only a photo or video can be accepted as media type", 2207052)
    if shape.mime != "image/jpeg":
        raise graph.no(36001, "The image format is not supported", 2207005)
    if kind != "STORIES" and not 0.79 <= shape.width / shape.height <= 1.92:
        raise graph.no(36003, "The aspect ratio is not supported", 2207009)
    return ""


def _fits(kind: str, shape: Shape) -> bool:
    shortest, longest = SECONDS.get(kind, (0, 3600))
    return shape.mime.startswith("video/") and shortest <= shape.seconds <= longest


def publish(asked: Asked, node: str) -> HttpResponse:
    needs(asked, "publish")
    who = reading.mine(asked, node)
    made = containers.find(who, _form(asked).get("creation_id", ""))
    if made is None:
        raise graph.no(24, "The media builder could not be found", 2207008)
    if made.state == "working":
        raise graph.no(9007, "Media ID is not available", 2207027)
    if made.state == "ended":
        raise graph.no(-2, "The media has expired", 2207020)
    if made.state != "ready" or made.asked.get("is_carousel_item") == "true":
        raise graph.no(24, "The requested resource does not exist", 2207006)
    post = RemotePost.objects.create(
        account=who,
        remote_id=ids.snowflake(),
        text="" if made.asked.get("media_type") == "STORIES" else made.asked.get("caption", ""),
        body=made.asked,
    )
    containers.publish(made, post)
    return answer({"id": post.remote_id})


def delete(asked: Asked, node: str) -> HttpResponse:
    """Comments behind both doors, posts behind one."""
    post = reading.post_of(node)
    if post.account != asked.who or not (through_page(asked) or post.parent):
        raise graph.missing(node)
    RemotePost.objects.filter(pk=post.pk).update(deleted_at=timezone.now())
    return answer({"success": True})
