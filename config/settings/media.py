"""Where pictures and videos are kept: on the disk, or in a bucket. A part of base.py."""

import re
from importlib.util import find_spec
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

from config.settings import env

_DISK = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
_NAMES = (
    "DRUMBEAT_S3_BUCKET",
    "DRUMBEAT_S3_ENDPOINT",
    "DRUMBEAT_S3_REGION",
    "DRUMBEAT_S3_ACCESS_KEY",
    "DRUMBEAT_S3_SECRET_KEY",
    "DRUMBEAT_S3_PREFIX",
)
# What a bucket must be called to be the name of a host, under one certificate for all of them.
_HOST = re.compile(r"[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")
_SHAPES = {
    "DRUMBEAT_S3_BUCKET": (r"[A-Za-z0-9][A-Za-z0-9._-]{1,62}", "the name of a bucket"),
    "DRUMBEAT_S3_REGION": (r"[A-Za-z0-9-]*", "the name of a region, such as eu-central-1"),
    "DRUMBEAT_S3_PREFIX": (r"(?!.*\.\.)[A-Za-z0-9._/-]*", "a folder in the bucket, such as a/b"),
}


def storage() -> dict[str, Any]:
    """As STORAGES wants it. Refuses what is half set; what was typed may be a secret in the wrong
    place, so it is never repeated.
    """
    said = {name: env.text(name, "").strip() for name in _NAMES}
    if not any(said.values()):
        return _DISK
    bucket, endpoint, region, access_key, secret_key, prefix = said.values()
    _require_all(said)
    own = not endpoint and _HOST.fullmatch(bucket) is not None
    return {
        "BACKEND": "posts.bucket.Bucket",
        "OPTIONS": {
            "bucket": bucket,
            "endpoint": _endpoint(endpoint, region),
            "host_of_its_own": own,
            # Stores that have no regions want one to be named all the same.
            "region": region or "us-east-1",
            "access_key": access_key,
            "secret_key": secret_key,
            "prefix": prefix.strip("/"),
        },
    }


def _require_all(said: dict[str, str]) -> None:
    optional = {"DRUMBEAT_S3_ENDPOINT", "DRUMBEAT_S3_PREFIX"}
    if said["DRUMBEAT_S3_ENDPOINT"]:
        optional.add("DRUMBEAT_S3_REGION")
    if missing := [name for name, value in said.items() if not value and name not in optional]:
        raise ImproperlyConfigured(
            f"Media is to be kept in a bucket, but {', '.join(missing)} must be set too. "
            "Without any DRUMBEAT_S3_ setting it is kept on the disk."
        )
    for name, (shape, what) in _SHAPES.items():
        if not re.fullmatch(shape, said[name]):
            raise ImproperlyConfigured(f"{name} must be {what}.")
    if find_spec("boto3") is None:
        raise ImproperlyConfigured(
            "Media is to be kept in a bucket (DRUMBEAT_S3_BUCKET), and what speaks to it is not "
            "installed: pip install --require-hashes -r requirements/s3.txt"
        )


def _endpoint(said: str, region: str) -> str:
    parts = urlsplit(said or f"https://s3.{region}.amazonaws.com")
    plain = f"{parts.scheme}://{parts.netloc}"
    known = parts.scheme in {"http", "https"} and bool(parts.hostname) and "@" not in parts.netloc
    if not known or said.rstrip("/") not in ("", plain) or re.search(r"[\s;,]", plain):
        raise ImproperlyConfigured(
            "DRUMBEAT_S3_ENDPOINT must be an address without a path, as https://s3.example.org."
        )
    return plain


def origin(stored: dict[str, Any]) -> str:
    """Where browsers send large files themselves; empty: they send them to us."""
    options = stored.get("OPTIONS")
    if not options or not env.boolean("DRUMBEAT_S3_DIRECT", True):
        return ""
    endpoint: str = options["endpoint"]
    # A page that came by https sends nothing by http.
    if endpoint.startswith("http:") and env.text("DRUMBEAT_URL", "").startswith("https:"):
        return ""
    scheme, _colon, host = endpoint.partition("://")
    return f"{scheme}://{options['bucket']}.{host}" if options["host_of_its_own"] else endpoint
