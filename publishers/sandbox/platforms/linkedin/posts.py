"""Posts on LinkedIn: what is accepted, and how an organisation's are read back."""

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import ids, pictures, text
from publishers.sandbox.models import Account, Picture, RemotePost
from publishers.sandbox.models.posts import RemotePostQuerySet
from publishers.sandbox.platforms.linkedin import content as contents
from publishers.sandbox.platforms.linkedin import documents, little_text
from publishers.sandbox.platforms.linkedin.errors import (
    bad_field,
    body_of,
    denied,
    error,
    needs,
    patch_of,
    versioned,
)
from publishers.sandbox.platforms.linkedin.people import ORGANIZATION, author, paging
from publishers.sandbox.platforms.linkedin.people import urn as urn_of
from publishers.sandbox.twin import Asked, Refused, answer

TEXT_LIMIT = 3000
DUPLICATE_WINDOW = timedelta(minutes=10)
REQUIRED = (
    "author",
    "commentary",
    "visibility",
    "distribution",
    "lifecycleState",
    "isReshareDisabledByAuthor",
)
CHOICES: dict[str, set[str | bool]] = {
    "visibility": {"PUBLIC", "CONNECTIONS", "LOGGED_IN", "CONTAINER"},
    "lifecycleState": {"PUBLISHED"},
    "isReshareDisabledByAuthor": {True, False},
}


def create(asked: Asked) -> HttpResponse:
    versioned(asked.request)
    body = body_of(asked)
    _schema(body)
    who = author(asked, body["author"], "w_organization_social")
    if who.kind == ORGANIZATION and body["visibility"] == "CONNECTIONS":
        message = "An organization has no connections"
        raise bad_field("visibility", "INVALID_VALUE_FOR_FIELD", message)
    commentary, content = body["commentary"], body.get("content") or {}
    attached = contents.attached(who, content)
    contents.reshared(body)
    if not commentary.strip() and not content and "reshareContext" not in body:
        raise bad_field("commentary", "INVALID_VALUE_BLANK_FIELD", "The post is empty")
    fingerprint = _fingerprint(commentary, content, attached)
    if settings.SANDBOX_REFUSES_REPEATS:
        _not_again(who, fingerprint)
    article = content.get("article") or {}
    kind = "ugcPost" if any(picture.is_video for picture, _ in attached) else "share"
    post = RemotePost.objects.create(
        account=who,
        remote_id=f"urn:li:{kind}:{ids.snowflake()}",
        text=little_text.shown(commentary),
        body=body,
        fingerprint=fingerprint,
        card_url=article.get("source", ""),
        card_title=article.get("title", ""),
        card_description=article.get("description", ""),
    )
    pictures.attach(post, attached)
    return HttpResponse(status=201, headers={"x-restli-id": post.remote_id})


def _schema(body: dict[str, Any]) -> None:
    for name in REQUIRED:
        if name not in body:
            raise bad_field(name, "MISSING_FIELD", f"{name} is required")
    for name, allowed in CHOICES.items():
        if not isinstance(body[name], (str, bool)) or body[name] not in allowed:
            raise bad_field(name, "INVALID_VALUE_FOR_FIELD", f"{name} cannot be {body[name]!r}")
    feed = _feed(body)
    if feed not in ("MAIN_FEED", "NONE"):
        path = "distribution/feedDistribution"
        raise bad_field(path, "INVALID_VALUE_FOR_FIELD", f"feedDistribution cannot be {feed!r}")
    _worded(body["commentary"])


def _worded(commentary: Any) -> str:
    if not isinstance(commentary, str):
        raise bad_field("commentary", "INVALID_VALUE_FOR_FIELD", "commentary must be a string")
    if text.utf16(little_text.unescaped(commentary)) > TEXT_LIMIT:
        message = f"commentary exceeds the maximum length of {TEXT_LIMIT} characters"
        raise bad_field("commentary", "FIELD_LENGTH_TOO_LONG", message)
    return commentary


def _not_again(who: Account, fingerprint: str) -> None:
    """The same content is refused for ten minutes, also when the first is deleted meanwhile."""
    since = timezone.now() - DUPLICATE_WINDOW
    first = who.posts.filter(fingerprint=fingerprint, accepted_at__gt=since).first()
    if first:
        message = f"Content is a duplicate of {first.remote_id}"
        raise bad_field("commentary", "DUPLICATE_POST", message, 422)


