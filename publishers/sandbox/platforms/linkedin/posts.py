"""Posts on LinkedIn: what is accepted, and how an organisation's are read back."""

import hashlib
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import ids, pictures, text
from publishers.sandbox.models import Account, Picture, RemotePost
from publishers.sandbox.platforms.linkedin import images, little_text
from publishers.sandbox.platforms.linkedin.errors import (
    bad_field,
    body_of,
    denied,
    error,
    needs,
    versioned,
)
from publishers.sandbox.platforms.linkedin.people import author, paging
from publishers.sandbox.platforms.linkedin.people import urn as urn_of
from publishers.sandbox.twin import Asked, Refused, answer

TEXT_LIMIT = 3000
ALT_LIMIT = 4086
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
    commentary, content = body["commentary"], body.get("content") or {}
    attached = _attached(who, content)
    if not commentary.strip() and not content:
        raise bad_field("commentary", "INVALID_VALUE_BLANK_FIELD", "The post is empty")
    fingerprint = _fingerprint(commentary, content, attached)
    if settings.SANDBOX_REFUSES_REPEATS:
        _not_again(who, fingerprint)
    article = content.get("article") or {}
    post = RemotePost.objects.create(
        account=who,
        remote_id=f"urn:li:share:{ids.snowflake()}",
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
    distribution = body["distribution"]
    feed = distribution.get("feedDistribution") if isinstance(distribution, dict) else None
    if feed not in ("MAIN_FEED", "NONE"):
        path = "distribution/feedDistribution"
        raise bad_field(path, "INVALID_VALUE_FOR_FIELD", f"feedDistribution cannot be {feed!r}")
    if not isinstance(body["commentary"], str):
        raise bad_field("commentary", "INVALID_VALUE_FOR_FIELD", "commentary must be a string")
    if text.utf16(little_text.unescaped(body["commentary"])) > TEXT_LIMIT:
        message = f"commentary exceeds the maximum length of {TEXT_LIMIT} characters"
        raise bad_field("commentary", "FIELD_LENGTH_TOO_LONG", message)


def _attached(who: Account, content: dict[str, Any]) -> list[tuple[Picture, str]]:
    if not isinstance(content, dict) or len(content) > 1:
        raise bad_field("content", "INVALID_VALUE_FOR_FIELD", "content holds exactly one kind")
    if "media" in content:
        return [_described(who, content["media"], "content/media")]
    if "multiImage" in content:
        listed = (content["multiImage"] or {}).get("images", [])
        if not 2 <= len(listed) <= 20:
            path = "content/multiImage/images"
            raise bad_field(path, "INVALID_VALUE_FOR_FIELD", "multiImage takes 2 to 20 images")
        return [
            _described(who, one, f"content/multiImage/images/{i}") for i, one in enumerate(listed)
        ]
    article = content.get("article")
    if article is not None and not (article.get("source") and article.get("title")):
        raise bad_field("content/article", "MISSING_FIELD", "article needs source and title")
    return []


def _described(who: Account, media: Any, path: str) -> tuple[Picture, str]:
    if not isinstance(media, dict) or "id" not in media:
        raise bad_field(f"{path}/id", "MISSING_FIELD", "id is required")
    alt = media.get("altText", "")
    if not isinstance(alt, str) or len(alt) > ALT_LIMIT:
        raise bad_field(
            f"{path}/altText", "FIELD_LENGTH_TOO_LONG", f"At most {ALT_LIMIT} characters"
        )
    return images.usable(who, media["id"], f"{path}/id"), alt


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
    rows = who.posts.public().filter(parent=None).newest_first().select_related("account")
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


def delete(asked: Asked, urn: str) -> HttpResponse:
    versioned(asked.request)
    owners = [asked.who, *asked.who.organizations.all()]
    needs(asked, "w_member_social", "w_organization_social", what="posts.DELETE.NO_VERSION")
    rows = RemotePost.objects.public().filter(account__in=owners, remote_id=urn, parent=None)
    rows.update(deleted_at=timezone.now())
    return HttpResponse(status=204)


def shown(post: RemotePost) -> dict[str, Any]:
    moment = int(post.accepted_at.timestamp() * 1000)
    times = {"createdAt": moment, "publishedAt": moment, "lastModifiedAt": moment}
    return {**post.body, **times, "id": post.remote_id, "author": urn_of(post.account)}


def _number(value: str | None, default: int) -> int:
    return int(value) if value and value.isdecimal() and len(value) < 7 else default
