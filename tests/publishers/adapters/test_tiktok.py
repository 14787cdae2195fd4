"""TikTok: what is sent, in which pieces, what a refusal means, what becomes of what was taken."""

import hashlib
import json
from dataclasses import replace
from io import BytesIO
from itertools import pairwise

import pytest

from publishers.adapters.tiktok import TikTok, chunks, posts, refusals
from publishers.contract import (
    Account,
    App,
    CannotTell,
    Forged,
    Found,
    Hook,
    NotFound,
    Processing,
    Published,
    Reconnect,
    Rejected,
    TryLater,
    Uncertain,
)
from publishers.http import Client
from tests.contracts.vectors import cases, load, needs_vectors
from tests.publishers.adapters.kit import NOON, film, picture, post, reply

ME = Account("-000abc", "tide", "Tide", token="hush")
V2 = "/v2/post/publish"
CREATOR, INIT, INBOX = f"{V2}/creator_info/query/", f"{V2}/video/init/", f"{V2}/inbox/video/init/"
PHOTOS, STATUS, PIECE = f"{V2}/content/init/", f"{V2}/status/fetch/", "/video/"
LIST, QUERY, USER = "/v2/video/list/", "/v2/video/query/", "/v2/user/info/"
PLACE = "https://open-upload.tiktokapis.com/video/?upload_id=67890&upload_token=Xza123"
LEVELS = ["PUBLIC_TO_EVERYONE", "SELF_ONLY"]
OPTIONS = {"privacy": "PUBLIC_TO_EVERYONE"}
BIG = 25_000_003


def told(code="ok", **data):
    return {"data": data, "error": {"code": code, "message": "", "log_id": "1"}}


def moving(size=None):
    content = film().read() if size is None else b"\x07" * size
    digest = hashlib.sha256(content).hexdigest()
    return replace(
        film(),
        size=len(content),
        sha256=digest,
        read=lambda: content,
        opens=lambda: BytesIO(content),
    )


def clip(*media, text="Tide at nine", **options):
    return post(text, *(media or (moving(),)), options=OPTIONS | options)


@pytest.fixture
def tiktok(server):
    server.on("POST", CREATOR, 200, told(privacy_level_options=LEVELS, stitch_disabled=True))
    server.on("POST", INIT, 200, told(publish_id="v_pub_file~1", upload_url=PLACE))
    server.on("POST", INBOX, 200, told(publish_id="v_inbox_file~1", upload_url=PLACE))
    server.on("PUT", PIECE, 201)
    server.on("POST", PHOTOS, 200, told(publish_id="p_pub_url~1"))
    app = App("key", "secret", server.url, "https://web.example", moved=True)
    return TikTok(Client(trusted=(server.url,)), app, ME)


def prepared(adapter, payload, step):
    assert adapter.prepare(payload, step) is None
    return adapter.publish(payload, step)


# -- what is sent


def test_a_small_video_is_one_piece_and_that_publishes(server, tiktok, step):
    payload = clip(aigc="yes", duet="no")
    assert tiktok.prepare(payload, step) is None
    assert server.seen("PUT", PIECE) == []
    assert tiktok.publish(payload, step) == Processing("v_pub_file~1", 5)
    size = payload.media[0].size
    [init] = server.seen("POST", INIT)
    assert init.json["source_info"] == {
        "source": "FILE_UPLOAD",
        "video_size": size,
        "chunk_size": size,
        "total_chunk_count": 1,
    }
    assert init.json["post_info"] == {
        "title": "Tide at nine",
        "privacy_level": "PUBLIC_TO_EVERYONE",
        "disable_comment": False,
        "disable_duet": True,
        "disable_stitch": True,
        "brand_content_toggle": False,
        "brand_organic_toggle": False,
        "is_aigc": True,
    }
    [put] = server.seen("PUT", PIECE)
    assert put.query == {"upload_id": "67890", "upload_token": "Xza123"}
    assert put.headers["Content-Range"] == f"bytes 0-{size - 1}/{size}"
    assert put.headers["Content-Type"] == "video/mp4"
    assert "Authorization" not in put.headers
    assert put.body == payload.media[0].read()


def test_all_pieces_but_the_last_go_ahead(server, tiktok, step):
    server.scripts[("PUT", PIECE)] = [(206, None, {}), (201, None, {})]
    payload = clip(moving(BIG))
    assert tiktok.prepare(payload, step) is None
    assert tiktok.prepare(payload, step) is None, "and once"
    assert isinstance(tiktok.publish(payload, step), Processing)
    first, second = server.seen("PUT", PIECE)
    assert first.headers["Content-Range"] == f"bytes 0-9999999/{BIG}"
    assert second.headers["Content-Range"] == f"bytes 10000000-{BIG - 1}/{BIG}"
    assert len(server.seen("POST", INIT)) == 1


