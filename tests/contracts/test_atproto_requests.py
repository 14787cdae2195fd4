"""Every request of the Bluesky adapter against atproto/lexicons; its facets against
atproto/richtext-facets.json; and atproto/pds-recordings.json, a real server's answers."""

import json
from dataclasses import replace

import pytest

from publishers.adapters.bluesky import Bluesky, parts
from publishers.contract import (
    Account,
    CannotTell,
    Found,
    NotFound,
    Payload,
    Processing,
    Published,
    Reconnect,
    Rejected,
    ReplyTo,
    Tokens,
    TryLater,
    Uncertain,
)
from publishers.limits import check
from tests.contracts.atproto import checked
from tests.contracts.lexicon import Invalid
from tests.contracts.vectors import cases, needs_vectors
from tests.publishers.adapters.kit import NOON, Memory, Server, film, picture, post

pytestmark = needs_vectors

DID = "did:plc:2bcyhwo3pzc62zfylwvlsqw7"
URI = f"at://{DID}/app.bsky.feed.post/3abc"
ME = Account(DID, "tide.test", token="hush")
REF = {"uri": URI, "cid": "bafyreig6ut5qy2xiugeclsr2sfkm7ssp3xytlm6gzsmc7vqtyq2usdqcy4"}
BLOB = {"$type": "blob", "ref": {"$link": "bafkrei"}, "mimeType": "image/png", "size": 129}
CASES = cases("atproto/richtext-facets.json", "cases")


# -- facets


@pytest.mark.parametrize("case", [pytest.param(c, id=c["text"][:50]) for c in CASES])
def test_facets_are_those_of_the_official_library(case):
    wanted = sorted(case["facets"], key=lambda facet: facet["index"]["byteStart"])
    assert Bluesky.facets(case["text"]) == wanted


# -- what is sent


@pytest.fixture
def server():
    with Server() as running:
        for name, body in {
            "com.atproto.repo.uploadBlob": {"blob": BLOB},
            "com.atproto.repo.putRecord": {"uri": URI, "cid": "b"},
            "com.atproto.repo.applyWrites": {"results": [{"uri": URI, "cid": "b"}]},
            "com.atproto.repo.deleteRecord": {},
            "com.atproto.server.createSession": {
                "did": DID, "handle": "tide.test", "accessJwt": "a", "refreshJwt": "r",
            },
            "com.atproto.server.refreshSession": {"accessJwt": "a", "refreshJwt": "r"},
        }.items():  # fmt: skip
            running.on("POST", f"/xrpc/{name}", 200, body)
        running.on("GET", "/xrpc/com.atproto.repo.getRecord", 400, {"error": "RecordNotFound"})
        running.on("GET", "/xrpc/com.atproto.identity.resolveHandle", 200, {"did": "did:plc:ana"})
        running.on("GET", "/xrpc/app.bsky.feed.getPosts", 200, {"posts": [REF]})
        running.on("GET", "/xrpc/app.bsky.actor.getProfile", 200, {"did": DID})
        yield running


PAYLOADS = [
    post("Tide at nine"),
    post("", picture()),
    post(
        "Olá @ana.test 🌊 https://tide.earth #marés $TIDE",
        *[picture(content=bytes([n])) for n in range(4)],
    ),
    post("Tide", options={"language": "pt-BR", "tags": "tides, mar\u00e9s"}),
    post("Read", link="https://tide.earth/api", title="The API"),
    post("Read", picture(), options={"card": "https://tide.earth", "card_text": "By the hour"}),
    post("Piers", *[picture(content=bytes([n])) for n in range(10)], options={"adult": "nudity"}),
    post("Look", picture(), options={"quote": URI, "graphic": "yes", "language": "en, pt-BR"}),
    post("Tide", options={"replies": "mentioned,following,followers", "quoting": "nobody"}),
    post(
        "Tide",
        options={"replies": "nobody", "quote": "https://bsky.app/profile/ana.test/post/3abc"},
    ),
    post("https:///nowhere http://[ https://ok.example/ \u0000"),
    *[post(case["text"]) for case in CASES if case["text"]],
]


