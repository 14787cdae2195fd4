"""Several writes at once: all of them are kept, or none."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse

from publishers.sandbox import ids
from publishers.sandbox.models import Account
from publishers.sandbox.platforms.bluesky import points, records
from publishers.sandbox.platforms.bluesky.errors import body_of, invalid, refused
from publishers.sandbox.twin import Asked, answer

BATCH = "com.atproto.repo.applyWrites"
MOST = 200
type Write = dict[str, Any]


def apply(asked: Asked) -> HttpResponse:
    body = body_of(asked, "repo", "writes")
    records.own(asked.who, body["repo"])
    points.need(asked.who)
    writes = body["writes"]
    if not isinstance(writes, list) or not all(isinstance(one, dict) for one in writes):
        raise invalid("Expected array value type at $.writes")
    if len(writes) > MOST:
        raise invalid(f"Too many writes. Max: {MOST}")
    results = [_one(asked.who, write, place) for place, write in enumerate(writes)]
    return answer({"commit": records.commit(), "results": results})


def _one(who: Account, write: Write, place: int) -> dict[str, Any]:
    kind, path = write.get("$type"), f"$.writes[{place}]"
    if kind not in KINDS:
        raise invalid(f"Expected one of {', '.join(KINDS)} at {path}.$type")
    method, required = KINDS[kind]
    for name in required:
        if name not in write:
            raise invalid(f'Missing required key "{name}" at {path}')
    return {"$type": f"{kind}Result", **method(who, write, path)}


def _create(who: Account, write: Write, path: str) -> dict[str, Any]:
    rkey = write.get("rkey") or ids.tid()
    record = records.judged(who, write["collection"], rkey, write["value"], f"{path}.record")
    if records.version(who, write["collection"], rkey) is not None:
        raise _unforeseen()
    return records.kept(who, write["collection"], rkey, record)


def _delete(who: Account, write: Write, path: str) -> dict[str, Any]:
    if not records.dropped(who, write["collection"], str(write["rkey"])):
        raise _unforeseen()
    return {}


def _unforeseen() -> Exception:
    """A key that is taken, or that nothing lies under: the reference server foresees neither."""
    return refused("InternalServerError", "Internal Server Error", 500)


KINDS: dict[Any, tuple[Callable[[Account, Write, str], dict[str, Any]], tuple[str, ...]]] = {
    f"{BATCH}#create": (_create, ("collection", "value")),
    f"{BATCH}#delete": (_delete, ("collection", "rkey")),
}
