"""X over real HTTP: what is sent, what each refusal means, and how a post is recognised again."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from publishers.adapters.x import X
from publishers.contract import (
    Account,
    CannotTell,
    Found,
    NotFound,
    Published,
    Reconnect,
    Rejected,
    TryLater,
    Uncertain,
)
from tests.publishers.adapters.kit import NOON, Memory, picture, png, post

ME = Account("1700000001", "tide", "Tide", token="hush")
TIMELINE = "/2/users/1700000001/tweets"


@pytest.fixture
def x(server):
    server.on("POST", "/2/media/upload", 200, {"data": {"id": "9001", "expires_after_secs": 86400}})
    server.on("POST", "/2/media/metadata", 200, {"data": {"id": "9001"}})
    return server.adapter(X, ME)


def publish(server, x, status, body, payload=None, step=None, **headers):
    server.on("POST", "/2/tweets", status, body, **headers)
    return x.publish(payload or post(), step or Memory())


def problem(status, detail, kind="", host="https://api.x.com"):
    type_ = f"{host}/2/problems/{kind}" if kind else "about:blank"
    return {"title": "Nope", "detail": detail, "type": type_, "status": status}


def numbered(code, message):
    return {"errors": [{"code": code, "message": message}]}


# -- what is sent


def test_a_text(server, x):
    outcome = publish(server, x, 201, {"data": {"id": "1", "text": "Tide at nine"}})
    assert outcome == Published("1", "https://web.example/tide/status/1")
    [sent] = server.seen("POST", "/2/tweets")
    assert sent.json == {"text": "Tide at nine"}
    assert sent.headers["Authorization"] == "Bearer hush"


def test_pictures_with_their_descriptions(server, x, step):
    one, two = picture("A pier"), picture("", png((9, 9, 9)))
    server.scripts[("POST", "/2/media/upload")] = []
    server.on("POST", "/2/media/upload", 200, {"data": {"id": "11", "expires_after_secs": 86400}})
    server.on("POST", "/2/media/upload", 200, {"data": {"id": "12", "expires_after_secs": 86400}})
    payload = post("", one, two)
    assert x.prepare(payload, step) is None
    first, second = server.seen("POST", "/2/media/upload")
    assert first.parts == {"media_category": b"tweet_image", "media": png()}
    assert second.parts["media"] == png((9, 9, 9))
    [described] = server.seen("POST", "/2/media/metadata")
    assert described.json == {"id": "11", "metadata": {"alt_text": {"text": "A pier"}}}
    publish(server, x, 201, {"data": {"id": "1"}}, payload, step)
    [sent] = server.seen("POST", "/2/tweets")
    assert sent.json == {"media": {"media_ids": ["11", "12"]}}


def test_a_picture_that_was_uploaded_but_not_described_is_only_described(server, x, step):
    server.scripts[("POST", "/2/media/metadata")] = []
    server.on("POST", "/2/media/metadata", 503)
    server.on("POST", "/2/media/metadata", 200, {"data": {}})
    payload = post("Tide", picture())
    assert isinstance(x.prepare(payload, step), TryLater)
    assert x.prepare(payload, step) is None
    assert len(server.seen("POST", "/2/media/upload")) == 1
    assert len(server.seen("POST", "/2/media/metadata")) == 2


@pytest.mark.parametrize(("chosen", "sent"), [("", None), ("following", "following")])
def test_who_can_reply(server, x, chosen, sent):
    payload = post(options={"reply_settings": chosen})
    publish(server, x, 201, {"data": {"id": "1"}}, payload)
    assert server.seen("POST", "/2/tweets")[0].json.get("reply_settings") == sent


def test_the_account(server, x):
    who = {
        "id": "5",
        "username": "harbour",
        "name": "Harbour",
        "profile_image_url": "https://i.x/a",
    }
    server.on("GET", "/2/users/me", 200, {"data": who})
    assert x.accounts() == [
        Account("5", "harbour", "Harbour", avatar_url="https://i.x/a", token="hush")
    ]


@pytest.mark.parametrize(("status", "body"), [(200, {"data": {"deleted": True}}), (404, {})])
def test_remove(server, x, status, body):
    server.on("DELETE", "/2/tweets/7", status, body)
    assert x.remove("7") is None


def test_remove_refused(server, x):
    server.on("DELETE", "/2/tweets/7", 403, problem(403, "Not yours"))
    assert isinstance(x.remove("7"), Rejected)


# -- what a refusal means

DUPLICATE = "You are not allowed to create a Tweet with duplicate content."


@pytest.mark.parametrize(
    ("status", "body", "outcome", "words"),
    [
        (400, problem(400, "invalid", "invalid-request"), Rejected, "invalid"),
        (401, problem(401, "Unauthorized"), Reconnect, "Connect the account again"),
        (402, problem(402, "CreditsDepleted"), TryLater, "credits"),
        (403, problem(403, DUPLICATE), Uncertain, "may be live already"),
        (403, numbered(187, "Status is a duplicate."), Uncertain, "live"),
        (403, problem(403, "You can only reply to or quote posts where"), Rejected, "only reply"),
        (403, problem(403, "You are not permitted to perform this action."), Rejected, "too long"),
        (403, problem(403, "x", "client-forbidden"), Rejected, "administrator"),
        (403, problem(403, "x", "unsupported-authentication"), Reconnect, "again"),
        (403, problem(403, "x", "oauth1-permissions"), Reconnect, "again"),
        (403, problem(403, "x", "usage-capped"), TryLater, "credits"),
        (429, problem(429, "x", "usage-capped"), TryLater, "slow down"),
        (403, problem(403, "x", "not-authorized-for-resource"), Rejected, "x"),
        (403, problem(403, "x", "user-suspended", "https://api.twitter.com"), Reconnect, "locked"),
        (403, problem(403, "The account is temporarily locked."), Reconnect, "locked"),
        (403, numbered(326, "x"), Reconnect, "locked"),
        (403, numbered(89, "Invalid or expired token"), Reconnect, "again"),
        (403, numbered(186, "Needs to be shorter."), Rejected, "shorter"),
        (403, problem(403, "A Tweet may have a maximum of 4 items"), Rejected, "maximum of 4"),
        (404, problem(404, "x", "resource-not-found"), Rejected, "x"),
        (413, None, Rejected, "without a reason"),
        (429, problem(429, "Too Many Requests"), TryLater, "slow down"),
        (429, numbered(88, "Rate limit exceeded"), TryLater, "slow down"),
        (500, None, Uncertain, "may be live"),
        (503, {"title": "Service Unavailable"}, Uncertain, "may be live"),
        (201, None, Uncertain, "which one"),
        (201, {"data": {}}, Uncertain, "which one"),
        (200, {"errors": [{"message": "partial"}]}, Uncertain, "which one"),
    ],
)  # fmt: skip
def test_refusals(server, x, status, body, outcome, words):
    answer = publish(server, x, status, body)
    assert isinstance(answer, outcome), answer
    assert words in answer.reason
    assert len(server.seen("POST", "/2/tweets")) == 1


def test_a_broken_connection_is_uncertain(server, x):
    assert isinstance(publish(server, x, 0, None), Uncertain)


def test_the_day_limit_is_waited_for(server, x):
    answer = publish(
        server, x, 429, {}, x_rate_limit_remaining="3", x_rate_limit_reset="10",
        x_app_limit_24hour_remaining="0", x_app_limit_24hour_reset="7200",
    )  # fmt: skip
    assert answer.after == 7200
    assert answer.rate_limited


def test_expired_pictures_are_forgotten_and_uploaded_again(server, x, step):
    payload = post("Tide", picture())
    x.prepare(payload, step)
    invalid = {"errors": [{"message": "Your media IDs are invalid."}], "title": "Invalid Request"}
    assert isinstance(publish(server, x, 400, invalid, payload, step), TryLater)
    x.prepare(payload, step)
    assert len(server.seen("POST", "/2/media/upload")) == 2


def test_a_picture_that_x_refuses(server, x, step):
    server.scripts[("POST", "/2/media/upload")] = []
    server.on("POST", "/2/media/upload", 400, problem(400, "The media is not an image"))
    answer = x.prepare(post("Tide", picture()), step)
    assert isinstance(answer, Rejected)
    assert "not an image" in answer.reason


# -- is it there?


def row(text, *, id="77", minutes=1, urls=(), media=(), **more):
    moment = NOON + timedelta(minutes=minutes)
    data = {"id": id, "text": text, "created_at": f"{moment:%Y-%m-%dT%H:%M:%S}.000Z"}
    if urls or media:
        data["entities"] = {"urls": list(urls)}
    if media:
        data["attachments"] = {"media_keys": list(media)}
    return data | more


def look(server, x, payload, *rows, **meta):
    server.on(
        "GET", TIMELINE, 200, {"data": list(rows), "meta": {"result_count": len(rows), **meta}}
    )
    return x.find(payload, Memory())


def short(number, full, **more):
    return {"url": f"https://t.co/abc{number}", "expanded_url": full, **more}


def test_found_by_its_words(server, x):
    found = look(
        server, x, post("Fish & chips  at <nine>"), row("Fish &amp; chips at &lt;nine&gt;")
    )
    assert found == Found("77", "https://web.example/tide/status/77")
    [asked] = server.seen("GET", TIMELINE)
    assert asked.query["start_time"] == "2026-11-20T11:50:00Z"
    assert asked.query["exclude"] == "retweets"
    fields = "attachments,conversation_id,created_at,entities,note_post,text"
    assert asked.query["post.fields"] == fields


def test_found_with_links_and_pictures(server, x):
    payload = post("Tides: tide.earth/api and https://tide.earth/", picture(), picture("b", b"2"))
    shown = row(
        "Tides: https://t.co/abc1 and https://t.co/abc2 https://t.co/abc3",
        urls=[
            short(1, "http://tide.earth/api"),
            short(2, "https://tide.earth/"),
            short(3, "https://x.com/tide/status/77/photo/1", media_key="3_1"),
            short(3, "https://x.com/tide/status/77/photo/1", media_key="3_2"),
        ],
        media=("3_1", "3_2"),
    )
    assert isinstance(look(server, x, payload, shown), Found)


def test_found_without_words(server, x):
    shown = row("https://t.co/abc1", media=("3_1",))
    assert isinstance(look(server, x, post("", picture()), shown), Found)


@pytest.mark.parametrize("name", ["note_post", "note_tweet"])
def test_long_posts_are_read_in_full(server, x, name):
    long = "Tide " * 80
    shown = row("Tide Tide…", **{name: {"text": long}})
    assert isinstance(look(server, x, post(long), shown), Found)


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [row("Something else altogether, about harbours")],
        [row("Tide at nine", minutes=-30)],
    ],
    ids=["none", "others", "before"],
)
def test_not_there(server, x, rows):
    assert look(server, x, post(), *rows) == NotFound()


@pytest.mark.parametrize(
    "rows",
    [
        [row("Tide at nine", id="1"), row("Tide at nine", id="2")],
        [row("Tide at nine", media=("3_1",))],
        [row("Tide at nine!")],
        [row("Tide at nine", id="1"), row("Tide at ninee", id="2")],
    ],
    ids=["two", "with a picture", "nearly", "one exact and one near"],
)
def test_between_yes_and_no_a_person_decides(server, x, rows):
    answer = look(server, x, post(), *rows)
    assert isinstance(answer, CannotTell)
    assert "https://web.example/tide/status/" in answer.reason


def test_the_other_names_of_the_fields_are_tried(server, x):
    server.on("GET", TIMELINE, 400, problem(400, "post.fields is unknown", "invalid-request"))
    server.on("GET", TIMELINE, 200, {"data": [row("Tide at nine")], "meta": {"result_count": 1}})
    assert isinstance(x.find(post(), Memory()), Found)
    assert "tweet.fields" in server.seen("GET", TIMELINE)[1].query


def test_all_pages_are_read(server, x):
    others = [row("Something else altogether, about harbours", id=str(n)) for n in range(3)]
    server.on(
        "GET", TIMELINE, 200, {"data": others, "meta": {"result_count": 3, "next_token": "p2"}}
    )
    server.on("GET", TIMELINE, 200, {"data": [row("Tide at nine")], "meta": {"result_count": 1}})
    assert isinstance(x.find(post(), Memory()), Found)
    assert server.seen("GET", TIMELINE)[1].query["pagination_token"] == "p2"


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (401, {}),
        (403, problem(403, "x")),
        (429, {}),
        (500, None),
        (400, problem(400, "x")),
        (200, None),
        (200, {"errors": [{"detail": "x"}]}),
        (200, {"data": [], "meta": {"result_count": 0, "next_token": "again"}}),
        (0, None),
    ],
)
def test_a_failed_read_proves_nothing(server, x, status, body):
    server.on("GET", TIMELINE, status, body)
    assert isinstance(x.find(post(), Memory()), CannotTell)


def test_the_token_is_not_kept_with_the_handles(server, x, step):
    x.prepare(post("Tide", picture()), step)
    assert "hush" not in json.dumps(step.kept)


def test_the_same_picture_with_another_description_is_another_upload(server, x, step):
    x.prepare(post("Tide", picture("A pier"), replace(picture("A pier"), alt="A mast")), step)
    assert len(server.seen("POST", "/2/media/upload")) == 2
