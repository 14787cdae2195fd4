"""Instagram: what is sent, what a refusal means, what becomes of containers."""

import json
from dataclasses import replace

import pytest

from publishers.contract import (
    Processing,
    Published,
    Reconnect,
    Rejected,
    ReplyTo,
    Tokens,
    TryLater,
    Uncertain,
)
from tests.publishers.adapters.graph import refusal
from tests.publishers.adapters.instagram import (
    CONTAINER,
    CREATE,
    FINISHED,
    PERMALINK,
    POST,
    PUBLISH,
    instagram,
    paged,
    quiet,
)
from tests.publishers.adapters.kit import film, picture, post, prepared

__all__ = ["instagram", "paged", "quiet"]


def forms(server):
    return [request.form for request in server.seen("POST", CREATE)]


# -- what is sent


def test_a_picture_goes_out_in_two_steps(server, instagram, step):
    shown = picture()
    assert prepared(instagram, post("Tide at nine", shown), step) == Published("901", PERMALINK)
    [form] = forms(server)
    assert form == {
        "image_url": shown.url,
        "alt_text": "A pier at noon",
        "caption": "Tide at nine",
    }
    [request] = server.seen("POST", PUBLISH)
    assert request.form == {"creation_id": "501"}
    assert all("hush" not in one.raw_path for one in server.requests)


def test_a_video_is_a_reel(server, instagram, step):
    server.scripts[("GET", CONTAINER)] = [
        (200, {"status_code": "IN_PROGRESS"}, {}),
        (200, FINISHED, {}),
    ]
    chosen = {"cover_second": "2.5", "reel_feed": "no"}
    payload = post("Look", film(), options=chosen)
    assert instagram.prepare(payload, step) == Processing("501", 15)
    assert isinstance(prepared(instagram, payload, step), Published)
    [form] = forms(server)
    assert form == {
        "media_type": "REELS",
        "video_url": film().url,
        "caption": "Look",
        "share_to_feed": "false",
        "thumb_offset": "2500",
    }


def test_several_stand_side_by_side(server, instagram, step):
    for made in ("511", "512"):
        server.on("GET", f"/v26.0/{made}", 200, FINISHED)
    server.scripts[("POST", CREATE)] = [(200, {"id": made}, {}) for made in ("511", "512", "501")]
    chosen = {"collaborators": "@ana, harbour"}
    payload = post("Both", picture(), film(), options=chosen)
    assert isinstance(prepared(instagram, payload, step), Published)
    first, second, whole = forms(server)
    assert first["is_carousel_item"] == second["is_carousel_item"] == "true"
    assert second["media_type"] == "VIDEO"
    assert "caption" not in first
    assert json.loads(whole.pop("collaborators")) == ["ana", "harbour"]
    assert whole == {"media_type": "CAROUSEL", "children": "511,512", "caption": "Both"}


@pytest.mark.parametrize("media", [picture(), film()])
def test_a_story_shows_no_words(server, instagram, step, media):
    payload = post("Tide", media, options={"placement": "story"})
    assert isinstance(prepared(instagram, payload, step), Published)
    [form] = forms(server)
    assert form == {
        "media_type": "STORIES",
        ("video_url" if media.is_video else "image_url"): media.url,
    }


def test_a_first_comment_is_one_call(server, instagram, step):
    server.on("POST", f"{POST}/comments", 200, {"id": "951"})
    payload = post("Read more", kind="comment", reply_to=ReplyTo("901", "901"))
    assert prepared(instagram, payload, step) == Published("951", PERMALINK)
    [request] = server.seen("POST", f"{POST}/comments")
    assert request.form == {"message": "Read more"}
    server.scripts[("POST", f"{POST}/comments")] = [(400, refusal(100, 33), {})]
    assert isinstance(instagram.publish(payload, step), Rejected)


@pytest.mark.parametrize(
    "payload",
    [
        post("Tide"),
        post("Tide", replace(picture(), url="")),
        post("Tide", picture(), picture("b"), options={"placement": "story"}),
        post("Tide", picture(), options={"collaborators": "a b c d"}),
    ],
)
def test_what_cannot_be_is_said_before(server, instagram, step, payload):
    assert isinstance(instagram.prepare(payload, step), Rejected)
    assert server.requests == []


# -- what a refusal means: the error table of the sheet, row by row

REJECTED = [
    (1, 2207057),
    (4, 2207051),
    (24, 2207006),
    (25, 2207050),
    (100, 2207023),
    (100, 2207028),
    (100, 2207035),
    (100, 2207036),
    (100, 2207037),
    (100, 2207040),
    (352, 2207026),
    (36000, 2207004),
    (36001, 2207005),
    (36003, 2207009),
    (36004, 2207010),
    (368, None),
]
RECONNECTS = [(190, None), *[(190, sub) for sub in (458, 460, 463, 467)], (10, None), (3, None)]
PACED = [(4, None), (17, None), (32, None), (613, None), (80002, None), (9, 2207042)]
AGAIN = [(-2, 2207003), (-2, 2207020), (24, 2207008), (9004, 2207052), (9007, 2207027)]
DOUBTS = [(-1, 2207001), (-1, 2207032), (-1, 2207053), (1, None), (2, None)]
ROWS = [
    *[(refusal(*codes), Rejected, False) for codes in REJECTED],
    *[(refusal(*codes), Reconnect, False) for codes in [*RECONNECTS, (200, None), (299, None)]],
    *[(refusal(*codes), TryLater, True) for codes in PACED],
    *[(refusal(*codes), TryLater, False) for codes in AGAIN],
    *[(refusal(*codes), Uncertain, False) for codes in DOUBTS],
    (refusal(100, None, "Later", transient=True), Uncertain, False),
]


