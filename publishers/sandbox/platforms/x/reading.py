"""Reading posts back from X: one, several, an account's; what is told of them to whom."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from publishers.sandbox.models import RemotePost
from publishers.sandbox.platforms.x import editions, wire
from publishers.sandbox.platforms.x.errors import invalid, needs
from publishers.sandbox.twin import Asked, answer

# Clicks are told of posts that are no older, and only to their author.
OWN_DAYS = timedelta(days=30)
OWN_FIELDS = ("non_public_metrics", "organic_metrics")


def by_id(asked: Asked, post_id: str) -> HttpResponse:
    listed = {name: value for name, value in _named(asked, [post_id]).items() if value}
    return answer(listed | ({"data": listed["data"][0]} if "data" in listed else {}))


def by_ids(asked: Asked) -> HttpResponse:
    wanted = [value for value in asked.request.GET.get("ids", "").split(",") if value]
    if not 1 <= len(wanted) <= 100:
        raise invalid("ids: between 1 and 100 ids", "ids", ",".join(wanted))
    return answer({name: value for name, value in _named(asked, wanted).items() if value})


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
    listed = _listing(asked, [(row, editions.versions(row)[-1]) for row in rows[first:after]])
    meta: dict[str, Any] = {"result_count": len(listed["data"])}
    if listed["data"]:
        meta |= {"newest_id": listed["data"][0]["id"], "oldest_id": listed["data"][-1]["id"]}
    if rows[after : after + 1]:
        meta["next_token"] = f"p{after}"
    return answer({name: value for name, value in listed.items() if value} | {"meta": meta})


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


def _named(asked: Asked, wanted: list[str]) -> dict[str, Any]:
    found = editions.find_all(_readable(asked), wanted)
    listed = _listing(asked, found)
    known = {number for _, number in found}
    gone = [wire.missing(number) for number in wanted if number not in known]
    return {**listed, "errors": [*listed["errors"], *gone]}


def _listing(asked: Asked, found: Sequence[tuple[RemotePost, str]]) -> dict[str, Any]:
    """Two dialects are about: `post.fields` of the description, `tweet.fields` of the guides."""
    query = asked.request.GET
    dialect: wire.Dialect = "post" if "post.fields" in query else "tweet"
    fields = set(query.get(f"{dialect}.fields", "").split(",")) - {""}
    if unknown := fields - wire.FIELDS:
        raise invalid("is not a valid field", f"{dialect}.fields", min(unknown))
    own = next((name for name in OWN_FIELDS if name in fields), "")
    secret = [one for one in found if own and not _is_told_of(asked, one[0])]
    open_ones = [one for one in found if one not in secret]
    listed: dict[str, Any] = {
        "data": [wire.post(row, fields, dialect, number) for row, number in open_ones],
        "errors": [wire.not_told(number, own) for _, number in secret],
    }
    if "attachments.media_keys" in query.get("expansions", ""):
        media = [wire.media(one) for row, _ in open_ones for one in row.attachments.all()]
        listed |= {"includes": {"media": media}} if media else {}
    return listed


def _is_told_of(asked: Asked, row: RemotePost) -> bool:
    return row.account_id == asked.who.pk and row.accepted_at > timezone.now() - OWN_DAYS
