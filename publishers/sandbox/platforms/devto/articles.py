"""Articles on DEV: kept back, published, changed, taken back, listed."""

import hashlib
import re
import secrets
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.db.models.functions import Now
from django.http import HttpResponse, QueryDict
from django.utils import timezone

from publishers.sandbox import fetching, files, markdown, pictures
from publishers.sandbox.exchange import json_object
from publishers.sandbox.ledger import DRAFT
from publishers.sandbox.models import Picture, RemotePost
from publishers.sandbox.platforms.devto import wire
from publishers.sandbox.platforms.devto.errors import article_in, error, invalid, missing
from publishers.sandbox.twin import Asked, answer

TITLE, BODY, TAGS, TAGS_TOGETHER = 128, 800 * 1024, 4, 126
SAME_TITLE = timedelta(minutes=5)
# What was published and taken back has been seen.
WITHDRAWN = "withdrawn"
HIDDEN = (DRAFT, WITHDRAWN)
FIELDS = (
    "title",
    "body_markdown",
    "published",
    "series",
    "main_image",
    "canonical_url",
    "description",
    "tags",
    "organization_id",
    "language",
)
_FRONT_MATTER = re.compile(r"\s*---[^\S\n]*\n(.*?)^---[^\S\n]*$\n?", re.M | re.S)


def addresses(asked: Asked, **_captured: Any) -> list[str]:
    """Where the pictures are that the article shows. The platform itself asks there when somebody
    reads it; here they are kept.
    """
    given = (json_object(asked.request.body) or {}).get("article")
    if not isinstance(given, dict):
        return []
    shown = [one.url for one in markdown.pictures(str(given.get("body_markdown", "")))]
    cover = given.get("main_image")
    return list(dict.fromkeys([*shown, *([cover] if isinstance(cover, str) else [])]))


def create(asked: Asked) -> HttpResponse:
    body = _judged(asked, article_in(asked), None)
    hidden = not body.get("published")
    post = RemotePost(
        account=asked.who,
        remote_id=str(int(timezone.now().timestamp() * 1000) * 1000 + secrets.randbelow(1000)),
        version=DRAFT if hidden else "",
        deleted_at=timezone.now() if hidden else None,
    )
    _store(asked, post, body)
    made = answer(wire.article(asked.request, post), 201)
    made["Location"] = wire.address(asked.request, post)
    return made


def update(asked: Asked, number: int) -> HttpResponse:
    post = _mine(asked).filter(remote_id=str(number)).order_by("-pk").first()
    if post is None:
        raise missing()
    body = _judged(asked, {**post.body, **article_in(asked)}, post)
    was_hidden, hidden = post.deleted_at is not None, not body.get("published")
    _store(asked, post, body)
    if was_hidden and not hidden:
        rows, fresh = RemotePost.objects.filter(pk=post.pk), post.version == DRAFT
        rows.update(deleted_at=None, version="", **({"accepted_at": Now()} if fresh else {}))
    elif hidden and not was_hidden:
        RemotePost.objects.filter(pk=post.pk).update(deleted_at=timezone.now(), version=WITHDRAWN)
    post.refresh_from_db()
    return answer(wire.article(asked.request, post))


def unpublish(asked: Asked, number: int) -> HttpResponse:
    """For those who look after the site only."""
    return error(401, "unauthorized")


def show(asked: Asked, number: int) -> HttpResponse:
    rows = RemotePost.objects.public().filter(account__platform="devto", remote_id=str(number))
    post = rows.select_related("account").first()
    if post is None:
        raise missing()
    return answer(wire.article(asked.request, post))


def everything(asked: Asked) -> HttpResponse:
    """Drafts first, then the newest."""
    rows = [*_hidden(asked), *_live(asked)]
    return _listed(asked, rows)


def published(asked: Asked) -> HttpResponse:
    return _listed(asked, list(_live(asked)))


def unpublished(asked: Asked) -> HttpResponse:
    return _listed(asked, list(_hidden(asked)))


def _mine(asked: Asked) -> QuerySet[RemotePost]:
    return RemotePost.objects.filter(account=asked.who).select_related("account")


def _live(asked: Asked) -> QuerySet[RemotePost]:
    rows = RemotePost.objects.public().filter(account=asked.who).select_related("account")
    return rows.newest_first()


def _hidden(asked: Asked) -> QuerySet[RemotePost]:
    return _mine(asked).filter(version__in=HIDDEN, deleted_at__isnull=False).order_by("-pk")


