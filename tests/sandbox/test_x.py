"""The simulated X against its published OpenAPI description (contracts/x) and its sheet."""

import base64
import hashlib
import json
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import jsonschema
import pytest
import requests
from django.utils import timezone

from publishers.sandbox import accounts, oauth
from publishers.sandbox.models import Account, Credential, Picture, RemotePost
from publishers.sandbox.registry import twin_for
from tests.sandbox.conftest import Api, picture

CONTRACT = Path(__file__).parents[3] / "shared/contracts/x/openapi-2.167-docs.json"
VERIFIER = "a-verifier-of-at-least-forty-three-characters-0123456789"
CHALLENGE = (
    base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
)
SCOPES = "tweet.read tweet.write users.read media.write offline.access"


@pytest.fixture
def tidewater(site) -> Account:
    return accounts.create("x", "tidewater", "Tidewater")


@pytest.fixture
def api(connect, tidewater) -> Api:
    return connect(tidewater)


@pytest.fixture(scope="module")
def conforms():
    """`conforms(body, "GetPostsByIdResponse")` by the vendor's OpenAPI, where it is at hand."""
    if not CONTRACT.exists():
        pytest.skip("contracts are not beside this checkout")
    schemas = json.loads(CONTRACT.read_text())["components"]["schemas"]

    def check(body, name):
        root = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": closed(schemas)}}
        jsonschema.Draft202012Validator(root).validate(body)

    return check


def closed(schemas):
    """OpenAPI 3.0 says `nullable`; JSON schema says it in the type."""
    if isinstance(schemas, list):
        return [closed(part) for part in schemas]
    if not isinstance(schemas, dict):
        return schemas
    found = {name: closed(part) for name, part in schemas.items()}
    if found.get("nullable") and isinstance(found.get("type"), str):
        found["type"] = [found["type"], "null"]
    return found


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


# -- OAuth


def token(api, auth=("drumbeat", "sandbox"), **form):
    return api.post("2/oauth2/token", data=form, auth=auth)


@pytest.fixture
def code(tidewater, site):
    query = {
        "client_id": "drumbeat",
        "redirect_uri": f"{site.url}/connect/callback/",
        "scope": SCOPES,
        "code_challenge": CHALLENGE,
        "code_challenge_method": "S256",
    }
    return oauth.grant_code(twin_for("x"), tidewater, query)


@pytest.fixture
def form(code, site):
    return {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": f"{site.url}/connect/callback/",
        "code_verifier": VERIFIER,
    }


def test_a_code_is_good_once(anonymous, form):
    first = token(anonymous("x"), **form)
    assert first.status_code == 200
    assert first.json()["expires_in"] == 7200
    assert first.json()["scope"] == SCOPES
    assert first.json()["refresh_token"]
    again = token(anonymous("x"), **form)
    assert again.status_code == 400
    assert again.json()["error"] == "invalid_request"


@pytest.mark.parametrize(
    "wrong",
    [
        {"code_verifier": VERIFIER + "x"},
        {"code_verifier": ""},
        {"redirect_uri": "http://elsewhere.test/callback/"},
        {"code": "guessed"},
    ],
)
def test_a_code_needs_its_proof(anonymous, form, wrong):
    assert token(anonymous("x"), **(form | wrong)).status_code == 400
    assert token(anonymous("x"), **form).status_code == 200


def test_a_code_lives_thirty_seconds(anonymous, form):
    made = Credential.objects.get(kind="code")
    assert 25 < (made.expires_at - timezone.now()).total_seconds() <= 30
    Credential.objects.update(expires_at=timezone.now())
    assert token(anonymous("x"), **form).status_code == 400


def test_the_client_proves_itself(anonymous, form):
    for auth in (("drumbeat", "guess"), None):
        answer = token(anonymous("x"), auth=auth, **form)
        assert answer.status_code == 401
        assert answer.json()["error"] == "unauthorized_client"
    assert token(anonymous("x"), auth=None, **form, client_id="drumbeat").status_code == 200


def test_refreshing_rotates(anonymous, form):
    api = anonymous("x")
    old = token(api, **form).json()
    new = token(api, grant_type="refresh_token", refresh_token=old["refresh_token"]).json()
    assert new["refresh_token"] != old["refresh_token"]
    api.token = new["access_token"]
    assert api.get("2/users/me").status_code == 200
    api.token = ""
    dead = token(api, grant_type="refresh_token", refresh_token=old["refresh_token"])
    assert dead.status_code == 400
    assert "token was invalid" in dead.json()["error_description"]
    assert token(api, grant_type="refresh_token", refresh_token=new["refresh_token"]).ok


