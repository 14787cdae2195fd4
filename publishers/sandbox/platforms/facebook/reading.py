"""Reading on Facebook: pages, videos, posts one by one and in lists."""

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from publishers.sandbox import figures, graph
from publishers.sandbox.models import Account, RemotePost
from publishers.sandbox.twin import Asked, answer

MOST = 100
STORIES = ("photo_stories", "video_stories")


def acting(asked: Asked, node: str) -> Account:
    """The page of the token; that of a person who runs it is not enough."""
    if asked.who.remote_id == node and asked.who.kind == Account.Kind.ORGANIZATION:
        return asked.who
    if asked.who.organizations.filter(remote_id=node).exists():
        raise graph.no(210, "(#210) A page access token is required to request this resource.")
    raise graph.missing(node)


def form_of(asked: Asked) -> dict[str, str]:
    """Parameters come in the address or in the form."""
    found = {**asked.request.GET.dict(), **asked.request.POST.dict()}
    return {str(name): str(value) for name, value in found.items() if name != "access_token"}


def page(asked: Asked) -> dict[str, Any]:
    who = asked.who
    counted = {"followers_count": figures.followers(who), "fan_count": figures.followers(who)}
    return {"id": who.remote_id, "name": who.name, **counted}


def published(asked: Asked, node: str) -> HttpResponse:
    graph.needs(asked.token, "pages_read_engagement")
    rows = acting(asked, node).posts.public().filter(parent=None)
    # What has no such key is neither equal to them nor different.
    stories = rows.filter(body__edge__in=STORIES).values("pk")
    return listed(asked, rows.exclude(pk__in=stories))


def stories(asked: Asked, node: str) -> HttpResponse:
    """Those of a day, by what was uploaded for them."""
    graph.needs(asked.token, "pages_read_engagement")
    since = timezone.now() - timedelta(days=1)
    rows = acting(asked, node).posts.public().filter(body__edge__in=STORIES)
    data = [
        {
            "post_id": post.remote_id,
            "status": "published",
            "media_id": post.body.get("photo_id") or post.body.get("video_id"),
            "creation_time": str(int(post.accepted_at.timestamp())),
        }
        for post in rows.filter(accepted_at__gt=since).order_by("-accepted_at", "-pk")
    ]
    return answer({"data": data, **graph.cursors(0, len(data))})


def listed(asked: Asked, rows: QuerySet[RemotePost]) -> HttpResponse:
    query = asked.request.GET
    since = graph.number(query.get("since"), 0, 4_000_000_000)
    if since:
        rows = rows.filter(accepted_at__gte=datetime.fromtimestamp(since, UTC))
    first, most = graph.position(query.get("after", "")), graph.number(query.get("limit"), 25, MOST)
    joined = rows.select_related("account", "parent").prefetch_related("attachments__picture")
    page = list(joined.order_by("-accepted_at", "-pk")[first : first + most])
    return answer({"data": [shown(post) for post in page], **graph.cursors(first, len(page))})


def post_of(node: str) -> RemotePost:
    rows = RemotePost.objects.public().filter(account__platform="facebook")
    found = rows.filter(remote_id=node).select_related("account", "parent").first()
    if found is None:
        raise graph.missing(node)
    return found


def shown(post: RemotePost) -> dict[str, Any]:
    """With everything, also what was not asked for."""
    attached = list(post.attachments.all())
    data: dict[str, Any] = {
        "id": post.remote_id,
        "created_time": graph.time_of(post.accepted_at),
        "from": {"id": post.account.remote_id, "name": post.account.name},
        "permalink_url": f"https://www.facebook.com/{post.remote_id}",
    }
    if post.text:
        data["message"] = post.text
    if attached:
        kind = "video" if attached[0].picture.is_video else "photo"
        one: dict[str, Any] = {"media_type": "album" if len(attached) > 1 else kind}
        if len(attached) > 1:
            one["subattachments"] = {"data": [{"media_type": "photo"} for _ in attached]}
        data["attachments"] = {"data": [one]}
    elif post.card_url:
        data["attachments"] = {"data": [{"media_type": "link"}]}
    if not post.parent:
        data |= _counts(post)
    return data


def _counts(post: RemotePost) -> dict[str, Any]:
    counted = figures.of_post(post, "likes", "comments", "shares")
    summaries: dict[str, Any] = {
        "reactions": {"data": [], "summary": {"total_count": counted["likes"]}},
        "comments": {"data": [], "summary": {"total_count": counted["comments"]}},
    }
    return summaries | ({"shares": {"count": counted["shares"]}} if counted["shares"] else {})


def picture_url(asked: Asked, page: Account) -> str:
    here = reverse("sandbox:account_picture", args=[page.platform, page.handle])
    return asked.request.build_absolute_uri(here)
