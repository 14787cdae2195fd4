"""Pictures and videos in a bucket of a store that speaks S3, instead of on the disk.

Its objects are private: people and platforms get them through our views. What goes wrong is an
OSError, as a disk would have it, and tells neither an address nor a key. STORAGES names it where
config/settings/media.py has found a bucket; incoming.py is about what browsers send there.
"""

import contextlib
import functools
import io
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import boto3.session
from boto3.exceptions import Boto3Error
from boto3.s3.transfer import TransferConfig
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage
from urllib3.exceptions import HTTPError

# What comes with opening, which is all of most pictures; and what is held at a time of the rest.
FIRST = 256 * 1024
STRETCH = 4 * 1024 * 1024
# What gets no answer, the client itself asks again; an answer that breaks off, we.
ATTEMPTS = TRIES = 3
# One piece in memory at a time.
_TRANSFER = TransferConfig(
    multipart_threshold=16 * 1024 * 1024, multipart_chunksize=16 * 1024 * 1024, use_threads=False
)
_making = threading.Lock()
_GONE = frozenset({"404", "NotFound", "NoSuchKey", "NoSuchUpload"})


@contextlib.contextmanager
def as_a_disk(name: str) -> Iterator[None]:
    """Without what came before: it may have addresses in it that are keys."""
    try:
        yield
    except ClientError as error:
        code = code_of(error)
        kind = FileNotFoundError if code in _GONE else OSError
        raise kind(f"{name}: the bucket answers {code}") from None
    except (BotoCoreError, Boto3Error, HTTPError) as error:
        raise OSError(f"{name}: {type(error).__name__}") from None


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


class Bucket(Storage):
    """Names are keys under `prefix`."""

    def __init__(
        self,
        *,
        bucket: str,
        endpoint: str,
        region: str,
        access_key: str,
        secret_key: str,
        host_of_its_own: bool = False,
        prefix: str = "",
    ) -> None:
        self.bucket, self.prefix = bucket, prefix
        style = "virtual" if host_of_its_own else "path"
        self._how = (endpoint, region, access_key, secret_key, style)

    @property
    def client(self) -> Any:
        """One for all threads, since making it takes a while. A process that was forked from
        another makes its own: connections cannot be shared.
        """
        with _making:
            return _client(os.getpid(), *self._how)

    def at(self, name: str) -> dict[str, str]:
        """How the client is told which object is meant."""
        if not name:  # Of a row that names no file any more.
            raise FileNotFoundError("no name")
        return {"Bucket": self.bucket, "Key": self.key(name)}

    def key(self, name: str) -> str:
        return f"{self.prefix}/{name}" if self.prefix else name

    def name_of(self, key: str) -> str:
        return key.removeprefix(f"{self.prefix}/") if self.prefix else key

    def get_available_name(self, name: str, max_length: int | None = None) -> str:
        """As it is: names are drawn at random, and asking for each would take its time."""
        return name

    def _open(self, name: str, mode: str = "rb") -> "File[Any]":
        if mode != "rb":
            raise ValueError("What is in the bucket is read, or saved anew.")
        return _Opened(lambda: io.BufferedReader(_Stretches(self, name)), name)

    def _save(self, name: str, content: "File[Any]") -> str:
        content.seek(0)
        where = self.at(name)
        with as_a_disk(name):
            self.client.upload_fileobj(_Lent(content), *where.values(), Config=_TRANSFER)
        return name

    def delete(self, name: str) -> None:
        where = self.at(name)
        with as_a_disk(name):
            self.client.delete_object(**where)

    def exists(self, name: str) -> bool:
        try:
            self.size(name)
        except FileNotFoundError:
            return False
        return True

    def size(self, name: str) -> int:
        where = self.at(name)
        with as_a_disk(name):
            return int(self.client.head_object(**where)["ContentLength"])

    def listdir(self, path: str) -> tuple[list[str], list[str]]:
        folder = self.key(f"{path.strip('/')}/" if path.strip("/") else "")
        folders, files = [], []
        with as_a_disk(path):
            pages = self.client.get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=folder, Delimiter="/"):
                folders += [one["Prefix"] for one in page.get("CommonPrefixes", ())]
                files += [one["Key"] for one in page.get("Contents", ())]
        cut = len(folder)
        return [one[cut:].rstrip("/") for one in folders], [one[cut:] for one in files]

    def url(self, name: str | None) -> str:
        """As on the disk it leads nowhere; the administration shows it all the same."""
        return f"{settings.MEDIA_URL}{name}"


@functools.cache
def _client(
    pid: int, endpoint: str, region: str, access_key: str, secret_key: str, style: str
) -> Any:
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint,
        region_name=region,
        aws_access_key_id=access_key,
        aws_secret_access_key=secret_key,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": style},
            connect_timeout=5,
            read_timeout=30,
            retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
            max_pool_connections=32,
            # Many stores know no other checksum than the old one.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


class _Readable(Protocol):
    def read(self, size: int = ..., /) -> bytes: ...
    def seek(self, offset: int, whence: int = ..., /) -> int: ...
    def tell(self) -> int: ...


class _Lent:
    """A file to whoever closes what he has read: it stays open."""

    def __init__(self, file: Any) -> None:
        lent: _Readable = file
        self.read, self.seek, self.tell = lent.read, lent.seek, lent.tell

    def close(self) -> None:
        """Its owner does."""


class _Opened(File):  # type: ignore[type-arg]  # not generic while it runs
    """Opened again after it was closed, it is asked for again."""

    def __init__(self, opens: Callable[[], io.BufferedReader], name: str) -> None:
        super().__init__(opens(), name)
        self._opens = opens

    def open(self, *args: Any, **kwargs: Any) -> "_Opened":
        if self.closed:
            self.file = self._opens()
        self.seek(0)
        return self


class _Stretches(io.RawIOBase):
    """An object, as far as somebody reads it, and the same one to the end."""

    def __init__(self, bucket: Bucket, name: str) -> None:
        self._bucket, self._name, self._where = bucket, name, bucket.at(name)
        self._at = self._begin = self.size = 0
        self._held = b""
        # From the first answer on: nothing but that version.
        self._same: dict[str, str] = {}
        with as_a_disk(name):
            self._fetch(0, FIRST)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence]
        self._at = max(0, base + offset)
        return self._at

    def readinto(self, buffer: Any) -> int:
        if self._at >= self.size:
            return 0
        if not self._begin <= self._at < self._begin + len(self._held):
            with as_a_disk(self._name):
                self._fetch(self._at, STRETCH)
        begin = self._at - self._begin
        piece = self._held[begin : begin + len(buffer)]
        buffer[: len(piece)] = piece
        self._at += len(piece)
        return len(piece)

    def _fetch(self, at: int, length: int) -> None:
        for _ in range(TRIES):
            try:
                reply = self._bucket.client.get_object(
                    **self._where, **self._same, Range=f"bytes={at}-{at + length - 1}"
                )
            except ClientError as error:
                if at or code_of(error) != "InvalidRange":
                    raise
                return  # Nothing is in it.
            # Not `with` the body itself: that one counts nothing.
            with contextlib.suppress(BotoCoreError, HTTPError), contextlib.closing(reply["Body"]):
                self._held, self._begin = reply["Body"].read(), at
                self.size = int(reply["ContentRange"].rpartition("/")[2])
                self._same = {"IfMatch": reply["ETag"]}
                return
        raise OSError(f"{self._name}: the answer broke off")
