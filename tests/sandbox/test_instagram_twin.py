"""The simulated Instagram over HTTP: both doors, containers, stories, comments, figures, events."""

import hashlib
import hmac
import json
from datetime import timedelta
from io import BytesIO

import pytest
from django.utils import timezone
from PIL import Image

from publishers.sandbox import accounts, oauth
from publishers.sandbox.models import Account, Picture, RemotePost
from publishers.sandbox.registry import twin_for
from publishers.sandbox.twin import Happening
from tests.publishers.adapters.simulated import minted
from tests.sandbox.films import mp4
from tests.sandbox.threads import code_of

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def tidewater(site) -> Account:
    return accounts.create("instagram", "tidewater", "Tidewater")


@pytest.fixture
def api(connect, tidewater, site, settings):
    # Files are fetched from this installation alone.
    settings.SITE_URL = site.url
    return connect(tidewater)


def address(site, data, mime):
    owner = accounts.create("x", "elsewhere")
    row = Picture(account=owner, remote_id=str(len(data)), mime=mime, data=data, size=len(data))
    row.save()
    return f"{site.url}/sandbox/pictures/{row.pk}/"


@pytest.fixture
def jpeg(site):
    out = BytesIO()
    Image.new("RGB", (400, 300), "teal").save(out, "JPEG")
    return address(site, out.getvalue(), "image/jpeg")


def made(api, **form):
    answer = api.post("v26.0/me/media", data=form)
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def published(api, container):
    answer = api.post("v26.0/me/media_publish", data={"creation_id": container})
    assert answer.status_code == 200, answer.text
    return answer.json()["id"]


def test_a_picture_in_two_steps(api, jpeg):
    container = made(api, image_url=jpeg, caption="Tide", alt_text="A pier")
    asked = {"fields": "status_code,status"}
    assert api.get(f"v26.0/{container}", params=asked).json()["status_code"] == "FINISHED"
    post = published(api, container)
    assert api.get(f"v26.0/{container}", params=asked).json()["status_code"] == "PUBLISHED"
    fields = "id,caption,permalink,media_type,timestamp"
    [row] = api.get("v26.0/me/media", params={"fields": fields}).json()["data"]
    assert (row["id"], row["caption"], row["media_type"]) == (post, "Tide", "IMAGE")
    assert "A pier" in api.get(row["permalink"]).text


def test_a_carousel_and_a_story(api, jpeg, tidewater):
    children = [made(api, image_url=jpeg, is_carousel_item="true") for _ in range(2)]
    published(api, made(api, media_type="CAROUSEL", children=",".join(children), caption="Two"))
    story = published(api, made(api, media_type="STORIES", image_url=jpeg))
    [row] = api.get("v26.0/me/media", params={"fields": "children"}).json()["data"]
    assert len(row["children"]["data"]) == 2
    assert [one["id"] for one in api.get("v26.0/me/stories").json()["data"]] == [story]
    RemotePost.objects.update(accepted_at=timezone.now() - timedelta(days=2))
    assert api.get("v26.0/me/stories").json()["data"] == []


def test_a_reel_is_worked_on(api, site, tidewater):
    Account.objects.update(processing_seconds=60)
    clip = address(site, mp4(), "video/mp4")
    container = made(api, media_type="REELS", video_url=clip, caption="Look")
    asked = {"fields": "status_code"}
    assert api.get(f"v26.0/{container}", params=asked).json()["status_code"] == "IN_PROGRESS"
    early = api.post("v26.0/me/media_publish", data={"creation_id": container})
    assert code_of(early) == (9007, 2207027)
    Picture.objects.update(ready_at=timezone.now())
    published(api, container)


@pytest.mark.parametrize(
    ("form", "code"),
    [
        ({"caption": "a" * 2201}, (36004, 2207010)),
        ({"caption": " ".join(f"@a{n}" for n in range(21))}, (100, 2207040)),
        ({"media_type": "CAROUSEL", "children": "1"}, (100, 2207028)),
        ({"media_type": "POEM"}, (100, 2207023)),
        ({"image_url": "https://elsewhere.example/1.jpg"}, (9004, 2207052)),
    ],
)
def test_what_it_does_not_take(api, jpeg, form, code):
    assert code_of(api.post("v26.0/me/media", data={"image_url": jpeg, **form})) == code


