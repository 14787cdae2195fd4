"""Blobs: named by their content, taken whatever they are, judged only when a record uses them."""

from typing import Any

from django.http import HttpResponse

from publishers.sandbox import content_id, pictures
from publishers.sandbox.exchange import raw_body
from publishers.sandbox.models import Account, Picture
from publishers.sandbox.platforms.bluesky.actors import BLOB_LIMIT, named
from publishers.sandbox.platforms.bluesky.errors import invalid, params_of, refused, xrpc_error
from publishers.sandbox.twin import Asked, answer


def upload(asked: Asked) -> HttpResponse:
    declared = asked.request.headers.get("Content-Type", "")
    if not declared:
        raise invalid("Request encoding (Content-Type) required but not provided")
    too_large = xrpc_error(413, "PayloadTooLarge", "request entity too large")
    data = raw_body(asked.request, BLOB_LIMIT, too_large)
    shape = pictures.examine(data) or pictures.Shape(declared, 0, 0)
    name = content_id.of_bytes(data)
    row = Picture.objects.filter(account=asked.who, remote_id=name).first()
    if row is None:
        row = pictures.fill(Picture(account=asked.who, remote_id=name), data, shape)
    return answer({"blob": reference(row)})


def reference(row: Picture) -> dict[str, Any]:
    link = {"$link": row.remote_id}
    return {"$type": "blob", "ref": link, "mimeType": row.mime, "size": row.size}


def get(asked: Asked) -> HttpResponse:
    params = params_of(asked, "did", "cid")
    owner = named(params["did"])
    row = owner.pictures.filter(remote_id=params["cid"]).first() if owner else None
    if row is None or row.data is None:
        raise refused("BlobNotFound", "Blob not found")
    headers = {"Content-Security-Policy": "default-src 'none'; sandbox"}
    return HttpResponse(bytes(row.data), content_type=row.mime, headers=headers)


def found_in(value: Any) -> list[dict[str, Any]]:
    """Every blob reference inside a record, in order."""
    if isinstance(value, dict):
        if value.get("$type") == "blob":
            return [value]
        return [blob for part in value.values() for blob in found_in(part)]
    return [blob for part in value for blob in found_in(part)] if isinstance(value, list) else []


def must_exist(owner: Account, record: dict[str, Any]) -> None:
    for blob in found_in(record):
        name = blob["ref"]["$link"]
        row = owner.pictures.filter(remote_id=name).first()
        # What the video service still works on does not lie here yet.
        if row is None or row.state != Picture.State.READY:
            raise refused("BlobNotFound", f"Could not find blob: {name}")
        if row.mime != blob["mimeType"]:
            message = f"Referenced Mimetype does not match stored blob. Expected: {row.mime}"
            raise refused("InvalidMimeType", f"{message}, Got: {blob['mimeType']}")
