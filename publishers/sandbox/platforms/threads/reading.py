"""Reading on Threads: a profile, a container, posts one by one and in lists."""

from datetime import UTC, datetime
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from publishers.sandbox import containers, graph
from publishers.sandbox.models import Container, RemotePost
from publishers.sandbox.twin import Asked, answer

STATES = {
    "working": "IN_PROGRESS",
    "ready": "FINISHED",
    "published": "PUBLISHED",
    "ended": "EXPIRED",
    "failed": "ERROR",
}
MOST = 100


def node(asked: Asked, node: str) -> HttpResponse:
    graph.needs(asked.token, "threads_basic")
    fields = _fields(asked)
    if node in ("me", asked.who.remote_id):
        return answer(_profile(asked, fields))
    if (made := containers.find(asked.who, node)) is not None:
        return answer(_container(made, fields))
    post = _rows(RemotePost.objects.public()).filter(remote_id=node).first()
    if post is None:
        raise graph.missing(node)
    if "status" in fields:
        words = "(#100) Tried accessing nonexisting field (status) on node type (ThreadsMedia)"
        raise graph.no(100, words)
    return answer(shown(asked, post, fields))


def root_posts(asked: Asked) -> HttpResponse:
    graph.needs(asked.token, "threads_basic")
    return _listed(asked, asked.who.posts.public().filter(parent=None))


def replies(asked: Asked) -> HttpResponse:
    graph.needs(asked.token, "threads_read_replies", "threads_manage_replies")
    return _listed(asked, asked.who.posts.public().exclude(parent=None))


def _listed(asked: Asked, rows: QuerySet[RemotePost]) -> HttpResponse:
    query = asked.request.GET
    since = graph.number(query.get("since"), 0, 4_000_000_000)
    if since:
        rows = rows.filter(accepted_at__gte=datetime.fromtimestamp(since, UTC))
    first, most = graph.position(query.get("after", "")), graph.number(query.get("limit"), 25, MOST)
    page = list(_rows(rows).newest_first()[first : first + most])
    data = [shown(asked, post, _fields(asked)) for post in page]
    return answer({"data": data, **graph.cursors(first, len(page))})


def _rows(rows: QuerySet[RemotePost]) -> Any:
    threads = rows.filter(account__platform="threads")
    return threads.select_related("account", "parent").prefetch_related("attachments__picture")


def _fields(asked: Asked) -> set[str]:
    return set(asked.request.GET.get("fields", "id").split(","))


def _profile(asked: Asked, fields: set[str]) -> dict[str, Any]:
    who = asked.who
    known: dict[str, Any] = {
        "username": who.handle,
        "name": who.name,
        "threads_profile_picture_url": asked.picture_url(),
        "threads_biography": "",
    }
    return {"id": who.remote_id, **{name: known[name] for name in known if name in fields}}


def _container(made: Container, fields: set[str]) -> dict[str, Any]:
    data: dict[str, Any] = {"id": made.remote_id}
    if "status" in fields:
        data["status"] = STATES[made.state]
    if "error_message" in fields and made.state == "failed":
        data["error_message"] = made.problem or "FAILED_PROCESSING_VIDEO"
    return data


def shown(asked: Asked, post: RemotePost, fields: set[str]) -> dict[str, Any]:
    attached = list(post.attachments.all())
    one = "VIDEO" if attached and attached[0].picture.is_video else "IMAGE"
    kinds = {0: "TEXT_POST", 1: one}
    known: dict[str, Any] = {
        "media_product_type": "THREADS",
        "media_type": kinds.get(len(attached), "CAROUSEL_ALBUM"),
        "text": post.text or None,
        "timestamp": graph.time_of(post.accepted_at),
        "permalink": address(asked, post),
        "shortcode": post.remote_id,
        "username": post.account.handle,
        "is_quote_post": False,
        "is_reply": post.parent is not None,
        "children": _children(post) if len(attached) > 1 else None,
        "root_post": {"id": root(post).remote_id} if post.parent else None,
        "replied_to": {"id": post.parent.remote_id} if post.parent else None,
        "link_attachment_url": post.card_url or None,
        "topic_tag": post.body.get("topic_tag"),
    }
    seen = {name: value for name, value in known.items() if name in fields and value is not None}
    return {"id": post.remote_id, **seen}


def _children(post: RemotePost) -> dict[str, Any]:
    return {"data": [{"id": one.picture.remote_id} for one in post.attachments.all()]}


def root(post: RemotePost) -> RemotePost:
    while post.parent is not None:
        post = post.parent
    return post


def address(asked: Asked, post: RemotePost) -> str:
    names = {"actor": post.account.handle, "remote_id": post.remote_id}
    here = reverse("sandbox:post", kwargs={"platform": "threads", **names})
    return asked.request.build_absolute_uri(here)


def told(post: RemotePost) -> dict[str, Any]:
    """A post in an event."""
    first = root(post)
    above = {"id": first.remote_id, "owner_id": first.account.remote_id}
    value: dict[str, Any] = {
        "id": post.remote_id,
        "username": post.account.handle,
        "owner": {"id": post.account.remote_id},
        "media_type": "TEXT_POST",
        "text": post.text,
    }
    return value | ({"root_post": above} if post.parent else {})
