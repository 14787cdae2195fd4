"""Facebook: what is sent, what a refusal means, reels and stories."""

import json

import pytest

from publishers.contract import (
    Found,
    NotFound,
    Processing,
    Published,
    Reconnect,
    Rejected,
    ReplyTo,
    Tokens,
    TryLater,
    Uncertain,
)
from tests.publishers.adapters.facebook import (
    FEED,
    PHOTOS,
    POST,
    REELS,
    STORIES,
    V,
    facebook,
    status,
)
from tests.publishers.adapters.graph import refusal
from tests.publishers.adapters.kit import film, picture, post, prepared

__all__ = ["facebook"]


# -- what is sent


def test_a_text_with_a_link(server, facebook, step):
    outcome = prepared(facebook, post("Tide at nine", link="https://tide.earth"), step)
    assert outcome == Published("777_901", "https://web.example/777_901")
    [request] = server.seen("POST", FEED)
    assert request.form == {"message": "Tide at nine", "link": "https://tide.earth"}
    assert request.headers["Authorization"] == "Bearer hush"


def test_pictures_are_uploaded_and_wait(server, facebook, step):
    server.scripts[("POST", PHOTOS)] = [(200, {"id": made}, {}) for made in ("601", "602")]
    payload = post("Both", picture(), picture("", b"2"), link="https://tide.earth")
    assert isinstance(prepared(facebook, payload, step), Published)
    first, second = (request.parts for request in server.seen("POST", PHOTOS))
    assert first["published"] == b"false"
    assert first["alt_text_custom"] == b"A pier at noon"
    assert first["source"] == picture().read()
    assert "alt_text_custom" not in second
    [request] = server.seen("POST", FEED)
    named = [json.loads(request.form[f"attached_media[{n}]"]) for n in range(2)]
    assert named == [{"media_fbid": "601"}, {"media_fbid": "602"}]
    assert "link" not in request.form


def test_a_story_of_a_picture(server, facebook, step):
    server.on("POST", STORIES, 200, {"success": True, "post_id": "905"})
    payload = post("Tide", picture(), options={"placement": "story"})
    assert prepared(facebook, payload, step).remote_id == "905"
    [request] = server.seen("POST", STORIES)
    assert request.form == {"photo_id": "601"}
    rows = [{"post_id": "904", "media_id": "600"}, {"post_id": "905", "media_id": "601"}]
    server.on("GET", f"{V}/777/stories", 200, {"data": rows})
    assert facebook.find(payload, step).remote_id == "905"


def test_a_first_comment(server, facebook, step):
    server.on("POST", f"{POST}/comments", 200, {"id": "901_951"})
    payload = post("More", kind="comment", reply_to=ReplyTo("777_901", "777_901"))
    assert prepared(facebook, payload, step).remote_id == "901_951"
    assert server.requests[0].form == {"message": "More"}


def test_an_edit(server, facebook):
    server.on("POST", POST, 200, {"success": True})
    assert facebook.edit("777_901", post("Better")) is None
    assert server.requests[0].form == {"message": "Better"}
    server.scripts[("POST", POST)] = [(400, refusal(200), {})]
    assert isinstance(facebook.edit("777_901", post("Better")), Reconnect)


@pytest.mark.parametrize(
    "payload",
    [
        post("Both", film(), picture()),
        post("Tide", options={"placement": "story"}),
        post("Tide", picture(), picture("b"), options={"placement": "story"}),
    ],
)
def test_what_cannot_be_is_said_before(server, facebook, step, payload):
    assert isinstance(facebook.prepare(payload, step), Rejected)
    assert server.requests == []


# -- reels


@pytest.fixture
def reels(server, facebook):
    server.on("POST", REELS, 200, {"video_id": "801", "upload_url": f"{server.url}/rupload/801"})
    server.on("POST", REELS, 200, {"success": True})
    server.on("POST", "/rupload/801", 200, {"success": True})
    return facebook


def test_a_reel_is_uploaded_published_and_confirmed(server, reels, step):
    server.on("GET", f"{V}/801", 200, status("upload_complete"))
    payload = post("Look", film(), title="Tide")
    assert prepared(reels, payload, step) == Processing("801", 15)
    start, finish = (request.form for request in server.seen("POST", REELS))
    assert start == {"upload_phase": "start"}
    assert finish == {
        "upload_phase": "finish",
        "video_id": "801",
        "video_state": "PUBLISHED",
        "description": "Look",
        "title": "Tide",
    }
    [bytes_of_it] = server.seen("POST", "/rupload/801")
    assert bytes_of_it.body == film().read()
    assert bytes_of_it.headers["Authorization"] == "OAuth hush"
    assert bytes_of_it.headers["offset"] == "0"
    assert bytes_of_it.headers["file_size"] == str(film().size)

    server.scripts[("GET", f"{V}/801")] = [(200, status("processing", "in_progress"), {})]
    assert reels.confirm("801", payload) == Processing("801", 15)
    there = status("ready", "complete", post_id="777_901", permalink_url="/reel/801/")
    server.scripts[("GET", f"{V}/801")] = [(200, there, {})]
    published = Published("777_901", "https://web.example/reel/801/")
    assert reels.confirm("801", payload) == published
    assert reels.find(payload, step) == Found(published.remote_id, published.permalink)


