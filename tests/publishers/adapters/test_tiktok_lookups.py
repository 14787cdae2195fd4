"""TikTok: what became of what it took, as asked and as it tells by itself."""

import json

import pytest

from publishers.adapters.tiktok import TikTok, posts
from publishers.contract import (
    App,
    CannotTell,
    Forged,
    Found,
    Hook,
    NotFound,
    Processing,
    Published,
    Rejected,
)
from tests.contracts.vectors import cases, load, needs_vectors
from tests.publishers.adapters.kit import NOON
from tests.publishers.adapters.tiktok import (
    BIG,
    FILE,
    LIST,
    ME,
    QUERY,
    STATUS,
    USER,
    clip,
    tiktok,
    told,
)

__all__ = ["tiktok"]


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
