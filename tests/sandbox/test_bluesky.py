"""The simulated Bluesky against lexicons and recorded exchanges of a real server."""

import json
import re

import pytest

from publishers.sandbox import accounts, content_id, ids
from publishers.sandbox.models import Picture, RemotePost
from tests.sandbox import lexicons
from tests.sandbox.bluesky import POST, RECORDINGS, api, error, post, tidewater, write
from tests.sandbox.conftest import Api, picture

__all__ = ["api", "tidewater", "write"]

needs_contracts = pytest.mark.skipif(
    not RECORDINGS.exists(), reason="contracts are not beside this checkout"
)


def blob(api, data, mime="image/png"):
    answer = api.post("xrpc/com.atproto.repo.uploadBlob", data=data, headers={"Content-Type": mime})
    assert answer.status_code == 200, answer.text
    return answer.json()["blob"]


def images(*blobs):
    listed = [{"image": one, "alt": f"Picture {n}"} for n, one in enumerate(blobs)]
    return {"$type": "app.bsky.embed.images", "images": listed}


# -- what was recorded


def recorded():
    return json.loads(RECORDINGS.read_text())["interactions"] if RECORDINGS.exists() else []


def stand_in(value):
    """The recordings leave long texts out; their placeholders say how to make them again."""
    if isinstance(value, dict):
        return {name: stand_in(part) for name, part in value.items()}
    if isinstance(value, list):
        return [stand_in(part) for part in value]
    if isinstance(value, str) and (found := re.fullmatch(r"<'(.+)' x (\d+)>", value)):
        text = (
            found[1]
            if len(found[1]) == 1
            else "\U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f467"
        )
        return text * int(found[2])
    return value


@needs_contracts
def test_answers_as_the_recorded_server_did(site, connect):
    """Every recorded exchange with repositories and blobs: status, error, message, identifiers."""
    alice = accounts.create("bluesky", "alice.test", "Alice")
    api, seen = connect(alice), 0
    blobs = {"<129 bytes>": picture("PNG")}
    exchanges = [one for one in recorded() if ".repo." in one["request"]["path"]]
    did = next(
        one["response"]["body"]["did"] for one in recorded() if one["label"] == "createAccount"
    )
    first = {}
    for one in exchanges:
        request, response = one["request"], one["response"]
        body = request["body"]
        if isinstance(body, str):
            size = int(re.search(r"\d+", body)[0])
            data = blobs.setdefault(body, picture("PNG") + b"\0" * (size - len(picture("PNG"))))
            headers = {"Content-Type": request["content_type"]} if request["content_type"] else {}
            if not headers:
                continue  # the development server fills the missing header in
            answer = api.post(request["path"].lstrip("/"), data=data, headers=headers)
            if answer.ok:
                first[response["body"]["blob"]["ref"]["$link"]] = answer.json()["blob"]["ref"][
                    "$link"
                ]
        else:
            ours = json.dumps(stand_in(body)).replace(did, alice.remote_id)
            for theirs, mine in first.items():
                ours = ours.replace(theirs, mine)
            path = request["path"].lstrip("/").replace(did.replace(":", "%3A"), alice.remote_id)
            caller = api if request["auth"] else Api(api.base)
            caller_json = {"json": json.loads(ours)} if body is not None else {}
            answer = caller.call(request["method"], path, **caller_json)
        assert answer.status_code == response["status"], (one["label"], answer.text)
        if "error" in response["body"]:
            expected = json.dumps(response["body"]).replace(did, alice.remote_id)
            assert answer.json() == json.loads(expected), one["label"]
        assert set(answer.json()) - {"cursor"} == set(response["body"]) - {"cursor"}, one["label"]
        seen += 1
    assert seen >= 25


@needs_contracts
def test_content_ids_are_the_real_ones():
    checked = 0
    for one in recorded():
        body, answer = one["request"]["body"], one["response"]["body"]
        if isinstance(body, dict) and "record" in body and "cid" in answer:
            assert content_id.of_record(stand_in(body["record"])) == answer["cid"], one["label"]
            checked += 1
    assert checked >= 8


