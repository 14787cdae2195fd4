"""Posts on Threads: containers as they are checked, published and deleted."""

from collections.abc import Iterable, Mapping

from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import containers, graph, ids, text
from publishers.sandbox.models import Account, Container, RemotePost
from publishers.sandbox.shapes import Fetched
from publishers.sandbox.twin import Asked, answer

TEXT_LIMIT, ALT_LIMIT, LINK_LIMIT = 500, 1000, 5
CHILDREN = range(2, 21)
KINDS = ("TEXT", "IMAGE", "VIDEO", "CAROUSEL")
REPLY_CONTROLS = (
    "everyone",
    "accounts_you_follow",
    "mentioned_only",
    "parent_post_author_only",
    "followers_only",
)
MEDIA = {"IMAGE": "image_url", "VIDEO": "video_url"}
IMAGES = ("image/jpeg", "image/png")
IMAGE_BYTES = 8 * 1024 * 1024


def addresses(asked: Asked) -> Iterable[str]:
    form = _form(asked)
    return [
        form[name]
        for kind, name in MEDIA.items()
        if form.get("media_type") == kind and form.get(name)
    ]


def create(asked: Asked) -> HttpResponse:
    graph.needs(asked.token, "threads_content_publish")
    form = _form(asked)
    kind = form.get("media_type", "")
    if kind not in KINDS:
        raise graph.no(100, f"(#100) Param media_type must be one of {{{', '.join(KINDS)}}}")
    _check_text(form)
    _check_options(form)
    if reply_to := form.get("reply_to_id"):
        answered(reply_to)
    children: list[Container] = []
    fetched: Fetched | None = None
    problem = ""
    if kind == "CAROUSEL":
        children = _children(asked.who, form)
    elif kind in MEDIA:
        fetched = asked.fetched.get(form.get(MEDIA[kind], ""))
        problem = _problem(kind, fetched)
    elif not form.get("text", "").strip():
        raise graph.no(100, "(#100) Param text is required for media_type TEXT")
    made = containers.create(asked.who, form, fetched=fetched, children=children, problem=problem)
    return answer({"id": made.remote_id})


def _form(asked: Asked) -> dict[str, str]:
    """Parameters come in the address or in the form."""
    found = {**asked.request.GET.dict(), **asked.request.POST.dict()}
    return {str(name): str(value) for name, value in found.items() if name != "access_token"}


def _check_text(form: Mapping[str, str]) -> None:
    words = form.get("text", "")
    if text.emoji_bytes(words) > TEXT_LIMIT:
        raise graph.no(100, f"Param text must be at most {TEXT_LIMIT} characters long.")
    found = {address for _, _, address in text.links(words)}
    if link := form.get("link_attachment"):
        if form.get("media_type") != "TEXT":
            raise graph.no(100, "(#100) link_attachment is only for posts of text")
        found.add(link)
    if len(found) > LINK_LIMIT:
        raise graph.no(100, "THREADS_API__LINK_LIMIT_EXCEEDED")
    if len(form.get("alt_text", "")) > ALT_LIMIT:
        raise graph.no(100, f"Param alt_text must be at most {ALT_LIMIT} characters long.")


def _check_options(form: Mapping[str, str]) -> None:
    tag, who = form.get("topic_tag"), form.get("reply_control", "everyone")
    if tag is not None and (not 1 <= len(tag) <= 50 or "." in tag or "&" in tag):
        raise graph.no(100, "(#100) Param topic_tag is not a valid topic")
    if who not in REPLY_CONTROLS:
        raise graph.no(100, f"(#100) Param reply_control must be one of {REPLY_CONTROLS}")


def _children(who: Account, form: Mapping[str, str]) -> list[Container]:
    count = len([one for one in form.get("children", "").split(",") if one])
    if count not in CHILDREN:
        raise graph.no(100, "(#100) A carousel has 2 to 20 children")
    found = containers.listed(who, form["children"])
    if found is None or any(one.asked.get("is_carousel_item") != "true" for one in found):
        raise graph.no(100, "The children of the carousel are invalid or have expired", 4279004)
    return found


def _problem(kind: str, fetched: Fetched | None) -> str:
    if fetched is None or fetched.shape is None:
        return "FAILED_DOWNLOADING_VIDEO" if kind == "VIDEO" else "UNKNOWN"
    shape = fetched.shape
    if kind == "VIDEO":
        if not shape.mime.startswith("video/"):
            return "FAILED_PROCESSING_VIDEO"
        return "INVALID_DURATION" if shape.seconds > 300 else ""
    if shape.mime not in IMAGES:
        return "UNKNOWN"
    return "" if 0.1 <= shape.width / shape.height <= 10 else "INVALID_ASPEC_RATIO"


def publish(asked: Asked) -> HttpResponse:
    graph.needs(asked.token, "threads_content_publish")
    made = containers.find(asked.who, _form(asked).get("creation_id", ""))
    if made is None or made.state != "ready" or made.asked.get("is_carousel_item") == "true":
        raise graph.no(24, "The requested resource does not exist. Media Not Found", 4279009)
    parent = answered(made.asked["reply_to_id"]) if "reply_to_id" in made.asked else None
    post = RemotePost.objects.create(
        account=asked.who,
        remote_id=ids.snowflake(),
        parent=parent,
        text=made.asked.get("text", ""),
        body=made.asked,
        card_url=made.asked.get("link_attachment", "")[:2000],
        card_title=made.asked.get("link_attachment", "")[:500],
    )
    containers.publish(made, post)
    return answer({"id": post.remote_id})


def answered(remote_id: str) -> RemotePost:
    """What is answered, of whomever it is."""
    rows = RemotePost.objects.public().filter(account__platform="threads", remote_id=remote_id)
    if (found := rows.first()) is None:
        raise graph.missing(remote_id)
    return found


def delete(asked: Asked, node: str) -> HttpResponse:
    graph.needs(asked.token, "threads_delete")
    rows = asked.who.posts.public().filter(remote_id=node)
    if not rows.update(deleted_at=timezone.now()):
        raise graph.missing(node)
    return answer({"success": True, "deleted_id": node})
