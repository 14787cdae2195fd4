"""Reddit: what is sent, and who sends it."""

import pytest

from publishers.contract import Processing, Published, Rejected, ReplyTo
from tests.publishers.adapters.kit import film, picture, post, prepared
from tests.publishers.adapters.reddit import (
    ABOUT_ME,
    COMMENT,
    FLAIRS,
    GALLERY,
    LEASE,
    MADE,
    STORE,
    SUBMIT,
    done,
    lease,
    quiet,
    reddit,
    titled,
)

__all__ = ["quiet", "reddit"]
HERE = "https://web.example/r/tides/comments/4bbe4m/tide_at_nine/"
COMMON = {
    "api_type": "json",
    "sr": "tides",
    "title": "Tide at nine",
    "sendreplies": "true",
    "nsfw": "false",
    "spoiler": "false",
    "resubmit": "true",
    "validate_on_submit": "true",
}


# -- what is sent


def test_a_text(server, reddit, step):
    assert prepared(reddit, titled(), step) == Published("t3_4bbe4m", HERE)
    [request] = server.seen("POST", SUBMIT)
    assert request.form == COMMON | {"kind": "self", "text": "The pier is dry until five."}
    assert request.query == {"raw_json": "1"}
    assert request.headers["Authorization"] == "bearer hush"
    assert request.headers["User-Agent"] == "web:client:drumbeat (by /u/tide_water)"


def test_a_link_with_a_text_below_it(server, reddit, step):
    prepared(reddit, titled(options={"link": "https://tide.earth/nine"}), step)
    [request] = server.seen("POST", SUBMIT)
    link = {"kind": "link", "url": "https://tide.earth/nine"}
    assert request.form == COMMON | link | {"text": "The pier is dry until five."}


def test_a_link_alone(server, reddit, step):
    prepared(reddit, titled("", link="https://tide.earth"), step)
    [request] = server.seen("POST", SUBMIT)
    assert request.form == COMMON | {"kind": "link", "url": "https://tide.earth"}


def test_options(server, reddit, step):
    chosen = {"nsfw": "yes", "spoiler": "yes", "inbox": "no", "flair": "harbour NEWS"}
    server.on("GET", FLAIRS, 200, [{"id": "f1", "text": "Harbour news", "mod_only": False}])
    prepared(reddit, titled(options=chosen), step)
    form = server.seen("POST", SUBMIT)[0].form
    assert (form["nsfw"], form["spoiler"], form["sendreplies"]) == ("true", "true", "false")
    assert (form["flair_id"], form["flair_text"]) == ("f1", "Harbour news")


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("tides", "tides"),
        ("r/tides", "tides"),
        ("/r/tides/", "tides"),
        ("https://www.reddit.com/r/tides/", "tides"),
        ("u/tide_water", "u_tide_water"),
        ("u_tide_water", "u_tide_water"),
    ],
)
def test_ways_to_write_a_place(server, reddit, step, typed, sent):
    server.on("GET", f"/api/v1/{sent}/post_requirements", 200, {})
    prepared(reddit, titled(options={"subreddit": typed}), step)
    assert server.seen("POST", SUBMIT)[0].form["sr"] == sent


@pytest.mark.parametrize(
    "payload",
    [
        titled(options={"subreddit": ""}),
        titled(options={"subreddit": "two words"}),
        titled(options={"subreddit": "../me"}),
        titled(title=" "),
        titled(options={"link": "javascript:alert(1)"}),
        titled("", picture(), options={"link": "https://tide.earth"}),
    ],
)
def test_what_cannot_be_sent(server, quiet, step, payload):
    assert isinstance(quiet.prepare(payload, step), Rejected)
    assert isinstance(quiet.publish(payload, step), Rejected)
    assert server.requests == []


def test_one_picture_is_uploaded_and_named_by_its_address(server, reddit, step):
    taken = {"websocket_url": "wss://ws.example/1", "user_submitted_page": "https://www.reddit.com"}
    server.scripts[("POST", SUBMIT)] = [(200, done(**taken), {})]
    outcome = prepared(reddit, titled("", picture()), step)
    assert isinstance(outcome, Processing)
    assert outcome.handle.isdecimal()
    form = server.seen("POST", SUBMIT)[0].form
    url = f"https://{STORE}/rte_images/pb7qsvi6i3c51"
    assert form == COMMON | {"kind": "image", "url": url}