# -- records


def test_creates_reads_lists_and_deletes(write, api, tidewater):
    made = write("createRecord", post(langs=["en"], tags=["tides"]))
    lexicons.output("com.atproto.repo.createRecord", made.json()) if RECORDINGS.exists() else None
    assert made.status_code == 200
    rkey = made.json()["uri"].rpartition("/")[2]
    where = f"repo={tidewater.remote_id}&collection={POST}"
    public = Api(api.base)
    found = public.get(f"xrpc/com.atproto.repo.getRecord?{where}&rkey={rkey}")
    assert found.json()["value"] == post(langs=["en"], tags=["tides"])
    assert found.json()["cid"] == made.json()["cid"]
    by_handle = where.replace(tidewater.remote_id, tidewater.handle)
    assert public.get(f"xrpc/com.atproto.repo.getRecord?{by_handle}&rkey={rkey}").ok
    for _ in range(2):
        gone = {"repo": tidewater.remote_id, "collection": POST, "rkey": rkey}
        assert api.post("xrpc/com.atproto.repo.deleteRecord", json=gone).status_code == 200
    missing = public.get(f"xrpc/com.atproto.repo.getRecord?{where}&rkey={rkey}")
    assert error(missing) == (400, "RecordNotFound")
    assert RemotePost.objects.get().deleted_at


@needs_contracts
def test_answers_fit_the_lexicons(write, api, tidewater):
    server = "com.atproto.server"
    lexicons.output(f"{server}.describeServer", api.get(f"xrpc/{server}.describeServer").json())
    lexicons.output(f"{server}.getSession", api.get(f"xrpc/{server}.getSession").json())
    made = write("createRecord", post(embed=images(blob(api, picture("PNG")))))
    lexicons.output("com.atproto.repo.createRecord", made.json())
    put = write("putRecord", post("Other"), rkey=ids.tid())
    lexicons.output("com.atproto.repo.putRecord", put.json())
    where = f"repo={tidewater.remote_id}&collection={POST}"
    listed = api.get(f"xrpc/com.atproto.repo.listRecords?{where}").json()
    lexicons.output("com.atproto.repo.listRecords", listed)
    for row in listed["records"]:
        lexicons.record(POST, row["value"])
    profile = api.get(f"xrpc/app.bsky.actor.getProfile?actor={tidewater.handle}").json()
    lexicons.output("app.bsky.actor.getProfile", profile)
    assert profile["postsCount"] == 2


def test_lists_newest_first_in_pages(write, api, tidewater):
    for number in range(3):
        write("createRecord", post(f"Post {number}"))
    address = (
        f"xrpc/com.atproto.repo.listRecords?repo={tidewater.remote_id}&collection={POST}&limit=2"
    )
    first = api.get(address).json()
    rest = api.get(f"{address}&cursor={first['cursor']}").json()
    texts = [row["value"]["text"] for row in first["records"] + rest["records"]]
    assert texts == ["Post 2", "Post 1", "Post 0"]
    assert error(api.get(address.replace("limit=2", "limit=101"))) == (400, "InvalidRequest")
    assert error(api.get("xrpc/com.atproto.repo.listRecords")) == (400, "InvalidRequest")


def test_a_chosen_key_makes_sending_twice_harmless(write):
    rkey = ids.tid()
    first = write("putRecord", post(), rkey=rkey, swapRecord=None)
    again = write("putRecord", post(), rkey=rkey, swapRecord=None)
    assert first.json()["uri"] == again.json()["uri"]
    assert "commit" in first.json()
    assert "commit" not in again.json()
    other = write("putRecord", post("Other"), rkey=rkey, swapRecord=None)
    assert error(other) == (400, "InvalidSwap")
    assert error(write("createRecord", post(), rkey=rkey)) == (500, "InternalServerError")
    assert RemotePost.objects.count() == 1
    edited = write("putRecord", post("Edited"), rkey=rkey, swapRecord=first.json()["cid"])
    assert edited.status_code == 200
    assert RemotePost.objects.get().text == "Edited"
    free = write("putRecord", post("Freely edited"), rkey=rkey)
    assert free.status_code == 200


