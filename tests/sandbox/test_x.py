"""The simulated X against its published OpenAPI description (contracts/x) and its sheet."""

import base64
from datetime import timedelta

import pytest
import requests
from django.utils import timezone

from publishers.sandbox import accounts
from publishers.sandbox.models import Credential, Picture, RemotePost
from tests.sandbox.conftest import picture
from tests.sandbox.x import api, conforms, tidewater

__all__ = ["api", "conforms", "tidewater"]


def upload(api, data, category="tweet_image"):
    return api.post(
        "2/media/upload",
        files={"media": ("a.png", data, "image/png")},
        data={"media_category": category},
    )


def detail(response):
    return response.json()["detail"]


# -- posting


def test_posts_and_reads_it_back(api, tidewater, conforms):
    made = api.post("2/tweets", json={"text": "High water at 09:30 <fast> & calm"})
    assert made.status_code == 201
    conforms(made.json(), "CreatePostsResponse")
    post_id = made.json()["data"]["id"]
    assert made.json()["data"]["text"] == "High water at 09:30 &lt;fast&gt; &amp; calm"

    listed = api.get(
        f"2/users/{tidewater.remote_id}/tweets?max_results=5&tweet.fields=created_at,entities"
    )
    conforms(listed.json(), "GetUsersPostsResponse")
    assert [post["id"] for post in listed.json()["data"]] == [post_id]
    assert listed.json()["meta"]["result_count"] == 1
    assert listed.json()["data"][0]["edit_history_tweet_ids"] == [post_id]
    newer = api.get(f"2/tweets/{post_id}?post.fields=public_metrics,created_at,author_id")
    conforms(newer.json(), "GetPostsByIdResponse")
    assert newer.json()["data"]["edit_history_post_ids"] == [post_id]
    assert newer.headers["x-rate-limit-limit"] == "900"
    assert RemotePost.objects.get().text == "High water at 09:30 <fast> & calm"


def test_wraps_links_and_says_where_they_are(api):
    made = api.post("2/tweets", json={"text": "Tides: https://tidewater.earth/tides?a=1&b=2 daily"})
    shown = api.get(f"2/tweets/{made.json()['data']['id']}?tweet.fields=entities").json()["data"]
    [url] = shown["entities"]["urls"]
    assert url["expanded_url"] == "https://tidewater.earth/tides?a=1&b=2"
    assert shown["text"][url["start"] : url["end"]] == url["url"]
    assert shown["text"] == f"Tides: {url['url']} daily"


def test_a_picture_with_its_description(api, png, conforms):
    sent = upload(api, png)
    assert sent.status_code == 200
    conforms(sent.json(), "MediaUploadResponse")
    media_id = sent.json()["data"]["id"]
    assert sent.json()["data"]["image"] == {"image_type": "image/png", "w": 64, "h": 32}
    told = {"id": media_id, "metadata": {"alt_text": {"text": "A red field"}}}
    said = api.post("2/media/metadata", json=told)
    conforms(said.json(), "CreateMediaMetadataResponse")
    made = api.post("2/tweets", json={"text": "Look", "media": {"media_ids": [media_id]}})
    assert made.status_code == 201

    query = "expansions=attachments.media_keys&media.fields=alt_text&tweet.fields=attachments"
    shown = api.get(f"2/tweets?ids={made.json()['data']['id']}&{query}")
    conforms(shown.json(), "GetPostsByIdsResponse")
    assert shown.json()["includes"]["media"][0]["alt_text"] == "A red field"
    assert shown.json()["data"][0]["text"].startswith("Look https://t.co/")


def test_takes_a_picture_in_base64(api, png):
    body = {"media": base64.b64encode(png).decode(), "media_category": "tweet_image"}
    assert upload(api, picture("WEBP")).status_code == 200
    assert api.post("2/media/upload", json=body).status_code == 200


@pytest.mark.parametrize(
    ("data", "category"),
    [
        (b"not a picture", "tweet_image"),
        (picture("PNG") + b"\0" * 5_300_000, "tweet_image"),
        (picture("PNG"), "tweet_gif"),
    ],
)
def test_refuses_other_uploads(api, conforms, data, category):
    answer = upload(api, data, category)
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == "application/problem+json"
    conforms(answer.json(), "InvalidRequestProblem")


