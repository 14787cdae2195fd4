"""Large videos to Bluesky's video service: in parts, and where it takes none in one piece."""

from dataclasses import replace

import pytest

from publishers.adapters.bluesky import Bluesky, parts
from publishers.contract import Processing, Rejected, TryLater
from tests.publishers.adapters.bluesky import BLOB, DID, ME, xrpc
from tests.publishers.adapters.kit import Memory, film, post

PASS, LIMITS = xrpc("com.atproto.server.getServiceAuth"), xrpc("app.bsky.video.getUploadLimits")
START, PART, FINISH, SEND, JOB = (
    xrpc(f"app.bsky.video.{name}")
    for name in ("startUpload", "uploadPart", "finishUpload", "uploadVideo", "getJobStatus")
)
PLAN = {"jobId": "u1", "partSizeBytes": 100, "partCount": 3, "expiresAt": "2026-11-26T12:00:00Z"}
DONE = {"jobStatus": {"jobId": "j1", "did": DID, "state": "JOB_STATE_COMPLETED", "blob": BLOB}}
LOOK = post("Look", film())


@pytest.fixture
def sky(server, monkeypatch):
    """To it 212 bytes are much, and two parts at once are many."""
    monkeypatch.setattr(parts, "LARGE", 100)
    monkeypatch.setattr(parts, "AT_ONCE", 2)
    server.on("GET", PASS, 200, {"token": "pass"})
    server.on("GET", LIMITS, 200, {"canUpload": True})
    server.on("GET", JOB, 200, DONE)
    made = server.adapter(Bluesky, ME)
    made.app = replace(made.app, moved=True)
    return made


def script(server, *, start=(200, PLAN), part=((200, {}),), finish=((200, {}),)):
    server.on("POST", START, *start)
    for answer in part:
        server.on("POST", PART, *answer)
    for answer in finish:
        server.on("POST", FINISH, *answer)
    server.on("POST", SEND, 200, {"jobStatus": {"jobId": "j9"}})


def no(name, status=400):
    return status, {"error": name, "message": "the message"}


def test_part_by_part_and_on_another_day(server, sky, step):
    made = {"completedJobId": "j1", "jobStatus": {"jobId": "j1", "state": "JOB_STATE_CREATED"}}
    script(server, finish=[(200, made)])
    opened = []
    counted = replace(film(), opens=lambda: opened.append(1) or film().stream())
    assert sky.prepare(replace(LOOK, media=(counted,)), step) == Processing("u1", 1)
    assert opened == [1], "each one is checked from its beginning"
    again = server.adapter(Bluesky, ME)
    again.app = sky.app
    assert again.prepare(LOOK, step) == Processing("j1", 4)
    assert again.prepare(LOOK, step) is None
    [begun] = server.seen("POST", START)
    assert begun.json == {
        "sizeBytes": 212,
        "mimeType": "video/mp4",
        "name": f"{film().sha256[:16]}.mp4",
        "durationMs": 9000,
        "width": 1080,
        "height": 1920,
    }
    sent = server.seen("POST", PART)
    assert [one.query for one in sent] == [{"jobId": "u1", "partNumber": n} for n in "123"]
    assert b"".join(one.body for one in sent) == film().read()
    assert sent[0].headers["Authorization"] == "Bearer pass"
    assert server.seen("POST", FINISH)[0].json == {"jobId": "u1"}
    assert len(server.seen("GET", LIMITS)) == 1


def test_after_a_broken_line_it_goes_on_with_that_part(server, sky, step):
    script(server, part=[(200, {}), (502, {}), (200, {})])
    assert isinstance(sky.prepare(LOOK, step), TryLater)
    sky.prepare(LOOK, step)
    numbers = [one.query["partNumber"] for one in server.seen("POST", PART)]
    assert numbers == ["1", "2", "2", "3"]


@pytest.mark.parametrize("name", sorted(parts.LOST))
def test_what_the_service_lost_begins_anew(server, sky, step, name):
    script(server, part=[no(name), (200, {})])
    assert isinstance(sky.prepare(LOOK, step), TryLater)
    assert sky.prepare(LOOK, step) == Processing("u1", 1)
    assert len(server.seen("POST", START)) == 2


def test_while_it_is_put_together_nothing_is_sent_again(server, sky, step):
    script(server, finish=[no("UploadNotReady"), (200, {"completedJobId": "j1"})])
    assert isinstance(sky.prepare(LOOK, step), Processing)
    assert sky.prepare(LOOK, step) == TryLater(
        "The video service is putting the video together.", after=5
    )
    assert sky.prepare(LOOK, step) == Processing("j1", 4)
    assert len(server.seen("POST", PART)) == 3


@pytest.mark.parametrize(
    "start",
    [
        no("XRPCNotSupported", 404),
        no("MethodNotImplemented", 501),
        (200, {**PLAN, "partCount": 2}),
        (200, {**PLAN, "partSizeBytes": 0}),
        (200, {}),
    ],
)
def test_where_parts_are_not_taken_it_goes_in_one_piece(server, sky, step, start):
    script(server, start=start)
    assert sky.prepare(LOOK, step) == Processing("j9", 4)
    assert server.seen("POST", SEND)[0].body == film().read()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("VideoTooLong", Rejected),
        ("BadAspectRatio", Rejected),
        ("UploadForbidden", Rejected),
        ("TooManyOpenUploads", TryLater),
        ("ServiceOverloaded", TryLater),
    ],
)
def test_a_start_that_is_refused(server, sky, name, kind):
    script(server, start=no(name))
    assert isinstance(sky.prepare(LOOK, Memory()), kind)
    assert server.seen("POST", SEND) == []
