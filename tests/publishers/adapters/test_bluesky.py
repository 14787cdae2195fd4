"""Bluesky over real HTTP: blobs, facets, the post's own key and what refusals mean."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest

from publishers.adapters.bluesky import Bluesky
from publishers.contract import (
    CannotTell,
    Found,
    NotFound,
    Published,
    Reconnect,
    Rejected,
    TryLater,
    Uncertain,
)
from tests.publishers.adapters.bluesky import BLOB, DID, GET, ME, PUT, RESOLVE, UPLOAD, sky, xrpc
from tests.publishers.adapters.kit import NOON, Memory, picture, png, post

__all__ = ["sky"]


def publish(server, sky, status, body, payload=None, step=None, **headers):
    payload, step = payload or post(), step or Memory()
    assert sky.prepare(payload, step) is None
    server.on("POST", PUT, status, body, **headers)
    return sky.publish(payload, step)


def accepted(server, sky, payload=None, step=None):
    body = {"uri": f"at://{DID}/app.bsky.feed.post/3abc", "cid": "bafyrei"}
    return publish(server, sky, 200, body, payload, step)


def record(server):
    return server.seen("POST", PUT)[-1].json["record"]


# -- what is sent


def test_a_text(server, sky):
    outcome = accepted(server, sky)
    assert outcome == Published(
        f"at://{DID}/app.bsky.feed.post/3abc", f"https://web.example/profile/{DID}/post/3abc"
    )
    [sent] = server.seen("POST", PUT)
    assert sent.headers["Authorization"] == "Bearer hush"
    body = sent.json
    assert (body["repo"], body["collection"], body["swapRecord"]) == (
        DID,
        "app.bsky.feed.post",
        None,
    )
    assert body["record"] == {
        "$type": "app.bsky.feed.post",
        "text": "Tide at nine",
        "createdAt": "2026-11-20T12:00:00.000Z",
    }


def test_the_key_is_the_same_on_every_attempt_and_another_for_every_post(server, sky):
    def key(**changes):
        accepted(server, sky, post(**changes))
        return server.seen("POST", PUT)[-1].json["rkey"]

    first = key()
    assert key(text="Edited") == first
    assert key(client_token="another") != first
    later = key(created_at=NOON + timedelta(seconds=1))
    assert later != first
    keys = {key(client_token=str(n)) for n in range(60)}
    assert len(keys) == 60
    assert all(len(one) == 13 and one[:4] == first[:4] for one in keys), (
        "near in time, near in order"
    )


def test_a_repeat_carries_the_very_same_record(server, sky, step):
    server.on("GET", RESOLVE, 200, {"did": "did:plc:ana"})
    payload = post("Hi @ana.test", picture())
    accepted(server, sky, payload, step)
    server.scripts[("GET", RESOLVE)] = [(400, {"error": "HandleNotFound"}, {})]
    accepted(server, sky, payload, step)
    one, two = (request.body for request in server.seen("POST", PUT))
    assert one == two


def test_pictures(server, sky, step):
    accepted(server, sky, post("", picture("A pier"), picture("", b"2" * 20)), step)
    first, _ = server.seen("POST", UPLOAD)
    assert first.body == png()
    assert first.headers["Content-Type"] == "image/png"
    ratio = {"width": 40, "height": 30}
    assert record(server)["text"] == ""
    assert record(server)["embed"] == {
        "$type": "app.bsky.embed.images",
        "images": [
            {"image": BLOB, "alt": "A pier", "aspectRatio": ratio},
            {"image": BLOB, "alt": "", "aspectRatio": ratio},
        ],
    }


def test_links_tags_and_mentions_are_marked_by_their_bytes(server, sky):
    server.on("GET", RESOLVE, 200, {"did": "did:plc:ana"})
    accepted(server, sky, post("Olá 🌊 @ana.test: https://tide.earth #marés"))
    marks = [
        (m["index"]["byteStart"], m["index"]["byteEnd"], m["features"])
        for m in record(server)["facets"]
    ]
    text = record(server)["text"].encode()
    assert [text[a:b].decode() for a, b, _ in marks] == [
        "@ana.test",
        "https://tide.earth",
        "#marés",
    ]
    assert [features[0] for _, _, features in marks] == [
        {"$type": "app.bsky.richtext.facet#mention", "did": "did:plc:ana"},
        {"$type": "app.bsky.richtext.facet#link", "uri": "https://tide.earth"},
        {"$type": "app.bsky.richtext.facet#tag", "tag": "marés"},
    ]


def test_a_handle_that_nobody_has_is_left_as_text(server, sky):
    server.on("GET", RESOLVE, 400, {"error": "HandleNotFound", "message": "x"})
    accepted(server, sky, post("Hi @nobody.test"))
    assert "facets" not in record(server)


def test_while_handles_cannot_be_asked_for_the_post_waits(server, sky, step):
    server.on("GET", RESOLVE, 502, {"error": "UpstreamFailure"})
    assert isinstance(sky.prepare(post("Hi @ana.test"), step), TryLater)


@pytest.mark.parametrize(
    ("language", "sent"),
    [("pt", ["pt"]), ("", None), ("<x>", None), ("en, pt-BR en;de fr", ["en", "pt-BR", "de"])],
)
def test_language(server, sky, language, sent):
    accepted(server, sky, post(options={"language": language}))
    assert record(server).get("langs") == sent


def test_further_hashtags(server, sky):
    accepted(server, sky, post(options={"tags": "#tides, harbour #mar\u00e9s tides"}))
    assert record(server)["tags"] == ["tides", "harbour", "mar\u00e9s"]
    for typed in (" ".join("abcdefghi"), "a" * 65):
        assert isinstance(sky.prepare(post(options={"tags": typed}), Memory()), Rejected)


def test_an_account_elsewhere_is_posted_to_at_its_own_server(server):
    sky = server.adapter(Bluesky, replace(ME, host=server.url))
    sky.app = replace(sky.app, api_url="https://bsky.social")
    assert isinstance(accepted(server, sky), Published)


# -- what a refusal means


@pytest.mark.parametrize(
    ("status", "name", "outcome", "words"),
    [
        (400, "ExpiredToken", Reconnect, "session"),
        (400, "InvalidToken", Reconnect, "session"),
        (401, "AuthMissing", Reconnect, "Connect the account again"),
        (401, "AuthenticationRequired", Reconnect, "Connect the account again"),
        (400, "AccountTakedown", Reconnect, "taken down"),
        (400, "InvalidRequest", Rejected, "the message"),
        (400, "InvalidSwap", Uncertain, "own key"),
        (413, "PayloadTooLarge", Rejected, "smaller"),
        (413, None, Rejected, "smaller"),
        (429, "RateLimitExceeded", TryLater, "slow down"),
        (500, "InternalServerError", Uncertain, "may be live"),
        (502, "UpstreamFailure", Uncertain, "may be live"),
        (504, None, Uncertain, "may be live"),
        (200, None, Uncertain, "which one"),
    ],
)
def test_refusals(server, sky, status, name, outcome, words):
    body = {"error": name, "message": "the message"} if name else None
    answer = publish(server, sky, status, body)
    assert isinstance(answer, outcome), answer
    assert words in answer.reason


def test_blobs_that_were_dropped_are_uploaded_again(server, sky, step):
    payload = post("Tide", picture())
    answer = publish(server, sky, 400, {"error": "BlobNotFound"}, payload, step)
    assert isinstance(answer, TryLater)
    sky.prepare(payload, step)
    assert len(server.seen("POST", UPLOAD)) == 2


def test_the_reset_of_the_window_is_waited_for(server, sky):
    soon = str(int(time.time()) + 90)
    answer = publish(server, sky, 429, {}, RateLimit_Remaining="0", RateLimit_Reset=soon)
    assert 80 <= answer.after <= 90


# -- is it there?


def test_found_by_its_key(server, sky):
    server.on("GET", GET, 200, {"uri": f"at://{DID}/app.bsky.feed.post/3abc", "value": {}})
    assert isinstance(sky.find(post(), Memory()), Found)
    accepted(server, sky)
    [asked] = server.seen("GET", GET)
    assert asked.query["rkey"] == server.seen("POST", PUT)[0].json["rkey"]
    assert asked.query["repo"] == DID


def test_not_there(server, sky):
    server.on("GET", GET, 400, {"error": "RecordNotFound", "message": "x"})
    assert sky.find(post(), Memory()) == NotFound()


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, {"error": "InvalidRequest"}),
        (404, {}),
        (401, {}),
        (500, {}),
        (200, {}),
        (429, {}),
        (0, None),
    ],
)
def test_a_failed_read_proves_nothing(server, sky, status, body):
    server.on("GET", GET, status, body)
    assert isinstance(sky.find(post(), Memory()), CannotTell)


def test_remove_takes_the_gates_along(server, sky):
    server.on("POST", xrpc("com.atproto.repo.deleteRecord"), 200, {})
    assert sky.remove(f"at://{DID}/app.bsky.feed.post/3abc") is None
    sent = [request.json for request in server.requests]
    assert {(one["repo"], one["rkey"]) for one in sent} == {(DID, "3abc")}
    kinds = [one["collection"].rpartition(".")[2] for one in sent]
    assert kinds == ["post", "threadgate", "postgate"]


# -- what is counted


def test_figures_of_posts(server, sky):
    posts = [f"at://{DID}/app.bsky.feed.post/3abc{n}" for n in range(27)]
    row = {"likeCount": 3, "replyCount": 2, "repostCount": 1, "quoteCount": 0, "bookmarkCount": 4}
    server.on("GET", xrpc("app.bsky.feed.getPosts"), 200, {"posts": [{"uri": posts[0], **row}]})
    figures = {"likes": 3, "comments": 2, "shares": 1, "quotes": 0, "saves": 4}
    assert sky.measure([*posts, "urn:other"]) == {posts[0]: figures}
    first, second = server.requests
    assert (first.raw_path.count("uris="), second.raw_path.count("uris=")) == (25, 2)
    assert first.headers["Authorization"] == "Bearer hush"


def test_figures_of_the_account(server, sky):
    server.on(
        "GET", xrpc("app.bsky.actor.getProfile"), 200, {"followersCount": 7, "postsCount": True}
    )
    assert sky.audience() == {"followers": 7}
    assert server.requests[0].query == {"actor": DID}


@pytest.mark.parametrize(
    ("status", "name", "kind"),
    [(400, "ExpiredToken", Reconnect), (502, "UpstreamFailure", TryLater), (429, "x", TryLater)],
)
def test_figures_that_are_not_told(server, sky, status, name, kind):
    for method in ("app.bsky.feed.getPosts", "app.bsky.actor.getProfile"):
        server.on("GET", xrpc(method), status, {"error": name})
    assert isinstance(sky.measure([f"at://{DID}/app.bsky.feed.post/3abc"]), kind)
    assert isinstance(sky.audience(), kind)
