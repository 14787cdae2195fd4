"""Stories on Medium: taken as they are, with what does not fit dropped without a word."""

import re
import secrets
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import markdown, pictures, quotas
from publishers.sandbox.ledger import DRAFT
from publishers.sandbox.models import Account, Picture, RemotePost
from publishers.sandbox.platforms.medium.errors import body_of, error, forbidden, invalid
from publishers.sandbox.platforms.medium.images import number_in
from publishers.sandbox.twin import Asked, Refused, answer

PER_DAY = 10
TITLE, TAGS, TAG = 100, 3, 25
_COMMONS = ("by", "by-sa", "by-nd", "by-nc", "by-nc-nd", "by-nc-sa", "zero")
CHOICES = {
    "contentFormat": ("html", "markdown"),
    "publishStatus": ("public", "draft", "unlisted"),
    "license": ("all-rights-reserved", *(f"cc-40-{kind}" for kind in _COMMONS), "public-domain"),
}


def by_user(asked: Asked, user: str) -> HttpResponse:
    if user != asked.who.remote_id:
        raise forbidden("User is not authorized to publish as another user.")
    return _create(asked, asked.who, {})


def by_publication(asked: Asked, publication: str) -> HttpResponse:
    found = asked.who.organizations.filter(remote_id=publication).first()
    if found is None:
        raise forbidden("User is not allowed to publish to the publication.")
    return _create(asked, found, {"publicationId": publication})


def _create(asked: Asked, account: Account, more: dict[str, Any]) -> HttpResponse:
    body = _judged(body_of(asked))
    _count(asked.who)
    heading, rest = markdown.headed(body["content"])
    title = body["title"] if len(body["title"]) <= TITLE else heading or rest[:60]
    hidden = body["publishStatus"] == "draft"
    post = RemotePost.objects.create(
        account=account,
        remote_id=secrets.token_hex(6),
        # Only a heading inside the story shows its title.
        title=heading[:500],
        text=markdown.prose(rest),
        body={**body, "title": title},
        tags=body["tags"],
        canonical_url=str(body.get("canonicalUrl", ""))[:2000],
        version=DRAFT if hidden else "",
        deleted_at=timezone.now() if hidden else None,
    )
    pictures.attach(post, _shown(asked.who, body["content"]))
    data = {
        "id": post.remote_id,
        "title": title,
        "authorId": asked.who.remote_id,
        "tags": body["tags"],
        "url": f"{asked.request.build_absolute_uri().partition('/v1/')[0]}/{path(post)}",
        "canonicalUrl": body.get("canonicalUrl", ""),
        "publishStatus": body["publishStatus"],
        "license": body["license"],
        "licenseUrl": "https://policy.medium.com/medium-terms-of-service-9db0094a1e0f",
    }
    moment = {} if hidden else {"publishedAt": int(post.accepted_at.timestamp() * 1000)}
    return answer({"data": data | moment | more}, 201)


def path(post: RemotePost) -> str:
    return f"@{post.account.handle}/story-{post.remote_id}"


def _judged(given: dict[str, Any]) -> dict[str, Any]:
    for name in ("title", "content", "contentFormat"):
        if not isinstance(given.get(name), str) or not given[name].strip():
            raise invalid(f"{name} is required.")
    chosen = {name: given.get(name, offered[0]) for name, offered in CHOICES.items()}
    for name, offered in CHOICES.items():
        if chosen[name] not in offered:
            raise invalid(f"Invalid {name} specified.")
    if not isinstance(given.get("notifyFollowers", False), bool):
        raise invalid("notifyFollowers must be true or false.")
    address = given.get("canonicalUrl", "")
    if address and not re.match(r"https?://\S+$", str(address)):
        raise invalid("Invalid canonicalUrl specified.")
    tags = given.get("tags", [])
    if not isinstance(tags, list):
        raise invalid("tags must be a list.")
    kept = [tag for tag in tags[:TAGS] if isinstance(tag, str) and len(tag) <= TAG]
    return {**given, **chosen, "tags": kept}


def _count(who: Account) -> None:
    """Ten a day, wherever they stand: also in publications."""
    recent = _of(who).filter(accepted_at__gt=timezone.now() - quotas.WINDOW)
    if recent.count() >= PER_DAY:
        words = f"User {who.remote_id} has reached the rate limit for publishing today."
        raise Refused(error(429, words, 6030))


def _of(who: Account) -> QuerySet[RemotePost]:
    return RemotePost.objects.filter(account__in=[who, *who.organizations.all()])


def _shown(who: Account, content: str) -> list[tuple[Picture, str]]:
    rows = {row.pk: row for row in who.pictures.all().defer("data")}
    named = [(number_in(one.url), one.alt) for one in markdown.pictures(content)]
    return [(rows[number], alt) for number, alt in named if number in rows]