@pytest.mark.parametrize("payload", PAYLOADS, ids=lambda payload: payload.text[:40])
def test_a_whole_journey_fits_the_lexicons(server, payload):
    adapter, step = server.adapter(Bluesky, ME), Memory()
    assert adapter.prepare(payload, step) is None
    assert isinstance(adapter.publish(payload, step), Published)
    adapter.find(payload, step)
    adapter.remove(URI)
    adapter.sign_in("tide.test", "abcd")
    adapter.refresh("r")
    adapter.measure([URI, f"{URI}2"])
    adapter.audience()
    names = {checked(request) for request in server.requests}
    assert len(names) >= 7


def test_a_video_fits_the_lexicons(server):
    done = {"jobId": "j", "did": DID, "state": "x", "blob": {**BLOB, "mimeType": "video/mp4"}}
    server.on("GET", "/xrpc/com.atproto.server.getServiceAuth", 200, {"token": "t"})
    server.on("GET", "/xrpc/app.bsky.video.getUploadLimits", 200, {"canUpload": True})
    server.on("POST", "/xrpc/app.bsky.video.uploadVideo", 200, {"jobStatus": {"jobId": "j"}})
    server.on("GET", "/xrpc/app.bsky.video.getJobStatus", 200, {"jobStatus": done})
    adapter, step, payload = server.adapter(Bluesky, ME), Memory(), post("Look", film())
    adapter.app = replace(adapter.app, moved=True)
    assert isinstance(adapter.prepare(payload, step), Processing)
    assert adapter.prepare(payload, step) is None
    assert isinstance(adapter.publish(payload, step), Published)
    assert len([checked(request) for request in server.requests]) == 6


def test_a_video_in_parts_fits_the_lexicons(server, monkeypatch):
    monkeypatch.setattr(parts, "LARGE", 100)
    plan = {"jobId": "j", "partSizeBytes": 100, "partCount": 3}
    server.on("GET", "/xrpc/com.atproto.server.getServiceAuth", 200, {"token": "t"})
    server.on("GET", "/xrpc/app.bsky.video.getUploadLimits", 200, {"canUpload": True})
    for name, body in (("startUpload", plan), ("uploadPart", {}), ("finishUpload", {})):
        server.on("POST", f"/xrpc/app.bsky.video.{name}", 200, body)
    adapter, payload = server.adapter(Bluesky, ME), post("Look", film())
    adapter.app = replace(adapter.app, moved=True)
    assert isinstance(adapter.prepare(payload, Memory()), Processing)
    assert len([checked(request) for request in server.requests]) == 8


def test_an_answer_fits_the_lexicons(server):
    path = "/xrpc/com.atproto.repo.getRecord"
    server.scripts[("GET", path)] = [(200, {**REF, "value": {}}, {})]
    adapter, step = server.adapter(Bluesky, ME), Memory()
    payload = post("At nine", kind="part", reply_to=ReplyTo(URI, URI))
    assert adapter.prepare(payload, step) is None
    assert isinstance(adapter.publish(payload, step), Published)
    assert len([checked(request) for request in server.requests]) == 2
    assert server.requests[-1].json["record"]["reply"] == {"root": REF, "parent": REF}


@pytest.mark.parametrize(
    "payload",
    [post("a" * 301), post("\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f467" * 121)],
    ids=["graphemes", "bytes"],
)
def test_what_the_limits_refuse_the_lexicon_refuses_too(server, payload):
    assert [problem.level for problem in check(payload, Bluesky.spec)] == ["error"]
    adapter, step = server.adapter(Bluesky, ME), Memory()
    adapter.prepare(payload, step)
    adapter.publish(payload, step)
    with pytest.raises(Invalid):
        checked(server.requests[-1])


