"""Posts on X: what is accepted, and how they are read back."""

import hashlib
import re
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from publishers.sandbox import ids, pictures, text
from publishers.sandbox.models import Account, RemotePost
from publishers.sandbox.platforms.x import wire
from publishers.sandbox.platforms.x.errors import body_of, forbidden, invalid, needs
from publishers.sandbox.platforms.x.media import attachable
from publishers.sandbox.twin import Asked, answer

TEXT_LIMIT = 280
DUPLICATE_WINDOW = timedelta(minutes=30)
DUPLICATE = "You are not allowed to create a Tweet with duplicate content."
STRANGER = "You can only reply to or quote posts where you are mentioned or are the author"
BODY_KEYS = {
    "card_uri",
    "community_id",
    "direct_message_deep_link",
    "edit_options",
    "for_super_followers_only",
    "geo",
    "made_with_ai",
    "media",
    "nullcast",
    "paid_partnership",
    "poll",
    "quote_tweet_id",
    "reply",
    "reply_settings",
    "share_with_followers",
    "text",
}
EXCLUSIVE = ("media", "poll", "quote_tweet_id", "card_uri")
REPLY_SETTINGS = ("following", "mentionedUsers", "subscribers", "verified")


def create(asked: Asked) -> HttpResponse:
    needs(asked, "tweet.write")
    body = body_of(asked)
    media_ids = _checked(body)
    attached = attachable(asked.who, media_ids) if body.get("media") is not None else []
    shown = body.get("text", "")
    _judge(asked.who, shown, body, bool(attached))
    post = RemotePost.objects.create(
        account=asked.who,
        remote_id=ids.snowflake(),
        parent=_answered(asked.who, body),
        text=shown,
        body=body,
        fingerprint=_fingerprint(shown),
    )
    pictures.attach(post, [(row, row.alt) for row in attached])
    data = {
        "id": post.remote_id,
        "text": wire.text_and_urls(post)[0],
        "edit_history_post_ids": [post.remote_id],
    }
    return answer({"data": data}, 201)


def _checked(body: dict[str, Any]) -> list[Any]:
    """The media ids of a body that fits the schema."""
    if unknown := set(body) - BODY_KEYS:
        raise invalid(f"$.{min(unknown)}: is not defined in the schema")
    if not isinstance(body.get("text", ""), str):
        raise invalid("$.text: string found expected")
    if body.get("reply_settings", "verified") not in REPLY_SETTINGS:
        raise invalid("$.reply_settings: does not have a value in the enumeration")
    if sum(bool(body.get(key)) for key in EXCLUSIVE) > 1:
        raise invalid(f"$: {', '.join(EXCLUSIVE)} are mutually exclusive")
    media = body.get("media") or {}
    media_ids = media.get("media_ids", []) if isinstance(media, dict) else None
    if not isinstance(media_ids, list) or len(media_ids) > 4:
        raise invalid("$.media.media_ids: there must be a maximum of 4 items in the array")
    return media_ids


def _judge(who: Account, shown: str, body: dict[str, Any], pictured: bool) -> None:
    """Refuse what X refuses about content."""
    if not shown.strip() and not pictured:
        raise invalid("$.text: a post needs text or media")
    if text.weighted(shown) > TEXT_LIMIT or body.get("quote_tweet_id"):
        raise forbidden()
    recent = who.posts.public().filter(accepted_at__gt=timezone.now() - DUPLICATE_WINDOW)
    repeats = settings.SANDBOX_REFUSES_REPEATS and shown.strip()
    if repeats and recent.filter(fingerprint=_fingerprint(shown)).exists():
        raise forbidden(DUPLICATE)


def _answered(who: Account, body: dict[str, Any]) -> RemotePost | None:
    """One's own posts may be answered; of others' this account knows none that mentions it."""
    reply = body.get("reply")
    if reply is None:
        return None
    parent = reply.get("in_reply_to_tweet_id") if isinstance(reply, dict) else None
    if not isinstance(parent, str) or not re.fullmatch(r"\d{1,19}", parent):
        raise invalid("$.reply.in_reply_to_tweet_id: does not match the regex pattern")
    found = who.posts.public().filter(remote_id=parent).first()
    if found is None:
        raise forbidden(STRANGER)
    return found


