"""Records: posts under keys that the client may choose, so that sending twice is harmless."""

import re
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import content_id, ids, pictures
from publishers.sandbox.models import Account, Picture, RemotePost
from publishers.sandbox.platforms.bluesky import blobs, lexicon
from publishers.sandbox.platforms.bluesky.actors import named
from publishers.sandbox.platforms.bluesky.errors import body_of, invalid, params_of, refused
from publishers.sandbox.twin import Asked, Piece, answer

POST = "app.bsky.feed.post"
PROFILE = "app.bsky.actor.profile"
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")


def create(asked: Asked) -> HttpResponse:
    body = body_of(asked, "repo", "collection", "record")
    record = _judged(asked.who, body)
    rkey = body.get("rkey") or ids.tid()
    if _rows(asked.who).filter(remote_id=rkey).exists():
        # The reference server does not foresee a key that is taken.
        raise refused("InternalServerError", "Internal Server Error", 500)
    return answer(_stored(RemotePost(account=asked.who, remote_id=rkey), record))


def put(asked: Asked) -> HttpResponse:
    body = body_of(asked, "repo", "collection", "rkey", "record")
    record, rkey = _judged(asked.who, body), body["rkey"]
    version = content_id.of_record(record)
    now = _rows(asked.who).select_for_update().filter(remote_id=rkey).first()
    if now and now.version == version:
        return answer(_pointer(now) | {"validationStatus": "valid"})
    if "swapRecord" in body and body["swapRecord"] != (now.version if now else None):
        raise refused("InvalidSwap", f"Record was at {now.version if now else 'null'}")
    return answer(_stored(now or RemotePost(account=asked.who, remote_id=rkey), record))


def delete(asked: Asked) -> HttpResponse:
    body = body_of(asked, "repo", "collection", "rkey")
    _own(asked.who, body["repo"])
    rows = _rows(asked.who).filter(remote_id=str(body["rkey"]))
    gone = body["collection"] == POST and rows.update(deleted_at=timezone.now())
    return answer({"commit": _commit()} if gone else {})


def get(asked: Asked) -> HttpResponse:
    params = params_of(asked, "repo", "collection", "rkey")
    repo = _repo(params["repo"])
    if (params["collection"], params["rkey"]) == (PROFILE, "self"):
        return answer(_profile(repo))
    found = _rows(repo).filter(remote_id=params["rkey"]).first()
    if found is None or params["collection"] != POST:
        address = f"at://{repo.remote_id}/{params['collection']}/{params['rkey']}"
        raise refused("RecordNotFound", f"Could not locate record: {address}")
    return answer(_pointer(found) | {"value": found.body})


def listed(asked: Asked) -> HttpResponse:
    params = params_of(asked, "repo", "collection")
    limit = params.get("limit", "50")
    if not limit.isdecimal() or not 1 <= int(limit) <= 100:
        raise invalid(f"integer out of range (got {limit}) at $.limit")
    rows = _rows(_repo(params["repo"])).order_by("-remote_id")
    if params["collection"] != POST:
        rows = rows.none()
    if cursor := params.get("cursor"):
        rows = rows.filter(remote_id__lt=cursor)
    page = list(rows[: int(limit)])
    records = [_pointer(row) | {"value": row.body} for row in page]
    return answer({"records": records} | ({"cursor": page[-1].remote_id} if page else {}))


def pieces(post: RemotePost) -> list[Piece]:
    """Only what the author marked is a link: this server finds none by itself."""
    data, position, parts = post.text.encode(), 0, []
    facets = [facet for facet in post.body.get("facets", []) if facet["features"]]
    for facet in sorted(facets, key=lambda facet: facet["index"]["byteStart"]):
        start, end = facet["index"]["byteStart"], min(facet["index"]["byteEnd"], len(data))
        if position <= start < end:
            parts += [
                Piece(_text(data[position:start])),
                Piece(_text(data[start:end]), _target(facet)),
            ]
            position = end
    return [piece for piece in [*parts, Piece(_text(data[position:]))] if piece.text]


def _target(facet: dict[str, Any]) -> str:
    feature = facet["features"][0]
    return str(feature.get("uri") or "")


def _text(data: bytes) -> str:
    return data.decode(errors="replace")


def _judged(who: Account, body: dict[str, Any]) -> dict[str, Any]:
    """The record of a write, if it may be stored."""
    _own(who, body["repo"])
    if body["collection"] != POST:
        raise invalid(f"This simulated server only keeps {POST}")
    rkey = body.get("rkey")
    if rkey is not None and not (isinstance(rkey, str) and TID.fullmatch(rkey)):
        raise invalid(f'Invalid record key for {POST}: Invalid TID string (got "{rkey}") at $')
    try:
        record = body["record"]
        lexicon.check(POST, record)
    except lexicon.Invalid as wrong:
        raise invalid(f"Invalid {POST} record: {wrong}") from None
    if record.get("$type", POST) != POST:
        raise invalid(f"Invalid $type: expected {POST}, got {record['$type']}")
    blobs.must_exist(who, record)
    return {"$type": POST, **record}


def _stored(post: RemotePost, record: dict[str, Any]) -> dict[str, Any]:
    external = (record.get("embed") or {}).get("external") or {}
    post.text, post.body, post.version = record["text"], record, content_id.of_record(record)
    post.card_url, post.card_title = external.get("uri", ""), external.get("title", "")[:500]
    post.card_description = external.get("description", "")
    post.parent = _answered(record)
    post.save()
    post.attachments.all().delete()
    pictures.attach(post, _pictured(post.account, record))
    post.refresh_from_db()
    return _pointer(post) | {"commit": _commit(), "validationStatus": "valid"}


def _answered(record: dict[str, Any]) -> RemotePost | None:
    """What is answered need not be here: the reference server does not look either."""
    uri = ((record.get("reply") or {}).get("parent") or {}).get("uri", "")
    repo, _, rkey = uri.removeprefix("at://").partition(f"/{POST}/")
    rows = RemotePost.objects.public().filter(account__platform="bluesky")
    return rows.filter(account__remote_id=repo, remote_id=rkey).first()


def _pictured(who: Account, record: dict[str, Any]) -> list[tuple[Picture, str]]:
    embed = record.get("embed") or {}
    media = embed.get("media") or embed
    items = media.get("images") or media.get("items") or []
    rows = {row.remote_id: row for row in who.pictures.all().defer("data")}
    return [(rows[item["image"]["ref"]["$link"]], item["alt"]) for item in items]


def _rows(who: Account) -> QuerySet[RemotePost]:
    return RemotePost.objects.public().filter(account=who)


def _pointer(post: RemotePost) -> dict[str, Any]:
    uri = f"at://{post.account.remote_id}/{POST}/{post.remote_id}"
    return {"uri": uri, "cid": post.version}


def _profile(repo: Account) -> dict[str, Any]:
    value = {"$type": PROFILE, "displayName": repo.name}
    uri = f"at://{repo.remote_id}/{PROFILE}/self"
    return {"uri": uri, "cid": content_id.of_record(value), "value": value}


def _commit() -> dict[str, str]:
    rev = ids.tid()
    return {"cid": content_id.of_record({"rev": rev}), "rev": rev}


def _repo(name: str) -> Account:
    found = named(name)
    if found is None:
        raise invalid(f"Could not find repo: {name}")
    return found


def _own(who: Account, repo: Any) -> None:
    if repo not in (who.remote_id, who.handle):
        raise refused("AuthenticationRequired", "Authentication Required", 401)
