"""Videos in parts to the video service of the simulated Bluesky."""

import pytest

from publishers.sandbox.models import Account, Upload
from publishers.sandbox.platforms.bluesky import parts
from tests.sandbox.bluesky import api, error, tidewater
from tests.sandbox.films import mp4
from tests.sandbox.test_bluesky_videos import fits, job, service, upload

__all__ = ["api", "tidewater"]
VIDEO = mp4(padding=500)
METHOD = "app.bsky.video"


@pytest.fixture
def holder(api, monkeypatch):
    monkeypatch.setattr(parts, "PART", 300)
    Account.objects.update(processing_seconds=0)
    return service(api)


def start(holder, **said):
    body = {"sizeBytes": len(VIDEO), "mimeType": "video/mp4", **said}
    return holder.post(f"xrpc/{METHOD}.startUpload", json=body)


def part(holder, name, number, data=None):
    data = VIDEO[(number - 1) * 300 : number * 300] if data is None else data
    query = {"jobId": name, "partNumber": number}
    headers = {"Content-Type": "application/octet-stream"}
    return holder.post(f"xrpc/{METHOD}.uploadPart", params=query, data=data, headers=headers)


def finish(holder, name):
    return holder.post(f"xrpc/{METHOD}.finishUpload", json={"jobId": name})


def test_parts_in_any_order_and_twice(api, holder, tidewater):
    plan = fits(f"{METHOD}.startUpload", start(holder))
    name, count = plan["jobId"], plan["partCount"]
    assert count == -(-len(VIDEO) // 300)
    assert job(api, name)["state"] == "JOB_STATE_CREATED"
    for number in [*range(count, 1, -1), 2]:
        assert fits(f"{METHOD}.uploadPart", part(holder, name, number))["partNumber"] == number
    lacking = finish(holder, name)
    assert error(lacking) == (400, "MissingParts")
    assert lacking.json()["message"] == "Missing parts: 1"
    assert error(part(holder, name, 1, b"short")) == (400, "PartSizeMismatch")
    assert error(part(holder, name, count + 1)) == (400, "InvalidPartNumber")
    assert part(holder, name, 1).ok
    for _ in range(2):
        told = fits(f"{METHOD}.finishUpload", finish(holder, name))
        assert told["completedJobId"] == name
        assert told["jobStatus"]["blob"]["size"] == len(VIDEO)
    assert error(part(holder, name, 1)) == (400, "UploadAlreadyCompleted")
    had = upload(holder, tidewater, VIDEO)
    assert (error(had), had.json()["jobId"]) == ((409, "already_exists"), name)


def test_the_same_video_in_parts_is_the_job_before(holder, tidewater):
    before = upload(holder, tidewater, VIDEO).json()["jobStatus"]["jobId"]
    plan = start(holder).json()
    for number in range(1, plan["partCount"] + 1):
        part(holder, plan["jobId"], number)
    assert finish(holder, plan["jobId"]).json()["completedJobId"] == before


@pytest.mark.parametrize(
    ("said", "name"),
    [
        ({"sizeBytes": 0}, "InvalidRequest"),
        ({"mimeType": "video/webm"}, "UnsupportedContentType"),
        ({"sizeBytes": 300_000_001}, "VideoTooLarge"),
        ({"durationMs": 600_001}, "VideoTooLong"),
    ],
)
def test_videos_that_are_not_begun(holder, said, name):
    assert error(start(holder, **said)) == (400, name)
    assert Upload.objects.count() == 0


def test_what_nobody_began(holder):
    assert error(part(holder, "x", 1)) == (400, "UploadNotFound")
    assert error(finish(holder, "x")) == (400, "UploadNotFound")
