"""Instagram: finding, removing, counting, and what it tells by itself."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from publishers.adapters.instagram import Instagram
from publishers.contract import (
    App,
    CannotTell,
    Forged,
    Found,
    Greeting,
    Hook,
    NotFound,
    Rejected,
    ReplyTo,
)
from tests.publishers.adapters.graph import refusal
from tests.publishers.adapters.instagram import (
    CONTAINER,
    CREATE,
    PERMALINK,
    POST,
    V,
    instagram,
    paged,
    quiet,
)
from tests.publishers.adapters.kit import NOON, picture, post

__all__ = ["instagram", "paged", "quiet"]
APP = App("client", "secret", "", "", hook_token="shared")


def row(caption, number="901", minutes=1, **more):
    moment = f"{NOON + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S+0000}"
    return {"id": number, "caption": caption, "timestamp": moment, "permalink": PERMALINK, **more}


def test_it_is_found_by_caption_and_time(server, quiet, step):
    old = row("Tide at nine", "900", minutes=-90)
    server.on("GET", CREATE, 200, {"data": [row("Tide at nine"), row("Else", "902"), old]})
    assert quiet.find(post("Tide at nine", picture()), step) == Found("901", PERMALINK)
    assert server.requests[0].query["since"] == str(int(NOON.timestamp()) - 600)


def test_a_carousel_is_counted(server, quiet, step):
    children = {"data": [{"id": "1"}, {"id": "2"}]}
    server.on("GET", CREATE, 200, {"data": [row("Tide", children=children)]})
    assert isinstance(quiet.find(post("Tide", picture(), picture("b")), step), Found)
    assert isinstance(quiet.find(post("Tide", picture()), step), CannotTell)


def test_a_story_is_among_the_stories(server, quiet, step):
    server.on("GET", f"{V}/17841/stories", 200, {"data": [row("")]})
    payload = post("Tide", picture(), options={"placement": "story"})
    assert quiet.find(payload, step) == Found("901", PERMALINK)


def test_a_comment_is_under_its_post(server, quiet, step):
    mine = {"id": "951", "text": "Read more", "timestamp": row("")["timestamp"], "username": "tide"}
    server.on("GET", f"{POST}/comments", 200, {"data": [mine, {**mine, "username": "ana"}]})
    server.on("GET", POST, 200, {"permalink": PERMALINK})
    payload = post("Read more", kind="comment", reply_to=ReplyTo("901", "901"))
    assert quiet.find(payload, step) == Found("951", PERMALINK)


@pytest.mark.parametrize(
    ("status", "saw"), [("PUBLISHED", CannotTell), ("FINISHED", NotFound), ("EXPIRED", NotFound)]
)
def test_the_container_speaks_where_the_list_is_silent(server, instagram, step, status, saw):
    payload = post("Tide", picture())
    assert instagram.prepare(payload, step) is None
    server.scripts[("GET", CONTAINER)] = [(200, {"status_code": status}, {})]
    server.on("GET", CREATE, 200, {"data": []})
    assert isinstance(instagram.find(payload, step), saw)


def test_removing_is_possible_behind_one_door(server, quiet, paged):
    server.on("GET", POST, 200, {"id": "901"})
    server.on("DELETE", POST, 400, refusal(100, 33))
    assert isinstance(quiet.remove("901"), Rejected)
    server.scripts[("DELETE", POST)] = [(200, {"success": True}, {})]
    assert paged.remove("901") is None
    server.on("GET", f"{V}/902", 400, refusal(100, 33))
    assert paged.remove("902") is None, "gone is gone"


def test_figures(server, quiet):
    values = {"views": 90, "reach": 70, "likes": 7, "comments": 2, "saved": 3, "shares": 1}
    rows = [{"name": name, "values": [{"value": value}]} for name, value in values.items()]
    server.on("GET", f"{POST}/insights", 200, {"data": rows})
    server.on("GET", f"{V}/902/insights", 200, {"data": []})
    told = {"views": 90, "reach": 70, "likes": 7, "comments": 2, "saves": 3, "shares": 1}
    assert quiet.measure(["901", "902"]) == {"901": told, "902": {}}
    counts = {"followers_count": 321, "follows_count": 12, "media_count": 40}
    server.on("GET", f"{V}/17841", 200, counts)
    day = [{"name": "reach", "total_value": {"value": 55}}]
    server.on("GET", f"{V}/17841/insights", 200, {"data": day})
    assert quiet.audience() == {"followers": 321, "following": 12, "posts": 40, "reach": 55}


COMMENT = {
    "field": "comments",
    "value": {
        "id": "951",
        "text": "When?",
        "from": {"id": "5", "username": "ana"},
        "media": {"id": "901", "media_product_type": "FEED"},
    },
}


def told(*changes, secret="secret"):
    entry = {"id": "17841", "time": 1_795_000_000, "changes": list(changes)}
    raw = json.dumps({"object": "instagram", "entry": [entry]}).encode()
    made = hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()
    return Hook("POST", {}, {"x-hub-signature-256": f"sha256={made}"}, raw)


def test_events():
    mention = {"field": "mentions", "value": {"media_id": "77"}}
    first, second, third = Instagram.hear(told(COMMENT, mention, {"field": "new"}), APP, 0.0)
    assert (first.kind, first.account, first.post) == ("comment", "17841", "901")
    assert first.words == "When?"
    assert (second.kind, second.post) == ("mention", "77")
    assert third.kind == "other"
    assert len({first.id, second.id, third.id}) == 3
    assert isinstance(Instagram.hear(told(COMMENT, secret="other"), APP, 0.0), Forged)
    query = {"hub.mode": "subscribe", "hub.challenge": "11", "hub.verify_token": "shared"}
    assert Instagram.hear(Hook("GET", query, {}, b""), APP, 0.0) == Greeting("11")