def test_a_piece_that_is_not_where_it_belongs(server, tiktok, step):
    headers = {"Content_Range": f"bytes 0-9999999/{BIG}"}
    server.scripts[("PUT", PIECE)] = [(416, None, headers), (201, None, {})]
    assert isinstance(prepared(tiktok, clip(moving(BIG)), step), Processing)
    assert server.seen("PUT", PIECE)[1].headers["Content-Range"].startswith("bytes 10000000-")


def test_other_words_are_another_place(server, tiktok, step):
    assert tiktok.prepare(clip(text="Tide at nine"), step) is None
    assert isinstance(tiktok.publish(clip(text="Tide at ten"), step), TryLater)
    assert tiktok.prepare(clip(text="Tide at ten"), step) is None
    titles = [one.json["post_info"]["title"] for one in server.seen("POST", INIT)]
    assert titles == ["Tide at nine", "Tide at ten"]
    assert server.seen("PUT", PIECE) == []


def test_a_draft_has_no_words(server, tiktok, step):
    assert isinstance(prepared(tiktok, clip(mode="draft"), step), Processing)
    assert set(server.seen("POST", INBOX)[0].json) == {"source_info"}


def test_pictures_are_fetched(server, tiktok, step):
    payload = replace(clip(picture(), picture("b", b"other"), music="yes"), title="High water")
    assert prepared(tiktok, payload, step) == Processing("p_pub_url~1", 5)
    [request] = server.seen("POST", PHOTOS)
    assert request.json["media_type"] == "PHOTO"
    assert request.json["post_mode"] == "DIRECT_POST"
    assert request.json["source_info"]["photo_images"] == [one.url for one in payload.media]
    words = request.json["post_info"]
    assert (words["title"], words["description"]) == ("High water", "Tide at nine")
    assert words["auto_add_music"] is True


@pytest.mark.parametrize(
    "payload",
    [post("No media", options=OPTIONS), clip(privacy=""), clip(replace(picture(), url=""))],
)
def test_what_cannot_be_sent(server, tiktok, step, payload):
    assert isinstance(tiktok.prepare(payload, step), Rejected)
    assert isinstance(tiktok.publish(payload, step), Rejected)
    assert server.requests == []


@pytest.mark.parametrize(
    "creator",
    [{"privacy_level_options": ["SELF_ONLY"]}, {"max_video_post_duration_sec": 5}],
)
def test_what_the_account_may_not(server, tiktok, step, creator):
    server.scripts[("POST", CREATOR)] = [(200, told(**creator), {})]
    assert isinstance(tiktok.prepare(clip(), step), Rejected)


# -- what a refusal means: tests of the vectors and of the sheet's table

CLASSES = {
    "permanent": Rejected,
    "permanent_account": Rejected,
    "operator_config": Rejected,
    "auth_expired": Reconnect,
    "reauthorize": Reconnect,
    "rate_limited": TryLater,
    "retryable": Uncertain,
    "cancelled": Rejected,
}
FILE = "tiktok/content-posting-errors.json"
ERRORS = [one for one in cases(FILE, "errors") if one["endpoint"] != "cancel"]
PATHS = {
    "video/init": INIT,
    "inbox/video/init": INBOX,
    "content/init": PHOTOS,
    "creator_info/query": CREATOR,
    "status/fetch": STATUS,
}


@needs_vectors
@pytest.mark.parametrize("row", ERRORS, ids=lambda row: f"{row['endpoint']}-{row['code']}")
def test_errors_of_content_posting(server, tiktok, step, row):
    status = 500 if row["http_status"] == "5xx" else row["http_status"]
    path = PATHS[row["endpoint"]]
    server.scripts[("POST", path)] = [(status, told(row["code"]), {})]
    payload = clip(picture()) if path == PHOTOS else clip(mode="draft" if path == INBOX else "")
    wanted = CLASSES[row["suggested_class"]]
    if path == STATUS:
        outcome = tiktok.confirm("v_pub_file~1", payload)
    else:
        outcome = tiktok.prepare(payload, step) or tiktok.publish(payload, step)
    if wanted is Uncertain and path != PHOTOS:
        wanted = TryLater
    assert isinstance(outcome, wanted), outcome
    assert row["suggested_class"] != "rate_limited" or outcome.rate_limited


