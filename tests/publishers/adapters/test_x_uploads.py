"""Videos and GIFs on X: in parts, resumed where they broke off, waited for, described."""

from dataclasses import replace
from io import BytesIO

import pytest

from publishers.adapters.x import uploads
from publishers.contract import Processing, Published, Reconnect, Rejected, TryLater
from tests.publishers.adapters.kit import Memory, film, picture, post
from tests.publishers.adapters.x import problem, x

__all__ = ["x"]

INIT, PLACE, STATUS = "/2/media/upload/initialize", "/2/media/upload/71", "/2/media/upload"
PART = uploads.PART


def moving(size=2 * PART + 7, **more):
    """A video that is only ever read piece by piece."""
    content = bytes(n % 251 for n in range(1000)) * (size // 1000 + 1)

    def refuse():
        raise AssertionError("it is not to be read as a whole")

    return replace(film(), size=size, read=refuse, opens=lambda: BytesIO(content[:size]), **more)


def said(state=None, **more):
    info = {"processing_info": {"state": state, **more}} if state else {}
    return {"data": {"id": "71", "media_key": "7_71", "expires_after_secs": 86_400, **info}}


@pytest.fixture
def place(server, x):
    """Takes a video, and has it ready at once."""
    server.on("POST", INIT, 200, said())
    server.on("POST", f"{PLACE}/append", 200, {"data": {"expires_at": 1_800_000_000}})
    server.on("POST", f"{PLACE}/finalize", 200, said("succeeded"))
    return server


def answers(server, path, *given, method="POST"):
    server.scripts[(method, path)] = []
    for status, body in given:
        server.on(method, path, status, body)


def parts(server):
    return [one.parts for one in server.seen("POST", f"{PLACE}/append")]


def test_a_video_goes_in_parts_is_worked_on_and_described(place, x, step):
    answers(place, f"{PLACE}/finalize", (200, said("pending", check_after_secs=7)))
    place.on("GET", STATUS, 200, said("in_progress", check_after_secs=900))
    place.on("GET", STATUS, 200, said("succeeded", progress_percent=100))
    media = moving()
    payload = post("Tide", media)
    assert x.prepare(payload, step) == Processing("71", 7)
    assert isinstance(x.publish(payload, step), TryLater), "not before it is ready"
    assert x.prepare(payload, step) == Processing("71", 300)
    assert x.prepare(payload, step) is None
    assert x.prepare(payload, step) is None

    [begun] = place.seen("POST", INIT)
    told = {"media_type": "video/mp4", "total_bytes": media.size, "media_category": "tweet_video"}
    assert begun.json == told
    sent = parts(place)
    assert [one["segment_index"] for one in sent] == [b"0", b"1", b"2"]
    assert [len(one["media"]) for one in sent] == [PART, PART, 7]
    assert b"".join(one["media"] for one in sent) == media.stream().read()
    [_, asked] = place.seen("GET", STATUS)
    assert asked.query == {"command": "STATUS", "media_id": "71"}
    [described] = place.seen("POST", "/2/media/metadata")
    assert described.json["metadata"]["alt_text"]["text"] == media.alt

    place.on("POST", "/2/tweets", 201, {"data": {"id": "1"}})
    assert isinstance(x.publish(payload, step), Published)
    [posted] = place.seen("POST", "/2/tweets")
    assert posted.json == {"text": "Tide", "media": {"media_ids": ["71"]}}


def test_it_goes_on_at_the_part_that_broke_off(place, x, step):
    answers(place, f"{PLACE}/append", (200, said()), (0, None), (503, None), (200, said()))
    payload = post("Tide", moving(alt=""))
    assert isinstance(x.prepare(payload, step), TryLater)
    assert isinstance(x.prepare(payload, step), TryLater)
    assert x.prepare(payload, step) is None
    assert [one["segment_index"] for one in parts(place)] == [b"0", b"1", b"1", b"1", b"2"]
    assert len(place.seen("POST", INIT)) == 1
    assert place.seen("POST", "/2/media/metadata") == []


def test_a_large_one_takes_several_turns(place, x, step, monkeypatch):
    monkeypatch.setattr(uploads, "AT_ONCE", 2)
    payload = post("Tide", moving(5 * PART))
    turns = 0
    while x.prepare(payload, step) == Processing("71", 1):
        turns += 1
    assert turns == 2
    assert x.prepare(payload, step) is None
    assert len(parts(place)) == 5


def test_smaller_parts_where_they_are_too_large(place, x, step):
    answers(place, f"{PLACE}/append", (200, said()), (413, None), (200, said()))
    media = moving(2 * PART)
    assert x.prepare(post("Tide", media), step) is None
    one, _refused, two, three = parts(place)
    assert [len(part["media"]) for part in (one, two, three)] == [PART, PART // 2, PART // 2]
    assert [part["segment_index"] for part in (two, three)] == [b"1", b"2"]
    assert one["media"] + two["media"] + three["media"] == media.stream().read()


def test_no_part_is_small_enough(place, x, step):
    answers(place, f"{PLACE}/append", (413, None))
    answer = x.prepare(post("Tide", moving()), step)
    assert isinstance(answer, Rejected)
    assert "Save it smaller" in answer.reason
    assert len(parts(place)) == 5


@pytest.mark.parametrize(
    ("path", "status", "body", "outcome", "words"),
    [
        (INIT, 400, problem(400, "total_bytes is too large", "invalid-request"), Rejected, "large"),
        (INIT, 401, problem(401, "Unauthorized"), Reconnect, "Connect the account again"),
        (INIT, 402, problem(402, "CreditsDepleted"), TryLater, "credits"),
        (INIT, 403, problem(403, "x", "client-forbidden"), Rejected, "administrator"),
        (INIT, 403, problem(403, "x", "user-suspended"), Reconnect, "locked"),
        (INIT, 429, problem(429, "Too Many Requests"), TryLater, "slow down"),
        (INIT, 500, None, TryLater, "trouble"),
        (INIT, 200, {"data": {}}, TryLater, "no place"),
        (f"{PLACE}/append", 404, problem(404, "x", "resource-not-found"), TryLater, "again"),
        (f"{PLACE}/append", 400, problem(400, "segment_index"), Rejected, "segment_index"),
        (f"{PLACE}/finalize", 404, problem(404, "x"), TryLater, "uploaded again"),
        (f"{PLACE}/finalize", 400, problem(400, "of another type"), Rejected, "another type"),
        (f"{PLACE}/finalize", 200, None, TryLater, "what became of"),
        (f"{PLACE}/finalize", 200, said("failed"), Rejected, "as MP4"),
    ],
)
def test_what_x_says_to_an_upload(place, x, path, status, body, outcome, words):
    answers(place, path, (status, body))
    answer = x.prepare(post("Tide", moving(100)), Memory())
    assert isinstance(answer, outcome), answer
    assert words in answer.reason


def test_a_place_that_ended_is_asked_for_anew(place, x, step):
    answers(place, f"{PLACE}/append", (404, problem(404, "x")), (200, said()))
    payload = post("Tide", moving(100))
    assert isinstance(x.prepare(payload, step), TryLater)
    assert x.prepare(payload, step) is None
    assert len(place.seen("POST", INIT)) == 2


def test_a_second_end_of_what_was_ended_is_no_mistake(place, x, step):
    answers(place, f"{PLACE}/finalize", (0, None), (400, problem(400, "finalized before")))
    place.on("GET", STATUS, 200, said("succeeded"))
    payload = post("Tide", moving(100))
    assert isinstance(x.prepare(payload, step), TryLater)
    assert x.prepare(payload, step) is None
    assert len(place.seen("POST", INIT)) == 1


@pytest.mark.parametrize(
    ("status", "body", "outcome", "words"),
    [
        (200, said("failed", error={"message": "No such codec"}), Rejected, "No such codec"),
        (404, problem(404, "x"), TryLater, "again"),
        (503, None, TryLater, "trouble"),
        (401, {}, Reconnect, "again"),
    ],
)
def test_what_becomes_of_a_video(place, x, step, status, body, outcome, words):
    answers(place, f"{PLACE}/finalize", (200, said("pending")))
    place.on("GET", STATUS, status, body)
    payload = post("Tide", moving(100))
    assert x.prepare(payload, step) == Processing("71", 5)
    answer = x.prepare(payload, step)
    assert isinstance(answer, outcome), answer
    assert words in answer.reason


def test_a_video_whose_description_is_not_taken_is_posted_without(place, x, step):
    answers(place, "/2/media/metadata", (400, problem(400, "only images", "invalid-request")))
    assert x.prepare(post("Tide", moving(100)), step) is None
    assert isinstance(x.prepare(post("Tide", picture()), step), Rejected)


def test_a_gif_is_what_moves(place, x, step):
    gif = moving(100, mime="image/gif")
    assert x.prepare(post("Tide", gif), step) is None
    [begun] = place.seen("POST", INIT)
    assert (begun.json["media_category"], begun.json["media_type"]) == ("tweet_gif", "image/gif")
    assert len(place.seen("POST", "/2/media/metadata")) == 1


def test_handles_of_videos_end(place, x, step, monkeypatch):
    payload = post("Tide", moving(100))
    assert x.prepare(payload, step) is None
    monkeypatch.setattr("time.time", lambda: 4_000_000_000.0)
    assert isinstance(x.publish(payload, step), TryLater)
    assert x.prepare(payload, step) is None
    assert len(place.seen("POST", INIT)) == 2
