"""What Reddit was recorded to be told and to answer (reddit/recorded-interactions.json), against
what the adapter sends and how it reads the same answers.
"""

import json
import re
from collections.abc import Iterator

import pytest

from publishers import oauth
from publishers.adapters.reddit import posts, refusals
from publishers.contract import Processing, Published, Rejected, Reply, ReplyTo, Tokens
from publishers.rates import read
from publishers.registrations import Door
from tests.contracts.vectors import cases, needs_vectors
from tests.publishers.adapters.kit import Memory, Server, film, picture, post
from tests.publishers.adapters.reddit import adapter_of, titled

pytestmark = needs_vectors

RECORDED = cases("reddit/recorded-interactions.json", "interactions")
API = "https://oauth.reddit.com"


def path_of(one) -> str:
    path = one["request"]["url"].removeprefix(API).partition("?")[0].rstrip("/")
    return path.replace("<TEST_SUBREDDIT>", "tides")


def answered(label: str, path: str) -> Iterator[dict]:
    return (one for one in RECORDED if one["label"] == label and path_of(one) == path)


def first(label: str, path: str) -> dict:
    return next(answered(label, path))


def reply_of(one) -> Reply:
    said = one["response"]
    body = said["body"]
    raw = body.encode() if isinstance(body, str) else json.dumps(body).encode()
    return Reply(said["status"], said["headers"], raw, None if isinstance(body, str) else body)


LINK, SELF, FLAIR = "link post", "self post", "self post with flair"
WITH_TEXT, IMAGE = "link post with body text", "image post (websocket answer)"
VIDEO, GALLERY = "video post", "gallery post"
REFUSED_GALLERY = "gallery refused (HTTP 200 + json.errors)"
# Sent for all kinds since, and not yet by the client of the oldest recordings.
SINCE = {"nsfw", "spoiler", "validate_on_submit"}


@pytest.fixture
def server():
    with Server() as running:
        running.on("GET", "/api/v1/tides/post_requirements", 200, {})
        flair = {"id": "17bf09c4-520c-11e7-8073-0ef8adb5ef68", "text": "Test flair text"}
        running.on("GET", "/r/tides/api/link_flair_v2", 200, [flair])
        yield running


def play(server, label: str) -> None:
    """The recorded answers, in order; the last of each stays."""
    for one in RECORDED:
        if one["label"] != label or one["request"]["method"] != "POST":
            continue
        stored = "amazonaws" in one["request"]["url"]
        body = reply_of(one).body if stored else one["response"]["body"]
        headers = {name.replace("-", "_"): v for name, v in one["response"]["headers"].items()}
        headers.pop("content_type", None)
        path = "/" if stored else path_of(one)
        server.on("POST", path, one["response"]["status"], body, **headers)


def names(values: dict) -> dict[str, type]:
    return {name: type(value) for name, value in values.items()}


JOURNEYS = [
    (LINK, "/api/submit", titled("", link="https://praw.readthedocs.org/en/stable/")),
    (SELF, "/api/submit", titled("Test text.")),
    (FLAIR, "/api/submit", titled("Test text.", options={"flair": "Test flair text"})),
    (WITH_TEXT, "/api/submit", titled("Testing **it**.", link="https://praw.readthedocs.org/")),
    (IMAGE, "/api/submit", titled("", picture())),
    (VIDEO, "/api/submit", titled("", film())),
    (GALLERY, "/api/submit_gallery_post.json", titled("", picture(), picture("b", b"other"))),
]