@needs_vectors
def test_errors_of_a_cancellation():
    """Which we never ask for: it would be best effort."""
    for row in cases(FILE, "errors"):
        if row["endpoint"] == "cancel":
            outcome = refusals.judged(reply(row["http_status"], told(row["code"])))
            assert isinstance(outcome, CLASSES[row["suggested_class"]])


@needs_vectors
@pytest.mark.parametrize(("reason", "kind"), list(load(FILE).get("fail_reasons", {}).items()))
def test_fail_reasons(server, tiktok, step, reason, kind):
    server.on("POST", STATUS, 200, told(status="FAILED", fail_reason=reason))
    outcome = tiktok.confirm("v_pub_file~1", clip())
    wanted = Uncertain if kind in ("retryable", "rate_limited") else CLASSES[kind]
    assert isinstance(outcome, wanted), outcome
    if wanted is Uncertain:
        tiktok.prepare(clip(), step)
        assert tiktok.find(clip(), step) == NotFound(), "then it is sent anew"


@needs_vectors
@pytest.mark.parametrize("row", cases(FILE, "upload_put_statuses"), ids=str)
def test_upload_put_statuses(server, tiktok, step, row):
    status = 500 if row["http_status"] == "5xx" else row["http_status"]
    payload = clip()
    assert tiktok.prepare(payload, step) is None
    server.scripts[("PUT", PIECE)] = [(status, None, {})]
    kinds = {201: Processing, 400: Rejected, 403: TryLater, 404: TryLater}
    assert isinstance(tiktok.publish(payload, step), kinds.get(status, Uncertain))


@needs_vectors
@pytest.mark.parametrize(
    "row", cases(FILE, "chunk_vectors"), ids=lambda row: str(row["video_size"])
)
def test_chunk_vectors(row):
    size = row["video_size"]
    assert chunks.size_of(size) == row["chunk_size"]
    assert chunks.count(size, row["chunk_size"]) == row["total_chunk_count"]
    spans = [chunks.span(size, row["chunk_size"], n) for n in range(row["total_chunk_count"])]
    assert [f"{first}-{end - 1}" for first, end in spans] == row["ranges"]
    last = spans[-1][1] - spans[-1][0]
    assert last == row.get("last_chunk_bytes", last)


@pytest.mark.parametrize("size", [1, 4_999_999, 10_000_000, 19_999_999, 64_000_001, 4_000_000_000])
def test_pieces_keep_to_its_bounds(size):
    chunk = chunks.size_of(size)
    count = chunks.count(size, chunk)
    spans = [chunks.span(size, chunk, number) for number in range(count)]
    assert spans[0][0] == 0
    assert spans[-1][1] == size
    assert all(a[1] == b[0] for a, b in pairwise(spans))
    assert 1 <= count <= 1000
    assert spans[-1][1] - spans[-1][0] <= 128_000_000


# -- what became of it


@needs_vectors
def test_status_values(server, tiktok):
    wanted = {
        "PROCESSING_UPLOAD": Processing,
        "PROCESSING_DOWNLOAD": Processing,
        "SEND_TO_USER_INBOX": Published,
        "PUBLISH_COMPLETE": Published,
        "FAILED": Rejected,
    }
    assert set(cases(FILE, "status_values")) == set(wanted)
    for status, kind in wanted.items():
        server.scripts[("POST", STATUS)] = [(200, told(status=status), {})]
        payload = clip(privacy="SELF_ONLY")
        assert isinstance(tiktok.confirm("v_pub_file~1", payload), kind), status


def test_a_public_post_has_a_number_later(server, tiktok):
    done = told(status="PUBLISH_COMPLETE")
    number = 7_123_456_789_012_345_678
    numbered = told(status="PUBLISH_COMPLETE", publicaly_available_post_id=[number])
    server.scripts[("POST", STATUS)] = [(200, done, {}), (200, numbered, {})]
    assert tiktok.confirm("v_pub_file~1", clip()) == Processing("v_pub_file~1", 60)
    address = f"https://web.example/@tide/video/{number}"
    assert tiktok.confirm("v_pub_file~1", clip()) == Published(str(number), address)
    assert tiktok.remote_id_in(address, ME) == str(number)


