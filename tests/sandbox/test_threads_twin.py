"""The simulated Threads over HTTP: containers, posts, replies, tokens, figures, events."""

import hashlib
import hmac
import json
from datetime import timedelta

import pytest
from django.utils import timezone

from publishers.sandbox import oauth
from publishers.sandbox.models import Account, Container, Credential, RemotePost
from publishers.sandbox.registry import twin_for
from publishers.sandbox.twin import Happening
from tests.sandbox.threads import api, code_of, made, published, tidewater

__all__ = ["api", "tidewater"]
pytestmark = pytest.mark.django_db(transaction=True)
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"


def test_two_steps_and_what_is_read_back(api, tidewater):
    container = made(api, text="Tide at nine", topic_tag="tides")
    status = api.get(f"v1.0/{container}", params={"fields": "status,error_message"}).json()
    assert status == {"id": container, "status": "FINISHED"}
    post = published(api, container)
    assert api.get(f"v1.0/{container}", params={"fields": "status"}).json()["status"] == "PUBLISHED"
    fields = "id,text,timestamp,permalink,media_type,topic_tag"
    [row] = api.get("v1.0/me/threads", params={"fields": fields}).json()["data"]
    assert (row["id"], row["text"], row["media_type"]) == (post, "Tide at nine", "TEXT_POST")
    assert row["timestamp"].endswith("+0000")
    assert api.get(row["permalink"]).status_code == 200
    assert "Topic: tides" in api.get(row["permalink"]).text


def test_a_post_is_no_container(api):
    post = published(api, made(api, text="Tide"))
    answer = api.get(f"v1.0/{post}", params={"fields": "status"})
    assert answer.status_code == 400
    assert "nonexisting field (status)" in answer.text


def test_a_container_is_published_once(api, tidewater):
    container = made(api, text="Tide")
    published(api, container)
    again = api.post("v1.0/me/threads_publish", data={"creation_id": container})
    assert code_of(again) == (24, 4279009)
    assert tidewater.posts.count() == 1


def test_a_container_ends_after_a_day(api):
    container = made(api, text="Tide")
    Container.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert api.get(f"v1.0/{container}", params={"fields": "status"}).json()["status"] == "EXPIRED"


def test_replies_are_in_a_list_of_their_own(api):
    first = published(api, made(api, text="First"))
    second = published(api, made(api, text="Second", reply_to_id=first))
    third = published(api, made(api, text="Third", reply_to_id=second))
    [root] = api.get("v1.0/me/threads").json()["data"]
    assert root == {"id": first}
    rows = api.get("v1.0/me/replies", params={"fields": "root_post,replied_to"}).json()["data"]
    assert rows == [
        {"id": third, "root_post": {"id": first}, "replied_to": {"id": second}},
        {"id": second, "root_post": {"id": first}, "replied_to": {"id": first}},
    ]


def test_pages_go_on_by_cursors(api):
    for number in range(3):
        published(api, made(api, text=f"Tide {number}"))
    first = api.get("v1.0/me/threads", params={"limit": 2}).json()
    assert "next" not in first["paging"]
    after = first["paging"]["cursors"]["after"]
    second = api.get("v1.0/me/threads", params={"limit": 2, "after": after}).json()
    assert [len(page["data"]) for page in (first, second)] == [2, 1]


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"text": "a" * 501}, "at most 500"),
        ({"text": "a" * 483 + FAMILY}, "at most 500"),
        ({"text": " ".join(f"https://tide{n}.earth" for n in range(6))}, "LINK_LIMIT_EXCEEDED"),
        ({"text": ""}, "text is required"),
        ({"text": "a", "media_type": "STORY"}, "media_type"),
        ({"text": "a", "topic_tag": "a.b"}, "topic_tag"),
        ({"text": "a", "reply_control": "nobody"}, "reply_control"),
        ({"media_type": "CAROUSEL", "children": "1"}, "2 to 20"),
        ({"text": "a", "reply_to_id": "77"}, "does not exist"),
    ],
)
def test_what_it_does_not_take(api, form, words):
    answer = api.post("v1.0/me/threads", data={"media_type": "TEXT", **form})
    assert answer.status_code == 400
    assert words in answer.json()["error"]["message"]
    assert code_of(answer)[0] == 100


def test_an_emoji_weighs_its_bytes(api):
    assert made(api, text="a" * 482 + FAMILY)


def test_children_that_are_not_there(api):
    answer = api.post("v1.0/me/threads", data={"media_type": "CAROUSEL", "children": "1,2"})
    assert code_of(answer) == (100, 4279004)