@pytest.mark.parametrize(("label", "path", "payload"), JOURNEYS, ids=[one[0] for one in JOURNEYS])
def test_what_is_sent_is_what_was_recorded(server, label, path, payload):
    play(server, label)
    adapter, step = adapter_of(server), Memory()
    assert adapter.prepare(payload, step) is None
    outcome = adapter.publish(payload, step)
    assert isinstance(outcome, Processing if label in (IMAGE, VIDEO) else Published), outcome
    recorded = first(label, path)["request"]["body"]
    [request] = server.seen("POST", path)
    sent = request.json if "gallery" in path else request.form
    assert set(sent) - SINCE == set(recorded) - SINCE
    assert (
        names(sent).items() <= (names(recorded) | dict.fromkeys(SINCE, type(sent["nsfw"]))).items()
    )
    if isinstance(recorded.get("items"), list):
        assert set(sent["items"][0]) == set(recorded["items"][0])
    if isinstance(outcome, Published):
        assert outcome.remote_id.removeprefix("t3_") in json.dumps(first(label, path)["response"])


def test_what_asks_for_a_lease_is_what_was_recorded(server):
    play(server, IMAGE)
    adapter_of(server).prepare(titled("", picture()), Memory())
    recorded = first(IMAGE, "/api/media/asset.json")
    [asked] = server.seen("POST", "/api/media/asset.json")
    assert set(asked.form) == set(recorded["request"]["body"])
    [put] = server.seen("POST", "/")
    fields = [one["name"] for one in recorded["response"]["body"]["args"]["fields"]]
    assert list(put.parts) == [*fields, "file"]


@pytest.mark.parametrize("label", [IMAGE, VIDEO, GALLERY])
def test_the_address_of_an_asset_is_the_one_that_the_store_tells(server, label):
    leases = list(answered(label, "/api/media/asset.json"))
    stores = [one for one in RECORDED if one["label"] == label and "amazonaws" in path_of(one)]
    for lease, store in zip(leases, stores, strict=True):
        body = lease["response"]["body"]
        key = next(one["value"] for one in body["args"]["fields"] if one["name"] == "key")
        told = re.search("<Location>(.*)</Location>", store["response"]["body"])[1]
        assert told.replace("%2F", "/") == f"https:{body['args']['action']}/{key}"
        assert key.endswith(body["asset"]["asset_id"])
        assert store["response"]["status"] == 201


def test_a_gallery_that_is_refused_in_a_fine_answer(server):
    play(server, REFUSED_GALLERY)
    adapter, step = adapter_of(server), Memory()
    payload = titled("", picture(), picture("b", b"other"))
    assert adapter.prepare(payload, step) is None
    outcome = adapter.publish(payload, step)
    assert isinstance(outcome, Rejected)
    assert outcome.code == "GALLERIES_DISABLED"
    assert "Gallery posts aren't allowed in this subreddit" in outcome.reason


@pytest.mark.parametrize(
    "label", ["validate_on_submit rejection (HTTP 400)", "edit refused"], ids=["submit", "edit"]
)
def test_a_refusal_of_what_was_validated(label):
    [one] = [one for one in RECORDED if one["label"] == label]
    outcome = refusals.judged(reply_of(one))
    assert isinstance(outcome, Rejected)
    assert outcome.code == one["response"]["body"]["reason"]
    assert one["response"]["body"]["explanation"].strip() in outcome.reason


def test_a_poll_and_a_gallery_have_their_names_with_the_kind_in_them():
    for label, path in (("poll", "/api/submit_poll_post"), (GALLERY, JOURNEYS[-1][1])):
        found = first(label, path)["response"]["body"]
        assert posts.named_in(found) == found["json"]["data"]["id"]
    found = first(SELF, "/api/submit")["response"]["body"]
    assert posts.named_in(found) == found["json"]["data"]["name"]


@pytest.mark.parametrize("label", ["reply to comment", "comment on post (first comment)"])
def test_comments(server, label):
    play(server, label)
    recorded = first(label, "/api/comment")
    parent = recorded["request"]["body"]["thing_id"]
    payload = post("Test reply", kind="comment", reply_to=ReplyTo("t3_4b1tfm", parent))
    outcome = adapter_of(server).publish(payload, Memory())
    [request] = server.seen("POST", "/api/comment")
    assert set(request.form) == set(recorded["request"]["body"])
    [thing] = recorded["response"]["body"]["json"]["data"]["things"]
    assert outcome.remote_id == thing["data"]["name"]
    assert outcome.permalink.endswith(f"/comments/4b1tfm/_/{thing['data']['id']}")


