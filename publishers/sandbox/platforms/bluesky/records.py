"""Records: posts under keys that the client may choose, so that sending twice is harmless."""

import re
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils import timezone

from publishers.sandbox import content_id, ids, pictures
from publishers.sandbox.models import Account, Picture, RemotePost
from publishers.sandbox.platforms.bluesky import blobs, gates, lexicon, points
from publishers.sandbox.platforms.bluesky.actors import named
from publishers.sandbox.platforms.bluesky.errors import body_of, invalid, params_of, refused
from publishers.sandbox.twin import Asked, Piece, answer

POST = "app.bsky.feed.post"
PROFILE = "app.bsky.actor.profile"
KNOWN = (POST, *gates.NAMES)
VALID = {"validationStatus": "valid"}
TID = re.compile(r"[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}")


def create(asked: Asked) -> HttpResponse:
    body = body_of(asked, "repo", "collection", "record")
    own(asked.who, body["repo"])
    points.need(asked.who)
    rkey = ids.tid() if body.get("rkey") is None else body["rkey"]
    record = judged(asked.who, body["collection"], rkey, body["record"])
    if version(asked.who, body["collection"], rkey) is not None:
        # The reference server does not foresee a key that is taken.
        raise refused("InternalServerError", "Internal Server Error", 500)
    return answer(kept(asked.who, body["collection"], rkey, record) | {"commit": commit()})


def put(asked: Asked) -> HttpResponse:
    body = body_of(asked, "repo", "collection", "rkey", "record")
    own(asked.who, body["repo"])
    points.need(asked.who)
    collection, rkey = body["collection"], body["rkey"]
    record = judged(asked.who, collection, rkey, body["record"])
    _rows(asked.who).select_for_update().filter(remote_id=rkey).first()
    now = version(asked.who, collection, rkey)
    if now == content_id.of_record(record):
        return answer(_named(asked.who, collection, rkey, now) | VALID)
    if "swapRecord" in body and body["swapRecord"] != now:
        raise refused("InvalidSwap", f"Record was at {now or 'null'}")
    return answer(kept(asked.who, collection, rkey, record) | {"commit": commit()})


def delete(asked: Asked) -> HttpResponse:
    body = body_of(asked, "repo", "collection", "rkey")
    own(asked.who, body["repo"])
    points.need(asked.who)
    gone = dropped(asked.who, body["collection"], str(body["rkey"]))
    return answer({"commit": commit()} if gone else {})


def get(asked: Asked) -> HttpResponse:
    params = params_of(asked, "repo", "collection", "rkey")
    repo = _repo(params["repo"])
    collection, rkey = params["collection"], params["rkey"]
    if (collection, rkey) == (PROFILE, "self"):
        return answer(_profile(repo))
    found = _value(repo, collection, rkey)
    if found is None:
        address = f"at://{repo.remote_id}/{collection}/{rkey}"
        raise refused("RecordNotFound", f"Could not locate record: {address}")
    cid = content_id.of_record(found)
    return answer(_named(repo, collection, rkey, cid) | {"value": found})


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
    records = [pointer(row) | {"value": gates.written(row)} for row in page]
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


# -- one record


def judged(
    who: Account, collection: Any, rkey: Any, record: Any, path: str = "$.record"
) -> dict[str, Any]:
    """The record, if it may be kept there."""
    if collection not in KNOWN:
        raise invalid(f"This simulated server only keeps {', '.join(KNOWN)}")
    if not (isinstance(rkey, str) and TID.fullmatch(rkey)):
        wrong = f'Invalid TID string (got "{rkey}") at $'
        raise invalid(f"Invalid record key for {collection}: {wrong}")
    try:
        lexicon.check(collection, record, path)
    except lexicon.Invalid as wrong:
        raise invalid(f"Invalid {collection} record: {wrong}") from None
    if record.get("$type", collection) != collection:
        raise invalid(f"Invalid $type: expected {collection}, got {record['$type']}")
    blobs.must_exist(who, record)
    return {"$type": collection, **record}


def version(who: Account, collection: str, rkey: str) -> str | None:
    """None: nothing lies there."""
    found = _value(who, collection, rkey)
    return None if found is None else content_id.of_record(found)