def test_what_broke_off_goes_on_where_it_stopped(server, reels, step):
    server.scripts[("POST", "/rupload/801")] = [(500, {}, {}), (200, {"success": True}, {})]
    server.on("GET", f"{V}/801", 200, status("uploading", sent=100))
    server.on("GET", f"{V}/801", 200, status("upload_complete"))
    payload = post("Look", film())
    assert isinstance(reels.prepare(payload, step), TryLater)
    assert reels.prepare(payload, step) is None
    _, second = server.seen("POST", "/rupload/801")
    assert second.headers["offset"] == "100"
    assert second.body == film().read()[100:]


@pytest.mark.parametrize(("phase", "saw"), [("not_started", NotFound), ("complete", Found)])
def test_an_unanswered_reel_is_looked_up_by_its_video(server, reels, step, phase, saw):
    server.on("GET", f"{V}/801", 200, status("upload_complete"))
    payload = post("Look", film())
    assert reels.prepare(payload, step) is None
    server.scripts[("GET", f"{V}/801")] = [(200, status("ready", phase), {})]
    assert isinstance(reels.find(payload, step), saw)


@pytest.mark.parametrize("state", ["error", "expired", "upload_failed"])
def test_a_video_that_failed(server, reels, step, state):
    server.on("GET", f"{V}/801", 200, status(state))
    assert isinstance(reels.prepare(post("Look", film()), step), Rejected)


# -- what a refusal means: the error table of the sheet, row by row

TABLE = [
    *[(code, None, TryLater, True) for code in (4, 17, 32, 341, 613, 80001, 80006)],
    *[(code, None, Reconnect, False) for code in (3, 10, 200, 299, 102, 190)],
    *[(190, sub, Reconnect, False) for sub in (458, 459, 460, 463, 464, 467, 492)],
    *[(code, None, Uncertain, False) for code in (1, 2, 506, 1363047, 1609010, 1366051)],
    (100, None, Rejected, False),
    (368, None, Rejected, False),
    (368, 1390008, TryLater, True),
    (368, 4854002, Rejected, False),
    (368, 1404082, Uncertain, False),
    (100, 1366051, Uncertain, False),
    *[(100, sub, Rejected, False) for sub in (1609005, 2061006, 1366046, 1349125)],
    *[(100, sub, Rejected, False) for sub in (1346003, 1404006, 1404102, 1404112, 1404078)],
    *[(code, None, Rejected, False) for code in (382, 6000, 6001, 210, 3001, 1504028)],
    (389, None, TryLater, False),
]


@pytest.mark.parametrize(("code", "subcode", "kind", "paced"), TABLE)
def test_a_refusal_of_the_call_that_publishes(server, facebook, step, code, subcode, kind, paced):
    server.scripts[("POST", FEED)] = [(400, refusal(code, subcode), {})]
    outcome = prepared(facebook, post(), step)
    assert isinstance(outcome, kind), outcome
    assert not paced or outcome.rate_limited


def test_a_refusal_that_calls_itself_passing(server, facebook, step):
    server.scripts[("POST", FEED)] = [(400, refusal(100, None, "Later", transient=True), {})]
    assert isinstance(prepared(facebook, post(), step), Uncertain)


def test_a_metric_that_is_retired_leaves_the_others(server, facebook):
    counted = {
        "id": "777_901",
        "reactions": {"summary": {"total_count": 7}},
        "comments": {"summary": {"total_count": 2}},
    }
    server.on("GET", POST, 200, counted)
    server.on("GET", f"{POST}/insights", 400, refusal(100, 1504028))
    told = {"likes": 7, "comments": 2, "shares": 0}
    assert facebook.measure(["777_901"]) == {"777_901": told}
    rows = [
        {"name": "post_media_view", "values": [{"value": 90}]},
        {"name": "post_clicks", "values": [{"value": 5}]},
    ]
    server.scripts[("GET", f"{POST}/insights")] = [(200, {"data": rows}, {})]
    figures = facebook.measure(["777_901"])["777_901"]
    assert figures == {**told, "views": 90, "clicks": 5}


# -- who


def test_pages_have_tokens_of_their_own(server, facebook):
    rows = [
        {"id": "777", "name": "Tide", "access_token": "page", "tasks": ["CREATE_CONTENT"]},
        {"id": "778", "name": "Only read", "access_token": "other", "tasks": ["ANALYZE"]},
    ]
    server.on("GET", f"{V}/me/accounts", 200, {"data": rows})
    [account] = facebook.accounts()
    assert (account.remote_id, account.token, account.kind) == ("777", "page", "organization")
    long = {"access_token": "hush-long", "expires_in": 5_183_944}
    server.on("GET", f"{V}/oauth/access_token", 200, long)
    tokens = facebook.lengthen(Tokens("hush-short"))
    assert (tokens.access, tokens.refresh) == ("hush-long", "")
