"""Posts on X: what is accepted, changed and deleted."""

import hashlib
import re
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import ids, pictures, text
from publishers.sandbox.models import Account, Picture, RemotePost
from publishers.sandbox.platforms.x import bodies, editions, wire
from publishers.sandbox.platforms.x.errors import body_of, forbidden, invalid, needs
from publishers.sandbox.platforms.x.media import attachable
from publishers.sandbox.platforms.x.people import has_premium
from publishers.sandbox.twin import Asked, answer

LONGEST = 25_000
LONGEST_MINUTES = 20
DUPLICATE_WINDOW = timedelta(minutes=30)
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
STRANGER = "You can only reply to or quote posts where you are mentioned or are the author"
QUOTING = (
    "Quoting this post is not allowed because you have not been mentioned or otherwise engaged by "
    "the author of the post you are trying to quote."
)
CASHTAGS = "Posts are limited to at most one cashtag."
CASHTAG = re.compile(r"(?<![\w$])\$[A-Za-z]{1,6}\b")


def create(asked: Asked) -> HttpResponse:
    needs(asked, "tweet.write")
    body = body_of(asked)
    bodies.check(body)
    media_ids = body.get("media", {}).get("media_ids", [])
    attached = attachable(asked.who, media_ids) if "media" in body else []
    shown = body.get("text", "")
    _judge(asked.who, shown, body, attached)
    if "edit_options" in body:
        return made(editions.change(asked.who, shown, body, _fingerprint(shown)))
    post = RemotePost.objects.create(
        account=asked.who,
        remote_id=ids.snowflake(),
        parent=_answered(asked.who, body),
        text=shown,
        body=body,
        fingerprint=_fingerprint(shown),
    )
    pictures.attach(post, [(row, row.alt) for row in attached])
    return made(post)


def made(post: RemotePost) -> HttpResponse:
    versions = editions.versions(post)
    data = {
        "id": versions[-1],
        "text": wire.text_and_urls(post)[0],
        "edit_history_post_ids": versions,
    }
    return answer({"data": data}, 201)


def _judge(who: Account, shown: str, body: dict[str, Any], attached: list[Picture]) -> None:
    """Refuse what X refuses about content."""
    if not shown.strip() and not attached:
        raise invalid("$.text: a post needs text or media")
    if text.weighted(shown) > (LONGEST if has_premium(who) else wire.SHORT):
        raise forbidden()
    if len(CASHTAG.findall(shown)) > 1:
        raise forbidden(CASHTAGS)
    if any(row.seconds > LONGEST_MINUTES * 60 for row in attached):
        limit = f"a video longer than {LONGEST_MINUTES} minutes."
        raise forbidden(f"This user is not allowed to post {limit}")
    quoted = body.get("quote_tweet_id")
    if quoted and editions.find(who.posts.public(), quoted) is None:
        raise forbidden(QUOTING)
    recent = who.posts.public().filter(accepted_at__gt=timezone.now() - DUPLICATE_WINDOW)
    repeats = settings.SANDBOX_REFUSES_REPEATS and shown.strip()
    if repeats and recent.filter(fingerprint=_fingerprint(shown)).exists():
        raise forbidden(DUPLICATE)


def _answered(who: Account, body: dict[str, Any]) -> RemotePost | None:
    """One's own posts may be answered; of others' this account knows none that mentions it."""
    if "reply" not in body:
        return None
    found = editions.find(who.posts.public(), body["reply"]["in_reply_to_tweet_id"])
    if found is None:
        raise forbidden(STRANGER)
    return found


def _fingerprint(shown: str) -> str:
    return hashlib.sha256(" ".join(shown.split()).encode()).hexdigest()


def delete(asked: Asked, post_id: str) -> HttpResponse:
    """With all that it was before."""
    needs(asked, "tweet.write")
    post = editions.find(asked.who.posts.public(), post_id)
    if post is not None:
        RemotePost.objects.filter(pk=post.pk).update(deleted_at=timezone.now())
    return answer({"data": {"deleted": post is not None}})
