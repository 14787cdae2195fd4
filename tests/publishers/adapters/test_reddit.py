"""Reddit: what is sent, and what a refusal means."""

import pytest

from publishers.contract import (
    Processing,
    Published,
    Reconnect,
    Rejected,
    ReplyTo,
    TryLater,
    Uncertain,
)
from tests.publishers.adapters.kit import film, picture, post
from tests.publishers.adapters.reddit import (
    ABOUT_ME,
    COMMENT,
    FLAIRS,
    GALLERY,
    LEASE,
    MADE,
    RULES,
    STORE,
    SUBMIT,
    done,
    lease,
    quiet,
    reddit,
    refused,
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


def prepared(adapter, payload, step):
    assert adapter.prepare(payload, step) is None
    return adapter.publish(payload, step)


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


# -- what the subreddit asks for


@pytest.mark.parametrize(
    ("rules", "words"),
    [
        ({"title_text_max_length": 5}, "7 over"),
        ({"title_text_min_length": 50}, "at least 50"),
        ({"body_text_max_length": 5}, "text of 5"),
        ({"title_blacklisted_strings": ["tide"]}, "“tide” in the title"),
        ({"body_blacklisted_strings": ["dry"]}, "“dry” in the text"),
        ({"title_required_strings": ["[OC]", "Q:"]}, "[OC], Q:"),
        ({"body_restriction_policy": "notAllowed"}, "no text"),
        ({"is_flair_required": True}, "flair"),
        ({"link_restriction_policy": "blacklist", "domain_blacklist": ["tide.earth"]}, "links"),
        ({"link_restriction_policy": "whitelist", "domain_whitelist": ["a.example"]}, "links"),
    ],
)
def test_what_its_rules_do_not_allow(server, quiet, step, rules, words):
    server.on("GET", RULES, 200, rules)
    outcome = quiet.prepare(titled(options={"link": "https://www.tide.earth/9"}), step)
    assert isinstance(outcome, Rejected)
    assert words in outcome.reason


@pytest.mark.parametrize(
    "rules",
    [
        {"title_blacklisted_strings": ["ide"], "body_blacklisted_strings": [None, ""]},
        {"title_regexes": ["(a+)+$"]},
        {"body_restriction_policy": "required", "title_required_strings": []},
        {"link_restriction_policy": "none", "domain_blacklist": ["tide.earth"]},
    ],
)
def test_what_its_rules_allow(server, quiet, step, rules):
    server.on("GET", RULES, 200, rules)
    assert quiet.prepare(titled(options={"link": "https://tide.earth"}), step) is None


def test_rules_that_it_keeps_to_itself_are_left_to_posting(server, quiet, step):
    server.on("GET", RULES, 403, {"message": "Forbidden", "error": 403})
    assert quiet.prepare(titled(), step) is None
    assert quiet.prepare(titled(), step) is None
    assert len(server.requests) == 1


def test_a_subreddit_that_is_led_away_from_is_not_there(server, quiet, step):
    server.on("GET", RULES, 302, Location="/subreddits/search")
    assert isinstance(quiet.prepare(titled(), step), Rejected)


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        (403, {"message": "Forbidden"}, "no flairs"),
        (200, [], "offers none"),
        (200, [{"id": "1", "text": "News"}], "It offers: News."),
        (200, [{"id": "1", "text": "Tides", "mod_only": True}], "offers none"),
    ],
)
def test_a_flair_that_is_not_offered(server, reddit, step, status, body, words):
    server.on("GET", FLAIRS, status, body)
    outcome = reddit.prepare(titled(options={"flair": "Tides"}), step)
    assert isinstance(outcome, Rejected)
    assert words in outcome.reason


# -- what a refusal means: the error table of the sheet, row by row