def _listed(asked: Asked, rows: list[RemotePost]) -> HttpResponse:
    size, page = _number(asked.request.GET, "per_page", 30), _number(asked.request.GET, "page", 1)
    shown = rows[(page - 1) * size : page * size]
    return answer([wire.row(asked.request, post) for post in shown])


def _number(query: QueryDict, name: str, usual: int) -> int:
    value = query.get(name, "")
    return min(1000, max(1, int(value))) if value.isdecimal() and len(value) < 6 else usual


# -- what may stand there


def _judged(asked: Asked, given: dict[str, Any], post: RemotePost | None) -> dict[str, Any]:
    body = {name: given[name] for name in FIELDS if name in given}
    text = body.get("body_markdown") or ""
    if not isinstance(text, str) or len(text.encode()) > BODY:
        raise invalid("Body markdown is too long")
    body |= {"body_markdown": text, **_front_matter(text)}
    title = body.get("title")
    if not isinstance(title, str) or not title.strip():
        raise invalid("Title can't be blank")
    if len(title) > TITLE:
        raise invalid(f"Title is too long (maximum is {TITLE} characters)")
    body["tags"] = _tags(body.get("tags"))
    if post is None and settings.SANDBOX_REFUSES_REPEATS:
        since = (timezone.now() - SAME_TITLE).timestamp()
        if _mine(asked).filter(title=title, body__made__gt=since).exists():
            raise invalid("Title has already been used in the last five minutes")
    _canonical(body, post)
    return body | {"made": (post.body.get("made") if post else None) or timezone.now().timestamp()}


def _canonical(body: dict[str, Any], post: RemotePost | None) -> None:
    """One live article for one address, over all members; drafts may share it."""
    address = body.get("canonical_url")
    if not address or not body.get("published"):
        return
    rows = RemotePost.objects.filter(
        account__platform="devto", deleted_at=None, canonical_url=address
    )
    others = rows.exclude(pk=post.pk) if post else rows
    if others.exists():
        raise invalid(
            "Canonical url has already been taken. Email us for further details if it is yours."
        )


def _tags(given: Any) -> list[str]:
    words = given.split(",") if isinstance(given, str) else given or []
    tags = [str(word).strip().lower() for word in words if str(word).strip()]
    if len(tags) > TAGS:
        raise invalid(f"Tag list exceed the maximum of {TAGS} tags")
    if len(", ".join(tags)) > TAGS_TOGETHER:
        raise invalid(f"Cached tag list is too long (maximum is {TAGS_TOGETHER} characters)")
    for tag in tags:
        if not tag.isalnum():
            raise invalid(f'Tag "{tag}" contains non-alphanumeric or prohibited characters')
    return tags


def _front_matter(text: str) -> dict[str, Any]:
    """What stands above the text wins over the fields."""
    found = _FRONT_MATTER.match(text)
    lines = found[1].splitlines() if found else []
    told = {name.strip(): value.strip() for name, _, value in (row.partition(":") for row in lines)}
    over: dict[str, Any] = {
        name: told[name] for name in ("title", "tags", "canonical_url", "series") if name in told
    }
    return over | ({"published": told["published"] == "true"} if "published" in told else {})


def _store(asked: Asked, post: RemotePost, body: dict[str, Any]) -> None:
    shown = markdown.pictures(body["body_markdown"])
    kept = {one.url: _kept(asked, one.url) for one in shown}
    post.text, post.title = markdown.prose(body["body_markdown"]), body["title"]
    post.body = body | {"elsewhere": [one.url for one in shown if kept[one.url] is None]}
    post.tags, post.canonical_url = body["tags"], str(body.get("canonical_url") or "")[:2000]
    post.cover = _kept(asked, str(body.get("main_image") or ""))
    post.save()
    post.attachments.all().delete()
    rows = [(row, one.alt) for one in shown if (row := kept[one.url])]
    pictures.attach(post, rows)
    post.refresh_from_db()


def _kept(asked: Asked, url: str) -> Picture | None:
    """The picture at that address, from now on or from before."""
    name = hashlib.sha256(url.encode()).hexdigest()
    known, fetched = asked.who.pictures.filter(remote_id=name).first(), asked.fetched.pop(url, None)
    if fetched is None or fetched.shape is None:
        return known
    if known is not None:
        files.drop(fetched.name)
        return known
    return fetching.keep(asked.who, name, fetched, works=False)