def test_unknown_foreign_and_expired_media(api, connect, png, conforms):
    mine = upload(api, png).json()["data"]["id"]
    other = accounts.create("x", "somebody", "Somebody")
    foreign = upload(connect(other), png).json()["data"]["id"]
    Picture.objects.filter(remote_id=mine).update(expires_at=timezone.now() - timedelta(seconds=1))
    for media_id in ("1", foreign, mine):
        answer = api.post("2/tweets", json={"text": "a", "media": {"media_ids": [media_id]}})
        assert answer.status_code == 400
        conforms(answer.json(), "InvalidRequestProblem")
        assert "media IDs are invalid" in answer.json()["errors"][0]["message"]
    assert not RemotePost.objects.exists()


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("a" * 280, 201),
        ("a" * 281, 403),
        ("潮" * 140, 201),
        ("潮" * 141, 403),
        ("👨‍👩‍👧‍👦" * 140, 201),
        ("👨‍👩‍👧‍👦" * 141, 403),
        ("https://tidewater.earth/" + "a" * 300 + " " + "b" * 256, 201),
        ("https://tidewater.earth/" + "a" * 300 + " " + "b" * 257, 403),
        ("tidewater.earth " + "b" * 257, 403),
    ],
)
def test_weighs_text(api, text, status):
    assert api.post("2/tweets", json={"text": text}).status_code == status


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"text": " "},
        {"text": 1},
        {"text": "a", "colour": "red"},
        {"text": "a", "media": {"media_ids": []}},
        {"text": "a", "media": {"media_ids": ["1", "2", "3", "4", "5"]}},
        {"text": "a", "reply_settings": "nobody"},
        {"text": "a", "poll": {"options": ["a", "b"]}, "media": {"media_ids": ["1"]}},
    ],
)
def test_refuses_what_the_schema_does_not_know(api, conforms, body):
    answer = api.post("2/tweets", json=body)
    assert answer.status_code == 400
    conforms(answer.json(), "InvalidRequestProblem")


def test_refuses_a_body_that_is_not_json(api):
    assert (
        api.post("2/tweets", data=b"{", headers={"Content-Type": "application/json"}).status_code
        == 400
    )


def test_refuses_the_same_text_again_until_deleted(api):
    first = api.post("2/tweets", json={"text": "Slack tide"})
    again = api.post("2/tweets", json={"text": "Slack  tide "})
    assert (first.status_code, again.status_code) == (201, 403)
    assert detail(again) == "You are not allowed to create a Tweet with duplicate content."
    assert again.json()["type"] == "about:blank"
    gone = api.delete(f"2/tweets/{first.json()['data']['id']}")
    assert gone.json() == {"data": {"deleted": True}}
    assert api.post("2/tweets", json={"text": "Slack tide"}).status_code == 201


def test_replies_only_to_oneself(api, connect):
    stranger = connect(accounts.create("x", "somebody", "Somebody"))
    theirs = stranger.post("2/tweets", json={"text": "Mine"}).json()["data"]["id"]
    mine = api.post("2/tweets", json={"text": "One"}).json()["data"]["id"]
    reply = {"in_reply_to_tweet_id": mine}
    assert api.post("2/tweets", json={"text": "Two", "reply": reply}).status_code == 201
    refused = api.post("2/tweets", json={"text": "No", "reply": {"in_reply_to_tweet_id": theirs}})
    assert refused.status_code == 403
    assert "where you are mentioned" in detail(refused)


def test_reading_pages_and_bad_questions(api, tidewater, conforms):
    for number in range(7):
        api.post("2/tweets", json={"text": f"Post {number}"})
    address = f"2/users/{tidewater.remote_id}/tweets"
    first = api.get(f"{address}?max_results=5").json()
    rest = api.get(f"{address}?max_results=5&pagination_token={first['meta']['next_token']}").json()
    assert [p["text"] for p in first["data"] + rest["data"]] == [
        f"Post {n}" for n in range(6, -1, -1)
    ]
    assert "next_token" not in rest["meta"]
    future = (timezone.now() + timedelta(hours=1)).isoformat().replace("+00:00", "Z")
    assert api.get(f"{address}?start_time={future}").json() == {"meta": {"result_count": 0}}
    for query in (
        "max_results=4",
        "start_time=yesterday",
        "tweet.fields=colour",
        "pagination_token=z",
    ):
        assert api.get(f"{address}?{query}").status_code == 400
    assert api.get("2/tweets").status_code == 400
    missing = api.get("2/tweets/123")
    conforms(missing.json(), "GetPostsByIdResponse")
    assert missing.json()["errors"][0]["type"].endswith("/resource-not-found")


# -- who


def test_me(api, tidewater, conforms):
    answer = api.get("2/users/me?user.fields=profile_image_url,public_metrics,subscription_type")
    conforms(answer.json(), "GetUsersMeResponse")
    data = answer.json()["data"]
    assert (data["id"], data["username"]) == (tidewater.remote_id, "tidewater")
    assert requests.get(data["profile_image_url"], timeout=5).headers["Content-Type"] == "image/png"
    assert set(api.get("2/users/me").json()["data"]) == {"id", "name", "username"}


@pytest.mark.parametrize("token", ["", "wrong"])
def test_without_a_token(anonymous, token):
    api = anonymous("x")
    api.token = token
    answer = api.post("2/tweets", json={"text": "a"})
    assert answer.status_code == 401
    assert answer.json()["title"] == "Unauthorized"


def test_an_expired_token(api):
    Credential.objects.update(expires_at=timezone.now())
    assert api.get("2/users/me").status_code == 401


def test_scopes_count(connect, tidewater, png):
    reader = connect(tidewater, ["users.read"])
    assert reader.post("2/tweets", json={"text": "a"}).status_code == 403
    assert upload(reader, png).status_code == 403
    assert reader.get("2/users/me").status_code == 200


def test_other_methods(api):
    assert api.put("2/tweets", json={}).status_code == 405