def test_an_edit_and_a_deletion(server):
    for label in ("edit self post", "delete"):
        play(server, label)
    adapter = adapter_of(server)
    assert adapter.edit("t3_4b1tfm", titled("New text")) is None
    assert adapter.remove("t3_4b1tfm") is None
    edit, delete = server.requests
    recorded = first("edit self post", "/api/editusertext")["request"]["body"]
    assert set(edit.form) - SINCE == set(recorded)
    assert set(delete.form) == set(first("delete", "/api/del")["request"]["body"])


def test_the_requirements_of_a_subreddit(server):
    recorded = first("post requirements", "/api/v1/tides/post_requirements")["response"]["body"]
    server.scripts[("GET", "/api/v1/tides/post_requirements")] = [(200, recorded, {})]
    adapter = adapter_of(server)
    assert adapter.prepare(titled("A fine text"), Memory()) is None
    for payload in (
        titled("Say rewtwert"),
        titled(title="dfgfdgfdgdf"),
        titled("", link="https://www.fakewebsite.com/1"),
    ):
        assert isinstance(adapter.prepare(payload, Memory()), Rejected)


def test_a_lease_for_what_is_too_large():
    [one] = answered("image too large (S3 XML error)", "/api/media/asset.json")
    assert one["response"]["body"]["asset"]["asset_id"] in json.dumps(one["response"]["body"])
    assert set(one["request"]["body"]) == {"api_type", "filepath", "mimetype"}


def test_a_post_as_it_is_listed_is_seen_and_counted():
    [one] = [one for one in RECORDED if one["label"].startswith("link object t3")]
    [row] = one["response"]["body"][0]["data"]["children"]
    seen = posts.seen(row, "https://www.reddit.com")
    assert seen.remote_id == "t3_1kh35wk"
    assert seen.pictures == 0
    payload = titled(
        "Testing **PRAW** link submission *with markdown selftext*.",
        title="Test Title",
        link="https://praw.readthedocs.org/en/stable/",
    )
    assert seen.text == posts.words(payload)
    assert posts.figures(row["data"]) == {
        "score": 1,
        "upvote_ratio": 1.0,
        "comments": 0,
        "shares": 0,
    }
    assert posts.is_gone(row["data"]), "a filter had taken it away"


def test_a_token(settings):
    [one] = [one for one in RECORDED if "access_token" in one["request"]["url"]]
    tokens = oauth._tokens(Door("reddit"), reply_of(one))
    assert isinstance(tokens, Tokens)
    assert tokens.expires_in == one["response"]["body"]["expires_in"]


def test_what_its_headers_say_is_left():
    [rate] = adapter_rates()
    told = [one["response"]["headers"] for one in RECORDED]
    told = [headers for headers in told if "x-ratelimit-remaining" in headers]
    assert told
    for headers in told:
        reading = read(rate, headers, now=1_795_000_000.0)
        left, used = (float(headers[f"x-ratelimit-{name}"]) for name in ("remaining", "used"))
        assert reading.remaining == int(left)
        assert reading.limit == int(left + used)
        assert reading.resets_in == int(headers["x-ratelimit-reset"])


def adapter_rates():
    with Server() as server:
        return adapter_of(server).spec.rates


def test_every_recorded_interaction_is_looked_at():
    """What was recorded for more than one of the tests above has the label of one of them."""
    labels = {one["label"] for one in RECORDED}
    known = {one[0] for one in JOURNEYS} | {REFUSED_GALLERY, "poll", "delete", "edit self post"}
    known |= {"validate_on_submit rejection (HTTP 400)", "edit refused", "post requirements"}
    known |= {"reply to comment", "comment on post (first comment)"}
    known |= {"image too large (S3 XML error)", "link object t3 as listed (metrics fields)"}
    assert labels == known