def _fingerprint(shown: str) -> str:
    return hashlib.sha256(" ".join(shown.split()).encode()).hexdigest()


def delete(asked: Asked, post_id: str) -> HttpResponse:
    needs(asked, "tweet.write")
    gone = asked.who.posts.public().filter(remote_id=post_id).update(deleted_at=timezone.now())
    return answer({"data": {"deleted": bool(gone)}})


def by_id(asked: Asked, post_id: str) -> HttpResponse:
    listed = _listing(_readable(asked).filter(remote_id=post_id), asked.request.GET)
    if not listed["data"]:
        return answer({"errors": [wire.missing(post_id)]})
    return answer(listed | {"data": listed["data"][0]})


def by_ids(asked: Asked) -> HttpResponse:
    wanted = [value for value in asked.request.GET.get("ids", "").split(",") if value]
    if not 1 <= len(wanted) <= 100:
        raise invalid("ids: between 1 and 100 ids", "ids", ",".join(wanted))
    listed = _listing(_readable(asked).filter(remote_id__in=wanted), asked.request.GET)
    gone = set(wanted) - {post["id"] for post in listed["data"]}
    errors = {"errors": [wire.missing(post_id) for post_id in sorted(gone)]} if gone else {}
    return answer({key: value for key, value in listed.items() if value} | errors)


def timeline(asked: Asked, user_id: str) -> HttpResponse:
    query = asked.request.GET
    size, page = query.get("max_results", "10"), query.get("pagination_token", "p0")
    if not size.isdigit() or not 5 <= int(size) <= 100:
        raise invalid("max_results: between 5 and 100", "max_results", size)
    if not re.fullmatch(r"p\d{1,6}", page):
        raise invalid("pagination_token: is unknown", "pagination_token", page)
    rows = _readable(asked).filter(account__remote_id=user_id)
    for name, lookup in (("start_time", "accepted_at__gte"), ("end_time", "accepted_at__lt")):
        if name in query:
            rows = rows.filter(**{lookup: _moment(name, query[name])})
    if "replies" in query.get("exclude", ""):
        rows = rows.filter(parent=None)
    first, after = int(page[1:]), int(page[1:]) + int(size)
    listed = _listing(rows[first:after], query)
    meta: dict[str, Any] = {"result_count": len(listed["data"])}
    if listed["data"]:
        meta |= {"newest_id": listed["data"][0]["id"], "oldest_id": listed["data"][-1]["id"]}
    if rows[after : after + 1]:
        meta["next_token"] = f"p{after}"
    return answer({key: value for key, value in listed.items() if value} | {"meta": meta})


def _readable(asked: Asked) -> QuerySet[RemotePost]:
    needs(asked, "tweet.read")
    rows = RemotePost.objects.public().newest_first().filter(account__platform="x")
    return rows.select_related("account", "parent").prefetch_related("attachments__picture")


def _moment(name: str, value: str) -> datetime:
    try:
        moment = parse_datetime(value)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise invalid(f"{name}: is not an RFC 3339 date and time", name, value)
    return moment


def _listing(rows: QuerySet[RemotePost], query: QueryDict) -> dict[str, Any]:
    """Two dialects are about: `post.fields` of the description, `tweet.fields` of the guides."""
    dialect = "post" if "post.fields" in query else "tweet"
    fields = set(query.get(f"{dialect}.fields", "").split(",")) - {""}
    if unknown := fields - wire.FIELDS:
        raise invalid("is not a valid field", f"{dialect}.fields", min(unknown))
    posts = list(rows)
    listed: dict[str, Any] = {"data": [wire.post(row, fields, dialect) for row in posts]}
    if "attachments.media_keys" in query.get("expansions", ""):
        media = [wire.media(one) for row in posts for one in row.attachments.all()]
        listed |= {"includes": {"media": media}} if media else {}
    return listed
