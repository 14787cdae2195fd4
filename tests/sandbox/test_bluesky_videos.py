"""The video service of the simulated Bluesky, and the passes that its server gives for it."""

import time

import pytest
from django.utils import timezone

from publishers.sandbox.models import Account, Credential, Picture
from tests.sandbox import lexicons
from tests.sandbox.bluesky import RECORDINGS, api, error, post, tidewater, write
from tests.sandbox.conftest import Api
from tests.sandbox.films import mp4

__all__ = ["api", "tidewater", "write"]
LAY_DOWN, LIMITS = "com.atproto.repo.uploadBlob", "app.bsky.video.getUploadLimits"
HERE, SERVICE = "did:web:127.0.0.1", "did:web:video.bsky.app"


def fits(method, answer):
    assert answer.status_code == 200, answer.text
    if RECORDINGS.exists():
        lexicons.output(method, answer.json())
    return answer.json()


def ask(api, **query):
    return api.get("xrpc/com.atproto.server.getServiceAuth", params=query)


def service(api, aud=HERE, lxm=LAY_DOWN) -> Api:
    """Somebody who holds a pass."""
    return Api(
        api.base, fits("com.atproto.server.getServiceAuth", ask(api, aud=aud, lxm=lxm))["token"]
    )


def upload(api, who, data, mime="video/mp4", **query):
    known = {"did": who.remote_id, "name": "tide.mp4", **query}
    path = "xrpc/app.bsky.video.uploadVideo"
    return api.post(path, params=known, data=data, headers={"Content-Type": mime})


def job(api, name):
    answer = Api(api.base).get("xrpc/app.bsky.video.getJobStatus", params={"jobId": name})
    return fits("app.bsky.video.getJobStatus", answer)["jobStatus"]


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ({}, "InvalidRequest"),
        ({"aud": HERE, "exp": "soon"}, "InvalidRequest"),
        ({"aud": HERE, "lxm": LAY_DOWN, "exp": int(time.time()) - 9}, "BadExpiration"),
        ({"aud": HERE, "lxm": LAY_DOWN, "exp": int(time.time()) + 9000}, "BadExpiration"),
        ({"aud": HERE, "exp": int(time.time()) + 900}, "BadExpiration"),
    ],
)
def test_passes_that_are_not_given(api, query, name):
    assert error(ask(api, **query)) == (400, name)


def test_a_pass_is_for_one_method_of_one_listener(api, tidewater):
    assert error(service(api, SERVICE).get(f"xrpc/{LIMITS}")) == (401, "BadJwtLexiconMethod")
    assert error(service(api, HERE, LIMITS).get(f"xrpc/{LIMITS}")) == (401, "BadJwtAudience")
    assert error(api.get(f"xrpc/{LIMITS}")) == (401, "AuthRequired"), "a session is no pass"
    passed = service(api)
    session = passed.get("xrpc/com.atproto.server.getSession")
    assert error(session) == (400, "InvalidToken"), "a pass is no session"
    Credential.objects.filter(way="pass").update(expires_at=timezone.now())
    assert error(upload(passed, tidewater, mp4())) == (401, "AuthRequired")


def test_a_video_is_worked_on_and_can_be_posted(api, write, tidewater):
    Account.objects.update(processing_seconds=30)
    made = fits("app.bsky.video.uploadVideo", upload(service(api), tidewater, mp4()))["jobStatus"]
    assert made["state"] == "JOB_STATE_CREATED"
    working = job(api, made["jobId"])
    assert (working["state"], "blob" in working) == ("JOB_STATE_ENCODING", False)
    row = Picture.objects.get()
    blob = {"$type": "blob", "ref": {"$link": row.remote_id}, "mimeType": row.mime}
    embed = {"$type": "app.bsky.embed.video", "video": {**blob, "size": row.size}}
    early = write("createRecord", post("Look", embed=embed))
    assert error(early) == (400, "BlobNotFound")
    Picture.objects.update(ready_at=timezone.now())
    done = job(api, made["jobId"])
    assert done["blob"] == embed["video"]
    assert write("createRecord", post("Look", embed=embed)).status_code == 200
    had = upload(service(api), tidewater, mp4())
    assert error(had) == (409, "already_exists")
    assert had.json()["jobId"] == made["jobId"]
    wrong = write("createRecord", post(embed={**embed, "video": {**embed["video"], "size": 10**9}}))
    assert "blob too big (maximum 300000000" in wrong.json()["message"]


@pytest.mark.parametrize(
    ("data", "mime", "query", "status"),
    [
        (mp4(), "video/webm", {}, 400),
        (b"", "video/mp4", {}, 400),
        (mp4(), "video/mp4", {"did": "did:plc:other"}, 401),
    ],
)
def test_videos_that_are_not_taken(api, tidewater, data, mime, query, status):
    assert upload(service(api), tidewater, data, mime, **query).status_code == status


@pytest.mark.parametrize("data", [b"no video", mp4(seconds=601), mp4(brand=b"qt  ")])
def test_videos_that_fail(api, tidewater, data):
    Account.objects.update(processing_seconds=0)
    made = upload(service(api), tidewater, data).json()["jobStatus"]
    failed = job(api, made["jobId"])
    assert (failed["state"], failed["failureCode"]) == ("JOB_STATE_FAILED", "validation_failure")


def test_a_day_has_so_many(api, tidewater):
    Account.objects.update(day_limit=1)
    asking = service(api, SERVICE, LIMITS)
    assert fits(LIMITS, asking.get(f"xrpc/{LIMITS}"))["remainingDailyVideos"] == 1
    assert upload(service(api), tidewater, mp4()).ok
    told = fits(LIMITS, asking.get(f"xrpc/{LIMITS}"))
    assert (told["canUpload"], told["remainingDailyVideos"]) == (False, 0)
    assert error(upload(service(api), tidewater, mp4(padding=9))) == (400, "DailyLimitExceeded")
    unknown = Api(api.base).get("xrpc/app.bsky.video.getJobStatus", params={"jobId": "x"})
    assert error(unknown) == (400, "InvalidRequest")
