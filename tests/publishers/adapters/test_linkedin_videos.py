"""Videos on LinkedIn: in which parts, what of them is remembered, and what a refusal means."""

import hashlib
from dataclasses import replace
from io import BytesIO

import pytest

from publishers import handles
from publishers.contract import Processing, Published, Rejected, TryLater
from tests.publishers.adapters.kit import film, post
from tests.publishers.adapters.linkedin import SHARE, error, member, page, publish, sent

__all__ = ["member", "page"]

VIDEO = "urn:li:video:A"
STATE = f"/rest/videos/{VIDEO}"
SIZE = 100_000


def unread():
    raise AssertionError("a video is never read as a whole")


def moving(size=SIZE):
    content = bytes(n % 251 for n in range(size))
    made = replace(film(), size=size, sha256=hashlib.sha256(content).hexdigest(), read=unread)
    return replace(made, opens=lambda: BytesIO(content)), content


def place(server, parts, urn=VIDEO):
    """A video of that many parts, each of which is answered by its name."""
    each = SIZE // parts
    told = [
        {
            "uploadUrl": f"{server.url}/part/{n}",
            "firstByte": n * each,
            "lastByte": SIZE - 1 if n == parts - 1 else (n + 1) * each - 1,
        }
        for n in range(parts)
    ]
    value = {"video": urn, "uploadToken": "hush", "uploadInstructions": told}
    # Initialising and ending have one path.
    server.on("POST", "/rest/videos", 200, {"value": value})
    for n in range(parts):
        server.on("PUT", f"/part/{n}", 200, None, ETag=f'"tag-{n}"')
    return value


def puts(server):
    return [one for one in server.requests if one.method == "PUT"]


def test_parts_are_sent_named_and_ended(server, page, step):
    place(server, 3)
    server.on("POST", "/rest/videos", 200)
    server.on("GET", STATE, 200, {"status": "PROCESSING"})
    server.on("GET", STATE, 200, {"status": "AVAILABLE"})
    media, content = moving()
    payload = post("Tide", media, options={"video_title": "High water"})
    assert page.prepare(payload, step) == Processing(VIDEO, 10)
    assert page.prepare(payload, step) is None
    assert page.prepare(payload, step) is None, "and is not asked about again"
    begun, ended = server.seen("POST", "/rest/videos")
    assert begun.query == {"action": "initializeUpload"}
    assert begun.json["initializeUploadRequest"] == {
        "owner": "urn:li:organization:77",
        "fileSizeBytes": SIZE,
        "uploadCaptions": False,
        "uploadThumbnail": False,
    }
    assert b"".join(one.body for one in puts(server)) == content
    assert {one.headers["Content-Type"] for one in puts(server)} == {"application/octet-stream"}
    assert not any("Authorization" in one.headers for one in puts(server))
    assert ended.query == {"action": "finalizeUpload"}
    tags = ["tag-0", "tag-1", "tag-2"]
    assert ended.json["finalizeUploadRequest"] == {
        "video": VIDEO,
        "uploadToken": "hush",
        "uploadedPartIds": tags,
    }
    assert len(server.seen("GET", STATE)) == 2
    outcome = publish(server, page, payload=payload, step=step, x_restli_id=SHARE)
    assert isinstance(outcome, Published)
    shown = {"id": VIDEO, "altText": "The tide comes in", "title": "High water"}
    assert sent(server).json["content"] == {"media": shown}


def test_what_breaks_off_goes_on_with_the_part_that_broke(server, page, step):
    place(server, 3)
    server.on("POST", "/rest/videos", 200)
    server.on("GET", STATE, 200, {"status": "AVAILABLE"})
    server.scripts[("PUT", "/part/1")] = [(500, None, {}), (200, None, {"ETag": "tag-1"})]
    payload = post("Tide", moving()[0])
    assert isinstance(page.prepare(payload, step), TryLater)
    [kept] = [name for name, value in step.kept.items() if "hush" in value or "/part/" in value]
    assert kept.startswith(handles.SECRET)
    assert isinstance(page.publish(payload, step), TryLater), "half a video is none"
    assert page.prepare(payload, step) is None
    assert [one.path[-1] for one in puts(server)] == ["0", "1", "1", "2"]
    assert server.seen("POST", "/rest/videos")[1].json["finalizeUploadRequest"]["uploadedPartIds"]


