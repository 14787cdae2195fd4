"""How DEV shows its articles: one way in answers to writing and reading, another in lists."""

import zlib
from datetime import UTC
from typing import Any

from django.http import HttpRequest

from publishers.sandbox import figures
from publishers.sandbox.models import RemotePost


def number(post: RemotePost) -> int:
    """What other hands put there need not be named by a number."""
    plain = post.remote_id.isdecimal()
    return int(post.remote_id) if plain else zlib.crc32(post.remote_id.encode())


def path(post: RemotePost) -> str:
    return f"/{post.account.handle}/{slug(post)}"


def slug(post: RemotePost) -> str:
    return f"a-{post.remote_id}"


def address(request: HttpRequest, post: RemotePost) -> str:
    return request.build_absolute_uri().partition("/api/")[0] + path(post)


def article(request: HttpRequest, post: RemotePost) -> dict[str, Any]:
    tags = post.tags
    return _common(request, post) | {"tag_list": ", ".join(tags), "tags": tags}


def row(request: HttpRequest, post: RemotePost) -> dict[str, Any]:
    tags, counted = post.tags, figures.of_post(post, "views", "likes", "comments")
    told = {
        "page_views_count": counted["views"],
        "public_reactions_count": counted["likes"],
        "positive_reactions_count": counted["likes"],
        "comments_count": counted["comments"],
    }
    listed = {"tag_list": tags, "tags": ", ".join(tags), "published": post.deleted_at is None}
    return _common(request, post) | listed | (told if post.deleted_at is None else {})


def _common(request: HttpRequest, post: RemotePost) -> dict[str, Any]:
    body, live = post.body, post.deleted_at is None
    moment = post.accepted_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if live else None
    url = address(request, post)
    return {
        "type_of": "article",
        "id": number(post),
        "title": post.title,
        "description": body.get("description") or post.text[:150],
        "slug": slug(post),
        "path": path(post),
        "url": url,
        "canonical_url": post.canonical_url or url,
        "cover_image": body.get("main_image"),
        "social_image": body.get("main_image") or "",
        "body_markdown": body.get("body_markdown", post.text),
        "reading_time_minutes": max(1, len(post.text.split()) // 275),
        "published_at": moment,
        "published_timestamp": moment or "",
        "comments_count": 0,
        "public_reactions_count": 0,
        "user": {
            "name": post.account.name,
            "username": post.account.handle,
            "user_id": post.account.pk,
        },
    }
