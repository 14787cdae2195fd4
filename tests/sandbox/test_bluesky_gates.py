"""Batches and gates on the simulated Bluesky, and posts as people see them."""

import pytest

from publishers.sandbox import ids
from publishers.sandbox.models import RemotePost
from tests.sandbox import lexicons
from tests.sandbox.bluesky import POST, RECORDINGS, WHEN, api, error, post, tidewater, write

__all__ = ["api", "tidewater", "write"]
BATCH = "com.atproto.repo.applyWrites"
THREADGATE, POSTGATE = "app.bsky.feed.threadgate", "app.bsky.feed.postgate"


@pytest.fixture
def apply(api, tidewater):
    def send(*writes):
        return api.post(f"xrpc/{BATCH}", json={"repo": tidewater.remote_id, "writes": writes})

    return send


def create(collection, rkey, value):
    return {"$type": f"{BATCH}#create", "collection": collection, "rkey": rkey, "value": value}


def delete(collection, rkey):
    return {"$type": f"{BATCH}#delete", "collection": collection, "rkey": rkey}


@pytest.fixture
def gate(tidewater):
    def make(rkey, collection=THREADGATE, **more):
        uri = f"at://{tidewater.remote_id}/{POST}/{rkey}"
        return {"$type": collection, "post": uri, "createdAt": WHEN, **more}

    return make


def test_a_post_with_its_gates(apply, api, tidewater, gate):
    rkey = ids.tid()
    nobody = gate(rkey, allow=[])
    unquotable = gate(rkey, POSTGATE, embeddingRules=[{"$type": f"{POSTGATE}#disableRule"}])
    writes = [
        create(POST, rkey, post()),
        create(THREADGATE, rkey, nobody),
        create(POSTGATE, rkey, unquotable),
    ]
    made = apply(*writes)
    assert made.status_code == 200, made.text
    where = {"repo": tidewater.remote_id, "rkey": rkey}
    get = f"xrpc/com.atproto.repo.getRecord?repo={where['repo']}&rkey={rkey}&collection="
    assert api.get(get + THREADGATE).json()["value"] == nobody
    assert api.get(get + POST).json()["value"] == post()
    [shown] = api.get("xrpc/app.bsky.feed.getPosts", params={"uris": nobody["post"]}).json()[
        "posts"
    ]
    assert shown["viewer"]["embeddingDisabled"] is True
    if RECORDINGS.exists():
        lexicons.output(BATCH, made.json())
        lexicons.output("app.bsky.feed.getPosts", {"posts": [shown]})
        for record in (nobody, unquotable):
            lexicons.record(record["$type"], record)
    assert error(apply(*writes)) == (500, "InternalServerError"), "the key is taken"
    assert RemotePost.objects.count() == 1
    assert apply(delete(POSTGATE, rkey)).json()["results"] == [{"$type": f"{BATCH}#deleteResult"}]
    assert error(apply(delete(POSTGATE, rkey))) == (500, "InternalServerError")
    assert error(api.get(get + POSTGATE)) == (400, "RecordNotFound")


def test_a_batch_is_kept_whole_or_not_at_all(apply, gate):
    rkey = ids.tid()
    wrong = gate(rkey, allow="nobody")
    answer = apply(create(POST, rkey, post()), create(THREADGATE, rkey, wrong))
    assert error(answer) == (400, "InvalidRequest")
    assert answer.json()["message"].endswith("at $.writes[1].record.allow")
    assert RemotePost.objects.count() == 0
    lonely = apply(create(THREADGATE, rkey, gate(rkey, allow=[])))
    assert error(lonely) == (400, "InvalidRequest")
    for writes in ([{"$type": "x"}], [create(POST, "x", post())], [{"$type": f"{BATCH}#create"}]):
        assert error(apply(*writes)) == (400, "InvalidRequest")


@pytest.mark.parametrize("uris", [[], ["nonsense"], [f"at://did:plc:a/{POST}/3abc"] * 26])
def test_posts_that_cannot_be_asked_for(api, uris):
    answer = api.get("xrpc/app.bsky.feed.getPosts", params={"uris": uris})
    assert error(answer) == (400, "InvalidRequest")
