"""A real S3 server, moto's, and buckets in it, for what does not lie on the disk.

    def test_it_is_there(bucket, store):
        assert bucket.listdir("incoming") == ([], [])

`bucket` is the storage of this process for one test; `store.environment()` points others at it.
"""

import contextlib
import hmac
import os
import secrets
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from django.core.files.storage import storages

from tests.processes import free_port, wait_until

if TYPE_CHECKING:
    # What it needs takes a while to load, and most tests do not need it.
    from posts.bucket import Bucket

ACCESS_KEY, SECRET_KEY = "AKIAOFTHETESTS", "a-secret-key-of-the-tests-and-of-nobody-else"
# As docs/media.md has it: what a page of ours may do in the bucket.
CORS = {
    "CORSRules": [
        {"AllowedOrigins": ["*"], "AllowedMethods": ["PUT"], "AllowedHeaders": ["*"]},
    ]
}


@dataclass
class Store:
    url: str
    bucket: str = field(default_factory=lambda: f"tides-{secrets.token_hex(4)}")

    def options(self, **changed: str) -> dict[str, str]:
        return {
            "bucket": self.bucket,
            "endpoint": self.url,
            "region": "us-east-1",
            "access_key": ACCESS_KEY,
            "secret_key": SECRET_KEY,
            "prefix": "drum/beat",
            **changed,
        }

    def environment(self) -> dict[str, str]:
        return {
            "DRUMBEAT_S3_BUCKET": self.bucket,
            "DRUMBEAT_S3_ENDPOINT": self.url,
            "DRUMBEAT_S3_ACCESS_KEY": ACCESS_KEY,
            "DRUMBEAT_S3_SECRET_KEY": SECRET_KEY,
            "DRUMBEAT_S3_PREFIX": "drum/beat",
        }


def stored_at(options: dict[str, str]) -> dict[str, object]:
    return {"BACKEND": "posts.bucket.Bucket", "OPTIONS": options}


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """Its address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)],
        env={**os.environ, "MOTO_ALLOW_NONEXISTENT_REGION": "true"},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    def answers() -> bool:
        assert server.poll() is None, "moto's server has ended"
        with contextlib.suppress(requests.ConnectionError):
            return requests.get(f"{url}/moto-api/", timeout=5).ok
        return False

    try:
        wait_until(answers, 60, "an answer of moto's server")
        yield url
    finally:
        server.kill()
        server.wait()


@pytest.fixture
def store(s3_server) -> Store:
    return Store(s3_server)


@pytest.fixture
def bucket(store, settings) -> "Bucket":
    """Empty, and where everything is kept for one test."""
    settings.STORAGES = {**settings.STORAGES, "default": stored_at(store.options())}
    settings.S3_ORIGIN = store.url
    made = storages["default"]
    made.client.create_bucket(Bucket=store.bucket)
    made.client.put_bucket_cors(Bucket=store.bucket, CORSConfiguration=CORS)
    return made


@pytest.fixture
def away(settings, store, monkeypatch):
    """`away()`: from now on the bucket does not answer."""
    # Between two attempts it would wait.
    monkeypatch.setattr("posts.bucket.ATTEMPTS", 1)

    def leave() -> None:
        options = store.options(endpoint=f"http://127.0.0.1:{free_port()}")
        settings.STORAGES = {**settings.STORAGES, "default": stored_at(options)}

    return leave


def all_of(bucket: "Bucket") -> dict[str, bytes]:
    """Every object by its whole key."""
    reply = bucket.client.list_objects_v2(Bucket=bucket.bucket)
    return {
        one["Key"]: bucket.client.get_object(Bucket=bucket.bucket, Key=one["Key"])["Body"].read()
        for one in reply.get("Contents", ())
    }


def unfinished(bucket: "Bucket") -> list[str]:
    reply = bucket.client.list_multipart_uploads(Bucket=bucket.bucket)
    return [one["UploadId"] for one in reply.get("Uploads", ())]


def signed_for(url: str, length: int) -> str:
    """What the bucket itself reckons for a body of this length, by the rules of its signature."""
    parts = urlsplit(url)
    query, _amp, _signature = parts.query.partition("&X-Amz-Signature=")
    said = {name: values[0] for name, values in parse_qs(query).items()}
    headers = f"content-length:{length}\nhost:{parts.netloc}\n"
    asked = "\n".join(
        [
            "PUT",
            parts.path,
            "&".join(sorted(query.split("&"))),
            headers,
            "content-length;host",
            "UNSIGNED-PAYLOAD",
        ]
    )
    _key, day, region, service, ends = said["X-Amz-Credential"].split("/")
    key = f"AWS4{SECRET_KEY}".encode()
    for word in (day, region, service, ends):
        key = hmac.new(key, word.encode(), sha256).digest()
    scope = f"{day}/{region}/{service}/{ends}"
    text = "\n".join(
        ["AWS4-HMAC-SHA256", said["X-Amz-Date"], scope, sha256(asked.encode()).hexdigest()]
    )
    return hmac.new(key, text.encode(), sha256).hexdigest()
