"""X over real HTTP: what is sent, and what each refusal means."""

import json
from dataclasses import replace

import pytest

from publishers.contract import Account, Published, Reconnect, Rejected, TryLater, Uncertain
from tests.publishers.adapters.kit import Memory, picture, png, post
from tests.publishers.adapters.x import problem, x

__all__ = ["x"]


def publish(server, x, status, body, payload=None, step=None, **headers):
    server.on("POST", "/2/tweets", status, body, **headers)
    return x.publish(payload or post(), step or Memory())


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
        (403, problem(403, "Quoting this post is not allowed"), Rejected, "quoted post out"),
        (403, problem(403, "Reply to this conversation is not allowed"), Rejected, "not allowed"),
        (403, problem(403, "You are not permitted to perform this action."), Rejected, "too long"),
        (403, problem(403, "not allowed to post a video longer than 20 minutes."), Rejected, "Cut"),
        (403, problem(403, "Posts are limited to one cashtag."), Rejected, "one cashtag in"),
        (403, problem(403, "This has an invalid URL"), Rejected, "invalid URL"),
        (403, problem(403, "x", "client-forbidden"), Rejected, "administrator"),
        (403, problem(403, "x", "unsupported-authentication"), Reconnect, "again"),
        (403, problem(403, "x", "oauth1-permissions"), Reconnect, "again"),
        (403, problem(403, "x", "usage-capped"), TryLater, "credits"),
        (429, problem(429, "x", "usage-capped"), TryLater, "slow down"),
        (403, problem(403, "x", "not-authorized-for-resource"), Rejected, "x"),
        (403, problem(403, "x", "user-suspended", "https://api.twitter.com"), Reconnect, "locked"),
        (403, problem(403, "The account is temporarily locked."), Reconnect, "locked"),
        (403, numbered(64, "x"), Reconnect, "suspended"),
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


def test_the_token_is_not_kept_with_the_handles(server, x, step):
    x.prepare(post("Tide", picture()), step)
    assert "hush" not in json.dumps(step.kept)


def test_the_same_picture_with_another_description_is_another_upload(server, x, step):
    x.prepare(post("Tide", picture("A pier"), replace(picture("A pier"), alt="A mast")), step)
    assert len(server.seen("POST", "/2/media/upload")) == 2
