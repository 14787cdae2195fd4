"""What LinkedIn tells an app of what happens on a page: signed over a word and the body."""

import hashlib
import hmac
import json
from typing import Any

from publishers.sandbox import ids, oauth
from publishers.sandbox.models import RemotePost
from publishers.sandbox.platforms.linkedin import comments
from publishers.sandbox.platforms.linkedin.people import urn as urn_of
from publishers.sandbox.twin import Happening, HookRequest

ACTIONS = {"comment": "COMMENT", "reaction": "LIKE", "mention": "SHARE_MENTION"}
PREFIX = b"hmacsha256="


def hook(slug: str, happening: Happening) -> HookRequest:
    body = json.dumps(
        {
            "type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS",
            "notifications": [_notification(happening)],
        }
    ).encode()
    secret = oauth.registered(slug).client_secret.encode()
    made = hmac.new(secret, PREFIX + body, hashlib.sha256).hexdigest()
    return HookRequest(body, {"X-LI-Signature": made, "Content-Type": "application/json"})


def _notification(happening: Happening) -> dict[str, Any]:
    post = happening.post
    source = (post.parent or post) if post else None
    told: dict[str, Any] = {
        "notificationId": int(happening.id or ids.snowflake(), 16) % 10**12,
        "organizationalEntity": urn_of(happening.account),
        "action": ACTIONS[happening.kind],
        "lastModifiedAt": int(happening.at.timestamp() * 1000),
    }
    if post is None or source is None:
        return told
    activity = f"urn:li:activity:{source.remote_id.rpartition(':')[2]}"
    told |= {
        "sourcePost": activity,
        "decoratedSourcePost": {
            "entity": source.remote_id,
            "owner": urn_of(source.account),
            "text": source.text,
            "mediaCategory": "NONE",
        },
    }
    return told | (_made(post, activity, happening.words) if post.parent else {})


def _made(comment: RemotePost, activity: str, words: str) -> dict[str, Any]:
    urn = f"urn:li:comment:({activity},{comments.number_of(comment)})"
    shown = {
        "entity": urn,
        "owner": urn_of(comment.account),
        "object": activity,
        "text": words or comment.text,
    }
    return {"generatedActivity": urn, "decoratedGeneratedActivity": {"comment": shown}}