def test_the_fields_of_a_lease_go_first_and_unsigned(server, reddit, step):
    reddit.prepare(titled("", picture()), step)
    [asked] = server.seen("POST", LEASE)
    assert asked.form["mimetype"] == "image/png"
    assert asked.form["filepath"].endswith(".png")
    [put] = server.seen("POST", "/")
    assert list(put.parts) == ["acl", "key", "policy", "file"]
    assert put.parts["file"] == picture().read()
    assert "Authorization" not in put.headers


def test_a_video_has_a_poster(server, reddit, step):
    server.scripts[("POST", LEASE)] = [
        (200, lease("poster"), {}),
        (200, lease("film", "reddit-uploaded-video.s3-accelerate.amazonaws.com"), {}),
    ]
    server.scripts[("POST", SUBMIT)] = [(200, done(websocket_url="wss://ws.example/1"), {})]
    assert isinstance(prepared(reddit, titled("", film()), step), Processing)
    first, second = server.seen("POST", "/")
    assert first.parts["file"].startswith(b"\x89PNG")
    assert second.parts["file"] == film().read()
    form = server.seen("POST", SUBMIT)[0].form
    assert form["kind"] == "video"
    assert form["url"].startswith("https://reddit-uploaded-video.")
    assert form["video_poster_url"] == f"https://{STORE}/rte_images/poster"


def test_several_pictures_are_a_gallery_with_captions(server, reddit, step):
    server.scripts[("POST", LEASE)] = [(200, lease("one"), {}), (200, lease("two"), {})]
    payload = titled("Both", picture("A pier"), picture("a " * 120, b"other"))
    assert prepared(reddit, payload, step) == Published("t3_4bbe4m", HERE)
    [request] = server.seen("POST", GALLERY)
    first, second = request.json["items"]
    assert first == {"media_id": "one", "caption": "A pier", "outbound_url": ""}
    assert len(second["caption"]) <= 180
    assert request.json["text"] == "Both"
    assert request.json["nsfw"] is False


def test_nothing_is_uploaded_twice(server, reddit, step):
    payload = titled("", picture(), picture("b", b"other"))
    reddit.prepare(payload, step)
    before = len(server.requests)
    assert reddit.prepare(payload, step) is None
    assert len(server.requests) == before


def test_a_comment(server, quiet, step):
    data = {"name": "t1_d162ara", "link_id": "t3_4b1tfm", "subreddit": "tides"}
    server.on("POST", COMMENT, 200, done(things=[{"kind": "t1", "data": data}]))
    payload = post("First!", kind="comment", reply_to=ReplyTo("t3_4b1tfm", "t3_4b1tfm"))
    address = "https://web.example/r/tides/comments/4b1tfm/_/d162ara"
    assert prepared(quiet, payload, step) == Published("t1_d162ara", address)
    [request] = server.requests
    assert request.form == {"api_type": "json", "thing_id": "t3_4b1tfm", "text": "First!"}


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("https://www.reddit.com/r/tides/comments/4bbe4m/tide_at_nine/", "t3_4bbe4m"),
        ("https://www.reddit.com/r/tides/comments/4bbe4m", "t3_4bbe4m"),
        ("https://www.reddit.com/r/tides/comments/4bbe4m/_/d162ara", "t1_d162ara"),
        ("https://www.reddit.com/user/tide_water/", ""),
    ],
)
def test_the_name_in_an_address(quiet, address, name):
    assert quiet.remote_id_in(address, quiet.account) == name


# -- who it is


def test_who_it_is(server, quiet):
    body = {"id": "6hk60", "name": "tide_water", "icon_img": "https://p.example/1", **MADE}
    server.on("GET", ABOUT_ME, 200, body | {"id": "6hk60", "name": "tide_water"})
    [account] = quiet.accounts()
    assert (account.remote_id, account.handle) == ("t2_6hk60", "tide_water")
    assert account.avatar_url == "https://p.example/1"
    assert quiet.spec.auth.extra == {"duration": "permanent"}