RATES = [
    ("Try again in 900 milliseconds.", 1),
    ("Take a break for 5 seconds before trying again.", 6),
    ("Looks like you've been doing that a lot. Take a break for 4 minutes", 241),
    ("try again in 1 hour", 3601),
    ("slow down", 600),
]
FOR_GOOD = """
ALREADY_SUB SUBREDDIT_NOEXIST SUBREDDIT_NOTALLOWED NO_SELFS NO_LINKS GALLERIES_DISABLED
DOMAIN_BANNED BAD_URL TOO_LONG NO_TEXT BAD_FLAIR_TEMPLATE_ID VERIFIED_USER_REQUIRED BAD_CAPTCHA
SOMETHING_NEW
"""
INVALID = {
    "fields": ["title"],
    "explanation": "You may not have that in your title.",
    "message": "Bad Request",
    "reason": "SUBMIT_VALIDATION_TITLE_BLACKLISTED_STRING",
}
ROWS = [
    *[(200, refused("RATELIMIT", words), TryLater, after) for words, after in RATES],
    (200, refused("QUOTA_FILLED"), TryLater, 3600),
    (200, refused("SUBREDDIT_RATELIMIT"), TryLater, 77),
    (429, {"message": "Too Many Requests", "error": 429}, TryLater, 77),
    *[(200, refused(code), Rejected, None) for code in FOR_GOOD.split()],
    (400, INVALID, Rejected, None),
    (200, refused("USER_REQUIRED"), Reconnect, None),
    (401, {"message": "Unauthorized", "error": 401}, Reconnect, None),
    (403, {"message": "Forbidden", "error": 403}, Rejected, None),
    (404, {"message": "Not Found", "error": 404}, Rejected, None),
    *[(status, None, Uncertain, None) for status in (302, 408, 500, 502, 503, 504)],
    (200, {"json": {"errors": []}}, Uncertain, None),
    (200, {"jquery": []}, Uncertain, None),
]


@pytest.mark.parametrize(("status", "body", "kind", "after"), ROWS)
def test_a_refusal_of_the_call_that_publishes(server, reddit, step, status, body, kind, after):
    spent = status == 429 or body == refused("SUBREDDIT_RATELIMIT")
    headers = {"x_ratelimit_remaining": "0.0", "x_ratelimit_reset": "77"} if spent else {}
    server.scripts[("POST", SUBMIT)] = [(status, body, headers)]
    outcome = prepared(reddit, titled(), step)
    assert isinstance(outcome, kind), outcome
    if kind is TryLater:
        assert (outcome.rate_limited, outcome.after) == (True, after)


@pytest.mark.parametrize(("status", "body", "kind", "after"), ROWS)
def test_a_refusal_before_it(server, reddit, step, status, body, kind, after):
    """Nothing is public yet, so that no doubt is left."""
    server.scripts[("POST", LEASE)] = [(status, body, {})]
    outcome = reddit.prepare(titled("", picture()), step)
    assert isinstance(outcome, TryLater if kind is Uncertain else kind), outcome


def test_a_refusal_quotes_its_words(server, reddit, step):
    server.scripts[("POST", SUBMIT)] = [(400, INVALID, {})]
    outcome = prepared(reddit, titled(), step)
    assert "You may not have that in your title." in outcome.reason
    assert outcome.code == INVALID["reason"]


TOO_LARGE = b"""<?xml version="1.0" encoding="UTF-8"?>
<Error><Code>EntityTooLarge</Code><ProposedSize>20971528</ProposedSize>
<MaxSizeAllowed>20971520</MaxSizeAllowed></Error>"""


def test_a_picture_that_is_too_large_for_the_store(server, reddit, step):
    server.scripts[("POST", "/")] = [(400, TOO_LARGE, {})]
    outcome = reddit.prepare(titled("", picture()), step)
    assert isinstance(outcome, Rejected)
    assert "21.0 MB" in outcome.reason


def test_a_lease_that_ended_is_asked_for_again(server, reddit, step):
    server.scripts[("POST", "/")] = [(403, b"<Error><Code>AccessDenied</Code></Error>", {})]
    server.on("POST", "/", 201)
    payload = titled("", picture())
    assert isinstance(reddit.prepare(payload, step), TryLater)
    assert reddit.prepare(payload, step) is None
    assert len(server.seen("POST", LEASE)) == 2


# -- who it is


def test_who_it_is(server, quiet):
    body = {"id": "6hk60", "name": "tide_water", "icon_img": "https://p.example/1", **MADE}
    server.on("GET", ABOUT_ME, 200, body | {"id": "6hk60", "name": "tide_water"})
    [account] = quiet.accounts()
    assert (account.remote_id, account.handle) == ("t2_6hk60", "tide_water")
    assert account.avatar_url == "https://p.example/1"
    assert quiet.spec.auth.extra == {"duration": "permanent"}