@pytest.mark.parametrize(("body", "kind", "paced"), ROWS)
def test_a_refusal_of_the_call_that_publishes(server, instagram, step, body, kind, paced):
    server.scripts[("POST", PUBLISH)] = [(400, body, {})]
    outcome = prepared(instagram, post("Tide", picture()), step)
    assert isinstance(outcome, kind), outcome
    assert not paced or outcome.rate_limited


@pytest.mark.parametrize(("body", "kind", "paced"), ROWS)
def test_a_refusal_before_it(server, instagram, step, body, kind, paced):
    """Nothing is public yet, so that no doubt is left."""
    server.scripts[("POST", CREATE)] = [(400, body, {})]
    outcome = instagram.prepare(post("Tide", picture()), step)
    assert isinstance(outcome, TryLater if kind is Uncertain else kind | Rejected), outcome


def test_an_account_that_is_not_ours_is_connected_again(server, instagram, step):
    server.scripts[("POST", CREATE)] = [(400, refusal(100, 33), {})]
    assert isinstance(instagram.prepare(post("Tide", picture()), step), Reconnect)


def test_a_few_viewers_are_no_failure(server, quiet):
    server.on("GET", f"{POST}/insights", 400, refusal(10, None, "Not enough viewers"))
    assert quiet.measure(["901"]) == {}


# -- containers


def test_what_was_published_too_soon_is_waited_for(server, instagram, step):
    payload = post("Tide", picture())
    server.scripts[("POST", PUBLISH)] = [
        (400, refusal(9007, 2207027), {}),
        (200, {"id": "901"}, {}),
    ]
    assert isinstance(prepared(instagram, payload, step), TryLater)
    assert isinstance(instagram.publish(payload, step), TryLater), "it is asked about first"
    assert isinstance(prepared(instagram, payload, step), Published)
    assert len(forms(server)) == 1, "the same container"


def test_what_is_missing_is_tried_twice_and_then_made_anew(server, instagram, step):
    server.scripts[("POST", PUBLISH)] = [(400, refusal(24, 2207008), {})]
    payload = post("Tide", picture())
    assert instagram.prepare(payload, step) is None
    assert [instagram.publish(payload, step).after for _ in range(2)] == [30, 120]
    assert isinstance(instagram.publish(payload, step), Uncertain)
    assert instagram.prepare(payload, step) is None
    assert len(forms(server)) == 2


def test_what_ended_is_made_anew(server, instagram, step):
    server.scripts[("POST", PUBLISH)] = [(400, refusal(-2, 2207020), {})]
    payload = post("Tide", picture())
    assert isinstance(prepared(instagram, payload, step), TryLater)
    assert instagram.prepare(payload, step) is None
    assert len(forms(server)) == 2


@pytest.mark.parametrize(
    ("status", "mends"),
    [
        ({"status_code": "ERROR", "status": "Error: failed with error code 2207003"}, True),
        ({"status_code": "ERROR", "status": "Error: failed with error code 2207052"}, True),
        ({"status_code": "ERROR", "status": "Error: failed with error code 2207053"}, True),
        ({"status_code": "ERROR"}, True),
        ({"status_code": "ERROR", "status": "Error: failed with error code 2207026"}, False),
        ({"status": "Error: failed with error code 2207005"}, False),
        ({"status": "Error: failed with error code 2207099"}, False),
    ],
)
def test_a_container_that_failed(server, instagram, step, status, mends):
    server.scripts[("GET", CONTAINER)] = [(200, status, {})]
    payload = post("Tide", picture())
    first = instagram.prepare(payload, step)
    if mends:
        assert isinstance(first, TryLater)
        first = instagram.prepare(payload, step)
        assert len(forms(server)) == 2, "once, with another container"
    assert isinstance(first, Rejected), first


# -- who and with what


def test_the_first_door(server, quiet):
    body = {"user_id": "17841", "id": "26", "username": "tide", "name": "Tide"}
    server.on("GET", "/v26.0/me", 200, body)
    [account] = quiet.accounts()
    assert (account.remote_id, account.handle, account.token) == ("17841", "tide", "hush")
    long = {"access_token": "hush-long", "token_type": "bearer", "expires_in": 5_184_000}
    server.on("GET", "/access_token", 200, long)
    server.on("GET", "/refresh_access_token", 200, {**long, "access_token": "hush-next"})
    tokens = quiet.lengthen(Tokens("hush-short"))
    assert (tokens.access, tokens.refresh) == ("hush-long", "hush-long")
    assert quiet.refresh(tokens.refresh).access == "hush-next"
    asked = [request.query["grant_type"] for request in server.requests[1:]]
    assert asked == ["ig_exchange_token", "ig_refresh_token"]


def test_the_other_door(server, paged):
    linked = {"id": "17841", "username": "tide", "profile_picture_url": "https://p.example/1"}
    rows = [
        {"id": "1", "name": "T", "access_token": "page", "instagram_business_account": linked},
        {"id": "2", "name": "Without one", "access_token": "other"},
    ]
    server.on("GET", "/v26.0/me/accounts", 200, {"data": rows})
    [account] = paged.accounts()
    assert (account.remote_id, account.token, account.name) == ("17841", "page", "tide")
    long = {"access_token": "hush-long", "expires_in": 5_183_944}
    server.on("GET", "/v26.0/oauth/access_token", 200, long)
    tokens = paged.lengthen(Tokens("hush-short"))
    assert (tokens.access, tokens.refresh) == ("hush-long", "")
    assert server.requests[-1].query["fb_exchange_token"] == "hush-short"
