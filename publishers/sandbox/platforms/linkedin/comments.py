"""Comments on LinkedIn: plain text under a post, named by the post and a number."""

from typing import Any
from urllib.parse import quote

from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import ids, text
from publishers.sandbox.models import RemotePost
from publishers.sandbox.platforms.linkedin.errors import (
    bad_field,
    body_of,
    denied,
    error,
    needs,
    patch_of,
    versioned,
)
from publishers.sandbox.platforms.linkedin.people import author, paging
from publishers.sandbox.platforms.linkedin.people import urn as urn_of
from publishers.sandbox.twin import Asked, Refused, answer

TEXT_LIMIT = 1250
FEED = {"scope": "w_organization_social_feed", "member": "w_member_social_feed"}


def create(asked: Asked, urn: str) -> HttpResponse:
    versioned(asked.request)
    body = body_of(asked)
    for name in ("actor", "object", "message"):
        if name not in body:
            raise bad_field(name, "MISSING_FIELD", f"{name} is required")
    who = author(asked, body["actor"], **FEED)
    if body["object"] != urn:
        raise bad_field("object", "INVALID_VALUE_FOR_FIELD", "object is not the post of the path")
    post, said = _post(urn), _said(body["message"])
    number = ids.snowflake()
    comment = RemotePost.objects.create(
        account=who,
        remote_id=f"urn:li:comment:({urn},{number})",
        text=said,
        body=body,
        parent=post,
    )
    comment.refresh_from_db(fields=["accepted_at"])
    response = answer(shown(comment), 201)
    response["x-restli-id"] = number
    return response


def listed(asked: Asked, urn: str) -> HttpResponse:
    versioned(asked.request)
    needs(asked, "r_organization_social", what="socialActions.GET_ALL")
    post = _post(urn)
    if post.account not in asked.who.organizations.all():
        raise denied("socialActions.GET_ALL")
    start, count = _number(asked, "start", 0), min(_number(asked, "count", 10), 100)
    rows = post.answers.public().newest_first().select_related("account", "parent")
    elements = [shown(row) for row in rows[start : start + count]]
    return answer({"elements": elements, "paging": paging(count, start, rows.count())})


def edit(asked: Asked, urn: str, number: str) -> HttpResponse:
    row = _own(asked, urn, number)
    patch = patch_of(asked).get("message")
    row.text = _said(patch.get("$set") if isinstance(patch, dict) else None)
    row.edited_at = timezone.now()
    row.save(update_fields=["text", "edited_at"])
    return HttpResponse(status=204)


def delete(asked: Asked, urn: str, number: str) -> HttpResponse:
    row = _own(asked, urn, number)
    row.deleted_at = timezone.now()
    row.save(update_fields=["deleted_at"])
    return HttpResponse(status=204)


def _own(asked: Asked, urn: str, number: str) -> RemotePost:
    versioned(asked.request)
    who = author(asked, asked.request.GET.get("actor"), **FEED)
    rows = who.posts.public().filter(remote_id=f"urn:li:comment:({urn},{number})")
    row = rows.first()
    if row is None:
        raise Refused(error(404, "NOT_FOUND", f"Comment {number} is not found"))
    return row


def shown(comment: RemotePost) -> dict[str, Any]:
    moment = {"time": int(comment.accepted_at.timestamp() * 1000), "actor": urn_of(comment.account)}
    return {
        "actor": urn_of(comment.account),
        "commentUrn": named(comment),
        "created": moment,
        "lastModified": moment,
        "id": number_of(comment),
        "message": {"attributes": [], "text": comment.text},
        "object": object_of(comment),
    }


def object_of(comment: RemotePost) -> str:
    """The post that it stands under; what people wrote on LinkedIn itself has no body."""
    return str(comment.body.get("object") or (comment.parent.remote_id if comment.parent else ""))


def named(comment: RemotePost) -> str:
    return f"urn:li:comment:({object_of(comment)},{number_of(comment)})"


def number_of(comment: RemotePost) -> str:
    return comment.remote_id.rpartition(",")[2].rstrip(")")


def permalink(comment: RemotePost) -> str:
    """Below the post, as LinkedIn itself links to a comment."""
    return f"feed/update/{comment.body['object']}/?commentUrn={quote(comment.remote_id, safe='')}"


def _post(urn: str) -> RemotePost:
    rows = RemotePost.objects.public().filter(account__platform="linkedin", parent=None)
    found = rows.filter(remote_id=urn).select_related("account").first()
    if found is None:
        raise Refused(error(404, "NOT_FOUND", f"{urn} is not found"))
    return found


def _said(message: Any) -> str:
    said = message.get("text") if isinstance(message, dict) else None
    if not isinstance(said, str) or not said.strip():
        raise bad_field("message/text", "INVALID_VALUE_BLANK_FIELD", "The comment is empty")
    if text.utf16(said) > TEXT_LIMIT:
        shorter = f"text exceeds the maximum length of {TEXT_LIMIT} characters"
        raise bad_field("message/text", "FIELD_LENGTH_TOO_LONG", shorter)
    return said


def _number(asked: Asked, name: str, default: int) -> int:
    value = asked.request.GET.get(name, "")
    return int(value) if value.isdecimal() and len(value) < 7 else default