def test_no_refresh_without_offline_access(tidewater, anonymous, site):
    redirect_uri = f"{site.url}/connect/callback/"
    query = {"client_id": "drumbeat", "redirect_uri": redirect_uri, "scope": "tweet.read"}
    query |= {"code_challenge": VERIFIER, "code_challenge_method": "plain"}
    code = oauth.grant_code(twin_for("x"), tidewater, query)
    answer = token(anonymous("x"), code=code, redirect_uri=redirect_uri, code_verifier=VERIFIER)
    assert "refresh_token" not in answer.json()


def test_revoking_ends_the_whole_grant(anonymous, form):
    api = anonymous("x")
    tokens = token(api, **form).json()
    gone = api.post(
        "2/oauth2/revoke", data={"token": tokens["refresh_token"]}, auth=("drumbeat", "sandbox")
    )
    assert gone.json() == {"revoked": True}
    api.token = tokens["access_token"]
    assert api.get("2/users/me").status_code == 401


def test_other_methods(api):
    assert api.put("2/tweets", json={}).status_code == 405


# -- consent


@pytest.fixture
def consent(site, tidewater):
    redirect_uri = f"{site.url}/connect/callback/"

    def address(**changes):
        query = {
            "response_type": "code",
            "client_id": "drumbeat",
            "redirect_uri": redirect_uri,
            "scope": SCOPES,
            "state": "s1",
            "code_challenge": CHALLENGE,
            "code_challenge_method": "S256",
        } | changes
        kept = {name: value for name, value in query.items() if value is not None}
        return (
            requests.Request("GET", f"{site.url}/sandbox/x/i/oauth2/authorize", params=kept)
            .prepare()
            .url
        )

    return address


def decide(address, **form):
    browser = requests.Session()
    page = browser.get(address, timeout=5)
    csrf = browser.cookies["csrftoken"]
    return page, browser.post(
        address, data={"csrfmiddlewaretoken": csrf, **form}, allow_redirects=False, timeout=5
    )


def test_allowing_gives_a_code_that_works(consent, anonymous, tidewater, form):
    page, answer = decide(consent(), decision="allow", account=tidewater.pk)
    assert page.status_code == 200
    assert "Upload pictures for you" in page.text
    assert "media.write" in page.text
    back = urlsplit(answer.headers["Location"])
    assert back.path == "/connect/callback/"
    query = parse_qs(back.query)
    assert query["state"] == ["s1"]
    assert token(anonymous("x"), **(form | {"code": query["code"][0]})).status_code == 200


def test_denying_says_so(consent):
    _, answer = decide(consent(), decision="deny")
    assert parse_qs(urlsplit(answer.headers["Location"]).query) == {
        "error": ["access_denied"],
        "state": ["s1"],
    }
    assert not Credential.objects.exists()


def test_an_account_must_be_chosen(consent):
    _, answer = decide(consent(), decision="allow", account="999999")
    assert answer.status_code == 422
    assert "Choose the account" in answer.text


def test_consent_needs_the_page_it_came_from(consent):
    assert requests.post(consent(), data={"decision": "allow"}, timeout=5).status_code == 403


@pytest.mark.parametrize(
    "wrong",
    [
        {"client_id": "somebody"},
        {"redirect_uri": "http://evil.test/callback/"},
        {"redirect_uri": "/callback/"},
        {"redirect_uri": None},
    ],
)
def test_an_unsafe_request_is_not_sent_back(consent, wrong):
    answer = requests.get(consent(**wrong), allow_redirects=False, timeout=5)
    assert answer.status_code == 400
    assert "not valid" in answer.text


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "dm.read"}, "invalid_scope"),
        ({"state": None}, "invalid_request"),
        ({"code_challenge": None}, "invalid_request"),
    ],
)
def test_a_mistaken_request_is_sent_back_with_its_error(consent, wrong, error):
    answer = requests.get(consent(**wrong), allow_redirects=False, timeout=5)
    assert parse_qs(urlsplit(answer.headers["Location"]).query)["error"] == [error]
