"""Every request that the X adapter sends, against x/openapi-2.167-docs.json."""

from dataclasses import replace

import jsonschema
import pytest

from publishers.adapters.x import X
from publishers.contract import Account, Processing, Published, ReplyTo
from tests.contracts.openapi import Document
from tests.contracts.vectors import load, needs_vectors
from tests.publishers.adapters.kit import Memory, Server, film, picture, post

pytestmark = needs_vectors

DOCUMENT = Document(load("x/openapi-2.167-docs.json"))


@pytest.fixture
def server():
    with Server() as running:
        running.on("GET", "/2/users/me", 200, {"data": {"id": "17", "username": "tide"}})
        running.on("POST", "/2/media/upload/initialize", 200, {"data": {"id": "9002"}})
        running.on("POST", "/2/media/upload/9002/append", 200, {"data": {"expires_at": 1}})
        working = {"id": "9002", "processing_info": {"state": "pending", "check_after_secs": 1}}
        running.on("POST", "/2/media/upload/9002/finalize", 200, {"data": working})
        running.on("GET", "/2/media/upload", 200, {"data": {"id": "9002"}})
        shown = {"id": "1", "text": "Something else", "edit_history_post_ids": ["1"]}
        running.on("GET", "/2/tweets", 200, {"data": [shown]})
        running.on("GET", "/2/tweets/1", 200, {"data": shown})
        running.on("POST", "/2/media/upload", 200, {"data": {"id": "9001"}})
        running.on("POST", "/2/media/metadata", 200, {"data": {}})
        running.on("POST", "/2/tweets", 201, {"data": {"id": "1", "text": "x"}})
        running.on("DELETE", "/2/tweets/1", 200, {"data": {"deleted": True}})
        page = {"data": [], "meta": {"result_count": 0, "next_token": "7140dibdnow9c7btw"}}
        running.on("GET", "/2/users/17/tweets", 200, page)
        running.on("GET", "/2/users/17/tweets", 200, {"meta": {"result_count": 0}})
        yield running


@pytest.mark.parametrize(
    "payload",
    [
        post("Tide at nine"),
        post("", picture()),
        post("Tide https://tide.earth", picture(), picture("", b"2"), picture("c", b"3")),
        post("Tide", options={"reply_settings": "mentionedUsers"}),
        post("Tide", options={"reply_settings": "subscribers"}),
        post("At nine", kind="part", reply_to=ReplyTo("1700000001", "1700000002")),
        post("Tide", film()),
        post("Tide", replace(film(), mime="image/gif")),
        post("Tide", options={"poll": "High;low", "made_with_ai": "yes"}),
        post("Tide", options={"quote": "77", "paid_partnership": "yes"}),
        post("Tide", options={"community": "42", "subscribers": "yes"}),
        post("Tide " * 4999),
    ],
    ids=[
        "text",
        "picture",
        "pictures",
        "mentioned",
        "subscribers",
        "part",
        "video",
        "gif",
        "poll",
        "quote",
        "community",
        "long",
    ],
)
def test_a_whole_journey_fits_the_document(server, payload):
    adapter, step = server.adapter(X, Account("17", "tide", token="t")), Memory()
    adapter.accounts()
    while isinstance(outcome := adapter.prepare(payload, step), Processing):
        pass
    assert outcome is None
    assert isinstance(adapter.publish(payload, step), Published)
    adapter.find(payload, step)
    assert adapter.edit("1", replace(payload, media=())) is None
    assert adapter.measure(["1", str(2**62)])
    adapter.audience()
    adapter.remove("1")
    assert len(server.requests) >= 5
    for request in server.requests:
        DOCUMENT.check_request(request)


def test_the_check_itself_can_fail(server):
    adapter = server.adapter(X, Account("17", "tide", token="t"))
    adapter.publish(post("Tide", options={"reply_settings": "nobody"}), Memory())
    with pytest.raises(jsonschema.ValidationError):
        DOCUMENT.check_request(server.requests[-1])


def schema_of(name, field):
    return DOCUMENT.components["schemas"][name]["properties"][field]


def test_every_choice_of_who_can_reply_is_known():
    schema = schema_of("CreatePostsRequest", "reply_settings")
    [option] = [one for one in X.spec.options if one.name == "reply_settings"]
    assert {value for value, _ in option.choices} - {""} == set(schema["enum"])


def test_every_length_of_a_poll_is_known():
    schema = schema_of("CreatePostsPoll", "duration_minutes")
    [option] = [one for one in X.spec.options if one.name == "poll_minutes"]
    for value, _ in option.choices:
        DOCUMENT.valid(int(value or 1440), schema)