def kept(who: Account, collection: str, rkey: str, record: dict[str, Any]) -> dict[str, Any]:
    """Where it lies now, and in which version."""
    post = _rows(who).filter(remote_id=rkey).first()
    if collection == POST:
        return _stored(post or RemotePost(account=who, remote_id=rkey), record) | VALID
    if post is None or record["post"] != pointer(post)["uri"]:
        raise invalid("This simulated server keeps a gate with its post only")
    gates.change(post, collection, record)
    return _named(who, collection, rkey, content_id.of_record(record)) | VALID


def dropped(who: Account, collection: Any, rkey: str) -> bool:
    """Whether there was one."""
    rows = _rows(who).filter(remote_id=rkey)
    if collection == POST:
        return rows.update(deleted_at=timezone.now()) > 0
    post = rows.first()
    if post is None or collection not in gates.of(post):
        return False
    gates.change(post, collection, None)
    return True


def _value(who: Account, collection: str, rkey: str) -> dict[str, Any] | None:
    post = _rows(who).filter(remote_id=rkey).first()
    if post is None:
        return None
    return gates.written(post) if collection == POST else gates.of(post).get(collection)


def _stored(post: RemotePost, record: dict[str, Any]) -> dict[str, Any]:
    embed = record.get("embed") or {}
    external = (embed.get("media") or embed).get("external") or {}
    post.text, post.version = record["text"], content_id.of_record(record)
    post.body = {**record, **({gates.KEPT: gates.of(post)} if gates.of(post) else {})}
    post.card_url, post.card_title = external.get("uri", ""), external.get("title", "")[:500]
    post.card_description = external.get("description", "")
    post.parent = _answered(record)
    post.save()
    post.attachments.all().delete()
    pictures.attach(post, _pictured(post.account, record))
    post.refresh_from_db()
    return pointer(post)


def _answered(record: dict[str, Any]) -> RemotePost | None:
    """What is answered need not be here: the reference server does not look either."""
    return post_at(((record.get("reply") or {}).get("parent") or {}).get("uri", ""))


def post_at(uri: str) -> RemotePost | None:
    repo, _, rkey = uri.removeprefix("at://").partition(f"/{POST}/")
    rows = RemotePost.objects.public().filter(account__platform="bluesky")
    rows = rows.filter(account__remote_id=repo, remote_id=rkey)
    return rows.select_related("account").first()


def _pictured(who: Account, record: dict[str, Any]) -> list[tuple[Picture, str]]:
    embed = record.get("embed") or {}
    media = embed.get("media") or embed
    shown = [(one["image"], one["alt"]) for one in media.get("images") or media.get("items") or []]
    if "video" in media:
        shown = [(media["video"], media.get("alt", ""))]
    rows = {row.remote_id: row for row in who.pictures.all().defer("data")}
    return [(rows[blob["ref"]["$link"]], alt) for blob, alt in shown]


def _rows(who: Account) -> QuerySet[RemotePost]:
    return RemotePost.objects.public().filter(account=who)


def pointer(post: RemotePost) -> dict[str, Any]:
    return _named(post.account, POST, post.remote_id, post.version)


def _named(who: Account, collection: str, rkey: str, cid: str) -> dict[str, Any]:
    return {"uri": f"at://{who.remote_id}/{collection}/{rkey}", "cid": cid}


def _profile(repo: Account) -> dict[str, Any]:
    value = {"$type": PROFILE, "displayName": repo.name}
    uri = f"at://{repo.remote_id}/{PROFILE}/self"
    return {"uri": uri, "cid": content_id.of_record(value), "value": value}


def commit() -> dict[str, str]:
    rev = ids.tid()
    return {"cid": content_id.of_record({"rev": rev}), "rev": rev}


def _repo(name: str) -> Account:
    found = named(name)
    if found is None:
        raise invalid(f"Could not find repo: {name}")
    return found


def own(who: Account, repo: Any) -> None:
    if repo not in (who.remote_id, who.handle):
        raise refused("AuthenticationRequired", "Authentication Required", 401)
