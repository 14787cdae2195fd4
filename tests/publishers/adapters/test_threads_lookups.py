"""Threads: finding, removing, counting, and what it tells by itself."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta
from urllib.parse import urlencode

import pytest

from publishers.adapters.threads import Threads
from publishers.contract import (
    App,
    CannotTell,
    Forged,
    Found,
    Greeting,
    Hook,
    NotFound,
    Reconnect,
    ReplyTo,
)
from tests.publishers.adapters.graph import refusal
from tests.publishers.adapters.kit import NOON, picture, post
from tests.publishers.adapters.threads import CONTAINER, CREATE, PERMALINK, quiet, threads

__all__ = ["quiet", "threads"]
REPLIES = "/v1.0/me/replies"
APP = App("client", "secret", "", "", hook_token="shared")


def row(text, number="901", minutes=1, **more):
    moment = f"{NOON + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S+0000}"
    shown = {"id": number, "text": text, "timestamp": moment, "permalink": PERMALINK}
    return {**shown, "media_type": "TEXT_POST", **more}


def page(*rows, after=""):
    cursors = {"before": "B", **({"after": after} if after else {})}
    return {"data": list(rows), "paging": {"cursors": cursors}}


def test_it_is_found_in_the_list(server, quiet, step):
    server.on("GET", CREATE, 200, page(row("Tide at nine"), row("Elsewhere", "902")))
    assert quiet.find(post("Tide at nine"), step) == Found("901", PERMALINK)
    [request] = server.requests
    assert request.query["since"] == str(int(NOON.timestamp()) - 600)
    assert server.seen("GET", CREATE)


def test_pictures_are_counted(server, quiet, step):
    two = {"media_type": "CAROUSEL_ALBUM", "children": {"data": [{"id": "1"}, {"id": "2"}]}}
    server.on("GET", CREATE, 200, page(row("Tide", **two)))
    assert isinstance(quiet.find(post("Tide", picture(), picture("b")), step), Found)
    assert isinstance(quiet.find(post("Tide", picture()), step), CannotTell)


def test_a_part_is_among_the_replies_of_its_thread(server, quiet, step):
    mine = row("More", root_post={"id": "900"})
    server.on("GET", REPLIES, 200, page(mine, row("More", "777", root_post={"id": "77"})))
    payload = post("More", kind="part", reply_to=ReplyTo("900", "900"))
    assert quiet.find(payload, step) == Found("901", PERMALINK)
    assert "root_post" in server.requests[0].query["fields"]


def test_pages_are_followed_by_their_cursors(server, quiet, step):
    full = page(*(row(f"Other {n}", str(n)) for n in range(100)), after="C2")
    server.on("GET", CREATE, 200, full)
    server.on("GET", CREATE, 200, page(row("Tide at nine"), after="C3"))
    assert isinstance(quiet.find(post("Tide at nine"), step), Found)
    assert server.requests[-1].query["after"] == "C2"


def test_too_much_to_look_through(server, quiet, step):
    full = page(*(row(f"Other {n}", str(n)) for n in range(100)), after="C2")
    server.on("GET", CREATE, 200, full)
    assert isinstance(quiet.find(post(), step), CannotTell)


@pytest.mark.parametrize(
    ("status", "saw"),
    [("PUBLISHED", CannotTell), ("FINISHED", NotFound), ("EXPIRED", NotFound)],
)
def test_the_container_speaks_where_the_list_is_silent(server, threads, step, status, saw):
    payload = post("Tide at nine")
    assert threads.prepare(payload, step) is None
    server.scripts[("GET", CONTAINER)] = [(200, {"status": status}, {})]
    server.on("GET", CREATE, 200, page())
    assert isinstance(threads.find(payload, step), saw)


@pytest.mark.parametrize("status", [400, 500])
def test_a_failed_look_is_no_proof(server, threads, step, status):
    payload = post("Tide at nine")
    assert threads.prepare(payload, step) is None
    server.scripts[("GET", CONTAINER)] = [(status, refusal(2), {})]
    assert isinstance(threads.find(payload, step), CannotTell)


def test_removing(server, quiet):
    server.on("DELETE", "/v1.0/901", 200, {"success": True, "deleted_id": "901"})
    server.on("DELETE", "/v1.0/902", 400, refusal(100, 33))
    server.on("DELETE", "/v1.0/903", 400, refusal(10))
    assert quiet.remove("901") is None
    assert quiet.remove("902") is None
    assert isinstance(quiet.remove("903"), Reconnect)


# -- figures


def lifetime(**figures):
    rows = [
        {"name": name, "period": "lifetime", "values": [{"value": value}]}
        for name, value in figures.items()
    ]
    return {"data": rows}


def test_figures_of_posts(server, quiet):
    told = lifetime(views=90, likes=7, replies=2, reposts=1, quotes=3, shares=4)
    server.on("GET", "/v1.0/901/insights", 200, told)
    server.on("GET", "/v1.0/902/insights", 400, refusal(100, 33))
    server.on("GET", "/v1.0/903/insights", 200, lifetime(views=0))
    assert quiet.measure(["901", "902", "903"]) == {
        "901": {"views": 90, "likes": 7, "comments": 2, "shares": 5, "quotes": 3},
        "903": {"views": 0},
    }
    assert server.requests[0].query == {"metric": "views,likes,replies,reposts,quotes,shares"}
    server.on("GET", "/v1.0/904/insights", 400, refusal(10))
    assert isinstance(quiet.measure(["904"]), Reconnect)


def test_figures_of_the_account(server, quiet):
    rows = [
        {"name": "views", "period": "day", "values": [{"value": 5}, {"value": 6}]},
        {"name": "likes", "total_value": {"value": 7}},
        {"name": "replies", "total_value": {"value": 2}},
        {"name": "clicks", "link_total_values": [{"value": 3}, {"value": 1}]},
        {"name": "followers_count", "total_value": {"value": 321}},
    ]
    server.on("GET", "/v1.0/me/threads_insights", 200, {"data": rows})
    assert quiet.audience() == {
        "views": 11,
        "likes": 7,
        "engagements": 9,
        "clicks": 4,
        "followers": 321,
    }


# -- what it tells

REPLY = {
    "app_id": "1",
    "topic": "moderate",
    "target_id": "901",
    "time": 1_795_000_000,
    "subscription_id": "5",
    "has_uid_field": False,
    "values": {
        "field": "replies",
        "value": {
            "id": "950",
            "username": "ana",
            "text": "When does it turn? \u00e4",
            "root_post": {"id": "901", "owner_id": "178", "username": "tide"},
            "timestamp": "2026-11-20T12:05:00+0000",
        },
    },
}


def told(body, secret="secret", **headers):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    made = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return Hook("POST", {}, {"x-hub-signature-256": f"sha256={made}", **headers}, raw)


def test_a_reply_is_told():
    [event] = Threads.hear(told(REPLY), APP, 0.0)
    assert (event.kind, event.account, event.post) == ("comment", "178", "901")
    assert event.words == "When does it turn? ä"
    assert event.at == NOON + timedelta(minutes=5)
    assert Threads.hear(told(REPLY), APP, 9e9) == (event,), "said again it is the same"


@pytest.mark.parametrize(
    ("field", "kind"),
    [("publish", "published"), ("delete", "removed"), ("mentions", "mention"), ("new", "other")],
)
def test_other_kinds(field, kind):
    value = {"id": "901", "owner": {"id": "178"}}
    [event] = Threads.hear(told({**REPLY, "values": {"field": field, "value": value}}), APP, 0.0)
    assert (event.kind, event.account, event.post) == (kind, "178", "901")


@pytest.mark.parametrize(
    "hook",
    [
        told(REPLY, "another"),
        told(REPLY, **{"x-hub-signature-256": "sha256="}),
        Hook("POST", {}, {}, json.dumps(REPLY).encode()),
        told(b"no JSON"),
    ],
)
def test_what_is_not_signed_is_not_believed(hook):
    assert isinstance(Threads.hear(hook, APP, 0.0), Forged)


def test_nothing_is_believed_without_a_secret():
    assert isinstance(Threads.hear(told(REPLY, ""), App("c", "", "", ""), 0.0), Forged)


def handshake(**more):
    query = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "shared"}
    return Hook("GET", {**query, **more}, {}, b"")


def test_the_handshake():
    assert Threads.hear(handshake(), APP, 0.0) == Greeting("1158201444")


@pytest.mark.parametrize(
    "more",
    [
        {"hub.verify_token": "other"},
        {"hub.verify_token": ""},
        {"hub.challenge": "<script>alert(1)</script>"},
        {"hub.challenge": "1" * 300},
        {"hub.mode": "unsubscribe"},
    ],
)
def test_a_handshake_that_is_not_ours(more):
    assert isinstance(Threads.hear(handshake(**more), APP, 0.0), Forged)


def signed_request(told, secret=b"secret"):
    payload = base64.urlsafe_b64encode(json.dumps(told).encode()).rstrip(b"=")
    made = base64.urlsafe_b64encode(hmac.new(secret, payload, hashlib.sha256).digest())
    body = urlencode({"signed_request": f"{made.decode().rstrip('=')}.{payload.decode()}"})
    return Hook("POST", {}, {}, body.encode())


def test_a_withdrawn_consent():
    told = {"algorithm": "HMAC-SHA256", "issued_at": 1_795_000_000, "user_id": "178"}
    [event] = Threads.hear(signed_request(told), APP, 0.0)
    assert (event.kind, event.account) == ("revoked", "178")
    assert isinstance(Threads.hear(signed_request(told, b"other"), APP, 0.0), Forged)
    broken = Hook("POST", {}, {}, b"signed_request=abc")
    assert isinstance(Threads.hear(broken, APP, 0.0), Forged)
