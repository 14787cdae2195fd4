"""What X counts, and what it tells by itself."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime

import pytest

from publishers.adapters.x import X
from publishers.contract import App, Forged, Greeting, Hook, Reconnect, Rejected, TryLater
from tests.publishers.adapters.x import problem, x

__all__ = ["x"]

APP = App("client", "secret", "https://api.example", "https://web.example")


def number(days: float) -> str:
    """The id of a post of that age."""
    return str((int((time.time() - days * 86_400) * 1000) - 1_288_834_974_657) << 22)


YOUNG, SECOND, OLD = number(1), number(0.9), number(40)
FIGURES = {
    "impressions": 900.0,
    "likes": 7.0,
    "comments": 3.0,
    "shares": 2.0,
    "quotes": 1.0,
    "saves": 4.0,
}


def public(dialect="repost"):
    return {
        "impression_count": 900,
        "like_count": 7,
        "reply_count": 3,
        f"{dialect}_count": 2,
        "quote_count": 1,
        "bookmark_count": 4,
    }


def row(number, dialect="repost", **more):
    return {"id": number, "text": "Tide", "public_metrics": public(dialect), **more}


# -- figures


def test_young_posts_also_say_who_clicked(server, x):
    own = {"impression_count": 900, "url_link_clicks": 5, "user_profile_clicks": 6}
    media = {"media_key": "7_1", "type": "video", "public_metrics": {"view_count": 50}}
    found = row(YOUNG, non_public_metrics=own, attachments={"media_keys": ["7_1"]})
    server.on("GET", "/2/tweets", 200, {"data": [found], "includes": {"media": [media]}})
    server.on("GET", "/2/tweets", 200, {"data": [row(OLD)]})
    told = x.measure([YOUNG, OLD, "urn:li:share:7"])
    more = {"link_clicks": 5.0, "profile_clicks": 6.0, "views": 50.0}
    assert told == {YOUNG: FIGURES | more, OLD: FIGURES}
    first, second = server.seen("GET", "/2/tweets")
    assert first.query["post.fields"] == "attachments,public_metrics,non_public_metrics"
    assert (first.query["ids"], second.query["ids"]) == (YOUNG, OLD)
    assert second.query["post.fields"] == "attachments,public_metrics"


def test_what_is_not_told_whole_is_asked_for_in_part(server, x):
    refused = {"type": "https://api.x.com/2/problems/not-authorized-for-field", "value": YOUNG}
    server.on("GET", "/2/tweets", 200, {"errors": [refused]})
    server.on("GET", "/2/tweets", 200, {"data": [row(YOUNG)]})
    assert x.measure([YOUNG]) == {YOUNG: FIGURES}


def test_a_post_that_is_gone_is_left_out(server, x):
    server.on("GET", "/2/tweets", 200, {"errors": [{"detail": "Could not find tweet"}]})
    assert x.measure([YOUNG]) == {}
    assert x.measure([]) == {}


def test_the_other_names_of_the_fields(server, x):
    server.on("GET", "/2/tweets", 400, problem(400, "post.fields is unknown", "invalid-request"))
    server.on("GET", "/2/tweets", 200, {"data": [row(YOUNG, "retweet")]})
    assert x.measure([YOUNG]) == {YOUNG: FIGURES}
    assert "tweet.fields" in server.seen("GET", "/2/tweets")[1].query


def test_versions_of_a_post_are_added_up(server, x):
    history = {"edit_history_tweet_ids": [YOUNG, SECOND]}
    server.on("GET", "/2/tweets", 200, {"data": [row(YOUNG, **history)]})
    server.on("GET", "/2/tweets", 200, {"data": [row(SECOND, **history)]})
    assert x.measure([YOUNG]) == {YOUNG: {name: 2 * value for name, value in FIGURES.items()}}


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        (400, problem(400, "x", "invalid-request"), Rejected),
        (401, {}, Reconnect),
        (402, problem(402, "CreditsDepleted"), TryLater),
        (429, problem(429, "x", "usage-capped"), TryLater),
        (503, None, TryLater),
    ],
)
def test_refused_figures(server, x, status, body, outcome):
    server.on("GET", "/2/tweets", status, body)
    server.on("GET", "/2/users/me", status, body)
    assert isinstance(x.measure([YOUNG]), outcome)
    assert isinstance(x.audience(), outcome)


@pytest.mark.parametrize("posts", ["tweet_count", "post_count"])
def test_the_audience(server, x, posts):
    metrics = {"followers_count": 90, "following_count": 12, posts: 8, "listed_count": 1}
    server.on("GET", "/2/users/me", 200, {"data": {"id": "5", "public_metrics": metrics}})
    assert x.audience() == {"followers": 90.0, "following": 12.0, "posts": 8.0}


# -- what it tells


def signed(said: bytes, secret="secret") -> str:
    made = hmac.new(secret.encode(), said, hashlib.sha256).digest()
    return f"sha256={base64.b64encode(made).decode()}"


def hear(told, header="X-Twitter-Webhooks-Signature-OAuth2", secret="secret", app=APP):
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    return X.hear(Hook("POST", {}, {header: signed(body, secret)}, body), app, time.time())


def event(kind, who="5", **payload):
    data = {"event_uuid": "-2", "filter": {"user_id": who}, "event_type": kind}
    return {"data": {**data, "payload": payload}}


def checked(token, app=APP):
    return X.hear(Hook("GET", {"crc_token": token}, {}, b""), app, 0.0)


def test_the_check_of_the_address():
    answer = checked("a-Token_1.=")
    assert isinstance(answer, Greeting)
    assert answer.content_type == "application/json"
    assert json.loads(answer.body) == {"response_token": signed(b"a-Token_1.=")}


@pytest.mark.parametrize("token", ["", '{"data": {}}', "[1]", "a b", "a" * 201])
def test_what_could_be_an_event_is_not_signed_for_anybody(token):
    assert isinstance(checked(token), Forged)


def test_without_a_secret_nothing_is_believed():
    bare = App("client", "", "https://api.example", "https://web.example")
    assert isinstance(checked("abc", bare), Forged)
    assert isinstance(hear(event("post.create"), app=bare, secret=""), Forged)


@pytest.mark.parametrize(
    ("header", "secret", "body"),
    [
        ("X-Twitter-Webhooks-Signature-OAuth2", "another", event("post.create")),
        ("X-Other", "secret", event("post.create")),
        ("X-Twitter-Webhooks-Signature", "secret", b"{"),
    ],
)
def test_what_is_not_believed(header, secret, body):
    assert isinstance(hear(body, header, secret), Forged)


MINE = {"id": "70", "author_id": "5", "text": "Tide", "created_at": "2026-11-20T12:00:00.000Z"}
THEIRS = {**MINE, "id": "71", "author_id": "6", "conversation_id": "69"}
NINE = "2026-11-20T09:00:00+00:00"
ANSWERED = {"referenced_tweets": [{"type": "replied_to", "id": "70"}]}


@pytest.mark.parametrize(
    ("told", "kind", "post"),
    [
        (event("post.create", **MINE), "published", "70"),
        (event("post.delete", id="70", author_id="5"), "removed", "70"),
        (event("post.reply.create", **THEIRS, **ANSWERED), "comment", "70"),
        (event("post.reply.create", **THEIRS), "comment", "69"),
        (event("post.reply.create", **MINE, **ANSWERED), "published", "70"),
        (event("post.mention.create", **THEIRS), "mention", "71"),
        (event("post.quote.create", **THEIRS), "mention", "71"),
        (event("like.create", id="l", liked_tweet_id="70", tweet_author_id="5"), "reaction", "70"),
        (event("like.create", id="l", liked_tweet_id="9", liked_tweet_author_id="6"), "other", "9"),
        (event("follow.follow", source={}, target={}), "other", ""),
        (event("oauth.revoke", who="", user_id="5"), "revoked", ""),
        (event("oauth.revoke", who="", user_id="5", date_time=NINE), "revoked", ""),
    ],
)
def test_what_it_tells(told, kind, post):
    [heard] = hear(told)
    assert (heard.kind, heard.account, heard.post) == (kind, "5", post)
    told["data"]["event_uuid"] = "-3"
    [again] = hear(told, "x-twitter-webhooks-signature")
    assert (again.id == heard.id) == bool({"id", "date_time"} & set(told["data"]["payload"]))


def test_when_it_happened():
    [posted] = hear(event("post.create", **MINE))
    assert posted.at == datetime(2026, 11, 20, 12, tzinfo=UTC)
    [revoked] = hear(event("oauth.revoke", who="", user_id="5", date_time=NINE))
    assert revoked.at == datetime(2026, 11, 20, 9, tzinfo=UTC)
    moments = {"created_at": MINE["created_at"], "timestamp_ms": "1784927565236"}
    liked = event("like.create", id="l", **moments)
    assert hear(liked)[0].at == datetime.fromtimestamp(1_784_927_565.236, UTC)


@pytest.mark.parametrize("told", [[], {}, {"data": None}, {"data": [None, 7]}, 7])
def test_what_says_nothing(told):
    assert hear(told) == ()
