"""Facebook: finding, removing, figures of the page, and what it tells by itself."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from publishers.adapters.facebook import Facebook
from publishers.contract import (
    App,
    CannotTell,
    Forged,
    Found,
    Hook,
    NotFound,
    Reconnect,
    ReplyTo,
)
from tests.publishers.adapters.facebook import ME, POST, V, facebook
from tests.publishers.adapters.graph import refusal
from tests.publishers.adapters.kit import NOON, film, picture, post

__all__ = ["facebook"]
LISTED = f"{V}/777/published_posts"
APP = App("client", "secret", "", "", hook_token="shared")


def row(message, number="777_901", minutes=1, **more):
    moment = f"{NOON + timedelta(minutes=minutes):%Y-%m-%dT%H:%M:%S+0000}"
    return {"id": number, "message": message, "created_time": moment, **more}


def attached(*kinds):
    one = {"media_type": kinds[0]}
    if len(kinds) > 1:
        one = {
            "media_type": "album",
            "subattachments": {"data": [{"media_type": k} for k in kinds]},
        }
    return {"attachments": {"data": [one]}}


def test_it_is_found_by_message_and_time(server, facebook, step):
    old = row("Tide", "777_900", minutes=-90)
    server.on("GET", LISTED, 200, {"data": [row("Tide", **attached("link")), old]})
    assert facebook.find(post("Tide"), step) == Found("777_901", "https://web.example/777_901")
    assert server.requests[0].query["since"] == str(int(NOON.timestamp()) - 600)


def test_pictures_are_counted(server, facebook, step):
    server.on("GET", LISTED, 200, {"data": [row("Tide", **attached("photo", "photo"))]})
    assert isinstance(facebook.find(post("Tide", picture(), picture("b")), step), Found)
    assert isinstance(facebook.find(post("Tide", picture()), step), CannotTell)
    assert isinstance(facebook.find(post("Else", picture()), step), NotFound)


def test_a_comment_is_under_its_post(server, facebook, step):
    mine = {**row("More", "901_951"), "from": {"id": "777"}}
    theirs = {**mine, "id": "901_952", "from": {"id": "5"}}
    server.on("GET", f"{POST}/comments", 200, {"data": [mine, theirs]})
    payload = post("More", kind="comment", reply_to=ReplyTo("777_901", "777_901"))
    assert facebook.find(payload, step).remote_id == "901_951"


def test_what_was_uploaded_and_forgotten_cannot_be_told(server, facebook, step):
    assert isinstance(facebook.find(post("Look", film()), step), CannotTell)
    server.on("GET", f"{V}/777/stories", 200, {"data": []})
    story = post("", picture(), options={"placement": "story"})
    assert isinstance(facebook.find(story, step), CannotTell)


def test_removing(server, facebook):
    server.on("DELETE", POST, 200, {"success": True})
    server.on("DELETE", f"{V}/777_902", 400, refusal(100, 33))
    assert facebook.remove("777_901") is None
    assert facebook.remove("777_902") is None
    server.scripts[("DELETE", POST)] = [(400, refusal(200), {})]
    assert isinstance(facebook.remove("777_901"), Reconnect)


def test_figures_of_the_page(server, facebook):
    server.on("GET", f"{V}/777", 200, {"followers_count": 321, "fan_count": 300})
    rows = [{"name": "page_media_view", "values": [{"value": 5}, {"value": 8}]}]
    server.on("GET", f"{V}/777/insights", 200, {"data": rows})
    assert facebook.audience() == {"followers": 321, "views": 8}


@pytest.mark.parametrize(
    ("address", "number"),
    [
        ("https://www.facebook.com/777_901", "777_901"),
        ("https://www.facebook.com/tide/posts/901/", "901"),
        ("https://www.facebook.com/tide", ""),
        ("", ""),
    ],
)
def test_the_id_in_an_address(address, number):
    assert Facebook.remote_id_in(address, ME) == number


@pytest.mark.parametrize(
    ("field", "item", "verb", "kind"),
    [
        ("feed", "comment", "add", "comment"),
        ("feed", "comment", "remove", "other"),
        ("feed", "reaction", "add", "reaction"),
        ("feed", "status", "add", "published"),
        ("feed", "photo", "remove", "removed"),
        ("feed", "status", "edited", "other"),
        ("mention", "post", "add", "mention"),
        ("leadgen", "", "", "other"),
    ],
)
def test_events(field, item, verb, kind):
    value = {"item": item, "verb": verb, "post_id": "777_901", "message": "When?"}
    entry = {"id": "777", "time": 1_795_000_000, "changes": [{"field": field, "value": value}]}
    raw = json.dumps({"object": "page", "entry": [entry]}).encode()
    made = hmac.new(b"secret", raw, hashlib.sha256).hexdigest()
    [event] = Facebook.hear(
        Hook("POST", {}, {"x-hub-signature-256": f"sha256={made}"}, raw), APP, 0.0
    )
    assert (event.kind, event.account, event.post) == (kind, "777", "777_901")
    forged = Hook("POST", {}, {"x-hub-signature-256": f"sha256={made}"}, raw + b" ")
    assert isinstance(Facebook.hear(forged, APP, 0.0), Forged)