# -- what a real server answered

RECORDED = {
    one["label"]: one["response"] for one in cases("atproto/pds-recordings.json", "interactions")
}
TEXT = Payload("idem", (), "token", NOON)


def answered(label, server, path, method="POST"):
    response = RECORDED[label]
    server.scripts[(method, path)] = [(response["status"], response["body"], response["headers"])]


@pytest.mark.parametrize(
    ("label", "outcome"),
    [
        ("put new rkey swapRecord null", Published),
        ("put same rkey same record swapRecord null", Published),
        ("put new rkey again swapRecord null diff record", Uncertain),
        ("create same rkey again", Uncertain),
        ("non-TID rkey", Rejected),
        ("301 graphemes", Rejected),
        ("121 family emoji", Rejected),
        ("img post unknown blob", TryLater),
        ("img post 2.1MB", Rejected),
        ("no auth", Reconnect),
        ("garbage token", Reconnect),
    ],
)
def test_recorded_answers_to_a_post(server, label, outcome):
    answered(label, server, "/xrpc/com.atproto.repo.putRecord")
    adapter, step = server.adapter(Bluesky, ME), Memory()
    adapter.prepare(TEXT, step)
    answer = adapter.publish(TEXT, step)
    assert isinstance(answer, outcome), answer


@pytest.mark.parametrize(
    ("label", "saw"),
    [("getRecord", Found), ("getRecord missing", NotFound), ("garbage token", CannotTell)],
)
def test_recorded_answers_to_a_look(server, label, saw):
    answered(label, server, "/xrpc/com.atproto.repo.getRecord", "GET")
    assert isinstance(server.adapter(Bluesky, ME).find(TEXT, Memory()), saw)


@pytest.mark.parametrize("label", ["delete", "delete again"])
def test_recorded_answers_to_a_removal(server, label):
    answered(label, server, "/xrpc/com.atproto.repo.deleteRecord")
    assert server.adapter(Bluesky, ME).remove(URI) is None


@pytest.mark.parametrize(
    ("label", "kind"),
    [
        ("refresh", Tokens),
        ("refresh again with OLD token (grace)", Tokens),
        ("refresh with access token", Reconnect),
        ("refresh with JSON body+ctype", Rejected),
    ],
)
def test_recorded_answers_to_a_refresh(server, label, kind):
    answered(label, server, "/xrpc/com.atproto.server.refreshSession")
    assert isinstance(server.adapter(Bluesky, ME).refresh("r"), kind)


@pytest.mark.parametrize(
    ("label", "kind"), [("createSession app pw", tuple), ("bad password", Rejected)]
)
def test_recorded_answers_to_signing_in(server, label, kind):
    answered(label, server, "/xrpc/com.atproto.server.createSession")
    assert isinstance(server.adapter(Bluesky, Account("", "")).sign_in("alice.test", "x"), kind)


def test_a_recorded_blob_is_embedded_unchanged(server):
    label = next(
        name
        for name in RECORDED
        if name.startswith("uploadBlob") and RECORDED[name]["status"] == 200
    )
    answered(label, server, "/xrpc/com.atproto.repo.uploadBlob")
    adapter, step = server.adapter(Bluesky, ME), Memory()
    payload = post("", picture())
    adapter.prepare(payload, step)
    adapter.publish(payload, step)
    [image] = json.loads(server.requests[-1].body)["record"]["embed"]["images"]
    assert image["image"] == RECORDED[label]["body"]["blob"]


def test_a_blob_that_is_too_large_for_the_server(server):
    label = next(name for name in RECORDED if RECORDED[name]["status"] == 413)
    answered(label, server, "/xrpc/com.atproto.repo.uploadBlob")
    answer = server.adapter(Bluesky, ME).prepare(post("", picture()), Memory())
    assert isinstance(answer, Rejected)
    assert "smaller" in answer.reason
