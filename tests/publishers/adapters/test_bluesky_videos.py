"""Videos on Bluesky: its video service, the server's passes for it, and what becomes of a job."""

import time
from dataclasses import replace

import pytest

from publishers.adapters.bluesky import Bluesky
from publishers.contract import Processing, Published, Rejected, TryLater
from tests.publishers.adapters.bluesky import BLOB, DID, ME, POST, PUT, xrpc
from tests.publishers.adapters.kit import Memory, Recorder, film, post, reply

PASS, LIMITS = xrpc("com.atproto.server.getServiceAuth"), xrpc("app.bsky.video.getUploadLimits")
SEND, JOB = xrpc("app.bsky.video.uploadVideo"), xrpc("app.bsky.video.getJobStatus")
VIDEO = {**BLOB, "mimeType": "video/mp4"}
OPEN = {"canUpload": True, "remainingDailyVideos": 25, "remainingDailyBytes": 10**10}


def job(state="ENCODING", **more):
    return {"jobStatus": {"jobId": "j1", "did": DID, "state": f"JOB_STATE_{state}", **more}}


BEGUN = (200, job("CREATED"))


@pytest.fixture
def sky(server):
    server.on("GET", PASS, 200, {"token": "pass"})
    made = server.adapter(Bluesky, ME)
    made.app = replace(made.app, moved=True)
    return made


def script(server, *, limits=(200, OPEN), sent=BEGUN, jobs=()):
    server.on("GET", LIMITS, *limits)
    server.on("POST", SEND, *sent)
    for answer in jobs:
        server.on("GET", JOB, *answer)


def test_a_video_is_handed_over_worked_on_and_posted(server, sky, step):
    done = (200, job("COMPLETED", blob=VIDEO))
    script(server, jobs=[(200, job()), (200, job("SCANNING", progress=3)), done])
    payload = post("Look", film())
    for _ in range(3):
        assert sky.prepare(payload, step) == Processing("j1", 4)
    assert sky.prepare(payload, step) is None
    assert sky.prepare(payload, step) is None
    assert len(server.requests) == 7
    to_ask, to_send = server.seen("GET", PASS)
    assert to_ask.query == {
        "aud": "did:web:video.bsky.app",
        "lxm": LIMITS.removeprefix("/xrpc/"),
    }
    assert to_send.query["aud"] == "did:web:127.0.0.1"
    assert to_send.query["lxm"] == "com.atproto.repo.uploadBlob"
    assert 1700 < int(to_send.query["exp"]) - time.time() <= 1800
    [sent] = server.seen("POST", SEND)
    assert sent.headers["Authorization"] == "Bearer pass"
    assert sent.headers["Content-Type"] == "video/mp4"
    assert sent.query == {"did": DID, "name": f"{film().sha256[:16]}.mp4"}
    assert sent.body == film().read()
    server.on("POST", PUT, 200, {"uri": f"at://{DID}/{POST}/3abc"})
    assert isinstance(sky.publish(payload, step), Published)
    assert server.requests[-1].json["record"]["embed"] == {
        "$type": "app.bsky.embed.video",
        "video": VIDEO,
        "alt": "The tide comes in",
        "aspectRatio": {"width": 1080, "height": 1920},
    }


def test_it_is_read_while_it_is_sent(sky):
    """A large one never lies in memory."""
    answers = {"getUploadLimits": OPEN, "getServiceAuth": {"token": "pass"}, "uploadVideo": job()}
    sky.http = Recorder(lambda method, url, commits: reply(200, answers[url.rpartition(".")[2]]))
    large = replace(film(), size=25_000_000, width=0, height=0)
    assert isinstance(sky.prepare(post("Look", large), Memory()), Processing)
    *_, (_, _, _, request) = sky.http.calls
    assert (hasattr(request["data"], "read"), request["length"]) == (True, 25_000_000)
    assert request["seconds"] >= 600


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ((200, job("COMPLETED", blob=VIDEO)), None),
        ((200, job("COMPLETED", blob=VIDEO)["jobStatus"]), None),
        ((409, {"jobId": "j1", "state": "JOB_STATE_FAILED", "error": "already_exists"}), "j1"),
        ((409, {**job("FAILED", blob=VIDEO)["jobStatus"], "error": "already_exists"}), None),
    ],
    ids=["at once", "without its name", "had before", "had before, with its blob"],
)
def test_what_the_service_had_before_is_not_worked_on_again(server, sky, step, sent, told):
    again = job("FAILED", error="already_exists", blob=VIDEO)
    script(server, sent=sent, jobs=[(200, again)])
    first = sky.prepare(post("Look", film()), step)
    assert first == (Processing(told, 4) if told else None)
    assert sky.prepare(post("Look", film()), step) is None
    assert len(server.seen("POST", SEND)) == 1