def test_only_jpeg(api, site):
    out = BytesIO()
    Image.new("RGB", (400, 300)).save(out, "PNG")
    wrong = {"image_url": address(site, out.getvalue(), "image/png")}
    assert code_of(api.post("v26.0/me/media", data=wrong)) == (36001, 2207005)


def test_comments_and_what_each_door_may_delete(api, jpeg, tidewater):
    post = published(api, made(api, image_url=jpeg))
    said = api.post(f"v26.0/{post}/comments", data={"message": "Read more"}).json()["id"]
    asked = {"fields": "text,username"}
    [row] = api.get(f"v26.0/{post}/comments", params=asked).json()["data"]
    assert row == {"id": said, "text": "Read more", "username": "tidewater"}
    assert code_of(api.delete(f"v26.0/{post}")) == (100, 33)
    assert api.delete(f"v26.0/{said}").json() == {"success": True}
    api.token = minted(tidewater, "page")
    assert api.delete(f"page/v26.0/{post}").json() == {"success": True}


def test_the_first_door(api, tidewater, site):
    back = f"{site.url}/connect/instagram/callback/"
    asked = {"client_id": "drumbeat", "redirect_uri": back, "scope": "instagram_business_basic"}
    code = oauth.grant_code(twin_for("instagram"), tidewater, asked)
    form = {"client_id": "drumbeat", "client_secret": "sandbox", "code": code}
    form |= {"grant_type": "authorization_code", "redirect_uri": back}
    [short] = api.post("oauth/access_token", data=form).json()["data"]
    assert short["user_id"] == tidewater.remote_id
    api.token = short["access_token"]
    query = {"grant_type": "ig_exchange_token", "client_secret": "sandbox"}
    assert api.get("access_token", params=query).json()["expires_in"] == 5_184_000
    me = api.get("v26.0/me", params={"fields": "user_id,username"}).json()
    assert me["user_id"] == tidewater.remote_id
    assert me["id"] != tidewater.remote_id


def test_the_other_door(api, tidewater):
    api.token = minted(tidewater, "page")
    [page] = api.get("page/v26.0/me/accounts").json()["data"]
    assert page["instagram_business_account"]["id"] == tidewater.remote_id
    assert page["access_token"] != api.token


def test_figures(api, jpeg):
    post = published(api, made(api, image_url=jpeg))
    asked = {"fields": "quota_usage,config"}
    [quota] = api.get("v26.0/me/content_publishing_limit", params=asked).json()["data"]
    assert quota == {"quota_usage": 1, "config": {"quota_total": 50, "quota_duration": 86_400}}
    RemotePost.objects.update(accepted_at=timezone.now() - timedelta(days=3))
    rows = api.get(f"v26.0/{post}/insights", params={"metric": "views,reach"}).json()["data"]
    assert rows[0]["values"][0]["value"] > 0
    assert api.get(f"v26.0/{post}/insights", params={"metric": "plays"}).status_code == 400
    asked = {"metric": "reach", "period": "day", "metric_type": "total_value"}
    assert api.get("v26.0/me/insights", params=asked).json()["data"][0]["total_value"]["value"] > 0
    assert api.get("v26.0/me/insights", params={"metric": "reach"}).status_code == 400


def test_a_comment_is_told(api, jpeg, tidewater):
    post = published(api, made(api, image_url=jpeg))
    said = api.post(f"v26.0/{post}/comments", data={"message": "When?"}).json()["id"]
    answer = RemotePost.objects.get(remote_id=said)
    request = twin_for("instagram").hook(Happening("comment", tidewater, answer, "When?"))
    signed = hmac.new(b"sandbox", request.body, hashlib.sha256).hexdigest()
    assert request.headers["X-Hub-Signature-256"] == f"sha256={signed}"
    [entry] = json.loads(request.body)["entry"]
    assert entry["id"] == tidewater.remote_id
    assert entry["changes"][0]["value"]["media"]["id"] == post
