"""Reading on Instagram: accounts, containers, posts one by one and in lists."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from publishers.sandbox import containers, figures, graph
from publishers.sandbox.models import Account, Container, RemotePost
from publishers.sandbox.platforms.instagram.rights import needs, through_page
from publishers.sandbox.twin import Asked, answer

FEED = {"media_product_type": "FEED"}
STATES = {
    "working": "IN_PROGRESS",
    "ready": "FINISHED",
    "published": "PUBLISHED",
    "ended": "EXPIRED",
    "failed": "ERROR",
}
MOST = 100


def mine(asked: Asked, node: str) -> Account:
    if node not in ("me", asked.who.remote_id):
        raise graph.missing(node)
    return asked.who


def node(asked: Asked, node: str) -> HttpResponse:
    needs(asked, "basic")
    fields = _fields(asked)
    if node in ("me", asked.who.remote_id):
        return answer(_profile(asked, fields))
    if (made := containers.find(asked.who, node)) is not None:
        return answer(_container(made, fields))
    return answer(shown(asked, post_of(node), fields))


def media(asked: Asked, node: str) -> HttpResponse:
    needs(asked, "basic")
    rows = mine(asked, node).posts.public().filter(parent=None)
    # What has no such key is neither equal to it nor different.
    stories = rows.filter(body__media_type="STORIES").values("pk")
    return listed(asked, rows.exclude(pk__in=stories))


def stories(asked: Asked, node: str) -> HttpResponse:
    """Those of a day."""
    needs(asked, "basic")
    rows = mine(asked, node).posts.public().filter(body__media_type="STORIES")
    return listed(asked, rows.filter(accepted_at__gt=timezone.now() - timedelta(days=1)))


def listed(asked: Asked, rows: QuerySet[RemotePost]) -> HttpResponse:
    query = asked.request.GET
    since = graph.number(query.get("since"), 0, 4_000_000_000)
    if since:
        rows = rows.filter(accepted_at__gte=datetime.fromtimestamp(since, UTC))
    first, most = graph.position(query.get("after", "")), graph.number(query.get("limit"), 25, MOST)
    page = list(joined(rows).newest_first()[first : first + most])
    data = [shown(asked, post, _fields(asked)) for post in page]
    return answer({"data": data, **graph.cursors(first, len(page))})


def joined(rows: QuerySet[RemotePost]) -> Any:
    return rows.select_related("account", "parent").prefetch_related("attachments__picture")


def post_of(node: str) -> RemotePost:
    rows = joined(RemotePost.objects.public()).filter(account__platform="instagram")
    post: RemotePost | None = rows.filter(remote_id=node).first()
    if post is None:
        raise graph.missing(node)
    return post


def _fields(asked: Asked) -> set[str]:
    return set(asked.request.GET.get("fields", "id").split(","))


def _profile(asked: Asked, fields: set[str]) -> dict[str, Any]:
    """Behind the first door `id` is of the app, `user_id` of the account."""
    who = asked.who
    known: dict[str, Any] = {
        "username": who.handle,
        "name": who.name,
        "account_type": "BUSINESS",
        "profile_picture_url": asked.picture_url(),
        "followers_count": figures.followers(who),
        "follows_count": 12,
        "media_count": who.posts.public().filter(parent=None).count(),
    }
    number = who.remote_id
    if not through_page(asked):
        known["user_id"], number = who.remote_id, f"2{who.remote_id[1:]}"
    return {"id": number, **{name: known[name] for name in known if name in fields}}


def _container(made: Container, fields: set[str]) -> dict[str, Any]:
    state, data = STATES[made.state], {"id": made.remote_id}
    prose = state.title().replace("_", " ")
    if state == "ERROR":
        prose = f"Error: Media upload has failed with error code {made.problem or '2207026'}"
    known = {"status_code": state, "status": prose}
    return data | {name: known[name] for name in known if name in fields}


def shown(asked: Asked, post: RemotePost, fields: set[str]) -> dict[str, Any]:
    attached = list(post.attachments.all())
    one = "VIDEO" if attached and attached[0].picture.is_video else "IMAGE"
    known: dict[str, Any] = {
        "caption": None if post.parent else post.text or None,
        "text": post.text if post.parent else None,
        "username": post.account.handle,
        "timestamp": graph.time_of(post.accepted_at),
        "permalink": None if post.parent else _address(asked, post),
        "shortcode": None if post.parent else post.remote_id,
        "media_type": one if len(attached) < 2 else "CAROUSEL_ALBUM",
        "media_product_type": post.body.get("media_type") or "FEED",
        "children": _children(post) if len(attached) > 1 else None,
    }
    seen = {name: value for name, value in known.items() if name in fields and value is not None}
    return {"id": post.remote_id, **seen}


def _children(post: RemotePost) -> dict[str, Any]:
    return {"data": [{"id": one.picture.remote_id} for one in post.attachments.all()]}


def _address(asked: Asked, post: RemotePost) -> str:
    here = reverse("sandbox:post", kwargs={"platform": "instagram", "remote_id": post.remote_id})
    return asked.request.build_absolute_uri(here)
