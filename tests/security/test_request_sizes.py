"""Requests that are too much: bodies, fields, and numbers in a query."""

import pytest
from django.urls import reverse

from config.asgi import SANDBOX_PATHS, VIDEO_PATHS, Bounded, application
from tests.loops import awaited
from tests.security.addresses import every_path

pytestmark = pytest.mark.django_db


# -- how much a request may bring


class Peer:
    """The other end of one ASGI call: sends these parts, keeps the status of the answer."""

    def __init__(self, *parts: bytes, length: bytes = b"") -> None:
        self.parts, self.status = list(parts), 0
        named = [(b"content-length", length)] if length else []
        self.scope = {
            "type": "http", "method": "POST", "path": "/accounts/login/", "query_string": b"",
            "headers": [(b"host", b"testserver"), *named],
        }  # fmt: skip

    async def receive(self):
        if not self.parts:
            return {"type": "http.disconnect"}
        return {"type": "http.request", "body": self.parts.pop(0), "more_body": bool(self.parts)}

    async def send(self, message):
        self.status = message.get("status", self.status)


WHERE = f"{VIDEO_PATHS}|{SANDBOX_PATHS}"


def bring(peer: Peer, largest: int = 1000, video: int = 0, where: str = WHERE) -> int:
    read = []

    async def reading(scope, receive, send):
        while (message := await receive())["type"] != "http.disconnect":
            read.append(message["body"])
        await send({"type": "http.response.start", "status": 200})

    bounded = Bounded(reading, largest, video, where)
    awaited(lambda: bounded(peer.scope, peer.receive, peer.send))
    assert sum(map(len, read)) <= max(largest, video)
    return peer.status


def test_a_body_beyond_every_form_is_not_read():
    assert bring(Peer(b"x" * 900, length=b"900")) == 200
    assert bring(Peer(b"x" * 900, length=b"1001")) == 413
    assert bring(Peer(b"x" * 900, length=b"9" * 5000)) == 400
    assert bring(Peer(b"x" * 900, length=b"-1")) == 400
    # Nobody says how long it is, or says too little.
    assert bring(Peer(*[b"x" * 600] * 50)) == 413
    assert bring(Peer(*[b"x" * 600] * 50, length=b"10")) == 413


@pytest.mark.parametrize(
    ("path", "large"),
    [
        ("/t/tidewater/media/", True),
        ("/t/tidewater/posts/new/", True),
        ("/t/tidewater/posts/12/edit/", True),
        ("/t/tidewater/posts/12/autosave/", False),
        ("/t/tidewater/media/12/alt/", False),
        ("/accounts/login/", False),
        ("/x/t/tidewater/media/", False),
        ("/sandbox/kelp/upload/12", True),
        ("/x/sandbox/kelp/", False),
    ],
)
def test_only_where_a_video_may_come_a_body_may_be_as_large(path, large):
    def peer(*parts, method="POST", length=b""):
        one = Peer(*parts, length=length)
        one.scope |= {"path": path, "method": method}
        return one

    assert bring(peer(b"x" * 900), video=5000) == 200
    status = 200 if large else 413
    assert bring(peer(*[b"x" * 900] * 5), video=5000) == status
    assert bring(peer(*[b"x" * 900] * 5, length=b"4500"), video=5000) == status
    assert bring(peer(*[b"x" * 900] * 6), video=5000) == 413
    assert bring(peer(b"x", length=b"5001"), video=5000) == 413
    assert bring(peer(*[b"x" * 900] * 5, method="GET"), video=5000) == 413


def test_the_server_loads_it_bounded():
    assert isinstance(application, Bounded)
    assert application.largest < 200 * 1024 * 1024


# -- what a query may say


DIGITS = "9" * 5000
QUERIES = {
    "numbers": {
        "page": DIGITS, "skip": DIGITS, "with": DIGITS, "after": DIGITS, "reconnects": DIGITS,
        "channel": DIGITS, "media": DIGITS, "month": "0001-01", "day": "9999-12-31",
        "at": "0001-01-01T00:00",
    },
    "signs": dict.fromkeys(
        ("page", "skip", "with", "after", "reconnects", "channel", "media", "month", "day", "at",
         "show", "stage", "as", "toast", "next", "q"), "\x00\u0663",
    ),
    "edges": {
        "page": "-1", "skip": "-1", "with": "-1", "after": "9" * 18, "channel": "9" * 18,
        "media": "9" * 18, "month": "9999-12", "day": "0001-01-01", "at": "9999-12-31T23:59",
        "order_by": "author__password", "filter[team__slug]": "harbour",
    },
}  # fmt: skip


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES.keys())
def test_no_query_breaks_a_page(as_user, world, unchanged, subtests, query):
    owner = as_user(world.owner)
    paths = every_path(world)
    paths.pop("health_ready")  # It says 503 for reasons of its own.
    for name, path in paths.items():
        with subtests.test(name):
            assert owner.get(path, query).status_code < 500
    unchanged("A query")


def test_too_many_fields_are_refused(as_user, world):
    owner = as_user(world.owner)
    path = reverse("posts:create", args=[world.team.slug])
    assert owner.post(path, {f"f{n}": "x" for n in range(10_000)}).status_code == 400