def test_pictures(write, api):
    red, blue = blob(api, picture("PNG")), blob(api, picture("JPEG", colour="blue"), "image/jpeg")
    assert write("createRecord", post("", embed=images(red, blue))).status_code == 200
    assert [one.alt for one in RemotePost.objects.get().attachments.all()] == [
        "Picture 0",
        "Picture 1",
    ]
    assert blob(api, picture("PNG")) == red
    assert Picture.objects.count() == 2
    did = red["ref"]["$link"]
    owner = RemotePost.objects.get().account.remote_id
    got = Api(api.base).get(f"xrpc/com.atproto.sync.getBlob?did={owner}&cid={did}")
    assert got.content == picture("PNG")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    missing = Api(api.base).get(f"xrpc/com.atproto.sync.getBlob?did={owner}&cid=bafy")
    assert error(missing) == (400, "BlobNotFound")


def test_large_uploads_are_judged_late(write, api):
    """5 MiB pass the door although forms end at 2 MB; the record refuses over 2,000,000."""
    large = blob(api, picture("PNG") + b"\0" * 2_100_000)
    answer = write("createRecord", post(embed=images(large)))
    assert "blob too big (maximum 2000000" in answer.json()["message"]
    huge = api.post(
        "xrpc/com.atproto.repo.uploadBlob",
        data=b"\0" * (5 * 1024 * 1024 + 1),
        headers={"Content-Type": "image/png"},
    )
    assert error(huge) == (413, "PayloadTooLarge")


def test_somebody_elses_blob_and_repository(write, api, connect):
    other = accounts.create("bluesky", "other.test", "Other")
    theirs = blob(connect(other), picture("PNG"))
    assert error(write("createRecord", post(embed=images(theirs)))) == (400, "BlobNotFound")
    body = {"repo": other.remote_id, "collection": POST, "record": post()}
    answer = api.post("xrpc/com.atproto.repo.createRecord", json=body)
    assert error(answer) == (401, "AuthenticationRequired")


@pytest.mark.parametrize(
    ("record", "message"),
    [
        ({"text": 1}, "Expected string value type (got 1) at $.record.text"),
        ({"langs": ["a"]}, 'Invalid language (got "a") at $.record.langs[0]'),
        ({"langs": ["en"] * 4}, "array too big (maximum 3, got 4) at $.record.langs"),
        ({"tags": ["a" * 65]}, "grapheme too big (maximum 64, got 65) at $.record.tags[0]"),
        ({"embed": {}}, 'Missing required key "$type" at $.record.embed'),
        ({"embed": {"$type": "app.bsky.embed.images", "images": [{"alt": "", "image": "x"}]}},
         "Expected blob value type (got 'x') at $.record.embed.images[0].image"),
        ({"facets": [{"index": {"byteStart": -1, "byteEnd": 1}, "features": []}]},
         "integer too small (minimum 0, got -1) at $.record.facets[0].index.byteStart"),
    ],
)  # fmt: skip
def test_says_what_is_wrong_and_where(write, record, message):
    answer = write("createRecord", post() | record)
    assert error(answer) == (400, "InvalidRequest")
    assert answer.json()["message"] == f"Invalid {POST} record: {message}"


def test_other_collections_and_types(write, api, tidewater):
    body = {"repo": tidewater.remote_id, "collection": "app.bsky.feed.like", "record": {}}
    assert api.post("xrpc/com.atproto.repo.createRecord", json=body).status_code == 400
    assert write("createRecord", post() | {"$type": "app.bsky.feed.like"}).status_code == 400
    assert api.post("xrpc/com.atproto.repo.createRecord", json={}).status_code == 400
    assert api.post("xrpc/com.atproto.repo.createRecord", data=b"[]").status_code == 400
