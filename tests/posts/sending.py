"""What a browser does with a large file: it begins, asks for links, and sends the parts itself."""

import requests
from django.urls import reverse

from posts.services import direct
from tests.factories.posts import picture

BEGIN = reverse("posts:library_uploads", args=["tidewater"])
CONTENT = picture(800, 600, quality=100)
# The least that a bucket takes as a part is 5 MiB, but the last one may be smaller.
LARGE = CONTENT + b"\0" * (direct.PART + 1000 - len(CONTENT))


def at(name: str, pk: int, team: str = "tidewater") -> str:
    return reverse(f"posts:library_upload{name}", args=[team, pk])


def begin(client, content: bytes = LARGE, *, size: int | None = None, head: bytes | None = None):
    said = {"name": "buoy.jpg", "size": size or len(content), "changed": "1"}
    return client.post(BEGIN, {**said, "head": (head or content[:16]).hex()})


def link(client, pk: int, number: int):
    return client.post(
        reverse("posts:library_upload_link", args=["tidewater", pk]), {"number": number}
    )


def send(client, pk: int, number: int, content: bytes) -> None:
    """As the browser does it: no header of ours, no cookie."""
    part = content[(number - 1) * direct.PART : number * direct.PART]
    answer = requests.put(link(client, pk, number).json()["url"], data=part, timeout=20)
    assert answer.status_code == 200


def send_all(client, content: bytes) -> int:
    pk = begin(client, content).json()["id"]
    for number in range(1, len(content) // direct.PART + 2):
        send(client, pk, number, content)
    return pk
