"""What browsers send straight to the bucket, in parts: links for them, and what has come so far.

It lies in a folder of its own until somebody has read it, and nothing is served from there. Called
by services/direct.py, which decides; loaded where there is a bucket.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.core.files.base import File
from django.core.files.storage import storages

from posts.bucket import Bucket, as_a_disk

FOLDER = "incoming"
# In seconds: a part takes this long on the slowest of lines that anybody would wait for.
GOOD_FOR = 900


@dataclass(frozen=True)
class Part:
    number: int
    size: int
    tag: str


def here() -> "Incoming":
    return Incoming(cast(Bucket, storages["default"]))


class Incoming:
    """`key` is that of an Upload, `remote` what the bucket calls the same. Where either is unknown
    to the bucket, FileNotFoundError is raised, and OSError where it does not answer.
    """

    def __init__(self, bucket: Bucket) -> None:
        self._bucket, self._client = bucket, bucket.client

    def _at(self, key: str, remote: str = "") -> dict[str, str]:
        return self._bucket.at(f"{FOLDER}/{key}") | ({"UploadId": remote} if remote else {})

    def begin(self, key: str) -> str:
        with as_a_disk(key):
            return str(self._client.create_multipart_upload(**self._at(key))["UploadId"])

    def link(self, key: str, remote: str, number: int, size: int) -> str:
        """Where to put this one part, of exactly this size, in a while from now."""
        part = {**self._at(key, remote), "PartNumber": number, "ContentLength": size}
        with as_a_disk(key):
            return str(
                self._client.generate_presigned_url("upload_part", Params=part, ExpiresIn=GOOD_FOR)
            )

    def parts(self, key: str, remote: str) -> list[Part]:
        with as_a_disk(key):
            pages = self._client.get_paginator("list_parts").paginate(**self._at(key, remote))
            return [
                Part(one["PartNumber"], one["Size"], one["ETag"])
                for page in pages
                for one in page.get("Parts", ())
            ]

    def join(self, key: str, remote: str, parts: Iterable[Part]) -> None:
        named = [{"PartNumber": one.number, "ETag": one.tag} for one in parts]
        with as_a_disk(key):
            self._client.complete_multipart_upload(
                **self._at(key, remote), MultipartUpload={"Parts": named}
            )

    def size(self, key: str) -> int:
        return self._bucket.size(f"{FOLDER}/{key}")

    def open(self, key: str) -> "File[Any]":
        return self._bucket.open(f"{FOLDER}/{key}")

    def discard(self, key: str, remote: str) -> None:
        """Parts and whole, whatever there is."""
        if remote:
            self.abort(key, remote)
        self._bucket.delete(f"{FOLDER}/{key}")

    def abort(self, key: str, remote: str) -> None:
        """The parts alone: the whole may have been made of others."""
        try:
            with as_a_disk(key):
                self._client.abort_multipart_upload(**self._at(key, remote))
        except FileNotFoundError:
            pass  # Joined, or thrown away before.

    def older_than(self, moment: datetime) -> Iterator[tuple[str, str]]:
        """Key and, of what was never joined, the bucket's name."""
        folder = {"Bucket": self._bucket.bucket, "Prefix": self._bucket.key(f"{FOLDER}/")}
        with as_a_disk(FOLDER):
            for page in self._client.get_paginator("list_multipart_uploads").paginate(**folder):
                for one in page.get("Uploads", ()):
                    if one["Initiated"] < moment:
                        yield self._key(one["Key"]), one["UploadId"]
            for page in self._client.get_paginator("list_objects_v2").paginate(**folder):
                for one in page.get("Contents", ()):
                    if one["LastModified"] < moment:
                        yield self._key(one["Key"]), ""

    def _key(self, key: str) -> str:
        return self._bucket.name_of(key).removeprefix(f"{FOLDER}/")