@pytest.mark.parametrize(
    ("limits", "kind", "words"),
    [
        ({"canUpload": False, "message": "Please confirm your email"}, Rejected, "e-mail"),
        ({"canUpload": False, "error": "quota"}, TryLater, "quota"),
        ({"canUpload": True, "remainingDailyVideos": 0}, TryLater, "no more videos"),
        ({"canUpload": True, "remainingDailyBytes": 10}, TryLater, "no more videos"),
    ],
)
def test_an_account_that_may_not_upload_now(server, sky, limits, kind, words):
    script(server, limits=(200, limits))
    outcome = sky.prepare(post("Look", film()), Memory())
    assert isinstance(outcome, kind), outcome
    assert words in outcome.reason
    assert server.seen("POST", SEND) == []


def test_a_service_that_does_not_say_whether_one_may(server, sky):
    script(server, limits=(501, {"error": "MethodNotImplemented"}))
    assert isinstance(sky.prepare(post("Look", film()), Memory()), TryLater)
    server.scripts["GET", LIMITS] = [(404, {"error": "XRPCNotSupported"}, {})]
    assert isinstance(sky.prepare(post("Look", film()), Memory()), Processing)


@pytest.mark.parametrize(
    ("status", "name", "kind", "words"),
    [
        (401, "AuthRequired", TryLater, "pass"),
        (400, "ExpiredToken", TryLater, "pass"),
        (400, "DailyLimitExceeded", TryLater, "no more videos"),
        (400, "VideoTooLarge", Rejected, "smaller"),
        (400, "UnsupportedContentType", Rejected, "MP4"),
        (400, "InvalidRequest", Rejected, "the message"),
        (413, None, Rejected, "smaller"),
        (429, "RateLimitExceeded", TryLater, "slow down"),
        (502, "UpstreamFailure", TryLater, "trouble"),
        (503, "ServiceOverloaded", TryLater, "trouble"),
        (200, None, TryLater, "did not name"),
    ],
)
def test_refusals_of_the_service(server, sky, status, name, kind, words):
    body = {"error": name, "message": "the message"} if name else None
    script(server, sent=(status, body))
    outcome = sky.prepare(post("Look", film()), Memory())
    assert isinstance(outcome, kind), outcome
    assert words in outcome.reason


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("validation_failure", Rejected, "MP4"),
        ("encoding_failure", Rejected, "MP4"),
        ("pds_upload_unsupported_blob_size", Rejected, "smaller"),
        ("pds_upload_failure", TryLater, "again"),
        ("generic_failure", TryLater, "again"),
        (None, TryLater, "again"),
    ],
)
def test_jobs_that_fail_begin_anew(server, sky, step, code, kind, words):
    failed = job("FAILED", message="broken", **({"failureCode": code} if code else {}))
    script(server, jobs=[(200, failed)])
    assert isinstance(sky.prepare(post("Look", film()), step), Processing)
    outcome = sky.prepare(post("Look", film()), step)
    assert isinstance(outcome, kind), outcome
    assert words in outcome.reason
    assert isinstance(sky.prepare(post("Look", film()), step), Processing)
    assert len(server.seen("POST", SEND)) == 2


def test_a_job_that_is_not_known_begins_anew(server, sky, step):
    script(server, jobs=[(400, {"error": "InvalidRequest", "message": "Job not found"})])
    assert isinstance(sky.prepare(post("Look", film()), step), Processing)
    assert isinstance(sky.prepare(post("Look", film()), step), TryLater)
    assert isinstance(sky.prepare(post("Look", film()), step), Processing)


def test_a_server_that_gives_no_pass(server, sky):
    server.scripts[("GET", PASS)] = [(200, {}, {})]
    assert isinstance(sky.prepare(post("Look", film()), Memory()), TryLater)
    assert len(server.requests) == 1