@pytest.mark.parametrize(
    ("said", "saw"),
    [
        (told(status="PROCESSING_UPLOAD", uploaded_bytes=3), NotFound),
        (told(status="PROCESSING_UPLOAD", uploaded_bytes=BIG), CannotTell),
        (told(status="FAILED", fail_reason="internal"), NotFound),
        (told(status="PUBLISH_COMPLETE"), Found),
        (told("invalid_publish_id"), NotFound),
        (told("internal_error"), CannotTell),
    ],
)
def test_the_name_that_it_was_taken_under_is_asked_about(server, tiktok, step, said, saw):
    assert tiktok.prepare(clip(), step) is None
    server.on("POST", STATUS, 200, said)
    assert isinstance(tiktok.find(clip(), step), saw)


def test_without_a_name_only_what_is_public_is_listed(server, tiktok, step):
    moment = int(NOON.timestamp()) + 60
    row = {"id": "71", "create_time": moment, "title": "Tide at nine", "share_url": "https://t/71"}
    server.on("POST", LIST, 200, told(videos=[row]))
    server.on("POST", LIST, 200, told(videos=[]))
    assert tiktok.find(clip(), step) == Found("71", "https://t/71")
    assert isinstance(tiktok.find(clip(), step), CannotTell)


def test_figures(server, tiktok):
    row = {"id": "71", "view_count": 9, "like_count": 3, "comment_count": 2, "share_count": 1}
    server.on("POST", QUERY, 200, told(videos=[row]))
    told_ = tiktok.measure(["v_pub_file~1", *(str(n) for n in range(71, 96))])
    assert told_ == {"71": {"views": 9, "likes": 3, "comments": 2, "shares": 1}}
    first, second = server.requests
    assert len(first.json["filters"]["video_ids"]) == 20
    assert len(second.json["filters"]["video_ids"]) == 5
    assert "view_count" in first.query["fields"]


def test_the_account(server, tiktok):
    user = {"open_id": "-000abc", "display_name": "Tide", "username": "tide", "follower_count": 5}
    server.on("GET", USER, 200, told(user=user))
    [account] = tiktok.accounts()
    assert (account.remote_id, account.handle) == ("-000abc", "tide")
    assert tiktok.audience() == {"followers": 5}


# -- what it tells by itself

APP = App("key", "secret", "", "")
BODY = {
    "client_key": "key",
    "event": "post.publish.publicly_available",
    "create_time": 1_795_000_000,
    "user_openid": "-000abc",
    "content": json.dumps({"post_id": "71"}),
}
NOW = 1_795_000_010


def hook(body=BODY, secret="secret", at=NOW, **more):
    raw = json.dumps(body).encode()
    made = posts.signature(secret, str(at), raw).decode()
    return Hook("POST", {}, {"tiktok-signature": f"t={at},s={made}", **more}, raw)


def test_what_is_signed_is_heard():
    [event] = TikTok.hear(hook(), APP, NOW)
    assert (event.kind, event.account, event.post) == ("published", "-000abc", "71")
    assert TikTok.hear(hook(at=NOW + 9), APP, NOW) == (event,), "said again it is the same"


@pytest.mark.parametrize(
    ("event", "kind"),
    [
        ("post.publish.failed", "failed"),
        ("post.publish.no_longer_publicaly_available", "removed"),
        ("authorization.removed", "revoked"),
        ("post.publish.inbox_delivered", "other"),
    ],
)
def test_kinds_of_events(event, kind):
    [heard] = TikTok.hear(hook(BODY | {"event": event}), APP, NOW)
    assert heard.kind == kind


@pytest.mark.parametrize(
    "told",
    [
        hook(secret="another"),
        hook(at=NOW - 301),
        hook(at=NOW + 301),
        Hook("POST", {}, {}, b"{}"),
        Hook("POST", {}, {"tiktok-signature": "t=,s="}, b"{}"),
        hook(BODY | {"content": "no JSON"}),
    ],
)
def test_what_is_not_signed_or_old_is_not_believed(told):
    assert isinstance(TikTok.hear(told, APP, NOW), Forged)
    assert isinstance(TikTok.hear(hook(secret=""), App("key", "", "", ""), NOW), Forged)


@needs_vectors
def test_webhook_signature():
    """The vendor's example has a form, and neither its secret nor its body."""
    example = load(FILE)["webhook_signature"]
    header = hook().headers[example["header"].lower()]
    for one in (header, example["example"]):
        moment, signed = one.split(",")
        assert moment.startswith("t=")
        assert len(signed) == len("s=") + 64
    old = Hook("POST", {}, {example["header"]: example["example"]}, b"{}")
    assert isinstance(TikTok.hear(old, APP, 1_633_174_587), Forged)