def test_a_large_one_is_sent_in_several_turns(server, page, step):
    place(server, 40)
    server.on("POST", "/rest/videos", 200)
    server.on("GET", STATE, 200, {"status": "AVAILABLE"})
    payload, sent_so_far = post("Tide", moving()[0]), []
    for _ in range(2):
        assert page.prepare(payload, step) == Processing(VIDEO, 1)
        sent_so_far.append(len(puts(server)))
    assert page.prepare(payload, step) is None
    assert sent_so_far == [16, 32]
    assert len(puts(server)) == 40


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_an_address_that_has_ended_begins_anew(server, page, step, status):
    place(server, 2)
    place(server, 2)
    server.on("POST", "/rest/videos", 200)
    server.on("GET", STATE, 200, {"status": "AVAILABLE"})
    server.scripts[("PUT", "/part/1")].insert(0, (status, None, {}))
    payload = post("Tide", moving()[0])
    assert isinstance(page.prepare(payload, step), TryLater)
    assert page.prepare(payload, step) is None
    assert [one.path[-1] for one in puts(server)] == ["0", "1", "0", "1"]


@pytest.mark.parametrize("status", [413, 415])
def test_a_part_that_is_refused_for_good(server, page, step, status):
    place(server, 1)
    server.scripts[("PUT", "/part/0")] = [(status, None, {})]
    assert isinstance(page.prepare(post("Tide", moving()[0]), step), Rejected)


@pytest.mark.parametrize(
    ("state", "kind"), [("PROCESSING", Processing), ("WAITING_UPLOAD", Rejected)]
)
def test_an_end_that_was_heard_already_is_no_failure(server, page, step, state, kind):
    """Its answer may have been lost, and it can be said only once."""
    place(server, 1)
    server.on("POST", "/rest/videos", 0)
    server.on("POST", "/rest/videos", 400, error("INVALID_VIDEO_ID"))
    server.on("GET", STATE, 200, {"status": state})
    payload = post("Tide", moving()[0])
    assert isinstance(page.prepare(payload, step), TryLater)
    assert isinstance(page.prepare(payload, step), kind)
    assert len(puts(server)) == 1


def test_one_that_cannot_be_worked_on_says_why(server, page, step):
    place(server, 1)
    server.on("POST", "/rest/videos", 200)
    failed = {"status": "PROCESSING_FAILED", "processingFailureReason": "No video track"}
    server.on("GET", STATE, 200, failed)
    refused = page.prepare(post("Tide", moving()[0]), step)
    assert isinstance(refused, Rejected)
    assert "No video track" in refused.reason


def test_members_may_not_ask_for_the_state(server, member, step):
    place(server, 1)
    server.on("POST", "/rest/videos", 200)
    server.on("GET", STATE, 403, error("ACCESS_DENIED"))
    payload = post("Tide", moving()[0])
    assert member.prepare(payload, step) is None
    outcome = publish(server, member, 400, error("MEDIA_ASSET_WAITING_UPLOAD"), payload, step)
    assert outcome == TryLater(outcome.reason, after=10), "then posting tells"


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"video": VIDEO, "uploadInstructions": []},
        {"video": VIDEO, "uploadInstructions": [{"uploadUrl": "u", "firstByte": 0, "lastByte": 9}]},
        {"video": VIDEO, "uploadInstructions": [{"uploadUrl": "u", "firstByte": 5}, None]},
    ],
)
def test_a_place_that_is_none(server, page, step, value):
    server.on("POST", "/rest/videos", 200, {"value": value})
    assert isinstance(page.prepare(post("Tide", moving()[0]), step), TryLater)
    assert puts(server) == []


def test_a_part_without_a_name_is_sent_again(server, page, step):
    place(server, 1)
    server.scripts[("PUT", "/part/0")] = [(200, None, {})]
    assert isinstance(page.prepare(post("Tide", moving()[0]), step), TryLater)


def test_too_small_a_one_is_not_sent(server, page, step):
    refused = page.prepare(post("Tide", film()), step)
    assert isinstance(refused, Rejected)
    assert "75 kB" in refused.reason
    assert server.requests == []
