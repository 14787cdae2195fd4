"""Posts on Mastodon: what is accepted, how they are changed, and how they are read back."""

import hashlib
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import figures, ids, pictures
from publishers.sandbox.models import Account, Attachment, RemotePost
from publishers.sandbox.platforms.mastodon import counting, media, people
from publishers.sandbox.platforms.mastodon.apps import TEXT, site_of
from publishers.sandbox.platforms.mastodon.errors import (
    Fields,
    error,
    fields_of,
    gone,
    invalid,
    needs,
    refused,
    truth,
)
from publishers.sandbox.twin import Asked, Refused, answer

VISIBILITIES = ("public", "unlisted", "private", "direct")
QUOTES = ("public", "followers", "nobody")
# A repeat under the same key is the first one's answer for so long.
KEY_LIVES = timedelta(hours=1)
MOST, USUAL = 40, 20


def create(asked: Asked) -> HttpResponse:
    needs(asked, "write:statuses")
    key = asked.request.headers.get("Idempotency-Key", "")
    if key and (before := _under(asked.who, key)):
        return answer(shown(asked, before))
    said = fields_of(asked)
    attached = media.attachable(asked.who, said.get("media_ids") or [])
    _judge(said, bool(attached))
    post = RemotePost.objects.create(
        account=asked.who,
        remote_id=ids.snowflake(),
        parent=_answered(said),
        text=_words(said),
        body=_kept(said),
        fingerprint=_digest(key) if key else "",
    )
    pictures.attach(post, [(row, row.alt) for row in attached])
    return answer(shown(asked, post))


def change(asked: Asked, number: str) -> HttpResponse:
    """What it does not repeat is gone: text, warning, files."""
    needs(asked, "write:statuses")
    post, said = _mine(asked, number), fields_of(asked)
    listed = [str(one) for one in said.get("media_ids") or []]
    held = {one.picture.remote_id: one.picture for one in attachments(post)}
    fresh = media.attachable(asked.who, [one for one in listed if one not in held])
    rows = media.suitable([*(held[one] for one in listed if one in held), *fresh])
    _judge(said, bool(rows))
    alts = {str(one.get("id")): one.get("description") for one in said.get("media_attributes", [])}
    Attachment.objects.filter(post=post).delete()
    described = [(row, media.described(alts.get(row.remote_id) or row.alt)) for row in rows]
    pictures.attach(post, described)
    post.text, post.edited_at = _words(said), timezone.now()
    post.body = {**_kept(said), "visibility": post.body["visibility"]}
    post.save(update_fields=["text", "edited_at", "body"])
    return answer(shown(asked, post))


def delete(asked: Asked, number: str) -> HttpResponse:
    needs(asked, "write:statuses")
    post = _mine(asked, number)
    told = shown(asked, post) | {"text": post.text}
    RemotePost.objects.filter(pk=post.pk).update(deleted_at=timezone.now())
    return answer(told)


def one(asked: Asked, number: str) -> HttpResponse:
    needs(asked, "read:statuses")
    post = _seen(asked).filter(remote_id=number).first()
    if post is None:
        raise gone()
    return answer(shown(asked, post))


def source(asked: Asked, number: str) -> HttpResponse:
    needs(asked, "read:statuses")
    post = _mine(asked, number)
    warning = post.body["spoiler_text"]
    return answer({"id": post.remote_id, "text": post.text, "spoiler_text": warning})


def several(asked: Asked) -> HttpResponse:
    """Those that are there, of at most twenty."""
    needs(asked, "read:statuses")
    wanted = asked.request.GET.getlist("id[]")
    if len(wanted) > USUAL:
        raise refused(f"Too many IDs (maximum is {USUAL})")
    found = {post.remote_id: post for post in _seen(asked).filter(remote_id__in=wanted)}
    return answer([shown(asked, found[number]) for number in wanted if number in found])


def timeline(asked: Asked, number: str) -> HttpResponse:
    """Of one account, newest first, in pages by `max_id`."""
    needs(asked, "read:statuses")
    who = Account.objects.filter(platform=asked.who.platform, remote_id=number).first()
    if who is None:
        raise gone()
    query = asked.request.GET
    rows = _seen(asked).filter(account=who).order_by("-accepted_at", "-pk")
    if query.get("max_id"):
        before = who.posts.filter(remote_id=query["max_id"]).first()
        moment = before.accepted_at if before else timezone.now()
        rows = rows.filter(accepted_at__lt=moment)
    if truth(query.get("exclude_replies")):
        rows = rows.filter(parent=None)
    limit = query.get("limit", "")
    most = min(int(limit), MOST) if limit.isdecimal() and len(limit) < 5 else USUAL
    return answer([shown(asked, post) for post in rows[:most]])


