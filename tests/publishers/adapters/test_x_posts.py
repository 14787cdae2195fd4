"""What is chosen for a post on X: polls, quotes, communities, disclosures; and changing one."""

from datetime import UTC, datetime, timedelta

import pytest

from publishers.contract import (
    CannotTell,
    Found,
    NotFound,
    Published,
    Reconnect,
    Rejected,
    ReplyTo,
    TryLater,
)
from publishers.limits import check
from tests.publishers.adapters.kit import NOON, Memory, film, picture, post
from tests.publishers.adapters.x import problem, x

__all__ = ["x"]

TIMELINE = "/2/users/1700000001/tweets"
QUOTED = "https://x.com/tide/status/1850000000000000001?s=20"


def sent(server, x, **options):
    server.on("POST", "/2/tweets", 201, {"data": {"id": "1"}})
    x.publish(post("Tide", options=options), Memory())
    return server.seen("POST", "/2/tweets")[0].json


@pytest.mark.parametrize(
    ("options", "more"),
    [
        (
            {"poll": "High; low ;neither;"},
            {"poll": {"options": ["High", "low", "neither"], "duration_minutes": 1440}},
        ),
        (
            {"poll": "High;low", "poll_minutes": "60"},
            {"poll": {"options": ["High", "low"], "duration_minutes": 60}},
        ),
        ({"poll_minutes": "60"}, {}),
        ({"quote": QUOTED}, {"quote_tweet_id": "1850000000000000001"}),
        ({"quote": " 77 "}, {"quote_tweet_id": "77"}),
        ({"community": "https://x.com/i/communities/42"}, {"community_id": "42"}),
        ({"subscribers": "yes"}, {"for_super_followers_only": True}),
        ({"made_with_ai": "yes"}, {"made_with_ai": True}),
        ({"paid_partnership": "yes"}, {"paid_partnership": True}),
    ],
)
def test_what_was_chosen(server, x, options, more):
    assert sent(server, x, **options) == {"text": "Tide", **more}


def test_an_answer_has_none_of_it(server, x):
    part = post("Tide", kind="part", reply_to=ReplyTo("1", "2"), options={"poll": "a"})
    server.on("POST", "/2/tweets", 201, {"data": {"id": "3"}})
    assert isinstance(x.publish(part, Memory()), Published)
    [said] = server.seen("POST", "/2/tweets")
    assert said.json == {"text": "Tide", "reply": {"in_reply_to_tweet_id": "2"}}


@pytest.mark.parametrize(
    ("media", "options", "words"),
    [
        ((), {"poll": "High"}, "two to four answers; this one has 1"),
        ((), {"poll": "a;b;c;d;e"}, "two to four answers; this one has 5"),
        ((), {"poll": f"a;{'b' * 26}"}, "more than 25 characters"),
        ((picture(),), {"poll": "a;b"}, "one of them"),
        ((film(),), {"quote": QUOTED}, "one of them"),
        ((), {"quote": QUOTED, "poll": "a;b"}, "one of them"),
        ((), {"quote": "https://x.com/tide"}, "named by its address"),
        ((), {"community": "Sailors"}, "named by its address"),
        ((film(), picture()), {}, "or one video"),
        ((film(), film()), {}, "or one video"),
    ],
)
def test_what_cannot_be(server, x, media, options, words):
    payload = post("Tide", *media, options=options)
    for answer in (x.prepare(payload, Memory()), x.publish(payload, Memory())):
        assert isinstance(answer, Rejected)
        assert words in answer.reason
    assert server.requests == []


def test_limits_of_videos_are_said_beforehand(x):
    assert not [one for one in check(post("Tide", film()), x.spec) if one.level == "error"]
    long = check(post("Tide", film(seconds=1300.0)), x.spec)
    assert "X takes up to 20 min" in " ".join(map(str, long))


# -- read back


def row(text, **more):
    moment = f"{NOON + timedelta(minutes=1):%Y-%m-%dT%H:%M:%S}.000Z"
    return {"id": "77", "text": text, "created_at": moment, **more}


def look(server, x, payload, *rows):
    found = {"data": list(rows), "meta": {"result_count": len(rows)}}
    server.on("GET", TIMELINE, 200, found)
    return x.find(payload, Memory())


def test_a_quote_is_found_without_the_address_that_x_adds(server, x):
    added = {
        "url": "https://t.co/abc1",
        "expanded_url": "https://twitter.com/tide/status/1850000000000000001",
    }
    shown = row("Tide at nine https://t.co/abc1", entities={"urls": [added]})
    payload = post(options={"quote": QUOTED})
    assert isinstance(look(server, x, payload, shown), Found)


@pytest.mark.parametrize("options", [{"community": "42"}, {"subscribers": "yes"}])
def test_what_only_some_see_may_not_be_listed(server, x, options):
    payload = post(options=options)
    assert isinstance(look(server, x, payload), CannotTell)
    assert look(server, x, post()) == NotFound()


# -- changing


def known(server, number="7", versions=("7",), text="Tide at nine", **controls):
    later = datetime.now(UTC) + timedelta(minutes=10)
    told = {
        "edits_remaining": 4,
        "is_edit_eligible": True,
        "editable_until": later.isoformat(),
        **controls,
    }
    found = {
        "id": number,
        "text": text,
        "edit_history_post_ids": list(versions),
        "edit_controls": told,
    }
    server.on("GET", f"/2/tweets/{number}", 200, {"data": found})


def test_the_newest_version_is_changed(server, x):
    known(server, versions=("7", "8"))
    known(server, "8", versions=("7", "8"))
    server.on("POST", "/2/tweets", 201, {"data": {"id": "9", "text": "Tide at ten"}})
    assert x.edit("7", post("Tide at ten", options={"made_with_ai": "yes"})) is None
    [changed] = server.seen("POST", "/2/tweets")
    assert changed.json == {
        "text": "Tide at ten",
        "edit_options": {"previous_post_id": "8"},
        "made_with_ai": True,
    }


def test_what_says_so_already_is_not_changed(server, x):
    known(server, text="Tide &amp; ten")
    assert x.edit("7", post("Tide & ten")) is None
    assert server.seen("POST", "/2/tweets") == []


@pytest.mark.parametrize(
    "controls",
    [
        {"is_edit_eligible": False},
        {"edits_remaining": 0},
        {"editable_until": "2026-01-01T00:00:00.000Z"},
    ],
)
def test_what_cannot_be_changed_any_more(server, x, controls):
    known(server, **controls)
    answer = x.edit("7", post("Tide at ten"))
    assert isinstance(answer, Rejected)
    assert "five times within its first hour" in answer.reason


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (401, {}, Reconnect),
        (403, problem(403, "You are not permitted to perform this action."), Rejected),
        (429, {}, TryLater),
        (503, None, TryLater),
        (0, None, TryLater),
    ],
)
def test_what_x_says_to_a_change(server, x, status, body, outcome):
    known(server)
    server.on("POST", "/2/tweets", status, body)
    assert isinstance(x.edit("7", post("Tide at ten")), outcome)


def test_nothing_to_change(server, x):
    server.on("GET", "/2/tweets/7", 200, {"errors": [{"detail": "Could not find it"}]})
    assert isinstance(x.edit("7", post("Tide at ten")), Rejected)
    assert isinstance(x.edit("7", post("Tide at ten", picture())), Rejected)