def test_a_picture_that_cannot_be_fetched(api):
    form = {"media_type": "IMAGE", "image_url": "https://elsewhere.example/1.png"}
    container = made(api, **form)
    asked = {"fields": "status,error_message"}
    assert api.get(f"v1.0/{container}", params=asked).json()["status"] == "ERROR"


def test_deleting(api):
    post = published(api, made(api, text="Tide"))
    assert api.delete(f"v1.0/{post}").json() == {"success": True, "deleted_id": post}
    assert code_of(api.delete(f"v1.0/{post}")) == (100, 33)


def test_without_a_right_and_without_a_token(api, tidewater):
    Credential.objects.update(scopes="threads_basic")
    assert code_of(api.post("v1.0/me/threads", data={"media_type": "TEXT", "text": "a"}))[0] == 10
    api.token = "nonsense"
    assert code_of(api.get("v1.0/me"))[0] == 190


def test_a_day_has_so_many_posts(api, tidewater):
    Account.objects.update(day_limit=1)
    container = made(api, text="Two")
    published(api, made(api, text="One"))
    answer = api.post("v1.0/me/threads_publish", data={"creation_id": container})
    assert "maximum number of posts" in answer.json()["error"]["message"]
    asked = {"fields": "quota_usage,config"}
    [row] = api.get("v1.0/me/threads_publishing_limit", params=asked).json()["data"]
    assert row["quota_usage"] == 1
    assert row["config"] == {"quota_total": 1, "quota_duration": 86_400}


def test_figures_grow(api, tidewater):
    post = published(api, made(api, text="Tide"))
    RemotePost.objects.update(accepted_at=timezone.now() - timedelta(days=3))
    told = api.get(f"v1.0/{post}/insights", params={"metric": "views,likes"}).json()["data"]
    views = {row["name"]: row["values"][0]["value"] for row in told}
    assert views["views"] > views["likes"] >= 0
    query = {"metric": "views,clicks,followers_count"}
    rows = api.get("v1.0/me/threads_insights", params=query).json()["data"]
    assert "values" in rows[0]
    assert "link_total_values" in rows[1]
    assert rows[2]["total_value"]["value"] > 0
    assert api.get(f"v1.0/{post}/insights", params={"metric": "reach"}).status_code == 400


# -- tokens


def test_the_consent_gives_an_hour_and_the_trade_two_months(api, tidewater, site):
    back = f"{site.url}/connect/threads/callback/"
    asked = {"client_id": "drumbeat", "redirect_uri": back, "scope": "threads_basic"}
    code = oauth.grant_code(twin_for("threads"), tidewater, asked)
    form = {
        "client_id": "drumbeat",
        "client_secret": "sandbox",
        "grant_type": "authorization_code",
        "redirect_uri": back,
        "code": code,
    }
    short = api.post("oauth/access_token", data=form).json()
    assert short["user_id"] == int(tidewater.remote_id)
    again = api.post("oauth/access_token", data=form)
    assert again.status_code == 400
    assert again.json()["error_type"] == "OAuthException"
    api.token = short["access_token"]
    wrong = {"grant_type": "th_exchange_token", "client_secret": "guess"}
    assert api.get("access_token", params=wrong).status_code == 400
    long = api.get("access_token", params={**wrong, "client_secret": "sandbox"}).json()
    assert long["expires_in"] == 5_184_000
    api.token = long["access_token"]
    renewed = api.get("refresh_access_token", params={"grant_type": "th_refresh_token"}).json()
    assert renewed["access_token"] not in (short["access_token"], long["access_token"])


# -- events


def test_a_reply_is_told_as_the_vendor_tells_it(api, tidewater):
    first = published(api, made(api, text="First"))
    answer = published(api, made(api, text="When?", reply_to_id=first))
    twin, post = twin_for("threads"), RemotePost.objects.get(remote_id=answer)
    request = twin.hook(Happening("comment", tidewater, post, "When? \u00e4", id="5"))
    signed = hmac.new(b"sandbox", request.body, hashlib.sha256).hexdigest()
    assert request.headers["X-Hub-Signature-256"] == f"sha256={signed}"
    assert b"\\u00e4" in request.body
    told = json.loads(request.body)
    assert (told["topic"], told["values"]["field"]) == ("moderate", "replies")
    assert told["values"]["value"]["root_post"]["id"] == first
    assert request_of_withdrawal(twin, tidewater).body.startswith(b"signed_request=")


def request_of_withdrawal(twin, account):
    return twin.hook(Happening("revoked", account))