def _fingerprint(
    commentary: str, content: dict[str, Any], attached: list[tuple[Picture, str]]
) -> str:
    parts = [commentary, str((content.get("article") or {}).get("source", ""))]
    parts += [json.dumps(content["poll"], sort_keys=True)] if "poll" in content else []
    parts += [picture.digest for picture, _ in attached]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def by_author(asked: Asked) -> HttpResponse:
    versioned(asked.request)
    query = asked.request.GET
    if query.get("q") != "author":
        raise Refused(error(400, "ILLEGAL_ARGUMENT", "The finder must be author"))
    if query.get("author") == urn_of(asked.who):
        raise denied("posts.FINDER-author.NO_VERSION")
    needs(asked, "r_organization_social", what="posts.FINDER-author.NO_VERSION")
    who = author(asked, query.get("author"), "r_organization_social")
    start, count = _number(query.get("start"), 0), min(_number(query.get("count"), 10), 100)
    # Whether those are listed that show only at their address is not told: it may be that not.
    rows = who.posts.public().filter(parent=None).select_related("account")
    feed = "body__distribution__feedDistribution"
    # A post that says nothing of it shows in feeds.
    rows = rows.filter(~Q(**{feed: "NONE"}) | Q(**{f"{feed}__isnull": True})).newest_first()
    if query.get("sortBy") == "LAST_MODIFIED":
        rows = rows.order_by(Coalesce("edited_at", "accepted_at").desc(), "-pk")
    elements = [shown(post) for post in rows[start : start + count]]
    return answer({"elements": elements, "paging": paging(count, start, rows.count())})


def one(asked: Asked, urn: str) -> HttpResponse:
    versioned(asked.request)
    needs(asked, "r_organization_social", what="posts.GET.NO_VERSION")
    for who in asked.who.organizations.all():
        post = (
            who.posts.public().filter(remote_id=urn, parent=None).select_related("account").first()
        )
        if post:
            return answer(shown(post))
    raise Refused(error(404, "NOT_FOUND", f"{urn} is not found"))


def edit(asked: Asked, urn: str) -> HttpResponse:
    """The words, and nothing else that people see."""
    row = _own(asked, urn, "PARTIAL_UPDATE").first()
    wanted = patch_of(asked).get("$set")
    if row is None:
        raise Refused(error(404, "NOT_FOUND", f"{urn} is not found"))
    if not isinstance(wanted, dict) or set(wanted) != {"commentary"}:
        message = "Only commentary can be set"
        raise bad_field("patch/$set", "INVALID_VALUE_FOR_FIELD", message)
    commentary = _worded(wanted["commentary"])
    row.text, row.body = little_text.shown(commentary), row.body | {"commentary": commentary}
    row.edited_at = timezone.now()
    row.save(update_fields=["text", "body", "edited_at"])
    return HttpResponse(status=204)


def delete(asked: Asked, urn: str) -> HttpResponse:
    _own(asked, urn, "DELETE").update(deleted_at=timezone.now())
    return HttpResponse(status=204)


def _own(asked: Asked, urn: str, method: str) -> RemotePostQuerySet:
    versioned(asked.request)
    owners = [asked.who, *asked.who.organizations.all()]
    needs(asked, "w_member_social", "w_organization_social", what=f"posts.{method}.NO_VERSION")
    return RemotePost.objects.public().filter(account__in=owners, remote_id=urn, parent=None)


def shown(post: RemotePost) -> dict[str, Any]:
    moment = int(post.accepted_at.timestamp() * 1000)
    last = int((post.edited_at or post.accepted_at).timestamp() * 1000)
    times = {"createdAt": moment, "publishedAt": moment, "lastModifiedAt": last}
    return {**post.body, **times, "id": post.remote_id, "author": urn_of(post.account)}


def notes(post: RemotePost) -> list[str]:
    """What is to be known of it besides what it says."""
    body = post.body
    found = [str(body.get("visibility", "PUBLIC"))]
    found = [] if found == ["PUBLIC"] else found
    found += ["not in the feed"] if _feed(body) == "NONE" else []
    found += ["cannot be shared"] if body.get("isReshareDisabledByAuthor") else []
    shared = (body.get("reshareContext") or {}).get("parent")
    found += [f"shares {shared}"] if shared else []
    content = body.get("content") or {}
    media = content.get("media") or {}
    if str(media.get("id", "")).startswith(documents.KIND):
        found.append(f"document: {media['title']}")
    if poll := content.get("poll"):
        answers = " / ".join(one["text"] for one in poll["options"])
        found.append(f"poll: {poll['question']} {answers}")
    return found


def _feed(body: dict[str, Any]) -> Any:
    distribution = body.get("distribution")
    return distribution.get("feedDistribution") if isinstance(distribution, dict) else None


def _number(value: str | None, default: int) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 7 else default
