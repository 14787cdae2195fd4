"""Posts as people see them: by the account's server, which asks whoever shows them."""

import re
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from publishers.sandbox import figures
from publishers.sandbox.models import RemotePost
from publishers.sandbox.platforms.bluesky import gates, records
from publishers.sandbox.platforms.bluesky.errors import invalid
from publishers.sandbox.platforms.bluesky.lexicon import FORMATS
from publishers.sandbox.twin import Asked, answer

AT_ONCE = 25


def posts(asked: Asked) -> HttpResponse:
    """Those that are there."""
    uris = asked.request.GET.getlist("uris")
    if not uris:
        raise invalid('Missing required key "uris" at $')
    if len(uris) > AT_ONCE:
        raise invalid(f"array too big (maximum {AT_ONCE}, got {len(uris)}) at $.uris")
    for place, uri in enumerate(uris):
        if not re.fullmatch(FORMATS["at-uri"], uri):
            raise invalid(f'Invalid at-uri (got "{uri}") at $.uris[{place}]')
    found = [records.post_at(uri) for uri in uris]
    return answer({"posts": [_shown(asked, post) for post in found if post]})


def _shown(asked: Asked, post: RemotePost) -> dict[str, Any]:
    who, seen = post.account, post.accepted_at
    picture = reverse("sandbox:account_picture", args=[who.platform, who.handle])
    counts = figures.of_post(post, "likes", "comments", "shares", "quotes", "saves")
    return {
        **records.pointer(post),
        "author": {
            "did": who.remote_id,
            "handle": who.handle,
            "displayName": who.name,
            "avatar": asked.request.build_absolute_uri(picture),
        },
        "record": gates.written(post),
        "bookmarkCount": counts["saves"],
        "replyCount": counts["comments"] + post.answers.public().count(),
        "repostCount": counts["shares"],
        "likeCount": counts["likes"],
        "quoteCount": counts["quotes"],
        "indexedAt": f"{seen:%Y-%m-%dT%H:%M:%S}.{seen.microsecond // 1000:03}Z",
        "viewer": {"embeddingDisabled": not gates.is_quotable(post)},
        "labels": [],
    }