def shown(asked: Asked, post: RemotePost) -> dict[str, Any]:
    site, body, parent = site_of(asked), post.body, post.parent
    address = f"{site}/@{post.account.handle}/{post.remote_id}"
    counts = figures.of_post(post, "likes", "comments", "shares", "quotes")
    return {
        "id": post.remote_id,
        "uri": f"{site}/users/{post.account.handle}/statuses/{post.remote_id}",
        "url": address,
        "created_at": _moment(post.accepted_at),
        "edited_at": _moment(post.edited_at) if post.edited_at else None,
        "in_reply_to_id": parent.remote_id if parent else None,
        "in_reply_to_account_id": parent.account.remote_id if parent else None,
        "sensitive": body["sensitive"],
        "spoiler_text": body["spoiler_text"],
        "visibility": body["visibility"],
        "language": body["language"],
        "content": counting.shown(post.text, site),
        "reblog": None,
        "card": None,
        "poll": None,
        "application": {"name": "Drumbeat", "website": None},
        "account": people.shown(asked, post.account),
        "media_attachments": [media.shown(asked, at.picture, at.alt) for at in attachments(post)],
        "mentions": [],
        "tags": [],
        "emojis": [],
        "replies_count": counts["comments"] + post.answers.public().count(),
        "reblogs_count": counts["shares"],
        "favourites_count": counts["likes"],
        "quotes_count": counts["quotes"],
    }


def attachments(post: RemotePost) -> QuerySet[Attachment]:
    return post.attachments.select_related("picture__account")


def _judge(said: Fields, pictured: bool) -> None:
    """Refuse what the server refuses about content."""
    words, warning = _words(said), str(said.get("spoiler_text") or "")
    if not words.strip() and not pictured:
        raise invalid("Text can't be blank")
    if counting.length(words, warning) > TEXT:
        raise invalid(f"Text character limit of {TEXT} exceeded")
    if said.get("visibility", "public") not in VISIBILITIES:
        raise invalid("Visibility is not included in the list")
    if said.get("quote_approval_policy", "public") not in QUOTES:
        raise invalid("Quote approval policy is not included in the list")
    if said.get("scheduled_at"):
        raise invalid("Scheduled at posts are not simulated")


def _words(said: Fields) -> str:
    return str(said.get("status") or "")


def _kept(said: Fields) -> dict[str, Any]:
    warning = str(said.get("spoiler_text") or "")
    return {
        "visibility": said.get("visibility") or "public",
        "spoiler_text": warning,
        "sensitive": truth(said.get("sensitive")) or bool(warning),
        "language": said.get("language") or "en",
        "quote_approval_policy": said.get("quote_approval_policy") or "public",
    }


def _answered(said: Fields) -> RemotePost | None:
    number = said.get("in_reply_to_id")
    if not number:
        return None
    rows = RemotePost.objects.public().filter(account__platform="mastodon")
    found = rows.filter(remote_id=str(number)).first()
    if found is None:
        raise Refused(error(404, "The post you are trying to reply to does not appear to exist."))
    return found


def _under(who: Account, key: str) -> RemotePost | None:
    since = timezone.now() - KEY_LIVES
    rows = who.posts.filter(fingerprint=_digest(key), accepted_at__gt=since, deleted_at=None)
    return rows.select_related("account", "parent__account").first()


def _digest(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()


def _seen(asked: Asked) -> QuerySet[RemotePost]:
    """What this account may see: what is open to all, and its own."""
    open_to_all = Q(body__visibility__in=("public", "unlisted"))
    rows = RemotePost.objects.public().filter(account__platform=asked.who.platform)
    rows = rows.filter(open_to_all | Q(account=asked.who))
    return rows.select_related("account", "parent__account")


def _mine(asked: Asked, number: str) -> RemotePost:
    rows = asked.who.posts.public().select_related("account", "parent__account")
    post = rows.filter(remote_id=number).first()
    if post is None:
        raise gone()
    return post


def _moment(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
